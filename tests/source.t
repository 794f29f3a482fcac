#!/bin/bash
# The structure of the source: names, sizes, includes, and that documents cite what exists.
cd "$(dirname "$0")/.." || exit 1
number=0 failures=0

# check NAME COMMAND...: the command must print nothing.
check() {
	local name=$1 output
	shift
	number=$((number + 1))
	if output=$("$@" 2>&1) && [ -z "$output" ]; then
		echo "ok $number - $name"
	else
		failures=$((failures + 1))
		echo "not ok $number - $name"
		printf '%s\n' "$output" | sed 's/^/# /'
	fi
}

folders="base policy mount namespace session command"

sources() { git ls-files -co --exclude-standard 'src/*.[ch]' pam_nstree.c | sort -u | xargs ls -d 2>/dev/null; }

# A function's head begins in the first column and its body with a brace there: .clang-format has it so.
functions() {
	awk '/^[a-zA-Z_].*\(/ && !/^(typedef|struct [a-z_]+ \{|enum|#)/ { head = $0; file = FILENAME; next }
		/^\{/ && head != "" {
			sub(/^__attribute__\(\(.*\)\)[ \t]*/, "", head); sub(/^.*__attribute__\(\([^)]*\)\) */, "", head)
			if (match(head, /[a-zA-Z_0-9]+\(/)) print substr(head, RSTART, RLENGTH - 1), file
			head = "" }
		/^\}/ || /;$/ { head = "" }' "$@"
}

names_are_unique() {
	functions $(sources | grep '\.c$') | sort |
		awk '$1 == last && $1 != "main" { print $1 ": " file ", " $2 } { last = $1; file = $2 }'
	[ "$(functions $(sources | grep '\.c$') | wc -l)" -gt 400 ] || echo "too few functions were found to compare"
}

files_are_small() { wc -l $(sources) | awk '$2 != "total" && $1 > 500 { print $2 ": " $1 " lines" }'; }

# What Makefile compiles a file of FOLDER with.
include_paths() {
	make -n -B "build/src/$1/$(basename "$(ls src/"$1"/*.c | head -n 1)" .c).o" |
		grep -o 'iquote src/[a-z]*' | sed 's,.*/,,' | tr '\n' ' '
}

paths_go_down() {
	local folder expected=""
	for folder in $folders; do
		expected+="$folder "
		[ "$(include_paths "$folder")" = "$expected" ] ||
			echo "src/$folder is compiled with: $(include_paths "$folder")"
	done
}

# Each file and its header are one unit; tsort(1) finds the circles.
includes_have_no_circle() {
	awk '/^#include "/ { split(FILENAME, path, "/"); unit = path[length(path)]; sub(/\.[ch]$/, "", unit)
		header = $2; gsub(/"|\.h"?/, "", header); if (unit != header) print unit, header }' $(sources) |
		tsort 2>&1 >/dev/null
}

# src/README.md: the picture and the tables name FOLDER/FILE, without .c or .h.
readme_names_all() {
	local name folders_of_src
	folders_of_src=$(ls -d src/*/ | sed 's,src/,,; s,/,,' | tr '\n' ' ')
	[ "$(sed -n 's/^### //p' src/README.md | sort | tr '\n' ' ')" = "$folders_of_src" ] ||
		echo "src has the folders: $folders_of_src"
	diff <(grep -o '^| `[a-z/_]*`' src/README.md | tr -d '|` ' | sort) \
		<(sources | sed -n 's,^src/,,; s/\.[ch]$//p' | grep / | sort -u) |
		sed -n 's/^> /it does not name /p; s/^< /it names what is not there: /p'
	grep -oE '\b(base|policy|mount|namespace|session|command)/[a-z_]+' src/README.md | sort -u | while read -r name; do
		[ -e "src/$name.c" ] || [ -e "src/$name.h" ] || echo "there is no src/$name"
	done
}

# Tables, code, links and pictures may be wide.
prose() {
	git ls-files '*.md' | xargs awk 'length > 120 && !/^(\||    |\t|!\[|\[.*\]:)/ { print FILENAME ":" FNR ": " length " columns" }'
	awk 'length > 120 && /^#/ { print FILENAME ":" FNR ": " length " columns" }' conf/*
	awk '/^\.(Bd -literal|Ed)/ { code = /Bd/ } length > 120 && !code { print FILENAME ":" FNR ": " length " columns" }' \
		man/*.[1-8] $(sources)
}

# Paths in the documents and comments that begin with a directory of the project's.
cited_files_exist() {
	local file
	git grep -hoP '(?<![\w/.<])(src|tests|docs|conf|man|bench|debian|rpm|completions|selinux)/[\w./-]*\w' -- \
		'*.md' 'src/*' | sort -u | while read -r file; do
		[ -e "$file" ] || compgen -G "$file*" >/dev/null || echo "$file does not exist"
	done
	! git grep -n 'DESIGN\.md' -- ':!tests/source.t'
}

check "no two functions share a name" names_are_unique
check "no source file has more than 500 lines" files_are_small
check "a folder is compiled with the headers of itself and those before it" paths_go_down
check "no include runs in a circle" includes_have_no_circle
check "src/README.md names every folder and file of src, and no other" readme_names_all
check "no line of prose is wider than 120 columns" prose
check "documents cite files that exist" cited_files_exist
echo "1..$number"
[ "$failures" = 0 ]
