#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The reading side: records, events, heirs and lookup, over rows written by
# hand into a real PostgreSQL. Invariant 5: the order in which rows came, and
# the plan that reads them, change no byte.
set -u
cd "$(dirname "$0")/../.." || exit 1
if [ -z "${UNIFYD_TEST_PG:-}" ]; then
	UNIFYD_TEST_PG=1 exec sh tests/tools/pg.sh sh "$0"
fi
checks=0
bad=0

ask() {
	psql -X -q -A -t -v ON_ERROR_STOP=1 -c "$1" 2>&1
}

expect() { # what, want, got
	checks=$((checks + 1))
	[ "$2" = "$3" ] && return
	bad=$((bad + 1))
	echo "profile: $1: want '$2', got '$3'"
}

prepare() { # name: the statement of sql/query/profile_NAME.sql, as q
	echo "PREPARE q AS"
	cat "sql/query/profile_$1.sql"
	echo ";"
}

run() { # name, arguments, what to select of its rows a, b, c (default: a)
	case $1 in
	heirs) columns=a ;;
	lookup) columns=a,b,c ;;
	*) columns=a,b ;;
	esac
	ask "$(prepare "$1") CREATE TEMP TABLE got ($columns) AS EXECUTE q ($2);
		SELECT ${3:-a} FROM got"
}

# What a GET answers, which is made otherwise than a page of records and must be
# the same to the byte.
single() { # SQL of identifiers, settings
	ask "$1" | PGOPTIONS="${2:-}" "${BUILD:-build}/tests/store/profile_tool" \
		"dbname=$PGDATABASE" 2>&1
}
founders_of='SELECT identifier FROM live.identifier
	WHERE identifier = founder AND NOT shared ORDER BY 1'

get() { # identifier, path into the record
	run record "i($1), NULL, 1, false" "a::jsonb #> '{$2}'"
}

ends() { # ids on the lines of stdin: the last digits of each, on one line
	sed 's/.*\(..\)$/\1/' | tr '\n' ' '
}

