#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Sees to the Debian packages that a machine in QEMU needs: root on a
# Debian-like system installs what is missing, others are told.
set -eu

missing=
[ -x "$(command -v qemu-system-x86_64)" ] || missing="$missing qemu-system-x86"
[ -x /bin/busybox ] && ! ldd /bin/busybox >/dev/null 2>&1 || missing="$missing busybox-static"
[ -x "$(command -v cpio)" ] || missing="$missing cpio"
ls /boot/vmlinuz-*-cloud-amd64 >/dev/null 2>&1 || missing="$missing linux-image-cloud-amd64"
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
