/* SPDX-License-Identifier: Apache-2.0 */
/* Verdicts of a border (RFC 8601), read with a grammar looser than the
 * standard's, and never looser about who said what. */
#include "core/mailtrust.h"

#include <string.h>
#include <strings.h>

#include "core/identifier.h"

#define ADDRESS_MAX 320 /* bytes: 64 + @ + 255 */

struct span
mail_head_value(const struct mail_head *head, const char *name)
{
	for (size_t i = 0; i < head->count; i++)
		if (span_is_nocase(head->fields[i].name, name))
			return head->fields[i].value;
	return (struct span){ NULL, 0 };
}

size_t
mail_head_count(const struct mail_head *head, const char *name)
{
	size_t count = 0;

	for (size_t i = 0; i < head->count; i++)
		count += span_is_nocase(head->fields[i].name, name);
	return count;
}

static struct span
domain_of(struct span address)
{
	const char *at =
		address.len ? memrchr(address.data, '@', address.len) : NULL;

	if (at == NULL)
		return address;
	return (struct span){ at + 1,
		address.len - (size_t)(at + 1 - address.data) };
}

/* The domain in its one form; empty where it is none. */
static struct span
one_domain(struct arena *a, struct span domain)
{
	struct span out = { NULL, 0 };

	if (!identifier_domain(a, domain, &out, NULL))
		return (struct span){ NULL, 0 };
	return out;
}

/*
 * Authentication-Results without comments, and with nothing in a quoted
 * string that could pass for syntax: a border quotes what the sender wrote,
 * such as MAIL FROM, and that must not become a verdict. NULL where a comment
 * or a string does not end.
 */
static char *
flatten_results(struct arena *a, struct span s)
{
	char *out = arena_alloc(a, s.len + 1);
	size_t len = 0, depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < s.len; i++) {
		char c = s.data[i];
		bool escaped = c == '\\' && (quoted || depth > 0);

		if (escaped && ++i < s.len)
			c = s.data[i];
		if (!escaped && depth == 0 && c == '"') {
			quoted = !quoted;
		} else if (quoted) {
			out[len++] = (char)(strchr("; =\t", c) ? '?' : c);
		} else if (depth > 0 || c == '(') {
			if (!escaped && c == '(')
				depth++;
			else if (!escaped && c == ')' && --depth == 0)
				out[len++] = ' ';
		} else {
			out[len++] = (char)(c == '\t' ? ' ' : c);
		}
	}
	return quoted || depth > 0 ? NULL : out;
}

/* Blanks may stand around "=": takes them away, in place. */
static void
join_pairs(char *text)
{
	char *out = text;

	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '=')
			while (out > text && out[-1] == ' ')
				out--;
		if (*p == ' ' && out > text && out[-1] == '=')
			continue;
		*out++ = *p;
	}
	*out = '\0';
}

/* The value of a property in one result; empty where there is none. */
static struct span
result_property(struct span result, const char *name)
{
	while (result.len > 0) {
		struct span value, pair = span_cut(result, ' ', &result);

		if (span_is_nocase(span_cut(pair, '=', &value), name))
			return value;
	}
	return (struct span){ NULL, 0 };
}

/*
 * Is a signature of the domain signer good for the domain from? Only for
 * itself and what is below it. DMARC would also let a child sign for its
 * parent, but that asks for the public suffix list: without it, a customer
 * of a hosting domain could sign for all of it.
 */
static bool
signs_for(struct span signer, struct span from)
{
	size_t above;

	if (signer.len == 0 || signer.len > from.len ||
		memchr(signer.data, '.', signer.len) == NULL)
		return false;
	above = from.len - signer.len;
	return memcmp(from.data + above, signer.data, signer.len) == 0 &&
	       (above == 0 || from.data[above - 1] == '.');
}

bool
mailtrust_aligned(struct arena *a, struct span domain, struct span from)
{
	struct span own = one_domain(a, domain_of(from));

	return own.len > 0 && signs_for(one_domain(a, domain), own);
}

