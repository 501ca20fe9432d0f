/* SPDX-License-Identifier: MIT */
/* The vCPU's registers as gdb numbers and shows them. */
#include "registers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* SDM 1, 10.5.1: the layout of FXSAVE in 64-bit mode. */
enum {
	FX_FCW,
	FX_FSW = 2,
	FX_FTW = 4,
	FX_FOP = 6,
	FX_FIP = 8,
	FX_FDP = 16,
	FX_MXCSR = 24,
	FX_ST = 32
};
/* SDM 1, 13.5.2: the upper halves of the YMM registers, in the standard format. */
#define XSAVE_YMM_HIGH 576

/* Where a register lies in struct state. */
enum place { REGS, SREGS, XSAVE, FTAG, NOWHERE };

struct reg {
	const char *name;
	const char *type;  /* of the description, */
	const char *group; /* and the group that gdb puts it in, or NULL */
	enum place place;
	uint16_t offset;
	uint8_t bytes; /* there */
	uint8_t size;  /* for gdb */
};

#define GENERAL(name)                                                                              \
	{                                                                                          \
#name, "int64", NULL, REGS, offsetof(struct kvm_regs, name), 8, 8                  \
	}
#define POINTER(r, type)                                                                           \
	{                                                                                          \
#r, type, NULL, REGS, offsetof(struct kvm_regs, r), 8, 8                           \
	}
#define SELECTOR(name)                                                                             \
	{                                                                                          \
#name, "int32", NULL, SREGS, offsetof(struct kvm_sregs, name.selector), 2, 4       \
	}
#define ST(n)                                                                                      \
	{                                                                                          \
		"st" #n, "i387_ext", NULL, XSAVE, FX_ST + 16 * n, 10, 10                           \
	}
#define X87(name, place, offset, bytes)                                                            \
	{                                                                                          \
		name, "int", "float", place, offset, bytes, 4                                      \
	}
#define XMM(n)                                                                                     \
	{                                                                                          \
		"xmm" #n, "vec128", NULL, XSAVE, XSAVE_XMM + 16 * n, 16, 16                        \
	}
#define YMM(n)                                                                                     \
	{                                                                                          \
		"ymm" #n "h", "uint128", NULL, XSAVE, XSAVE_YMM_HIGH + 16 * n, 16, 16              \
	}
#define SYSTEM(name)                                                                               \
	{                                                                                          \
#name, "int64", "system", SREGS, offsetof(struct kvm_sregs, name), 8, 8            \
	}

static const struct reg core[] = {
	GENERAL(rax),
	GENERAL(rbx),
	GENERAL(rcx),
	GENERAL(rdx),
	GENERAL(rsi),
	GENERAL(rdi),
	POINTER(rbp, "data_ptr"),
	POINTER(rsp, "data_ptr"),
	GENERAL(r8),
	GENERAL(r9),
	GENERAL(r10),
	GENERAL(r11),
	GENERAL(r12),
	GENERAL(r13),
	GENERAL(r14),
	GENERAL(r15),
	POINTER(rip, "code_ptr"),
	{"eflags", "i386_eflags", NULL, REGS, offsetof(struct kvm_regs, rflags), 4, 4},
	SELECTOR(cs),
	SELECTOR(ss),
	SELECTOR(ds),
	SELECTOR(es),
	SELECTOR(fs),
	SELECTOR(gs),
	ST(0),
	ST(1),
	ST(2),
	ST(3),
	ST(4),
	ST(5),
	ST(6),
	ST(7),
	X87("fctrl", XSAVE, FX_FCW, 2),
	X87("fstat", XSAVE, FX_FSW, 2),
	X87("ftag", FTAG, FX_FTW, 1),
	/* In 64-bit mode the instruction's address has no selector: these are its halves. */
	X87("fiseg", XSAVE, FX_FIP + 4, 4),
	X87("fioff", XSAVE, FX_FIP, 4),
	X87("foseg", XSAVE, FX_FDP + 4, 4),
	X87("fooff", XSAVE, FX_FDP, 4),
	X87("fop", XSAVE, FX_FOP, 2),
};

static const struct reg sse[] = {
	XMM(0),
	XMM(1),
	XMM(2),
	XMM(3),
	XMM(4),
	XMM(5),
	XMM(6),
	XMM(7),
	XMM(8),
	XMM(9),
	XMM(10),
	XMM(11),
	XMM(12),
	XMM(13),
	XMM(14),
	XMM(15),
	{"mxcsr", "i386_mxcsr", "vector", XSAVE, FX_MXCSR, 4, 4},
};

static const struct reg segments[] = {
	{"fs_base", "int", NULL, SREGS, offsetof(struct kvm_sregs, fs.base), 8, 8},
	{"gs_base", "int", NULL, SREGS, offsetof(struct kvm_sregs, gs.base), 8, 8},
};

/* Without orig_rax gdb takes no program for one of Linux's. All ones: it makes no system call. */
static const struct reg of_linux[] = {
	{"orig_rax", "int", "system", NOWHERE, 0, 0, 8},
};

