# SPDX-License-Identifier: MIT
# Completion of vmrun's command line for bash. What the options are, --help says.

_vmrun()
{
	local word=$2 before=$3 help options i
	help=$("$1" --help 2>/dev/null) || return
	# Behind the program everything is the program's: files, as far as one can know.
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-k | --kernel | -m | --memory | -e | --env | -o | --trace-file | --root | --tmpfs | --output | --timeout | --cpu-time | \
			--user | --core | --gdb) ((i++)) ;;
		-*) ;;
		*)
			COMPREPLY=($(compgen -f -- "$word"))
			return
			;;
		esac
	done
	case $before in
	-m | --memory | -e | --env | --timeout | --cpu-time | --gdb) return ;;
	--user)
		COMPREPLY=($(compgen -u -- "$word"))
		return
		;;
	--root | --tmpfs)
		COMPREPLY=($(compgen -d -- "$word"))
		return
		;;
	-k | --kernel | -o | --trace-file | --core | --output)
		COMPREPLY=($(compgen -f -- "$word"))
		return
		;;
	esac
	options=$(grep -oE '^ +(-[a-zA-Z], |    )--[a-z-]+' <<<"$help" | grep -oE -- '--?[a-zA-Z][a-z-]*')
	case $word in
	-*) COMPREPLY=($(compgen -W "$options --trace=syscalls --trace=hypercalls --stats=json" -- "$word")) ;;
	*) COMPREPLY=($(compgen -c -- "$word") $(compgen -f -- "$word")) ;;
	esac
}

complete -o filenames -F _vmrun vmrun
