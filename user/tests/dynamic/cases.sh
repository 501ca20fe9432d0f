# SPDX-License-Identifier: MIT
#
# The cases of the dynamic suite: see dynamic.sh. Each runs in the directory
# that data.py has filled. No program writes there; what writes files does so in a directory of its
# own in /tmp, which it removes.

group "text tools" "Debian's text tools: coreutils, grep, sed, awk, ..."
t cat cat words.txt
t cat-numbered cat -n poem.txt
from poem.txt cat-stdin cat -
t tac tac poem.txt
t rev rev poem.txt
t head head -n 5 words.txt
t head-bytes head -c 100 random.bin
t tail tail -n 5 words.txt
t tail-from tail -n +4990 words.txt
t wc wc words.txt poem.txt table.csv
t sort sort words.txt
t sort-numeric sort -t, -k3,3n -k1,1 table.csv
t sort-unique sort -u -r words.txt
t uniq uniq -c sorted.txt
t cut cut -d, -f2,4 table.csv
t paste paste -d: poem.txt sorted.txt
t join join -t, table.csv second.csv
t comm comm sorted.txt sorted2.txt
from poem.txt tr tr a-z A-Z
t fold fold -s -w 30 poem.txt
t fmt fmt -w 40 poem.txt
t expand expand -t 4 tabs.txt
t nl nl -b a poem.txt
t od od -A x -t x1z random.bin
t base64 base64 random.bin
t sha256sum sha256sum random.bin words.txt
t md5sum md5sum random.bin
t cksum cksum random.bin
t seq seq -f %08.3f 1 0.25 20
t printf printf '%s|%5d|%x\n' one 2 255 two 3 65535
t expr expr 12345678901234567890 '*' 98765432109876543210
t factor factor 1234567890123456789 97 360360
t numfmt numfmt --to=iec 1024 1048576 123456789
t date date -u -d '2018-10-02 12:34:56' '+%A %F %T %s'
t printenv printenv HOME LC_ALL
t no-such-file cat no/such/file
t grep grep -n 'ab' words.txt
t grep-pattern grep -E '^[a-m]+(ing|ed)$' words.txt
t grep-perl grep -P '(?<=a)b(?!c)' words.txt
t grep-recursive grep -rl line tree
t grep-nothing grep nowhere-to-be-found words.txt
t sed sed -n '/^a/{s/a/A/gp}' words.txt
t sed-script sed -E -e '2,4d' -e 's/([a-z]+) ([a-z]+)/\2 \1/' poem.txt
t gawk gawk -F, '{ sum[$2] += $3 } END { n = asorti(sum, k); for (i = 1; i <= n; i++) print k[i], sum[k[i]] }' table.csv
t mawk mawk -F, 'NR > 1 { s += $3 } END { printf "%.3f %d\n", s / NR, NR }' table.csv
t hexdump hexdump -C random.bin
t column column -s, -t table.csv
t iconv iconv -f UTF-8 -t UTF-16LE utf8.txt
t cmp cmp random.bin random2.bin
t diff diff -u sorted.txt sorted2.txt
t xz xz -dc words.txt.xz
t gzip gzip -dc words.txt.gz
t bc bc -q sums.bc
t dc dc -e '40 k 2 v p'

group "files and directories" "ls, find, du, stat, tree, diff -r"
t ls ls tree
t ls-long ls -l --time-style=full-iso tree
t ls-recursive ls -lRn --time-style=+%s tree
t ls-inodes ls -ai tree
t ls-missing ls tree/none tree
t find find tree
t find-printf find tree -printf '%y %m %n %s %T@ %p -> %l\n'
t find-tests find tree -type f -size +1k -name '*.txt' -newer tree/a
t tree tree -a -s -J tree
t du du -ab tree
t stat stat -c '%n %F %a %h %s %u:%g %i %d %Y %Z' tree tree/a tree/link tree/sub/deep
t stat-file-system stat -f -c %l tree/a
t realpath realpath tree/link tree/sub/../sub/deep tree/none
t readlink readlink -f tree/link tree/loop tree/sub
t readlink-plain readlink tree/link tree/dangling
t test-x test -x tree/a
t test-r test -r tree/a -a -d tree/sub -a -L tree/link
t diff-recursive diff -r tree tree2
t cmp-many cmp tree/a tree2/a
t pwd pwd -P
t dirname dirname /usr/lib tree/a
t which-missing find /usr/lib/no-such-directory
t many-entries ls -U1 -f many

