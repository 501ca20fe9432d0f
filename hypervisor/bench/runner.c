/* SPDX-License-Identifier: MIT */
/*
 * Measures commands against each other: runs them in turn, A B C A B C, so
 * that what the machine does meanwhile meets all of them alike, and compares
 * what stood side by side.
 *
 *   runner [-n ROUNDS] [-s SECONDS] -c LABEL=COMMAND... -r ROW...
 *
 * COMMAND is split at spaces. It runs with stdin and stdout on /dev/null and
 * must end with status 0. Its figures are "time", from just before it is
 * spawned until it is reaped, in ms, and each line "NAME NUMBER" that it
 * writes to stderr. "NAME NUMBER ticks" becomes nanoseconds, "NAME NUMBER /tick"
 * so much in a second.
 *
 * A round that isn't counted comes first. Then there are ROUNDS of them, or
 * what fits into SECONDS, but two at the least.
 *
 * ROW is "GROUP|NAME|UNIT|TARGET|BASELINE|FIGURES": FIGURES is LABEL:FIGURE,
 * and for a row with a baseline "/" and one or several of those, their sum,
 * with "+" between; BASELINE says in words what it is. Prints, with tabs between:
 *
 *   GROUP NAME UNIT TARGET BASELINE rounds figure baseline ratio low high
 *
 * figure and baseline are medians, ratio is that of the rounds' ratios, whose
 * middle half lies between low and high; "-" where there is no baseline.
 */
#include <err.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SUBJECTS   12
#define ROWS	   32
#define FIGURES	   16 /* of a subject */
#define WORDS	   32 /* of a command */
#define ROUNDS_MAX 1000
#define ROUNDS_MIN 2

struct figure {
	char name[32];
	double values[ROUNDS_MAX];
	unsigned count;
};

struct subject {
	const char *label;
	char *words[WORDS + 1];
	struct figure figures[FIGURES];
	unsigned figure_count;
};

static struct subject subjects[SUBJECTS];
static unsigned subject_count;
static char *rows[ROWS];
static unsigned row_count;
static double tick; /* in nanoseconds */
static int output;  /* the memory that a command's stderr goes to */
static posix_spawn_file_actions_t actions;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

/* Of the CPU's counter: measures it. */
static double nanoseconds_per_tick(void)
{
	uint64_t ticks = __builtin_ia32_rdtsc();
	double start = now(), elapsed;

	do {
		elapsed = now() - start;
	} while (elapsed < 50);
	return elapsed * 1e6 / (__builtin_ia32_rdtsc() - ticks);
}

static void add_subject(char *text)
{
	struct subject *s = &subjects[subject_count++];
	char *command = strchr(text, '=');
	unsigned count = 0;
	char *rest;

	if (!command || subject_count > SUBJECTS)
		errx(1, "not LABEL=COMMAND, or too many: %s", text);
	*command++ = '\0';
	s->label = text;
	for (char *word = strtok_r(command, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
		if (count == WORDS)
			errx(1, "too many words: %s", text);
		s->words[count++] = word;
	}
}

static struct figure *find_figure(struct subject *s, const char *name)
{
	for (unsigned i = 0; i < s->figure_count; i++)
		if (strcmp(s->figures[i].name, name) == 0)
			return &s->figures[i];
	return NULL;
}

static void add_value(struct subject *s, const char *name, double value)
{
	struct figure *f = find_figure(s, name);

	if (!f) {
		if (s->figure_count == FIGURES)
			errx(1, "%s: too many figures", s->label);
		f = &s->figures[s->figure_count++];
		snprintf(f->name, sizeof(f->name), "%s", name);
	}
	f->values[f->count++] = value;
}

/* Takes the figures among what the command has written. */
static void take_output(struct subject *s, bool counted)
{
	char text[4096], name[32];
	ssize_t size = pread(output, text, sizeof(text) - 1, 0);
	double value;
	char *rest;
	int used;

	text[size < 0 ? 0 : size] = '\0';
	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		if (!counted || sscanf(line, "%31s %lf%n", name, &value, &used) != 2)
			continue;
		if (strcmp(line + used, " ticks") == 0)
			add_value(s, name, value * tick);
		else if (strcmp(line + used, " /tick") == 0)
			add_value(s, name, value / tick * 1e9);
		else if (!line[used])
			add_value(s, name, value);
	}
}

