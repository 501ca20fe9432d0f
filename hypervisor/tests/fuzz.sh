#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Fuzzing, under AddressSanitizer and UBSan: the hypervisor's side of a guest
# (fuzz_hypercall.c), that of gdb (fuzz_gdb.c), and what of the kernel is pure
# (fuzz_kernel.c). Called by `make fuzz`, at the top of the tree.
#
#   fuzz.sh      replays the corpora in the repository, which must take every
#                branch of the files below; then looks for new inputs
#   fuzz.sh -m   adds to the corpora what it found and they lack
#
# FUZZ_SECONDS: how long it looks, 60 if not set. A crash leaves its input
# under build/fuzz. The last line counts passed, failed, skipped.
set -u

build=${BUILD:-build}
out=$build/fuzz
seconds=${FUZZ_SECONDS:-60}
targets="hypercall kernel gdb"
export UBSAN_OPTIONS=print_stacktrace=1

# Files of which the corpora take every branch, but for lines of `excepted`.
covered_hypercall="hypervisor/hypercall.c hypervisor/calls.c hypervisor/fdtable.c hypervisor/guestmem.c hypervisor/run.c"
covered_kernel="kernel/proc/elf.c kernel/proc/script.c kernel/proc/stack.c"
covered_gdb= # debug_test.c has what packets need

# file: line as in the source. Why no input takes all its branches.
excepted()
{
	# A result is written where the block has been read.
	echo 'hypervisor/guestmem.c:	if (!to)'
	printf '%s && %s\n' 'hypervisor/calls.c:	if (at >= 0' \
		'guestmem_write(hc->mem, args->value, &block, sizeof(block)) < 0)'
	# And where they have been read.
	echo 'hypervisor/calls.c:	if (ready >= 0 && guestmem_write(hc->mem, at, fds, block->count * sizeof(fds[0])) < 0)'
	# A line of --trace has room for all, no -o is given, and --stats comes at the end.
	echo 'hypervisor/hypercall.c:	if (length > 0)'
	echo 'hypervisor/hypercall.c:		hc->line_bytes += (size_t)length < room ? (size_t)length : room - 1;'
	echo 'hypervisor/hypercall.c:	const int fd = hc->outputs[OUTPUT_TRACE] ? hc->outputs[OUTPUT_TRACE] : msg_fd;'
	echo 'hypervisor/hypercall.c:	if (bytes && write(fd, hc->line, bytes) < 0)'
	echo 'hypervisor/hypercall.c:	       calls[n].call == call_readlink;'
	# fuzz_host.c moves less than a piece: MOVE_MAX. calls_test.c has these.
	echo 'hypervisor/calls.c:	if (port == PORT_READ)'
	echo 'hypervisor/calls.c:		return lseek(host, 0, SEEK_CUR) >= 0;'
	echo 'hypervisor/calls.c:	return port != PORT_READDIR;'
	echo 'hypervisor/calls.c:			return moved ? (int64_t)moved : done;'
	echo 'hypervisor/calls.c:	} while (done == PIECE && moved < most && goes_on(port, host));'
}

corpus_of()
{
	case $1 in
	hypercall) echo hypervisor/tests/corpus ;;
	kernel) echo kernel/tests/corpus ;;
	gdb) echo hypervisor/tests/corpus-gdb ;;
	esac
}

passed=0
failed=0
ok()
{
	passed=$((passed + 1))
	echo "ok fuzz: $*"
}
not_ok()
{
	failed=$((failed + 1))
	echo "not ok fuzz: $*"
}
finish()
{
	echo "$passed passed, $failed failed, 0 skipped"
	[ "$failed" = 0 ]
	exit
}

# clang's fuzzer and coverage; root on a Debian-like system gets them.
usable()
{
	echo 'int LLVMFuzzerTestOneInput(void); int LLVMFuzzerTestOneInput(void) { return 0; }' |
		clang -fsanitize=fuzzer,address,undefined -fprofile-instr-generate -x c - \
			-o $out/usable 2>/dev/null &&
		command -v llvm-cov >/dev/null && command -v llvm-profdata >/dev/null
}
packages()
{
	usable && return
	if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
		echo "missing packages (names as in Debian): clang llvm libclang-rt-N-dev, N clang's version"
		return 1
	fi
	export DEBIAN_FRONTEND=noninteractive
	{ apt-get update && apt-get install -y --no-install-recommends clang llvm &&
		apt-get install -y --no-install-recommends \
			"libclang-rt-$(clang -dumpversion | cut -d. -f1)-dev"; } >$out/packages.log 2>&1 ||
		tail -n 20 $out/packages.log
	usable
}

cflags="-std=gnu11 -g -O1 -D_GNU_SOURCE -DHOST_TEST -Wall -Wextra -Wmissing-prototypes
	-Wstrict-prototypes -Wshadow -Wvla -Werror -fno-omit-frame-pointer
	-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
	-fprofile-instr-generate=$out/default.profraw -fcoverage-mapping"

# The calls of the host that fuzz_host.c and fuzz_hypercall.c stand in for.
faked()
{
	for call in ioctl open syscall close read pread write lseek poll clock_nanosleep fstatfs fcntl ftruncate; do
		printf ' -D%s=fuzz_%s' $call $call
	done
}

