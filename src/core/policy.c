/* SPDX-License-Identifier: Apache-2.0 */
/* The shipped policy and the table of kinds. */
#include "core/policy.h"

#include <string.h>

#define CROWD 20
#define SILENCE_DAYS 90

static const struct kind shipped[] = {
	{ "user_id", 1, KIND_PROOF, ASSERTED, 1, 1 },
	/* Anybody may type a CPF at a till, so only a verified one proves. */
	{ "cpf", 2, KIND_PROOF, VERIFIED, 1, 1 },
	{ "loyalty", 3, KIND_PROOF, ASSERTED, 3, 1 },
	{ "whatsapp_user", 4, KIND_PROOF, ASSERTED, 3, 1 },
	{ "email", 5, KIND_PERSONAL, ATTESTED, 5, 2 },
	{ "phone", 6, KIND_PERSONAL, ATTESTED, 5, 2 },
	{ "anonymous_id", 8, KIND_DEVICE, POLICY_NEVER, 200, 1 },
	{ "device", 9, KIND_DEVICE, POLICY_NEVER, 50, 1 },
	/* A sender may number one person often: no limit to what is held. */
	{ "record", 10, KIND_RECORD, POLICY_NEVER, 0, 1 },
};

/* Kinds that we do not know rank below phone and above every device. */
static const struct kind other = { NULL, 7, KIND_PERSONAL, POLICY_NEVER, 5, 2 };

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
