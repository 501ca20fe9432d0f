#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The end-to-end suite on the /dev/kvm of this machine; see suite.sh.
. tests/suite.sh

files=tests/files
trap 'rm -rf "$tmp" $files' EXIT

# --- files for the programs ---

rm -rf $files
mkdir -p $files
printf '012345678\n' >$files/ten
: >$files/empty
mkfifo $files/fifo
ln -s loop $files/loop
{
	head -c 4096 /dev/zero | tr '\0' 0
	head -c 4096 /dev/zero | tr '\0' 1
	printf 22222
} >$files/pages
head -c 1000000 /dev/urandom >$files/million
# 3 GiB of nothing and three bytes.
printf END | dd of=$files/big bs=1 seek=3221225469 2>/dev/null

# --- the main job ---

t_file "orw prints a file" /etc/os-release \
	program user/orw.elf /etc/os-release
t_file "orw prints a long file" $files/million \
	program user/orw.elf $files/million
t_file "orw prints an empty file" $files/empty \
	program user/orw.elf $files/empty
t "orw: no such file" 1 "" "orw: $files/none: no such file
+++ exited with 1 +++" \
	program user/orw.elf $files/none
t "hello" 0 'Hello, world!\n' "$exited" \
	program user/hello.elf
t "-q: no exit line" 0 'Hello, world!\n' "" \
	vm -q $kernel user/hello.elf
cat $files/ten $files/pages >"$tmp/both"
t_file "cat of two files" "$tmp/both" \
	program user/cat.elf $files/ten $files/pages
t_file "cat from a pipe to a pipe" $files/million \
	run sh -c "cat $files/million | $hypervisor $kernel user/cat.elf | cat"
t_file "cat of stdin" $files/million \
	run sh -c "$hypervisor $kernel user/cat.elf - <$files/million"
# read_once BYTES: gives so many to a program that reads once, and more only if it doesn't end.
mkfifo "$tmp/pipe"
read_once()
{
	"$hypervisor" $kernel tests/read_once.elf <"$tmp/pipe" >"$tmp/out" 2>"$tmp/err" &
	pid=$!
	exec 3>"$tmp/pipe"
	head -c "$1" $files/million >&3
	until_it_ends $pid
	head -c 1280 $files/million >&3 2>/dev/null
	exec 3>&-
	status=0
	wait $pid || status=$?
}
t "a read of a pipe doesn't wait for a full buffer" 0 "" "$exited" \
	read_once 10
t "a read returns what one write gave" 2 "" '+++ exited with 2 +++' \
	read_once 256
t "a read moves the whole buffer in one hypercall" 0 '15\n' "" \
	run sh -c "$hypervisor --trace $kernel user/orw.elf $files/million 2>&1 >/dev/null |
		grep -c '^pread(3, 0x[0-9a-f]*, 65536, [0-9]*) = 65536'"

# --- files in memory ---

t "a mapping larger than memory" 0 'PASS\n' "$exited" \
	vm -m 8M $kernel tests/mapped.elf large $files/big
if selected "300 mapped files, closed"; then
	mkdir -p $files/many
	awk -v prefix=$files/many/ 'BEGIN {
		for (i = 0; i < 300; i++) {
			name = sprintf("%s%03d", prefix, i)
			for (bytes = i % 10; length(bytes) < 8192;)
				bytes = bytes bytes
			printf "%s", bytes >name
			close(name)
		}
	}'
	t "$case_name" 0 'PASS\n' "$exited" program tests/mapped.elf closed $files/many/
fi
# pages COUNT CHARACTER
pages()
{
	head -c $(($1 * 4096)) /dev/zero | tr '\0' "$2"
}
# meanwhile KIND COMMAND...: runs it when the program says that it is ready.
meanwhile()
{
	"$hypervisor" $kernel tests/mapped.elf "$1" $files/changing <"$tmp/pipe" >"$tmp/out" \
		2>"$tmp/err" &
	pid=$!
	shift
	exec 3>"$tmp/pipe"
	until grep -q ready "$tmp/out" || ! kill -0 $pid 2>/dev/null; do
		sleep 0.1
	done
	"$@"
	echo >&3
	status=0
	wait $pid || status=$?
	exec 3>&-
}
# In place, the inode stays.
rewrite()
{
	pages 4 b | dd of=$files/changing bs=4096 conv=notrunc 2>/dev/null
}
cut_short()
{
	pages 1 a >$files/changing
}
pages 3 a >$files/changing
t "a file changed meanwhile" 0 'ready\nPASS\n' "$exited" \
	meanwhile changed rewrite
pages 3 a >$files/changing
dd if=/dev/zero of=$files/changing bs=4096 seek=200 count=0 2>/dev/null
t "a file cut short meanwhile" 135 'ready\n' '*+++ killed by SIGBUS +++' \
	meanwhile cut cut_short

# by_itself KIND REDIRECTION: a file that the program itself writes to, by its fd 0.
by_itself()
{
	head -c 5000 /dev/zero | tr '\0' a >$files/written
	run sh -c "$hypervisor $kernel tests/written.elf $1 $files/written 0$2$files/written"
}
t "what it writes shows where it has read and mapped" 0 'PASS\n' "$exited" \
	by_itself at '<>'
t "what it appends shows where it has read and mapped" 0 'PASS\n' "$exited" \
	by_itself behind '>>'

opened_twice()
{
	run sh -c "$hypervisor $kernel tests/mapped.elf twice $files/ten <$files/ten"
}
t "a file that is fd 0, and opened by name" 0 'PASS\n' "$exited" \
	opened_twice

# --- arguments and environment ---

t "arguments" 0 'arg user/args.elf\narg one\narg \narg two words\narg \001\377\n\\"\n' "$exited" \
	program user/args.elf one "" 'two words' "$(printf '\001\377\n\\"')"
t "environment; options end at the image" 0 \
	'arg user/args.elf\narg --\narg -q\nenv A=1\nenv B=\nenv C=x y=z\n' "$exited" \
	vm -e A=1 -e B= --env 'C=x y=z' $kernel user/args.elf -- -q
t "300 arguments" 0 "arg user/args.elf\\n$(seq 1 300 | sed 's/.*/arg &\\n/' | tr -d '\n')" "$exited" \
	program user/args.elf $(seq 1 300)
# argsum prints counts, bytes and a hash of its arguments: what it prints natively, too. The boot
# stack holds some 12 KiB of them.
# summed NAME COUNT BYTES OPTION...: so many arguments of so many bytes, which no shell has to copy.
summed()
{
	selected "$1" || return 0
	more="tests/inherit arguments $2 $3"
	shift 3
	env -i $more tests/argsum.elf >"$tmp/native"
	t_file "$case_name" "$tmp/native" run $more "$hypervisor" "$@" $kernel tests/argsum.elf
}
for bytes in 11700 11800 11900 12000 12100 12200 12300; do
	summed "an argument of $bytes bytes" 1 $bytes
done
summed "6000 arguments" 6000 4
longest=131071
summed "an argument as long as it may be" 1 $longest
summed "1 MB of arguments in 8 MiB" 10 100000 -m 8M
argument=$(head -c 100000 /dev/zero | tr '\0' a)
env -i A="$argument" B="$argument" C="$argument" tests/argsum.elf a "" >"$tmp/native"
t_file "an environment of 300 KB" "$tmp/native" \
	vm -e "A=$argument" -e "B=$argument" -e "C=$argument" $kernel tests/argsum.elf a ""
t "-m 4M: what the kernel has no room for" 126 "" "kernel: tests/argsum.elf: guest memory is too small for it
*" \
	run tests/inherit arguments 14 $longest "$hypervisor" -m 4M $kernel tests/argsum.elf
# as_many BYTES COMMAND...: with so many arguments, as execve(2) counts them if COMMAND's last word
# is their program: that twice, and a pointer to each. Linux has room for them without a limit of
# the stack alone.
as_many()
{
	fill=$(($1 - 15 * (longest + 1 + 8) - 2 * 17 - 8 - 9))
	shift
	status=0
	(
		ulimit -s unlimited
		tests/inherit arguments 15 $longest tests/inherit arguments 1 $fill "$@"
	) >"$tmp/out" 2>"$tmp/err" || status=$?
}
if selected "2 MiB of arguments"; then
	as_many 2097152 env -i tests/argsum.elf
	mv "$tmp/out" "$tmp/native"
	t_file "$case_name" "$tmp/native" as_many 2097152 "$hypervisor" $kernel tests/argsum.elf
fi
t "a byte more" 125 "" "hypervisor: arguments and environment take 2097153 bytes, 2097152 are allowed" \
	as_many 2097153 "$hypervisor" $kernel tests/argsum.elf
t "-m 4M: what there is no room for" 125 "" "hypervisor: arguments and environment take * -m" \
	as_many 2097152 "$hypervisor" -m 4M $kernel tests/argsum.elf
t "more than the boot stack holds for a kernel that doesn't say it takes it" 125 "" \
	"hypervisor: arguments and environment take 1*, this kernel has room for 1*" \
	vm tests/article64.bin "$argument"
if selected "to the byte, what the message says it has room for"; then
	vm tests/article64.bin "$argument"
	room=$(sed -n 's/.* this kernel has room for //p' "$tmp/err")
	# Beside the string: its NUL, a pointer to it, and the ends of argv and envp.
	fill=$(head -c $((room - 1 - 3 * 8)) /dev/zero | tr '\0' c)
	t "$case_name" 125 'ABCD123\n' "hypervisor: KVM_EXIT_HLT: *" vm tests/article64.bin "$fill"
	t "$case_name, and one more" 125 "" \
		"hypervisor: arguments and environment take $((room + 1)) bytes, this kernel has room for $room" \
		vm tests/article64.bin "c$fill"
fi

# --- dynamic programs, and scripts ---

# Interpreters of our own, see user/tests/dynamic/interp.c. Linux 6.1 loses one that is ET_EXEC.
for name in pie-interp pie-placed exec-interp exec-placed; do
	t "dynamic: $name, natively" 0 'interpreter\nPASS\n' "" \
		run tests/dynamic/$name.elf
done
for name in pie-interp pie-fixed pie-placed exec-interp exec-fixed exec-placed; do
	t "dynamic: $name" 0 'interpreter\nPASS\n' "$exited" \
		program tests/dynamic/$name.elf
done
t "dynamic: seq" 0 '1\n2\n3\n' "$exited" \
	vm --root root $kernel /usr/bin/seq 3
t "dynamic: cat of a file" 0 '#!/usr/bin/echo one two\n' "$exited" \
	vm --root root $kernel /usr/bin/cat /script
