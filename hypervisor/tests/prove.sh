#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Proves, with Frama-C, that the functions below keep their ACSL contracts for
# all inputs, with no run-time error on the way; no unsigned sum of theirs
# wraps either. Then breaks each bound in a copy and expects that proof to fail.
# Called by `make prove`, at the top of the tree. The last line counts.
#
# CVC4's effort is counted in steps, which a slow or busy machine doesn't change;
# no verdict depends on time. A function is proved if none of its goals takes
# more than the limit given here. A mutant is refused if CVC4 ends without a
# proof of some goal, with three times the limit. Each contract and each line is
# tried for a contradiction too: from one that can't be kept, at one that can't
# be reached, all would follow.
#
# A prover that uses up CPU_SECONDS, or a run in which no goal ends for
# STALL_SECONDS, is stopped: that proves nothing and refuses nothing, and is
# told as "no verdict". What was proved of a whole file is not proved again for
# its mutants: Frama-C's cache keeps it by the goal's text, for this run alone.
#
# Taken on trust: the contracts of `trusted`, which are called and have no body
# that could be proved; that other callers keep what the contracts require;
# Frama-C, whose memory model says that data of different types don't overlap;
# CVC4. Not proved: copies and strings of uaccess.c; that a look-up in vma.c finds
# the area that it is to find, and comes to an end.
set -u
self=$0

CPU_SECONDS=900    # of one process
STALL_SECONDS=1200 # at a load of 20 that is 100 of a busy CPU of two
SMOKE_STEPS=100000

trusted=memcpy # libc's

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

of hypervisor/guestmem.c Typed 150000
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

of hypervisor/fdtable.c Typed 100000
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

of kernel/lib/string.c Typed+cast 100000
proved memcmp
breaks 'bytes--, x++, y++' 'bytes--, x++'
breaks 'if (*x != *y)' 'if (*x > *y)'

of kernel/mm/uaccess.c Typed 100000
proved user_range
breaks 'length <= USER_TOP &&' 'length <= USER_TOP + 1 &&'
breaks 'length <= USER_TOP && ' ''
breaks 'address <= USER_TOP - length' 'address <= USER_TOP'
breaks 'address <= USER_TOP - length' 'address + length <= USER_TOP'
proved user_buffer
breaks '(address < USER_TOP && ' '('
breaks 'length <= 1u << 31' 'length'
proved user_extent
breaks 'address + length, prot) - address' 'address + length, prot)'
proved user_allows
breaks 'user_range(address, length) && user_extent' 'user_extent'

of kernel/mm/vma.c Typed 100000
proved find
breaks 'if (found && found->start <= address && address < found->end)' 'if (found)'
breaks 'if (v->end > address)' 'if (v->end >= address)'
proved vma_reach
breaks $'\treturn end;' $'\treturn start;'
breaks 'if (!v || v->start > start' 'if (v->start > start'

of kernel/proc/elf.c Typed 100000
proved inside
breaks 'offset <= size &&' 'offset <= size + 1 &&'
breaks 'length <= size - offset' 'offset + length <= size'
proved page_down
proved page_up
proved min
proved max
proved prot_of
breaks 'flags & PF_W ? PROT_WRITE' 'flags & PF_R ? PROT_WRITE'
proved check_load
breaks 'phdr->p_filesz > phdr->p_memsz' 'phdr->p_filesz > phdr->p_memsz + 1'
breaks 'phdr->p_filesz && !inside(file_size, phdr->p_offset' \
	'phdr->p_filesz > 1 && !inside(file_size, phdr->p_offset'
breaks 'inside(file_size, phdr->p_offset, phdr->p_filesz)' \
	'inside(file_size, phdr->p_offset, 0)'
breaks $'inside(USER_TOP, phdr->p_vaddr, phdr->p_memsz))\n\t\treturn "a segment' \
	$'inside(USER_TOP + 4096, phdr->p_vaddr, phdr->p_memsz))\n\t\treturn "a segment'
breaks $'inside(USER_TOP, phdr->p_vaddr, phdr->p_memsz))\n\t\treturn "a segment' \
	$'inside(USER_TOP, phdr->p_vaddr, phdr->p_filesz))\n\t\treturn "a segment'
