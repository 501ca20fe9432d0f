# SPDX-License-Identifier: MIT
"""The files that the cases of the dynamic suite read. They are the same each time.

    data.py DIRECTORY
"""
import gzip
import json
import lzma
import os
import shutil
import sqlite3
import sys
import tarfile
import zipfile

THEN = 1538483696  # 2 October 2018

POEM = """\
A kernel lives in memory's first pages,
and what it asks, it asks by out and in.
The host replies; between them lie two stages:
a wall of rules, a ring that lets none in.

    One line is indented, and one is long, so long that it has to be folded somewhere near here.
"""


def put(name, text):
    mode = "w" if isinstance(text, str) else "wb"
    with open(name, mode) as f:
        f.write(text)


def numbers(seed):
    """Numbers of 31 bits that look random: Park and Miller's generator."""
    while True:
        seed = seed * 48271 % 0x7FFFFFFF
        yield seed


def text_files():
    random = numbers(1)
    syllables = ["ab", "ing", "ed", "ka", "lo", "mi", "ter", "un", "ra", "so"]
    words = ["".join(syllables[next(random) % 10] for _ in range(1 + next(random) % 4)) for _ in range(5000)]
    put("words.txt", "\n".join(words) + "\n")
    put("poem.txt", POEM)
    put("sorted.txt", "\n".join(sorted(words[:40])) + "\n")
    put("sorted2.txt", "\n".join(sorted(words[20:60])) + "\n")
    put("tabs.txt", "a\tb\tc\n\t\td\n1234567\t8\n")
    put("utf8.txt", "Grüße, κόσμε, мир, 世界, 🌍\n")
    rows = [f"{i:04d},{words[i % 7]},{next(random) % 10000 / 100},{words[i]}" for i in range(200)]
    put("table.csv", "\n".join(rows) + "\n")
    put("second.csv", "\n".join(f"{i:04d},{i * i}" for i in range(0, 200, 3)) + "\n")
    put("sums.bc", "scale=50\n1/7\n2^200\nsqrt(2)\nquit\n")
    data = bytes(next(random) >> 8 & 0xFF for _ in range(20000))
    put("random.bin", data)
    put("random2.bin", data[:12345] + b"x" + data[12346:])
    put("words.txt.gz", gzip.compress(open("words.txt", "rb").read(), mtime=THEN))
    put("words.txt.xz", lzma.compress(open("words.txt", "rb").read()))


def documents():
    entries = [{"name": f"n{i}", "n": i * 3, "half": i / 2, "ok": i % 2 == 0} for i in range(50)]
    put("data.json", json.dumps({"list": entries, "none": None, "text": "Grüße \u0001"}))
    items = "".join(f'<item n="{i}">text {i} &amp; more</item>' for i in range(6))
    put("doc.xml", f'<?xml version="1.0"?><!DOCTYPE root [<!ENTITY e "entity">]><root>{items}<b>&e;</b></root>')
    put("broken.xml", "<root><item></root>")
    base = sqlite3.connect("data.sqlite")
    base.execute("create table t (name text, n integer)")
    base.executemany("insert into t values (?, ?)", ((f"row {i * 7919 % 1000}", i) for i in range(1000)))
    base.execute("create index i on t (name)")
    base.commit()
    base.close()
    put("doc.pdf", pdf(["The first page, of a document", "that nobody needs to trust."]))


def pdf(lines):
    """A page of text, in Helvetica, which every reader has."""
    text = "BT /F 14 Tf 72 700 Td 18 TL " + " ".join(f"({line}) Tj T*" for line in lines) + " ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
        f"<< /Length {len(text)} >>\nstream\n{text}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out = "%PDF-1.4\n"
    offsets = []
    for i, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{i} 0 obj\n{body}\nendobj\n"
    xref = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n" + "".join(f"{o:010d} 00000 n \n" for o in offsets)
    return out + f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{xref}\n%%EOF\n"


def trees():
    for top, extra in (("tree", "a\n"), ("tree2", "b\n")):
        os.makedirs(f"{top}/sub/deep")
        os.mkdir(f"{top}/empty")
        put(f"{top}/a", "one line\n" * 10)
        put(f"{top}/sub/b.txt", "x" * 5000 + extra)
        put(f"{top}/sub/deep/c.txt", "a line\n")
        put(f"{top}/name with\nodd bytes \x01", "")
        os.symlink("sub/b.txt", f"{top}/link")
        os.symlink("nowhere", f"{top}/dangling")
        os.symlink("loop", f"{top}/loop")
        os.link(f"{top}/a", f"{top}/sub/hard")
        os.chmod(f"{top}/a", 0o755)
        os.mkfifo(f"{top}/fifo")
        for path, directories, files in os.walk(top):
            for name in files + directories:
                os.utime(f"{path}/{name}", (THEN, THEN), follow_symlinks=False)
    put("tree2/only-here", "")
    os.mkdir("many")
    for i in range(3000):
        put(f"many/{i * 7919 % 3000:04d}-{'x' * (i % 50)}", "")
    with tarfile.open("tree.tar", "w") as tar:
        tar.add("tree")
    with zipfile.ZipFile("tree.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write("tree/a")
        archive.write("tree/sub/b.txt")


def programs():
    put("threads.py", """\
import threading, queue
q = queue.Queue()
def work(n):
    q.put(sum(i * i for i in range(n)))
ts = [threading.Thread(target=work, args=(n,)) for n in range(0, 2000, 250)]
[t.start() for t in ts]
[t.join() for t in ts]
print(sorted(q.get() for _ in ts))
""")
    put("checks.py", """\
import unittest
class Sums(unittest.TestCase):
    def test_one(self):
        self.assertEqual(1 + 1, 2)
    def test_two(self):
        with self.assertRaises(ZeroDivisionError):
            1 / 0
""")
    put("script.sh", 'i=0\nfor word in "$@"; do i=$((i + 1)); echo "$i: $word"; done\n'
                     'case $1 in o*) echo starts;; esac\nread line <poem.txt\necho "$line"\nexit 3\n')
    put("Makefile", "all: 1 2 3 4 5\n\t@echo $(words $^) made, with $(MAKE_VERSION)\n"
                    "1 2 3 4 5:\n\t@test $@ -gt 0\n")
    put("run-me", "#! /bin/sh -u\n" + 'echo "$0: $#: $*"\n')
    put("run-me.py", "#!/usr/bin/python3 -E\nimport sys\nprint(sys.argv, sys.flags.ignore_environment)\n")
    os.chmod("run-me", 0o755)
    os.chmod("run-me.py", 0o755)
    shutil.copy("/usr/bin/true", "program")
    shutil.copy("/lib/x86_64-linux-gnu/libz.so.1", "library")


os.makedirs(sys.argv[1])
os.chdir(sys.argv[1])
text_files()
documents()
trees()
programs()
