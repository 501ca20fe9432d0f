# SPDX-License-Identifier: MIT
# The cases of conform.sh, and what they show: group NAME PROGRAMS, then t NAME COMMAND...

files=tests/conform

for libc in musl musl-pie glibc glibc-pie; do
	group $libc "C programs: $libc"
	for name in start tls printf math library identity limits clocks sleep random vectors \
		read pread iovec open fds locks many-fds stat chdir stdio pipe poll changes \
		mmap mprotect mremap madvise brk mmap-file mapped-private mapped-moved mapped-written mapped-advised mapped-many \
		small-reads malloc deep-stack overflow-caught \
		overflow churn buffers buffers-pipe buffers-vector buffers-below-stack limits-kept limits-memory limit-file-size limit-file-killed stack-limit stack-lowered \
		image advices remapping signals actions siginfo queued queue-full queue-full-kill sigwait sigwait-all sigwait-unblocked altstack faults restart \
		float-state threads thread-pipe thread-poll thread-sync thread-signal thread-write \
		thread-sigwait thread-killed detached thread-churn futex futex-unmapped futex-order futex-wake-op futex-arguments \
		futex-pi futex-pi-waits futex-pi-gone robust robust-list clock-ids \
		call-ids call-sched call-memory call-positions call-files call-admin call-waits \
		call-prctl starved thread-names dir-list dir-positions dir-raw dir-metadata dir-statx \
		dir-links dir-own-links dir-open dir-path-only dir-chdir dir-rights dir-statfs \
		dir-refusals dir-half-buffer dir-far-positions \
		name-exclusive name-long name-own-fds name-of-program name-in-proc name-of-task \
		fork-basic fork-copies fork-rights fork-shared fork-float \
		fork-statuses fork-order fork-waits fork-waitid fork-orphan fork-adopted fork-sigchld \
		fork-no-zombies fork-interrupted fork-end-and-signal fork-stopped fork-death-signal fork-signals fork-advice \
		fork-no-signal fork-files fork-threads fork-tree fork-many fork-pipe fork-pipe-atomic fork-futex \
		fork-robust exec-basic exec-errors exec-scripts exec-keeps exec-threads exec-at \
		vfork vfork-signals fork-advice vfork-thread vfork-killed clone-shares clone-errors clone3 spawn shell groups group-signals orphaned-group pidfds record-locks record-locks-wait whole-locks \
		signal-between signal-waits signal-rest proc-status proc-stat proc-maps proc-maps-files \
		proc-positions proc-limits proc-links proc-others proc-directories proc-tasks proc-system \
		mq-names mq-messages mq-files mq-waits mq-closed mq-notify \
		sysv-messages sysv-semaphores sysv-undo sysv-waits; do
		t $name $bin/$libc $name
	done
	# How a program is linked is nothing to a timer.
	[ "$libc" != "${libc%-pie}" ] || for name in alarm-loop alarm-wait alarm-kills alarm-inherited \
		itimer-real itimer-cpu itimer-errors itimer-short timer-signal timer-overrun timer-many \
		timer-limit timer-order timer-silent timer-thread timer-thread-id timer-errors timer-default \
		timer-absolute timer-cpu timerfd-counts timerfd-errors timerfd-shared timerfd-closed \
		sleep-interrupted sleep-rest \
		sleep-cpu cpu-clocks cpu-children preempt-threads preempt-processes preempt-registers \
		preempt-modes preempt-signals preempt-timeouts preempt-sleepers; do
		t $name $bin/$libc $name
	done
	[ $libc != musl ] || t limit-cpu $bin/$libc limit-cpu
	[ $libc != musl ] || t preempt-crowd $bin/$libc preempt-crowd
	case $libc in musl | glibc-pie)
		for name in epoll-level epoll-turns epoll-edge epoll-full epoll-oneshot epoll-refused \
			epoll-exclusive epoll-removed epoll-kept epoll-nested epoll-loops epoll-paths \
			epoll-thread epoll-threads epoll-times epoll-closed epoll-processes \
			pipe-sizes pipe-vectors event-kinds mask-ready eventfd eventfd-waits signalfd signalfd-epoll \
			socket-pairs socket-ended socket-unconnected socket-names socket-served \
			socket-backlog socket-threads socket-much socket-nonblocking socket-datagrams \
			socket-datagrams-wait socket-rights socket-rights-stream socket-rights-circles \
			socket-rights-between socket-credentials socket-options socket-timeouts \
			socket-vectors socket-several socket-bad-messages socket-watched socket-sizes \
			socket-processes socket-interrupted sysv-segments sysv-attached sysv-removed; do
			t $name $bin/$libc $name
		done
		;;
	esac
	on_terminal -
	t terminal $bin/$libc terminal
	t terminal-jobs $bin/$libc terminal-jobs
	on_terminal name:
	t prompt $bin/$libc prompt
	off_terminal
	input=tests/conform/ten
	t own-names $bin/$libc own-names
	input=/dev/null
	t arguments $bin/$libc start one "" 'two words' '*'
	t exit-0 $bin/$libc exit 0
	t exit-255 $bin/$libc exit 255
	t exit-256 $bin/$libc exit 256
	t exit-minus $bin/$libc _exit -1
	for signal in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 24 25 26 27 29 30 31 34 64; do
		t default-$signal $bin/$libc default $signal
	done
	for signal in 17 18 23 28; do
		t ignored-$signal $bin/$libc default $signal
	done
	for fault in null divide invalid breakpoint xdata privileged kblocked gignored abort write; do
		t fault-$fault $bin/$libc fault $fault
	done
