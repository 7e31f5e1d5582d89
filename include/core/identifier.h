/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Identifiers: one normaliser for each kind, the values that never count,
 * and ids. Pure: the same input gives the same answer, and normalising what
 * was normalised changes nothing.
 *
 * phone: E.164 with its '+', of 8 to 15 digits and a length possible in its
 *   country (valid is not asked: tables of valid ranges age, numbers stay).
 *   "whatsapp:" and "tel:" go. Brazil's ninth digit is put in where the
 *   subscriber part begins with 6 to 9; Mexico's 521 becomes 52;
 *   Argentina's 54 and 549 are different numbers.
 * email: local part in lower case and NFC, domain as lower-case A-labels.
 *   Dots and tags stay: what they mean is the business of each mail host.
 * cpf: eleven digits that pass their check.
 * any other kind: NFC, 1 to 255 bytes, no control characters; case stays.
 */
#ifndef CORE_IDENTIFIER_H
#define CORE_IDENTIFIER_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/id.h"
#include "base/span.h"

#define IDENTIFIER_MAX 320 /* bytes of the longest normalised value */

/*
 * *value is on the arena, NUL-terminated. region is the source's ISO 3166
 * code, upper case, and only phones need it; NULL or "" says that phones
 * carry their country code, as a WhatsApp id does. ERR_INPUT says what was
 * expected and never quotes a whole value.
 */
bool identifier_normalise(struct arena *a, const char *kind, struct span sent,
	const char *region, struct span *value, struct err *e) MUST_CHECK;
/*
 * The domain of an address as the email kind has it: lower-case A-labels
 * (UTS 46, nontransitional), 1 to 255 bytes, with a dot inside and none at
 * the end. *value is on the arena, NUL-terminated.
 */
bool identifier_domain(struct arena *a, struct span sent, struct span *value,
	struct err *e) MUST_CHECK;
/*
 * Whether a value is a placeholder that people and programs put where they
 * know nothing. Takes normalised values, and raw ones as far as it can.
 */
bool identifier_blocked(const char *kind, struct span value);
/* The id of a normalised value under the brand's hash key. */
struct id identifier_id(
	struct span hash_key, const char *kind, struct span value);

#endif
