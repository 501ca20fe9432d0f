#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Builds as they are made elsewhere: in another directory, with flags of the
# user's, older headers, another C library, installed; and what else make is
# asked for. Called by .ci/run, at the top of the tree. The last line counts.
set -u
export LC_ALL=C

passed=0
failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
product="hypervisor/hypervisor.elf kernel/kernel.bin"

# verdict NAME COMMAND...: the command must succeed; what it says is shown if not.
verdict()
{
	local name=$1
	shift
	if "$@" >"$work/log" 2>&1; then
		passed=$((passed + 1))
		echo "ok builds: $name"
	else
		failed=$((failed + 1))
		echo "not ok builds: $name"
		tail -n 20 "$work/log"
	fi
}

# sources DIRECTORY: copies the tree's sources there.
sources()
{
	mkdir -p "$work/$1"
	git ls-files -z -co --exclude-standard .ci hypervisor kernel user Makefile |
		xargs -0 cp --parents -t "$work/$1"
}

# build DIRECTORY ARGUMENT...: makes the tree's sources there, with make's arguments.
build()
{
	sources "$1" && make -s -C "$work/$1" "${@:2}"
}

same()
{
	local file
	for file in $product; do
		cmp "$work/$1/$file" "$work/$2/$file" || return
	done
}

# The user's flags are the host side's alone.
flags_are_seen()
{
	local elf=$work/flags/hypervisor/hypervisor.elf kernel=$work/flags/kernel/kernel.elf
	readelf --debug-dump=info "$elf" | grep -q 'DW_AT_producer.*-fno-omit-frame-pointer' &&
		nm "$elf" | grep -q ' user_ldflags$' &&
		! readelf --debug-dump=info "$kernel" | grep -q 'DW_AT_producer.*-fno-omit-frame-pointer' &&
		! nm "$kernel" | grep -q ' user_ldflags$'
}

# linux/kvm.h and asm/kvm.h as they were before what hypervisor/kvm.h defines.
older_headers()
{
	local names header
	names=$(sed -n 's/^#ifndef \(KVM_[A-Z0-9]*_.*\)/\1/p' hypervisor/kvm.h | paste -sd '|')
	mkdir -p "$work/include/linux" "$work/include/asm"
	for header in linux/kvm.h asm/kvm.h; do
		grep -Ev "^#define[[:space:]]+($names)\b" "$(echo "#include <$header>" | cpp -M |
			tr ' ' '\n' | grep "/$header$")" >"$work/include/$header" || return
	done
	! echo '#include <linux/kvm.h>' | cpp -I"$work/include" -dM | grep -E "($names)\b"
}

# make 4.4 warns of a pattern rule of several targets whose recipe makes one.
one_target_a_pattern()
{
	! sed -e ':more; /\\$/{N; s/\\\n//; b more}' Makefile $(git ls-files '*.mk') |
		grep -E '^[^	#:=]*%[^	#:=]*[[:space:]][^	#:=]*%[^	#:=]*:[^:=]*$'
}

# The C library musl. Its wrapper for gcc finds no header of Linux's, and makes no static PIE.
musl()
{
	build musl CC="musl-gcc -idirafter /usr/include -idirafter /usr/include/$(gcc -print-multiarch)" \
		LDFLAGS="-static -no-pie" $product user/orw.elf &&
		! grep -q GLIBC "$work/musl/hypervisor/hypervisor.elf" || return
	rm -rf "$work/musl/build"
	# The options are those that add to the sandbox's rules, of which musl has one more.
	hypervisor/tests/nested.sh -t 600 "$work/musl" hypervisor/hypervisor.elf --output o --stats --step=1 \
		kernel/kernel.bin user/orw.elf /etc/os-release >"$work/out" && cmp "$work/out" /etc/os-release
}

