#!/bin/bash
# Building and installing: GNU's names for directories, the message for a missing library, and reproducible builds:
# the same source gives the same bits wherever it is compiled.
cd "$(dirname "$0")/.." || exit 1
unset MAKEFLAGS MAKELEVEL
top=$PWD number=0 failures=0
mkdir -p build
work=$(mktemp -d "$top/build/install.XXXXXX")
trap 'rm -rf "$work"' EXIT

# check NAME COMMAND...: the command must succeed.
check() {
	local name=$1
	shift
	number=$((number + 1))
	if "$@" >"$work/output" 2>&1; then
		echo "ok $number - $name"
	else
		failures=$((failures + 1))
		echo "not ok $number - $name"
		tail -n 40 "$work/output" | sed 's/^/# /'
	fi
}

# Separate objects, so that those of other tests are not recompiled for these directories.
build() { make -s BUILD="$work/obj" WERROR= "$@"; }
files() { (cd "$1" && find . ! -type d | sort); }

# --- directories ---------------------------------------------------------------------------------

# Each kind of directory has a different name, so that none can be mistaken for another.
own=(prefix=/p exec_prefix=/x sbindir=/sb libdir=/l sysconfdir=/sysc datarootdir=/dr datadir=/d mandir=/m docdir=/doc)
upper=(PREFIX=/p SBINDIR=/sb PAMDIR=/l/security SYSCONFDIR=/sysc DATADIR=/d MANDIR=/m docdir=/doc)
in_own() {
	cat <<-END
		./d/bash-completion/completions/nstree
		./d/nstree/host-ro.fstab
		./d/zsh/vendor-completions/_nstree
		./doc/README.md
		./doc/docs/design.md
		./l/security/pam_nstree.so
		./m/man5/nstree.conf.5
		./m/man7/nstree-migration.7
		./m/man8/pam_nstree.8
		./p/lib/tmpfiles.d/pam-nstree.conf
		./sb/nstree
		./sysc/security/nstree.conf
	END
}
by_default() {
	cat <<-END
		./etc/security/nstree.conf
		./usr/lib/tmpfiles.d/pam-nstree.conf
		./usr/sbin/nstree
		./usr/share/doc/pam_nstree/README.md
		./usr/share/man/man8/nstree.8
		./usr/share/nstree/host-ro.fstab
	END
}
has_all() { "$2" | comm -23 - <(files "$1") | (! grep .); }
only_in() { ! files "$1" | grep -vE "$2"; }
same_layout() { diff <(files "$1") <(files "$2") && cmp "$1/l/security/pam_nstree.so" "$2/l/security/pam_nstree.so"; }
is_gone() { [ "$(files "$1")" = ./sysc/security/nstree.conf ]; }
same_pages() { for page in man/*.[1-8]; do cmp "$page" "$1/usr/share/man/man${page##*.}/${page##*/}" || return; done; }
names_none() { ! grep -rE "/usr/share/nstree|/etc/security/nstree" "$1"; }
pages_are_clean() { [ -z "$(find "$1" -name '*.[1-8]' -exec mandoc -T lint -W style {} \;)" ]; }

check "make install with GNU's names" build install DESTDIR="$work/own" "${own[@]}"
check "every file is where its name says" has_all "$work/own" in_own
check "and nothing elsewhere" only_in "$work/own" '^\./(d|doc|l|m|sb|sysc)/|^\./p/lib/tmpfiles\.d/'
check "the manuals, the policy and the module name these directories and no others" names_none "$work/own"
check "the manuals are as clean as before" pages_are_clean "$work/own"
check "make install with the upper-case names" build install DESTDIR="$work/upper" "${upper[@]}"
check "is the same" same_layout "$work/own" "$work/upper"
check "make uninstall" build uninstall DESTDIR="$work/own" "${own[@]}"
check "leaves the policy alone" is_gone "$work/own"
check "make install without names" build install DESTDIR="$work/usual"
check "is below /usr and /etc" has_all "$work/usual" by_default
check "with the manuals as they are written" same_pages "$work/usual"
check "a second make compiles nothing" make -q BUILD="$work/obj" WERROR= all

# --- what is installed looks where it was installed ----------------------------------------------

