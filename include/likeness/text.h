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

/* NFKC, transliterated (ICU's Any-Latin; Latin-ASCII), lower case; what is no
 * letter or digit parts words, but for marks inside of one ("o'neil",
 * "d.c."), which go. On the arena; "" where nothing is left. */
char *text_fold(struct arena *a, struct span text);
/* Whether it has letters that are not Latin. */
bool text_is_foreign(struct span text);
/* The similarity of Jaro and Winkler (prefix of 4, scale 0.1), in thousandths;
 * of the first 64 bytes. */
int text_similarity(const char *a, const char *b);
/* How many insertions, deletions, replacements and swaps of neighbours lie
 * between them (optimal string alignment); max + 1 where more than max. */
int text_edits(const char *a, const char *b, int max);
/* How a word sounds, roughly, to readers of European languages: words that
 * are spelt in several ways have one sound. At most 6 characters. */
char *text_sound(struct arena *a, const char *word);
/* A word without its vowels: what is left of it by scripts that write none. */
char *text_skeleton(struct arena *a, const char *word);
/* The next word of a folded text; *rest is moved behind it. "" at the end. */
struct span text_word(const char **rest);

#endif
