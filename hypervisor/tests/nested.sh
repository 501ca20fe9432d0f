#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Runs a command on hardware KVM, in a machine without: boots Debian's cloud
# kernel in QEMU, whose TCG emulates AMD-V with nested paging, so /dev/kvm in
# there is real KVM.
#
#   nested.sh [-t SECONDS] [-n] DIRECTORY COMMAND [ARGS...]
#
# DIRECTORY becomes /t in the machine and the working directory of COMMAND.
# Its stdout and stderr come back on ours, byte for byte, and its exit status
# as ours. -n: no nested paging. 125: the machine didn't come up, 124: time
# was up.
set -eu

seconds=600
cpu=EPYC
while getopts t:n option; do
	case $option in
	t) seconds=$OPTARG ;;
	n) cpu=EPYC,-npt ;;
	*) exit 125 ;;
	esac
done
shift $((OPTIND - 1))
directory=$1
shift

fail()
{
	echo "nested.sh: $*" >&2
	exit 125
}

# The newest cloud kernel that is installed.
vmlinuz=$(ls -v /boot/vmlinuz-*-cloud-amd64 2>/dev/null | tail -n 1)
[ "$vmlinuz" ] || fail "no cloud kernel: install linux-image-cloud-amd64"
version=${vmlinuz#/boot/vmlinuz-}
busybox=/bin/busybox
[ -x "$busybox" ] || fail "no busybox: install busybox-static"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
mkdir -p "$root/bin" "$root/dev" "$root/proc" "$root/sys" "$root/tmp" "$root/etc" "$root/modules"
cp "$busybox" "$root/bin/busybox"
cp /etc/os-release "$root/etc/os-release"
cp -R "$directory" "$root/t"
for module in irqbypass kvm kvm-amd; do
	file=$(find "/lib/modules/$version" -name "$module.ko*" | head -n 1)
	[ "$file" ] || fail "no module $module for $version"
	cp "$file" "$root/modules/"
done

# The command, quoted for the shell in there.
quoted=
for word in "$@"; do
	quoted="$quoted '$(printf %s "$word" | sed "s/'/'\\\\''/g")'"
done
cat >"$root/init" <<EOF
#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin HOME=/tmp LC_ALL=C
mount -t devtmpfs none /dev
mkdir -p /dev/pts
mount -t devpts none /dev/pts
mount -t proc none /proc
mount -t sysfs none /sys
mount -t debugfs none /sys/kernel/debug 2>/dev/null
mount -t tmpfs none /tmp
for module in irqbypass kvm kvm-amd; do
	insmod /modules/\$module.ko* || echo "insmod \$module failed" >/dev/ttyS0
done
chmod 660 /dev/kvm # as udev does
for tty in 1 2 3; do stty -F /dev/ttyS\$tty raw -echo; done
cd /t
$quoted </dev/null >/dev/ttyS1 2>/dev/ttyS2
status=\$?
# A tty drains before it closes; then the status, on a line of its own.
echo "\$status" >/dev/ttyS3
sync
poweroff -f
EOF
chmod +x "$root/init"
(cd "$root" && find . | cpio --quiet -o -H newc | gzip -1) >"$work/initrd"

for stream in out err status; do : >"$work/$stream"; done
status=0
timeout "$seconds" qemu-system-x86_64 -accel tcg -cpu "$cpu" -m 2048 -nodefaults -display none \
	-no-reboot -kernel "$vmlinuz" -initrd "$work/initrd" \
	-append "console=ttyS0 quiet panic=-1 no_timer_check 8250.nr_uarts=4" \
	-serial "file:$work/console" \
	-chardev "file,id=out,path=$work/out" -device isa-serial,chardev=out,index=1,irq=3 \
	-chardev "file,id=err,path=$work/err" -device isa-serial,chardev=err,index=2,irq=5 \
	-chardev "file,id=status,path=$work/status" -device isa-serial,chardev=status,index=3,irq=7 \
	>/dev/null 2>"$work/qemu" || status=$?
cat "$work/out"
cat "$work/err" >&2
[ "$status" != 124 ] || { echo "nested.sh: no end after $seconds seconds" >&2; exit 124; }
if [ ! -s "$work/status" ]; then
	cat "$work/qemu" "$work/console" >&2
	fail "the machine came to no end (qemu status $status)"
fi
exit "$(cat "$work/status")"