createdb profile_test
export PGDATABASE=profile_test
for file in sql/schema/*.sql; do
	expect "$file" '' "$(psql -X -q -1 -v ON_ERROR_STOP=1 -f "$file" 2>&1)"
done

# Identifiers, touchpoints, events and purchases are told apart by a digit.
# Ana holds 1, 2 and 3, which merged; Bia holds 4 and 5; 6 is alone and has
# no stay; 9 is the tablet of a store. Touchpoint 5 names 1 beside 4, and
# the link between the two is held.
expect 'the world' '' "$(ask "
CREATE FUNCTION i(n integer) RETURNS uuid IMMUTABLE LANGUAGE sql AS \$\$
	SELECT ('00000000-0000-8000-8000-1' || lpad(n::text, 11, '0'))::uuid \$\$;
CREATE FUNCTION t(n integer) RETURNS uuid IMMUTABLE LANGUAGE sql AS \$\$
	SELECT ('00000000-0000-8000-8000-2' || lpad(n::text, 11, '0'))::uuid \$\$;
CREATE FUNCTION e(n integer) RETURNS uuid IMMUTABLE LANGUAGE sql AS \$\$
	SELECT ('00000000-0000-8000-8000-e' || lpad(n::text, 11, '0'))::uuid \$\$;
CREATE FUNCTION p(n integer) RETURNS uuid IMMUTABLE LANGUAGE sql AS \$\$
	SELECT ('00000000-0000-8000-8000-b' || lpad(n::text, 11, '0'))::uuid \$\$;
CREATE TABLE journal_2026_01 PARTITION OF journal
	FOR VALUES FROM ('2026-01-01Z') TO ('2026-02-01Z');
INSERT INTO live.identifier VALUES
	(i(1), 'email', 'ana@example.com', '2026-01-01Z', i(1), false, 7),
	(i(2), 'phone', '+5511987654321', '2026-01-03Z', i(1), false, 7),
	(i(3), 'loyalty_card', '77', '2026-01-02Z', i(1), false, 5),
	(i(4), 'email', 'bia@example.com', '2026-01-05Z', i(4), false, 6),
	(i(5), 'user_id', 'bia', '2026-01-05Z', i(4), false, 6),
	(i(6), 'email', 'caio@example.com', '2026-01-06Z', i(6), false, 8),
	(i(9), 'device', 'tablet', '2026-01-01Z', i(9), true, 4);
INSERT INTO live.touchpoint VALUES
	(t(1), 'shop', 'web', array[i(1), i(9)]),
	(t(2), 'till', 'pos', array[i(2), i(3)]),
	(t(3), 'app', 'web', array[i(4), i(5), i(9)]),
	(t(4), 'shop', 'web', array[i(9)]),
	(t(5), 'shop', 'web', array[i(1), i(4)]),
	(t(6), 'crm', 'pos', array[i(1), i(2)]);
INSERT INTO live.member SELECT unnest(identifiers), touchpoint
	FROM live.touchpoint;
INSERT INTO live.stay VALUES
	(t(1), 0, i(1), '2026-01-01Z', '2026-01-10Z', 3, '{1,1}', 7),
	(t(1), 1, i(1), '2026-06-01Z', '2026-06-02 10:00:00.5Z', 2, '{3,1}', 12),
	(t(2), 0, i(3), '2026-01-02Z', '2026-01-20Z', 3, '{2,3}', 5),
	(t(3), 0, i(5), '2026-01-05Z', '2026-01-08Z', 2, '{1,3,1}', 6),
	(t(4), 0, i(9), '2026-01-01Z', '2026-06-30Z', 9, '{1}', 99),
	(t(5), 0, i(4), '2026-01-07Z', '2026-01-07Z', 1, '{3,1}', 6),
	(t(6), 0, i(1), '2026-01-03Z', '2026-01-03Z', 1, '{1,1}', 7);
INSERT INTO live.trait VALUES
	(t(1), 0, 'name', '\"Ana\"', '2026-01-10Z', e(13)),
	(t(2), 0, 'name', '\"Ana Maria\"', '2026-01-20Z', e(23)),
	(t(6), 0, 'name', '\"A.\"', '2026-01-03Z', e(61)),
	(t(1), 0, 'points', '10.50', '2026-01-10Z', e(13)),
	(t(3), 0, 'name', '\"Bia\"', '2026-01-08Z', e(32)),
	(t(4), 0, 'name', '\"Nobody\"', '2026-06-30Z', e(41)),
	(t(5), 0, 'name', '\"B.\"', '2026-01-07Z', e(51)),
	(t(1), 0, 'cart/A', '{\"sku\": \"A\", \"quantity\": 1}', '2026-01-09Z', e(12)),
	(t(1), 1, 'cart/C', '{\"sku\": \"C\", \"quantity\": 2}', '2026-06-01Z', e(14)),
	(t(1), 1, 'cart/B', '{\"sku\": \"B\", \"price\": 1.10}', '2026-06-01Z', e(14)),
	(t(1), 0, 'cart/D', '{\"sku\": \"D\"}', '2026-01-09Z', e(12)),
	(t(1), 1, 'cart/D', '{\"sku\": \"D\", \"removed\": true}',
		'2026-06-01Z', e(14)),
	(t(2), 0, 'cart/', '{\"all\": true, \"removed\": true}',
		'2026-01-19Z', e(22)),
	(t(1), 0, 'cart/', '{\"all\": true, \"removed\": true}',
		'2026-01-08Z', e(19));
INSERT INTO live.spend VALUES
	(t(1), 0, p(1), false, 119.9, 'BRL', '2026-01-09Z', e(12)),
	(t(2), 0, p(1), false, 129.90, 'BRL', '2026-01-19Z', e(22)),
	(t(2), 0, p(2), false, 0.10, 'BRL', '2026-01-02Z', e(21)),
	(t(2), 0, p(3), true, 20.00, 'BRL', '2026-01-20Z', e(23)),
	(t(6), 0, p(4), false, 9007199254740993.01, 'EUR', '2026-01-03Z', e(61)),
	(t(1), 1, p(5), true, 5, 'EUR', '2026-06-01Z', e(14)),
	(t(3), 0, p(6), false, 1.00, 'BRL', '2026-01-08Z', e(32)),
	(t(4), 0, p(7), false, 1000000, 'BRL', '2026-06-30Z', e(41));
INSERT INTO journal SELECT t(n / 10), at::timestamptz, e(n), source, channel,
	type, at::timestamptz + interval '1 s', false, NULL, body::jsonb
FROM (VALUES
	(11, '2026-01-01Z', 'page', '{\"id\": \"x\", \"type\": \"page\", \"name\": \"Home\"}'),
	(12, '2026-01-09Z', 'order', '{\"purchase\": {\"id\": \"A-1\"}}'),
	(13, '2026-01-10Z', 'identify', '{\"traits\": {\"points\": 10.50}}'),
	(14, '2026-06-01Z', 'cart', '{\"body\": {\"cart\": []}}'),
	(15, '2026-06-02 10:00:00.5Z', 'page', NULL),
	(21, '2026-01-02Z', 'order', '{}'),
	(22, '2026-01-19Z', 'order', '{\"purchase\": {\"id\": \"A-1\"}}'),
	(23, '2026-01-20Z', 'refund', '{}'),
	(31, '2026-01-05Z', 'page', '{}'), (32, '2026-01-08Z', 'order', '{}'),
	(41, '2026-06-30Z', 'order', '{}'), (51, '2026-01-07Z', 'page', '{}'),
	(61, '2026-01-03Z', 'order', '{}')) AS given (n, at, type, body)
JOIN live.touchpoint ON touchpoint = t(n / 10)")"

# One profile, found by each of its identifiers.
expect 'the founder names it' '"00000000-0000-8000-8000-100000000001"' \
	"$(get 1 id)"
expect 'one record, by any identifier' 1 "$(
	for n in 1 2 3; do run record "i($n), NULL, 1, false"; done |
		sort -u | wc -l)"
expect 'an unknown id' '' "$(run record 'i(8), NULL, 1, false')"
expect 'the record' 'channels commerce id identifiers last_events traits version' \
	"$(run record 'i(1), NULL, 1, false' "(SELECT string_agg(k, ' ' ORDER BY k)
		FROM jsonb_object_keys(a::jsonb) k)")"
expect 'version' 12 "$(get 1 version)"

# Identifiers: the best evidence of the profile's own stays; what is shared
# is marked and comes last; what another profile holds is not there.
identifiers() {
	run record "i($1), NULL, 1, false" "concat_ws(' ', j->>'kind',
		j->>'assurance', j->>'first_seen', j->>'last_seen',
		j->>'sources', j->>'shared') FROM (
		SELECT jsonb_array_elements(a::jsonb->'identifiers') AS j
		FROM got) x --"
}
expect 'identifiers' 'email verified 2026-01-01T00:00:00Z 2026-06-02T10:00:00.5Z ["crm", "shop"] false
loyalty_card verified 2026-01-02T00:00:00Z 2026-01-20T00:00:00Z ["till"] false
phone attested 2026-01-03T00:00:00Z 2026-01-20T00:00:00Z ["crm", "till"] false
device asserted 2026-01-01T00:00:00Z 2026-06-02T10:00:00.5Z ["shop"] true' \
	"$(identifiers 3)"
expect 'identifiers beside a held link' 'email asserted 2026-01-05T00:00:00Z 2026-01-08T00:00:00Z ["app", "shop"] false
user_id verified 2026-01-05T00:00:00Z 2026-01-08T00:00:00Z ["app"] false
device asserted 2026-01-05T00:00:00Z 2026-01-08T00:00:00Z ["app"] true' \
	"$(identifiers 4)"
expect 'no stay of its own' \
	'{"id": "00000000-0000-8000-8000-100000000006", "traits": {}, "version": 8, "channels": {}, "commerce": {"cart": [], "currencies": {}, "last_order": null}, "identifiers": [{"id": "00000000-0000-8000-8000-100000000006", "kind": "email", "value": "caio@example.com", "shared": false, "sources": [], "assurance": null, "last_seen": "2026-01-06T00:00:00Z", "first_seen": "2026-01-06T00:00:00Z"}], "last_events": []}' \
	"$(run record 'i(6), NULL, 1, false')"

# A shared identifier is nobody's: it answers with those who touched it.
expect 'no record of a shared one' '' "$(run record 'i(9), NULL, 1, false')"
expect 'heirs' "\"00000000-0000-8000-8000-100000000001\", \"00000000-0000-8000-8000-100000000004\"" \
	"$(run heirs 'i(9)' "trim('[]' FROM (a::jsonb->'heirs')::text)")"
expect 'heirs of one that is not shared' '' "$(run heirs 'i(1)')"

expect 'traits' '{"name": {"at": "2026-01-20T00:00:00Z", "value": "Ana Maria", "others": [{"at": "2026-01-10T00:00:00Z", "value": "Ana", "source": "shop"}, {"at": "2026-01-03T00:00:00Z", "value": "A.", "source": "crm"}], "source": "till"}, "points": {"at": "2026-01-10T00:00:00Z", "value": 10.50, "others": [], "source": "shop"}}' \
	"$(get 1 traits)"
expect 'a shared device brings no traits' '"Bia"' "$(get 4 traits,name,value)"
expect 'channels' '{"pos": {"last": "2026-01-20T00:00:00Z", "count": 4, "first": "2026-01-02T00:00:00Z"}, "web": {"last": "2026-06-02T10:00:00.5Z", "count": 5, "first": "2026-01-01T00:00:00Z"}}' \
	"$(get 1 channels)"

# One order was reported by two touchpoints: the later word counts, once.
expect 'currencies' '{"BRL": {"spend": "130.00", "orders": 2, "refunds": "20.00"}, "EUR": {"spend": "9007199254740993.01", "orders": 1, "refunds": "5"}}' \
	"$(get 1 commerce,currencies)"
expect 'last order' '"A-1" "2026-01-19T00:00:00Z" "129.90" "BRL"' \
	"$(for part in id at amount currency; do
		get 1 "commerce,last_order,$part"; done | paste -sd ' ')"
expect 'the cart is what came after it was emptied' '[{"sku": "B", "price": 1.10}, {"sku": "C", "quantity": 2}]' \
	"$(get 1 commerce,cart)"

# Events.
events() { # arguments of profile_events after the identifier
	run events "i(2), $1" b | ends
}
all='15 14 23 22 13 12 61 21 11 '
expect 'newest first' "$all" "$(events 'NULL, NULL, NULL, NULL, 100')"
expect 'a first page' '15 14 23 22 ' "$(events 'NULL, NULL, NULL, NULL, 4')"
expect 'of a channel' '23 22 61 21 ' "$(events "NULL, NULL, 'pos', NULL, 9")"
expect 'of a type' '22 12 ' "$(events "NULL, NULL, NULL, 'order', 2")"
expect 'before an event' '13 12 ' \
	"$(events "'2026-01-10T00:00:00Z', e(14), NULL, NULL, 2")"
expect 'of nobody' '' "$(run events 'i(9), NULL, NULL, NULL, NULL, 9')"
expect 'an event' '"00000000-0000-8000-8000-e00000000011" "Home" "page" "shop" "web" "2026-01-01T00:00:00Z" "2026-01-01T00:00:01Z"' \
	"$(run events "i(1), '2026-01-01 00:00:00.1Z', e(1), NULL, NULL, 9" \
	"concat_ws(' ', e->'id', e->'name', e->'type', e->'source',
		e->'channel', e->'occurred_at', e->'received_at')
	FROM (SELECT a::jsonb AS e FROM got) x --")"
expect 'an event whose body is gone' '"00000000-0000-8000-8000-e00000000015"' \
	"$(get 1 last_events,0,id)"
last_events() {
	run record "i($1), NULL, 1, false" "e->>'id' FROM (
		SELECT jsonb_array_elements(a::jsonb->'last_events') AS e
		FROM got) x --"
}
expect 'last events' "$all" "$(last_events 1 | ends)"

# Paging with the cursor that each row carries sees every event once, though
# several share one time; and the ten newest are those of the record.
expect 'ties' '' "$(ask "
	INSERT INTO live.identifier VALUES
		(i(100), 'email', 'tie@example.com', '2026-03-01Z', i(100), false, 1);
	INSERT INTO live.touchpoint SELECT t(n), 's', 'web', array[i(100)]
		FROM generate_series(100, 130) n;
	INSERT INTO live.stay SELECT t(n), 0, i(100), '2026-03-01Z',
		'2026-03-02Z', 2, '{1}', 1 FROM generate_series(100, 130) n;
	INSERT INTO journal SELECT t(n), at, e(n * 37 % 1000 * 10 + day), 's',
		'web', 'page', at, false, NULL, '{}'
	FROM generate_series(100, 130) n, (VALUES (1, '2026-03-01Z'::timestamptz),
		(2, '2026-03-02Z')) AS days (day, at);
	INSERT INTO live.trait VALUES (t(100), 0, 'cart/Z', '{\"sku\": \"Z\"}',
		'2026-03-01Z', e(1))")"
expect 'a cart before any order' '[{"sku": "Z"}]' "$(get 100 commerce,cart)"
# The cart begins anew with the lines of the event that says so: others of
# the same instant are out, whatever their ids.
expect 'a cart is viewed' '' "$(ask "
	INSERT INTO live.trait
	SELECT t(n), 0, 'cart/' || sku, '{\"sku\": \"X\"}', at::timestamptz, e(n)
	FROM (VALUES (101, 'A', '2026-03-01 00:00:01Z'),
		(102, 'B', '2026-03-01 00:00:02Z'),
		(103, '', '2026-03-01 00:00:02Z'),
		(103, 'C', '2026-03-01 00:00:02Z'),
		(104, 'D', '2026-03-01 00:00:02Z'),
		(105, 'E', '2026-03-01 00:00:03Z')) AS given (n, sku, at);
	UPDATE live.trait SET value = jsonb_build_object('sku', substr(name, 6))
	WHERE name LIKE 'cart/%' AND touchpoint > t(100)")"
expect 'a cart that begins anew' '[{"sku": "C"}, {"sku": "E"}]' \
	"$(get 100 commerce,cart)"
last=NULL,NULL
pages=
for _ in 1 2 3 4 5 6 7 8 9; do # 62 events, 7 a page
	page=$(run events "i(100), $last, NULL, NULL, 7" b)
	pages="$pages$page
"
	last=$(echo "$page" | tail -n 1 | sed "s/\(.*\),\(.*\)/'\1','\2'/")
done
expect 'pages' "$(run events 'i(100), NULL, NULL, NULL, NULL, 100' b)
" "$pages"
expect 'every event once' 62 "$(printf %s "$pages" | sort -u | wc -l)"
expect 'the ten newest' "$(printf %s "$pages" | head -n 10 | cut -d , -f 2)" \
	"$(last_events 100)"

# Profiles by chance, of identifiers, touchpoints and events from 20000 on: many
# stays, that end at the same times; others' identifiers that are shared; tenures,
# which no touchpoint names; words of all kinds.
expect 'a world of chance' '' "$(ask "
	SELECT setseed(0.5);
	CREATE FUNCTION at() RETURNS timestamptz VOLATILE LANGUAGE sql AS \$\$
		SELECT '2025-12-01Z'::timestamptz + floor(random() * 40) *
			interval '1 day' + (ARRAY['0', '0.5 s', '12.345678 s',
			'1 h'])[ceil(random() * 4)]::interval \$\$;
	INSERT INTO live.identifier (identifier, kind, value, first_seen,
		founder, shared, number, base, until)
	SELECT i(20000 + n), (ARRAY['email', 'user_id', 'x'])[n % 3 + 1],
		E'\\x01 \\\"\\\\ / \\b\\f\\n\\r\\t\\x7f é😀' || n % 20, at(),
		i(20000 + CASE WHEN n % 6 > 3 AND n % 4 = 0 THEN n
			ELSE n / 6 * 6 END),
		n % 6 > 3 AND n % 4 = 0, n * 37 % 100,
		CASE WHEN n % 5 = 1 THEN i(20000 + n - 1) END,
		CASE WHEN n % 7 = 1 THEN at() END
	FROM generate_series(0, 59) AS n;
	INSERT INTO live.touchpoint
	SELECT t(20000 + n), (ARRAY['shop', 'A', 'é', 'till'])[n % 4 + 1],
		(ARRAY['web', 'pos', 'email', 'b'])[n % 3 + 1],
		(SELECT array_agg(identifier ORDER BY k)
			FROM generate_series(0, n % 5) AS k
			JOIN live.identifier ON base IS NULL AND
				identifier = i(20000 + (n * 7 + k * k * 11) % 60))
	FROM generate_series(0, 119) AS n WHERE n * 7 % 5 <> 1;
	CREATE TEMP TABLE given AS SELECT touchpoint, stay, identifiers, at() AS
		first_at, at() AS last_at
	FROM live.touchpoint, generate_series(0, 2) AS stay
	WHERE touchpoint >= t(20000);
	INSERT INTO live.stay
	SELECT touchpoint, stay, (SELECT identifier FROM live.identifier
			WHERE identifier = identifiers[stay + 1] AND NOT shared),
		least(first_at, last_at), greatest(first_at, last_at),
		floor(random() * 100), (SELECT array_agg((stay + k) % 3 + 1)
			FROM generate_subscripts(identifiers, 1) AS k),
		floor(random() * 100)
	FROM given;
	INSERT INTO live.trait
	SELECT touchpoint, stay, name,
		CASE WHEN name LIKE 'cart/%' AND random() < 0.2
			THEN '{\"removed\": true}'
		ELSE (ARRAY['\"\\\\u0001\\\"\\\\u00e9\"', 'null', '1.50', '[1, {}]',
			'{\"sku\": \"x\", \"removed\": false}', 'true',
			'[]'])[ceil(random() * 7)]::jsonb END,
		at(), e(20000 + (right(touchpoint::text, 3)::int * 3 + stay) * 2
			+ (random() > 0.5)::int)
	FROM given, unnest(ARRAY['name', 'n', 'given name', 'é', 'z\"', 'cart/',
		'cart/A', 'cart/AA', 'cart/B', 'carts']) AS name
	WHERE random() < 0.3;
	INSERT INTO journal
	SELECT touchpoint, at, e(30000 + (row_number() OVER ())::int), 's', 'web',
		'page', at, false, NULL, (ARRAY[NULL, '{\"name\": \"a\\\"b\"}',
			'{\"name\": null}', '{\"purchase\": {\"id\": 5}}',
			'{\"purchase\": {\"id\": \"é\"}, \"name\": [1]}'])
			[ceil(random() * 5)]::jsonb
	FROM (SELECT touchpoint, first_at AS at FROM live.stay
		UNION SELECT touchpoint, last_at FROM live.stay
		UNION SELECT touchpoint, at() FROM live.stay) AS x
	WHERE touchpoint >= t(20000);
	INSERT INTO live.spend
	SELECT DISTINCT ON (1, 2, 3) touchpoint, stay,
		p(20000 + (right(event::text, 5)::int) % 97), random() < 0.3,
		(ARRAY['0.10', '119.9', '-500.05', '9007199254740993.01', '0',
			'99999999999999999999999999999999'])
			[ceil(random() * 6)]::numeric,
		(ARRAY['BRL', 'EUR', 'X', 'é'])[ceil(random() * 4)],
		occurred_at, event
	FROM journal JOIN live.stay USING (touchpoint)
	WHERE touchpoint >= t(20000) AND random() < 0.5" | grep -v '^ *$')"
expect 'a GET of each' "$(run record 'NULL, NULL, 1000, false')" \
	"$(single "$founders_of")"
expect 'of any identifier, and of none' "$(single 'VALUES (i(1))')
$(single 'VALUES (i(1))')
none
none" "$(single 'VALUES (i(2)), (i(3)), (i(8)), (i(9))')"
# A hundred at once are a few statements.
asked='SELECT i(20000 + n % 50) FROM generate_series(0, 99) AS n'
statements() {
	grep -c "LOG:  execute .*: -- What profiles' records are made of" \
		"$PGHOST/data/log"
}
before=$(statements)
expect 'a hundred' 100 "$(single "$asked" '-c log_statement=all' | wc -l)"
expect 'few statements' t "$([ "$(statements)" -gt "$before" ] &&
	[ "$(statements)" -lt $((before + 10)) ] && echo t)"

# Those that are read together: one whose content fails does not fail the others,
# and each is answered who asked, though several ask for one.
expect 'one that fails' '' "$(ask "INSERT INTO live.trait VALUES
	(t(3), 0, 'cart/X', '{\"removed\": \"maybe\"}', '2026-01-05Z', e(31))")"
asked="SELECT (ARRAY[i(6), i(4), i(1), i(2), i(20000)])[n % 5 + 1]
	FROM generate_series(0, 99) AS n"
expect 'the others' "$(for _ in $(seq 20); do
	single 'VALUES (i(6))'
	echo failed
	single 'VALUES (i(1)), (i(1)), (i(20000))'
done)" "$(single "$asked")"
expect 'it is mended' '' "$(ask "DELETE FROM live.trait WHERE name = 'cart/X'")"

# Lists.
expect 'lookup' '3|1|f
9||t' "$(run lookup 'array[i(9), i(8), i(3), i(9)]' \
	'right(a::text, 1), right(b::text, 1), c' | sort)"
expect 'lookup of nothing' '' "$(run lookup "'{}'")"
founders() {
	run record "NULL, $1" b | ends
}
expect 'list' '01 04 06 00 ' "$(founders 'NULL, 4, false')"
expect 'list after' '04 06 ' "$(founders 'i(1), 2, false')"
expect 'list and get agree' "$(run record 'NULL, NULL, 1, false')" \
	"$(run record 'i(2), NULL, 1, false')"
expect 'for comparing, without the version' \
	"$(run record 'i(1), NULL, 1, false' "(a::jsonb - 'version')")" \
	"$(run record 'i(1), NULL, 1, true' 'a::jsonb')"

# Invariant 5: another order of arrival, other time zones, other plans.
everything() { # settings
	for call in 'record:NULL, NULL, 100, false' 'heirs:i(9)' \
		'events:i(1), NULL, NULL, NULL, NULL, 100' \
		'events:i(100), NULL, NULL, NULL, NULL, 100'; do
		ask "$1; $(prepare "${call%%:*}") EXECUTE q (${call#*:})"
	done
}
want=$(everything 'SET TimeZone = UTC')
gets=$(single "$founders_of")
for turn in 1 2 3; do
	ask "SELECT setseed(0.$turn)" >/dev/null
	for table in live.identifier live.member live.touchpoint live.stay \
		live.trait live.spend journal; do
		ask "SELECT setseed(0.$turn); CREATE TEMP TABLE old AS
			SELECT * FROM $table ORDER BY random();
			TRUNCATE $table; INSERT INTO $table SELECT * FROM old" \
			>/dev/null
	done
	expect "shuffled $turn" "$want" "$(everything 'SET TimeZone = UTC')"
	expect "GET, shuffled $turn" "$gets" "$(single "$founders_of")"
done
expect 'far away' "$want" "$(everything "SET TimeZone = 'Asia/Kathmandu';
	SET DateStyle = German")"
expect 'GET, far away' "$gets" "$(single "$founders_of" \
	'-c TimeZone=Asia/Kathmandu -c DateStyle=German')"
expect 'hashed' "$want" "$(everything 'SET enable_nestloop = off;
	SET enable_sort = off; SET enable_indexscan = off; SET jit = off')"
expect 'GET, hashed' "$gets" "$(single "$founders_of" '-c enable_nestloop=off
	-c enable_sort=off -c enable_indexscan=off')"

# At size every table of live and the journal is read by index, with plans
# made for the arguments and with plans made for any.
expect 'size' '' "$(ask "
	INSERT INTO live.identifier SELECT i(n), 'email', n || '@example.com',
		'2026-01-01Z', i(n / 2 * 2), false, 1 FROM generate_series(1000, 11000) n;
	INSERT INTO live.touchpoint SELECT t(n), 's', 'web', array[i(n)]
		FROM generate_series(1000, 11000) n;
	INSERT INTO live.member SELECT unnest(identifiers), touchpoint
		FROM live.touchpoint WHERE touchpoint >= t(1000);
	INSERT INTO live.stay SELECT t(n), 0, i(n), '2026-01-01Z', '2026-04-01Z',
		2, '{1}', 1 FROM generate_series(1000, 11000) n;
	INSERT INTO live.trait SELECT t(n), 0, 'name', '\"x\"', '2026-01-01Z', e(n)
		FROM generate_series(1000, 11000) n;
	INSERT INTO live.spend SELECT t(n), 0, p(n), false, 1, 'BRL',
		'2026-01-01Z', e(n) FROM generate_series(1000, 11000) n;
	INSERT INTO journal SELECT t(n), at, e(n), 's', 'web', 'page', at, false,
		NULL, '{}' FROM generate_series(1000, 11000) n,
		(VALUES ('2026-01-01Z'::timestamptz), ('2026-04-01Z')) AS x (at)")"

# Nothing is analyzed yet, as in the first minute of a new database: no table is
# joined whole.
latest="latest:array[t(5000)], array['2026-01-01Z'::timestamptz],
	array['2026-01-31Z'::timestamptz], array[NULL::uuid], '2026-01-01Z',
	'2026-01-31Z'"
for call in 'record:i(5000), NULL, 1, false' 'rows:array[i(5000)]' "$latest" \
	'events:i(5000), NULL, NULL, NULL, NULL, 20'; do
	plan=$(ask "SET enable_seqscan = off;
		SET plan_cache_mode = force_generic_plan;
		$(prepare "${call%%:*}") EXPLAIN EXECUTE q (${call#*:})")
	expect "plan of $call without statistics" 0 "$(echo "$plan" |
		grep -c 'Hash Join\|Merge Join\|^ERROR')"
done

expect 'analyze' '' "$(ask ANALYZE)"
for mode in custom generic; do
	for call in 'record:i(5000), NULL, 1, false' 'heirs:i(9)' \
		'record:NULL, i(5000), 20, false' \
		'record:NULL, NULL, 20, true' 'rows:array[i(5000)]' "$latest" 'lookup:array[i(5000), i(9)]' \
		'events:i(5000), NULL, NULL, NULL, NULL, 20' \
		"events:i(5000), '2026-03-01Z', e(1), 'web', 'page', 20"; do
		plan=$(ask "SET plan_cache_mode = force_${mode}_plan;
			$(prepare "${call%%:*}") EXPLAIN EXECUTE q (${call#*:})")
		expect "$mode plan of $call" 0 "$(echo "$plan" |
			grep -c 'Seq Scan on \|^ERROR')"
		expect "$mode plan of $call by index" t "$(echo "$plan" |
			grep -q 'Index' && echo t)"
	done
done
# Partitions that have nothing of it cost nothing, though the plan has them all.
plan=$(ask "SET plan_cache_mode = force_generic_plan; $(prepare latest)
	EXPLAIN EXECUTE q (${latest#*:})")
expect 'partitions that are not opened' 'Subplans Removed: 1' \
	"$(echo "$plan" | grep -o 'Subplans Removed.*')"

echo "$(((checks - bad) * 100 / checks))%: Checks: $checks, Failures: $bad, Errors: 0"
[ "$bad" -eq 0 ]
