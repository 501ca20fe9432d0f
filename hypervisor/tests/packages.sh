#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Sees to the Debian packages that the tests need, for a machine in QEMU and
# for the conformance suite's programs: root on a
# Debian-like system installs what is missing, others are told.
set -eu

missing=
[ -x "$(command -v qemu-system-x86_64)" ] || missing="$missing qemu-system-x86"
[ -x /bin/busybox ] && ! ldd /bin/busybox >/dev/null 2>&1 || missing="$missing busybox-static"
[ -x "$(command -v cpio)" ] || missing="$missing cpio"
"$(dirname "$0")/find_kernel.sh" kvm-amd >/dev/null 2>&1 || missing="$missing linux-image-cloud-amd64"
# package:file, for an Intel machine in Bochs.
for need in bochs:/usr/bin/bochs bochsbios:/usr/share/bochs/BIOS-bochs-latest \
	vgabios:/usr/share/bochs/VGABIOS-lgpl-latest isolinux:/usr/lib/ISOLINUX/isolinux.bin \
	syslinux-common:/usr/lib/syslinux/modules/bios/ldlinux.c32 xorriso:/usr/bin/xorriso; do
	[ -e "${need#*:}" ] || missing="$missing ${need%:*}"
done
# package:command or package:file, for the conformance suite.
for need in musl-tools:musl-gcc dietlibc-dev:diet libklibc-dev:klcc g++:g++ rustc:rustc golang-go:go \
	bash-static:bash-static mksh:mksh-static sash:sash zsh-static:zsh-static \
	liblua5.4-dev:/usr/include/lua5.4/lua.h libsqlite3-dev:/usr/include/sqlite3.h \
	zlib1g-dev:/usr/include/zlib.h; do
	[ -e "$(command -v "${need#*:}" || echo "${need#*:}")" ] || missing="$missing ${need%:*}"
done
[ "$missing" ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
	echo "missing packages (names as in Debian):$missing" >&2
	exit 1
fi
echo "installing$missing" >&2
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
if ! { apt-get update && apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1; then
	tail -n 20 "$log" >&2
	rm -f "$log"
	exit 1
fi
rm -f "$log"
