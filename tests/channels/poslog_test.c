/* SPDX-License-Identifier: Apache-2.0 */
/* POSLog: receipts of our own in each dialect, whole and in pieces, and the
 * example of the standard where the shared folder is at hand. */
#include "core/channel.h"

#include "keeps.h"
#include "say.h"

#include <check.h> /* last: it has a macro called fail */

extern const struct channel channel_poslog;
Suite *suite(void);

/* Begins like the channel's own conf: base, then its settings. */
struct conf {
	struct source_conf base;
	const char *zone;
	const char **loyalty;
	const char *customer;
};

static const char *keys[] = { "k1", NULL };
static const struct conf conf = { { .name = "tills",
					  .region = "BR",
					  .assurance = ASSERTED,
					  .currency = "BRL",
					  .secrets = keys },
	"-03:00", NULL, "record" };

static struct arena *a;

static void
setup(void)
{
	a = arena_create();
}

static void
teardown(void)
{
	arena_destroy(a);
}

static char *
say_by(const struct conf *own, struct span body)
{
	struct inbound in = { .method = "POST", .body = body };
	struct events events = { 0 };
	struct err e = { 0 };

	if (!channel_poslog.parse(a, &in, own, &events, &e))
		return arena_printf(a, "%d %s", e.code, e.text);
	return say_events(a, &events);
}

static char *
say(const char *body)
{
	return say_by(&conf, span_of(body));
}

#define OPEN "<?xml version='1.0'?>\n<POSLog xmlns='urn:x'>\n"
#define HEAD                                                                   \
	"<RetailStoreID>12</RetailStoreID><WorkstationID>3</WorkstationID>"    \
	"<SequenceNumber>981</SequenceNumber>"                                 \
	"<BusinessDayDate>2026-11-23</BusinessDayDate>"                        \
	"<EndDateTime>2026-11-23T10:41:00</EndDateTime>"
#define ID "id=12/3/2026-11-23/981 at=2026-11-23T13:41:00Z"
#define T(attributes, inner)                                                   \
	"<Transaction " attributes ">" HEAD inner "</Transaction>\n"
#define RETAIL(inner) T("", "<RetailTransaction>" inner "</RetailTransaction>")
#define TOTAL "<Total TotalType='TransactionGrandAmount'>19.90</Total>"
#define SAID "order \"RetailTransaction\" " ID

