/* SPDX-License-Identifier: MIT */
/* sqlite_host DATABASE SQL: shows what comes of it. */
#include <sqlite3.h>
#include <stdio.h>

static int row(void *unused, int columns, char **values, char **names)
{
	(void)unused, (void)names;
	for (int i = 0; i < columns; i++)
		printf("%s%s", i ? "|" : "", values[i] ? values[i] : "NULL");
	puts("");
	return 0;
}

int main(int argc, char **argv)
{
	sqlite3 *database;
	char *error = NULL;

	if (argc < 3)
		return 2;
	if (sqlite3_open(argv[1], &database) != SQLITE_OK) {
		printf("open: %s\n", sqlite3_errmsg(database));
		return 1;
	}
	if (sqlite3_exec(database, argv[2], row, NULL, &error) != SQLITE_OK) {
		printf("error: %s\n", error);
		return 1;
	}
	return sqlite3_close(database);
}
