# SPDX-License-Identifier: BSD-3-Clause
# bash completion for nstree(8): commands, options, users, services, trees, codes of messages, files.

_nstree_services() { cd /etc/pam.d 2>/dev/null && printf '%s\n' *; }

_nstree_trees() {
	local file
	for file in /etc/security/nstree.d/*.fstab /usr/share/nstree/*.fstab; do
		[ ! -e "$file" ] || basename "$file" .fstab
	done
}

# The lines of the codes' list that are not indented.
_nstree_codes() { nstree help codes --no-color 2>/dev/null | grep -v '^ '; }

_nstree() {
	local word=${COMP_WORDS[COMP_CWORD]} previous="" name="" given=0 i
	local options="--help --version" commands="check explain diff run list show refresh clean import help"

	COMPREPLY=()
	[ "$COMP_CWORD" = 0 ] || previous=${COMP_WORDS[COMP_CWORD - 1]}
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		--) # What follows is another program's.
			if [ $((i + 1)) = "$COMP_CWORD" ]; then
				mapfile -t COMPREPLY < <(compgen -c -- "$word")
			else
				mapfile -t COMPREPLY < <(compgen -f -- "$word")
				compopt -o filenames 2>/dev/null
			fi
			return
			;;
		--conf | --service | --from | --tty | --env | --output | --root) i=$((i + 1)) ;;
		-*) ;;
		*)
			if [ -z "$name" ]; then
				name=${COMP_WORDS[i]}
			else
				given=$((given + 1))
			fi
			;;
		esac
	done

	case $previous in
	--conf)
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		compopt -o filenames 2>/dev/null
		return
		;;
	--output | --root)
		mapfile -t COMPREPLY < <(compgen -d -- "$word")
		compopt -o filenames 2>/dev/null
		return
		;;
	--from | --env) return ;;
	--tty)
		mapfile -t COMPREPLY < <(compgen -W "ssh cron $(cd /dev && printf '%s ' tty[0-9]*)" -- "$word")
		return
		;;
	--service)
		mapfile -t COMPREPLY < <(compgen -W "$(_nstree_services)" -- "$word")
		return
		;;
	esac

	case $name in
	check) options+=" --conf --kernel --pam --root --no-try --json --no-color" ;;
	explain) options+=" --service --from --tty --env --conf --all --users --json --no-color" ;;
	run) options+=" --service --from --tty --env --conf --keep-root --" ;;
	diff) options+=" --from --tty --json --no-color" ;;
	list) options+=" --all --json --no-color" ;;
	show | refresh) options+=" --json --no-color" ;;
	import) options+=" --output --json --no-color" ;;
	help) options+=" --no-color" ;;
	esac
	if [[ $word == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
	elif [ -z "$name" ]; then
		mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$word")
	elif [[ $given = 0 && $name =~ ^(explain|run|show|refresh)$ ]]; then
		mapfile -t COMPREPLY < <(compgen -u -- "$word")
	elif [[ $name = check && $word != */* && " ${COMP_WORDS[*]} " == *" --pam "* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(_nstree_services)" -- "$word")
	elif [[ $name = check && $given = 0 && " ${COMP_WORDS[*]} " != *" --pam "* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(_nstree_trees)" -- "$word")
	elif [[ $name = help && $given = 0 ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$commands codes $(_nstree_codes)" -- "$word")
	elif [[ $name =~ ^(import|diff)$ ]] || [[ $name = check && " ${COMP_WORDS[*]} " == *" --pam "* ]]; then
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		compopt -o filenames 2>/dev/null
	fi
}

complete -F _nstree nstree
