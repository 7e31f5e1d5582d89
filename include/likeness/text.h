/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts as likeness compares them: folded to lower-case Latin letters and
 * digits, whatever their script, with one blank between words. All of what is
 * compared here is folded.
 */
#ifndef LIKENESS_TEXT_H
#define LIKENESS_TEXT_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/span.h"

#define TEXT_WORD 64 /* bytes of a word that count, with its end */
#define TEXT_SOUND 7

/* NFKC, transliterated (ICU's Any-Latin; Latin-ASCII), lower case; what is no
 * letter or digit parts words, but for marks inside of one ("o'neil"), which
 * go. Of the first 512 bytes. On the arena; "" where nothing is left. */
char *text_fold(struct arena *a, struct span text);
/* Whether it has letters that are not Latin. */
bool text_is_foreign(struct span text);
/* The similarity of Jaro and Winkler (prefix of 4, scale 0.1), in thousandths.
 */
int text_similarity(const char *a, const char *b);
/* How many insertions, deletions, replacements and swaps of neighbours lie
 * between them (optimal string alignment); max + 1 where more than max. */
int text_edits(const char *a, const char *b, int max);
/* How a word sounds, roughly, to readers of European languages: words that
 * are spelt in several ways have one sound. */
void text_sound(const char *word, char out[TEXT_SOUND]);
/* A word without its vowels: what is left of it by scripts that write none. */
void text_skeleton(const char *word, char out[TEXT_WORD]);
/* A word by the sounds that nearly all scripts have letters for, one letter
 * each: "victoria" and "biktoria", which is what is left of it in Greek, are
 * both "bikturia". */
void text_plain(const char *word, char out[TEXT_WORD]);
/* The next word of a folded text; *rest is moved behind it. "" at the end. */
struct span text_word(const char **rest);

#endif