group "Python" "Python 3 and its library"
t print python3 -c 'print(1)'
t json python3 -c 'import json; print(json.dumps([1, {"a": None}], sort_keys=True))'
t json-file python3 -m json.tool data.json
t version python3 -V
t listdir python3 -c 'import os; print(sorted(os.listdir("tree")))'
t walk python3 -c 'import os; [print(r, sorted(d), sorted(f)) for r, d, f in sorted(os.walk("tree"))]'
t os-stat python3 -c 'import os; s = os.stat("tree/a"); print(s.st_mode, s.st_size, s.st_mtime_ns, s.st_nlink)'
t regular-expressions python3 -c 'import re; print(len(re.findall(r"\b\w+ing\b", open("words.txt").read())))'
t hashlib python3 -c 'import hashlib; print(hashlib.sha512(open("random.bin", "rb").read()).hexdigest())'
t zlib python3 -c 'import zlib; d = open("words.txt", "rb").read(); print(zlib.crc32(d), zlib.decompress(zlib.compress(d)) == d)'
t mmap python3 -c 'import mmap; f = open("words.txt", "rb"); m = mmap.mmap(f.fileno(), 0, prot=mmap.PROT_READ); print(m[100:200], m.rfind(b"a"), len(m))'
t csv python3 -c 'import csv; print(sum(float(r[2]) for r in list(csv.reader(open("table.csv")))[1:]))'
t decimal python3 -c 'from decimal import *; getcontext().prec = 60; print(Decimal(2).sqrt())'
t threads python3 threads.py
t sqlite3 python3 -c 'import sqlite3; c = sqlite3.connect("file:data.sqlite?mode=ro&immutable=1", uri=True); print(c.execute("select count(*), sum(n), max(name) from t").fetchall())'
t tarfile python3 -c 'import tarfile; [print(m.name, m.size, m.mode) for m in tarfile.open("tree.tar")]'
t zipfile python3 -m zipfile -l tree.zip
t xml python3 -c 'import xml.etree.ElementTree as E; print([(e.tag, e.attrib) for e in E.parse("doc.xml").getroot()])'
t struct python3 -c 'import struct; print(struct.unpack("<IHBx", open("random.bin", "rb").read(8)))'
t traceback python3 -c 'def f(n): return f(n - 1) if n else 1 / 0
f(3)'
t exit-status python3 -c 'import sys; print("out"); print("err", file=sys.stderr); sys.exit(42)'
t unittest python3 -c 'import checks, io, unittest; r = unittest.TextTestRunner(stream=io.StringIO()).run(unittest.defaultTestLoader.loadTestsFromModule(checks)); print(r.testsRun, r.wasSuccessful())'
t difflib python3 -c 'import difflib; print("".join(difflib.unified_diff(open("sorted.txt").readlines(), open("sorted2.txt").readlines())))'
t calendar python3 -m calendar 2018 10
t ast python3 -c 'import ast; print(ast.dump(ast.parse(open("checks.py").read()))[:2000])'
from threads.py stdin python3 -
t asyncio python3 -c 'import asyncio
async def echo(r, w):
    w.write((await r.readline()).upper()); await w.drain(); w.close()
async def main():
    s = await asyncio.start_unix_server(echo, "\0conform-asyncio")
    r, w = await asyncio.open_unix_connection("\0conform-asyncio")
    w.write(b"line\n"); print(await r.read())
    p = await asyncio.create_subprocess_exec("echo", "child", stdout=-1); print(await p.communicate())
    print(await asyncio.gather(asyncio.sleep(.02, 1), asyncio.to_thread(sum, [1, 2])))