breaks 'phdr->p_vaddr % PAGE_SIZE !=' 'phdr->p_vaddr % 2048 !='
proved elf_program_bias
proved take_interp
breaks 'phdr->p_filesz < 2' 'phdr->p_filesz < 1'
breaks 'phdr->p_filesz > PATH_MAX' 'phdr->p_filesz > PATH_MAX + 1'
proved elf_span
breaks $'inside(USER_TOP, phdr->p_vaddr, phdr->p_memsz))\n\t\t\treturn (struct' \
	$'inside(USER_TOP, phdr->p_vaddr, phdr->p_filesz))\n\t\t\treturn (struct'
breaks 'min(span.start, page_down(phdr->p_vaddr))' 'page_down(phdr->p_vaddr)'
breaks 'max(span.end, page_up(phdr->p_vaddr + phdr->p_memsz))' \
	'page_up(phdr->p_vaddr + phdr->p_memsz)'
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
breaks ' && !problem && phdr->p_memsz)' ' && !problem)'
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

# counts LOG FUNCTIONS: a line for each function: how many of its goals came to an end, how many
# of those were proved, how many given up, and how many postconditions were proved. For "smoke" the
# tests that look for a contradiction, and how many found none. For "all" how many goals Frama-C has
# scheduled, and how many came to a verdict.
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
		bad = / : (Unknown|Step limit)/
		of[f]++
		valid[f] += good
		given_up[f] += bad
		posts[f] += good && goal ~ /_ensures/
		verdicts += good || bad || /^\[wp\] \[Failed\]/
	}
	/^\[wp\] [0-9]+ goals? scheduled/ { scheduled = $2 }
	END {
		for (i = 1; i <= n; i++)
			print name[i], of[name[i]] + 0, valid[name[i]] + 0, given_up[name[i]] + 0,
				posts[name[i]] + 0
		print "all", scheduled + 0, verdicts + 0
	}' "$1"
}

# Is there a goal of each function that was given up?
refused()
{
	! counts "$1" "$2" | awk '$1 != "smoke" && $1 != "all" && $4 == 0' | grep -q .
}

# watch PID LOG FUNCTIONS ("until" or ""): waits for Frama-C; ends it and its provers where it has
# stalled, and with "until" once all functions are refused. False if it stalled.
watch()
{
	local size=-1 new quiet=0

	trap "kill -- -$1 2>/dev/null; exit 1" INT TERM HUP
	while kill -0 "$1" 2>/dev/null; do
		sleep 1
		new=$(stat -c %s "$2")
		quiet=$((quiet + 1))
		if [ "$new" != "$size" ]; then
			size=$new quiet=0
			[ -z "$4" ] || ! refused "$2" "$3" || kill -- -"$1" 2>/dev/null
		elif [ $quiet = $STALL_SECONDS ]; then
			kill -9 -- -"$1" 2>/dev/null
			return 1
		fi
	done
}

# prove TREE GROUP FUNCTIONS LOG ("until" or "") OPTION...: has Frama-C prove the functions. A run
# that stalls gets one more try.
prove()
{
	local tree=$1 file=${files[$2]} model=${models[$2]} group=$2 functions=$3 log=$4 until=$5 try
	shift 5
	for try in 1 2; do
		(ulimit -t $CPU_SECONDS
			cd "$tree" && exec setsid frama-c -machdep gcc_x86_64 -c11 \
				-cpp-extra-args="$(flags "$file")" "$file" -wp -wp-rte \
				-warn-unsigned-overflow -warn-invalid-pointer -wp-model "$model" \
				-wp-prover cvc4 -wp-par 2 -wp-timeout 0 -wp-smoke-timeout 0 \
				-wp-cache-dir "$work/cache.$group" -wp-fct "$functions" \
				"$@") >"$log" 2>&1 </dev/null &
		watch $! "$log" "$functions" "$until" && break
	done
	counts "$log" "$functions" >"$log.counts"
}

# verdicts LOG: as many as there are goals? Otherwise why a failure is none.
verdicts()
{
	local scheduled ended
	read -r scheduled ended < <(sed -n 's/^all //p' "$1.counts")
	[ "$scheduled" != 0 ] && [ "$scheduled" = "$ended" ] ||
		echo "no verdict on $((scheduled - ended)) of $scheduled goals:" \
			"Frama-C or a prover was stopped or failed"
}