local_names=(prefix="$work/local" sysconfdir="$work/local/etc" pamdir="$work/local/security")
command=$work/local/sbin/nstree
explain_names() { "$command" explain root | grep -qF "$1"; }
policy_is_read() { ! "$command" check && "$command" check | grep -F "$work/local/etc/security/nstree.conf:1:"; }
check "make install below a prefix" build install "${local_names[@]}" localstatedir="$work/local/var"
mkdir -p "$work/local/etc/security/nstree.d"
echo "root * host-ro" >"$work/local/etc/security/nstree.conf"
check "the command reads the policy and a tree from there" explain_names "$work/local/share/nstree/host-ro.fstab"
cp conf/host-ro.fstab "$work/local/etc/security/nstree.d/"
check "the site's tree before the shipped one" explain_names "$work/local/etc/security/nstree.d/host-ro.fstab"
echo "root * nowhere" >"$work/local/etc/security/nstree.conf"
check "and says so of what is wrong there" policy_is_read
check "so does the module" grep -aqF "$work/local/share/nstree" "$work/local/security/pam_nstree.so"

# --- what is loaded into an application --------------------------------------------------------------

needs_alone() {
	diff <(readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | sort) <(printf '%s\n' libc.so.6 libpam.so.0)
}
names_what_it_opens() { readelf -p .note.dlopen "$1" | grep -F '"soname":["libmount.so.1"]'; }
check "the module needs libpam and libc alone" needs_alone "$work/obj/pam_nstree.so"
check "and its note names the library that it opens" names_what_it_opens "$work/obj/pam_nstree.so"
check "libseccomp is not in what is installed" eval '! readelf -d "$command" | grep libseccomp'

# --- what is missing -----------------------------------------------------------------------------

# One sentence of make's, and nothing compiled.
says() {
	local said
	said=$(make -s BUILD="$work/none" "${@:2}" 2>&1) && return 1
	echo "$said"
	[ "$(grep -c . <<<"$said")" = 1 ] && grep -qE "$1\.  Stop\.$" <<<"$said"
}
lacking() {
	printf '#!/bin/sh\ncase "$*" in *--exists*%s) exit 1; esac\nexec pkg-config "$@"\n' "$1" >"$work/pkg-config"
	chmod +x "$work/pkg-config"
	says "$1 is missing: install $2 \(Debian\) or $3 \(Fedora\)" PKG_CONFIG="$work/pkg-config"
}
check "no pkg-config: one sentence" says 'no-such-tool is missing: install pkgconf \(Debian\) or pkgconf-pkg-config \(Fedora\)' \
	PKG_CONFIG=no-such-tool
check "no libmount: one sentence" lacking mount libmount-dev libmount-devel
check "no libseccomp" lacking libseccomp libseccomp-dev libseccomp-devel
check "no libjansson" lacking jansson libjansson-dev jansson-devel
check "no libsmartcols" lacking smartcols libsmartcols-dev libsmartcols-devel
check "no PAM" says 'security/pam_modules.h is missing: install libpam0g-dev \(Debian\) or pam-devel \(Fedora\)' \
	CPPFLAGS=-nostdinc
check "make clean needs none of them" make -s BUILD="$work/none" PKG_CONFIG=no-such-tool CPPFLAGS=-nostdinc clean

# --- the same bits -------------------------------------------------------------------------------

# build_in DIRECTORY ENVIRONMENT...: all that is built, in a copy of the source.
build_in() {
	local tree=$work/$1/pam-nstree
	shift
	make -s tracked TREE="$tree" && env -C "$tree" -u CFLAGS "$@" sh -euc 'umask $UMASK
		make -s WERROR= all
		mkdir built && mv build/nstree build/pam_nstree.so built/ && make -s clean
		DEB_BUILD_OPTIONS=nocheck dpkg-buildpackage -b -d -us -uc' && mv "$work/${tree#"$work/"}"/../*.deb "$tree/built/"
}
packages_agree() {
	local deb
	for deb in "$work/one/pam-nstree/built/"*.deb; do cmp "$deb" "$work/another/place/pam-nstree/built/${deb##*/}" || return; done
	[ -e "$deb" ]
}
check "built in one place" build_in one UMASK=022 TZ=UTC LC_ALL=C
check "built in another, with another clock, umask and language" build_in another/place UMASK=077 TZ=Pacific/Auckland LC_ALL=C.UTF-8
check "the module is the same" cmp "$work/one/pam-nstree/built/pam_nstree.so" "$work/another/place/pam-nstree/built/pam_nstree.so"
check "so is the command" cmp "$work/one/pam-nstree/built/nstree" "$work/another/place/pam-nstree/built/nstree"
check "so are the Debian packages" packages_agree
echo "1..$number"
[ "$failures" = 0 ]
