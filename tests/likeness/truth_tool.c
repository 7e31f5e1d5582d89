/* SPDX-License-Identifier: Apache-2.0 */
/*
 * truth_tool SET FOLDER: the records of a set with known truth, as lines of
 * JSON: {"id", "truth", "traits":{}, "identifiers":{}}. Whatever holds the
 * truth goes into "truth" alone.
 */
#include <csv.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/span.h"

#define COLUMNS 32
#define CELL 512

struct rename {
	const char *theirs, *ours; /* ours: a trait, or "=kind" */
};

struct set {
	const char *name, *file, *missing;
	struct rename renames[16];
	/* The truth of a row: a column, or of febrl's ids the number. */
	const char *truth;
	bool febrl;
};

#define FEBRL                                                                  \
	{                                                                      \
		{ "given_name", "given_name" }, { "surname", "family_name" },  \
			{ "street_number", "house_number" },                   \
			{ "address_1", "street" }, { "suburb", "city" },       \
			{ "postcode", "postcode" },                            \
		{                                                              \
			"date_of_birth", "birth_date"                          \
		}                                                              \
	}

/* clang-format off */
static const struct set sets[] = {
	{ "febrl1", "febrl/dataset1.csv", "", FEBRL, "rec_id", true },
	{ "febrl2", "febrl/dataset2.csv", "", FEBRL, "rec_id", true },
	{ "febrl3", "febrl/dataset3.csv", "", FEBRL, "rec_id", true },
	{ "febrl4a", "febrl/dataset4a.csv", "", FEBRL, "rec_id", true },
	{ "febrl4b", "febrl/dataset4b.csv", "", FEBRL, "rec_id", true },
	{ "uganda", "opencr_uganda/uganda.csv", "",
		{ { "sex", "gender" }, { "date_of_birth", "birth_date" },
		{ "given_name", "given_name" }, { "surname", "family_name" },
		{ "phone_number", "=phone" }, { "uganda_nin", "=national_id" },
		{ "art_number", "=art_number" } }, "rec_id", true },
	{ "RLdata500", "rldata/RLdata500.csv", "NA",
		{ { "fname_c1", "given_name" }, { "fname_c2", "middle_name" },
		{ "lname_c1", "family_name" }, { "lname_c2", "middle_name" },
		{ "by", "year" }, { "bm", "month" }, { "bd", "day" } },
		"ent_id", false },
	{ "RLdata10000", "rldata/RLdata10000.csv", "NA",
		{ { "fname_c1", "given_name" }, { "fname_c2", "middle_name" },
		{ "lname_c1", "family_name" }, { "lname_c2", "middle_name" },
		{ "by", "year" }, { "bm", "month" }, { "bd", "day" } },
		"ent_id", false },
	{ "fake_1000", "splink_fake_1000/fake_1000.csv", "",
		{ { "first_name", "given_name" }, { "surname", "family_name" },
		{ "dob", "birth_date" }, { "city", "city" },
		{ "email", "=email" } }, "cluster", false },
	{ "historical", "splink_historical_half/historical_half.csv", "",
		{ { "full_name", "name" }, { "first_name", "given_name" },
		{ "surname", "family_name" }, { "dob", "birth_date" },
		{ "birth_place", "birth_place" },
		{ "postcode_fake", "postcode" }, { "gender", "gender" },
		{ "occupation", "occupation" } }, "cluster", false },
	{ "census", "us_census_841/census.csv", "",
		{ { "Attr1", "family_name" }, { "Attr2", "given_name" },
		{ "Attr3", "middle_name" }, { "Attr4", "house_number" },
		{ "Attr5", "street" } }, "idx", false },
	{ 0 },
};
/* clang-format on */

struct reading {
	const struct set *set;
	char head[COLUMNS][CELL], cells[COLUMNS][CELL];
	size_t column, row;
	void (*each)(struct reading *r);
	int *parent; /* of pairs that are one */
	int columns[2];
};

static int parents[100000];

static int
root(int at)
{
	while (parents[at] != at)
		at = parents[at] = parents[parents[at]];
	return at;
}

