/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of people's names. All words are folded (likeness/text.h). */
#ifndef LIKENESS_NAME_H
#define LIKENESS_NAME_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/span.h"

struct name_parts {
	const char *given, *middle, *family, *suffix; /* or "" */
};

/* Of one text, "Ana Maria de Souza Jr." or "Souza, Ana": the first word is the
 * given name, the last the family name, whatever the culture; whoever compares
 * tries both ways. */
struct name_parts name_split(struct arena *a, struct span text);
/* Of parts as senders have them; the words of full that are in none of the
 * others are middle names. */
struct name_parts name_join(struct arena *a, struct span given,
	struct span middle, struct span family, struct span full);
/* The name for which a word is a short form or a spelling ("bob": "robert"),
 * the first of several; the word itself where none is known. */
const char *name_canonical(const char *word);
/* Whether a word is a given name of which the forms are known. */
bool name_is_known(const char *word);
/* Whether both are forms of one name, of any ("chris": "christopher" and
 * "christine"). */
bool name_is_form(const char *x, const char *y);

#endif