t "dynamic: env" 0 'A=1\n' "$exited" \
	vm --root root -e A=1 $kernel /usr/bin/env
if [ -e /lib64/ld-linux-x86-64.so.2 ]; then
	t_file "dynamic: a program of this machine" /etc/os-release \
		program /bin/cat /etc/os-release
else
	skip "dynamic: a program of this machine" "it has no libraries"
fi
t "dynamic: the interpreter isn't there" 127 "" "kernel: tests/dynamic/pie-interp.elf: its interpreter tests/dynamic/interp.so: no such file
+++ exited with 127 +++" \
	vm --root $files $kernel tests/dynamic/pie-interp.elf
t "dynamic: --no-files" 126 "" "kernel: tests/dynamic/pie-interp.elf: its interpreter tests/dynamic/interp.so: --no-files lets it open none: *
+++ exited with 126 +++" \
	vm --no-files $kernel tests/dynamic/pie-interp.elf

# script NAME TEXT: a file that can be executed, TEXT with printf's escapes.
mkdir $files/scripts
script()
{
	printf "$2" >$files/scripts/$1
	chmod 755 $files/scripts/$1
}
args=user/args.elf
script plain "#!$args\n"
script argument "#! \t$args \t one  two\t \nthe rest"
script no_newline "#!$args x"
script a_nul "#!$args \0\n"
script long "#!$args $(head -c 300 /dev/zero | tr '\0' a)\n"
script 1 "#!$args a1\n"
for level in 2 3 4 5 6; do
	script $level "#!$files/scripts/$((level - 1)) a$level\n"
done
script quiet "#!tests/quiet.elf 1\n"
script none "#!$files/none\n"
script nameless "#!  \n"
script nul "#!\0\n"
script too_long "#!/$(head -c 300 /dev/zero | tr '\0' a)\n"
script directory "#!/\n"
script itself "#!$files/scripts/itself\n"
for name in plain argument no_newline a_nul long 1 2 3 4 5; do
	selected "script: $name" || continue
	env -i $files/scripts/$name one "" >"$tmp/native"
	t_file "$case_name" "$tmp/native" program $files/scripts/$name one ""
done
# refused_script NAME STATUS MESSAGE: behind the script's name.
refused_script()
{
	t "script: $1" $2 "" "kernel: $files/scripts/$1: $3
+++ exited with $2 +++" \
		program $files/scripts/$1
}
refused_script 6 126 "its interpreter $files/scripts/1: too many scripts whose interpreters are scripts"
refused_script itself 126 "its interpreter $files/scripts/itself: too many scripts whose *"
refused_script none 127 "its interpreter $files/none: no such file"
refused_script nameless 126 "a script that names no interpreter"
refused_script nul 126 "its interpreter .: is a directory"
refused_script too_long 126 "a script whose first line is too long"
refused_script directory 126 "its interpreter /: is a directory"
chmod 644 $files/scripts/plain
refused_script plain 126 "permission denied"
t "script: of --root, like its interpreter and that one's" 0 'one two /script three\n' "$exited" \
	vm --root root $kernel /script three
t "script: --no-files" 126 "" "kernel: $files/scripts/1: its interpreter $args: --no-files lets it open none: *
*" \
	vm --no-files $kernel $files/scripts/1

# --- system calls ---

for name in files told bigfile memory pointers startup vsyscall vdso; do
	t "$name" 0 'PASS\n' "$exited" \
		program tests/$name.elf
done

# Processes. Where ring 0 is interpreted a new one takes long, and a thousand take minutes.
forks=2000
case $backend in pvm) forks="20 100" ;; vtx) forks=100 ;; esac
t "processes: one after the other, and as a tree" 0 'PASS\n' "$exited" \
	vm -m 64M $kernel tests/forks.elf $forks
if [ "$backend" != pvm ]; then
	t "processes: as many as there may be" 0 'PASS\n' "$exited" \
		vm -m 128M $kernel tests/forks.elf 1 1000 bomb
	t "processes: on poison" 0 'PASS\n' "$exited" vm -m 64M kernel/poison.bin tests/forks.elf 20
fi
t "processes: those of a higher priority go first" 0 'PASS\n' "$exited" program tests/realtime.elf
# The pipe's other end waits for what another process does meanwhile.
t "processes: one that reads a pipe which stays empty, another goes on" 0 'went on\nline\n' "$exited" \
	run sh -c "{ until grep -q on $tmp/went; do sleep 0.05; done 2>/dev/null; echo line; } |
		$hypervisor $kernel /bin/busybox sh -c 'exec 3<&0; cat <&3 & i=0
			while [ \$i -lt 1000 ]; do i=\$((i + 1)); done; echo went on; wait' | tee $tmp/went"
for how in write writev nonblock; do
	t "processes: a pipe that is full, others go on: $how" 0 '300000\n' "went on
$exited" run sh -c "$hypervisor $kernel tests/beside.elf $how 2>$tmp/$how |
			{ until grep -q on $tmp/$how; do sleep 0.05; done 2>/dev/null; wc -c; }; cat $tmp/$how >&2"
done
for how in loop leave call end; do
	t "processes: one that spoils the code between two threads: $how" 0 'PASS\n' "$exited" \
		program tests/spoil.elf $how
done

t "an open is two hypercalls" 0 '012345678\n' '*open 2,*stat 1, readlink 0,*' \
	vm --stats $kernel user/orw.elf $files/ten

# grow PROGRAM...: a file that grows by a byte each time that the program asks for it by one; PROGRAM
# is given its name.
grow()
{
	rm -f "$tmp/to" "$tmp/from"
	mkfifo "$tmp/to" "$tmp/from"
	"$hypervisor" "$kernel" "$@" "$tmp/grows" <"$tmp/to" >"$tmp/from" 2>"$tmp/err" &
	exec 7>"$tmp/to" 8<"$tmp/from"
	: >"$tmp/out"
	while read -r line <&8; do
		case $line in
		"") printf x >>"$tmp/grows" && echo >&7 ;;
		*) echo "$line" >>"$tmp/out" ;;
		esac
	done
	exec 7>&- 8<&-
	status=0
	wait $! || status=$?
}
cp $files/ten "$tmp/grows"
t "the size of a file that grows" 0 'PASS\n' "$exited" grow tests/told.elf
head -c 5000 /dev/zero >"$tmp/grows"
t "the end of a file is told by the read before it" 1 '0\n' "" \
	run sh -c "$hypervisor --trace $kernel /bin/busybox wc $files/ten 2>&1 >/dev/null |
		grep -c '^pread.* = 0$'"
t "the end of a file that grows" 0 'PASS\n' "$exited" grow tests/written.elf end

for name in read behind inside pointer stack; do
	t "vsyscall page: $name" 139 "" "kernel: #PF page fault: *
+++ killed by SIGSEGV +++" program tests/vsyscall.elf $name
done
t "a C library makes no system call for the time" 0 '0\n1\n' "" \
	run sh -c "$hypervisor --trace=syscalls $kernel /bin/busybox date +%s 2>$tmp/trace >/dev/null
		grep -cE 'clock_gettime|gettimeofday|^time' $tmp/trace; grep -c '^write(1, ' $tmp/trace"
# busybox COMMAND...: in the VM.
busybox()
{
	program /bin/busybox "$@"
}
ln -s /dev/fd/9 $files/to_fd9
t "a link of the host's leads to an fd that the host hasn't got" 0 'hi\n' "$exited" \
	busybox sh -c "exec 9>&1; echo hi >$files/to_fd9"
t "/proc: the CPUs" 0 '1\n' "$exited" \
	busybox nproc
t "/proc: the memory is that of -m" 0 '1\n' "$exited" \
	vm -m 64M $kernel /bin/busybox awk '/^MemTotal:/ { print ($2 <= 65536 && $2 > 61440) }' /proc/meminfo
t "/proc: a list of processes has the program" 0 '100\n' "$exited" \
	busybox pidof busybox
t "/proc: the host's processes aren't there" 1 "" "cat: can't open '/proc/1/status': No such file or directory
+++ exited with 1 +++" \
	busybox cat /proc/1/status
t "/proc: an argument is shown as it is" 0 '/bin/busybox\0cat\0/proc/self/cmdline\0' "$exited" \
	busybox cat /proc/self/cmdline
t "/proc: the environment" 0 'A=1\0B=two words\0' "$exited" \
	vm -e A=1 -e 'B=two words' $kernel /bin/busybox cat /proc/self/environ
# But UMIP, which KVM emulates.
t "/proc: no CPU flag that this machine hasn't got" 0 "" "" \
	run sh -c "$hypervisor -q $kernel /bin/busybox grep '^flags' /proc/cpuinfo | tr ' ' '\n' | grep -v : >$tmp/flags
		[ -s $tmp/flags ] && grep -m 1 '^flags' /proc/cpuinfo | tr ' ' '\n' | grep -vxFf - $tmp/flags |
		grep -vx umip || true"
t "/dev: what is there" 0 'fd\nfull\nnull\nrandom\nshm\nstderr\nstdin\nstdout\ntty\nurandom\nzero\n' "$exited" \
	busybox ls /dev
# Where the host has no /dev.
t "/dev: null is the kernel's own" 0 '0 /dev/null\n' "$exited" \
	vm --root $files $kernel /bin/busybox wc -c /dev/null
t "/dev: zero is, if need be" 0 ' 00 00 00 00 00\n' "$exited" \
	vm --root $files $kernel /bin/busybox od -An -tx1 -N5 /dev/zero
t "/dev: full is, if need be" 1 "" '*No space left on device
+++ exited with 1 +++' \
	vm --root $files $kernel /bin/busybox sh -c 'echo x >/dev/full'
t "tmpfs: another place" 0 'text\n' "$exited" \
	vm --tmpfs /data/x $kernel /bin/busybox sh -c 'cd /data/x && echo text >f && cat /data/x/f'
t "tmpfs: no place for one" 125 "" "hypervisor: no absolute path *--help" \
	vm --tmpfs x/../y $kernel /bin/busybox true
echo text >"$tmp/shown"
t "tmpfs: what an argument names is seen in /tmp, and read-only" 1 'text\nshown\n' \
	"*Read-only file system*" busybox sh -c 'cat $0; ls $(dirname $0); echo x >$0' "$tmp/shown"
t "tmpfs: what one of many arguments names; the memory that they came in is used again" 0 \
	'/proc\nx\ntext\n' "$exited" vm -e A="$(printf '%020000d' 0)" $kernel /bin/busybox sh -c \
	'cd /proc && pwd && echo x >/tmp/x && cat /tmp/x $0' "$tmp/shown"

# --- files to write to ---

