# SPDX-License-Identifier: MIT
#
# What the suites that run on /dev/kvm have in common; each reads this file
# by ".", with its arguments:
#
#   SUITE.sh BACKEND [HYPERVISOR]
#
# Runs in the directory that `make stage` fills. BACKEND is pvm, hardware,
# tcg (AMD-V that QEMU's TCG emulates) or vtx (VT-x that Bochs emulates). What
# tcg can't do is skipped there, by name; what runs on vtx, vtx.sh says. Prints
# a line for each case, "ok", "not ok" or "skip", and at last "end
# SUITE-BACKEND". Plain sh: busybox runs it, too.
#
# The name of a case comes first and selects it: with CASE in the environment,
# a shell pattern, only the cases that it matches run.
set -u
export LC_ALL=C

backend=$1
hypervisor=${2:-hypervisor/hypervisor.elf}
kernel=kernel/kernel.bin
# Seconds, against what hangs: no case is to depend on the speed of the machine.
limit=600
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
exited='+++ exited with 0 +++'
matched=
# A guest that spins for ever. Bochs takes no interrupt while it has them off.
loop=tests/break-loop.bin
if [ "$backend" = vtx ]; then
	loop=tests/break-loop_on.bin
	. tests/vtx.sh
fi

# selected NAME: is that case to run? The name stays in $case_name.
selected()
{
	case_name=$1
	[ "$backend" != vtx ] || on_vtx "$1" || return 1
	case $1 in
	${CASE:-*}) matched=yes ;;
	*) return 1 ;;
	esac
}

# run COMMAND...: keeps stdout, stderr and exit status of a command.
run()
{
	status=0
	timeout "$limit" "$@" >"$tmp/out" 2>"$tmp/err" || status=$?
}

vm()
{
	run "$hypervisor" "$@"
}

program()
{
	run "$hypervisor" "$kernel" "$@"
}

# t NAME STATUS STDOUT STDERR COMMAND...: a case. COMMAND is run, vm, program
# or what else keeps what expect looks at.
t()
{
	selected "$1" || return 0
	want_status=$2
	want_stdout=$3
	want_stderr=$4
	shift 4
	"$@"
	expect "$case_name" "$want_status" "$want_stdout" "$want_stderr"
}

# t_file NAME FILE COMMAND...: success, and stdout is the file's bytes.
t_file()
{
	selected "$1" || return 0
	want_file=$2
	shift 2
	"$@"
	problem=
	[ "$status" = 0 ] || problem="status $status, not 0"
	cmp "$tmp/out" "$want_file" >/dev/null 2>&1 || problem="$problem; stdout is not $want_file"
	[ "$(cat "$tmp/err")" = "$exited" ] || problem="$problem; stderr"
	verdict "$case_name" "$problem"
}

# expect NAME STATUS STDOUT STDERR: what run() must have kept. STDOUT is
# exact, with printf's escapes; STDERR is a pattern for the whole of it.
expect()
{
	printf "$3" >"$tmp/want"
	problem=
	[ "$status" = "$2" ] || problem="status $status, not $2"
	cmp -s "$tmp/out" "$tmp/want" || problem="$problem; stdout differs"
	case $(cat "$tmp/err") in
	$4) ;;
	*) problem="$problem; stderr doesn't match $4" ;;
	esac
	verdict "$1" "$problem"
}

# verdict NAME PROBLEM: no problem is success.
verdict()
{
	selected "$1" || return 0
	if [ -z "$2" ]; then
		echo "ok $backend: $1"
		return
	fi
	printf 'not ok %s: %s\n' "$backend: $1" "$2"
	printf '  stdout: %s\n' "$(head -c 400 "$tmp/out" | sed 's/[^ -~]/?/g')"
	printf '  stderr: %s\n' "$(head -c 1500 "$tmp/err" | sed 's/[^ -~]/?/g')"
}

# unmatched FILE PATTERNS: prints the first of the patterns, a line each, that no line matches behind
# the one that the pattern before it matches; others may be between.
unmatched()
{
	wanted=$2 awk '
		BEGIN { count = split(ENVIRON["wanted"], patterns, "\n"); next_one = 1 }
		next_one <= count && $0 ~ patterns[next_one] { next_one++ }
		END { if (next_one <= count) print "no line, behind the others, is like " patterns[next_one] }
	' "$1" 2>&1 || echo "awk fails"
}

# shape PATTERN...: a verdict: stdout has lines like these, one behind the other.
shape()
{
	verdict "$case_name" "$(unmatched "$tmp/out" "$(printf '%s\n' "$@")")"
}

# Of a suite that compares with Linux: the cases of a group, and how many have passed.
programs=
total=0
passed=0

# row: a line for the table of what runs, where all cases of the group have run.
row()
{
	[ "$programs" ] || return 0
	case $backend:${CASE:-*} in
	native:* | vtx:*) ;;
	*":*") echo "row $total $passed $programs" ;;
	esac
}

# group NAME [PROGRAMS]: of the cases that follow; PROGRAMS as the table has them.
group()
{
	row
	name_of_group=$1
	programs=${2:-}
	total=0
	passed=0
}

# skip NAME REASON
skip()
{
	! selected "$1" || echo "skip $backend: $1: $2"
}

# until_it_runs PID: waits for a hypervisor's guest to run, which it does once the filter of
# its system calls is in force.
until_it_runs()
{
	for tenth in $(seq "${limit}0"); do
		! grep -q '^Seccomp:.2' "/proc/$1/status" 2>/dev/null || return 0
		sleep 0.1
	done
}

# until_it_ends PID: waits for a child to end, for a minute at most.
until_it_ends()
{
	for tenth in $(seq 600); do
		case $(sed -n 's/^State:.\(.\).*/\1/p' "/proc/$1/status" 2>/dev/null) in
		Z | "") return ;;
		esac
		sleep 0.1
	done
}

# end SUITE: the last line. A pattern that no name matches is a mistake.
end()
{
	[ "$matched" ] || echo "not ok $backend: $1: no case is named ${CASE:-*}"
	echo "end $1-$backend"
}
