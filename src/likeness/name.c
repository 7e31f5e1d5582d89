/* SPDX-License-Identifier: Apache-2.0 */
#include "likeness/name.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "likeness/text.h"

#define WORDS 12 /* of one name; the rest is left out */

static const char *const titles[] = { "mr", "mrs", "ms", "miss", "mx", "dr",
	"dra", "prof", "professor", "sir", "lady", "lord", "dame", "rev", "sr",
	"sra", "srta", "don", "dona", "dom", "herr", "frau", "monsieur",
	"madame", "mme", "mlle", "signor", "signora", "senor", "senora", "khun",
	"nai", "nang", "phra", "mar", "pan", "pani", "shri", "smt", "haji",
	"hajj", "sheikh", "capt", "col", "hon", NULL };

static const char *const particles[] = { "de", "da", "do", "dos", "das", "di",
	"du", "del", "della", "dello", "des", "van", "von", "der", "den", "ter",
	"ten", "zu", "zur", "la", "le", "el", "al", "bin", "ibn", "bint", "ben",
	"y", "e", "und", "of", "the", "av", "af", NULL };

static const char *const suffixes[] = { "jr", "junior", "filho", "hijo", "neto",
	"nieto", "sobrinho", "ii", "iii", "iv", "snr", "senior", "pai", NULL };

/* Short forms and spellings, each line after the name that they stand for. */
static const char *const nicknames[] = {
	// NOLINTBEGIN(bugprone-suspicious-missing-comma)
	"robert bob bobby rob robbie bert robbert rab",
	"william bill billy will willie liam wm wilhelm guillermo guilherme",
	"richard rick ricky dick rich richie ricardo",
	"james jim jimmy jamie jem",
	"john jon johnny jack jhon",
	"jonathan johnathan jonny",
	"joseph joe joey josef jose josephus pepe giuseppe",
	"thomas tom tommy tomas thom",
	"charles charlie chuck chas carlos karl carl chaz",
	"edward ed eddie ted teddy ned eduard eduardo edw",
	"michael mike mick mickey mikey miguel mikhail michel misha",
	"david dave davey dawid",
	"daniel dan danny",
	"matthew matt mathew matty mateus mateo matthias",
	"andrew andy drew andre andrei andreas andrej",
	"anthony tony anton antonio toni",
	"christopher chris kit kris topher cristobal",
	"steven steve stephen stevie stefan stephan esteban",
	"kenneth ken kenny",
	"benjamin ben benny benji",
	"samuel sam sammy",
	"alexander alex alec sandy sasha alejandro aleksandr alexandre xander",
	"nicholas nick nicky nicolas nikolai nico klaus nicolaus",
	"gregory greg gregg",
	"lawrence larry laurence lorenzo laurie lars",
	"ronald ron ronnie",
	"donald don donnie donny",
	"timothy tim timmy",
	"peter pete pedro piotr pierre pyotr",
	"patrick paddy pat patricio",
	"francis frank frankie fran franz francisco paco chico francesco",
	"frederick fred freddy freddie fritz frederic federico",
	"albert al bert alberto",
	"alfred alf alfie",
	"arthur art arturo artur",
	"george georgie jorge georg jorg yuri",
	"gerald gerry jerry gerard gerhard",
	"harold harry hal",
	"howard howie",
	"henry hank hal henrik heinrich enrique heinz",
	"leonard leo len lenny",
	"louis lou louie lewis luis luiz ludwig",
	"martin marty",
	"nathaniel nathan nate nat",
	"phillip phil philip felipe filip",
	"raymond ray",
	"theodore theo ted",
	"vincent vince vinny vicente",
	"walter walt wally walther",
	"zachary zach zack zac",
	"abraham abe ibrahim",
	"isaac ike",
	"jeffrey jeff geoffrey geoff jeffery",
	"joshua josh",
	"mohammed mohamed muhammad muhammed mohammad muhamad mhmd mo",
	"elizabeth liz lizzie beth betty eliza lisa elisabeth bess libby elsie "
	"isabel betsy isabella",
	"margaret maggie meg peggy peggie marge margie madge greta margarita "
	"margarete daisy",
	"catherine kate katie cathy kathy katherine kathryn cat kitty catarina "
	"katharina kathleen kay",
	"mary marie maria mariya maryam moll molly polly",
	"patricia pat patty trish tricia",
	"jennifer jen jenny jenni",
	"susan sue susie suzy susana suzanne susanna",
	"deborah deb debbie debra",
	"barbara barb babs",
	"dorothy dot dottie dolly dorothea",
	"rebecca becky becca rebeca",
	"victoria vicky vicki tori vitoria",
	"alexandra alex sandra lexi sasha",
	"christine chris chrissie tina christina kristin kristina christiane",
	"samantha sam sammie",
	"jessica jess jessie",
	"abigail abby gail",
	"amanda mandy",
	"angela angie",
	"ann anna anne annie nancy ana hannah hanna",
	"antonia toni",
	"caroline carrie carol carolina karoline",
	"charlotte lottie charlie carlota",
	"cynthia cindy",
	"eleanor ellie nell nora ellen elena helen helena helene elaine",
	"emily em emma emmy",
	"florence flo flora",
	"frances fran fanny francesca francisca franziska",
	"gabrielle gabby gabriela",
	"gertrude gert gertie trudy",
	"harriet hattie",
	"jacqueline jackie jacqui",
	"jane janet jean joan joanna johanna jeanne juana joana",
	"josephine jo josie josefina",
	"judith judy",
	"julia julie juliet juliana",
	"laura laurie lora",
	"louise lou luisa luise",
	"lucy lucia lucille luciana",
	"martha marty marta",
	"matilda tilly mathilde",
	"michelle shelly",
	"natalie nat natalia natasha",
	"nicole nicky nikki",
	"pamela pam",
	"penelope penny",
	"rachel rae raquel",
	"sarah sally sadie sara",
	"sophia sophie sofia zofia",
	"stephanie steph stefanie",
	"teresa terry tess tessa theresa therese teresita",
	"valerie val",
	"veronica ronnie vera",
	"virginia ginny",
	"winifred winnie",
	"aleksei alexei alyosha aleksey",
	"dmitri dima dmitry dimitri",
	"ekaterina katya",
	"evgeny zhenya yevgeny evgeni",
	"ivan vanya",
	"sergei sergey seryozha",
	"vladimir volodya vova wladimir",
	"yelena lena",
	"hans johannes johann joao juan jean giovanni",
	"jakob jacob jakub jake iago",
	"ignacio nacho",
	"guadalupe lupe",
	"concepcion concha",
	"mercedes merche",
	"rosario charo",
	"manuel manolo manny",
	"sebastian seb bastian",
	"fernando nando",
	"gustavo guga gustaf gustav",
	"rafael rafa raphael",
	"leonardo leo",
	"aparecida cida",
	"terezinha tereza",
	// NOLINTEND(bugprone-suspicious-missing-comma)
	NULL,
};

