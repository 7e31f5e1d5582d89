/* SPDX-License-Identifier: Apache-2.0 */
/* Letters of scripts for which ICU has no transliteration (Khmer, Lao), by
 * their sounds, roughly as their people write their names in Latin letters. */
#ifndef LIKENESS_SCRIPT_H
#define LIKENESS_SCRIPT_H

/* In Latin letters, or digits; "" of what is not heard; NULL where it is of no
 * script that is known here. One UTF-16 unit. */
const char *script_latin(unsigned letter);

#endif