asyncio.run(main())'
t sockets python3 -c 'import os, selectors, socket, array
a, b = socket.socketpair(); s = selectors.DefaultSelector(); s.register(a, selectors.EVENT_READ, "a"); b.sendall(b"text")
print(type(s).__name__, [(k.data, m) for k, m in s.select()], a.recv(9))
r, w = os.pipe(); socket.send_fds(b, [b"fd"], [r]); m, f, *_ = socket.recv_fds(a, 9, 1); os.write(w, b"through"); print(m, os.read(f[0], 9))
a.settimeout(.02)
try: a.recv(1)
except TimeoutError as e: print(e)'
t inet-http python3 -c 'import http.server, threading, urllib.request
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self): self.send_response(200); self.end_headers(); self.wfile.write(b"page " + self.path.encode())
    def log_message(self, *a): pass
with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as s:
    threading.Thread(target=s.serve_forever, args=(.01,)).start()
    get = urllib.request.build_opener(urllib.request.ProxyHandler({})).open
    for i in range(3): print(get("http://127.0.0.1:%d/%d" % (s.server_port, i)).read())
    s.shutdown()'
t inet-servers python3 -c 'import asyncio, multiprocessing.managers, os, socket, socketserver
class Upper(socketserver.StreamRequestHandler):
    def handle(self): self.wfile.write(self.rfile.readline().upper())
with socketserver.ForkingTCPServer(("127.0.0.1", 0), Upper) as s:
    with socket.create_connection(s.server_address) as c: c.sendall(b"line\n"); s.handle_request(); print(c.makefile().readline())
class Manager(multiprocessing.managers.BaseManager): pass
Manager.register("text", lambda: "shared")
multiprocessing.set_start_method("fork"); m = Manager(("127.0.0.1", 0), b"key"); m.start()
n = Manager(m.address, b"key"); n.connect(); print(n.text().upper()); m.shutdown()
print(socket.getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM))'
t inet-asyncio python3 -c 'import asyncio, socket
async def echo(r, w): w.write(await r.read()); await w.drain(); w.close()
async def talk(port, n):
    r, w = await asyncio.open_connection("127.0.0.1", port)
    w.write(b"%d" % n * 10000); w.write_eof(); return len(await r.read())
class Upper(asyncio.DatagramProtocol):
    def connection_made(self, t): self.t = t
    def datagram_received(self, d, a): self.t.sendto(d.upper(), a)
async def main():
    s = await asyncio.start_server(echo, "127.0.0.1", 0, backlog=2); port = s.sockets[0].getsockname()[1]
    print(await asyncio.gather(*[talk(port, n) for n in range(3)]))
    l = asyncio.get_running_loop(); t, _ = await l.create_datagram_endpoint(Upper, ("127.0.0.1", 0))
    u = socket.socket(type=socket.SOCK_DGRAM); u.setblocking(False); await l.sock_connect(u, t.get_extra_info("sockname"))
    u.send(b"datagram"); print(await l.sock_recv(u, 99))
asyncio.run(main())'
t multiprocessing-pipe python3 -c 'import multiprocessing as m
a, b = m.Pipe(); p = m.get_context("fork").Process(target=lambda: b.send([b.recv() * 2])); p.start(); a.send("x"); print(a.recv()); p.join(); print(p.exitcode)'

group "Perl and shells" "Perl, dash, bash, scripts by #!"
t perl perl -e 'my %h; open F, "words.txt"; while (<F>) { chomp; $h{length $_}++ } print "$_ $h{$_}\n" for sort { $a <=> $b } keys %h'
t perl-module perl -MList::Util=sum,max -e 'print sum(1..100), " ", max(3, 9, 2), "\n"'
t perl-stat perl -e 'my @s = stat "tree/a"; print join(" ", @s[0 .. 5, 7, 9, 10]), "\n"'
t perl-glob perl -e 'opendir D, "tree" or die; print join(" ", sort readdir D), "\n"'
t perl-inet perl -MIO::Socket::INET -e 'my $l = IO::Socket::INET->new(Listen => 5, LocalAddr => "127.0.0.1", Proto => "tcp") or die $@;
if (!fork) { my $c = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $l->sockport) or die $@; print $c "from perl\n"; print scalar <$c>; exit 3 }
my $c = $l->accept; my $t = <$c>; print $c uc $t; close $c; wait; print $? >> 8, " ", $l->sockhost, "\n"'
t perl-die perl -e 'print "before\n"; die "told\n"'
t perl-sprintf perl -ne 'printf "%-10s|%3d\n", substr($_, 0, 8), length' poem.txt
t dash dash script.sh one two
t bash bash script.sh one two
t bash-array bash -c 'a=(x y z); for i in "${!a[@]}"; do echo "$i ${a[i]^^}"; done; [[ abc =~ ^a(.)c$ ]] && echo "${BASH_REMATCH[1]}"'
t bash-glob bash -c 'cd tree && echo *; shopt -s globstar; echo **/*.txt'
from table.csv bash-read bash -c 'while IFS=, read -r a b c; do echo "$b"; done'
t script ./run-me with arguments
t script-env ./run-me.py with arguments

