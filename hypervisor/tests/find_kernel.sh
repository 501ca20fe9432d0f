#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Finds a kernel of this system that can be host of a virtual machine.
#
#   find_kernel.sh MODULE...
#
# MODULE: kvm-amd or kvm-intel, and what else the machine needs; each is there
# as a module or built in. Prints the path of the image, then those of the
# modules to load, one a line, in the order that they need. Among several
# kernels a cloud kernel comes first, for it boots fastest, then the newest.
set -eu

wanted=$*

# release IMAGE: the release that an x86 kernel image names in its header, if
# it is one (Linux, Documentation/arch/x86/boot.rst: "HdrS", kernel_version).
release()
{
	[ "$(tail -c +515 "$1" | head -c 4 | tr -d '\0')" = HdrS ] || return 1
	offset=$(od -An -tu2 -j 526 -N 2 "$1")
	tail -c +$((offset + 513)) "$1" | head -c 128 | tr '\0 ' '\n\n' | head -n 1
}

# with_dependencies DIRECTORY MODULE: its file and those of what it depends on.
# None where it is built in; fails where the kernel hasn't got it.
with_dependencies()
{
	! grep -qs "/$2\.ko" "$1/modules.builtin" || return 0
	# modules.dep(5): "FILE: DEPENDENCY...", the last to be loaded first.
	files=$(sed -n "s|^\(.*/$2\.ko[^:]*\):|\1|p" "$1/modules.dep" 2>/dev/null)
	[ "$files" ] || return 1
	reversed=
	for file in $files; do
		reversed="$1/$file
$reversed"
	done
	printf %s "$reversed"
}

# modules DIRECTORY: the files of all that is wanted, each once.
modules()
{
	all=
	for module in $wanted; do
		all="$all
$(with_dependencies "$1" "$module")" || return 1
	done
	echo "$all" | awk 'NF && !seen[$0]++'
}

# candidates: "RELEASE IMAGE", best first.
candidates()
{
	for image in /boot/* /lib/modules/*/vmlinuz; do
		[ -f "$image" ] || continue
		if [ ! -r "$image" ]; then
			echo "find_kernel.sh: no permission to read $image" >&2
		elif name=$(release "$image"); then
			echo "$name $image"
		fi
	done | sort -rV | awk '/cloud/ { print; next } { other = other $0 "\n" } END { printf "%s", other }'
}

found=$(candidates)
while read -r name image; do
	if files=$(modules "/lib/modules/$name"); then
		echo "$image"
		echo "$files"
		exit 0
	fi
done <<END
$found
END
echo "find_kernel.sh: no kernel with $wanted in /boot: install one; the package is" \
	"linux-image-cloud-amd64 on Debian, linux-image-generic on Ubuntu, kernel on Fedora," \
	"linux on Arch" >&2
exit 1