done

group tmpfs "Files in /tmp"
for name in create directories hard-links soft-links renames rename-flags listing moved offsets sparse \
	truncation allocation unlinked nameless times times-change rights nodes map-shared map-private \
	map-fork map-cut map-listed executed fifo fifo-gone memory-file size-limit across sealed kept-pages holes half-a-buffer busy run socket-stream \
	socket-refused socket-datagrams; do
	t $name $bin/glibc tmp-$name
done

group inet "Internet sockets"
for name in inet-kinds inet-bad-addresses inet-bad-results inet-ports inet-ports-connected \
	inet-churn inet-ioctls inet-options tcp-connected tcp-ended tcp-half-closed tcp-shut \
	tcp-resets tcp-unconnected tcp-refused tcp-nonblocking tcp-backlog tcp-received \
	tcp-much tcp-threads tcp-forked tcp-epoll tcp-waiters tcp-interrupted tcp-passed \
	tcp-states tcp-reconnected udp-datagrams udp-connected udp-refused udp-sizes udp-shut udp-messages \
	udp-shared; do
	t $name $bin/glibc $name
done

# Not of the table: these need an IPv6 of Linux.
group inet6
if [ "$backend" = native ]; then
	rm -f "$want/no-ipv6"
	grep -q ' lo$' /proc/net/if_inet6 2>/dev/null || : >"$want/no-ipv6"
fi
for name in streams datagrams; do
	if [ -e "$want/no-ipv6" ]; then
		skip "$name_of_group: $name" "Linux has no ::1 here"
	else
		t $name $bin/glibc inet6-$name
	fi
done

group diet "dietlibc"
t plain $bin/diet
t arguments $bin/diet one two
group klibc "klibc"
t plain $bin/klibc
t arguments $bin/klibc one two

for cxx in cxx cxx-pie; do
	group $cxx "C++ programs: $cxx"
	t exceptions $bin/$cxx exceptions
	t containers $bin/$cxx containers
	t threads $bin/$cxx threads
	t uncaught $bin/$cxx
done

group rust "Rust"
t program $bin/rust a b
group go "Go"
t program $bin/go
t files $bin/go-files $files/text

