/* SPDX-License-Identifier: Apache-2.0 */
/*
 * world_tool SEED PEOPLE: what so many customers of a retailer leave on its
 * channels in two years, as lines of JSON: {"source", "id", "truth", "time",
 * "record", "identifiers", "traits"}. The same seed gives the same world.
 *
 * People live in families that share a name, an address, often a phone, an
 * e-mail or a browser. There are twins, fathers and sons of one name, people of
 * two scripts, moves, nicknames, misspellings, birth dates with day and month
 * turned, numbers that pass to somebody else, and tablets in stores that
 * hundreds type into.
 */
#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unicode/uchar.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

#define TEXT 96
#define DAY 86400
#define EPOCH 1735689600 /* 2025-01-01 */
#define DAYS 730
#define TABLETS 4
#define FAMILY_MOST 5

static uint64_t dice;

static uint64_t
next(void)
{
	uint64_t x = dice += 0x9e3779b97f4a7c15u;

	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

static int
below(int n)
{
	return (int)(next() % (uint64_t)n);
}

static bool
in_hundred(int n)
{
	return below(100) < n;
}

/* The first are the most frequent. */
static int
frequent(int n)
{
	int a = below(n), b = below(n);

	return a < b ? a : b;
}

static const char *const women[] = { "Maria", "Anna", "Elena", "Laura", "Sara",
	"Julia", "Sofia", "Carla", "Marta", "Paula", "Irina", "Nadia", "Olga",
	"Teresa", "Lucia", "Emma", "Alice", "Clara", "Diana", "Eva", "Gloria",
	"Helena", "Ines", "Karen", "Lena", "Monica", "Nina", "Patricia", "Rita",
	"Silvia", "Tamara", "Vera", "Elizabeth", "Margaret", "Catherine",
	"Susan", "Deborah", "Rebecca", "Victoria", "Alexandra", "Beatrice",
	"Daniela", "Gabriela", "Isabel", "Jessica", "Leila", "Miriam", "Noemi",
	"Rosa", "Valentina" };
static const char *const men[] = { "Jose", "Juan", "Ivan", "Peter", "Marco",
	"Daniel", "David", "Carlos", "Pablo", "Sergio", "Viktor", "Andrei",
	"Robert", "William", "Michael", "James", "Thomas", "Richard", "Anton",
	"Bruno", "Diego", "Emil", "Felix", "Georg", "Hugo", "Igor", "Jonas",
	"Karl", "Leo", "Martin", "Nikolai", "Oscar", "Paulo", "Rafael", "Simon",
	"Tomas", "Urs", "Walter", "Alexander", "Benjamin", "Christopher",
	"Edward", "Francisco", "Gabriel", "Joseph", "Matthew", "Nicholas",
	"Samuel", "Stephen", "Vincent" };
static const char *const short_forms[][2] = { { "Elizabeth", "Liz" },
	{ "Margaret", "Peggy" }, { "Catherine", "Kate" }, { "Susan", "Sue" },
	{ "Deborah", "Debbie" }, { "Rebecca", "Becky" },
	{ "Victoria", "Vicky" }, { "Robert", "Bob" }, { "William", "Bill" },
	{ "Michael", "Mike" }, { "James", "Jim" }, { "Thomas", "Tom" },
	{ "Richard", "Dick" }, { "Alexander", "Alex" }, { "Benjamin", "Ben" },
	{ "Christopher", "Chris" }, { "Edward", "Ed" }, { "Joseph", "Joe" },
	{ "Matthew", "Matt" }, { "Nicholas", "Nick" }, { "Samuel", "Sam" },
	{ "Stephen", "Steve" }, { "Francisco", "Paco" }, { "Jose", "Pepe" } };
static const char *const heads[] = { "Al", "Bar", "Cas", "Del", "Es", "Fer",
	"Gar", "Her", "Il", "Jor", "Kal", "Lor", "Mar", "Nor", "Or", "Per",
	"Qui", "Ros", "Sal", "Tor", "Ur", "Val", "Wes", "Zan" };
static const char *const tails[] = { "ano", "berg", "cia", "dini", "ero",
	"feld", "ghetti", "inger", "kov", "lano", "mann", "nado", "ova", "pino",
	"ques", "rera", "sen", "tino", "vedo", "wick", "zato" };
static const char *const streets[] = { "Elm", "Oak", "Mill", "Church", "Park",
	"Station", "High", "Bridge", "Garden", "School", "River", "Hill",
	"Market", "Castle", "Forest", "Spring", "Lake", "Meadow", "Orchard",
	"Harbour" };
static const char *const ways[][2] = { { "Street", "St" }, { "Road", "Rd" },
	{ "Avenue", "Ave" }, { "Lane", "Ln" } };
static const char *const cities[] = { "Northam", "Eastbury", "Southwick",
	"Westford", "Midvale", "Newport", "Oldfield", "Greenhill", "Redcliff",
	"Whitby", "Blackburn", "Kingston" };

#define PICK(list) (list[frequent((int)(sizeof(list) / sizeof(*(list))))])

struct address {
	char street[TEXT], number[8], city[TEXT], postcode[8];
	int way;
};

struct person {
	int truth;
	bool woman, script; /* script: writes its name in letters of its own */
	bool account;	    /* at the web shop */
	const char *given;
	char family[TEXT];
	int year, month, day;
	struct address home[2];
	int moves; /* day */
	char phone[16], email[TEXT], shared_phone[16], shared_email[TEXT];
	char browser[24];
	int first, last; /* days between which it is a customer */
};

static UTransliterator *scripts[3];

static void
open_scripts(void)
{
	static const char *const names[] = { "Latin-Cyrillic", "Latin-Greek",
		"Latin-Arabic" };

	for (size_t i = 0; i < 3; i++) {
		UErrorCode status = U_ZERO_ERROR;
		UChar id[32];

		u_uastrcpy(id, names[i]);
		scripts[i] = utrans_openU(
			id, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
		if (U_FAILURE(status)) {
			fprintf(stderr, "world_tool: %s: %s\n", names[i],
				u_errorName(status));
			exit(1);
		}
	}
}

/* Which of the scripts a person writes hangs on the person alone. */
static void
in_script(int which, const char *text, char out[TEXT])
{
	UErrorCode status = U_ZERO_ERROR;
	UChar wide[TEXT];
	int32_t length = 0, limit;

	u_strFromUTF8(wide, TEXT, &length, text, -1, &status);
	limit = length;
	utrans_transUChars(
		scripts[which % 3], wide, &length, TEXT, 0, &limit, &status);
	u_strToUTF8(out, TEXT, NULL, wide, length, &status);
	if (U_FAILURE(status))
		snprintf(out, TEXT, "%s", text);
}

static void
make_address(struct address *a)
{
	snprintf(a->street, TEXT, "%s", PICK(streets));
	a->way = below(4);
	snprintf(a->number, sizeof(a->number), "%d", 1 + below(150));
	snprintf(a->city, TEXT, "%s", PICK(cities));
	snprintf(a->postcode, sizeof(a->postcode), "%05d", 10000 + below(900));
}

static void
make_phone(char out[16])
{
	snprintf(out, 16, "+1212%03d%04d", 200 + below(700), below(10000));
}

static void
make_email(const struct person *p, char out[TEXT])
{
	static const char *const hosts[] = { "mail.example", "post.example",
		"web.example" };

	snprintf(out, TEXT, "%.20s.%.20s%d@%s", p->given, p->family,
		below(1000), hosts[below(3)]);
	for (char *c = out; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
}

static void
make_person(struct person *p, int truth, const char *family,
	const struct address *home, bool adult)
{
	*p = (struct person){ .truth = truth, .woman = below(2) };
	p->given = p->woman ? PICK(women) : PICK(men);
	p->script = in_hundred(8);
	p->account = in_hundred(90);
	snprintf(p->family, TEXT, "%s", family);
	p->year = adult ? 1945 + below(45) : 1990 + below(18);
	p->month = 1 + below(12);
	p->day = 1 + below(28);
	p->home[0] = p->home[1] = *home;
	p->moves = DAYS;
	if (in_hundred(10)) {
		p->moves = below(DAYS);
		make_address(&p->home[1]);
	}
	p->last = DAYS;
	make_phone(p->phone);
	make_email(p, p->email);
	snprintf(p->browser, sizeof(p->browser), "b-%08llx",
		(unsigned long long)(next() & 0xffffffff));
}

/* Writing */

static void
misspell(char *text)
{
	size_t n = strlen(text);
	int at;
	char swap;

	if (n < 4)
		return;
	at = 1 + below((int)n - 2);
	switch (below(3)) {
	case 0:
		swap = text[at];
		text[at] = text[at + 1] ? text[at + 1] : 'e';
		if (text[at + 1])
			text[at + 1] = swap;
		break;
	case 1:
		memmove(text + at, text + at + 1, n - (size_t)at);
		break;
	default:
		text[at] = (char)('a' + below(26));
	}
}

static const char *
short_form(const char *given)
{
	for (size_t i = 0; i < sizeof(short_forms) / sizeof(*short_forms); i++)
		if (!strcmp(short_forms[i][0], given))
			return short_forms[i][1];
	return given;
}

static void
put(json_t *object, const char *name, const char *text)
{
	json_object_set_new(object, name, json_string(text));
}

/* Names as two fields, or as one; typed: with what typists do. */
static void
tell_name(json_t *traits, const struct person *p, bool typed, bool casual)
{
	char given[TEXT], family[TEXT], whole[2 * TEXT + 2];

	snprintf(given, TEXT, "%s",
		casual && in_hundred(40) ? short_form(p->given) : p->given);
	snprintf(family, TEXT, "%s", p->family);
	if (typed && in_hundred(4))
		misspell(given);
	if (typed && in_hundred(4))
		misspell(family);
	if (p->script && casual) {
		char copy[TEXT];

		memcpy(copy, given, TEXT);
		in_script(p->truth, copy, given);
		memcpy(copy, family, TEXT);
		in_script(p->truth, copy, family);
	}
	if (casual) {
		snprintf(whole, sizeof(whole), "%s %s", given, family);
		put(traits, "name", whole);
		return;
	}
	put(traits, "given_name", given);
	put(traits, "family_name", family);
}

static void
tell_birth(json_t *traits, const struct person *p)
{
	int month = p->month, day = p->day, year = p->year;
	char text[16];

	if (in_hundred(2) && day <= 12) {
		month = p->day;
		day = p->month;
	} else if (in_hundred(2)) {
		year += below(2) ? 1 : -1;
	} else if (in_hundred(2)) {
		month = day = 1;
	}
	snprintf(text, sizeof(text), "%04d-%02d-%02d", year, month, day);
	put(traits, "birth_date", text);
}

static void
tell_address(json_t *traits, const struct person *p, int day, bool street)
{
	const struct address *a = &p->home[day >= p->moves];
	char text[2 * TEXT + 16];

	put(traits, "postcode", a->postcode);
	put(traits, "city", a->city);
	if (!street)
		return;
	snprintf(text, sizeof(text), "%s %s %s", a->number, a->street,
		ways[a->way][below(2)]);
	put(traits, "street", text);
}

static void
tell_phone(json_t *identifiers, const char *phone, bool typed)
{
	put(identifiers, "phone", typed && in_hundred(40) ? phone + 2 : phone);
}

static int events;

static void
tell(const struct person *p, const char *source, int day, const char *record,
	json_t *identifiers, json_t *traits)
{
	int64_t at = EPOCH + (int64_t)day * DAY + below(DAY);
	char id[16], truth[16], time[32];
	time_t seconds = (time_t)at;
	struct tm tm;
	json_t *top = json_object();

	gmtime_r(&seconds, &tm);
	strftime(time, sizeof(time), "%Y-%m-%dT%H:%M:%SZ", &tm);
	snprintf(id, sizeof(id), "%d", ++events);
	snprintf(truth, sizeof(truth), "%d", p->truth);
	put(top, "source", source);
	put(top, "id", id);
	put(top, "truth", truth);
	put(top, "time", time);
	if (record)
		put(top, "record", record);
	json_object_set_new(top, "identifiers", identifiers);
	json_object_set_new(top, "traits", traits);
	json_dumpf(top, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(top);
}

static int
some_day(const struct person *p)
{
	return p->first + below(p->last - p->first);
}

/* Channels */

static void
chat(const struct person *p)
{
	json_t *identifiers = json_object(), *traits = json_object();

	tell_phone(identifiers, p->phone, false);
	tell_name(traits, p, false, true);
	tell(p, "chat", some_day(p), NULL, identifiers, traits);
}

static void
mail(const struct person *p)
{
	json_t *identifiers = json_object(), *traits = json_object();

	put(identifiers, "email", p->email);
	tell_name(traits, p, false, true);
	tell(p, "mail", some_day(p), NULL, identifiers, traits);
}

static void
web(const struct person *p)
{
	json_t *identifiers = json_object(), *traits = json_object();
	bool family = *p->shared_email && in_hundred(30);

	put(identifiers, "anonymous_id", p->browser);
	put(identifiers, "email", family ? p->shared_email : p->email);
	if (p->account) {
		char user[16];

		tell_phone(identifiers, p->phone, true);
		snprintf(user, sizeof(user), "u-%d", p->truth);
		put(identifiers, "user_id", user);
		tell_birth(traits, p);
	}
	tell_name(traits, p, true, false);
	tell(p, "web", some_day(p), NULL, identifiers, traits);
}

static void
till(const struct person *p)
{
	json_t *identifiers = json_object(), *traits = json_object();
	bool family = *p->shared_phone && in_hundred(30);
	int day = some_day(p);

	if (in_hundred(80)) {
		char card[16];

		snprintf(card, sizeof(card), "L%07d", p->truth);
		put(identifiers, "loyalty", card);
	}
	tell_phone(identifiers, family ? p->shared_phone : p->phone, true);
	tell_name(traits, p, true, false);
	tell_address(traits, p, day, false);
	tell(p, "till", day, NULL, identifiers, traits);
}

/* A call centre: its contacts have keys of their own. */
static void
call(const struct person *p)
{
	json_t *identifiers = json_object(), *traits = json_object();
	bool family = *p->shared_phone && in_hundred(30);
	char record[16];

	snprintf(record, sizeof(record), "c-%d", p->truth);
	tell_phone(identifiers, family ? p->shared_phone : p->phone, true);
	tell_name(traits, p, true, false);
	tell_birth(traits, p);
	tell(p, "call", some_day(p), record, identifiers, traits);
}

/* A marketplace: each order has an address of its own that relays mail. */
static void
market(const struct person *p)
{
	json_t *identifiers = json_object(), *traits = json_object();
	char record[24], relay[TEXT];
	int day = some_day(p);

	snprintf(record, sizeof(record), "o-%d-%d", p->truth, events);
	snprintf(relay, TEXT, "relay-%d@market.example", events);
	put(identifiers, "email", relay);
	if (in_hundred(90)) /* for the courier */
		tell_phone(identifiers, p->phone, true);
	tell_name(traits, p, true, false);
	tell_address(traits, p, day, true);
	tell(p, "market", day, record, identifiers, traits);
}

/* Where people join the loyalty programme. */
static void
tablet(const struct person *p)
{
	json_t *identifiers = json_object(), *traits = json_object();
	char device[16];

	snprintf(device, sizeof(device), "tablet-%d", below(TABLETS));
	put(identifiers, "anonymous_id", device);
	put(identifiers, "email", p->email);
	tell_phone(identifiers, p->phone, true);
	tell_name(traits, p, true, false);
	tell(p, "tablet", some_day(p), NULL, identifiers, traits);
}

static void (*const views[])(const struct person *p) = { chat, mail, web, till,
	call, market, tablet };

#define VIEWS (int)(sizeof(views) / sizeof(*views))

static void
live(const struct person *p)
{
	int count = 2 + below(4), from = below(VIEWS);

	for (int i = 0; i < count; i++)
		for (int n = 1 + below(3); n > 0; n--)
			views[(from + i) % VIEWS](p);
}

/* Families */

static void
make_family(struct person *people, int count, int truth)
{
	char name[TEXT], phone[16], email[TEXT];
	bool phones = count > 1 && in_hundred(30);
	bool emails = count > 1 && in_hundred(20);
	bool browsers = count > 1 && in_hundred(20);
	struct address home;

	snprintf(name, TEXT, "%s%s", PICK(heads), PICK(tails));
	make_address(&home);
	make_phone(phone);
	for (int i = 0; i < count; i++)
		make_person(&people[i], truth + i, name, &home, i < 2);
	snprintf(email, TEXT, "family.%.20s%d@mail.example", name, below(100));
	if (count > 2 && in_hundred(10)) { /* twins */
		people[count - 1].year = people[count - 2].year;
		people[count - 1].month = people[count - 2].month;
		people[count - 1].day = people[count - 2].day;
	}
	if (count > 2 && in_hundred(10)) { /* father and son */
		people[2].woman = people[0].woman;
		people[2].given = people[0].given;
		make_email(&people[2], people[2].email);
	}
	for (int i = 0; i < count; i++) {
		/* No two are called the same, but for those. */
		for (int k = 0; k < i && i != 2; k++)
			if (people[i].given == people[k].given) {
				people[i].given = people[i].woman ? PICK(women)
								  : PICK(men);
				k = -1;
			}
		if (phones)
			memcpy(people[i].shared_phone, phone, sizeof(phone));
		if (emails)
			memcpy(people[i].shared_email, email, sizeof(email));
		if (browsers)
			memcpy(people[i].browser, people[0].browser,
				sizeof(people[i].browser));
	}
}

int
main(int argc, char **argv)
{
	int count = argc == 3 ? (int)strtol(argv[2], NULL, 10) : 0;
	struct person *people;

	if (count < 1) {
		fputs("usage: world_tool SEED PEOPLE\n", stderr);
		return 2;
	}
	dice = strtoull(argv[1], NULL, 10) * 0x2545f4914f6cdd1du;
	open_scripts();
	people = calloc((size_t)count + FAMILY_MOST, sizeof(*people));
	if (!people)
		return 1;
	for (int i = 0; i < count;) {
		int size = 1 + below(FAMILY_MOST);

		make_family(&people[i], size, i);
		i += size;
	}
	for (int i = 0; i + 50 < count; i += 50) { /* a number passes on */
		people[i].last = DAYS / 3;
		people[i + 49].first = DAYS / 3 * 2;
		memcpy(people[i + 49].phone, people[i].phone,
			sizeof(people[i].phone));
	}
	for (int i = 0; i < count; i++)
		live(&people[i]);
	free(people);
	for (size_t i = 0; i < 3; i++)
		utrans_close(scripts[i]);
	return 0;
}
