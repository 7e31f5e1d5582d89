/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What we need of libphonenumber, which is C++, as C. identifier.h is how
 * the rest of the project gets at it.
 */
#ifndef CORE_PHONE_H
#define CORE_PHONE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#define PHONE_NOEXCEPT noexcept
#else
#define PHONE_NOEXCEPT
#endif

#define PHONE_TEXT 24 /* "+", 15 digits, NUL, and room to spare */

enum phone_verdict {
	PHONE_GOOD,	  /* of a length that its country uses */
	PHONE_UNPARSED,	  /* not a phone number at all */
	PHONE_NO_COUNTRY, /* no such country code, or no such region */
	PHONE_SHORT,
	PHONE_LONG,
	PHONE_LOCAL, /* lacks its area code, so it names many lines */
	PHONE_FAILED /* the library failed */
};

/*
 * Reads a number as written into E.164 with its '+'. region is an ISO 3166
 * code in upper case, for numbers without a country code; NULL or "" says
 * that sent begins with its country code, with or without a '+'. A number
 * that is not possible in its region, but is a valid one if it is taken to
 * begin with a country code, is that one. Extensions are dropped.
 * *digits is how many digits were sent, whatever the verdict; out is written
 * only with PHONE_GOOD.
 */
enum phone_verdict phone_e164(const char *sent, const char *region,
	char out[PHONE_TEXT], size_t *digits) PHONE_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif
