#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Runs a command on hardware KVM, in a machine without: boots a kernel of this
# system in an emulator of a CPU with virtualization, so /dev/kvm in there is
# real KVM. The emulator is QEMU, whose TCG has AMD-V with nested paging; or
# Bochs, which has Intel's VT-x with EPT, and is some ten times slower.
#
#   nested.sh [-t SECONDS] [-c] [-n | -i] DIRECTORY COMMAND [ARGS...]
#
# DIRECTORY becomes /t in the machine and the working directory of COMMAND.
# Its stdout and stderr come back on ours, byte for byte, and its exit status
# as ours. -n: AMD-V without nested paging. -i: Intel's VT-x. -c: on AMD-V, the
# clock counts instructions, so that counts in there come out the same however
# busy this machine is. 125: the machine didn't come up, 124: time was up.
#
# On VT-x no interrupt takes the CPU from a guest that spins with interrupts
# off: such a guest hangs the machine, and no time limit in there ends it.
set -eu

seconds=600
machine=amd
cpu=EPYC
clock=
while getopts t:cni option; do
	case $option in
	t) seconds=$OPTARG ;;
	c) clock="-icount shift=0,sleep=off" ;;
	n) cpu=EPYC,-npt ;;
	i) machine=intel ;;
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

# need FILE PACKAGE
need()
{
	[ -e "$(command -v "$1")" ] || fail "no $1: install $2"
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root

# unpack MODULE: its bytes, as they are to be loaded.
unpack()
{
	case $1 in
	*.gz) gzip -dc "$1" ;;
	*.xz) "$busybox" xz -dc "$1" ;;
	*.zst)
		need zstd zstd
		zstd -dcq "$1"
		;;
	*) cat "$1" ;;
	esac
}

# The command line, quoted for the shell in the machine.
quoted()
{
	for word in "$@"; do
		printf " '%s'" "$(printf %s "$word" | sed "s/'/'\\\\''/g")"
	done
}

# init_amd COMMAND...: runs it, in the machine. Its streams are serial ports.
init_amd()
{
	cat <<END
for tty in ttyS1 ttyS2 ttyS3; do stty -F /dev/\$tty raw -echo; done
$(quoted "$@") </dev/null >/dev/ttyS1 2>/dev/ttyS2
status=\$?
# A tty drains before it closes; then the status, on a line of its own.
echo "\$status" >/dev/ttyS3
sync
poweroff -f
END
}

# init_intel COMMAND...: the streams are disks there, for Bochs's serial ports lose
# bytes. The status comes with the lengths of the others.
init_intel()
{
	cat <<END
disk()
{
	until ls /sys/bus/scsi/devices/\$1/block >/dev/null 2>&1; do sleep 0.1; done
	echo /dev/\$(ls /sys/bus/scsi/devices/\$1/block)
}
position()
{
	sed -n 's/^pos:[^0-9]*//p' /proc/\$\$/fdinfo/\$1
}
exec 3>\$(disk 0:0:1:0) 4>\$(disk 1:0:0:0)
$(quoted "$@") </dev/null >&3 2>&4 3>&- 4>&-
echo "\$? \$(position 3) \$(position 4)" >\$(disk 1:0:1:0)
sync
reboot -f
END
}

