/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A portrait is what is known of how the person behind a group of identifiers
 * is called, when and where it lives: values of a few fields, each once, folded
 * for comparing. A set: in which order it was told changes nothing.
 *
 * name: given name, middle names, family name, suffix ("jr"), whether it is
 *   written in letters that are not Latin, and the name as sent. Titles and
 *   particles are left out.
 * birth: "19710624"; "1971" where day and month are a placeholder, 01-01.
 * address: number, street, city, postcode.
 * gender: "m" or "f". phone, email: as identifiers are, also where they are
 *   shared or held. number: kind, value, of ids that people type, and
 *   "1" where nobody did. device: an id. holds: kind, how many, of kinds that
 * one person has few of.
 */
#ifndef LIKENESS_PORTRAIT_H
#define LIKENESS_PORTRAIT_H

#include <jansson.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/id.h"
#include "base/span.h"

enum field {
	FIELD_NAME,
	FIELD_BIRTH,
	FIELD_ADDRESS,
	FIELD_GENDER,
	FIELD_BIRTH_PLACE,
	FIELD_OCCUPATION,
	FIELD_EMPLOYER,
	FIELD_PHONE,
	FIELD_EMAIL,
	FIELD_NUMBER,
	FIELD_DEVICE,
	FIELD_HOLDS,
	FIELDS
};

enum {
	NAME_GIVEN,
	NAME_MIDDLE,
	NAME_FAMILY,
	NAME_SUFFIX,
	NAME_FOREIGN,
	NAME_SENT
};
enum { ADDRESS_NUMBER, ADDRESS_STREET, ADDRESS_CITY, ADDRESS_POSTCODE };

#define LOOK_PARTS 6
#define PORTRAIT_VALUES 8 /* of one field; of more, the first by their text */

/* One value of a field; parts that it has not are "". */
struct look {
	enum field field;
	const char *parts[LOOK_PARTS];
};

struct portrait {
	struct id group;    /* whose founder it is */
	int64_t first_seen; /* the founder's */
	struct look *looks; /* sorted by field and parts */
	size_t count, cap;
	size_t from[FIELDS + 1]; /* where each field begins, and the end */
};

/* Adds what traits tell of the name, or the birth date, alone. */
void portrait_birth(struct arena *a, struct portrait *p, const json_t *traits);
void portrait_name(struct arena *a, struct portrait *p, const json_t *traits);
/* Adds what one stay tells: an object of traits. */
void portrait_traits(struct arena *a, struct portrait *p, const json_t *traits);
/* Adds one value. The texts stay the caller's. */
void portrait_add(struct arena *a, struct portrait *p, enum field field,
	const char *first, const char *second);
/* Adds a number, without what people write between its digits and letters;
 * exact: nobody typed it, so that one that differs in a digit is another. */
void portrait_number(struct arena *a, struct portrait *p, const char *kind,
	const char *value, bool exact);
/* When nothing more is to be added: sorts, and leaves out what is there
 * twice. */
void portrait_end(struct portrait *p);
/* Whether there is anything by which it could be known. */
bool portrait_is_empty(const struct portrait *p);

/* As text, a line a value; the same for portraits that say the same. */
char *portrait_write(struct arena *a, const struct portrait *p);
/* Back; what it does not know of is left out. */
void portrait_read(struct arena *a, struct span text, struct portrait *p);

#endif
