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

/* Short forms and spellings, each line after the name that they stand for; a
 * word may stand in several. */
static const char *const nicknames[] = {
	// NOLINTBEGIN(bugprone-suspicious-missing-comma)
	"robert bob bobby rob robbie bert robbert rab",
	"william bill billy will willie liam wm wilhelm guillermo "
	"guilherme",
	"richard rick ricky dick rich richie ricardo",
	"james jim jimmy jamie jem jamey jaime",
	"john jon johnny jack jhon hans johannes johann joao juan jean "
	"giovanni ian sean shaun jan evan",
	"jonathan johnathan jonny",
	"joseph joe joey josef jose josephus pepe giuseppe yusuf yosef",
	"thomas tom tommy tomas thom",
	"charles charlie chuck chas carlos karl carl chaz",
	"edward ed eddie ted teddy ned eduard eduardo edw edouard",
	"michael mike mick mickey mikey miguel mikhail michel misha",
	"david dave davey dawid",
	"daniel dan danny dani daniele",
	"matthew matt mathew matty mateus mateo matthias",
	"andrew andy drew andre andrei andreas andrej andreu ondrej",
	"anthony tony anton antonio toni antoine antoni",
	"christopher chris kit kris topher cristobal christoph christophe",
	"steven steve stephen stevie stefan stephan esteban",
	"kenneth ken kenny",
	"benjamin ben benny benji",
	"samuel sam sammy",
	"alexander alex alec sandy sasha alejandro aleksandr alexandre "
	"xander sander sandro",
	"nicholas nick nicky nicolas nikolai nico klaus nicolaus nikolas "
	"nikolaus colin",
	"gregory greg gregg",
	"lawrence larry laurence lorenzo laurie lars",
	"ronald ron ronnie",
	"donald don donnie donny",
	"timothy tim timmy",
	"peter pete pedro piotr pierre pyotr petr peder pietro",
	"patrick paddy pat patricio",
	"francis frank frankie fran franz francisco paco chico francesco",
	"frederick fred freddy freddie fritz frederic federico",
	"albert al bert alberto bertie albrecht",
	"alfred alf alfie fred freddie alfredo",
	"arthur art arturo artur",
	"george georgie jorge georg jorg yuri jurgen giorgio",
	"gerald gerry jerry gerard gerhard",
	"harold harry hal",
	"howard howie",
	"henry hank hal henrik heinrich enrique heinz harry henri",
	"leonard leo len lenny",
	"louis lou louie lewis luis luiz ludwig",
	"martin marty",
	"nathaniel nathan nate nat",
	"phillip phil philip felipe filip philippe",
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
	"elizabeth liz lizzie beth betty eliza lisa elisabeth bess libby "
	"elsie isabel betsy isabella elise ellie lizzy izzy liza",
	"margaret maggie meg peggy peggie marge margie madge greta "
	"margarita margarete daisy marguerite rita",
	"catherine kate katie cathy kathy katherine kathryn cat kitty "
	"catarina katharina kathleen kay cathleen katya kat kit kati "
	"katarina caitlin",
	"mary marie maria mariya maryam moll molly polly mariam may mimi",
	"patricia pat patty trish tricia",
	"jennifer jen jenny jenni",
	"susan sue susie suzy susana suzanne susanna susannah",
	"deborah deb debbie debra",
	"barbara barb babs",
	"dorothy dot dottie dolly dorothea",
	"rebecca becky becca rebeca",
	"victoria vicky vicki tori vitoria",
	"alexandra alex sandra lexi sasha",
	"christine chris chrissie tina christina kristin kristina "
	"christiane kirsten kerstin",
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
	"eleanor ellie nell nora ellen elena helen helena helene elaine "
	"nellie",
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
	"sarah sally sadie sara sal",
	"sophia sophie sofia zofia",
	"stephanie steph stefanie stefania",
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
	"jakob jacob jakub jake iago jacques giacomo diego",
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
	"alan allan allen alain al",
	"arnold arnie",
	"adrian adriano",
	"bernard bernie barney bernd bernhard bernardo",
	"bradley brad",
	"calvin cal",
	"cameron cam",
	"christian chris kris",
	"clifford cliff",
	"clinton clint",
	"cornelius neil con",
	"curtis curt kurt",
	"dominic dom nick domingo domenico dominik",
	"douglas doug",
	"edgar ed eddie ned",
	"edmund ed eddie ned ted",
	"edwin ed eddie",
	"elias eli",
	"elijah eli",
	"ernest ernie ernst ernesto",
	"eugene gene eugen",
	"fabian fabio",
	"gabriel gabe gabi",
	"gilbert gil bert",
	"herbert herb bert",
	"hubert bert",
	"hugh hughie hugo",
	"jerome jerry",
	"jeremy jerry jem jez",
	"jeremiah jerry",
	"julian jules julien",
	"leopold leo",
	"leslie les",
	"lucas luke luca lukas luc",
	"marcus mark marc marco marcos markus",
	"mario",
	"maurice morris moritz mauricio",
	"maximilian max maximiliano",
	"maxwell max",
	"mitchell mitch",
	"moses moe mo moshe moises",
	"norman norm",
	"oliver ollie olivier",
	"oscar oskar",
	"oswald oz ozzie",
	"paul paulo pablo pavel paolo pawel",
	"ralph raf",
	"randolph randy",
	"randall randy",
	"reginald reg reggie",
	"roderick rod rory",
	"rodney rod",
	"roger rodge ruggero",
	"roland orlando",
	"rudolph rudy rolf rudolf",
	"russell russ",
	"sidney sid",
	"simon si simeon",
	"stanley stan",
	"stuart stu stewart",
	"terence terry",
	"tobias toby tobi",
	"victor vic viktor vittorio",
	"wesley wes",
	"wilfred wilf will",
	"adelaide addie",
	"agnes aggie ines",
	"alice ali alicia",
	"alison ali allison",
	"annabelle annabel bella belle",
	"anastasia ana nastya stacy",
	"arabella bella",
	"beatrice bea trixie beatriz",
	"bridget biddy bridie brigitte",
	"carla",
	"carolyn carol carrie",
	"cecilia cissy cecily celia cecile",
	"clara claire clare",
	"constance connie",
	"danielle dani daniela",
	"diana di diane",
	"edith edie",
	"emmeline em emmy",
	"esther essie hester",
	"eva eve evie",
	"evelyn evie eve",
	"georgina georgie georgia gina",
	"geraldine gerry",
	"gillian gill jill",
	"grace gracie",
	"gwendolyn gwen",
	"henrietta hattie etta hetty",
	"irene irina irena rena",
	"isabella bella izzy belle",
	"jill jilly",
	"kimberly kim kimberley",
	"leonora nora",
	"lillian lily lil lilly",
	"linda lindy",
	"magdalena lena magda",
	"marcia marsha",
	"marianne mariana",
	"marjorie marge margie margery",
	"madeleine maddie madeline madelyn",
	"maureen mo",
	"melanie mel",
	"melissa mel",
	"mildred millie",
	"millicent millie",
	"monica monika monique",
	"olivia liv ollie",
	"paula pauline paulina",
	"phyllis phyl",
	"priscilla cilla",
	"roberta bobbie",
	"rose rosa rosie",
	"rosemary rose rosie",
	"rosalind ros roz",
	"ruth ruthie",
	"silvia sylvia sylvie",
	"tabitha tabby",
	"tamara tammy",
	"vanessa nessa",
	"vivian viv vivienne",
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
	struct words g = read_words(a, text_fold(a, given), &parts.suffix);
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

/* A word of the table and the line it stands in. */
struct nickname {
	const char *word, *name;
	size_t line;
};

static int
compare_nickname(const void *left, const void *right)
{
	const struct nickname *a = left, *b = right;
	int c = strcmp(a->word, b->word);

	return c ? c : (a->line > b->line) - (a->line < b->line);
}

/* From the table's lines; made once. */
static const struct nickname *
read_nicknames(size_t *count)
{
	static struct nickname *known;
	static size_t n;

	if (!known) {
		struct arena *a = arena_create();
		size_t cap = 0;

		for (size_t line = 0; nicknames[line]; line++) {
			const char *rest = nicknames[line], *name = NULL;
			struct span w;

			while ((w = text_word(&rest)).len) {
				const char *text = span_text(a, w);

				if (!name)
					name = text;
				known = arena_grow(
					a, known, n, &cap, sizeof(*known));
				known[n++] =
					(struct nickname){ text, name, line };
			}
		}
		qsort(known, n, sizeof(*known), compare_nickname);
	}
	*count = n;
	return known;
}

/* Those of a word, a line each. */
static const struct nickname *
find_nicknames(const char *word, size_t *count)
{
	size_t n, from = 0, to;
	const struct nickname *known = read_nicknames(&n);

	for (to = n; from < to;) {
		size_t middle = (from + to) / 2;

		if (strcmp(known[middle].word, word) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	for (to = from; to < n && !strcmp(known[to].word, word); to++)
		;
	*count = to - from;
	return known + from;
}

const char *
name_canonical(const char *word)
{
	size_t n;
	const struct nickname *found = find_nicknames(word, &n);

	return n ? found->name : word;
}

bool
name_is_known(const char *word)
{
	size_t n;

	(void)find_nicknames(word, &n);
	return n > 0;
}

bool
name_is_form(const char *x, const char *y)
{
	size_t n, m;
	const struct nickname *a = find_nicknames(x, &n);
	const struct nickname *b = n ? find_nicknames(y, &m) : NULL;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < m; k++)
			if (a[i].line == b[k].line)
				return true;
	return false;
}