out=$files/out
# output OPTION... COMMAND...: with that file, which holds something; then what it holds.
output()
{
	echo 'what was there before' >$out
	vm --output $out "$@"
	cat $out >>"$tmp/out"
}
# output_at PATH COMMAND...: likewise, and the program finds it there.
output_at()
{
	path=$1
	shift
	echo 'what was there before' >$out
	vm --output $out="$path" $kernel /bin/busybox "$@"
	cat $out >>"$tmp/out"
}
t "output: what is written reaches the host, and nothing else stays" 3 '0\none\ntwo\none\ntwo\n' '+++ exited with 3 +++' \
	output $kernel /bin/busybox sh -c "stat -c %s $out; echo one >$out; echo two >>$out; cat $out; exit 3"
t "output: emptied though nothing is written" 0 "" "$exited" \
	output $kernel /bin/busybox true
rm -f $out
t "output: a file that isn't there yet" 0 "mode 644\n" "$exited" \
	run sh -c "umask 022; $hypervisor --output $out $kernel /bin/busybox true; stat -c 'mode %a' $out"
t "output: emptied again by a redirection" 0 'b\n' "$exited" \
	output $kernel /bin/busybox sh -c "echo longer >$out; echo b >$out"
t "output: through directories that are links, and .." 0 'a\nb\nc\n' "$exited" \
	output $kernel /bin/busybox sh -c "cd $files; ln -s . /tmp/here; echo a >/proc/self/cwd/out; cd ..; echo b >>files/../files/out
		ln -s \$PWD/files /tmp/link; echo c >>/tmp/link/out"
t "output: a child and its parent share the offset" 0 'parent\nchild\nparent\n' "$exited" \
	output $kernel /bin/busybox sh -c "{ echo parent; sh -c 'echo child'; echo parent; } >$out"
t "output: at a path in a tmpfs" 0 'y\n012345678\n' "$exited" \
	output_at /tmp/x/y sh -c "ls /tmp/x; cp $files/ten /tmp/x/y"
t "output: at a path on the host that isn't there" 0 'hi\nhi\n' "$exited" \
	output_at /nothing-has-this-name sh -c 'echo hi >/nothing-has-this-name; cat /nothing-has-this-name'
ln -s /run $files/to_run
t "output: at a path that leads by a link to a tmpfs" 0 'hi\nhi\n' "$exited" \
	output_at "$PWD/$files/to_run/x" sh -c "echo hi >$files/to_run/x; cat /run/x"
ln -s . $files/same
t "output: hides what the host has at its path, by links, too" 0 'hi\nhi\nhi\n' "$exited" \
	output_at "$PWD/$files/same/ten" sh -c "echo hi >$files/same/ten; cat $files/ten $files/same/ten"
t "output: at a path without its directory" 1 "" "*: nonexistent directory*" \
	output_at /none/x sh -c 'echo hi >/none/x'
t "output: at a directory" 125 "" "kernel: --output: /tmp can't be mounted: error 16*" \
	output_at /tmp true
t "output: its name in a tmpfs" 0 'a\n' "*'/tmp/x'*busy*'/tmp/x'*busy*'/tmp/z'*busy*$exited" \
	output_at /tmp/x sh -c 'echo a >/tmp/x; rm /tmp/x; mv /tmp/x /tmp/y; echo b >/tmp/z; mv /tmp/z /tmp/x; cat /tmp/y 2>/dev/null; true'
t "output: its name on the host" 1 "" "rm: can't remove '$out': Read-only file system*" \
	output $kernel /bin/busybox rm $out
t "output: its mode and its times" 1 "" "chmod: *Operation not permitted*touch: *Operation not permitted*" \
	output $kernel /bin/busybox sh -c "chmod 700 $out; touch $out"
t "output: it isn't executed" 126 '#!/bin/true\n' "*Permission denied*" \
	output_at /tmp/x sh -c 'echo "#!/bin/true" >/tmp/x; /tmp/x'
t "output: longer and shorter" 0 '8 10 01234\0\0\0\0\0' "$exited" \
	output_at /tmp/x sh -c 'printf 01234567 >/tmp/x; printf "$(stat -c %s /tmp/x) "; truncate -s 5 /tmp/x
		truncate -s 10 /tmp/x; printf "$(stat -c %s /tmp/x) "'
t "output: shorter than it was, and longer than a list of pages" 0 "" "$exited" \
	run sh -c "$hypervisor --output $out=/tmp/x $kernel /bin/busybox sh -c 'cat $files/million $files/million $files/million >/tmp/x; truncate -s 2999998 /tmp/x'
		cat $files/million $files/million $files/million | head -c 2999998 | cmp - $out"
t "output: in the middle" 0 '01xy4567' "$exited" \
	output_at /tmp/x sh -c 'printf 01234567 >/tmp/x; printf xy | dd of=/tmp/x bs=1 seek=2 conv=notrunc 2>/dev/null'
