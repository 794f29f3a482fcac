# SPDX-License-Identifier: BSD-3-Clause
# bash completion for nstree(8): commands, options, users, services, files.

_nstree_services() { cd /etc/pam.d 2>/dev/null && printf '%s\n' *; }

_nstree() {
	local word=${COMP_WORDS[COMP_CWORD]} previous="" name="" given=0 i
	local options="--help --version"

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
		--conf | --service | --output) i=$((i + 1)) ;;
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
	--output)
		mapfile -t COMPREPLY < <(compgen -d -- "$word")
		compopt -o filenames 2>/dev/null
		return
		;;
	--service)
		mapfile -t COMPREPLY < <(compgen -W "$(_nstree_services)" -- "$word")
		return
		;;
	esac

	case $name in
	check) options+=" --conf --kernel --pam --json --no-color" ;;
	explain) options+=" --service --conf --json --no-color" ;;
	run) options+=" --service --conf --keep-root --" ;;
	list | show | refresh) options+=" --json --no-color" ;;
	import) options+=" --output --json --no-color" ;;
	esac
	if [[ $word == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
	elif [ -z "$name" ]; then
		mapfile -t COMPREPLY < <(compgen -W "check explain run list show refresh import" -- "$word")
	elif [[ $given = 0 && $name =~ ^(explain|run|show|refresh)$ ]]; then
		mapfile -t COMPREPLY < <(compgen -u -- "$word")
	elif [ "$name" = import ] || [[ $name = check && " ${COMP_WORDS[*]} " == *" --pam "* ]]; then
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		compopt -o filenames 2>/dev/null
	fi
}

complete -F _nstree nstree