/* Does one result of our border vouch for the domain of From? */
static bool
result_vouches(struct arena *a, struct span result, struct span from)
{
	struct span verdict, rest, version;
	struct span method = span_cut(
		span_cut(span_trim(result), ' ', &rest), '=', &verdict);

	method = span_cut(method, '/', &version);
	if (!span_is_nocase(verdict, "pass"))
		return false;
	if (span_is_nocase(method, "dmarc")) {
		struct span domain = one_domain(
			a, domain_of(result_property(rest, "header.from")));

		return domain.len > 0 && span_is(domain, from.data);
	}
	return span_is_nocase(method, "dkim") &&
	       signs_for(
		       one_domain(a, result_property(rest, "header.d")), from);
}

bool
mailtrust_vouches(struct arena *a, const struct mail_head *head,
	struct span from, const char *authserv_id)
{
	struct span rest, version, domain, id;
	char *text;

	if (authserv_id == NULL || authserv_id[0] == '\0')
		return false;
	/* The topmost alone: those below came with the message. */
	text = flatten_results(
		a, mail_head_value(head, "Authentication-Results"));
	domain = one_domain(a, domain_of(from));
	if (text == NULL || domain.len == 0)
		return false;
	join_pairs(text);
	id = span_trim(span_cut(span_of(text), ';', &rest));
	if (!span_is_nocase(span_cut(id, ' ', &version), authserv_id))
		return false;
	while (rest.len > 0)
		if (result_vouches(a, span_cut(rest, ';', &rest), domain))
			return true;
	return false;
}

bool
mailtrust_null_path(struct span path)
{
	struct span inner, rest;

	path = span_trim(path);
	if (!path.len)
		return false;
	if (span_starts(path, "<")) {
		span_cut(path, '<', &inner);
		path = span_trim(span_cut(inner, '>', &rest));
	}
	return !path.len ||
	       span_is_nocase(span_cut(path, '@', &rest), "MAILER-DAEMON");
}

/* The word of a field, without parameters and comment. */
static struct span
field_word(const struct mail_head *head, const char *name)
{
	struct span rest, value = mail_head_value(head, name);

	return span_trim(span_cut(span_cut(value, ';', &rest), '(', &rest));
}

bool
mailtrust_automatic(const struct mail_head *head)
{
	/* A machine's, whatever they say. */
	static const char *const fields[] = { "List-Id", "List-Unsubscribe" };
	/* A machine's, unless they say this. */
	static const char *const unless[][2] = {
		{ "Auto-Submitted", "no" },
		{ "X-Autoreply", "no" },
		{ "X-Auto-Response-Suppress", "none" },
	};
	static const char *const precedences[] = { "bulk", "list", "junk",
		"auto_reply" };
	struct span precedence = field_word(head, "Precedence");

	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		if (mail_head_count(head, fields[i]) > 0)
			return true;
	for (size_t i = 0; i < sizeof(unless) / sizeof(*unless); i++) {
		struct span word = field_word(head, unless[i][0]);

		if (word.len > 0 && !span_is_nocase(word, unless[i][1]))
			return true;
	}
	for (size_t i = 0; i < sizeof(precedences) / sizeof(*precedences); i++)
		if (span_is_nocase(precedence, precedences[i]))
			return true;
	return mailtrust_null_path(mail_head_value(head, "Return-Path"));
}

static bool
in_address(char c)
{
	return (unsigned char)c > ' ' && strchr("<>()[]\"',;:", c) == NULL;
}

bool
mailtrust_names_another(struct span name, struct span address)
{
	for (size_t i = 0; i < name.len; i++) {
		size_t start = i, end = i + 1;

		if (name.data[i] != '@')
			continue;
		while (start > 0 && in_address(name.data[start - 1]))
			start--;
		while (end < name.len && in_address(name.data[end]))
			end++;
		if (start == i || end == i + 1)
			continue;
		if (end - start != address.len ||
			strncasecmp(name.data + start, address.data,
				address.len) != 0)
			return true;
	}
	return false;
}

bool
mailtrust_is_address(struct span s)
{
	struct span domain = domain_of(s);

	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.data[i] < ' ')
			return false;
	return s.len <= ADDRESS_MAX && domain.len > 0 &&
	       domain.len + 1 < s.len && span_is_utf8(s);
}