t "output: a write is one hypercall, and no other" 0 '100 writes, 0 lseeks\n' "" \
	run sh -c "$hypervisor -q --trace --output $out $kernel /bin/busybox dd if=/dev/zero of=$out bs=10 count=100 2>&1 | awk '
		/^write\\(253, / { writes++ } /^lseek/ && writes { lseeks++ } END { print writes + 0 \" writes, \" lseeks + 0 \" lseeks\" }'"
t "output: two of them, one with = in its name" 0 'one\ntwo\n' "$exited" \
	run sh -c "$hypervisor --output $out --output $files/a=b=/tmp/two $kernel /bin/busybox sh -c 'echo one >$out; echo two >/tmp/two'
		cat $out $files/a=b"
ln -s out $files/to_out
t "output: a link leads to the file" 0 'hi\n' "$exited" \
	run sh -c "$hypervisor --output $files/to_out $kernel /bin/busybox sh -c 'echo hi >$files/to_out'; cat $out"
t "output: with --root" 0 'hi\n' "$exited" \
	run sh -c "$hypervisor --root $files --output $out=/here $kernel /bin/busybox sh -c 'echo hi >/here'; cat $out"
t "output: with --no-files" 0 'hi\n' "$exited" \
	run sh -c "cd $files; ../../$hypervisor --no-files --output out ../../$kernel /bin/busybox sh -c 'echo hi >out'; cat out"
t "output: a limit of the host's" 1 "512\n" "*File too large*" \
	run sh -c "(ulimit -f 1; $hypervisor --output $out $kernel /bin/busybox dd if=/dev/zero of=$out bs=600 count=2)
		status=\$?; wc -c <$out; exit \$status"
# Nothing is lost where the run doesn't begin.
t "output: gdb doesn't come" 124 'what was there before\n' "hypervisor: waits for gdb*+++ ended by --timeout +++" \
	output --timeout 0.2 --gdb unix:$files/nobody $kernel user/hello.elf
t "output: no kernel" 125 'what was there before\n' "hypervisor: none.bin: No such file or directory" \
	output none.bin user/hello.elf
t "output: another that can't be made" 125 'what was there before\n' "hypervisor: --output /none/x: No such file or directory" \
	output --output /none/x $kernel user/hello.elf
t "output: a directory" 125 'what was there before\n' "hypervisor: --output $files: Is a directory" \
	output --output $files $kernel user/hello.elf
t "output: a FIFO" 125 'what was there before\n' "hypervisor: --output $files/fifo: not a regular file" \
	output --output $files/fifo $kernel user/hello.elf
t "output: a FIFO that somebody waits at, who goes on doing so" 125 'waits\n' "hypervisor: --output $files/fifo: not a regular file" \
	run sh -c "sh -c ': >$files/fifo' & sleep 0.3
		$hypervisor --output $files/fifo $kernel user/hello.elf; status=\$?
		sleep 0.1; kill \$! && echo waits; exit \$status"
for file in user/hello.elf $kernel; do
	rm -f $out
	cp $file $out
	t "output: what is run, $file" 125 'as before\n' "hypervisor: --output $out: it is the file of the *" \
		run sh -c "if [ $file = $kernel ]; then set -- $out user/hello.elf; else set -- $kernel $out; fi
			$hypervisor --output $out \"\$@\"; status=\$?
			cmp $file $out && echo as before; exit \$status"
done
t "output: a file of /proc" 125 'what was there before\n' "hypervisor: --output /proc/self/comm: not a file that keeps data" \
	output --output /proc/self/comm $kernel user/hello.elf
t "output: given twice" 125 'what was there before\n' "hypervisor: two --output for one path: *; see --help" \
	output --output $out $kernel user/hello.elf
t "output: a path that isn't absolute" 125 'what was there before\n' "hypervisor: not FILE=PATH with an absolute PATH: '$out=x'; see --help" \
	output --output $out=x $kernel user/hello.elf
t "output: too many" 125 'what was there before\n' "hypervisor: too many --output: *" \
	output $(for i in 1 2 3 4 5 6 7 8; do echo --output $files/o$i; done) $kernel user/hello.elf
t "output: a kernel that tries to write to other files" 0 'text\0\0\0\0\0\0\0\0\0\0\0\0x' "$exited" \
	output -m 4M tests/output.bin x
t "a kernel that closes its trace and its core has both" 0 'panic(\ncore\n' "hypervisor: kernel panic: unclosed*" \
	run sh -c "$hypervisor -o $files/trace --trace --core $files/core tests/unclosed.bin
		grep -o 'panic(' $files/trace; test -s $files/core && echo core"
t "output: an image that isn't told where, as in real mode" 0 '' "$exited" \
	output --real-mode tests/open0.bin
timer_create=222 # its number
t "the host has no timer to give" 0 'Hello, world!\n' "$exited" \
	run tests/nocall $timer_create "$hypervisor" $kernel user/hello.elf
t "tmpfs: paths that leave the program's own no room" 125 "" "hypervisor: the paths of --tmpfs and --output take *, which is too much" \
	run sh -c "long=\$(printf '/%0200d' \$(seq 17)); dots=\$(printf './%.0s' \$(seq 2000)); large=\$(printf '%020000d' 0)
		$hypervisor --tmpfs \$long/1 --tmpfs \$long/2 --tmpfs \$long/3 -e A=\$large $kernel /\${dots}bin/true"

# --- more of files in memory ---

t "tmpfs: half of memory, and again" 0 'as much\n' "$exited" \
	vm -m 16M $kernel /bin/busybox sh -c 'cd /tmp; for i in 1 2; do
		dd if=/dev/zero of=$i bs=64k 2>/dev/null; size=$(stat -c %s $i); rm $i; echo $size >>/dev/shm/sizes
	done; { read -r a; read -r b; [ $a -gt 5000000 ] && [ $((a - b)) -le 8192 ] && echo as much; } </dev/shm/sizes'
t "tmpfs: memory comes back" 0 'back\n' "$exited" \
	busybox sh -c 'left() { sed -n "s/^MemFree: *\([0-9]*\).*/\1/p" /proc/meminfo; }
		before=$(left); cd /tmp; mkdir d; for i in 1 2 3 4; do
			echo text >d/$i; ln -s $i d/link$i; ln d/$i d/again$i; done
		cp /bin/busybox b; during=$(left); cd /; rm -r /tmp/d /tmp/b; after=$(left)
		[ $((before - during)) -gt 1500 ] && [ $((before - after)) -lt 100 ] && echo back'
t "registers" 0 "" "$exited" \
	program tests/registers.elf
t "memory given back can be had again" 0 'PASS\n' "$exited" \
	vm -m 6M $kernel tests/leak.elf
t "startup of a static PIE" 0 'PASS\n' "$exited" \
	program tests/startup-pie.elf
for number in 0 1 42 255; do
	t "exit($number)" $number "" "+++ exited with $number +++" \
		program tests/status.elf $number
done
t "exit_group(256)" 0 "" "$exited" \
	program tests/status.elf 256 group
t "exit_group(-1)" 255 "" '+++ exited with 255 +++' \
	program tests/status.elf -1 group
t "a status that looks like a signal's is none" 11 "" '+++ exited with 11 +++' \
	program tests/status.elf 2827
tests/cpu.elf >"$tmp/native"
t_file "the CPU's name and caches" "$tmp/native" \
	program tests/cpu.elf

# --- what the host is asked for, and what it shows ---

t "--stats" 0 "" 'exits: *
hypercalls: open 1, read *, write 0, close 1, lseek *, exit 1, lseek64 *, sleep 0, readdir 0, stat *, readlink 0, wait 0, timer 0, pread *
bytes: read [1-9]*, write 0, readdir 0, readlink 0, pread *
exit reasons: KVM_EXIT_IO *
faults: minor [1-9]*, major *
peak memory: [1-9]* KiB
+++ exited with 0 +++' \
	vm --stats $kernel tests/quiet.elf 200
t "--stats=json" 0 "012345678\n" '{"exits": [1-9]*, "hypercalls": {"open": 2, *}, "bytes": {"read": *, "write": 10, *}, "exit_reasons": {"KVM_EXIT_IO": [1-9]*}, "minor_faults": *, "peak_memory_kib": [1-9]*}' \
	vm -q --stats=json $kernel user/orw.elf $files/ten
t "--binfmt without an installed kernel" 125 "" "hypervisor: --binfmt is for the installed command, *" \
	vm --binfmt
if selected "system calls that need no host cause no exit"; then
	vm --stats $kernel tests/quiet.elf 1
	few=$(sed -n 's/^exits: //p' "$tmp/err")
	vm --stats $kernel tests/quiet.elf 200
	many=$(sed -n 's/^exits: //p' "$tmp/err")
	problem=
	[ "$many" ] && [ "$many" = "$few" ] || problem="$many exits, not $few"
	verdict "$case_name" "$problem"
fi
t "a program that sleeps lets the host sleep" 0 "" '*sleep [1-9], *
+++ exited with 0 +++' \
	vm --stats $kernel tests/quiet.elf
t "--trace=syscalls" 0 '012345678\n' 'execve("user/orw.elf", [[]"user/orw.elf", "tests/files/ten"], 0x7ff*[0-9a-f] /[*] 1 var [*]/) = 0
open("tests/files/ten", O_RDONLY)       = 3
read(3, "012345678?n", 65536)           = 10
write(1, "012345678?n", 10)             = 10
read(3, "", 65536)                      = 0
exit_group(0)                           = ?
+++ exited with 0 +++' \
	vm --trace=syscalls -e A=1 $kernel user/orw.elf $files/ten
t "--trace=syscalls shows errors" 1 "" '*
open("tests/files/none", O_RDONLY)      = -1 ENOENT (No such file or directory)
*' \
	vm --trace=syscalls $kernel user/orw.elf $files/none
t "--trace of the first execve: the script, by its name" 0 "" 'execve("tests/files/scripts/quiet", [[]"tests/files/scripts/quiet", "one", ""], 0x7ff*[0-9a-f] /[*] 0 vars [*]/) = 0
*' \
	vm -q --trace=execve $kernel $files/scripts/quiet one ""
# like_strace: of traced.elf's calls, lines that differ from those of strace, which were recorded
# when the stage was made. Addresses and process numbers are masked, and the width of those lines.
like_strace()
{
	status=0
	"$hypervisor" -o "$tmp/trace" --trace=syscalls $kernel tests/traced.elf </dev/null >/dev/null \
		2>&1 || status=$?
	for trace in tests/traced.strace "$tmp/trace"; do
		sed -E -e '/^execve\("tests/s/0x.*vars/ENVIRONMENT/' -e 's/0x[0-9a-f]{5,}/ADDRESS/g' \
			-e 's/^(get(p|pp|t)id\(\)) +=.*/\1/' -e 's/^(kill|tkill|tgkill)\([0-9 ,]*/\1(/' \
			-e 's/si_pid=[0-9]*/si_pid=/' -e '/ADDRESS|^kill|^t.*kill/s/ +=/ =/' "$trace" >"$tmp/masked"
		[ "$trace" = "$tmp/trace" ] || mv "$tmp/masked" "$tmp/native"
	done
	diff "$tmp/native" "$tmp/masked" >"$tmp/out"
	[ "$(wc -l <"$tmp/native")" -gt 200 ] || echo "strace has recorded too little" >"$tmp/out"
	: >"$tmp/err"
}
t "--trace=syscalls: 200 lines as strace has them" 3 "" "" like_strace
# traced OPTION... -- SCRIPT: what it lets busybox's shell do, with the trace as stdout.
traced()
{
	options=
	while [ "$1" != -- ]; do
		options="$options $1"
		shift
	done
	status=0
	"$hypervisor" $options -o "$tmp/out" $kernel /bin/busybox sh -c "$2" </dev/null >/dev/null \
		2>"$tmp/err" || status=$?
}
if selected "--trace=syscalls: processes and signals"; then
	traced --trace=%process,%signal,read -- 'trap : USR1
		(until read a b state c </proc/$$/stat; [ $state = S ]; do :; done; read x; exit 3) <&0 & wait $!
		kill -USR1 $$; kill -9 $$'
	shape '^clone\(child_stack=NULL, flags=.*SIGCHLD.*\) = 101$' \
		'^100   rt_sigsuspend\(\[\], 8 <unfinished [.][.][.]>$' '^101   read\(0, "", 1\) +  = 0$' \
		'^101   exit_group\(3\) +  = [?]$' '^101   [+][+][+] exited with 3 [+][+][+]$' \
		'^<[.][.][.] rt_sigsuspend resumed>\) +  = [?] ERESTARTNOHAND \(To be restarted if no handler\)$' \
		'^--- SIGCHLD [{]si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=101, si_uid=0, si_status=3, ' \
		'^rt_sigreturn\([{]mask=.*\) = -1 EINTR \(Interrupted system call\)$' \
		'^wait4\(-1, \[[{]WIFEXITED\(s\) && WEXITSTATUS\(s\) == 3[}]\], WNOHANG, NULL\) = 101$' \
		'^kill\(100, SIGUSR1\) +  = 0$' \
		'^--- SIGUSR1 [{]si_signo=SIGUSR1, si_code=SI_USER, si_pid=100, si_uid=0[}] ---$' \
		'^rt_sigreturn\([{]mask=\[\][}]\) +  = 0$' '^kill\(100, SIGKILL\) +  = 0$' \
		'^[+][+][+] killed by SIGKILL [+][+][+]$'
fi
# Each line is whole, whoever wrote it.
if selected "--trace of both kinds at once"; then
	traced --trace=hypercalls,syscalls -- 'echo $(echo x)'
	grep -Ev '^(10[0-9]   )?([a-z_0-9]+\(.*\) += ([?]|-?[0-9]+|0x[0-9a-f]+)( .*)?|[a-z_0-9]+\(.* <unfinished ...>|<... [a-z0-9_]+ resumed>.* = .*|(---|[+][+][+]) .* (---|[+][+][+])|exit\([0-9]+\))$' \
		"$tmp/out" >"$tmp/shape"
	grep -q '^pread([0-9]*, 0x' "$tmp/out" && grep -q '^10[0-9]   write(1, "x' "$tmp/out" ||
		echo "one kind is missing" >>"$tmp/shape"
	verdict "$case_name" "$(head -n 3 "$tmp/shape")"
fi
t "--trace of sets, and of all but some" 0 'x\n' 'write(1, "x?n", 2)                      = 2
+++ exited with 0 +++' \
	vm '--trace=!%memory,%process,%creds,%file,%signal,prctl,set_robust_list,rseq,set_tid_address,prlimit64,getrandom,fstat,ioctl' \
	$kernel /bin/busybox echo x
t "-c" 0 'x\n' '% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
*.[0-9][0-9] *.[0-9][0-9][0-9][0-9][0-9][0-9] * 1           write
*------ ----------- ----------- --------- --------- ----------------
100.00 *.[0-9][0-9][0-9][0-9][0-9][0-9] * total
+++ exited with 0 +++' \
	vm -c $kernel /bin/busybox echo x
t "-r and -t" 0 'x\n' '     0.000000 [0-9][0-9]:[0-9][0-9]:[0-9][0-9] write(1, "x?n", 2) = 2
+++ exited with 0 +++' \
	vm -rt --trace=write $kernel /bin/busybox echo x
t "-o of a file that can't be made" 125 "" "hypervisor: /none/file: No such file or directory" \
	vm -o /none/file $kernel user/hello.elf
t "a sleep of 292 years is no deadlock" 124 "" "+++ ended by --timeout +++" \
	vm --timeout 1 $kernel tests/forever.elf
t "a stop that nothing could end" 147 "" "kernel: signal 19 stops the program, and nothing could let it go on
+++ killed by SIGSTOP +++" \
	program /bin/busybox sh -c 'kill -STOP $$; echo no'
t "--trace of something else" 125 "" "hypervisor: neither a system call nor a set of them: 'nothing'; see --help" \
	vm --trace=nothing $kernel user/hello.elf

# --- cores; gdb.sh has what gdb sees in them ---

core=$tmp/core
# cored COMMAND...: what a core's first bytes are is added to stdout.
cored()
{
	rm -f "$core"
	"$@"
	od -An -tx1 -N18 "$core" >>"$tmp/out"
}
elf=' 7f 45 4c 46 02 01 01 00 00 00 00 00 00 00 00 00\n 04 00\n'
t "core: of the first process that crashes, its parent is told" 0 "134 134\n$elf" 'Aborted (core dumped)
Aborted
+++ exited with 0 +++' \
	cored vm --core "$core" $kernel /bin/busybox sh -c 'tests/crash-static.elf abort; a=$?; tests/crash-static.elf abort; echo $a $?'
t "core: of a machine" 125 "$elf" '*kernel panic*' \
	cored vm --core "$core" tests/break-panic.bin x
t "core: of a machine, after one of a program: what that had isn't left" 125 "4096\n" '*kernel panic: recore*' \
	run sh -c "$hypervisor -m 4M --core $core tests/recore.bin
		status=\$?; tail -c +4097 $core | tr -c X '\n' | awk 'length > 99 { n += length } END { print n }'
		exit \$status"
t "killed by a real-time signal" 162 "" '+++ killed by SIGRT_2 +++' \
	vm $kernel /bin/busybox sh -c 'kill -34 $$'
t "core: after a process that spoils the code that it needs for its own" 132 "$elf" '*+++ killed by SIGILL +++' \
	cored vm --core "$core" $kernel tests/spoil.elf core
t "core: none of an end without one" 137 "" '+++ killed by SIGKILL +++' \
	cored vm --core "$core" $kernel /bin/busybox sh -c 'kill -9 $$'
t "core: none by RLIMIT_CORE" 134 "" '*+++ killed by SIGABRT +++' \
	cored vm --core "$core" $kernel /bin/busybox sh -c 'ulimit -c 0; exec tests/crash-static.elf abort'
t "core: cut off by RLIMIT_CORE" 134 "8192\n" '*+++ killed by SIGABRT +++' \
	run sh -c "$hypervisor --core $core $kernel /bin/busybox sh -c 'ulimit -c 16; exec tests/crash-static.elf abort'
		status=\$?; wc -c <$core; exit \$status"
t "core: on a machine that is full" 139 "$elf" '*+++ killed by SIGSEGV +++' \
	cored vm -m 4M --core "$core" $kernel tests/fault.elf read-null
t "core: a file that can't be made" 125 "" "hypervisor: /none/core: No such file or directory" \
	vm --core /none/core $kernel user/hello.elf
t "core: no regular file" 125 "" "hypervisor: $files/fifo: No such device or address" \
	vm --core $files/fifo $kernel user/hello.elf

# --- faults ---

# fault SIGNAL STATUS NAME...: the kernel tells what and where, then how it ended.
fault()
{
	signal=$1
	number=$2
	shift 2
	for name in "$@"; do
		t "$name is $signal" $number "" "kernel: #*  rip=*rax=*r15=*
+++ killed by $signal +++" \
			program tests/fault.elf $name
	done
}
fault SIGSEGV 139 read-null write-null exec-null read-page0 write-text write-rodata exec-data \
	exec-stack read-kernel read-direct-map write-kernel exec-kernel read-boot-map \
	read-last-page read-noncanonical jump-noncanonical read-none stack-overflow \
	int-0x80 int-8 int-14 int-4 int-255 cli hlt out-exit out-console in read-cr3 write-cr4 rdmsr wrmsr \
	swapgs lgdt sysretq iretq-kernel
fault SIGBUS 135 past-eof
fault SIGILL 132 ud2 rsp-wild
fault SIGFPE 136 divide x87
fault SIGTRAP 133 int3 trap-flag trap-flag-syscall
if [ "$backend" != tcg ]; then
	fault SIGBUS 135 misaligned ss-noncanonical
	fault SIGTRAP 133 int1
	fault SIGFPE 136 sse
else
	skip "misaligned is SIGBUS" "QEMU's TCG raises no #AC"
	skip "sse is SIGFPE" "QEMU's TCG raises no #XM"
	skip "ss-noncanonical is SIGBUS" "QEMU's TCG raises #GP, not #SS"
	skip "int1 is SIGTRAP" "QEMU's TCG raises #UD for it in a guest"
fi
t "sigreturn-null is SIGSEGV" 139 "" "kernel: #PF*execute address 0x0
*+++ killed by SIGSEGV +++" \
	program tests/fault.elf sigreturn-null
for name in noncanonical kernel last-page no-frame; do
	t "sigreturn-$name is SIGSEGV" 139 "" '+++ killed by SIGSEGV +++' \
		program tests/fault.elf sigreturn-$name
done
for name in handler-noncanonical handler-noncanonical-sent; do
	t "$name is SIGSEGV" 139 "" '*+++ killed by SIGSEGV +++' \
		program tests/fault.elf $name
done
t "the end with a wild stack pointer" 0 "" "$exited" \
	program tests/fault.elf exit-no-stack
t "a fault tells its address" 139 "" "kernel: #PF page fault: the program can't write address 0x0
*" \
	program tests/fault.elf write-null
for name in int-8 int-14 int-0x80 int-255; do
	t "$name is no way into the kernel" 139 "" "kernel: #GP general protection in the program*
+++ killed by SIGSEGV +++" \
		program tests/fault.elf $name
done
t "all that ring 3 can try ends as it may" 0 'PASS\n' "$exited" \
	program tests/traps.elf
t "a stack of 8 MB" 0 "" "$exited" \
	program tests/fault.elf deep-stack
t "an executable stack where the file asks for one" 0 "" "$exited" \
	program tests/fault-execstack.elf exec-stack
t "a jump to LSTAR is a system call and gives no IOPL" 139 "" "kernel: #GP*
+++ killed by SIGSEGV +++" \
	program tests/fault.elf lstar "$(cat tests/lstar)"
t "a system call that returns to a RIP that isn't canonical" 139 "" "kernel: #GP*rip=0000800000000000*
+++ killed by SIGSEGV +++" \
	program tests/fault.elf lstar-wild "$(cat tests/lstar)"
t "a thread that returns to one, after another has run" 139 "" "kernel: #GP*rip=0000800000000000*
+++ killed by SIGSEGV +++" \
	program tests/fault.elf lstar-wild-yield "$(cat tests/lstar)"
t "a handler for that has no IOPL either" 139 "" "kernel: #GP*
+++ killed by SIGSEGV +++" \
	program tests/fault.elf lstar-handled "$(cat tests/lstar)"
# unchecked WAY ARGUMENT: without its check, this way back to ring 3 faults in ring 0; on Intel's CPUs.
unchecked()
{
	t "$1 without its check faults in ring 0" 125 "" \
		"*hypervisor: kernel panic: #GP general protection in the kernel*" \
		vm kernel/unchecked-$1.bin tests/fault.elf $2 "$(cat tests/lstar-unchecked-$1)"
}
if [ "$backend" = vtx ]; then
	unchecked sysretq lstar-wild
	unchecked iretq lstar-wild-yield
fi
t "the end is told though the program closed its fds" 139 "" "kernel: #PF*
+++ killed by SIGSEGV +++" \
	program tests/close2.elf

# --- memory ---

for kind in "" brk; do
	t "out of memory ${kind:-mmap}" 137 'start\n' "kernel: out of memory: *
+++ killed by SIGKILL +++" \
		vm -m 8M $kernel tests/hog.elf $kind
done
# The low 2 MiB may have room for the first buffer of the strings, but not for the second.
for pages in 50 110 170 230; do
	t "many arguments, $pages pages in use" 0 'PASS\n' "$exited" \
		vm -m 16M $kernel tests/longargs.elf $pages
done
t "memory is full: a working directory that was renamed" 0 'PASS\n' "$exited" \
	vm -m 8M --tmpfs /tmp $kernel tests/full.elf cwd
t "memory is full: a stream misses no byte" 0 'PASS\n' "$exited" \
	vm -m 8M $kernel tests/full.elf send
t "memory was full: execve, and a clean stack" 0 'PASS\n' "$exited" \
	vm -m 8M $kernel tests/full.elf exec
output_of_full()
{
	vm -m 8M --output $files/out=/out $kernel tests/full.elf opens
	cat $files/out >>"$tmp/out"
}
t "memory is full: an open that fails empties no file" 0 'PASS\n12345' "$exited" \
	output_of_full
for size in 4M 5000K 1G 6G; do
	t "-m $size" 0 '012345678\n' "$exited" \
		vm -m $size $kernel user/orw.elf $files/ten
done
t "memory can be given back when there is none" 0 'PASS\n' "$exited" \
	vm -m 5M $kernel tests/wedge.elf
t "pages of 2 MiB: cut, protected, discarded, moved" 0 'PASS\n' "$exited" \
	program tests/huge.elf
t "pages of 2 MiB: what is unmapped is gone" 139 "" "kernel: #PF*can't write*" \
	program tests/huge.elf unmapped
t "memory over 1 GiB is there" 0 'PASS\n' "$exited" \
	vm -m 2G $kernel tests/overgig.elf
t "segments that share a page" 0 'PASS\n' "$exited" \
	program tests/shared.elf
t "a program larger than memory, of which little is needed" 0 'Hello, world!\n' "$exited" \
	vm -m 4M $kernel tests/elf/big.elf

# --- the kernel against random system calls ---

# fuzzed KERNEL MEMORY SEED COUNT, or family SEED COUNT: see fuzz/main.c; `make fuzz-kernel` does
# more of them.
fuzzed()
{
	fuzzed_kernel=$1 memory=$2
	shift 2
	selected "random system calls, $*, on $fuzzed_kernel" || return 0
	run "$hypervisor" -m $memory "$fuzzed_kernel" tests/fuzz.elf "$@" </dev/null
	problem=
	[ "$status" = 0 ] || problem="status $status"
	[ "$(tail -n 1 "$tmp/out")" = PASS ] || problem="$problem; no PASS"
	[ "$(cat "$tmp/err")" = "$exited" ] || problem="$problem; stderr"
	verdict "$case_name" "$problem"
}
# Where ring 0 is interpreted, a call takes a millisecond, and a look at a whole frame many. Bochs
# is slow.
case $backend in
pvm)
	fuzzed $kernel 6M 1 10000
	fuzzed $kernel 32M family 1 800
	;;
vtx)
	fuzzed $kernel 6M 1 20000
	fuzzed kernel/poison.bin 6M 3 20000
	fuzzed $kernel 32M family 2 5000
	fuzzed kernel/poison.bin 48M family 3 2500
	;;