# A build elsewhere says nothing, and nothing in the tree changes.
outside_the_tree()
{
	sources tree && (cd "$work/tree" && find . -printf '%p %T@ %C@\n') >"$work/before" || return
	make -s -C "$work/tree" O="$work/outside" all tags compile_commands.json >"$work/said" 2>&1 &&
		(cd "$work/tree" && find . -printf '%p %T@ %C@\n') >"$work/after" &&
		cmp "$work/before" "$work/after" && cmp "$work/said" /dev/null
}

# An entry for each source file of the product, whose command compiles it.
compile_commands()
{
	python3 - "$work/outside/compile_commands.json" <<-'END'
		import glob, json, subprocess, sys
		entries = {e["file"]: e for e in json.load(open(sys.argv[1]))}
		sources = glob.glob("hypervisor/*.c") + [f for f in glob.glob("kernel/**/*.[cS]", recursive=True)
		        if not f.startswith("kernel/tests/")] + glob.glob("user/*.[cS]")
		missing = [f for f in sources if f not in entries]
		assert len(sources) > 50 and not missing, missing
		for file in "hypervisor/main.c", "kernel/main.c", "kernel/x86/trap.S", "hypervisor/tests/chaos.c":
		    entry = entries[file]
		    subprocess.run(entry["command"] + " -fsyntax-only", shell=True, check=True, cwd=entry["directory"])
	END
}

tags()
{
	local tag
	for tag in main:hypervisor/main.c guestmem_range:hypervisor/guestmem.c syscall_entry:kernel/x86/trap.S; do
		grep -q "^${tag%:*}	.*${tag#*:}	" "$work/outside/tags" || return
	done
}

# `make help` and .PHONY name the same, but for what only the rules call.
help()
{
	make help | sed -n 's/^make //p' | sed 's/  .*//; s/ *\[.*//' | tr ' ' '\n' | grep . |
		grep -v compile_commands.json | sort >"$work/helped"
	sed -n 's/^\.PHONY: //p' Makefile $(git ls-files -co --exclude-standard '*.mk') | tr ' ' '\n' |
		grep -Evx 'all|FORCE|stage-products|(bench|exercise)-stage|solved|compile_commands.json' | sort >"$work/phony"
	grep -qx check-conform "$work/helped" && diff "$work/helped" "$work/phony"
}

# The options that stdin has at the beginnings of its lines, sorted.
options()
{
	sed -nE 's/^ *((-[a-zA-Z], )?--?[a-z-]+).*/\1/p' | tr -d ',' | tr ' ' '\n' | sort -u
}

# The manual page and --help have the same options.
manual()
{
	mandoc -T lint -W warning hypervisor/vmrun.1 &&
		mandoc -T utf8 hypervisor/vmrun.1 | col -b >"$work/page" &&
		sed -n '/^DESCRIPTION/,/^FILES/p' "$work/page" | options >"$work/in_manual" &&
		"$work/root/t/usr/bin/vmrun" --help | options >"$work/in_help" &&
		grep -qx -e --kernel "$work/in_help" && diff "$work/in_help" "$work/in_manual"
}

# complete WORD...: what the installed file completes a command line to.
complete()
{
	bash -c '. "$0/t/usr/share/bash-completion/completions/vmrun" || exit
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		_vmrun "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
		echo ${COMPREPLY[*]}' "$work/root" "$work/root/t/usr/bin/vmrun" "$@"
}

# All options that --help has; of what an option takes, and of the program, files.
completion()
{
	complete - | tr ' ' '\n' | grep -v = | sort -u >"$work/completed" &&
		diff "$work/in_help" "$work/completed" &&
		[ "$(complete --roo)" = --root ] && [ "$(complete -m 64M --root /et)" = /etc ] &&
		[ "$(complete -q --core x /bin/cat /etc/os-rel)" = /etc/os-release ] &&
		[ -z "$(complete --memory 6)" ]
}

# A line that binfmt_misc takes, for the command as it is called.
binfmt()
{
	[ "$("$work/root/t/usr/bin/vmrun" --binfmt)" = ":vmrun:E::vm::$work/root/t/usr/bin/vmrun:" ]
}