static void
on_cell(void *data, size_t len, void *arg)
{
	struct reading *r = arg;
	struct span cell = span_trim((struct span){ data, len });
	char *to = r->row ? r->cells[r->column] : r->head[r->column];

	if (r->column + 1 >= COLUMNS)
		return;
	if (cell.len >= CELL)
		cell.len = CELL - 1;
	memcpy(to, cell.data, cell.len);
	to[cell.len] = '\0';
	r->column++;
}

static void
on_row(int end, void *arg)
{
	struct reading *r = arg;

	(void)end;
	if (r->row && r->column)
		r->each(r);
	r->row++;
	r->column = 0;
	memset(r->cells, 0, sizeof(r->cells));
}

static void
read_file(struct reading *r, const char *folder, const char *name)
{
	char path[1024], buffer[8192];
	struct csv_parser parser;
	FILE *file;
	size_t n;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "r");
	if (!file) {
		perror(path);
		exit(1);
	}
	csv_init(&parser, 0);
	while ((n = fread(buffer, 1, sizeof(buffer), file)))
		csv_parse(&parser, buffer, n, on_cell, on_row, r);
	csv_fini(&parser, on_cell, on_row, r);
	csv_free(&parser);
	fclose(file);
}

static const char *
cell(const struct reading *r, const char *column)
{
	for (size_t i = 0; i < COLUMNS; i++)
		if (!strcmp(r->head[i], column))
			return r->cells[i];
	return "";
}

static void
add(json_t *to, const char *name, const char *value)
{
	const char *had = json_string_value(json_object_get(to, name));
	char both[2 * CELL];

	snprintf(both, sizeof(both), "%s%s%s", had ? had : "", had ? " " : "",
		value);
	json_object_set_new(to, name, json_string(both));
}

static void
print(json_t *line)
{
	json_dumpf(line, stdout, JSON_COMPACT | JSON_SORT_KEYS);
	putchar('\n');
	json_decref(line);
}

static void
truth_of(const struct reading *r, char *out, size_t size)
{
	const char *truth = cell(r, r->set->truth);

	if (r->set->febrl)
		snprintf(out, size, "%d", atoi(truth + 4));
	else if (!strcmp(r->set->name, "census"))
		snprintf(out, size, "%d", root(atoi(truth)));
	else
		snprintf(out, size, "%s", truth);
}

static void
on_record(struct reading *r)
{
	json_t *traits = json_object(), *ids = json_object();
	char id[32], truth[64];

	snprintf(id, sizeof(id), "%zu", r->row);
	truth_of(r, truth, sizeof(truth));
	for (const struct rename *n = r->set->renames; n->theirs; n++) {
		const char *value = cell(r, n->theirs);

		if (!*value || !strcmp(value, r->set->missing))
			continue;
		if (*n->ours == '=')
			json_object_set_new(
				ids, n->ours + 1, json_string(value));
		else
			add(traits, n->ours, value);
	}
	if (json_object_get(traits, "year")) {
		char date[32];

		snprintf(date, sizeof(date), "%04d-%02d-%02d",
			atoi(cell(r, "by")), atoi(cell(r, "bm")),
			atoi(cell(r, "bd")));
		json_object_set_new(traits, "birth_date", json_string(date));
		json_object_del(traits, "year");
		json_object_del(traits, "month");
		json_object_del(traits, "day");
	}
	print(json_pack("{s:s,s:s,s:o,s:o}", "id", id, "truth", truth, "traits",
		traits, "identifiers", ids));
}

static void
on_link(struct reading *r)
{
	parents[root(atoi(r->cells[0]))] = root(atoi(r->cells[1]));
}

/* Senzing's: the features of a line. */

static const struct rename features[] = { { "NAME_FIRST", "given_name" },
	{ "NAME_LAST", "family_name" }, { "NAME_MIDDLE", "middle_name" },
	{ "NAME_FULL", "name" }, { "NAME_ORG", "name" },
	{ "NATIVE_NAME_FULL", "alias" }, { "DATE_OF_BIRTH", "birth_date" },
	{ "GENDER", "gender" }, { "EMPLOYER", "employer" },
	{ "ADDR_FULL", "address" }, { "ADDR_CITY", "city" },
	{ "ADDR_POSTAL_CODE", "postcode" }, { "EMAIL_ADDRESS", "=email" },
	{ "PHONE_NUMBER", "=phone" }, { "PASSPORT_NUMBER", "=passport" },
	{ "DRIVERS_LICENSE_NUMBER", "=driving_licence" },
	{ "SSN_NUMBER", "=ssn" }, { "NATIONAL_ID_NUMBER", "=national_id" },
	{ "TAX_ID_NUMBER", "=tax_id" }, { "LEI_NUMBER", "=lei" }, { 0 } };