*)
	# They are about the kernel: another build of the hypervisor needs to see but a part.
	part=1
	[ $# = 1 ] || part=10
	fuzzed $kernel 6M 1 $((300000 / part))
	fuzzed kernel/poison.bin 6M 3 $((150000 / part))
	fuzzed $kernel 32M family 2 $((60000 / part))
	fuzzed kernel/poison.bin 48M family 3 $((30000 / part))
	;;
esac

# --- files that are no program ---

while read -r name number says; do
	[ "$name" = big ] && continue
	case $number in
	0) t "ELF $name runs" 0 'Hello, world!\n' "$exited" \
		program tests/elf/$name.elf </dev/null ;;
	139) t "ELF $name faults" 139 "" "kernel: #PF page fault: the program can't execute*
+++ killed by SIGSEGV +++" program tests/elf/$name.elf </dev/null ;;
	*) t "ELF $name" $number "" "kernel: tests/elf/$name.elf: $says*
+++ exited with $number +++" program tests/elf/$name.elf </dev/null ;;
	esac
done <tests/elf/cases
t "no such program" 127 "" "kernel: $files/none: no such file
+++ exited with 127 +++" \
	program $files/none
t "a program below a file" 127 "" "kernel: $files/ten/x: a part of the path is not a directory
*" \
	program $files/ten/x