build_hypercall()
{
	for file in hypercall calls fdtable guestmem hostcheck hostfile msg dump vcpu; do
		clang $cflags $(faked) -c -o $out/$file.o hypervisor/$file.c || return
	done
	clang $cflags $(faked) -Dhypercall_io=fuzz_hypercall_io -c -o $out/run.o hypervisor/run.c &&
		clang $cflags -fsanitize=fuzzer -o $out/fuzz_hypercall $out/*.o \
			hypervisor/tests/fuzz_hypercall.c hypervisor/tests/fuzz_host.c hypervisor/tests/fuzz_model.c
}

build_kernel()
{
	clang $cflags -fsanitize=fuzzer -o $out/fuzz_kernel kernel/tests/fuzz_kernel.c \
		kernel/proc/elf.c kernel/proc/script.c kernel/proc/stack.c kernel/fs/path.c
}

build_gdb()
{
	clang $cflags -fsanitize=fuzzer -o $out/fuzz_gdb hypervisor/tests/fuzz_gdb.c hypervisor/guestmem.c hypervisor/msg.c \
		$(printf 'hypervisor/debug/%s.c ' stub commands queries reply shown monitor pagewalk rsp \
			registers memory breakpoints kernelinfo symbols)
}

# The headers of the ELF files that are here, as fuzz_kernel.c takes them.
seeds()
{
	for file in $build/stage/user/hello.elf $build/stage/tests/elf/*.elf /bin/busybox /bin/*-static; do
		[ -f "$file" ] || continue
		size=$(stat -c %s "$file")
		{
			printf E
			for byte in 0 1 2 3 4 5 6 7; do
				printf "\\$(printf %03o $((size >> 8 * byte & 255)))"
			done
			head -c 1024 "$file"
		} >"$out/seeds/$(basename "$file")"
	done
}

# run TARGET ARGUMENT...: libFuzzer; its output goes to a log. Its limits are CPU time, which a busy
# machine doesn't change: here of all that it does, in fuzz_input.h of an input.
run()
{
	target=$1
	shift
	(ulimit -t $((seconds + 600)) && exec $out/fuzz_"$target" -timeout=0 -max_len=1024 \
		-artifact_prefix="$out/$target-" "$@") >>"$out/$target.log" 2>&1
}

# What went wrong in a target's last run.
show()
{
	grep -E 'broken promise|ERROR|runtime error|SUMMARY|Test unit written' "$out/$1.log"
	sed -n "s|.*Test unit written to |replay it: $out/fuzz_$1 |p" "$out/$1.log"
}

# The lines of a target's files that have a branch which no input took.
not_taken()
{
	eval files="\$covered_$1"
	llvm-profdata merge -o "$out/$1.profdata" "$out/$1.profraw" &&
		llvm-cov export -format=lcov -instr-profile="$out/$1.profdata" "$out/fuzz_$1" \
			$files >"$out/$1.lcov" || return
	for file in $files; do
		grep -q "^SF:.*/$file\$" "$out/$1.lcov" || echo "$file: no coverage at all"
	done
	awk -F'[:,]' '/^SF:/ { file = $2 } /^BRDA:/ && ($5 == "0" || $5 == "-") { print file, $2 }' \
		"$out/$1.lcov" | sort -u | while read -r file line; do
		file=${file#"$PWD/"}
		text=$(sed -n "${line}p" "$file")
		excepted | grep -Fqx "$file:$text" || echo "$file:$line:$text"
	done
}

replay()
{
	corpus=$(corpus_of "$1")
	: >"$out/$1.log"
	if ! LLVM_PROFILE_FILE=$out/$1.profraw run "$1" -runs=0 "$corpus"; then
		not_ok "$1: replay of $corpus"
		show "$1"
		return
	fi
	ok "$1: $(ls "$corpus" | wc -l) inputs of the corpus"
	eval "[ \"\$covered_$1\" ]" || return
	missed=$(not_taken "$1")
	if [ -z "$missed" ]; then
		ok "$1: they take every branch that they must"
	else
		not_ok "$1: branches that no input of the corpus takes"
		echo "$missed"
	fi
}

export LLVM_PROFILE_FILE=/dev/null
mkdir -p $out/seeds $out/found/hypercall $out/found/kernel $out/found/gdb
mkdir -p build/fuzz # fuzz_host.c has files in there, for inputs name them

if [ "${1:-}" = -m ]; then
	for target in $targets; do
		run "$target" -set_cover_merge=1 -use_counters=0 "$(corpus_of "$target")" "$out/found/$target" ||
			show "$target"
	done
	exit
fi
rm -f $out/*-crash-* $out/*-timeout-* $out/*-leak-* $out/*-oom-*
if ! packages; then
	not_ok "clang with libFuzzer, llvm-cov"
	finish
fi
for target in $targets; do
	build_$target || not_ok "build of fuzz_$target"
done
[ "$failed" = 0 ] || finish
seeds
for target in $targets; do
	replay "$target"
done
[ "$seconds" != 0 ] && [ "$failed" = 0 ] || finish

# Side by side.
for target in $targets; do
	run "$target" -max_total_time="$seconds" -print_final_stats=1 "$out/found/$target" \
		"$(corpus_of "$target")" $out/seeds &
	eval "pid_$target=$!"
done
for target in $targets; do
	eval "wait \$pid_$target"
	if [ $? = 0 ]; then
		ok "$target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$out/$target.log") inputs"
	else
		not_ok "$target: fuzzing"
		show "$target"
	fi
done
finish