static bool
is_among(const char *const *words, const char *word)
{
	for (; *words; words++)
		if (!strcmp(*words, word))
			return true;
	return false;
}

static bool
is_suffix(const char *word)
{
	return is_among(suffixes, word);
}

/* Father and son are told apart by it, and by nothing else. */
static const char *
suffix_of(const char *word)
{
	static const char *const seniors[] = { "sr", "snr", "senior", "pai",
		NULL };
	static const char *const thirds[] = { "iii", "neto", "nieto", NULL };

	return is_among(seniors, word)	? "sr"
	       : is_among(thirds, word) ? "iii"
	       : !strcmp(word, "iv")	? "iv"
					: "jr";
}

struct words {
	const char *items[WORDS];
	size_t count;
};

/* The words of a folded text without titles, particles and suffixes, unless
 * nothing else is there. */
static struct words
read_words(struct arena *a, const char *folded, const char **suffix)
{
	struct words all = { { NULL }, 0 }, kept = { { NULL }, 0 };
	const char *rest = folded;
	struct span word;

	while ((word = text_word(&rest)).len && all.count < WORDS)
		all.items[all.count++] = span_text(a, word);
	for (size_t i = 0; i < all.count; i++) {
		const char *w = all.items[i];

		/* "Sr" is a senhor before a name and a senior after it. */
		if (i && suffix && !**suffix &&
			(is_suffix(w) ||
				(i + 1 == all.count && !strcmp(w, "sr"))))
			*suffix = suffix_of(w);
		else if (!is_among(particles, w) &&
			 (i + 1 == all.count || kept.count ||
				 !is_among(titles, w)))
			kept.items[kept.count++] = w;
	}
	return kept.count ? kept : all;
}