t "a directory is no program" 126 "" "kernel: $files: is a directory
*" \
	program $files
t "a FIFO is no program" 126 "" "kernel: $files/fifo: permission denied
*" \
	program $files/fifo
t "a device is no program" 126 "" "kernel: /dev/zero: permission denied
*" \
	program /dev/zero
cp user/hello.elf $files/plain
chmod 644 $files/plain
t "a file without an x bit is no program, for root neither" 126 "" "kernel: $files/plain: permission denied
*" \
	program $files/plain
cp user/hello.elf $files/one_x
chmod 711 $files/one_x
t "one x bit is enough" 0 'Hello, world!\n' "$exited" \
	program $files/one_x
t "an empty path is no program" 127 "" "kernel: : no such file
*" \
	program ""
t "a name is shown escaped" 127 "" "kernel: $files/a\\\\x1b\\[31m: no such file
*" \
	program "$files/$(printf 'a\033[31m')"

# Kernels that lose their stack: in ring 0, and on the way out of ring 3.
t "the kernel's stack overflows: a message, on another stack" 125 'Hello, world!\n' \
	"*hypervisor: kernel panic: #DF double fault in the kernel*" \
	vm kernel/overflow.bin user/hello.elf
t "a stack for exceptions that isn't there: the kernel's fault" 125 "" \
	"*hypervisor: kernel panic: #DF double fault in the kernel*" \
	vm kernel/no_stack.bin tests/fault.elf ud2
if selected "page tables: W^X, the kernel's its own, guard pages, no boot map; SMEP, SMAP, UMIP"; then
	run tests/pagetables $kernel user/orw.elf $(cat tests/guards)
	problem=
	[ "$status" = 0 ] && cmp -s "$tmp/out" /etc/os-release || problem="status $status"
	# The CPU that QEMU emulates has both.
	case $backend:$(cat "$tmp/err") in
	tcg:*SMEP*SMAP*) ;;
	tcg:*) problem="$problem; no SMEP and SMAP to be looked at" ;;
	esac
	verdict "$case_name" "$problem"
fi

# --- the article's programs, and kernels of the original protocol ---

t "the tour's first program" 0 'a\n' "" run hypervisor/tour/kvm.elf
t "the article's 16-bit program" 0 'a\n' 'KVM_EXIT_HLT' \
	vm --real-mode tests/article16.bin
t "the article's 64-bit program" 0 'ABCD123\n' 'KVM_EXIT_HLT' \
	vm tests/article64.bin
# bytes FILE STRING: are the file's bytes those of the string, with printf's escapes?
bytes()
{
	printf "$2" >"$tmp/bytes"
	run cmp "$1" "$tmp/bytes"
}
t "the article's 16-bit program is that of its byte string" 0 "" "" \
	bytes tests/article16.bin '\260\141\272\027\002\356\260\n\356\364'
t "the article's 64-bit program is that of its byte string" 0 "" "" \
	bytes tests/article64.bin 'H\270ABCD123\nj\bY\272\027\002\000\000\356H\301\350\b\342\371\364'
t "the article's 64-bit program with one NUL too many" 0 'BCD123\n' 'KVM_EXIT_HLT' \
	vm tests/article64nul.bin
t "the boot protocol" 0 "" "$exited" \
	vm -m 4M tests/protocol.bin ../k "arg one" ""
t "the boot protocol, of the stand-in for the original hypervisor" 0 "" "$exited" \
	run tests/original tests/protocol.bin ../k "arg one" ""
for host in "$hypervisor" tests/original; do
	t "user pages below the boot tables, ${host##*/}" 0 "" "$exited" \
		run $host tests/user_pages.bin x
done
# Intel's TSC deadline KVM takes and drops, without an APIC, before it asks its filter.
t "the MSRs that a kernel can reach" 0 "$(for msr in c0000080 c0000081 c0000082 c0000083 c0000084 \
	c0000100 c0000101 c0000102; do printf '%s rw\\n' $msr; done)" "$exited" \
	run sh -c "$hypervisor -m 4M tests/msrs.bin x | sed '/^000006e0  w\$/d'"
if [ $backend = pvm ]; then
	skip "CPUID tells what a guest may know" "kvm_pvm shows the CPU's own to every guest"
else
	t "CPUID tells what a guest may know" 0 "" "$exited" \
		vm -m 4M tests/cpuid.bin x
fi
t "hypercalls of a flat kernel" 0 'hello\nx\n' "$exited" \
	vm -m 4M tests/calls.bin x
t "hypercalls that tell of files and directories" 0 "" "$exited" \
	vm -m 4M tests/metadata.bin x
t "the timer's interrupt, and waits" 0 "" "$exited" \
	vm -m 4M tests/timer.bin x
for closed in "" "<&-" "<&- >&-" "<&- >&- 2>&-"; do
	t "256 fds, and one for a stat: --root / $closed" 0 "" "" \
		run sh -c "$hypervisor -q --root / -m 4M tests/fdfull.bin x $closed"
done
t "--trace of files and directories" 0 "" '*
stat("tests/files/loop", 0, 1, 0x*) = 0
*
stat(NULL, 99, 0, 0x*) = -1 EBADF (Bad file descriptor)
*
readlink("tests/files/loop", 0x*, 3) = 3
*
readdir(3, 0x*, 100) = 0
*
pread(4, 0x*, 4, -1) = -1 EINVAL (Invalid argument)
*' \
	vm --trace -m 4M tests/metadata.bin x
t_file "our kernel on a hypervisor of the original protocol" /etc/os-release \
	run tests/original $kernel user/orw.elf /etc/os-release
t "startup on a hypervisor of the original protocol" 0 'PASS\n' "$exited" \
	run tests/original $kernel tests/startup.elf
t "what a hypervisor of the original protocol tells of files" 0 'PASS\n' "$exited" \
	run tests/original $kernel tests/told.elf

# Of VT-x, which refuses segments that AMD-V takes: each field of them that it checks.
refused()
{
	t "VM entry refuses $1" 125 "" "hypervisor: KVM_EXIT_FAIL_ENTRY: the CPU refused the guest's state, hardware reason 0x80000021
  rip=*rax=*cr0=*efer=*cs  *tr  *" \
		run env WRONG=$1 tests/refused tests/article64.bin
}
if [ "$backend" = vtx ]; then
	for wrong in tr-available tr-16-bit tr-unusable tr-code tr-pages cs-data \
		cs-32-and-64-bit cs-system cs-absent cs-bytes cs-dpl ss-code \
		ds-system gs-bytes; do
		refused $wrong
	done
fi

# --- kernels that break things ---

if selected "a triple fault: KVM's reset of the vCPU is told"; then
	vm tests/break-triple.bin x
	problem=
	case $(cat "$tmp/err") in
	*" KVM has reset the vCPU: "*rip=000000000000fff0*) ;;
	*"KVM has reset"* | *rip=000000000000fff0*) problem="one without the other" ;;
	*) [ "$backend" != tcg ] || problem="AMD's CPUs are reset" ;;
	esac
	verdict "$case_name" "$problem"
fi
t "ring 3 has no port before the kernel loads a TSS" 125 "" "hypervisor: KVM_EXIT_SHUTDOWN*" \
	vm tests/ring3io.bin x
t "an exit status is 8 bits" 5 "" '+++ exited with 5 +++' \
	vm tests/break-exit_big.bin x
t "hlt of a flat file" 0 "" 'KVM_EXIT_HLT' \
	vm tests/break-hlt.bin

# --- signals ---

# signalled SIGNAL once|twice|stopped: sends a signal to a hypervisor that runs for ever.
signalled()
{
	"$hypervisor" $loop >"$tmp/out" 2>"$tmp/err" &
	pid=$!
	until_it_runs $pid
	[ "$2" != stopped ] || kill -STOP $pid
	kill -CONT $pid
	kill -WINCH $pid
	kill "-$1" $pid
	[ "$2" != twice ] || kill "-$1" $pid
	until_it_ends $pid
	kill -KILL $pid 2>/dev/null
	status=0
	wait $pid 2>/dev/null || status=$?
}
trap : INT
t "SIGTERM ends it" 143 "" '*+++ killed by SIGTERM +++*' \
	signalled TERM once
t "SIGSTOP, SIGCONT and SIGWINCH don't; SIGTERM does" 143 "" '*+++ killed by SIGTERM +++*' \
	signalled TERM stopped
t "a SIGSYS that isn't the sandbox's" 159 "" '*+++ killed by SIGSYS +++*' \
	signalled SYS once
# alarmed COMMAND...: with an alarm to come, later again if it ended a hypervisor that was just starting.
alarmed()
{
	for seconds in 1 4 16 64; do
		run tests/inherit alarm $seconds "$@"
		! grep -q '+++ ' "$tmp/err" || break
	done
}
t "an alarm that it was started with" 142 "" '+++ killed by SIGALRM +++*' \
	alarmed "$hypervisor" $loop
t "a --timeout before it" 124 "" '+++ ended by --timeout +++' \
	run tests/inherit alarm $limit "$hypervisor" --timeout 0.5 $loop
t "limits that it comes before" 142 "" '+++ killed by SIGALRM +++*' \
	alarmed "$hypervisor" --timeout $limit --cpu-time $limit $loop
t "Ctrl-C ends it" 130 "" '*+++ killed by SIGINT +++*' \
	run tests/sigint "$hypervisor" $loop
t "Ctrl-C while it waits for input" 130 "" '*+++ killed by SIGINT +++*' \
	run tests/sigint "$hypervisor" $kernel user/cat.elf
