# SPDX-License-Identifier: MIT
#
# Which cases run on VT-x, in the machine that Bochs emulates: see nested.sh.
# Part of suite.sh.

# on_vtx NAME: is that case one of them?
on_vtx()
{
	if [ "${name_of_group:-}" ]; then
		# Of the conformance suite: C libraries, threads, signals, the FPU's state, and a
		# program in each language.
		case $1 in
		"glibc: float-state" | "glibc: signals" | "glibc: faults" | "glibc: threads") ;;
		"glibc: fault-"* | "glibc-pie: math" | "musl: sigwait" | "musl: restart") ;;
		"musl-pie: start" | "cxx: exceptions" | "rust: program" | "go: program") ;;
		"lua: coroutines" | "sqlite: join" | "zlib: level-1") ;;
		"busybox: sha256sum" | "bash: trap") ;;
		# Of the dynamic suite.
		"text tools: sort" | "text tools: grep-pattern" | "text tools: sed-script") ;;
		"text tools: gawk" | "text tools: no-such-file" | *": ls-long") ;;
		*": find-printf" | *": diff-recursive" | "Python: print" | "Python: traceback") ;;
		"Perl and shells: perl" | *": bash-array" | *": script" | "parsers: jq") ;;
		*) return 1 ;;
		esac
		return
	fi
	case $1 in
	# They may spin with interrupts off, and nothing ends that there.
	chaos:* | "--cpu-time of a guest that sleeps over"*) return 1 ;;
	"output: a kernel that tries"*) ;;
	"output:"*) return 1 ;;
	# Long, and nothing of it is about the CPU.
	"a flood of calls"* | "sandbox: all attempts"*) return 1 ;;
	# What is about the CPU, and a session with each kind of program. To read what the compiler
	# tells of the kernel takes gdb most of the time there.
	"gdb: main of"* | "gdb: the kernel's page-fault"*" static "* | "gdb: "*" of the CPU's") ;;
	"gdb: a triple fault" | "core: dynamic" | "core: the kernel panics") ;;
	"gdb: "* | "core: static" | "core: threads"* | "core: abort"*) return 1 ;;
	esac
}