# The functions of a group, as the tree has them.
whole()
{
	local log=$work/$1 function of proved given_up posts none
	mkdir "$work/cache.$1"
	prove . "$1" "${names[$1]}" "$log" '' -wp-steps "${limits[$1]}" -wp-cache update
	none=$(verdicts "$log")
	for function in ${names[$1]//,/ }; do
		read -r of proved given_up posts < <(sed -n "s/^$function //p" "$log.counts")
		if [ "$none" ]; then
			echo "not ok prove: $function, ${files[$1]}: $none"
		elif [ "${proved:-0}" = 0 ] || [ "$proved" != "$of" ]; then
			echo "not ok prove: $function, ${files[$1]}: ${proved:-0} of ${of:-no} goals"
		elif [ "$posts" = 0 ]; then
			echo "not ok prove: $function has no postcondition"
		else
			echo "ok prove: $function, $of goals"
			continue
		fi
		grep 'Goal.* : [^V]\|rror' "$log"
	done
}

# Contradictions in the contracts of a group, and lines that nothing reaches.
smoke()
{
	local log=$work/$1.smoke of proved given_up posts none
	prove . "$1" "${names[$1]}" "$log" '' -wp-steps $SMOKE_STEPS -wp-cache replay -wp-smoke-tests
	none=$(verdicts "$log")
	read -r of proved given_up posts < <(sed -n "s/^smoke //p" "$log.counts")
	if [ "$none" ]; then
		echo "not ok prove: ${files[$1]}: contradictions: $none"
	elif [ "$proved" = 0 ] || [ "$proved" != "$of" ]; then
		echo "not ok prove: ${files[$1]}: contradictions at $((of - proved)) of $of places"
		grep '\[Failed\]\|rror' "$log"
	else
		echo "ok prove: ${files[$1]}: no contradiction at $of places"
	fi
}

# The mutants of one round of a group: none may be proved.
broken()
{
	local tree=$work/$1.$2 file=${files[$1]} text without functions='' i of proved given_up posts
	local what none
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
	prove "$tree" "$1" "$functions" "$tree/log" until -wp-steps $((3 * limits[$1])) -wp-cache replay
	none=$(verdicts "$tree/log")
	for i in "${!mutants[@]}"; do
		[ "${groups[i]} ${rounds[i]}" = "$1 $2" ] || continue
		[[ ",$functions," = *,"${mutants[i]}",* ]] || continue
		read -r of proved given_up posts < <(sed -n "s/^${mutants[i]} //p" "$tree/log.counts")
		what="\"${news[i]}\" for \"${olds[i]}\""
		if [ "${given_up:-0}" -gt 0 ]; then
			echo "ok prove: ${mutants[i]} is refused with $what"
		elif [ "$none" ]; then
			echo "not ok prove: ${mutants[i]} with $what: $none"
			grep 'Goal.* : [^V]\|rror' "$tree/log"
		else
			echo "not ok prove: ${mutants[i]} with $what is proved, ${proved:-0} goals"
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
each() { xargs -n 3 -P "$(nproc)" "$self" | tee -a "$work/results"; }
printf 'whole %s -\n' "${!files[@]}" | each
{
	printf 'smoke %s -\n' "${!files[@]}"
	for i in "${!mutants[@]}"; do
		echo "broken ${groups[i]} ${rounds[i]}"
	done | sort -u
} | each

# What is called is proved or trusted.
called=$(sed -n 's/.*Smoke-test typed_\(cast_\)\?\(.*\)_wp_smoke_dead_call_.*/\2/p' "$work"/*.smoke | sort -u)
unproved=$(grep -Fvx "$(printf '%s\n' "${names[@]//,/$'\n'}")" <<<"$called" | paste -sd ' ')
if [ "$unproved" = "$trusted" ]; then
	echo "ok prove: nothing is trusted but $trusted"
else
	echo "not ok prove: called and not proved: $unproved; trusted: $trusted"
fi | tee -a "$work/results"

# A line for each function, for each group, for each mutant, and the one above.
wanted=$(($(tr ' ,' '\n\n' <<<"${names[*]}" | wc -l) + ${#files[@]} + ${#mutants[@]} + 1))
passed=$(grep -c '^ok ' "$work/results")
failed=$(grep -c '^not ok ' "$work/results")
if [ $((passed + failed)) != "$wanted" ]; then
	echo "not ok prove: $wanted tests, but not as many results"
	failed=$((failed + 1))
fi
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
