#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Is the hypervisor's binary what the Makefile asks for? Reads the ELF.
#
#   hardening.sh HYPERVISOR
set -u
export LC_ALL=C
elf=$1
headers=$(readelf -hlW "$elf")
dynamic=$(readelf -dW "$elf")
# A function of ours, without what the compiler inlined or split off.
main=$(objdump -d --no-show-raw-insn "$elf" | sed -n '/<main>:$/,/^$/p')
symbols=$(nm "$elf")

# check NAME TEXT PATTERN; absent NAME TEXT PATTERN.
check()
{
	if echo "$2" | grep -q -- "$3"; then echo "ok hardening: $1"; else echo "not ok hardening: $1"; fi
}
absent()
{
	if echo "$2" | grep -q -- "$3"; then echo "not ok hardening: $1"; else echo "ok hardening: $1"; fi
}

check "position-independent" "$headers" 'Type: *DYN'
check "and known as such" "$dynamic" 'FLAGS_1.* PIE'
absent "static: no interpreter" "$headers" ' INTERP '
absent "static: no library" "$dynamic" '(NEEDED)'
check "relocations read-only" "$headers" ' GNU_RELRO '
check "all of them: bound at start" "$dynamic" 'BIND_NOW'
absent "none in the text" "$dynamic" TEXTREL
check "the stack is data" "$headers" 'GNU_STACK.* RW  '
absent "nothing is writable and executable" "$headers" ' LOAD .* RWE '
check "stack protector" "$main" '__stack_chk_fail'
check "_FORTIFY_SOURCE" "$symbols" ' __vsnprintf_chk$'
case $main in
*endbr64*) echo "ok hardening: CET's landing pads" ;;
*) echo "not ok hardening: CET's landing pads" ;;
esac
# Where the sandbox knows a call by the address of its argument, that is in memory that isn't
# writable.
for name in in_host in_root hostfile_numbers signals_default; do
	check "$name is constant" "$symbols" " [rR] $name\$"
done