static const struct reg control[] = {
	SYSTEM(cr0), SYSTEM(cr2), SYSTEM(cr3), SYSTEM(cr4), SYSTEM(cr8), SYSTEM(efer),
};

static const struct reg avx_registers[] = {
	YMM(0), YMM(1), YMM(2),	 YMM(3),  YMM(4),  YMM(5),  YMM(6),  YMM(7),
	YMM(8), YMM(9), YMM(10), YMM(11), YMM(12), YMM(13), YMM(14), YMM(15),
};

/* What the types above are made of; the flags' names are the manual's. */
static const char sse_types[] =
	"<vector id=\"v4f\" type=\"ieee_single\" count=\"4\"/>"
	"<vector id=\"v2d\" type=\"ieee_double\" count=\"2\"/>"
	"<vector id=\"v16i8\" type=\"int8\" count=\"16\"/>"
	"<vector id=\"v8i16\" type=\"int16\" count=\"8\"/>"
	"<vector id=\"v4i32\" type=\"int32\" count=\"4\"/>"
	"<vector id=\"v2i64\" type=\"int64\" count=\"2\"/>"
	"<union id=\"vec128\"><field name=\"v4_float\" type=\"v4f\"/>"
	"<field name=\"v2_double\" type=\"v2d\"/><field name=\"v16_int8\" type=\"v16i8\"/>"
	"<field name=\"v8_int16\" type=\"v8i16\"/><field name=\"v4_int32\" type=\"v4i32\"/>"
	"<field name=\"v2_int64\" type=\"v2i64\"/><field name=\"uint128\" "
	"type=\"uint128\"/></union>"
	"<flags id=\"i386_mxcsr\" size=\"4\">"
	"<field name=\"IE\" start=\"0\" end=\"0\"/><field name=\"DE\" start=\"1\" end=\"1\"/>"
	"<field name=\"ZE\" start=\"2\" end=\"2\"/><field name=\"OE\" start=\"3\" end=\"3\"/>"
	"<field name=\"UE\" start=\"4\" end=\"4\"/><field name=\"PE\" start=\"5\" end=\"5\"/>"
	"<field name=\"DAZ\" start=\"6\" end=\"6\"/><field name=\"IM\" start=\"7\" end=\"7\"/>"
	"<field name=\"DM\" start=\"8\" end=\"8\"/><field name=\"ZM\" start=\"9\" end=\"9\"/>"
	"<field name=\"OM\" start=\"10\" end=\"10\"/><field name=\"UM\" start=\"11\" end=\"11\"/>"
	"<field name=\"PM\" start=\"12\" end=\"12\"/><field name=\"FZ\" start=\"15\" end=\"15\"/>"
	"</flags>";

static const char core_types[] =
	"<flags id=\"i386_eflags\" size=\"4\">"
	"<field name=\"CF\" start=\"0\" end=\"0\"/><field name=\"\" start=\"1\" end=\"1\"/>"
	"<field name=\"PF\" start=\"2\" end=\"2\"/><field name=\"AF\" start=\"4\" end=\"4\"/>"
	"<field name=\"ZF\" start=\"6\" end=\"6\"/><field name=\"SF\" start=\"7\" end=\"7\"/>"
	"<field name=\"TF\" start=\"8\" end=\"8\"/><field name=\"IF\" start=\"9\" end=\"9\"/>"
	"<field name=\"DF\" start=\"10\" end=\"10\"/><field name=\"OF\" start=\"11\" end=\"11\"/>"
	"<field name=\"NT\" start=\"14\" end=\"14\"/><field name=\"RF\" start=\"16\" end=\"16\"/>"
	"<field name=\"VM\" start=\"17\" end=\"17\"/><field name=\"AC\" start=\"18\" end=\"18\"/>"
	"<field name=\"VIF\" start=\"19\" end=\"19\"/><field name=\"VIP\" start=\"20\" end=\"20\"/>"
	"<field name=\"ID\" start=\"21\" end=\"21\"/></flags>";

/* In the order of the numbers; the last one is left out without AVX. */
static const struct feature {
	const char *name;
	const char *types;
	const struct reg *regs;
	size_t count;
} features[] = {
	{"org.gnu.gdb.i386.core", core_types, core, COUNT(core)},
	{"org.gnu.gdb.i386.sse", sse_types, sse, COUNT(sse)},
	{"org.gnu.gdb.i386.segments", "", segments, COUNT(segments)},
	{"org.gnu.gdb.i386.linux", "", of_linux, COUNT(of_linux)},
	{"vmrun.control", "", control, COUNT(control)},
	{"org.gnu.gdb.i386.avx", "", avx_registers, COUNT(avx_registers)},
};

static size_t feature_count(bool avx)
{
	return avx ? COUNT(features) : COUNT(features) - 1;
}

