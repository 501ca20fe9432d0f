# SPDX-License-Identifier: MIT
#
# What rows.sh has printed on each backend, a file for each that has its name,
# as one table in Markdown, or with format=json as JSON. The table's lines are
# the rows; a backend has a column for figure, baseline and ratio.

function number(v)
{
	if (v == "-")
		return v
	return v == int(v) || v >= 100 ? sprintf("%.0f", v) : sprintf(v >= 10 ? "%.1f" : "%.2f", v)
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
	return v == "-" ? "null" : v + 0
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

FNR == 1 {
	backend[++backends] = FILENAME
}

{
	key = $1 FS $2 FS $5
	if (!(key in line)) {
		line[key] = ++rows
		name[rows] = $1 ": " $2
		against[rows] = $5
		unit[rows] = $3
	}
	at = line[key] SUBSEP backends
	figure[at] = number($7) ($3 == "" ? "" : " " $3)
	base[at] = number($8)
	ratio[at] = $9 == "-" ? "-" : $10 == $9 && $11 == $9 ? $9 : \
		sprintf("%.2f (%.2f to %.2f)", $9, $10, $11)
	rounds[at] = $6
	if ($4 != "") {
		text = $4 (reached($4, $7, $8, $9) ? "" : " (missed)")
		target[line[key]] = target[line[key]] (target[line[key]] == "" ? "" : ", ") \
			FILENAME " " text
	}
	records = records (records == "" ? "" : ",") "\n    {\"backend\": " json(FILENAME) \
		", \"group\": " json($1) ", \"row\": " json($2) ", \"unit\": " json($3) \
		", \"target\": " json($4) ", \"against\": " json($5) ", \"n\": " $6 \
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
	for (i = 1; i <= rows; i++) {
		cell(i, 1, name[i])
		cell(i, 2, against[i])
	}
	columns = 2
	for (b = 1; b <= backends; b++) {
		cell(0, columns + 1, backend[b])
		cell(0, columns + 2, "baseline")
		cell(0, columns + 3, "ratio (middle half)")
		cell(0, columns + 4, "n")
		for (i = 1; i <= rows; i++) {
			at = i SUBSEP b
			cell(i, columns + 1, figure[at])
			cell(i, columns + 2, base[at])
			cell(i, columns + 3, ratio[at])
			cell(i, columns + 4, rounds[at])
		}
		columns += 4
	}
	cell(0, ++columns, "target")
	for (i = 1; i <= rows; i++)
		cell(i, columns, target[i])
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
