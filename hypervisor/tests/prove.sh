#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Proves, with Frama-C, that the functions below keep their ACSL contracts for
# all inputs, with no run-time error on the way; no unsigned sum of theirs
# wraps either. Then breaks each bound in a copy and expects that proof to fail.
# Called by `make prove`, at the top of the tree. The last line counts.
#
# Taken on trust: the contracts of what they call that has no line below (memcpy
# as Frama-C's libc has it, memcmp, vma_covers); that other callers keep what
# the contracts require; Frama-C, whose memory model says that data of
# different types don't overlap; Z3 and CVC4. Not proved: add_segment() and
# elf_make_plan() of elf.c, nor copies and strings of uaccess.c.
set -u
self=$0

# prove TREE FILE FUNCTION SECONDS LOG: SECONDS for a goal. Prints "PROVED OF" and how many of
# these are postconditions; nothing if Frama-C came to no end.
prove()
{
	local model=Typed
	# memcmp takes the header's bytes, unsigned, for plain ones.
	[ "$3" != elf_check_header ] || model=Typed+cast
	(cd "$1" && timeout 300 frama-c -machdep gcc_x86_64 -cpp-extra-args="$(flags "$2")" "$2" \
		-warn-unsigned-overflow -warn-invalid-pointer -wp -wp-rte -wp-model "$model" \
		-wp-prover cvc4,z3 -wp-par 2 -wp-timeout "$4" -wp-cache none \
		-wp-fct "$3") >"$5" 2>&1 || return
	sed -n 's/^\[wp\] Proved goals: *\([0-9]*\) \/ \([0-9]*\)$/\1 \2/p' "$5" | tr '\n' ' '
	grep -c '^\[wp\] \[.*\] Goal .*_ensures.* : Valid' "$5"
}

