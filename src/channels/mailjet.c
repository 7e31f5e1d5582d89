/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mailjet: what became of our messages, one event or an array of them, and
 * messages that its Parse API takes in. Nothing is signed; a key stands in the
 * address. It tells no verdict on who wrote a message.
 */
#include "core/channel.h"

#include <string.h>

#include "core/json.h"
#include "core/mail.h"

struct mailjet_conf {
	struct source_conf base;
};

static bool
mailjet_verify(const struct inbound *in, const void *conf, struct err *e)
{
	return source_believes(conf, in, e);
}

static void
add_status(struct arena *a, struct events *events, const json_t *one)
{
	static const char *const keys[] = { "error", "error_related_to",
		"comment", "url", "source", "hard_bounce", "blocked",
		"CustomID", "Payload", NULL };
	struct span word = json_member(a, one, "event");
	struct span at = json_member(a, one, "time");
	struct span email = json_member(a, one, "email");
	struct span id = json_member(a, one, "MessageID");
	struct event *ev = mail_status(a, events, word, email, clock_read(at));

	ev->external_id = span_path(a, word, id, email, at);
	event_body(ev, "message_id", id);
	event_keep_members(a, ev, one, keys);
}

/* A field that repeats is an array. */
static struct mail_head
head_of(struct arena *a, const json_t *headers)
{
	struct mail_head head = { NULL, 0 };
	struct header *fields = NULL;
	const char *name;
	json_t *value, *one;
	size_t cap = 0, i;

	json_object_foreach((json_t *)(uintptr_t)headers, name, value)
	{
		json_t *list = json_is_array(value) ? value : NULL;
		size_t count = list ? json_array_size(list) : 1;

		for (i = 0; i < count; i++) {
			one = list ? json_array_get(list, i) : value;
			fields = arena_grow(
				a, fields, head.count, &cap, sizeof(*fields));
			fields[head.count++] = (struct header){ span_of(name),
				json_span(a, one) };
		}
	}
	head.fields = fields;
	return head;
}

static void
add_mail(struct arena *a, const struct inbound *in, struct events *events,
	const json_t *root)
{
	struct span sender = json_member(a, root, "Sender");
	struct mail m;

	mail_of_head(a, head_of(a, json_object_get(root, "Headers")), &m);
	if (!mail_head_count(&m.head, "From"))
		mail_from(&m, json_member(a, root, "From"));
	m.recipient = mail_clean(a, json_member(a, root, "Recipient"));
	m.from_nobody = json_object_get(root, "Sender") &&
			(!sender.len || mailtrust_null_path(sender));
	m.subject = mail_clean(a, json_member(a, root, "Subject"));
	m.text = mail_clean(a, json_member(a, root, "Text-part"));
	mail_add(&m, in->body, events);
}

static void
add(struct arena *a, struct events *events, const json_t *one)
{
	if (json_member(a, one, "event").len)
		add_status(a, events, one);
	else
		events_refuse(a, events, "an object with an event");
}

static bool
mailjet_parse(struct arena *a, const struct inbound *in, const void *conf,
	struct events *events, struct err *e)
{
	const json_t *root = json_read(a, in->body, e);
	json_t *one;
	size_t i;

	(void)conf;
	if (!root)
		return false;
	if (json_object_get(root, "Headers"))
		add_mail(a, in, events, root);
	else if (!json_is_array(root))
		add(a, events, root);
	json_array_foreach(root, i, one) add(a, events, one);
	return true;
}

extern const struct channel channel_mailjet;
const struct channel channel_mailjet = {
	.name = "mailjet",
	.summary = "What became of our messages, and those Mailjet takes in",
	.conf_size = sizeof(struct mailjet_conf),
	.verify = mailjet_verify,
	.parse = mailjet_parse,
	.answer = answer_nothing,
};
