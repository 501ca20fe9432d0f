# SPDX-License-Identifier: MIT
#
# Which cases run on VT-x, in the machine that Bochs emulates: see nested.sh.
# Part of suite.sh.

# on_vtx NAME: is that case one of them?
on_vtx()
{
	case $1 in
	# It may spin with interrupts off, and nothing ends it there.
	chaos:* | "--cpu-time of a guest that sleeps over"*) return 1 ;;
	# Long, and nothing of it is about the CPU.
	"a flood of calls"* | *" random system calls, "*) return 1 ;;
	# Of the conformance suite: C libraries and threads, signals and exceptions of
	# larger programs, the largest of them.
	"glibc: float-state" | "glibc: signals" | "glibc: faults" | "glibc: threads" | \
		"glibc: fault-"* | "glibc-pie: mmap" | "glibc-pie: math" | "musl: sigwait" | \
		"musl: restart" | "musl-pie: start" | "cxx: exceptions" | "rust: program" | \
		"go: program" | "lua: coroutines" | "sqlite: join" | "zlib: level-1" | \
		"busybox: sha256sum" | "bash: trap") ;;
	"C programs: "* | "musl: "* | "musl-pie: "* | "glibc: "* | "glibc-pie: "* | "diet: "* | \
		"klibc: "* | "cxx: "* | "cxx-pie: "* | "lua: "* | "sqlite: "* | "zlib: "* | \
		"busybox: "* | "bash: "* | "mksh: "* | "sash: "* | "zsh: "* | "assembler: "* | \
		"cannot: "*) return 1 ;;
	esac
}