group lua "Lua 5.4"
t arithmetic $bin/lua 'print(1 + 2, 7 // 2, 7 / 2, 2 ^ 10, "a" .. "b")'
t strings $bin/lua 'for w in ("one two three"):gmatch("%a+") do io.write(w:upper(), ";") end print(("%5.2f"):format(math.pi))'
t tables $bin/lua 'local t = {} for i = 1, 10000 do t[i] = i * i end table.sort(t, function(a, b) return a > b end) print(#t, t[1], t[10000])'
t closures $bin/lua 'local function f(n) return n < 2 and n or f(n - 1) + f(n - 2) end print(f(20))'
t coroutines $bin/lua 'local c = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end) print(c(), c(), c())'
t errors $bin/lua 'print(pcall(error, "oops")) print(select("#", xpcall(function() local x = nil; x() end, debug.traceback)))'
t files $bin/lua 'for l in io.lines("tests/conform/ten") do print(l) end print(io.open("none")) print(io.open("/etc/os-release", "r"):seek("end") > 0)'
t collection $bin/lua 'for i = 1, 200 do local t = {} for j = 1, 1000 do t[j] = {j} end end collectgarbage() print(collectgarbage("count") < 10000)'
t failure $bin/lua 'error("final")'
t time $bin/lua 'print(os.time() > 1600000000, os.clock() >= 0, os.date("!%Y", 86400 * 400))'

group sqlite "SQLite 3"
t memory $bin/sqlite :memory: 'create table t(a, b); insert into t values (1, "x"), (2, "y"); select * from t order by a desc; select count(*), sum(a) from t;'
t join $bin/sqlite :memory: 'create table a(i); create table b(i); insert into a values (1), (2), (3); insert into b values (2), (3), (4); select a.i from a join b on a.i = b.i;'
t recursion $bin/sqlite :memory: 'with recursive n(i) as (select 1 union all select i + 1 from n where i < 10000) select sum(i), max(i) from n;'
t transaction $bin/sqlite :memory: 'create table t(a); begin; insert into t values (1); rollback; select count(*) from t;'
t functions $bin/sqlite :memory: 'select upper("abc"), round(3.14159, 2), substr("hello", 2, 3), date(0, "unixepoch"), hex("ab");'
t sort $bin/sqlite :memory: 'create table t(a); with recursive n(i) as (select 1 union all select i + 1 from n where i < 5000) insert into t select i * 7919 % 5003 from n; select a from t order by a limit 5;'
t error $bin/sqlite :memory: 'select * from nothing;'
t file $bin/sqlite $files/data.db 'select * from t order by b; select count(*) from t where b = "two";'
t file-uri $bin/sqlite $files/data.db 'pragma integrity_check; pragma page_count;'

group zlib "zlib"
for level in 1 6 9; do
	t level-$level $bin/zlib $files/text $level
done

group busybox "busybox"
b=$bin/busybox
t cat $b cat $files/ten $files/text
t wc $b wc $files/text
t md5sum $b md5sum $files/text /etc/os-release
t sha1sum $b sha1sum $files/text
t sha256sum $b sha256sum /etc/os-release
t sha512sum $b sha512sum $files/text
t cksum $b cksum $files/text
t head $b head -n 3 $files/text
t tail $b tail -n 3 $files/text
t tail-bytes $b tail -c 20 $files/text
t grep $b grep -c pear $files/text
t grep-regex $b grep -E '^1[0-9]+ line .*7' $files/text
t grep-none $b grep nothing $files/text
t sort $b sort -n $files/text
t sort-unique $b sort -u -k3 $files/text
t uniq $b uniq -c $files/ten
t cut $b cut -d ' ' -f 2-3 $files/ten
t seq $b seq 1 3 20
t awk $b awk '{ s[$4] += $1 } END { for (k in s) print k, s[k] | "cat" ; print s["pear"], s["apple"] }' $files/empty
t awk-sum $b awk '{ s += $1; n[$4]++ } END { print s, n["pear"], n["apple"], length($0), sin(1) }' $files/text
t sed $b sed -n 's/line \(.*\) pear/[\1]/p' $files/text
t base64 $b base64 $files/text
t hexdump $b hexdump -C $files/ten
t od $b od -t x1 $files/ten
t xxd $b xxd $files/ten
t strings $b strings $files/text
t rev $b rev $files/ten
t tac $b tac $files/text
t fold $b fold -w 5 $files/ten
t nl $b nl $files/ten
t paste $b paste $files/ten $files/ten
t expand $b expand $files/ten
t cmp $b cmp $files/text $files/ten
t cmp-same $b cmp $files/text $files/text
t diff $b diff $files/ten $files/link
t diff-differ $b diff $files/ten $files/dir/inner
t dd $b dd if=$files/text bs=100 skip=3 count=5
t dd-zero $b dd if=/dev/zero bs=64k count=16
t gunzip $b gunzip -c $files/text.gz
t tar-list $b tar tf $files/archive.tar
t tar-out $b tar xOf $files/archive.tar ten
t printf $b printf '%s %d %x\n' a 42 255
t expr $b expr 6 '*' 7
t factor $b factor 1234567890
t test-file $b test -f $files/ten
t test-directory $b test -d $files/dir
t test-none $b test -e $files/none
t test-size $b test -s $files/empty
t stat $b stat -c '%s %F' $files/ten
t dirname $b dirname /a/b/c
t basename $b basename /a/b/c.x .x
t date $b date -u -d @86400
in_place
for options in -la -laR -ln -i -lt; do
	t ls$options $b ls $options --full-time $files/tree $files/odd
