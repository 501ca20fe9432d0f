#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Runs a shell's commands in a root directory that root.sh has made, in its /t,
# with the file systems of the machine around it.
#
#   in_root.sh ROOT COMMANDS
set -eu

for directory in proc dev sys; do
	mount --bind "/$directory" "$1/$directory"
done
mkdir -p "$1/dev/shm"
for directory in tmp dev/shm; do
	mount -t tmpfs none "$1/$directory"
done
exec chroot "$1" /usr/bin/dash -c "cd /t || exit; $2"
