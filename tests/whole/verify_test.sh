#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# unifyctl verify finds no difference after the story, and finds and names a
# hand-made corruption of each table (invariant 4); unifyctl replay mends it.
# shellcheck source=tests/whole/lib.sh
. "$(dirname "$0")/lib.sh"

live_once
use postgres
daemon_start
ana=$(value "SELECT identifier FROM live.identifier WHERE value = 'cliente-2041'")
browser=$(value "SELECT identifier FROM live.identifier
	WHERE value = 'b7f1c6de-browser-of-ana'")
expect 'a decision' 200 "$(status -X POST -d \
	"{\"identifiers\":[\"$browser\"],\"reason\":\"her sister's\"}" \
	-H "Authorization: Bearer $UNIFYD_STEWARD_KEY" \
	"$url/v1/profiles/$ana/split")"
daemon_stop TERM

# Each on a copy of its own.
copy() {
	dropdb --if-exists copy 2>/dev/null
	createdb -T postgres copy
	use copy
}

copy
expect 'after the story' '11 events, no difference' \
	"$(ctl verify | tail -n 1)"
good=$(ctl profile export --digest)

corrupt() { # what verify must name, SQL
	copy
	psql -X -q -c "$2" || bad=$((bad + 1))
	found=$(ctl verify | tail -n 1)
	expect "$2" "different: $1" "$(echo "$found" |
		grep -o "^different: $1" || echo "$found")"
	ctl replay >/dev/null
	expect "$2, replayed" '11 events, no difference' \
		"$(ctl verify | tail -n 1)"
	expect "$2, replayed" "$good" "$(ctl profile export --digest)"
}

corrupt stay 'UPDATE live.stay SET events = events + 1'
corrupt stay 'UPDATE live.stay SET owner = NULL'
corrupt 'stay: ' "INSERT INTO live.stay SELECT gen_random_uuid(), 1, NULL,
	now(), now(), 1, '{}', 1"
corrupt trait "UPDATE live.trait SET value = '1'"
corrupt trait 'DELETE FROM live.trait'
corrupt identifier 'UPDATE live.identifier SET founder = identifier'
corrupt identifier 'UPDATE live.identifier SET shared = NOT shared'
corrupt spend 'UPDATE live.spend SET amount = 1'
corrupt touchpoint "UPDATE live.touchpoint SET source = 'x'"
corrupt touchpoint 'DELETE FROM live.member'
corrupt 'member: ' 'INSERT INTO live.member
	SELECT gen_random_uuid(), gen_random_uuid()'
corrupt decision 'UPDATE live.decision SET same = NOT same'
corrupt decision 'UPDATE live.decision SET withdrawn = true'
corrupt decision "UPDATE live.decision SET reason = 'x'"
corrupt decision 'DELETE FROM live.decision'
corrupt decision 'DELETE FROM live.decided'
corrupt decision 'INSERT INTO live.decided
	SELECT gen_random_uuid(), gen_random_uuid()'
corrupt cut 'INSERT INTO live.cut SELECT gen_random_uuid(), now()'

# A replay of what is as it should be leaves all as it is: keys, indexes, and the
# numbers of rows.
made() {
	for table in identifier member touchpoint stay trait spend decided cut; do
		value "SELECT '$table', x::text FROM live.$table AS x ORDER BY 2"
	done
	value "SELECT to_jsonb(x) - 'number' FROM live.decision AS x ORDER BY 1"
	value "SELECT indexdef FROM pg_indexes WHERE schemaname = 'live'
		ORDER BY indexname"
	value "SELECT conrelid::regclass, conname, pg_get_constraintdef(oid)
		FROM pg_constraint WHERE connamespace = 'live'::regnamespace
		ORDER BY conrelid::regclass::text, conname"
	value "SELECT table_name, column_name, data_type, is_nullable,
		column_default FROM information_schema.columns
		WHERE table_schema = 'live' ORDER BY 1, 2"
}
copy
made >"$state/before"
ctl replay >/dev/null
made >"$state/after"
expect 'nothing else' '' "$(diff "$state/before" "$state/after")"
value 'UPDATE live.identifier SET number = 1, shared = NOT shared
	WHERE identifier = (SELECT identifier FROM live.identifier LIMIT 1)'
ctl replay >/dev/null
expect 'what changes has a new number' 1 "$(value "SELECT count(*)
	FROM live.identifier WHERE number > (SELECT max(number) FROM live.stay)")"

# One that is killed leaves nothing.
copy
made >"$state/before"
psql -X -q -c 'BEGIN; LOCK live.identifier IN ACCESS EXCLUSIVE MODE;
	SELECT pg_sleep(60)' >"$state/lock" 2>&1 &
lock=$!
until_true eval '[ "$(value "SELECT count(*) FROM pg_locks
	WHERE mode = '"'AccessExclusiveLock'"' AND granted
		AND relation = '"'live.identifier'"'::regclass")" = 1 ]'
"$build/unifyctl" --config "$conf" replay >"$state/killed" 2>&1 &
killed=$!
until_true eval '[ "$(value "SELECT count(*) FROM pg_stat_activity
	WHERE datname = current_database() AND wait_event_type = '"'Lock'"'")" -gt 0 ]'
kill -KILL "$killed"
wait "$killed" 2>/dev/null
value "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
	WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()" >/dev/null
wait "$lock"
until_true eval '[ "$(value "SELECT count(*) FROM pg_stat_activity
	WHERE datname = current_database()")" = 1 ]'
made >"$state/after"
expect 'killed' '' "$(diff "$state/before" "$state/after")"
expect 'nothing is left of it' 0 "$(value "SELECT count(*) FROM pg_namespace
	WHERE nspname = 'next'")"
expect 'again' 'replayed 11 events' "$(ctl replay)"

closing
