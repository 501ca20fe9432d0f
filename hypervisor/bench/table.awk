# SPDX-License-Identifier: MIT
#
# What rows.sh has printed on each backend, a file for each that has its name,
# as one table in Markdown, or with format=json as JSON. The table's lines are
# the rows; a backend has a column for figure, baseline and ratio.

# Three digits, or all of a whole number.
function number(v)
{
	if (v == "-")
		return v
	return sprintf(v == int(v) || v >= 100 ? "%.0f" : v >= 10 ? "%.1f" : v >= 0.1 ? "%.2f" : \
		"%.2g", v)
}

# Is a target reached? Of "ratio <= X", "beyond <= X", "<= X" and the like.
function reached(target, figure, base, ratio,    words, n, limit, v)
{
	n = split(target, words, " ")
	limit = words[n] + 0
	v = n == 2 ? figure : words[1] == "ratio" ? ratio : figure - base
	return words[n - 1] == "<=" ? v <= limit : v >= limit
}

function json(s)
{
	gsub(/["\\]/, "\\\\&", s)
	return "\"" s "\""
}

function json_number(v)
{
	return v == "-" || v == "exact" ? "null" : v + 0
}

function cell(line, column, text)
{
	cells[line, column] = text
	if (length(text) > width[column])
		width[column] = length(text)
}

BEGIN {
	FS = "\t"
}

# A row that only a later backend has comes behind the one that it follows there.
FNR == 1 {
	backend[++backends] = FILENAME
	previous = ""
}

{
	key = $1 FS $2 FS $5
	if (!(key in name)) {
		rows++
		name[key] = $1 ": " $2
		against[key] = $5
		after[key] = after[previous]
		after[previous] = key
	}
	previous = key
	at = key SUBSEP backends
	figure[at] = number($7) ($3 == "" ? "" : " " $3)
	base[at] = number($8)
	ratio[at] = number($9) ($6 == "exact" || $9 == "-" ? "" : \
		" (" number($10) " to " number($11) ")")
	rounds[at] = $6
	if ($4 != "") {
		text = $4 (reached($4, $7, $8, $9) ? "" : " (missed)")
		target[key] = target[key] (target[key] == "" ? "" : ", ") FILENAME " " text
	}
	records = records (records == "" ? "" : ",") "\n    {\"backend\": " json(FILENAME) \
		", \"group\": " json($1) ", \"row\": " json($2) ", \"unit\": " json($3) \
		", \"target\": " json($4) ", \"against\": " json($5) ", \"n\": " json_number($6) \
		", \"figure\": " json_number($7) ", \"baseline\": " json_number($8) \
		", \"ratio\": " json_number($9) ", \"ratio_q1\": " json_number($10) \
		", \"ratio_q3\": " json_number($11) "}"
}

END {
	if (format == "json") {
		print "{\n  \"machine\": " json(machine) ",\n  \"rows\": [" records "\n  ]\n}"
		exit !rows
	}
	cell(0, 1, "row")
	cell(0, 2, "baseline")
	columns = 2 + 4 * backends
	for (b = 1; b <= backends; b++) {
		cell(0, 4 * b - 1, backend[b])
		cell(0, 4 * b, "baseline")
		cell(0, 4 * b + 1, "ratio (middle half)")
		cell(0, 4 * b + 2, "n")
	}
	cell(0, ++columns, "target")
	key = ""
	for (i = 1; i <= rows; i++) {
		key = after[key]
		cell(i, 1, name[key])
		cell(i, 2, against[key])
		for (b = 1; b <= backends; b++) {
			at = key SUBSEP b
			cell(i, 4 * b - 1, figure[at])
			cell(i, 4 * b, base[at])
			cell(i, 4 * b + 1, ratio[at])
			cell(i, 4 * b + 2, rounds[at])
		}
		cell(i, columns, target[key])
	}
	print machine "\n"
	for (i = 0; i <= rows; i++) {
		for (c = 1; c <= columns; c++)
			printf "| %-*s ", width[c], cells[i, c]
		print "|"
		for (c = 1; i == 0 && c <= columns; c++)
			printf "| --- "
		if (i == 0)
			print "|"
	}
	exit !rows
}