# As timeout(1) does, which sends it to the child and to its group.
t "two SIGTERMs at once" 143 "" '*+++ killed by SIGTERM +++*' \
	signalled TERM twice
mkfifo "$tmp/full"
# A reader that reads nothing: --trace fills the pipe, and SIGTERM must still end it.
stderr_full()
{
	exec 3<>"$tmp/full"
	"$hypervisor" --trace $kernel user/cat.elf /dev/zero 2>&3 >/dev/null 3>&- &
	pid=$!
	until_it_runs $pid
	sleep 2
	kill -TERM $pid
	until_it_ends $pid
	kill -KILL $pid 2>/dev/null
	status=0
	wait $pid 2>/dev/null || status=$?
	exec 3>&-
	: >"$tmp/out"
	: >"$tmp/err"
}
t "SIGTERM while stderr is full" 143 "" "" \
	stderr_full
if [ "$(id -u)" = 0 ]; then
	t "SIGTERM to the first process of a namespace" 143 "" '+++ killed by SIGTERM +++' \
		run unshare -pf --mount-proc sh -c "(until grep -q '^Seccomp:.2' /proc/1/status; do sleep 0.1; done
			kill -TERM 1) & exec $hypervisor $loop"
else
	skip "SIGTERM to the first process of a namespace" "needs root"
fi

# --- time limits ---

t "--timeout" 124 "" "+++ ended by --timeout +++" \
	vm --timeout 0.5 $loop
t "--timeout, --quiet" 124 "" "" \
	vm -q --timeout 0.5 $loop
t "--cpu-time" 124 "" "+++ ended by --cpu-time +++" \
	vm --cpu-time 0.5 $loop
# What a busy machine takes from an emulated CPU counts as the process's own.
most=550
[ "$backend" != tcg ] || most=750
# evade EIGHTH: where in a tick of the host's the guest begins to compute.
evade()
{
	for try in 1 2 3; do
		run tests/cputime 500 $most "$hypervisor" --timeout $limit --cpu-time 0.5 tests/evade.bin "$1"
		! grep -q within "$tmp/out" || break
	done
}
for eighth in 0 2 4 6; do
	t "--cpu-time of a guest that sleeps over the host's ticks, $eighth/8" 124 'within\n' \
		"+++ ended by --cpu-time +++" evade $eighth
done
t "to wait takes no CPU time" 124 "" "+++ ended by --timeout +++" \
	run sh -c "$hypervisor --timeout 5 --cpu-time 4 $kernel user/cat.elf <>$tmp/full"
t "a --timeout that is next to nothing" 124 "" "+++ ended by --timeout +++" \
	vm --timeout 0.0000001 $loop
t "limits that are not reached" 0 'Hello, world!\n' "$exited" \
	vm --timeout 0 --cpu-time 50 $kernel user/hello.elf
for limit_of in 1x s -1 "" . 1ss 1e99 nan 20000d; do
	t "--timeout '$limit_of'" 125 "" "hypervisor: not a time: '$limit_of'; see --help" \
		vm --timeout "$limit_of" $kernel user/hello.elf
done
for limit_of in .5s 0.01m 0.0001h 0.000005d; do
	t "--timeout $limit_of" 124 "" "+++ ended by --timeout +++" \
		vm --timeout $limit_of $loop
done

# --- the sandbox, and which files there are ---

mkdir "$tmp/sandbox" $files/root $files/root/etc $files/root/bin
# It prints a line for each of its cases.
# On the one CPU of an emulated machine, where a try takes longer, the others' turns come sooner.
tries=20000
[ "$backend" != tcg ] || tries=4000
sandbox()
{
	run tests/sandbox "$tmp/sandbox" $tries
	sed "s/ sandbox/ $backend: sandbox/" "$tmp/out"
	: >"$tmp/out"
}
t "sandbox: all attempts were made" 0 "" "" \
	sandbox
echo inside >$files/root/etc/name
cp user/orw.elf $files/root/bin
ln -s /etc/name $files/root/link
t "--root: a path beneath it" 0 'inside\n' "$exited" \
	vm --root $files/root $kernel user/orw.elf /etc/name
t "--root: .. and an absolute link" 0 'inside\n' "$exited" \
	vm --root $files/root $kernel user/orw.elf /../link
t "--root: the working directory is /" 0 'inside\n' "$exited" \
	vm --root $files/root $kernel user/orw.elf etc/name
t "--root: the host's files aren't there" 1 "" "orw: /etc/passwd: no such file
+++ exited with 1 +++" \
	vm --root $files/root $kernel user/orw.elf /etc/passwd
t "--root: a program that is there alone" 0 'inside\n' "$exited" \
	vm --root $files/root $kernel /bin/orw.elf /etc/name
cp user/orw.elf $files/root/bin/plain
chmod 644 $files/root/bin/plain
t "--root: a program there without an x bit" 126 "" "kernel: /bin/plain: permission denied
*" \
	vm --root $files/root $kernel /bin/plain /etc/name
t "--root: no such directory" 125 "" "hypervisor: --root $files/nothing: No such file or directory" \
	vm --root $files/nothing $kernel user/hello.elf
t "--root: a name is shown escaped" 125 "" 'hypervisor: --root /?x1b?31m: No such file or directory' \
	vm --root "/$(printf '\033[31m')" $kernel user/hello.elf
t "--no-files: the program runs" 0 'Hello, world!\n' "$exited" \
	vm --no-files $kernel user/hello.elf
t "--no-files: and opens nothing" 1 "" "orw: /etc/passwd: can't open
+++ exited with 1 +++" \
	vm --no-files $kernel user/orw.elf /etc/passwd
t "--no-files: stdin and stdout are there" 0 'text\n' "$exited" \
	run sh -c "echo text | $hypervisor --no-files $kernel user/cat.elf"
t "--no-files: no such program" 127 "" "kernel: user/nothing.elf: no such file
+++ exited with 127 +++" \
	vm --no-files $kernel user/nothing.elf
if [ "$(id -u)" = 0 ]; then
	mkdir "$tmp/nobody"
	cp "$hypervisor" $kernel user/hello.elf "$tmp/nobody"
	chmod -R a+rX "$tmp"
	t "a user without rights" 0 'Hello, world!\n' "$exited" \
		run tests/nobody "$tmp/nobody/hypervisor.elf" "$tmp/nobody/kernel.bin" "$tmp/nobody/hello.elf"
	mkdir -m 700 "$tmp/private"
	cp user/hello.elf "$tmp/private"
	chown -R 65534 "$tmp/private"
	t "root runs a program that is another's alone" 0 'Hello, world!\n' "$exited" \
		program "$tmp/private/hello.elf"
	cp user/cat.elf "$tmp/private"
	chown 65534 "$tmp/private/cat.elf"
	echo theirs >$files/private
	chmod 600 $files/private
	chown 65534 $files/private
	chmod a+rx $files
	t "--user: its files are there" 0 'theirs\n' "$exited" \
		vm --user 65534 $kernel "$tmp/private/cat.elf" $files/private
	t "--user: another's aren't, but for the program" 1 "" "cat: $files/private: can't open
+++ exited with 1 +++" \
		vm --user 65533:65534 $kernel "$tmp/private/cat.elf" $files/private
	t "--user without the sandbox" 1 "" "cat: $files/private: can't open
+++ exited with 1 +++" \
		vm --no-sandbox --user 65533:65534 $kernel "$tmp/private/cat.elf" $files/private
	t "--user of one who isn't root" 125 "" "hypervisor: --user 0:0: only root can become another user" \
		run tests/nobody "$tmp/nobody/hypervisor.elf" --user 0 "$tmp/nobody/kernel.bin" "$tmp/nobody/hello.elf"
	t "output: --user of one who isn't root" 0 'theirs\n' "hypervisor: --user 0:0: only root can become another user" \
		run sh -c "tests/nobody '$tmp/nobody/hypervisor.elf' --output $files/private --user 0 '$tmp/nobody/kernel.bin' '$tmp/nobody/hello.elf'
			cat $files/private"

else
	skip "users" "they need root"
fi
# What a container may lack: close_range(2), number 436, and /proc.
container=$tmp/container
mkdir -p "$container/dev"
cp "$hypervisor" $kernel user/cat.elf tests/nocall tests/nobody "$container"
echo text >"$container/file"
chmod -R a+rX "$container"
mknod -m 666 "$container/dev/kvm" c 10 "$(sed -n 's/ kvm$//p' /proc/misc)" 2>/dev/null
mknod -m 666 "$container/dev/null" c 1 3 2>/dev/null
if case $hypervisor in *asan*) true ;; *) false ;; esac; then
	skip "no /proc" "this hypervisor has libraries to open"
elif ! [ -c "$container/dev/null" ] || ! : 2>/dev/null >"$container/dev/null"; then
	skip "no /proc" "it needs root, and devices that can be used in $tmp"
else
	t "neither close_range nor /proc: root has a /proc of its own" 0 'text\n' "$exited" \
		run chroot "$container" /nocall 436 /hypervisor.elf kernel.bin cat.elf /file
	t "no /proc: another user's program runs and opens nothing" 1 "" "hypervisor: no /proc is mounted, and without it the program can open no files
cat: /file: can't open
cat: file: can't open
+++ exited with 1 +++" \
		run chroot "$container" /nobody /hypervisor.elf kernel.bin cat.elf /file file
fi
t "--no-files: random numbers are there" 0 'PASS\n' "$exited" \
	run "$hypervisor" --no-files $kernel tests/random.elf
openat2=437 landlock=444 seccomp=317
t "a kernel without openat2" 0 'inside\n' "$exited" \
	run tests/nocall $openat2 "$hypervisor" $kernel user/orw.elf $files/root/etc/name
t "a kernel without openat2, --root" 125 "" "hypervisor: --root: this kernel has no openat2*" \
	run tests/nocall $openat2 "$hypervisor" --root $files/root $kernel user/orw.elf /etc/name
t "a kernel without Landlock" 0 'inside\n' "$exited" \
	run tests/nocall $landlock "$hypervisor" --root $files/root $kernel user/orw.elf /etc/name
t "a kernel without seccomp" 125 "" "hypervisor: sandbox: seccomp: Function not implemented; --no-sandbox*" \
	run tests/nocall $seccomp "$hypervisor" $kernel user/hello.elf
t "--no-sandbox" 0 'Hello, world!\n' "$exited" \
	run tests/nocall $seccomp "$hypervisor" --no-sandbox $kernel user/hello.elf

# --- stdin, stdout, stderr ---

t "stdout closed" 1 "" 'orw: stdout: can*t write
+++ exited with 1 +++' \
	run sh -c "$hypervisor $kernel user/orw.elf /etc/os-release >&-"
