#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Kernels that break the protocol of the hypercalls (break/) or abuse the machine
# (hostile/), and kernels of random bytes: the hypervisor must come to one of the
# endings that it promises, on every KVM. See suite.sh.
#
# The comment at the head of each .S file there says how its kernels may end, in
# lines that begin with a tab. The first that fits a kernel's name counts:
#
#   NAME... (OPTION...): ENDING | ENDING...
#   skip BACKEND NAME...: REASON
#
# NAME is a shell pattern. The options are the hypervisor's; or `prints TEXT`, a
# line on stdout, where a kernel of break/ else writes nothing. An ending is a status
# and a pattern for the first line on stderr, without "hypervisor: ", which goes with
# 125, as does a dump; or a word that ended() knows. `time`, `second` and `forever`
# let the kernel run until its time is up: ten seconds; one; one, beside others.
# `elsewhere` is no ending: other cases run that kernel.
. tests/suite.sh

set -f # a name of a head is a pattern for kernels, not for files
tab='	'
newline='
'

# look_up NAME: sets $rule and $options to what $head says of that kernel, or $reason
# to why it is skipped. Returns 1 if it says nothing.
look_up()
{
	reason=
	options=
	while IFS= read -r line; do
		names=${line%%: *}
		rule=${line#*: }
		case $names in
		"skip $backend "*) reason=$rule ;;
		"skip "*) continue ;;
		*"("*)
			options=${names#*"("}
			options=${options%")"}
			names=${names%"("*}
			;;
		esac
		for pattern in $names; do
			case $1 in
			$pattern) return 0 ;;
			esac
		done
		reason=
		options=
	done <<-END
		$head
	END
	return 1
}

# limited SECONDS COMMAND...: then SIGTERM must end it, and SIGKILL is a failure.
limited()
{
	status=0
	timeout -k "$limit" "$@" >"$tmp/out" 2>"$tmp/err" || status=$?
	# coreutils' own status, or that of the signal from busybox.
	case $status in
	124 | 143) status="time" ;;
	esac
}

# ended ENDING: is that how it ended? Else $problem may say more.
ended()
{
	case $1 in
	"time" | second | forever)
		[ "$status" = "time" ]
		return
		;;
	tried) set -- '7 +++ exited with 7 +++' ;;
	triple) set -- '125 KVM_EXIT_SHUTDOWN: triple fault' ;;
	emulation) set -- '125 KVM_EXIT_INTERNAL_ERROR: suberror *' ;;
	refused) set -- "125 KVM_EXIT_FAIL_ENTRY: the CPU refused the guest's state, hardware reason *" ;;
	priority) set -- '125 KVM_EXIT_SET_TPR: *' ;;
	outside) set -- '125 KVM_EXIT_MMIO: * outside guest memory' ;;
	halted) set -- '125 KVM_EXIT_HLT: *' ;;
	flat_halt) set -- '0 KVM_EXIT_HLT' ;;
	esac
	[ "$status" = "${1%% *}" ] || return 1
	pattern=${1#* }
	case $status in
	125) pattern="hypervisor: $pattern" ;;
	esac
	case ${said%%"$newline"*} in
	$pattern) ;;
	*) return 1 ;;
	esac
	case $status$said in
	125*"$newline  rip="*rax=*cr0=*efer=*"cs  "*"tr  "*) ;;
	125*) problem="no dump" && return 1 ;;
	esac
}

# judge: a verdict on the kernel that was run last, by $rule; and by $prints, unless it is "any".
judge()
{
	said=$(cat "$tmp/err")
	problem="status $status, and not: $rule"
	rest=$rule
	while [ "$rest" ]; do
		! ended "${rest%% | *}" || problem=
		case $rest in
		*" | "*) rest=${rest#* | } ;;
		*) rest= ;;
		esac
	done
	[ "$prints" = any ] || [ "$(cat "$tmp/out")" = "$prints" ] || problem="$problem; stdout differs"
	verdict "$case_name" "$problem"
}

# kernel KIND NAME: one, as $rule and $options have it.
kernel()
{
	patience=$limit
	case $rule in
	*"time"*) patience=10 ;;
	*second* | *forever*) patience=1 ;;
	esac
	prints=
	case $1 in
	hostile)
		prints=any
		options="-m 4M $options"
		;;
	esac
	case $options in
	"prints "*)
		prints=${options#prints }
		options=
		;;
	esac
	operand=x
	case $options in
	*--real-mode*) operand= ;;
	esac
	limited $patience "$hypervisor" $options "tests/$1-$2.bin" $operand
	judge
}