static void run(struct subject *s, bool counted)
{
	char *const environment[] = {NULL};
	double start, end;
	pid_t pid;
	int status, error;

	if (ftruncate(output, 0) < 0 || lseek(output, 0, SEEK_SET) < 0)
		err(1, "output");
	start = now();
	error = posix_spawn(&pid, s->words[0], &actions, NULL, s->words, environment);
	if (error)
		errx(1, "%s: %s", s->words[0], strerror(error));
	if (waitpid(pid, &status, 0) < 0)
		err(1, "waitpid");
	end = now();
	if (!WIFEXITED(status) || WEXITSTATUS(status)) {
		char text[1024];
		ssize_t size = pread(output, text, sizeof(text), 0);

		errx(1, "%s: wait status 0x%x: %.*s", s->label, status, size < 0 ? 0 : (int)size,
		     text);
	}
	if (counted)
		add_value(s, "time", end - start);
	take_output(s, counted);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The value that a fraction of all lies below; sorts them. */
static double quantile(double *values, unsigned count, double fraction)
{
	double at = fraction * (count - 1);
	unsigned below = at;

	qsort(values, count, sizeof(*values), compare);
	if (below + 1 >= count)
		return values[count - 1];
	return values[below] + (at - below) * (values[below + 1] - values[below]);
}

/* Adds the rounds' values of the figures that "A:x+B:y" names to sum[]. */
static void add_up(char *names, double *sum, unsigned rounds)
{
	char *rest;

	for (char *label = strtok_r(names, "+", &rest); label; label = strtok_r(NULL, "+", &rest)) {
		char *name = strchr(label, ':');
		struct figure *f = NULL;

		if (name)
			*name++ = '\0';
		for (unsigned i = 0; name && i < subject_count; i++)
			if (strcmp(subjects[i].label, label) == 0)
				f = find_figure(&subjects[i], name);
		if (!f || f->count != rounds)
			errx(1, "no figure %s of %s in every round", name ? name : "", label);
		for (unsigned i = 0; i < rounds; i++)
			sum[i] += f->values[i];
	}
}

static void print_row(char *row, unsigned rounds)
{
	double figure[ROUNDS_MAX] = {0}, base[ROUNDS_MAX] = {0}, ratio[ROUNDS_MAX];
	char *names = strrchr(row, '|'), *base_names;

	if (!names)
		errx(1, "no row: %s", row);
	*names++ = '\0';
	base_names = strchr(names, '/');
	if (base_names)
		*base_names++ = '\0';
	add_up(names, figure, rounds);
	for (char *c = row; *c; c++)
		if (*c == '|')
			*c = '\t';
	if (base_names)
		add_up(base_names, base, rounds);
	for (unsigned i = 0; i < rounds; i++)
		ratio[i] = base_names ? figure[i] / base[i] : 0;
	printf("%s\t%u\t%.9g", row, rounds, quantile(figure, rounds, 0.5));
	if (base_names)
		printf("\t%.9g\t%.4g\t%.4g\t%.4g\n", quantile(base, rounds, 0.5),
		       quantile(ratio, rounds, 0.5), quantile(ratio, rounds, 0.25),
		       quantile(ratio, rounds, 0.75));
	else
		printf("\t-\t-\t-\t-\n");
}

static unsigned measure(unsigned rounds, double seconds)
{
	double end = now() + seconds * 1e3;
	unsigned done = 0;

	for (unsigned i = 0; i < subject_count; i++)
		run(&subjects[i], false);
	while (done < rounds && (done < ROUNDS_MIN || now() < end)) {
		for (unsigned i = 0; i < subject_count; i++)
			run(&subjects[i], true);
		done++;
	}
	return done;
}

int main(int argc, char **argv)
{
	unsigned rounds = 20;
	double seconds = 60;
	int c;

	while ((c = getopt(argc, argv, "n:s:c:r:")) != -1) {
		if (c == 'n')
			rounds = atoi(optarg);
		else if (c == 's')
			seconds = atof(optarg);
		else if (c == 'c')
			add_subject(optarg);
		else if (c == 'r' && row_count < ROWS)
			rows[row_count++] = optarg;
		else
			errx(1, "see the head of runner.c");
	}
	if (rounds < 1 || rounds > ROUNDS_MAX)
		errx(1, "1 to %d rounds", ROUNDS_MAX);
	output = memfd_create("output", 0);
	if (output < 0 || posix_spawn_file_actions_init(&actions) ||
	    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0) ||
	    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0) ||
	    posix_spawn_file_actions_adddup2(&actions, output, 2) ||
	    posix_spawn_file_actions_addclose(&actions, output))
		err(1, "set-up");
	tick = nanoseconds_per_tick();
	rounds = measure(rounds, seconds);
	for (unsigned i = 0; i < row_count; i++)
		print_row(rows[i], rounds);
	return 0;
}