# make_initrd COMMAND...: the first file system of the machine, with all that
# it needs.
make_initrd()
{
	mkdir -p "$root/bin" "$root/dev" "$root/proc" "$root/sys" "$root/tmp" "$root/etc" \
		"$root/modules"
	cp "$busybox" "$root/bin/busybox"
	cp /etc/os-release "$root/etc/os-release"
	cp -a "$directory" "$root/t"
	number=10
	for file in $modules; do
		unpack "$file" >"$root/modules/$number-$(basename "${file%.ko*}").ko"
		[ "$machine" = amd ] || strip -g "$root/modules/$number-"*
		number=$((number + 1))
	done
	cat >"$root/init" <<END
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
for module in /modules/*; do
	[ ! -e "\$module" ] || insmod "\$module" || echo "insmod \$module failed" >/dev/console
done
# As udev does.
chmod 660 /dev/kvm
ln -s /proc/self/fd /dev/fd
for number in 0:stdin 1:stdout 2:stderr; do
	ln -s "fd/\${number%:*}" "/dev/\${number#*:}"
done
# For what a program does on Linux: it begins without.
ip link set lo up
cd /t
$(init_$machine "$@")
END
	chmod +x "$root/init"
	(cd "$root" && find . -print0 | cpio --quiet -0 -o -H newc) >"$work/initrd"
}

# norandmaps: TCG translates code for the address that it runs at, and keeps it. With the same
# addresses each time a static PIE starts four times as fast.
run_amd()
{
	timeout "$seconds" qemu-system-x86_64 -accel tcg $clock -cpu "$cpu" -m 2048 -nodefaults \
		-display none -no-reboot -kernel "$image" -initrd "$work/initrd" \
		-append "console=ttyS0 quiet panic=-1 no_timer_check norandmaps 8250.nr_uarts=4" \
		-serial "file:$work/console" \
		-chardev "file,id=out,path=$work/out" -device isa-serial,chardev=out,index=1,irq=3 \
		-chardev "file,id=err,path=$work/err" -device isa-serial,chardev=err,index=2,irq=5 \
		-chardev "file,id=status,path=$work/status" \
		-device isa-serial,chardev=status,index=3,irq=7 >"$work/emulator" 2>&1
}

# What Bochs boots: a CD with the kernel and its initrd.
make_cd()
{
	mkdir "$work/cd"
	cp /usr/lib/ISOLINUX/isolinux.bin /usr/lib/syslinux/modules/bios/ldlinux.c32 "$work/cd"
	cp "$image" "$work/cd/kernel"
	mv "$work/initrd" "$work/cd/initrd"
	# reboot=t: the end is a triple fault, on which Bochs ends. Interrupts of the
	# timer are too rare, beside the TSC, for Linux's checks of both.
	cat >"$work/cd/isolinux.cfg" <<END
default linux
label linux
kernel kernel
append initrd=initrd console=ttyS0,115200 quiet panic=-1 reboot=t cryptomgr.notests nokaslr mitigations=off tsc=reliable no_timer_check random.trust_cpu=on 8250.nr_uarts=4
END
	xorriso -as mkisofs -quiet -o "$work/cd.iso" -b isolinux.bin -c boot.cat -no-emul-boot \
		-boot-load-size 4 -boot-info-table "$work/cd" >"$work/emulator" 2>&1 ||
		{ cat "$work/emulator" >&2; fail "xorriso makes no CD"; }
	rm -r "$work/cd"
}

# Debian's Bochs starts in its debugger, and without a dummy sound driver dies
# on a machine that has no sound. The rfb display needs none, and no viewer.
run_intel()
{
	make_cd
	echo c >"$work/debugger"
	cat >"$work/bochsrc" <<END
cpu: model=corei7_haswell_4770, count=1, ips=40000000, reset_on_triple_fault=0, ignore_bad_msrs=1
memory: guest=512, host=512
romimage: file=/usr/share/bochs/BIOS-bochs-latest
vgaromimage: file=/usr/share/bochs/VGABIOS-lgpl-latest
ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14
ata1: enabled=1, ioaddr1=0x170, ioaddr2=0x370, irq=15
ata0-master: type=cdrom, path=$work/cd.iso, status=inserted
ata0-slave: type=disk, mode=flat, path=$work/out
ata1-master: type=disk, mode=flat, path=$work/err
ata1-slave: type=disk, mode=flat, path=$work/status
boot: cdrom
clock: sync=none, time0=utc
vga: update_freq=5, realtime=0
display_library: rfb, options="timeout=0"
sound: driver=dummy, waveoutdrv=dummy, waveindrv=dummy, midioutdrv=dummy
com1: enabled=1, mode=file, dev=$work/console
log: $work/log
panic: action=fatal
error: action=ignore
info: action=ignore
debug: action=ignore
END
	# 126 MiB, in whole cylinders.
	for disk in out err status; do truncate -s $((256 * 16 * 63 * 512)) "$work/$disk"; done
	timeout "$seconds" bochs -q -f "$work/bochsrc" -rc "$work/debugger" \
		</dev/null >"$work/emulator" 2>&1 || ended=$?
	cut_streams
	return "$ended"
}

# cut_streams: ends the files that were disks where their streams end; without a
# status all is shown that isn't zero.
cut_streams()
{
	tr -d '\0' <"$work/status" >"$work/end"
	if read -r code out err <"$work/end"; then
		echo "$code" >"$work/status"
		truncate -s "$out" "$work/out"
		truncate -s "$err" "$work/err"
		return
	fi
	: >"$work/status"
	for stream in out err; do
		tr -d '\0' <"$work/$stream" >"$work/shown"
		mv "$work/shown" "$work/$stream"
	done
}

busybox=/bin/busybox
need "$busybox" busybox-static
need cpio cpio
if [ "$machine" = amd ]; then
	need qemu-system-x86_64 qemu-system-x86
	needed=kvm-amd
else
	need bochs bochs
	need /usr/share/bochs/BIOS-bochs-latest bochsbios
	need /usr/share/bochs/VGABIOS-lgpl-latest vgabios
	need /usr/lib/ISOLINUX/isolinux.bin isolinux
	need /usr/lib/syslinux/modules/bios/ldlinux.c32 syslinux-common
	need xorriso xorriso
	needed="kvm-intel ata_piix sd_mod"
fi
files=$("$(dirname "$0")/find_kernel.sh" $needed) || exit 125
image=$(echo "$files" | head -n 1)
modules=$(echo "$files" | tail -n +2)

make_initrd "$@"
for stream in out err status console; do : >"$work/$stream"; done
ended=0
run_$machine || ended=$?
cat "$work/out"
cat "$work/err" >&2
[ "$ended" != 124 ] || { echo "nested.sh: no end after $seconds seconds" >&2; exit 124; }
if [ ! -s "$work/status" ]; then
	cat "$work/emulator" "$work/console" >&2
	fail "the machine came to no end (the emulator's status is $ended)"
fi
exit "$(cat "$work/status")"