static const struct {
	const char *body, *said;
} rows[] = {
	/* The standard's own places. */
	{ OPEN RETAIL(TOTAL
		  "<Customer><CustomerID>C-7</CustomerID>"
		  "<Name><Name TypeCode='GivenName'>Ana</Name></Name>"
		  "<TelephoneNumber><AreaCode>81</AreaCode>"
		  "<LocalNumber>987654321</LocalNumber></TelephoneNumber>"
		  "<EMail><EMailAddress> ana@example.com </EMailAddress>"
		  "</EMail><TaxID>529.982.247-25</TaxID></Customer>") "</"
								      "POSLog>",
		SAID " record=C-7/verified phone=81987654321/asserted "
		     "email=ana@example.com/asserted "
		     "cpf=529.982.247-25/asserted 19.90 BRL" },
	/* Retalix: what is scanned is a card, a points account is nobody. */
	{ OPEN RETAIL(
		  "<Total>25.00</Total><Total TotalType='TransactionNetAmount'"
		  " CurrencyCode='THB'>20.00</Total>"
		  "<Customer r:EntryMethod='Scanned'>"
		  "<r:ScanData>634000</r:ScanData></Customer><LoyaltyAccount>"
		  "<LoyaltyProgram><LoyaltyAccountID>4</LoyaltyAccountID>"
		  "</LoyaltyProgram></LoyaltyAccount>"),
		SAID " loyalty=634000/verified 20.00 THB" },
	/* NCR: keyed by hand; a household is several people. */
	{ OPEN RETAIL(
		  TOTAL "<LineItem EntryMethod='Keyed'><a:LoyaltyMembership>"
			"<a:LoyaltyID Type='Card'>77</a:LoyaltyID>"
			"<a:LoyaltyID Type='Household'>8</a:LoyaltyID>"
			"<a:MembershipID>0000</a:MembershipID>"
			"<a:HouseholdID>9</a:HouseholdID>"
			"</a:LoyaltyMembership></LineItem>"),
		SAID " loyalty=77/asserted 19.90 BRL" },
	/* No total: the lines say it. One is void, one comes back. */
	{ OPEN RETAIL("<LineItem><Sale><ExtendedAmount>0.10</ExtendedAmount>"
		      "</Sale></LineItem><LineItem VoidFlag='true'><Sale>"
		      "<ExtendedAmount>5</ExtendedAmount></Sale></LineItem>"
		      "<LineItem><Return><ExtendedAmount>0.30</ExtendedAmount>"
		      "</Return></LineItem><LineItem><Tender><Amount>7</Amount>"
		      "</Tender></LineItem>"),
		"refund \"RetailTransaction\" " ID " 0.20 BRL back" },
	/* What did not happen, or is about no shopper. */
	{ OPEN T("CancelFlag='true'", TOTAL) T("TrainingModeFlag='1'", TOTAL) T(
		  "SuspendFlag='true'", "") T("", "<TenderControlTransaction/>")
			T("", "<ControlTransaction><SignOn/>"
			      "</ControlTransaction>") T("",
				"<RetailTransaction TransactionStatus='Voided'>"
				"</RetailTransaction>"),
		"" },
	{ OPEN T("", "<CustomerOrderTransaction/>"),
		"unknown \"CustomerOrderTransaction\" " ID },
	/* Bad ones are told and stop nothing. */
	{ OPEN "<Transaction><Total>1</Total></Transaction>" RETAIL(
		  "<Total>1,00.0</Total>") RETAIL(TOTAL),
		"refused: expected SequenceNumber or TransactionID\n"
		"refused: expected Total to be an amount like 119.90\n" SAID
		" 19.90 BRL" },
	{ OPEN RETAIL(TOTAL) "<Transaction>" HEAD "</Trans",
		SAID " 19.90 BRL\nrefused: expected well-formed XML: no end" },
	{ OPEN RETAIL(TOTAL) "<Transaction>&nbsp;</Transaction>" RETAIL(TOTAL),
		SAID " 19.90 BRL\nrefused: expected well-formed XML: undefined "
		     "entity" },
	/* Other keys, where there is no number. */
	{ "<D><Transaction><BusinessUnit><UnitID>5</UnitID></BusinessUnit>"
	  "<TransactionID>T-1</TransactionID><BeginDateTime>"
	  "2026-11-23T10:41:00.3033333+03:00</BeginDateTime>"
	  "<RetailTransaction><Total>1</Total></RetailTransaction>"
	  "</Transaction></D>",
		"order \"RetailTransaction\" id=5/T-1 "
		"at=2026-11-23T07:41:00.303333Z 1 BRL" },
	{ OPEN "</POSLog>", "" },
	{ OPEN, "" },
	{ OPEN "</POSLoI>", "1 expected well-formed XML: mismatched tag" },
	{ "", "1 expected POSLog, XML of Transactions" },
	{ "<html><p>x</p></html>", "1 expected POSLog, XML of Transactions" },
	{ "name=x", "1 expected well-formed XML: not well-formed (invalid "
		    "token)" },
	{ "<!DOCTYPE POSLog [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]>"
	  "<POSLog>&b;</POSLog>",
		"1 expected XML without a document type" },
	{ "<!DOCTYPE POSLog SYSTEM 'file:///etc/passwd'><POSLog/>",
		"1 expected XML without a document type" },
};

START_TEST(what_a_file_says)
{
	ck_assert_str_eq(say(rows[_i].body), rows[_i].said);
}
END_TEST

/* Cut anywhere, the pieces say what the whole says; and what was taken of
 * each says it alone, which is what is kept of it. */