group "processes" "pipelines, substitutions, jobs, xargs, find -exec"
for shell in bash dash; do
	t $shell-pipeline $shell -c 'cat words.txt | tr a-z A-Z | sort -r | head -n 3 | cut -c1-5'
	t $shell-substitution $shell -c 'x=$(echo one; (echo two; exit 3)); echo "$? $x $(echo $(echo nested))"'
	t $shell-here-document $shell -c 'cat <<END; tr a-z A-Z <<END2
$((6 * 7)) $(echo inside)
END
text
END2'
	t $shell-background $shell -c '(exit 7) & wait $!; echo $?; sleep 0.01 & sleep 0.01 & wait; echo done; kill -9 $$'
	t $shell-statuses $shell -c 'false | true; echo $?; (exit 5); echo $?; sh -c "kill -TERM \$\$"; echo $?; no-such-command 2>/dev/null; echo $?; ./poem.txt 2>/dev/null; echo $?; exec echo last'
	t $shell-while $shell -c 'seq 1 20 | while read n; do [ $((n % 7)) = 0 ] && echo $n; done; echo $n.'
	t $shell-trap $shell -c 'trap "echo usr1" USR1; (kill -USR1 $$); trap "echo bye" EXIT; exit 4'
	t $shell-redirections $shell -c '{ echo out; echo err >&2; } 2>&1 | sort; exec 3<words.txt; read a <&3; read b <&3; echo $a $b; ls none 2>/dev/null || echo missing'
	t $shell-broken-pipe $shell -c 'cat words.txt words.txt words.txt | head -n 1; seq 1 100000 | tail -n 1'
done
t bash-process-substitution bash -c 'diff <(echo a; echo b) <(echo a; echo c); echo $?'
t bash-pipefail bash -c 'set -o pipefail; false | true; echo $?; echo a | grep b | cat; echo "$? ${PIPESTATUS[@]}"'
t bash-jobs bash -c 'set -m; { sleep 1000 & kill -STOP %1; until [ "$(jobs -s)" ]; do sleep 0.01; done; jobs -s | cut -c1-12; kill -KILL %1; while kill -0 $!; do sleep 0.01; done; echo gone; } 2>/dev/null'
t bash-coproc bash -c 'coproc tr a-z A-Z; echo text >&${COPROC[1]}; exec {COPROC[1]}>&-; cat <&${COPROC[0]}; wait'
from poem.txt xargs-words xargs -n 4 echo
from poem.txt xargs-parallel xargs -P 3 -n 50 true
t find-exec find tree -type f -exec wc -c {} ';'
t find-exec-many find tree -type f -exec cat {} +
t find-xargs bash -c 'find tree -type f -print0 | xargs -0 sha256sum | sort | uniq -c'
t env env -i A=1 sh -c 'echo $A; printenv'
t timeout timeout 60 sh -c 'exit 8'
t nice nice -n 5 sh -c 'echo $(nice)'
t setsid setsid -w sh -c 'exit 6'
t awk-pipe gawk 'BEGIN { print "b\na" | "sort"; close("sort"); while (("seq 3" | getline x) > 0) print x; system("exit 3") }'
t python-subprocess python3 -c 'import subprocess as s; print(s.run(["tr", "a-z", "A-Z"], input=b"text", capture_output=True).stdout, s.call("exit 3", shell=True), s.getoutput("echo out; echo err >&2"))'
t python-fork python3 -c 'import os
p = os.fork()
if not p: os._exit(9)
print(os.waitstatus_to_exitcode(os.waitpid(p, 0)[1]))'
t perl-fork perl -e 'pipe R, W; if (!fork) { print W "child\n"; exit 3 } close W; print <R>; wait; print $? >> 8, "\n"; print `echo ticks`; system("exit 2"); print $? >> 8, "\n"'

