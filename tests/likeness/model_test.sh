#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# unifyctl model: trained without labels and always the same, compared before it
# is used, used at once and undone by using another.
# shellcheck source=tests/likeness/daemon.sh
. "$(dirname "$0")/daemon.sh"

# Six hundred people told once, and every third once more with an error.
people() {
	awk 'BEGIN {
		srand(7)
		split("ana bruno carla diego elena fabio gloria hugo irene " \
			"jorge karen luis marta nadia oscar paula", given, " ")
		split("souza pereira almeida castro duarte esteves ferraz " \
			"gomes hidalgo ibarra jardim klein lobato medeiros " \
			"nunes ortega", family, " ")
		for (i = 1; i <= 600; i++) {
			g = given[int(rand() * 16) + 1]
			f = family[int(rand() * 16) + 1]
			d = sprintf("%d-%02d-%02d", 1940 + int(rand() * 60),
				1 + int(rand() * 12), 1 + int(rand() * 28))
			p = sprintf("%05d", 10000 + int(rand() * 200))
			print_one(i, g, f, d, p)
			if (i % 3 == 0)
				print_one(i "b", g, substr(f, 1, 3) "x" \
					substr(f, 4), d, p)
		}
	}
	function print_one(id, g, f, d, p) {
		printf "{\"id\":\"%s\",\"identifiers\":{},\"traits\":" \
			"{\"given_name\":\"%s\",\"family_name\":\"%s\"," \
			"\"birth_date\":\"%s\",\"postcode\":\"%s\"}}\n",
			id, g, f, d, p
	}'
}

people >"$state/people"
likeness_configure US
database model
daemon_start
events "$state/bulk" 100 <"$state/people"
deliver "$state/bulk" || give_up 'not all were taken'
until_true resolved
shipped=$(ctl profile export --digest)
profiles=$(ctl --json check | jq .profiles)

expect 'the shipped one is in use' 'shipped true' "$(ctl --json model list |
	jq -r '.[] | .model + " " + (.used | tostring)')"
ctl --json model train >"$state/trained" || cat "$state/err"
expect 'trained' '1 800' \
	"$(jq -r '.model + " " + (.portraits | tostring)' "$state/trained")"
ctl model train >/dev/null
ctl model show 1 >"$state/one"
ctl model show 2 >"$state/two"
expect 'always the same' 0 "$(code cmp "$state/one" "$state/two")"
expect 'nothing is changed by it' "$shipped" "$(ctl profile export --digest)"
expect 'the shipped one, compared' 0 "$(ctl --json model compare shipped |
	jq '.merge + .split + .other')"

# One by which nobody is anybody else.
psql -X -q -c "INSERT INTO model SELECT 3, now(), 0,
	body || '{\"join\": 900000, \"support\": 900000, \"review\": 900000}'
	FROM model WHERE model = 1"
ctl --json model compare --diff "$state/diff" 3 >"$state/answer"
joined=$(value 'SELECT count(DISTINCT founder) FROM live.identifier
	WHERE group_founder IS NOT NULL')
expect 'all would fall apart' "$joined" "$(jq .split "$state/answer")"
expect 'and each is in the file' "$joined" "$(wc -l <"$state/diff")"
expect 'use' 0 "$(code ctl model use 3)"
expect 'as it was compared' 800 "$(ctl --json check | jq .profiles)"
expect 'it is in use' 3 "$(ctl --json model list |
	jq -r '.[] | select(.used).model')"
expect 'verify' 0 "$(code ctl verify)"

# The daemon takes it up without a word: one more of somebody known is news.
people | head -n 1 | jq -c '.id = "new"' >"$state/new"
events "$state/more" 1 <"$state/new"
deliver "$state/more" || give_up 'not taken'
until_true resolved
expect 'nor is who comes later' 801 "$(ctl --json check | jq .profiles)"
expect 'use the shipped one' 0 "$(code ctl model use shipped)"
expect 'who came later, too' "$profiles" \
	"$(ctl --json check | jq .profiles)"
expect 'verify' 0 "$(code ctl verify)"

expect 'no such model' 1 "$(code ctl model use 9)"
expect 'it says so' 1 "$(grep -c 'no model 9' "$state/err")"
expect 'no number' 1 "$(code ctl model show best)"
expect 'no such word' 2 "$(code ctl model forget 1)"
daemon_stop TERM
closing