# What the contracts name must be known where they stand.
flags()
{
	case $1 in
	hypervisor/*) echo "-include errno.h -include limits.h -include string.h" ;;
	*) echo "-include stdint.h -include linux/mman.h -include kernel/layout.h" \
		"-idirafter /usr/include -idirafter /usr/include/x86_64-linux-gnu" ;;
	esac
}

# One function, as the tree has it. Once more with time if the machine was busy.
whole()
{
	local file=$1 function=$2 log=$work/$2 proved of posts=0 seconds
	for seconds in "$limit" 30; do
		read -r proved of posts < <(prove . "$file" "$function" "$seconds" "$log")
		[ "${proved:-0}" != "${of:-none}" ] || break
	done
	if [ "${proved:-0}" = "${of:-none}" ] && [ "$proved" -gt 0 ] && [ "$posts" -gt 0 ]; then
		echo "ok prove: $function, $of goals"
	else
		echo "not ok prove: $function in $file, ${proved:-0} of ${of:-no} goals"
		grep -A 2 '\[Failed\]\|rror' "$log"
	fi
}

# The same with a text of the file replaced: then it mustn't be proved.
broken()
{
	local file=$1 function=$2 old=$3 new=$4 text without proved of posts tree
	tree=$(mktemp -d "$work/tree.XXXXXX")
	cp -R --parents hypervisor/*.[ch] kernel "$tree"
	text=$(<"$file")
	without=${text//"$old"/}
	printf '%s\n' "${text/"$old"/"$new"}" >"$tree/$file"
	read -r proved of posts < <(prove "$tree" "$file" "$function" "$limit" "$tree/log")
	if [ $((${#text} - ${#without})) != ${#old} ]; then
		echo "not ok prove: $file doesn't have \"$old\" exactly once"
	elif [ "${proved:-0}" -gt 0 ] && [ "$proved" -lt "$of" ]; then
		echo "ok prove: $function is refused with \"$new\" for \"$old\""
	else
		echo "not ok prove: $function with \"$new\": ${proved:-0} of ${of:-no} goals"
		grep 'rror' "$tree/log"
	fi
	rm -rf "$tree"
}

# The jobs, five words each: functions, and what breaks them.
jobs_of()
{
	local file=
	of() { file=$1; }
	proved() { printf '%s\0' whole "$file" "$1" '' ''; }
	breaks() { printf '%s\0' broken "$file" "$@"; }

	of hypervisor/guestmem.c
	proved guestmem_contains
	breaks guestmem_contains 'gpa <= size &&' 'gpa <= size + 1 &&'
	breaks guestmem_contains 'length <= size - gpa' 'length < size - gpa'
	breaks guestmem_contains 'length <= size - gpa' 'gpa + length <= size'
	breaks guestmem_contains 'gpa <= size && ' ''
	proved guestmem_range
	breaks guestmem_range 'if (!guestmem_contains(mem->size, gpa, length))' 'if (gpa > mem->size)'
	breaks guestmem_range 'return mem->base + gpa' 'return mem->base + gpa + 1'
	proved guestmem_read
	breaks guestmem_read 'from = guestmem_range(mem, gpa, length)' \
		'from = guestmem_range(mem, gpa, length - 1)'
	breaks guestmem_read 'if (!from)' 'if (!from && gpa)'
	proved guestmem_write
	breaks guestmem_write 'to = guestmem_range(mem, gpa, length)' \
		'to = guestmem_range(mem, gpa, length - 1)'
	breaks guestmem_write 'if (!to)' 'if (!to && gpa)'
	proved guestmem_string
	breaks guestmem_string 'i < limit' 'i <= limit'
	breaks guestmem_string 'gpa < mem->size ? mem->size - gpa' \
		'gpa < mem->size ? mem->size - gpa + 1'
	breaks guestmem_string 'gpa < mem->size ?' 'gpa <= mem->size + 1 ?'
	breaks guestmem_string 'left < size ? left : size' 'left'
	breaks guestmem_string 'limit < size ?' 'limit <= size ?'
	breaks guestmem_string 'return i' 'return i + 1'

	of hypervisor/fdtable.c
	proved fdtable_init
	breaks fdtable_init 'fd < FDTABLE_STD &&' 'fd <= FDTABLE_STD &&'
	breaks fdtable_init 'open_fds >> fd & 1' 'open_fds'
	proved fdtable_get
	breaks fdtable_get 'fd >= FDTABLE_SIZE ||' 'fd > FDTABLE_SIZE ||'
	breaks fdtable_get 'fd >= FDTABLE_SIZE || ' ''
	breaks fdtable_get '|| table->host[fd] < 0)' '|| table->host[fd] < -1)'
	proved fdtable_lowest
	breaks fdtable_lowest $'\t\tif (table->host[fd] < 0)' $'\t\tif (table->host[fd] <= 0)'
	proved fdtable_put
	breaks fdtable_put 'table->host[fd] = host' 'table->host[fd + 1] = host'
	proved fdtable_take
	breaks fdtable_take 'if (host >= 0)' 'if (host > 0)'
	breaks fdtable_take 'host = fdtable_get(table, fd)' 'host = table->host[fd]'

	of kernel/mm/uaccess.c
	proved user_range
	breaks user_range 'length <= USER_TOP &&' 'length <= USER_TOP + 1 &&'
	breaks user_range 'length <= USER_TOP && ' ''
	breaks user_range 'address <= USER_TOP - length' 'address <= USER_TOP'
	breaks user_range 'address <= USER_TOP - length' 'address + length <= USER_TOP'
	proved user_allows
	breaks user_allows 'if (!user_range(address, length))' 'if (address > USER_TOP)'

	of kernel/proc/elf.c
	proved inside
	breaks inside 'offset <= size &&' 'offset <= size + 1 &&'
	breaks inside 'length <= size - offset' 'offset + length <= size'
	proved page_down
	proved page_up
	proved elf_check_header
	breaks elf_check_header 'header->e_phentsize != sizeof(Elf64_Phdr)' 'header->e_phentsize == 0'
	breaks elf_check_header 'header->e_phnum > ELF_PHDRS_MAX' 'header->e_phnum > ELF_PHDRS_MAX + 1'
	breaks elf_check_header 'header->e_phnum == 0' 'header->e_type == 0'
	breaks elf_check_header '!inside(file_size, header->e_phoff, header->e_phnum * ' \
		'!inside(file_size, header->e_phoff, 1 * '
	proved check_load
	breaks check_load 'phdr->p_filesz > phdr->p_memsz' 'phdr->p_filesz > phdr->p_memsz + 1'
	breaks check_load 'inside(file_size, phdr->p_offset, phdr->p_filesz)' \
		'inside(file_size, phdr->p_offset, 0)'
	breaks check_load 'inside(USER_TOP, phdr->p_vaddr, phdr->p_memsz)' \
		'inside(USER_TOP + 4096, phdr->p_vaddr, phdr->p_memsz)'
	breaks check_load 'inside(USER_TOP, phdr->p_vaddr, phdr->p_memsz)' \
		'inside(USER_TOP, phdr->p_vaddr, phdr->p_filesz)'
	breaks check_load 'phdr->p_vaddr % PAGE_SIZE !=' 'phdr->p_vaddr % 2048 !='
	proved load_bias
	proved phdr_address
	breaks phdr_address 'inside(s->filesz, header' 'inside(s->filesz + 1, header'
	breaks phdr_address 'header->e_phoff >= s->offset && ' ''
	proved entry_is_code
	breaks entry_is_code 'plan->entry - s->start < s->memsz' 'plan->entry - s->start <= s->memsz'
	breaks entry_is_code 's->prot & PROT_EXEC && ' ''
}

if [ $# != 0 ]; then
	"$@"
	exit
fi

missing=
for need in frama-c-base:frama-c why3:why3 z3:z3 cvc4:cvc4; do
	command -v "${need#*:}" >/dev/null || missing="$missing ${need%:*}"
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ "$missing" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	echo "installing$missing" >&2
	export DEBIAN_FRONTEND=noninteractive
	{ apt-get update && apt-get install -y --no-install-recommends $missing; } >"$work/apt" 2>&1 ||
		tail -n 20 "$work/apt" >&2
elif [ "$missing" ]; then
	echo "missing packages (names as in Debian):$missing" >&2
fi

export work limit=3 WHY3CONFIG=$work/why3.conf
why3 config detect >/dev/null 2>&1
jobs_of | xargs -0 -n 5 -P "$(nproc)" "$self" | tee "$work/results"

wanted=$(($(jobs_of | tr -cd '\0' | wc -c) / 5))
passed=$(grep -c '^ok ' "$work/results")
failed=$(grep -c '^not ok ' "$work/results")
if [ $((passed + failed)) != "$wanted" ]; then
	echo "not ok prove: $wanted tests, but not as many results"
	failed=$((failed + 1))
fi
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
