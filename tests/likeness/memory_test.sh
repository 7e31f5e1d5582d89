#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the daemon remembers of likeness is what is stored. A key that too many
# have counts for nobody, and again when one gives it up; and who was compared
# once is compared as what he is known by now.
# shellcheck source=tests/likeness/daemon.sh
. "$(dirname "$0")/daemon.sh"

named() { # id, family name, when
	printf '{"id":"%s","version":"%s-%s","time":"2026-01-0%sT00:00:00Z",' \
		"$1" "$1" "$3" "$3"
	printf '"identifiers":{},"traits":{"given_name":"Jonathan",'
	printf '"family_name":"%s","gender":"m","employer":"Orbit Works"}}\n' "$2"
}

tell() { # of stdin
	events "$state/more" "${1:-1}"
	deliver "$state/more" || give_up 'not taken'
	until_true resolved
}

pairs() {
	value 'SELECT count(*) FROM live.alike'
}

likeness_configure US
database crowd
daemon_start
# By one key ten may be compared, and by the others fewer.
for id in 1 2 3 4 5 6 7 8 9 10 11; do
	named $id Featherstone 1
done | tell 20
expect 'too many of one name' 0 "$(pairs)"
named 12 Featherstone 1 | tell
expect 'one more changes nothing' 0 "$(pairs)"
expect 'verify' 0 "$(code ctl verify)"
named 12 Quill 2 | tell
named 11 Quill 2 | tell
expect 'few enough' t "$([ "$(pairs)" -gt 80 ] && echo t)"
expect 'verify finds the same' 0 "$(code ctl verify)"
named 11 Featherstone 3 | tell
expect 'too many again' 0 "$(pairs)"
expect 'verify after that' 0 "$(code ctl verify)"
named 11 Quill 4 | tell
expect 'and few again' t "$([ "$(pairs)" -gt 80 ] && echo t)"
expect 'verify at the end' 0 "$(code ctl verify)"

rosa() { # id, when, more traits
	printf '{"id":"%s","version":"%s-%s","time":"2026-02-0%sT00:00:00Z",' \
		"$1" "$1" "$2" "$2"
	printf '"identifiers":{},"traits":{"name":"Rosa Quintero"%s}}\n' "${3-}"
}
rosa 21 1 | tell
rosa 22 1 | tell
rosa 21 2 ',"birth_date":"1980-05-17","postcode":"04510"' | tell
rosa 23 1 ',"birth_date":"1980-05-17","postcode":"04510"' | tell
expect 'verify after a change' 0 "$(code ctl verify)"
expect 'one person' t "$(value "SELECT count(DISTINCT founder) = 1
	FROM live.identifier WHERE value IN ('21', '23')")"
daemon_stop TERM
closing