static void
take_feature(json_t *traits, json_t *ids, json_t *feature)
{
	const char *key;
	json_t *value;

	json_object_foreach(feature, key, value)
	{
		const char *text = json_string_value(value);

		if (!text)
			continue;
		if (!strcmp(key, "ADDR_LINE1")) {
			json_object_set_new(traits,
				strchr(text, ',') || !json_object_get(feature,
							     "ADDR_CITY")
					? "address"
					: "street",
				json_string(text));
			continue;
		}
		for (const struct rename *n = features; n->theirs; n++) {
			if (strcmp(n->theirs, key) != 0)
				continue;
			if (*n->ours == '=')
				json_object_set_new(
					ids, n->ours + 1, json_string(text));
			else if (!json_object_get(traits, n->ours))
				json_object_set_new(
					traits, n->ours, json_string(text));
			else if (!strncmp(n->ours, "name", 4))
				json_object_set_new(
					traits, "alias", json_string(text));
		}
	}
}

static char *
senzing_truth(json_t *key, const char *source, const char *id)
{
	static char out[64];
	char of[128];

	snprintf(of, sizeof(of), "%s/%s", source, id);
	snprintf(out, sizeof(out), "%s",
		json_string_value(json_object_get(key, of)));
	return out;
}

static json_t *senzing_key;

static void
on_senzing_key(struct reading *r)
{
	char of[128];

	snprintf(of, sizeof(of), "%.60s/%.60s", cell(r, "DATA_SOURCE"),
		cell(r, "RECORD_ID"));
	json_object_set_new(
		senzing_key, of, json_string(cell(r, "CLUSTER_ID")));
}

static void
read_senzing(const char *folder)
{
	static const char *const files[] = { "customers", "reference",
		"watchlist" };
	struct reading key = { .each = on_senzing_key };

	senzing_key = json_object();
	read_file(&key, folder, "senzing_truthset/actual_truthset_key.csv");
	for (size_t i = 0; i < 3; i++) {
		char path[1024], *line = NULL;
		size_t size = 0;
		FILE *file;

		snprintf(path, sizeof(path), "%s/senzing_truthset/%s.jsonl",
			folder, files[i]);
		file = fopen(path, "r");
		if (!file) {
			perror(path);
			exit(1);
		}
		while (getline(&line, &size, file) > 0) {
			json_t *record = json_loads(line, 0, NULL), *feature;
			json_t *traits = json_object(), *ids = json_object();
			const char *source = json_string_value(
				json_object_get(record, "DATA_SOURCE"));
			const char *id = json_string_value(
				json_object_get(record, "RECORD_ID"));
			char name[128];
			size_t k;

			json_array_foreach(json_object_get(record, "FEATURES"),
				k, feature) take_feature(traits, ids, feature);
			snprintf(name, sizeof(name), "%s-%s", source, id);
			print(json_pack("{s:s,s:s,s:o,s:o}", "id", name,
				"truth", senzing_truth(senzing_key, source, id),
				"traits", traits, "identifiers", ids));
			json_decref(record);
		}
		free(line);
		fclose(file);
	}
	json_decref(senzing_key);
}

int
main(int argc, char **argv)
{
	if (argc != 3) {
		fputs("usage: truth_tool SET FOLDER\n", stderr);
		return 2;
	}
	if (!strcmp(argv[1], "senzing")) {
		read_senzing(argv[2]);
		return 0;
	}
	for (const struct set *s = sets; s->name; s++) {
		struct reading r = { .set = s, .each = on_record };
		struct reading links = { .each = on_link };

		if (strcmp(s->name, argv[1]) != 0)
			continue;
		for (int i = 0; i < 100000; i++)
			parents[i] = i;
		if (!strcmp(s->name, "census"))
			read_file(&links, argv[2],
				"us_census_841/census_truth.csv");
		read_file(&r, argv[2], s->file);
		return 0;
	}
	fprintf(stderr, "truth_tool: no set %s\n", argv[1]);
	return 2;
}
