/* SPDX-License-Identifier: MIT */
/*
 * The hypervisor, but for one field of the guest's first segments: that which
 * WRONG in the environment names. The linker puts this around longmode_sregs().
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "../longmode.h"

void __real_longmode_sregs(struct kvm_sregs *sregs);
void __wrap_longmode_sregs(struct kvm_sregs *sregs);

void __wrap_longmode_sregs(struct kvm_sregs *sregs)
{
	const char *wrong = getenv("WRONG");
	const struct {
		const char *name;
		uint8_t *field;
		uint8_t value;
	} fields[] = {
		/* SDM 3, 26.3.1.2, checks on guest segment registers: what each must be. */
		{"tr-available", &sregs->tr.type, 9},	 /* busy */
		{"tr-16-bit", &sregs->tr.type, 3},	 /* of 64 bits */
		{"tr-unusable", &sregs->tr.unusable, 1}, /* usable */
		{"tr-code", &sregs->tr.s, 1},		 /* a system segment */
		{"tr-pages", &sregs->tr.g, 1},		 /* G: bits 11:0 of the limit are ones */
		{"cs-data", &sregs->cs.type, 1},	 /* code, or read-write data */
		{"cs-32-and-64-bit", &sregs->cs.db, 1},	 /* D/B is 0 where L is 1 */
		{"cs-system", &sregs->cs.s, 0},		 /* no system segment */
		{"cs-absent", &sregs->cs.present, 0},	 /* present */
		{"cs-bytes", &sregs->cs.g, 0},	  /* not G: bits 31:20 of the limit are zeros */
		{"cs-dpl", &sregs->cs.dpl, 3},	  /* DPL is that of SS */
		{"ss-code", &sregs->ss.type, 11}, /* read-write data */
		{"ds-system", &sregs->ds.s, 0},	  /* no system segment */
		{"gs-bytes", &sregs->gs.g, 0},	  /* as CS */
	};

	__real_longmode_sregs(sregs);
	for (size_t i = 0; wrong && i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (strcmp(fields[i].name, wrong) == 0) {
			*fields[i].field = fields[i].value;
			return;
		}
	}
	errx(1, "WRONG names no field");
}
