/* SPDX-License-Identifier: Apache-2.0 */
/* The shipped policy and the table of kinds. */
#include "core/policy.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"

#define CROWD 20
#define SILENCE_DAYS 90

static const struct kind shipped[] = {
	{ "user_id", 1, KIND_PROOF, ASSERTED, 1, 1, 0, false, NULL },
	/* Anybody may type a CPF at a till, so only a verified one proves. */
	{ "cpf", 2, KIND_PROOF, VERIFIED, 1, 1, 0, false, NULL },
	{ "loyalty", 3, KIND_PROOF, ASSERTED, 3, 1, 0, false, NULL },
	/* Its number, as the provider knows it. */
	{ "whatsapp_user", 4, KIND_PROOF, ASSERTED, 3, 1, 0, true, NULL },
	/* At a platform: of one person many, for each page has its own. */
	{ "account", 4, KIND_PROOF, ASSERTED, 20, 1, 0, false, NULL },
	{ "email", 5, KIND_PERSONAL, ATTESTED, 5, 2, 0, false, NULL },
	{ "phone", 6, KIND_PERSONAL, ATTESTED, 5, 2, 0, true, NULL },
	{ "anonymous_id", 8, KIND_DEVICE, POLICY_NEVER, 200, 1, 0, false,
		NULL },
	{ "device", 9, KIND_DEVICE, POLICY_NEVER, 50, 1, 0, false, NULL },
	/* A payment card, as an acquirer's fingerprint: families share them. */
	{ "card", 9, KIND_DEVICE, POLICY_NEVER, 50, 1, 0, false, NULL },
	/* A sender may number one person often: no limit to what is held. */
	{ "record", 10, KIND_RECORD, POLICY_NEVER, 0, 1, 0, false, NULL },
};

/* Kinds that we do not know rank below phone and above every device. */
static const struct kind other = { NULL, 7, KIND_PERSONAL, POLICY_NEVER, 5, 2,
	0, false, NULL };

struct policy *
policy_create(struct arena *a)
{
	struct policy *policy = arena_alloc(a, sizeof(*policy));
	size_t n = sizeof(shipped) / sizeof(shipped[0]);

	policy->kinds = arena_array(a, n, sizeof(shipped[0]));
	memcpy(policy->kinds, shipped, sizeof(shipped));
	policy->count = policy->cap = n;
	policy->crowd = CROWD;
	policy->silence = SILENCE_DAYS * CLOCK_DAY;
	return policy;
}

struct policy *
policy_copy(struct arena *a, const struct policy *from)
{
	struct policy *policy = arena_alloc(a, sizeof(*policy));

	*policy = *from;
	policy->kinds = arena_array(a, from->count, sizeof(*policy->kinds));
	memcpy(policy->kinds, from->kinds,
		from->count * sizeof(*policy->kinds));
	policy->cap = from->count;
	return policy;
}

static const char *const words[] = { "", "strong", "fair", "weak", "record",
	"never" };

const char *kind_class_word(enum kind_class class)
{
	return words[class];
}

enum kind_class
kind_class_parse(struct span word)
{
	for (int i = KIND_PROOF; i <= KIND_NEVER; i++)
		if (span_is(word, words[i]))
			return (enum kind_class)i;
	return 0;
}

static int
compare_names(const void *left, const void *right)
{
	const struct kind *a = left, *b = right;

	return strcmp(a->name, b->name);
}

/* Counts up where likeness comes to know people by other things, or by other
 * keys, so that what is stored is not what it would make: then profiles are to
 * be made again. */
#define POLICY_LIKENESS 2

/* In the order of names, for a file may say them in any. */
static char *
describe(struct arena *a, const struct policy *policy)
{
	struct policy *sorted = policy_copy(a, policy);
	char *text = arena_printf(a, "crowd %u\nsilence %lld\n", policy->crowd,
		(long long)policy->silence);

	qsort(sorted->kinds, sorted->count, sizeof(*sorted->kinds),
		compare_names);
	if (policy->likeness)
		text = arena_printf(
			a, "%slikeness %d\n", text, POLICY_LIKENESS);
	for (const char **s = policy->unlike; s && *s; s++)
		text = arena_printf(a, "%sunlike %s\n", text, *s);
	for (size_t i = 0; i < sorted->count; i++) {
		const struct kind *k = &sorted->kinds[i];

		text = arena_printf(a,
			"%s%s %u %s proves %u holds %u people %u needs %u "
			"recycled %d",
			text, k->name, k->rank, kind_class_word(k->class),
			k->proves, k->holds, k->people, k->needs, k->recycled);
		for (const char **b = k->blocked; b && *b; b++)
			text = arena_printf(a, "%s blocked %s", text, *b);
		text = arena_printf(a, "%s\n", text);
	}
	return text;
}

char *
policy_digest(struct arena *a, const struct policy *policy)
{
	uint8_t digest[DIGEST_SIZE];

	digest_sha256(span_of(describe(a, policy)), digest);
	return digest_hex(a, digest, DIGEST_SIZE);
}

bool
policy_blocks(const struct kind *kind, struct span value)
{
	for (const char **b = kind->blocked; b && *b; b++)
		if (!fnmatch(*b, value.data, 0))
			return true;
	return false;
}

size_t
policy_kind(struct arena *a, struct policy *policy, struct span name)
{
	struct kind *kind;
	size_t i;

	for (i = 0; i < policy->count; i++)
		if (span_is(name, policy->kinds[i].name))
			return i;
	if (policy->count == policy->cap)
		policy->kinds = arena_grow(a, policy->kinds, policy->count,
			&policy->cap, sizeof(*policy->kinds));
	kind = &policy->kinds[policy->count];
	*kind = other;
	kind->name = span_text(a, name);
	return policy->count++;
}

bool
policy_proves(const struct kind *kind, enum assurance assurance)
{
	return assurance > 0 && (unsigned)assurance >= kind->proves;
}

bool
policy_is_personal(const struct kind *kind)
{
	return kind->class == KIND_PROOF || kind->class == KIND_PERSONAL;
}