# Below DESTDIR lies what belongs to PREFIX, and nothing of it stays.
install_and_remove()
{
	build root_tree DESTDIR="$work/$1" PREFIX=/t/usr install &&
		(cd "$work/$1" && find . -type f | sort) >"$work/installed" &&
		printf './t/usr/%s\n' bin/vmrun libexec/vmrun/kernel.bin \
			share/bash-completion/completions/vmrun share/man/man1/vmrun.1 |
		cmp - "$work/installed" && grep -q /t/usr/libexec/vmrun/kernel.bin \
		"$work/$1/t/usr/share/man/man1/vmrun.1" || return
	cp -R "$work/$1" "$work/root" &&
		make -s -C "$work/root_tree" DESTDIR="$work/$1" PREFIX=/t/usr uninstall &&
		[ -z "$(find "$work/$1" -type f)" ] && [ ! -e "$work/$1/t/usr/libexec/vmrun" ]
}

# A kernel's path must not depend on where the command is started.
absolute_only()
{
	! make -s -C "$work/root_tree" DESTDIR="$work/relative" PREFIX=usr install &&
		[ ! -e "$work/relative" ]
}

# The installed command, where no file of the build is: its kernel, another, a flat one, none.
installed()
{
	cp "$work/outside/user/args.elf" "$work/outside/kernel/kernel.bin" "$work/root/t/" || return
	cat >"$work/root/t/run.sh" <<-'END'
		cd /
		mkdir -p libexec/vmrun
		echo no kernel >kernel.bin
		cp kernel.bin libexec/vmrun
		ln -s /t/usr/bin/vmrun /bin/another-name
		vmrun=/t/usr/bin/vmrun
		run() { "$@" 2>&1; echo "$?"; }
		run $vmrun -q /t/args.elf 1
		run another-name /t/args.elf
		run $vmrun -q -k /t/kernel.bin /t/args.elf 2
		run $vmrun --kernel=kernel.bin -k /nowhere /t/args.elf
		run $vmrun
		mv /t/usr/libexec/vmrun/kernel.bin /t
		run $vmrun /t/args.elf
	END
	cat >"$work/want" <<-'END'
		arg /t/args.elf
		arg 1
		0
		arg /t/args.elf
		+++ exited with 0 +++
		0
		arg /t/args.elf
		arg 2
		0
		hypervisor: /nowhere: No such file or directory
		125
		hypervisor: no program given; see --help
		125
		hypervisor: /t/usr/libexec/vmrun/kernel.bin: No such file or directory
		125
	END
	hypervisor/tests/nested.sh -t 600 "$work/root/t" sh run.sh >"$work/out" && diff "$work/want" "$work/out"
}

verdict "a directory" build a $product
verdict "another, of a longer name" build an/other/directory $product
verdict "the same bytes from both" same a an/other/directory
verdict "outside the tree, which stays as it is, and silent" outside_the_tree
verdict "the same bytes from there" same a outside
verdict "compile_commands.json" compile_commands
verdict "tags" tags
verdict "make help names what there is" help
verdict "make install, make uninstall" install_and_remove destination
verdict "no relative PREFIX" absolute_only
verdict "the manual page has the options of --help" manual
verdict "bash completes what --help has" completion
verdict "--binfmt names the command" binfmt
verdict "the installed command" installed
verdict "headers without the numbers of hypervisor/kvm.h" older_headers
verdict "with these, and flags of the user's" build flags CPPFLAGS="-I$work/include" \
	CFLAGS=-fno-omit-frame-pointer LDFLAGS=-Wl,--defsym=user_ldflags=1 $product
verdict "the flags are the host side's" flags_are_seen
# -mstringop-strategy: that calls of memcpy and memset come late, whatever the compiler's version.
verdict "calls that only the linking compiler makes" build calls \
	KCFLAGS=-mstringop-strategy=libcall CC=gcc kernel/kernel.bin
verdict "no pattern rule has several targets" one_target_a_pattern
verdict "musl, and orw.elf runs on it" musl

echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