START_TEST(pieces_say_what_the_whole_says)
{
	struct span all = span_of(rows[_i].body);

	for (size_t step = 1; step < all.len; step += step < 60 ? 7 : 101) {
		struct feed feed = { .arena = a };
		struct events events = { 0 };
		struct err e = { 0 };
		char *alone = arena_printf(a, "%s", "");
		size_t taken = 0, there = 0;
		bool good = true;

		while (good && !feed.last) {
			struct span piece;
			const char *part;
			size_t before = events.count;

			there = there + step < all.len ? there + step : all.len;
			piece = (struct span){ all.data + taken,
				there - taken };
			feed.last = there == all.len;
			feed.used = 0;
			good = channel_poslog.feed(
				a, &feed, piece, &conf, &events, &e);
			taken += feed.used;
			if (!good || events.count == before)
				continue;
			part = say_by(&conf, feed_taken(a, &feed, piece));
			alone = arena_printf(
				a, "%s%s%s", alone, *alone ? "\n" : "", part);
		}
		ck_assert_str_eq(
			good ? say_events(a, &events)
			     : arena_printf(a, "%d %s", e.code, e.text),
			rows[_i].said);
		if (good) {
			ck_assert_uint_eq(taken, all.len);
			ck_assert_str_eq(alone, rows[_i].said);
		}
	}
}
END_TEST

START_TEST(lines_are_those_of_the_file)
{
	const char *body = OPEN "<!--\n-->" RETAIL(TOTAL)
		RETAIL(TOTAL) "\r\n<Transaction/>\n<Transaction>\n";
	struct span all = span_of(body);

	for (size_t step = 40; step <= all.len; step += 37) {
		struct feed feed = { .arena = a };
		struct events events = { 0 };
		struct err e = { 0 };
		size_t taken = 0, there = 0;

		while (!feed.last) {
			there = there + step < all.len ? there + step : all.len;
			feed.last = there == all.len;
			feed.used = 0;
			ck_assert(channel_poslog.feed(a, &feed,
				(struct span){ body + taken, there - taken },
				&conf, &events, &e));
			taken += feed.used;
		}
		ck_assert_uint_eq(events.count, 4);
		ck_assert_uint_eq(events.items[0].line, 4);
		ck_assert_uint_eq(events.items[1].line, 5);
		ck_assert_uint_eq(events.items[2].line, 7);
		ck_assert_uint_eq(events.items[3].line, 8);
	}
}
END_TEST

START_TEST(what_is_kept_of_a_receipt)
{
	struct inbound in = { .method = "POST",
		.body = span_of(OPEN RETAIL(TOTAL
			"<ReceiptNumber>R9</ReceiptNumber><LineItem><Sale>"
			"<POSIdentity><POSItemID>0123</POSItemID>"
			"</POSIdentity><ItemID>CA7</ItemID>"
			"<Description>Caf&#233; &amp; p&#227;o"
			"</Description><Quantity>2</Quantity>"
			"<RegularSalesUnitPrice>12345678901234567.10"
			"</RegularSalesUnitPrice></Sale></LineItem>"
			"<LineItem><Return><ItemID>CB8</ItemID>"
			"<Quantity>1</Quantity></Return></LineItem>"
			"<LoyaltyAccountID>4</LoyaltyAccountID>")) };
	struct events events = { 0 };
	struct err e = { 0 };
	const struct event *ev;

	ck_assert(channel_poslog.parse(a, &in, &conf, &events, &e));
	ev = events.items;
	ck_assert_str_eq(json_write(a, ev->purchase->lines),
		"[{\"name\":\"Café & pão\",\"price\":\"12345678901234567.10\","
		"\"quantity\":\"2\",\"sku\":\"0123\"},"
		"{\"quantity\":\"-1\",\"sku\":\"CB8\"}]");
	ck_assert_str_eq(json_write(a, ev->body),
		"{\"accounts\":[{\"id\":\"4\",\"type\":\"LoyaltyAccountID\"}],"
		"\"receipt_id\":\"R9\",\"store\":\"12\",\"terminal\":\"3\"}");
	ck_assert_str_eq(span_text(a, ev->purchase->id), "R9");
}
END_TEST

