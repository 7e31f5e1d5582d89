#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The schema, applied to a real and empty PostgreSQL: it goes in as a whole,
# keeps to the rules of sql/README.md, and holds what it must hold.
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
	echo "schema: $1: want '$2', got '$3'"
}

for file in sql/schema/*.sql; do
	expect "$file" '' "$(psql -X -q -1 -v ON_ERROR_STOP=1 -f "$file" 2>&1)"
done

expect 'no foreign keys or triggers' 0 "$(ask "
	SELECT (SELECT count(*) FROM pg_constraint WHERE contype = 'f')
		+ (SELECT count(*) FROM pg_trigger)")"
expect 'no sequences' 0 "$(ask "
	SELECT count(*) FROM pg_class WHERE relkind = 'S'
		AND relnamespace IN ('public'::regnamespace,
			'live'::regnamespace)")"
expect 'every table has a primary key' '' "$(ask "
	SELECT relname FROM pg_class c WHERE relkind IN ('r', 'p')
		AND relnamespace IN ('public'::regnamespace,
			'live'::regnamespace)
		AND NOT EXISTS (SELECT FROM pg_index
			WHERE indrelid = c.oid AND indisprimary)")"

# Invariant 3: one (source, external id) is one event.
repeat="INSERT INTO seen SELECT '00000000-0000-8000-8000-000000000001',
	sha256('a'), '00000000-0000-8000-8000-000000000002'
	ON CONFLICT DO NOTHING RETURNING 'new'"
expect 'first is new' new "$(ask "$repeat")"
expect 'repeat is not' '' "$(ask "$repeat")"

expect 'digits stay as sent' '{"total": 119.90}' "$(ask "
	INSERT INTO journal SELECT event, '1999-01-01Z', event, 'web', 'web',
		'order', '2026-01-01Z', false, NULL, '{\"total\":119.90}'
		FROM seen RETURNING body")"
lists="INSERT INTO append SELECT event, '2026-01-01Z', array[event],
	array[]::timestamptz[], array[event] FROM seen"
expect 'lists of one length' 1 "$(ask "$lists" | grep -c 'append_check')"

# Every statement is one that PostgreSQL takes: those of a replay see its next
# generation, those of a reparse what it notes at its start.
for file in sql/query/*.sql; do
	case $(grep -v '^--' "$file" | head -n 1) in
	SELECT* | INSERT* | UPDATE* | DELETE* | WITH*) ;;
	*) continue ;; # CREATE and DROP cannot be prepared
	esac
	expect "$file is prepared" '' "$({
		sed 's/\<live\>/next/g' sql/schema/*_live*.sql
		grep -hv '^--' sql/query/migration_prepare.sql && echo ';'
		grep -hv '^--' sql/query/reparse_begin.sql && echo ';'
		echo 'PREPARE it AS' && cat "$file"
		echo '; ROLLBACK'
	} | psql -X -q -1 -v ON_ERROR_STOP=1 -f - 2>&1 >/dev/null |
		grep -v WARNING)"
done

# A replay swaps generations by renaming; readers by name see the new one.
expect 'generations swap' 0 "$(ask "
	BEGIN; ALTER SCHEMA live RENAME TO old; CREATE SCHEMA live;
	CREATE TABLE live.stay (LIKE old.stay INCLUDING ALL);
	DROP SCHEMA old CASCADE; COMMIT; SELECT count(*) FROM live.stay" |
	grep -v -i notice | tail -n 1)"

echo "$(((checks - bad) * 100 / checks))%: Checks: $checks, Failures: $bad, Errors: 0"
[ "$bad" -eq 0 ]