t ps bash -c 'sleep 1000 & until grep -q sleep /proc/$!/cmdline; do :; done; ps -o pid= -o ppid= -o stat= -o comm= -o args= -p $! | sed "s/$!/CHILD/; s/ $$ / PARENT /; s/  */ /g; s/^ //"; pgrep -P $$ -c sleep; kill $!; wait $!; echo $?'
t make make -j2

# in_tmp NAME SCRIPT: a case of sh, whose directory is new, and removed at the end.
in_tmp()
{
	t "$1" sh -c 'data=$PWD; d=$(mktemp -d /tmp/dynamic.XXXXXX) && cd "$d" && trap "cd /; rm -r $d" EXIT; '"$2"
}

group "files in /tmp" "cp, mv, rm, ln, mkdir, touch, dd, tar, sort, sqlite3, make, patch, python3"
in_tmp copy 'cp "$data/words.txt" a && cp a b && cmp a b && cp -r "$data/tree" tree && diff -r "$data/tree" tree && find . | sort; cp a none/b; echo $?'
in_tmp move 'mkdir d e; echo one >a; mv a b; mv b d; mv -n d/b e; mv e f; cat f/b; mv f/b d; mv d/b f/c; find . | sort; mv none x; mv d/.. x; echo $?'
in_tmp remove 'mkdir -p a/b/c a/d; touch a/b/c/1 a/d/2; rm a; rmdir a/b; rm a/d/2; rmdir a/d; rm -r a; ls -A; rm none; echo $?'
in_tmp links 'echo text >a; ln a b; ln -s a c; ln -s ../etc/hostname d; ln -sf b c; cat c; stat -c "%n %h %s %F %a" a b c; readlink c d; ln -s loop loop; cat loop; rm a; cat b; cat c'
in_tmp modes 'umask 027; echo >a; mkdir d; chmod u=rwx,go=r a; chmod 1700 d; stat -c "%n %a" a d; chmod -R g+w .; stat -c "%n %a" a d; install -m 4711 a b; stat -c %a b; chown 12:34 b; stat -c "%u:%g %a" b'
in_tmp times 'touch -d @1000000000 a; touch -r a b; touch -d "2001-02-03 04:05:06.789 UTC" c; stat -c "%n %Y" a b c; [ c -ot b ] && echo older; ls --full-time -t | cut -c1-10; touch -a -d @5 a; stat -c "%X %Y" a'
in_tmp append 'echo one >f; echo two >>f; { echo three; echo four; } >>f; cat f; : >f; wc -c f; exec 3<>f; echo abc >&3; cat f; echo x 1<>f; cat f; set -C; echo no >f; echo $?'
in_tmp dd 'dd if="$data/random.bin" of=a bs=100 count=10 status=none; dd if=a of=b bs=100 seek=5 conv=notrunc status=none; dd if=a of=b bs=100 skip=2 count=1 seek=20 conv=notrunc status=none; truncate -s 3000 b; stat -c %s a b; sha256sum a b; cp --sparse=always b c; cmp b c'
in_tmp tar 'tar -xf "$data/tree.tar" && find tree -type d -printf "%p %m\n" -o -printf "%p %s %m %l %T@\n" | sort; tar -czf t.tgz tree && tar -tzf t.tgz | sort; rm -r tree; tar -xzf t.tgz && ls tree'
in_tmp sort 'sort -T . -S 20K "$data/words.txt" | sha256sum; sort -o w -u "$data/words.txt"; sort -c w && wc -l w; sort -R w | sort | cmp - w'
in_tmp sed 'cp "$data/poem.txt" p; sed -i.old "s/the/THE/g" p; cat p | head -n 5; cmp p.old "$data/poem.txt"; split -n 4 p; cat x?? | cmp - p; tee a b <p >/dev/null; cmp a b; shuf -i 1-100 -o s; sort -n s | tail -n 1'
in_tmp find 'mkdir -p a/b c; touch a/1 a/b/2 c/3; find . -name "[12]" -delete; find . | sort; find . -type d -empty -exec rmdir {} + ; find . | sort'
in_tmp fifo 'mkfifo p; cat p & echo through >p; wait; sort <p & seq 3 -1 1 >p; wait; [ -p p ] && echo fifo; ls -l p | cut -c1-10'
in_tmp script 'printf "#!/bin/sh\necho \$0 \$1\n" >s; chmod +x s; ./s one; cp /usr/bin/echo e; ./e two; ln -s e f; ./f three; PATH=$PWD:$PATH; e four; ./none; echo $?'
in_tmp sqlite3 'sqlite3 a.db "create table t(a, b); begin; insert into t select value, value * value from generate_series(1, 300); commit; create index i on t(b); delete from t where a % 3 = 0; select count(*), sum(b) from t; pragma integrity_check; vacuum;"; sqlite3 a.db "pragma journal_mode=wal; insert into t values (0, 0); select max(a) from t"; ls'
in_tmp python3 'python3 -c "
import mmap, os, shutil, tempfile
with tempfile.TemporaryDirectory(dir=\".\") as d:
    with open(d + \"/f\", \"w+b\") as f:
        f.write(b\"x\" * 10000); f.flush()
        m = mmap.mmap(f.fileno(), 0); m[5000:5003] = b\"abc\"; f.seek(4999); print(f.read(6)); m.close()
    shutil.copytree(d, \"copy\"); print(os.listdir(\"copy\"))
print(os.path.exists(d), tempfile.TemporaryFile().write(b\"abc\"))
with tempfile.NamedTemporaryFile(\"w\", dir=\".\") as f: print(os.stat(f.name).st_mode)
shutil.move(\"copy\", \"moved\"); shutil.rmtree(\"moved\"); print(os.listdir())
"'
in_tmp perl 'perl -MFile::Temp -e "my \$f = File::Temp->new(DIR => q(.)); print \$f 12345; close \$f; print -s \$f->filename, qq(\n); mkdir q(d) or die; rename q(d), q(e); print -d q(e), qq(\n); unlink \$f; rmdir q(e); opendir D, q(.); print scalar(readdir D), qq(\n)"'
in_tmp here 'cat >a <<END
one
two
END
while read -r x; do echo "[$x]"; done <a; diff a - <<END
one
2
END'
in_tmp trees 'cp -a "$data/tree" a; tar -cf - a | (mkdir b; tar -xf - -C b); diff -r a b/a; cp -al a hard; stat -c "%h %n" hard/a; cp -a hard c; find c -newer "$data/tree" | wc -l; find c -links +1 | wc -l; rm -r a hard; find . | sort'
in_tmp make 'for i in 1 2 3 4; do echo "line $i" >in$i; done; printf "sum: out1 out2 out3 out4\n\tcat \$^ >\$@\nout%%: in%%\n\ttr a-z A-Z <\$< >\$@\nclean:\n\trm -f out* sum\n" >Makefile; make -s -j2; cat sum; make -q; echo $?; touch -d @1 out2; make; make -s clean; ls'
in_tmp patch 'seq 20 >a; sed "s/^7$/seven/; s/^15$/fifteen/" a >b; diff -u a b >p; patch a <p; cmp a b; patch -R a <p; seq 20 | cmp - a; patch -s none <p </dev/null; ls'
in_tmp multiprocessing 'python3 -c "
import multiprocessing as m
from multiprocessing.shared_memory import SharedMemory
def fill(name, q):
    s = SharedMemory(name); s.buf[3] = 77; s.close(); q.put(q.get() + 1)
m.set_start_method(\"fork\")
with m.Pool(2) as p: print(p.map(abs, range(-9, 9)), p.apply_async(max, (3, 9)).get())
s = SharedMemory(create=True, size=5000); q = m.Queue(); q.put(1)
p = m.Process(target=fill, args=(s.name, q)); p.start(); p.join(); print(s.buf[3], p.exitcode, q.get()); s.close(); s.unlink()
with m.Manager() as g: d = g.dict(); d[1] = 2; print(d)
"'
in_tmp unix-servers 'python3 -c "
import asyncio, os, socket, socketserver, threading
class Upper(socketserver.StreamRequestHandler):
    def handle(self): self.wfile.write(self.rfile.readline().upper())
with socketserver.ThreadingUnixStreamServer(\"upper\", Upper) as s:
    threading.Thread(target=s.serve_forever).start()
    c = socket.socket(socket.AF_UNIX); c.connect(\"upper\"); c.sendall(b\"line\n\"); print(c.makefile().readline()); s.shutdown()
async def echo(r, w): w.write(await r.readline()); await w.drain(); w.close()
async def main():
    s = await asyncio.start_unix_server(echo, \"echo\"); r, w = await asyncio.open_unix_connection(\"echo\")
    w.write(b\"again\n\"); print(await r.read()); s.close()
asyncio.run(main()); print(sorted(os.listdir()), oct(os.stat(\"upper\").st_mode))
"'
# Of this machine alone, if it has them; not in the table, which is the same on every machine.
group "development in /tmp"
if [ -x /usr/bin/git ]; then
	in_tmp git 'export GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_DATE="1000000000 +0000" GIT_COMMITTER_DATE="1000000000 +0000"; git init -q -b main; git config user.name n; git config user.email e; echo one >a; mkdir d; echo two >d/b; git add .; git commit -qm first; echo three >>a; rm d/b; git status --short; git diff; git commit -qam second; git log --stat; git fsck'
fi
if [ -x /usr/bin/gcc ]; then
	in_tmp gcc 'printf "#include <stdio.h>\nint main(void) { puts(\"built\"); return 3; }\n" >a.c; gcc -O2 -c a.c && gcc -o a a.o && ./a; echo $?; gcc -O2 -S -o - a.c; ls; gcc x.c; echo $?'
fi

group "parsers" "jq, xmllint, sqlite3, pdftotext, file"
t jq jq '.list | map(.n) | add' data.json
t jq-keys jq -S -r '.list[] | [.name, .n] | @csv' data.json
t jq-broken jq . poem.txt
t xmllint xmllint --format doc.xml
t xmllint-xpath xmllint --xpath '//item[@n>2]/text()' doc.xml
t xmllint-broken xmllint --noout broken.xml
t sqlite3 sqlite3 -readonly 'file:data.sqlite?immutable=1' 'select name, n from t where n % 7 = 3 order by name limit 20'
t sqlite3-memory sqlite3 :memory: 'with recursive c(x) as (values(1) union all select x+1 from c where x<1000) select sum(x*x) from c'
t pdftotext pdftotext doc.pdf -
t pdftotext-layout pdftotext -layout -bbox doc.pdf -
t pdfinfo pdfinfo doc.pdf
t pdftotext-broken pdftotext poem.txt -
t pdffonts pdffonts doc.pdf
t file file words.txt random.bin doc.pdf data.sqlite tree.zip tree.tar words.txt.gz doc.xml tree/link tree
t file-mime file -i words.txt doc.pdf data.json
t file-program file -L program
t tar-list tar -tvf tree.tar
t unzip-list python3 -m zipfile -t tree.zip

group "binutils" "readelf, objdump, nm, strings"
t readelf readelf -hlS program
t readelf-symbols readelf -Ws library
t nm nm -D library
t objdump objdump -d --no-show-raw-insn -j .init program
t objdump-headers objdump -x program
t size size program library
t strings strings -n 12 program
t addr2line addr2line -e program 0x1000
t cplusplus-filter c++filt _ZNSt6vectorIiSaIiEE9push_backERKi
t elf-broken readelf -h random.bin

group "hypercalls"
at_most 30 cat /usr/bin/cat poem.txt
at_most 430 python-json /usr/bin/python3 -c 'import json'
options="$options -e LC_ALL=C.UTF-8"
at_most 70 cat-utf8 /usr/bin/cat poem.txt
