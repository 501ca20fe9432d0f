#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Proves, with Frama-C, that the functions below keep their ACSL contracts for
# all inputs, with no run-time error on the way; no unsigned sum of theirs
# wraps either. Then breaks each bound in a copy and expects that proof to fail.
# Called by `make prove`, at the top of the tree. The last line counts.
#
# CVC4's effort is counted in steps, which a slow or busy machine doesn't change.
# A function is proved if none of its goals takes more than the limit given here.
# A mutant is refused if CVC4 ends without a proof of some goal, with three times
# the limit: one that ran out of time, or broke the prover, refuses nothing. Each
# contract and each line is tried for a contradiction too: from one that can't be
# kept, at one that can't be reached, all would follow.
#
# Taken on trust: the contracts of what is called and has no line below (memcpy,
# memcmp, vma_reach, prot_of); that other callers keep what the contracts require;
# Frama-C, whose memory model says that data of different types don't overlap;
# CVC4. Not proved: copies and strings of uaccess.c; that a segment has the rights
# which the file asks for.
set -u
self=$0

# What is proved: for each group of functions its file, its memory model, its limit and their
# names; for each mutant its group, its function, the old and the new text, and its round. The
# mutants of a round are broken together, one to a function: a proof sees no other body.
files=() models=() limits=() names=()
groups=() mutants=() olds=() news=() rounds=()

of()
{
	files+=("$1") models+=("$2") limits+=("$3") names+=('')
}

proved()
{
	names[-1]+="${names[-1]:+,}$1"
	round=0
}