static void describe(FILE *out, const struct feature *feature)
{
	fprintf(out, "<feature name=\"%s\">%s", feature->name, feature->types);
	for (size_t i = 0; i < feature->count; i++) {
		const struct reg *reg = &feature->regs[i];

		fprintf(out, "<reg name=\"%s\" bitsize=\"%u\" type=\"%s\"", reg->name,
			reg->size * 8u, reg->type);
		fprintf(out, reg->group ? " group=\"%s\"/>" : "/>", reg->group);
	}
	fputs("</feature>", out);
}

const char *registers_description(bool avx)
{
	static char *text;
	size_t size;
	FILE *out;

	if (text)
		return text;
	out = open_memstream(&text, &size);
	if (!out)
		return "";
	fputs("<?xml version=\"1.0\"?><!DOCTYPE target SYSTEM \"gdb-target.dtd\">"
	      "<target version=\"1.0\"><architecture>i386:x86-64</architecture>",
	      out);
	for (size_t i = 0; i < feature_count(avx); i++)
		describe(out, &features[i]);
	fputs("</target>", out);
	fclose(out);
	return text ? text : "";
}

static const struct reg *find(bool avx, unsigned number)
{
	for (size_t i = 0; i < feature_count(avx); i++) {
		if (number < features[i].count)
			return &features[i].regs[number];
		number -= features[i].count;
	}
	return NULL;
}

static uint8_t *locate(struct state *state, const struct reg *reg)
{
	switch (reg->place) {
	case REGS:
		return (uint8_t *)&state->regs + reg->offset;
	case SREGS:
		return (uint8_t *)&state->sregs + reg->offset;
	default:
		return state->xsave.bytes + reg->offset;
	}
}

/*
 * FXSAVE keeps a bit for each register that isn't empty; gdb wants the tag word, two bits for
 * each: 3 for an empty one. The finer kinds are made of the value by whoever wants them.
 */
static uint32_t full_tag(uint8_t tags)
{
	uint32_t full = 0;

	for (unsigned i = 0; i < 8; i++)
		full |= (tags >> i & 1 ? 0u : 3u) << 2 * i;
	return full;
}

static uint8_t short_tag(uint32_t full)
{
	uint8_t tags = 0;

	for (unsigned i = 0; i < 8; i++)
		tags |= ((full >> 2 * i & 3) != 3) << i;
	return tags;
}

static void get(const struct state *state, const struct reg *reg, uint8_t *out)
{
	const uint8_t *at = locate((struct state *)state, reg);
	uint32_t tag;

	memset(out, reg->place == NOWHERE ? 0xff : 0, reg->size);
	if (reg->place == FTAG) {
		tag = full_tag(*at);
		memcpy(out, &tag, sizeof(tag));
	} else {
		memcpy(out, at, reg->bytes);
	}
}

static void set(struct state *state, const struct reg *reg, const uint8_t *from)
{
	uint8_t *at = locate(state, reg);
	uint8_t old[16];
	uint32_t tag;

	/*
	 * gdb writes all registers to change one. The others, a selector say, must not be loaded
	 * for that.
	 */
	get(state, reg, old);
	if (memcmp(old, from, reg->size) == 0)
		return;
	if (reg->place == FTAG) {
		memcpy(&tag, from, sizeof(tag));
		*at = short_tag(tag);
	} else {
		memcpy(at, from, reg->bytes);
	}
	if (reg->place == NOWHERE)
		return;
	if (reg->place == REGS) {
		state->regs_changed = true;
	} else if (reg->place == SREGS) {
		state->sregs_changed = true;
	} else {
		/* Components whose bit is 0 would be loaded with their initial values. */
		state->xsave.words[XSAVE_XSTATE_BV / sizeof(uint64_t)] |=
			reg->offset < XSAVE_XMM && reg->offset != FX_MXCSR ? XSTATE_X87
			: reg->offset < XSAVE_XSTATE_BV			   ? XSTATE_SSE
									   : XSTATE_AVX;
		state->xsave_changed = true;
	}
}

size_t registers_get_all(const struct state *state, bool avx, void *out)
{
	const struct reg *reg;
	uint8_t *end = out;

	for (unsigned number = 0; (reg = find(avx, number)); number++) {
		get(state, reg, end);
		end += reg->size;
	}
	return end - (uint8_t *)out;
}

bool registers_set_all(struct state *state, bool avx, const void *from, size_t bytes)
{
	const uint8_t *at = from;
	const struct reg *reg;
	size_t sum = 0;

	for (unsigned number = 0; (reg = find(avx, number)); number++)
		sum += reg->size;
	if (sum != bytes)
		return false;
	for (unsigned number = 0; (reg = find(avx, number)); number++) {
		set(state, reg, at);
		at += reg->size;
	}
	return true;
}

size_t registers_get(const struct state *state, bool avx, unsigned number, void *out)
{
	const struct reg *reg = find(avx, number);

	if (!reg)
		return 0;
	get(state, reg, out);
	return reg->size;
}

bool registers_set(struct state *state, bool avx, unsigned number, const void *from, size_t bytes)
{
	const struct reg *reg = find(avx, number);

	if (!reg || reg->size != bytes)
		return false;
	set(state, reg, from);
	return true;
}
