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

closing