breaks()
{
	groups+=($((${#files[@]} - 1))) mutants+=("${names[-1]##*,}") olds+=("$1") news+=("$2")
	rounds+=($((++round)))
}

of hypervisor/guestmem.c Typed 200000
proved guestmem_contains
breaks 'gpa <= size &&' 'gpa <= size + 1 &&'
breaks 'length <= size - gpa' 'length < size - gpa'
breaks 'length <= size - gpa' 'gpa + length <= size'
breaks 'gpa <= size && ' ''
proved guestmem_range
breaks 'if (!guestmem_contains(mem->size, gpa, length))' 'if (gpa > mem->size)'
breaks 'return mem->base + gpa' 'return mem->base + gpa + 1'
proved guestmem_read
breaks 'from = guestmem_range(mem, gpa, length)' \
	'from = guestmem_range(mem, gpa, length - 1)'
breaks 'if (!from)' 'if (!from && gpa)'
proved guestmem_write
breaks 'to = guestmem_range(mem, gpa, length)' \
	'to = guestmem_range(mem, gpa, length - 1)'
breaks 'if (!to)' 'if (!to && gpa)'
proved guestmem_string
breaks 'i < limit' 'i <= limit'
breaks 'gpa < mem->size ? mem->size - gpa' \
	'gpa < mem->size ? mem->size - gpa + 1'
breaks 'gpa < mem->size ?' 'gpa <= mem->size + 1 ?'
breaks 'left < size ? left : size' 'left'
breaks 'limit < size ?' 'limit <= size ?'
breaks 'return i' 'return i + 1'

of hypervisor/fdtable.c Typed 200000
proved fdtable_init
breaks 'fd < FDTABLE_STD &&' 'fd <= FDTABLE_STD &&'
breaks 'open_fds >> fd & 1' 'open_fds'
proved fdtable_get
breaks 'fd >= FDTABLE_SIZE ||' 'fd > FDTABLE_SIZE ||'
breaks 'fd >= FDTABLE_SIZE || ' ''
breaks '|| table->host[fd] < 0)' '|| table->host[fd] < -1)'
proved fdtable_lowest
breaks $'\t\tif (table->host[fd] < 0)' $'\t\tif (table->host[fd] <= 0)'
proved fdtable_put
breaks 'table->host[fd] = host' 'table->host[fd + 1] = host'
proved fdtable_take
breaks 'if (host >= 0)' 'if (host > 0)'
breaks 'host = fdtable_get(table, fd)' 'host = table->host[fd]'

of kernel/mm/uaccess.c Typed 200000
proved user_range
breaks 'length <= USER_TOP &&' 'length <= USER_TOP + 1 &&'
breaks 'length <= USER_TOP && ' ''
breaks 'address <= USER_TOP - length' 'address <= USER_TOP'
breaks 'address <= USER_TOP - length' 'address + length <= USER_TOP'
proved user_buffer
proved user_extent
breaks 'vma_reach(address, address + length,' 'vma_reach(address, address + length + 1,'

of kernel/proc/elf.c Typed 200000
proved inside
breaks 'offset <= size &&' 'offset <= size + 1 &&'
breaks 'length <= size - offset' 'offset + length <= size'
proved page_down
proved page_up
proved check_load
breaks 'phdr->p_filesz > phdr->p_memsz' 'phdr->p_filesz > phdr->p_memsz + 1'
breaks 'phdr->p_filesz && !inside(file_size, phdr->p_offset' \
	'phdr->p_filesz > 1 && !inside(file_size, phdr->p_offset'
breaks 'inside(file_size, phdr->p_offset, phdr->p_filesz)' \
	'inside(file_size, phdr->p_offset, 0)'
breaks 'inside(USER_TOP, phdr->p_vaddr, phdr->p_memsz)' \
	'inside(USER_TOP + 4096, phdr->p_vaddr, phdr->p_memsz)'
breaks 'inside(USER_TOP, phdr->p_vaddr, phdr->p_memsz)' \
	'inside(USER_TOP, phdr->p_vaddr, phdr->p_filesz)'
breaks 'phdr->p_vaddr % PAGE_SIZE !=' 'phdr->p_vaddr % 2048 !='
proved load_bias
proved phdr_address
breaks 'inside(s->filesz, header' 'inside(s->filesz + 1, header'
breaks 'header->e_phoff >= s->offset && ' ''

of kernel/proc/elf.c Typed 400000
proved add_segment
breaks 'inside(MMAP_TOP, start, phdr->p_memsz)' 'inside(USER_TOP, start, phdr->p_memsz)'
breaks 'page_down(start) < USER_MIN' 'page_down(start) < PAGE_SIZE'
breaks 'phdr->p_filesz ? phdr->p_offset : 0' 'phdr->p_offset'
breaks 'max(plan->brk, page_up(start + phdr->p_memsz))' 'page_up(start + phdr->p_memsz)'
proved elf_make_plan
breaks 'problem = check_load(phdr, file_size)' 'problem = NULL'
breaks 'if (!problem && phdr->p_memsz)' 'if (!problem)'
breaks 'inside(USER_TOP - bias, header->e_entry, 1)' 'inside(USER_TOP, header->e_entry, 1)'

# memcmp takes the header's bytes, unsigned, for plain ones.
of kernel/proc/elf.c Typed+cast 100000
proved elf_check_header
breaks 'header->e_phentsize != sizeof(Elf64_Phdr)' 'header->e_phentsize == 0'
breaks 'header->e_phnum > ELF_PHDRS_MAX' 'header->e_phnum > ELF_PHDRS_MAX + 1'
breaks 'header->e_phnum == 0' 'header->e_type == 0'
breaks '!inside(file_size, header->e_phoff, header->e_phnum * ' \
	'!inside(file_size, header->e_phoff, 1 * '

# What the contracts name must be known where they stand.
flags()
{
	case $1 in
	hypervisor/*) echo "-include errno.h -include limits.h -include $work/string.h" ;;
	*) echo "-include stdint.h -include linux/mman.h -include kernel/layout.h" \
		"-idirafter /usr/include -idirafter /usr/include/x86_64-linux-gnu" ;;
	esac
}

# counts LOG FUNCTIONS: for each function its goals that have come to an end, how many of them were
# proved, how many given up, and how many postconditions were proved; for "smoke" the tests that
# look for a contradiction, and how many found none; for "all" Frama-C's own sum of what was
# proved, and ours.
counts()
{
	awk -v functions="$2" '
	BEGIN { n = split(functions ",smoke", name, ",") }
	/^\[wp\] \[.*\] (Goal|Smoke-test) / {
		goal = $0
		sub(/.* typed_(cast_)?/, "", goal)
		sub(/ .*/, "", goal)
		f = "smoke"
		for (i = 1; !/Smoke-test/ && i < n; i++)
			if (index(goal, name[i] "_") == 1 && (f == "smoke" || length(name[i]) > length(f)))
				f = name[i]
		good = / : Valid/ || /^\[wp\] \[Passed\]/
		of[f]++
		valid[f] += good
		all += good
		posts[f] += good && goal ~ /_ensures/
		given_up[f] += / : (Unknown|Step limit)/
	}
	/^\[wp\] Proved goals:/ { sum = $4 }
	END {
		for (i = 1; i <= n; i++)
			print name[i], of[name[i]] + 0, valid[name[i]] + 0, given_up[name[i]] + 0,
				posts[name[i]] + 0
		print "all", sum + 0, all + 0
	}' "$1"
}

# Is there a goal of each function that was given up?
refused()
{
	! counts "$1" "$2" | awk '$1 != "smoke" && $1 != "all" && $4 == 0' | grep -q .
}

# prove TREE GROUP FUNCTIONS LOG OPTIONS, with "until" before them: until all functions are refused.
# What hangs is killed, provers too, and gets one more try.
prove()
{
	local tree=$1 file=${files[$2]} model=${models[$2]} functions=$3 log=$4 until= try ended
	shift 4
	[ "$1" != until ] || { until=1; shift; }
	for try in 1 2; do
		(cd "$tree" && exec timeout -k 5 200 frama-c -machdep gcc_x86_64 \
			-cpp-extra-args="$(flags "$file")" "$file" -wp -wp-rte \
			-warn-unsigned-overflow -warn-invalid-pointer -wp-model "$model" \
			-wp-prover cvc4 -wp-par 2 -wp-timeout 120 -wp-cache none \
			-wp-fct "$functions" "$@") >"$log" 2>&1 </dev/null &
		while [ "$until" ] && kill -0 $! 2>/dev/null; do
			sleep 0.5
			! refused "$log" "$functions" || kill $! 2>/dev/null
		done
		wait $!
		ended=$?
		[ "$ended" = 124 ] || [ "$ended" = 137 ] || break
	done
	counts "$log" "$functions"
}

# The functions of a group, as the tree has them.
whole()
{
	local log=$work/$1 function of proved given_up posts sum ours
	prove . "$1" "${names[$1]}" "$log" -wp-steps "${limits[$1]}" -wp-smoke-tests >"$log.counts"
	read -r sum ours < <(sed -n 's/^all //p' "$log.counts")
	for function in ${names[$1]//,/ } smoke; do
		read -r of proved given_up posts < <(sed -n "s/^$function //p" "$log.counts")
		if [ "${proved:-0}" = 0 ] || [ "$proved" != "$of" ]; then
			echo "not ok prove: $function, ${files[$1]}: ${proved:-0} of ${of:-no} goals"
			grep 'Goal.* : [^V]\|\[Failed\]\|rror' "$log"
		elif [ "$sum" = 0 ] || [ "$sum" != "$ours" ]; then
			echo "not ok prove: $function, ${files[$1]}: Frama-C counts $sum goals, not $ours"
		elif [ "$function" = smoke ]; then
			echo "ok prove: ${files[$1]}: no contradiction at $of places"
		elif [ "$posts" = 0 ]; then
			echo "not ok prove: $function has no postcondition"
		else
			echo "ok prove: $function, $of goals"
		fi
	done
}

# The mutants of one round of a group: none may be proved.
broken()
{
	local tree=$work/$1.$2 file=${files[$1]} text without functions='' i of proved given_up posts
	mkdir "$tree"
	cp -R --parents hypervisor/*.[ch] kernel "$tree"
	text=$(<"$file")
	for i in "${!mutants[@]}"; do
		[ "${groups[i]} ${rounds[i]}" = "$1 $2" ] || continue
		without=${text//"${olds[i]}"/}
		if [ $((${#text} - ${#without})) = ${#olds[i]} ]; then
			text=${text/"${olds[i]}"/"${news[i]}"}
			functions+="${functions:+,}${mutants[i]}"
		else
			echo "not ok prove: $file doesn't have \"${olds[i]}\" exactly once"
		fi
	done
	printf '%s\n' "$text" >"$tree/$file"
	prove "$tree" "$1" "$functions" "$tree/log" until -wp-steps $((3 * limits[$1])) >"$tree/counts"
	for i in "${!mutants[@]}"; do
		[ "${groups[i]} ${rounds[i]}" = "$1 $2" ] || continue
		[[ ",$functions," = *,"${mutants[i]}",* ]] || continue
		read -r of proved given_up posts < <(sed -n "s/^${mutants[i]} //p" "$tree/counts")
		if [ "${given_up:-0}" -gt 0 ]; then
			echo "ok prove: ${mutants[i]} is refused with \"${news[i]}\" for \"${olds[i]}\""
		else
			echo "not ok prove: ${mutants[i]} with \"${news[i]}\" for \"${olds[i]}\":" \
				"${proved:-0} of ${of:-no} goals, ${given_up:-none} given up"
			grep 'Goal.* : [^V]\|rror' "$tree/log"
		fi
	done
}

if [ $# != 0 ]; then
	"$@"
	exit
fi

missing=
for need in frama-c-base:frama-c why3:why3 cvc4:cvc4; do
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

# Frama-C's own contract of memcpy asks for an object on both sides of a copy of 0 bytes.
cat >"$work/string.h" <<-'end'
	#define __FC_STRING_H_
	#include <stddef.h>
	/*@
	  requires \valid((char *)to + (0 .. bytes - 1));
	  requires \valid_read((char *)from + (0 .. bytes - 1));
	  requires \separated((char *)to + (0 .. bytes - 1), (char *)from + (0 .. bytes - 1));
	  assigns ((char *)to)[0 .. bytes - 1] \from ((char *)from)[0 .. bytes - 1];
	  assigns \result \from to;
	  ensures \result == to;
	  ensures \forall integer k; 0 <= k < bytes ==>
	    ((char *)to)[k] == \old(((char *)from)[k]);
	*/
	void *memcpy(void *to, const void *from, size_t bytes);
end

export work TMPDIR=$work WHY3CONFIG=$work/why3.conf
why3 config detect >/dev/null 2>&1
{
	printf 'whole %s -\n' "${!files[@]}"
	for i in "${!mutants[@]}"; do
		echo "broken ${groups[i]} ${rounds[i]}"
	done | sort -u
} | xargs -n 3 -P "$(nproc)" "$self" | tee "$work/results"

# A line for each function, for each group and for each mutant.
wanted=$(($(tr ' ,' '\n\n' <<<"${names[*]}" | wc -l) + ${#files[@]} + ${#mutants[@]}))
passed=$(grep -c '^ok ' "$work/results")
failed=$(grep -c '^not ok ' "$work/results")
if [ $((passed + failed)) != "$wanted" ]; then
	echo "not ok prove: $wanted tests, but not as many results"
	failed=$((failed + 1))
fi
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
