#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Invariants 4 and 5 with likeness on, on sets with known truth, through the
# daemon: at once, one by one, reversed, shuffled, side by side, and with SIGKILL
# in the middle, the same profiles with the same ids; a record that is told anew
# is as if it had been told so first; what a source tells counts or not, as the
# policy says; stewards' words hold, and without them all is as before; many
# who share a key, come in whatever order.
# shellcheck source=tests/likeness/daemon.sh
. "$(dirname "$0")/daemon.sh"

if [ ! -d "$shared/truth" ]; then
	echo "$test: SKIPPED without $shared: sets with known truth"
	expect 'nothing' 1 1
	closing
	exit
fi

shuffled() { # seed
	awk -v seed="$1" 'BEGIN { srand(seed) } { print rand() "\t" $0 }' |
		LC_ALL=C sort -g | cut -f 2-
}

begin() { # way; sets $key
	database "$1"
	key=$(ctl key add steward read,steward)
	daemon_start
}

digest() {
	ctl profile export --digest
}

judge() { # way
	until_true resolved
	expect "$1: profiles" "$whole" "$(digest)"
	expect "$1: verify" 0 "$(code ctl verify)"
}

# A way to send the records of stdin; leaves the daemon up.
load() { # way, events in a request, curl's arguments
	begin "$1"
	events "$state/$1.events" "$2"
	way=$1
	shift 2
	deliver "$state/$way.events" "$@" || give_up "$way: not all were taken"
}

way() { # as load
	load "$@"
	judge "$1"
	daemon_stop TERM
}

# The same people and not the same ids, for those hang on what is not there.
same_people() {
	partition | awk -F '|' '{ of[$2] = of[$2] " " $1 }
		END { for (p in of) print of[p] }' | LC_ALL=C sort | sha256sum
}

orders() { # set
	load "$1_at_once" 1000 <"$state/$1"
	until_true resolved
	whole=$(digest)
	people=$(same_people)
	expect "$1: likeness is at work" 1 "$(($(value 'SELECT count(*)
		FROM live.identifier WHERE group_founder IS NOT NULL') > 10))"
	judge "$1_at_once"
	ctl replay >/dev/null || give_up "replay: $(cat "$state/err")"
	judge "$1_replayed"
	stewards "$1"
	daemon_stop TERM
	tac "$state/$1" >"$state/so"
	way "$1_reversed" 37 <"$state/so"
	shuffled 1 <"$state/$1" >"$state/so"
	way "$1_one_by_one" 1 <"$state/so"
	for seed in 2 3; do
		shuffled $seed <"$state/$1" >"$state/so"
		way "$1_shuffled_$seed" 90 <"$state/so"
	done
	shuffled 4 <"$state/$1" >"$state/so"
	way "$1_side_by_side" 5 -Z --parallel-max 8 <"$state/so"
	killed "$1"
}

killed() { # set
	begin "$1_killed"
	shuffled 5 <"$state/$1" >"$state/so"
	events "$state/killed.events" 3 <"$state/so"
	deliver "$state/killed.events" &
	sender=$!
	until_true some_are_in
	daemon_stop KILL
	wait "$sender"
	daemon_start
	deliver "$state/killed.events" || give_up "$1: not all were taken"
	daemon_stop KILL
	daemon_start
	judge "$1_killed"
	daemon_stop TERM
}

some_are_in() {
	[ "$(value 'SELECT count(*) FROM seen')" -gt 100 ]
}

# Steward's words: fifty groups are kept from the rest of their profiles.
stewards() { # set
	value "SELECT DISTINCT ON (founder) founder, identifier
		FROM live.identifier
		WHERE group_founder = identifier AND NOT shared
		ORDER BY founder, identifier LIMIT 50" >"$state/pairs"
	: >"$state/decisions"
	while IFS='|' read -r profile group; do
		# One that is parted may part others of its component.
		[ "$(together "$profile" "$group")" = 1 ] || continue
		expect "$1: split" 200 "$(status -X POST \
			-H "Authorization: Bearer $key" -d "$(printf \
			'{"identifiers":["%s"],"reason":"another"}' "$group")" \
			"$url/v1/profiles/$profile/split")"
		jq -r .decision "$state/answer" >>"$state/decisions"
	done <"$state/pairs"
	expect "$1: decisions" 1 "$(($(wc -l <"$state/decisions") > 10))"
	expect "$1: nobody is put back" 0 "$(still_together)"
	expect "$1: verify with decisions" 0 "$(code ctl verify)"
	apart=$(digest)
	ctl replay >/dev/null || give_up "replay: $(cat "$state/err")"
	expect "$1: decisions are repeated" "$apart" "$(digest)"
	while read -r decision; do
		expect "$1: withdrawn" 200 "$(status -X DELETE \
			-H "Authorization: Bearer $key" \
			"$url/v1/decisions/$decision")"
	done <"$state/decisions"
	judge "$1_withdrawn"
}

together() { # identifier, identifier
	value "SELECT count(*) FROM live.identifier AS a,
		live.identifier AS b
		WHERE a.identifier = '$1' AND b.identifier = '$2'
			AND a.founder = b.founder"
}

still_together() {
	while IFS='|' read -r profile group; do
		together "$profile" "$group"
	done <"$state/pairs" | awk '{ n += $1 } END { print n + 0 }'
}

# Records whose city and birth date were wrong first.
told_anew() { # set
	jq -c 'if (.id | tonumber) % 10 == 0
		then .version = .id + "-first" | .time = "2025-12-31T00:00:00Z" |
			.traits |= with_entries(if .key == "birth_date"
				then .value = "1901-02-03" else . end)
		else empty end' "$state/$1" >"$state/first"
	cat "$state/first" "$state/$1" >"$state/so"
	load "$1_told_anew" 100 <"$state/so"
	until_true resolved
	expect "$1: told anew" "$people" "$(same_people)"
	expect "$1: told anew, verify" 0 "$(code ctl verify)"
	daemon_stop TERM
	tac "$state/$1" >"$state/so"
	cat "$state/first" >>"$state/so"
	load "$1_told_late" 7 <"$state/so"
	until_true resolved
	expect "$1: told late" "$people" "$(same_people)"
	daemon_stop TERM
}

# RECORDS of each set: more take longer.
for set in febrl1 fake_1000 historical; do
	records $set | head -n "${RECORDS-400}" >"$state/$set"
	likeness_configure US
	orders $set
	[ $set = historical ] || told_anew $set
done
closing
