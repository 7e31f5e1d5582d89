#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# unifyctl verify finds no difference after the story, and finds and names a
# hand-made corruption of each table (invariant 4); unifyctl replay mends it.
set -u
cd "$(dirname "$0")/../.." || exit 1
build=${BUILD:-build}
state=$(mktemp -d "${TMPDIR:-/tmp}/unifyd-verify.XXXXXX")
chmod 755 "$state"
bin=$(find /usr/lib/postgresql -maxdepth 2 -name bin | sort -V | tail -n 1)
as=
if [ "$(id -u)" -eq 0 ]; then
	as='setpriv --reuid=postgres --regid=postgres --clear-groups'
fi
checks=0
bad=0

pg() { # pg_ctl's arguments
	(cd / && $as "$bin/pg_ctl" -D "$(cat "$state/cluster")/data" "$@" \
		>/dev/null 2>&1)
}

finish() {
	pg -m immediate stop
	rm -rf "$(cat "$state/cluster")" "$state"
}
trap finish EXIT

expect() { # what, want, got
	checks=$((checks + 1))
	[ "$2" = "$3" ] && return
	bad=$((bad + 1))
	echo "verify: $1: want '$2', got '$3'"
}

LIVE_ONCE=1 STATE="$state" PORT=18460 sh tests/tools/live.sh "$build" \
	>"$state/out" 2>&1 || cat "$state/out"
PGHOST=$(cat "$state/cluster")
PGUSER=unifyd
export PGHOST PGUSER
pg -w -o "-k $PGHOST -c listen_addresses= -F" start

# Each on a copy of its own.
copy() {
	dropdb --if-exists copy 2>/dev/null
	createdb -T postgres copy
	sed 's/dbname=postgres/dbname=copy/' "$state/unifyd.conf" \
		>"$state/copy.conf"
}

ctl() {
	"$build/unifyctl" --config "$state/copy.conf" "$@" 2>&1
}

copy
expect 'after the story' '10 events, no difference' \
	"$(ctl verify | tail -n 1)"
good=$(ctl profile export --digest)

corrupt() { # what verify must name, SQL
	copy
	psql -X -q -d copy -c "$2" || bad=$((bad + 1))
	found=$(ctl verify | tail -n 1)
	expect "$2" "different: $1" "$(echo "$found" |
		grep -o "^different: $1" || echo "$found")"
	ctl replay >/dev/null
	expect "$2, replayed" '10 events, no difference' \
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

echo "$(((checks - bad) * 100 / checks))%: Checks: $checks, Failures: $bad, Errors: 0"
[ "$bad" -eq 0 ]