t "stdout full" 1 "" 'orw: stdout: can*t write
+++ exited with 1 +++' \
	run sh -c "$hypervisor $kernel user/orw.elf /etc/os-release >/dev/full"
t "stdout a broken pipe" 0 '\0' '+++ killed by SIGPIPE +++
141' \
	run sh -c "{ $hypervisor $kernel user/cat.elf /dev/zero; echo \$? >&2; } | head -c 1"
t "stdout a broken pipe, SIGPIPE ignored" 0 '\0' "*+++ exited with 1 +++
1" \
	run sh -c "{ trap '' PIPE; $hypervisor $kernel user/cat.elf /dev/zero; echo \$? >&2; } | head -c 1"
t "signals that were ignored or blocked are so for the program" 0 'PASS\n' "$exited" \
	run tests/inherit signals 13,15 10,34 "$hypervisor" $kernel tests/inherited.elf 13,15 10,34
t "none is, if none was" 0 'PASS\n' "$exited" \
	run tests/inherit signals 0 0 "$hypervisor" $kernel tests/inherited.elf 0 0
t "console, stdout closed" 125 "" "hypervisor: protocol fault: the byte console can't write: stdout is closed*" \
	run sh -c "$hypervisor tests/article64.bin >&-"
t "console, stdout full" 125 "" "hypervisor: protocol fault: the byte console can't write to stdout: No space left on device*" \
	run sh -c "$hypervisor tests/article64.bin >/dev/full"
t "stdin closed" 6 "" '+++ exited with 6 +++' \
	run sh -c "$hypervisor $kernel tests/closed.elf <&-"
t "stdin and stdout closed" 4 "" '+++ exited with 4 +++' \
	run sh -c "$hypervisor $kernel tests/closed.elf <&- >&-"
t "stdin, stdout and stderr closed" 0 "" '' \
	run sh -c "$hypervisor $kernel tests/closed.elf <&- >&- 2>&-"
t "stderr closed" 3 "" '' \
	run sh -c "$hypervisor $kernel tests/closed.elf 2>&-"
t "a socket as stdin and stdout" 0 'text\nPASS\n' "$exited" \
	run tests/inherit socket "$hypervisor" $kernel tests/socket.elf
t "the network is a loopback interface" 0 'PASS\n' "$exited" program tests/network.elf
t "sockets take all memory" 0 'PASS\n' "$exited" vm -m 8M $kernel tests/buffers.elf
# Of some 30,000 sockets: too many where ring 0 is interpreted, or on VT-x.
case $backend in
tcg | hardware) t "all ports are taken" 0 'PASS\n' "$exited" program tests/ports.elf ;;
esac
t "the terminal, opened anew" 0 'text\nPASS\n' "$exited" \
	run tests/inherit terminal "$hypervisor" $kernel tests/terminal.elf
t "which terminal it is" 0 'same\r\n' "" \
	run tests/inherit screen - - sh -c "
		tests/tty.elf >$tmp/want && $hypervisor -q $kernel tests/tty.elf >$tmp/seen &&
		cmp $tmp/want $tmp/seen && echo same"

t "a file size limit" 1 "" 'orw: stdout: can*t write
+++ exited with 1 +++' \
	run sh -c "ulimit -f 8; $hypervisor $kernel user/orw.elf $files/million >$files/limited"
t "an error message to a broken pipe" 0 '125\n' '' \
	run sh -c "(sleep 1; $hypervisor $files/none; echo \$? >$tmp/status) 2>&1 | true
		until [ -s $tmp/status ]; do sleep 0.1; done; cat $tmp/status"

# --- the command line ---

if selected "--help"; then
	run "$hypervisor" --help
	[ "$status" = 0 ] && grep -q '^usage: ' "$tmp/out" && [ ! -s "$tmp/err" ] && problem= || problem=fails
	verdict "$case_name" "$problem"
fi
t "--version" 0 'hypervisor.elf 0.1 (boot info of 264 bytes, hypercalls up to 0x800d)\n' "" \
	run "$hypervisor" -V
t "--help to a full disk" 125 "" "hypervisor: stdout: No space left on device" \
	run sh -c "$hypervisor --help >/dev/full"
t "no operand" 125 "" "hypervisor: no image given; see --help" \
	vm
# Each word that getopt_long() refuses, and why.
while IFS='|' read -r words shown says; do
	t "options: $words" 125 "" "hypervisor: $says '$shown'; see --help" \
		vm $words
done <<-'END'
	--no-such-option|--no-such-option|no such option:
	--no-such=3|--no-such=3|no such option:
	-x|-x|no such option:
	-qx|-x|no such option:
	--quiet -xq|-x|no such option:
	--no|--no|more than one option begins so:
	-m|-m|an option without its argument:
	-qm|-m|an option without its argument:
	--mem|--mem|an option without its argument:
	--quiet=1|--quiet=1|an option that takes no argument:
	--quiet=|--quiet=|an option that takes no argument:
END
t "an unknown option is shown escaped" 125 "" "hypervisor: no such option: '--?x1b?31m'; see --help" \
	vm "$(printf -- '--\033[31m')"
for size in "" x 4X 4MB -4M 3M 1K 0 4097K1 4098K 600G 99999999999999999999 18446744073709551615G; do
	t "-m '$size'" 125 "" "hypervisor: *see --help" \
		vm -m "$size" $kernel user/hello.elf
done
t "-e without =" 125 "" "hypervisor: not NAME=VALUE: 'novalue'; see --help" \
	vm -e novalue $kernel user/hello.elf
for user in "" root -1 1: :1 1:x 1:-1 4294967295 1:4294967295 18446744073709551616 "1 " 1:2:3; do
	t "--user '$user'" 125 "" "hypervisor: neither UID nor UID:GID, in numbers: '$user'; see --help" \
		vm --user "$user" $kernel user/hello.elf
done
t "--real-mode with a program" 125 "" "hypervisor: a real-mode image takes no arguments: 'x'; see --help" \
	vm --real-mode tests/article16.bin x
t "-k" 0 'arg user/args.elf\narg 1\n' "$exited" vm -k "$kernel" user/args.elf 1
t "--kernel of a flat image" 0 'ABCD123\n' KVM_EXIT_HLT vm --kernel=tests/article64.bin
t "a program in the kernel's place" 125 "" "hypervisor: user/hello.elf is an ELF file, and no flat kernel image: *kernel.bin user/hello.elf" \
	vm user/hello.elf
t "no kernel" 125 "" "hypervisor: $files/none: No such file or directory" \
	vm $files/none user/hello.elf
t "an empty kernel" 125 "" "hypervisor: $files/empty: the image is empty" \
	vm $files/empty user/hello.elf
t "a directory as kernel" 125 "" "hypervisor: $files: Is a directory" \
	vm $files user/hello.elf
t "a FIFO as kernel" 125 "" "hypervisor: $files/fifo: not a regular file" \
	vm $files/fifo user/hello.elf
t "a device as kernel" 125 "" "hypervisor: /dev/zero: not a regular file" \
	vm /dev/zero user/hello.elf
t "a kernel of 3 GiB" 125 "" "hypervisor: $files/big: the image has 3221225472 bytes, at most 2060288 fit below the page tables" \
	vm $files/big user/hello.elf
t "the largest image" 0 'L\n' 'KVM_EXIT_HLT' \
	vm tests/limit.bin
t "one byte more" 125 "" "hypervisor: tests/overlimit.bin: the image has 2060289 bytes*" \
	vm tests/overlimit.bin
t "our kernel without a program" 125 "" "kernel: no program given
*" \
	vm $kernel
if [ "$(id -u)" = 0 ]; then
	t "no /dev/kvm" 125 "" "hypervisor: no /dev/kvm (No such file or directory)*" \
		run tests/nokvm missing "$hypervisor" $kernel user/hello.elf
	t "no permission" 125 "" "hypervisor: no permission for /dev/kvm (Permission denied): *usermod*" \
		run tests/nokvm forbidden "$hypervisor" $kernel user/hello.elf
	t "/dev/kvm where no devices are" 125 "" "hypervisor: no permission for /dev/kvm (Permission denied): the file system * nodev*" \
		run tests/nokvm nodev "$hypervisor" $kernel user/hello.elf
	[ "$backend" != tcg ] ||
		t "/dev/kvm not in the container's list" 125 "" "hypervisor: no permission for /dev/kvm (Operation not permitted): this container * --device /dev/kvm" \
			run tests/nokvm container "$hypervisor" $kernel user/hello.elf
	t "a /dev/kvm that is none" 125 "" "hypervisor: KVM_GET_API_VERSION: Inappropriate ioctl*" \
		run tests/nokvm null "$hypervisor" $kernel user/hello.elf
else
	skip "errors of /dev/kvm" "they need root, for a mount namespace"
fi
t "out of file descriptors" 125 "" "hypervisor: *: Too many open files" \
	run sh -c "ulimit -n 5; $hypervisor $kernel user/hello.elf"
case $hypervisor in
*asan*) ;; # its shadow memory is address space, and it has a library to open
*)
	t "next to no stack" 125 "" "hypervisor: less than 128 KiB of stack (ulimit -s)" \
		run sh -c "ulimit -s 16; $hypervisor $kernel user/hello.elf"
	t "no file descriptor left" 125 "" "hypervisor: too few file descriptors (ulimit -n)" \
		run sh -c "ulimit -n 3; $hypervisor $kernel user/hello.elf"
	t "out of address space" 125 "" "hypervisor: can't map 512 MiB of guest memory: Cannot allocate memory" \
		run sh -c "ulimit -v 100000; $hypervisor $kernel user/hello.elf"
	;;
esac
# --- KVM with another parameter: in the machine that nested.sh starts, whose modules can go ---

t "VMware's ports are a program's #GP" 0 'PASS\n' "$exited" \
	program tests/vmport.elf

# reload [PARAMETER...]: KVM's modules, the first with these parameters.
vendor=$(ls /modules/*-kvm-*.ko 2>/dev/null)
reload()
{
	brand=${vendor##*-}
	rmmod "kvm_${brand%.ko}" && rmmod kvm && insmod /modules/*-kvm.ko "$@" &&
		insmod "$vendor" && chmod 660 /dev/kvm
}
name="KVM's VMware backdoor"
if [ "$vendor" ] && selected "$name: VMware's ports are a program's #GP"; then
	reload enable_vmware_backdoor=1
	program tests/vmport.elf
	expect "$case_name" 0 'PASS\n' "$exited"
	reload
elif [ ! "$vendor" ]; then
	skip "$name" "its modules can be loaded anew in a machine of our own alone"
fi
end e2e