done
t ls-link $b ls -ld $files/tree/link-to-dir $files/tree/link-to-dir/
t find $b find $files/tree $files/odd
t find-type $b find $files/tree -type l -o -type p -o -size +0
t find-newer $b find $files/tree ! -newer $files/tree/file
t du $b du -a $files/tree $files/odd
t diff-r $b diff -r $files/tree/empty $files/tree/link-to-dir/sub
t diff-rq $b diff -rq $files/tree/empty $files/dir
t grep-r $b grep -r inner $files/tree/empty $files/dir
t realpath $b realpath $files/tree/link-to-sub/../in-empty $files/tree/link
t readlink-f $b readlink -f $files/tree/to-dev/null $files/tree/dangling
t stat-all $b stat $files/tree/file $files/tree/fifo $files/tree/sticky
t stat-format $b stat -c '%a %Y %i %h %u %d %o %N' $files/tree/file $files/tree/link
t stat-follow $b stat -L $files/tree/link $files/tree/link-to-dir
t tar-create $b tar -c -C $files tree
t sh-glob $b sh -c 'cd tests/conform; echo tree/*; cd tree/link-to-sub; pwd -P; ls ..'
if [ "$backend" != native ] && selected "busybox: crowd"; then
	# Too many files for each machine to start with.
	mkdir "$tmp/crowd"
	(cd "$tmp/crowd" && seq 100000 | sed 's/^/entry number /' | tr '\n' '\0' | xargs -0 touch)
fi
t crowd $bin/glibc dir-crowd "$tmp/crowd"
anywhere
t exec $b sh -c 'exec tests/conform/bin/klibc'
t timeout $b timeout 1 $b sleep 100
t true $b true
t false $b false
t echo $b echo -e 'a\tb'
t readlink $b readlink -f /etc
t which $b which none
t env $b env
t sleep $b sleep 0.05
t usleep $b usleep 1000
t sh $b sh -c 'for i in 1 2 3; do echo $i; done; echo $((6 * 7)) ${PWD:+set}; f() { return 7; }; f; exit $?'
t sh-case $b sh -c 'case abc in a*) echo yes;; esac; x=hello; echo ${x#he} ${x%lo} ${#x}; read y <tests/conform/ten; echo $y'
t sh-test $b sh -c '[ -f tests/conform/ten ] && [ ! -e tests/conform/none ] && echo ok >/dev/null; trap "echo bye" EXIT; kill -0 $$; echo $?'
t sh-signal $b sh -c 'trap "echo got" USR1; kill -USR1 $$; kill -TERM $$; echo not reached'
t bc $b bc -e '2^64; quit'
t applets $b --list
input=$files/text
t stdin-sort $b sort -r
t stdin-md5 $b md5sum
t stdin-tr $b tr a-z A-Z
t stdin-head $b head -c 100
t stdin-awk $b awk 'NR % 500 == 0'
t stdin-dev $b cat /dev/stdin
input=/dev/null
on_terminal -
t modes $b stty -a
t columns $b
off_terminal