START_TEST(settings_say_who_is_a_person)
{
	static const char *list[] = { "LoyaltyAccountID", "LoyaltyID/Gold",
		NULL };
	struct conf own = conf;
	const char *body = OPEN RETAIL(
		TOTAL "<LoyaltyAccount><CustomerID>C-7</CustomerID>"
		      "<LoyaltyAccountID>4</LoyaltyAccountID>"
		      "<LoyaltyID Type='Gold'>5</LoyaltyID>"
		      "<LoyaltyID Type='Tin'>6</LoyaltyID>"
		      "<MembershipID>7</MembershipID></LoyaltyAccount>");

	own.loyalty = list;
	own.customer = "user_id";
	ck_assert_str_eq(say_by(&own, span_of(body)),
		SAID " user_id=C-7/verified loyalty=4/verified "
		     "loyalty=5/verified 19.90 BRL");
}
END_TEST

START_TEST(what_is_too_much_is_refused)
{
	char *deep = arena_printf(a, "%s", OPEN RETAIL(TOTAL) "<Transaction>");
	char *wide = arena_alloc(a, 70000);

	for (int i = 0; i < 70; i++)
		deep = arena_printf(a, "%s<a>", deep);
	ck_assert_str_eq(say(deep),
		SAID " 19.90 BRL\n"
		     "refused: expected at most 64 elements inside each other");
	/* A text is cut, between two characters, and a name is none. */
	for (int i = 0; i < 3000; i += 2)
		memcpy(wide + i, "\xc3\xa9", 2);
	ck_assert_msg(
		span_starts(span_of(say(arena_printf(a,
				    OPEN "<Transaction>"
					 "<TransactionID>x%s</TransactionID>"
					 "<RetailTransaction><Total>1</Total>"
					 "</RetailTransaction></Transaction>",
				    wide))),
			"order \"RetailTransaction\" id=/xé"),
		"cut");
	for (int i = 0; i < 69000; i++)
		wide[i] = ' ';
	ck_assert_str_eq(say(arena_printf(a, OPEN "%s" RETAIL(TOTAL), wide)),
		"6 expected at most 65536 bytes before the first Transaction");
}
END_TEST

START_TEST(encodings)
{
	ck_assert_ptr_nonnull(strstr(
		say("<?xml version='1.0' encoding='ISO-8859-1'?><POSLog>"
		    "<Transaction><TransactionID>\xe9</TransactionID>"
		    "<RetailTransaction><Total>1</Total></RetailTransaction>"
		    "</Transaction></POSLog>"),
		"id=/é"));
}
END_TEST

START_TEST(keys_and_settings)
{
	struct inbound in = { .method = "POST" };
	struct header h = { span_of("Authorization"), span_of("Bearer k1") };
	struct conf own = conf;
	struct err e = { 0 };

	ck_assert(!channel_poslog.verify(&in, &conf, &e));
	ck_assert_int_eq(e.code, ERR_AUTH);
	in.headers = &h;
	in.header_count = 1;
	ck_assert(channel_poslog.verify(&in, &conf, &e));
	ck_assert(channel_poslog.check(&own, &e));
	own.zone = "here";
	ck_assert(!channel_poslog.check(&own, &e));
	assert_keeps(a, &channel_poslog, "/v1/channels/tills", OPEN "</POSLog>",
		&conf);
}
END_TEST

START_TEST(the_standards_example)
{
	struct span body =
		say_recorded(a, "pos_poslog/ixretail_2005_item_purchase.xml");

	if (body.len > 0)
		ck_assert_str_eq(say_by(&conf, body),
			"order id=HighStreet/POS5/2001-08-13/4294967295 "
			"at=2001-08-13T12:05:00Z 4.89 USD");
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("channels/poslog");
	TCase *t = tcase_create("poslog");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(
		t, what_a_file_says, 0, (int)(sizeof(rows) / sizeof(*rows)));
	tcase_add_loop_test(t, pieces_say_what_the_whole_says, 0,
		(int)(sizeof(rows) / sizeof(*rows)));
	tcase_add_test(t, lines_are_those_of_the_file);
	tcase_add_test(t, what_is_kept_of_a_receipt);
	tcase_add_test(t, settings_say_who_is_a_person);
	tcase_add_test(t, what_is_too_much_is_refused);
	tcase_add_test(t, encodings);
	tcase_add_test(t, keys_and_settings);
	tcase_add_test(t, the_standards_example);
	suite_add_tcase(s, t);
	return s;
}