# kernels KIND FILE: all of a file that are selected, whatever their head forgets.
kernels()
{
	head=$(sed -n "2,/\*\//s/^ \*$tab//p" "$2")
	for name in $(sed -n 's/.*defined(KERNEL_\([a-z0-9_]*\)).*/\1/p' "$2"); do
		look_up $name || rule="an ending in the head of $2"
		[ "$rule" != elsewhere ] && selected "$1: $name" || continue
		if [ "$reason" ]; then
			skip "$case_name" "$reason"
			continue
		fi
		case $rule in
		*forever*)
			(
				tmp=$tmp/$name
				mkdir "$tmp"
				kernel $1 $name
			) &
			;;
		*) kernel $1 $name ;;
		esac
	done
	wait
}

for file in $(find tests/break tests/hostile -name '*.S' | sort); do
	kind=${file#tests/}
	kernels ${kind%/*} $file
done

# --- break/, the cases that are about more than an ending ---

t "--trace shows a path escaped" 0 "" 'open("he said ?"???x1b?31m?x07?xc8") = -1 ENOENT (No such file or directory)
exit(0)
+++ exited with 0 +++' \
	vm --trace tests/break-open_escapes.bin x

# An `out` whose result is never fetched is done all the same, and in its turn.
for ending in halt:125 triple:125 panic:125 exit:0; do
	t "a call, then ${ending%:*}" ${ending#*:} 'hello\n' "*" \
		vm tests/break-then_${ending%:*}.bin x
done
t "a call, then the console" 0 'hello\nx' "$exited" \
	vm tests/break-then_console.bin x

# HC_RESULT_AT_ONCE: one exit a call, not two, and the one of the end.
t "a hundred calls, an out and an in each" 0 "" "exits: 201
hypercalls: open 0, read 0, write 0, close 100, *
$exited" \
	vm --stats tests/break-hundred_calls.bin x
t "a hundred calls, the result at once" 0 "" "exits: 101
hypercalls: open 0, read 0, write 0, close 100, *
$exited" \
	vm --stats tests/break-hundred_at_once.bin x

t "break: at_once_twice" 125 'hello\n' "hypervisor: protocol fault: out to port 0x8002 before the result of port 0x8002 was fetched
  rip=00000000000000*rax=*cr0=*efer=*cs  *tr  *" \
	vm tests/break-at_once_twice.bin x
t "the end, RSI asking for its result at once" 6 "" '+++ exited with 6 +++' \
	vm tests/break-at_once_exit.bin x

# --- random kernels ---

# What QEMU can't stand is among them, somewhere: there, the same ones each time.
seed=$(date +%s)
count=100
patience=300
if [ "$backend" = tcg ]; then
	seed=1
	count=20
	patience=1000
fi
t "chaos: $count random kernels from seed $seed" 0 "" "" \
	run tests/chaos "$hypervisor" "$seed" $count $patience

# --- the host's memory ---

# What the host spends on process $pid: private memory in KiB, and whether it has all its files.
spent()
{
	sed -n 's/^\(RssAnon\|VmData\):[^0-9]*\([0-9]*\) kB$/\1 \2/p' /proc/$pid/status
	# One or two come and go with each open.
	count=$(ls /proc/$pid/fd 2>/dev/null | wc -l)
	[ "$count" -ge 255 ] && [ "$count" -le 262 ] && echo "all files" || echo "$count files"
}

if selected "a flood of calls costs the host nothing that stays"; then
	mkdir tests/files
	printf '012345678\n' >tests/files/ten
	mkfifo tests/files/fifo
	ln -s loop tests/files/loop
	"$hypervisor" --trace -m 4M tests/flood.bin >/dev/null 2>&1 &
	pid=$!
	for second in $(seq $limit); do
		sleep 1
		before=$(spent)
		case $before in
		*all* | "0 files") break ;;
		esac
	done
	sleep 2
	after=$(spent)
	kill $pid
	wait $pid 2>/dev/null
	rm -r tests/files
	problem=
	case $before in
	*all*) ;;
	*) problem="it doesn't come to hold all the files that it may" ;;
	esac
	[ "$before" = "$after" ] || problem="$problem; first $(echo $before), then $(echo $after)"
	verdict "$case_name" "$problem"
fi
end hostile