static const char *
join(struct arena *a, const struct words *words, size_t from, size_t to)
{
	const char *text = "";

	for (size_t i = from; i < to; i++)
		text = arena_printf(
			a, "%s%s%s", text, *text ? " " : "", words->items[i]);
	return text;
}

/* "Ana Souza (Rua Augusta)": what stands in brackets is no name. */
static struct span
without_brackets(struct span text)
{
	struct span rest, before = span_cut(text, '(', &rest);

	return span_trim(before).len ? before : text;
}

/* "Souza, Ana", but not "Souza, Jr." */
static struct span
turn_comma(struct arena *a, struct span text)
{
	struct span after, before = span_cut(text, ',', &after);
	const char *folded;

	if (!after.len)
		return text;
	folded = text_fold(a, after);
	if (is_suffix(folded) || !strcmp(folded, "sr") || !*folded)
		return text;
	return span_of(arena_printf(a, "%.*s %.*s", (int)after.len, after.data,
		(int)before.len, before.data));
}

struct name_parts
name_split(struct arena *a, struct span text)
{
	struct name_parts parts = { "", "", "", "" };
	struct words w = read_words(a,
		text_fold(a, turn_comma(a, without_brackets(text))),
		&parts.suffix);

	if (w.count)
		parts.given = w.items[0];
	if (w.count > 1)
		parts.family = w.items[w.count - 1];
	if (w.count > 2)
		parts.middle = join(a, &w, 1, w.count - 1);
	return parts;
}

static void
add_others(struct words *to, const struct words *from,
	const struct name_parts *parts)
{
	for (size_t i = 0; i < from->count && to->count < WORDS; i++)
		if (strcmp(from->items[i], parts->given) != 0 &&
			strcmp(from->items[i], parts->family) != 0)
			to->items[to->count++] = from->items[i];
}

struct name_parts
name_join(struct arena *a, struct span given, struct span middle,
	struct span family, struct span full)
{
	struct name_parts parts = { "", "", "", "" };
	struct words g = read_words(a, text_fold(a, given), NULL);
	struct words m = read_words(a, text_fold(a, middle), NULL);
	struct words f = read_words(a, text_fold(a, family), &parts.suffix);
	struct words w = read_words(a, text_fold(a, full), &parts.suffix);
	struct words rest = { { NULL }, 0 };

	if (g.count)
		parts.given = g.items[0];
	if (f.count)
		parts.family = f.items[f.count - 1];
	add_others(&rest, &g, &parts);
	add_others(&rest, &m, &parts);
	add_others(&rest, &f, &parts);
	for (size_t i = 0; i < w.count; i++) {
		struct words one = { { w.items[i] }, 1 };
		bool known = false;

		for (size_t k = 0; k < rest.count; k++)
			known |= !strcmp(rest.items[k], w.items[i]);
		if (!known)
			add_others(&rest, &one, &parts);
	}
	parts.middle = join(a, &rest, 0, rest.count);
	return parts;
}

struct nickname {
	const char *word, *name;
};

static int
compare_nickname(const void *left, const void *right)
{
	return strcmp(((const struct nickname *)left)->word,
		((const struct nickname *)right)->word);
}

/* From the table's lines; made once. A word that stands for several names
 * stands for the first of them. */
static const struct nickname *
find_nickname(const char *word)
{
	static struct arena *a;
	static struct nickname *known;
	static size_t count;
	struct nickname key = { word, NULL };

	if (!known) {
		size_t cap = 0;

		a = arena_create();

		for (const char *const *line = nicknames; *line; line++) {
			const char *rest = *line;
			const char *name = span_text(a, text_word(&rest));
			struct span w;

			while ((w = text_word(&rest)).len) {
				bool had = false;
				const char *text = span_text(a, w);

				for (size_t i = 0; i < count && !had; i++)
					had = !strcmp(known[i].word, text);
				if (had)
					continue;
				known = arena_grow(
					a, known, count, &cap, sizeof(*known));
				known[count++] =
					(struct nickname){ text, name };
			}
		}
		qsort(known, count, sizeof(*known), compare_nickname);
	}
	return bsearch(&key, known, count, sizeof(*known), compare_nickname);
}

const char *
name_canonical(const char *word)
{
	const struct nickname *found = find_nickname(word);

	return found ? found->name : word;
}
