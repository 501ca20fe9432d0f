#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Sees to the Debian packages that the tests need: root on a Debian-like system
# installs what is missing, others are told.
#
#   packages.sh machine   for AMD-V in QEMU, which is all that `make run` may need
#   packages.sh           for VT-x in Bochs and for the conformance suite, too
set -eu

missing=

# need PACKAGE COMMAND|FILE
need()
{
	[ -e "$(command -v "$2" || echo "$2")" ] || missing="$missing $1"
}

need qemu-system-x86 qemu-system-x86_64
need cpio cpio
# A static one. ldd fails for that.
[ -x /bin/busybox ] && ! ldd /bin/busybox >/dev/null 2>&1 || missing="$missing busybox-static"
"$(dirname "$0")/find_kernel.sh" kvm-amd >/dev/null || missing="$missing linux-image-cloud-amd64"
if [ "${1:-}" != machine ]; then
	need bochs bochs
	need bochsbios /usr/share/bochs/BIOS-bochs-latest
	need vgabios /usr/share/bochs/VGABIOS-lgpl-latest
	need isolinux /usr/lib/ISOLINUX/isolinux.bin
	need syslinux-common /usr/lib/syslinux/modules/bios/ldlinux.c32
	need xorriso xorriso
	need patch patch
	need musl-tools musl-gcc
	need dietlibc-dev diet
	need libklibc-dev klcc
	need g++ g++
	need rustc rustc
	need golang-go go
	need bash-static bash-static
	need mksh mksh-static
	need sash sash
	need zsh-static zsh-static
	need liblua5.4-dev /usr/include/lua5.4/lua.h
	need libsqlite3-dev /usr/include/sqlite3.h
	need zlib1g-dev /usr/include/zlib.h
	need python3 /usr/bin/python3
	need gawk gawk
	need mawk mawk
	need jq jq
	need bc bc
	need dc dc
	need tree tree
	need file file
	need xz-utils xz
	need sqlite3 sqlite3
	need binutils readelf
	need bsdextrautils column
	need libxml2-utils xmllint
	need poppler-utils pdftotext
	need strace strace
	need gdb gdb
fi
[ "$missing" ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
	echo "missing packages (names as in Debian):$missing" >&2
	exit 1
fi
# Its progress is shown: this takes minutes.
echo "installing$missing" >&2
export DEBIAN_FRONTEND=noninteractive
apt-get update >&2
apt-get install -y --no-install-recommends $missing >&2
