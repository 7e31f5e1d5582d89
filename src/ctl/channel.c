/* SPDX-License-Identifier: Apache-2.0 */
/* unifyctl channel: what the channels' own tables say of them. */
#include <stdio.h>
#include <string.h>

#include "core/channel.h"
#include "core/json.h"
#include "ctl/command.h"

extern const struct command command_channel;

static const char *
secret_of(const struct channel *channel)
{
	return channel->secret ? channel->secret : "a key that senders show";
}

/* A list of a table, as JSON. */
static json_t *
words(const char *const *list)
{
	json_t *all = json_array();

	for (; list && *list; list++)
		json_array_append_new(all, json_string(*list));
	return all;
}

static json_t *
settings_of(const struct channel *channel)
{
	static const char *const types[] = { [SETTING_TEXT] = "text",
		[SETTING_LIST] = "list",
		[SETTING_SIZE] = "size",
		[SETTING_BOOL] = "bool" };
	json_t *all = json_array();

	for (const struct setting *s = channel->settings; s && s->name; s++)
		json_array_append_new(
			all, json_pack("{s:s,s:s,s:s?,s:s}", "name", s->name,
				     "type", types[s->type], "default",
				     s->initial, "text", s->text));
	return all;
}

static json_t *
told(const struct channel *c)
{
	return json_pack("{s:s,s:s,s:s,s:o,s:o,s:o,s:o,s:b,s:b}", "name",
		c->name, "summary", c->summary, "secret", secret_of(c),
		"settings", settings_of(c), "paths", words(c->paths), "pixels",
		words(c->pixels), "keeps", words(c->keeps), "streams",
		c->feed != NULL, "handshake", c->greet || c->options);
}

static void
print_words(const char *what, const char *const *list)
{
	if (!list || !*list)
		return;
	printf("%s:\n", what);
	for (; *list; list++)
		printf(**list == '!' ? "  (never %s)\n" : "  %s\n",
			*list + (**list == '!'));
}

static void
print_channel(const struct channel *c)
{
	printf("%s\n%s\n\nsecret: %s\n", c->name, c->summary, secret_of(c));
	if (c->settings && c->settings->name)
		puts("settings:");
	for (const struct setting *s = c->settings; s && s->name; s++) {
		printf("  %s%s\n      %s\n", s->name,
			s->type == SETTING_LIST ? " (a list)" : "", s->text);
		if (s->initial)
			printf("      By default: %s\n", s->initial);
	}
	puts("accepts:\n  POST /v1/channels/SOURCE");
	for (const char *const *p = c->paths; p && *p; p++)
		printf("  %s\n", *p);
	print_words("by GET, as pixels", c->pixels);
	if (c->feed)
		puts("bodies are read piece by piece, up to max_stream");
	if (c->greet || c->options)
		puts("handshakes are answered");
	print_words("kept with the bytes", c->keeps);
}

static int
show(const struct ctl *ctl, const struct channel *c)
{
	json_t *all;

	if (!ctl->json) {
		print_channel(c);
		return CTL_OK;
	}
	all = told(c);
	puts(json_write(ctl->arena, all));
	json_decref(all);
	return CTL_OK;
}

static int
list(const struct ctl *ctl)
{
	json_t *all = json_array();

	for (const struct channel *const *c = channels; *c; c++) {
		if (!ctl->json)
			printf("%-12s %s\n", (*c)->name, (*c)->summary);
		json_array_append_new(all, told(*c));
	}
	if (ctl->json)
		puts(json_write(ctl->arena, all));
	json_decref(all);
	return CTL_OK;
}

static int
channel_run(struct ctl *ctl, int argc, char **argv)
{
	struct err e;

	if (argc == 1 && !strcmp(argv[0], "list"))
		return list(ctl);
	if (argc != 2 || strcmp(argv[0], "show") != 0)
		return ctl_usage(&command_channel);
	for (const struct channel *const *c = channels; *c; c++)
		if (!strcmp((*c)->name, argv[1]))
			return show(ctl, *c);
	fail(&e, ERR_MISSING,
		"no channel %.40s, want one that \"unifyctl channel list\" "
		"shows",
		argv[1]);
	return ctl_fail(&e);
}

const struct command command_channel = {
	.name = "channel",
	.usage = "list | show NAME",
	.summary = "the channels, their settings and what they accept",
	.alone = true,
	.run = channel_run,
};