group bash "bash"
b=$bin/bash
t subshell $b -c '(echo child; exit 3); echo $?; echo parent'
t loop $b -c 'for i in {1..5}; do echo $i; done; echo $((2**40))'
t arrays $b -c 'a=(one two three); a[5]=six; echo ${a[@]} ${#a[@]} ${!a[@]}; declare -A m=([x]=1 [y]=2); echo ${m[x]}${m[y]}'
t strings $b -c 's=hello; echo ${s^^} ${s:1:3} ${s/l/L} ${#s}; printf "%05.2f|%q\n" 3.14159 "a b"'
t functions $b -c 'f() { local x=$1; ((x > 1)) && { f $((x - 1)); }; echo $x; }; f 4'
t redirect $b -c 'while read -r a b; do echo "$b/$a"; done <tests/conform/ten; echo x >/dev/null; exec 3<tests/conform/ten; read -u 3 l; echo $l'
t here $b -c 'read x <<<"here string"; echo "$x"; mapfile -t lines <tests/conform/text; echo ${#lines[@]} "${lines[17]}"'
t tests $b -c '[[ -f tests/conform/ten && ! -d tests/conform/ten && -d tests/conform/dir ]]; echo $?; [[ abc =~ ^a(.)c$ ]]; echo ${BASH_REMATCH[1]}'
t trap $b -c 'trap "echo usr1" USR1; kill -USR1 $$; trap "echo bye" EXIT; exit 5'
t killed $b -c 'kill -TERM $$; echo not reached'
t arithmetic $b -c 'for ((i = 0, s = 0; i < 1000; i++)); do ((s += i * i)); done; echo $s $((s % 97)) $((1 ? 2 : 3))'
t errors $b -c 'set -u; echo ${nothing:-default}; echo $nothing; echo not reached'
t missing $b -c 'cd tests/conform/none || cd tests/conform/dir; echo ${PWD##*/}; command -v none; echo $?'
t read-time $b -c 'read -t 0.05 x </dev/null; echo $?; printf "%(%Y)T\n" 0'
on_terminal bash:
t prompt $b --noediting --rcfile $files/bashrc -i
off_terminal
input=$files/ten
t stdin $b -c 'read x; echo "got $x"'
input=/dev/null
t no-such $b tests/conform/none

group mksh "mksh"
b=$bin/mksh
t loop $b -c 'i=0; while ((i < 5)); do echo $i; ((i++)); done'
t strings $b -c 'x=hello.c; echo ${x%.c} ${x#*e} ${#x} "$(( 7 * 6 ))"'
t arrays $b -c 'set -A a one two three; echo ${a[*]} ${#a[@]}; for x in "${a[@]}"; do echo "<$x>"; done'
t files $b -c 'read x <tests/conform/ten; print -- $x; [[ -f tests/conform/ten && -d tests/conform/dir ]]; echo $?'
t functions $b -c 'function f { typeset x=$1; return $((x + 1)); }; f 41; echo $?'
t trap $b -c 'trap "echo usr1" USR1; kill -USR1 $$; exit 3'
t pattern $b -c 'case file.tar.gz in *.gz) echo packed;; *) echo plain;; esac'

group sash "sash"
b=$bin/sash
t echo $b -c '-echo one two'
t checksum $b -c '-sum tests/conform/ten'
t grep $b -c '-grep 99 tests/conform/text'
t cmp $b -c '-cmp tests/conform/ten tests/conform/text'
in_place
t ls $b -c '-ls -l tests/conform/tree'
anywhere

group zsh "zsh"
b=$bin/zsh
t loop $b -fc 'for i in {1..3}; do echo $i; done; print -l ${(s:,:)${:-a,b,c}}'
t arrays $b -fc 'a=(3 1 2); echo ${(o)a} ${#a} $a[1]; typeset -A m; m[x]=1; echo $m[x]'
t math $b -fc 'echo $((2 ** 10)) $((10 / 4.0)); float f=1.5; echo $((f * 2))'
t files $b -fc 'read x <tests/conform/ten; echo $x; [[ -f tests/conform/ten ]] && echo yes'

group assembler "programs without a library"
t registers tests/registers.elf
for name in hello orw args; do
	t $name user/$name.elf $files/ten
done

group cannot ""
b=$bin/busybox
on_terminal -
cannot "a terminal's modes" "a program can look at them, but not change them" $b stty -echo
off_terminal
