# SPDX-License-Identifier: MIT
#
# From the commands of a build to a compilation database, see clang's
# JSONCompilationDatabase: an entry for each source file that a command names.
#
#   make -nB TARGET... | awk -v compiler=CC -v directory=DIRECTORY -f compile_commands.awk

function quoted(text)
{
	gsub(/\\/, "\\\\", text)
	gsub(/"/, "\\\"", text)
	return "\"" text "\""
}

BEGIN {
	printf "["
}

# A command that goes on in the next line.
/\\$/ {
	begun = begun substr($0, 1, length($0) - 1)
	next
}

{
	command = begun $0
	begun = ""
	if (index(command, compiler " ") != 1 || command ~ / -E /)
		next
	gsub(/[ \t]+/, " ", command)
	words = split(command, word, " ")
	for (i = 2; i <= words; i++) {
		if (word[i] !~ /\.[cS]$/ || word[i] in seen)
			continue
		seen[word[i]] = 1
		printf "%s\n{\"directory\": %s, \"file\": %s,\n \"command\": %s}", separator,
			quoted(directory), quoted(word[i]), quoted(command)
		separator = ","
	}
}

END {
	print "\n]"
}
