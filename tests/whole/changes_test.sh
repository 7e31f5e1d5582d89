#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The feed of changes: who follows it has the profiles that are there, whatever
# merges, splits, decisions and replays came; nothing is skipped, a long poll
# hears at once, and a profile has its history with causes.
# shellcheck source=tests/whole/lib.sh
. "$(dirname "$0")/lib.sh"

live_once
sed -i 's/^\tchannel = pos$/&\n\tassurance = verified/' "$state/unifyd.conf"
use postgres
daemon_start

get() { # path; the status
	status -H "Authorization: Bearer $UNIFYD_READ_KEY" "$url$1"
}
pos() { # receipt, loyalty, phone
	status -H "Authorization: Bearer $UNIFYD_POS_KEY" --data-binary "$(printf \
		'{"receipt_id":"%s","total":1,"loyalty":"%s","phone":"%s","timestamp":"2026-11-20T12:00:00Z"}' \
		"$1" "$2" "$3")" "$url/v1/channels/pos" >/dev/null
	until_true resolved
}
id_of() { # kind, value
	curl -s -H "Authorization: Bearer $UNIFYD_READ_KEY" -d \
		"{\"identifiers\":[{\"kind\":\"$1\",\"value\":\"$2\"}]}" \
		"$url/v1/profiles/lookup" | jq -r '.results[0].identifier_id'
}
steward() { # method, path, body
	status -X "$1" -H "Authorization: Bearer $UNIFYD_STEWARD_KEY" \
		-d "$3" "$url$2"
}

# All changes by pages of $1, one a line, in $state/feed.
read_feed() { # limit
	: >"$state/feed"
	after=0.0
	while :; do
		get "/v1/changes?after=$after&limit=$1" >/dev/null
		jq -c '.changes[]' "$state/answer" >>"$state/feed"
		[ "$(jq '.changes | length' "$state/answer")" -gt 0 ] || break
		after=$(jq -r .next "$state/answer")
		echo "$after" >"$state/after"
	done
}

# Profiles with their identifiers, as who followed the feed has them.
followed() {
	read_feed 200
	jq -nSc 'reduce (inputs | select(.before)) as $c ({};
		reduce $c.before[].profile as $p (.; if $p then del(.[$p]) else . end)
		| reduce ($c.after[] | select(.profile)) as $a (.;
			.[$a.profile] = ($a.identifiers | sort)))' "$state/feed"
}
# And as they are.
there() {
	value "SELECT coalesce(json_object_agg(founder, ids), '{}') FROM (
		SELECT founder, json_agg(identifier ORDER BY identifier) AS ids
		FROM live.identifier WHERE NOT shared GROUP BY founder) AS g" |
		jq -Sc .
}
agree() { # what
	expect "$1: who follows has what is there" "$(there)" "$(followed)"
}

agree 'the story'
expect 'by ones the same' "$(cat "$state/feed")" "$(read_feed 1; cat "$state/feed")"
expect 'each has a cause' 0 "$(jq -c 'select(.cause == {})' "$state/feed" | wc -l)"
expect 'and is of a known word' '' "$(jq -r .change "$state/feed" | sort -u |
	grep -vx -e created -e updated -e merged -e split -e regrouped -e ended)"

# a merge by evidence, and news without a change of membership
pos C1 CARD-1 11987650001
pos C2 CARD-2 11987650002
last=$(cat "$state/after")
read_feed 200
last=$(cat "$state/after")
pos C3 CARD-1 11987650002
get "/v1/changes?after=$last" >/dev/null
expect 'evidence merges' 'merged 2 1' "$(jq -r '.changes[0] |
	"\(.change) \(.before | length) \(.after | length)"' "$state/answer")"
expect 'by that event' C3 "$(value "SELECT body->'body'->>'receipt_id' FROM journal
	WHERE event = '$(jq -r '.changes[0].cause.events[0]' "$state/answer")'")"
agree 'a merge'
last=$(jq -r .next "$state/answer")
read_feed 200
last=$(cat "$state/after")
pos C4 CARD-1 11987650002
get "/v1/changes?after=$last" >/dev/null
expect 'news of a profile' 'updated null' "$(jq -r '.changes[] |
	"\(.change) \(.after)"' "$state/answer")"
expect 'which it names' "$(value "SELECT DISTINCT founder FROM live.identifier
	WHERE value IN ('CARD-1', 'CARD-2')")" \
	"$(jq -r '.changes[0].profiles[]' "$state/answer")"

# decisions
one=$(id_of loyalty CARD-1)
two=$(id_of loyalty CARD-2)
expect 'split' 200 "$(steward POST "/v1/profiles/$one/split" \
	"{\"identifiers\":[\"$two\"],\"reason\":\"two men\"}")"
decision=$(jq -r .decision "$state/answer")
agree 'a split'
expect 'with its cause' "split $decision" "$(tail -n 1 "$state/feed" |
	jq -r '"\(.change) \(.cause.decisions[0])"')"
steward DELETE "/v1/decisions/$decision" '' >/dev/null
agree 'a withdrawal'

# a long poll
last=$(cat "$state/after")
get "/v1/changes?after=$last&wait=1" >/dev/null
expect 'nothing comes' "[] $last" "$(jq -r '"\(.changes) \(.next)"' "$state/answer")"
curl -s -H "Authorization: Bearer $UNIFYD_READ_KEY" -o "$state/polled" \
	"$url/v1/changes?after=$last&wait=50" &
poll=$!
start=$(now_ms)
pos C5 CARD-9 11987650009
wait "$poll"
expect 'heard' created "$(jq -r '.changes[0].change' "$state/polled")"
expect 'within seconds' yes "$([ $(($(now_ms) - start)) -lt 5000 ] && echo yes)"

# a replay by another policy
read_feed 200
last=$(cat "$state/after")
printf 'kind phone { joins = never }\nkind email { joins = never }\n' \
	>"$state/policy.conf"
echo "policy = \"$state/policy.conf\"" >>"$conf"
ctl replay >/dev/null
agree 'a replay'
get "/v1/changes?after=$last" >/dev/null
expect 'says so' true "$(jq -c '[.changes[].cause.replay] | all' "$state/answer")"
before=$(wc -l <"$state/feed")
ctl replay >/dev/null
read_feed 200
expect 'one that changes nothing adds nothing' "$before" "$(wc -l <"$state/feed")"
sed -i '/^policy =/d' "$conf"
ctl replay >/dev/null
agree 'back again'

# history
get "/v1/profiles/$one/history" >/dev/null
expect 'the history of a card' 'created' "$(jq -r '.history[-1].change' "$state/answer")"
expect 'of all that befell its group' 'created merged split' "$(jq -r \
	'[.history[].change] | unique | map(select(. == "created" or
	. == "merged" or . == "split")) | join(" ")' "$state/answer")"
expect 'by pages' "$(jq -c '[.history[].id]' "$state/answer")" "$(
	cursor=
	while get "/v1/profiles/$one/history?limit=2$cursor" >/dev/null &&
		jq -c '.history[].id' "$state/answer"; do
		next=$(jq -r '.next // empty' "$state/answer")
		[ -n "$next" ] || break
		cursor="&cursor=$next"
	done | jq -sc .)"

for wrong in 'changes?after=x' 'changes?after=1' 'changes?after=1.x' \
	'changes?wait=61' 'changes?wait=x' 'changes?limit=0' \
	"profiles/$one/history?cursor=x"; do
	expect "$wrong" '400 invalid' "$(problem "$(get "/v1/$wrong")")"
done
expect 'verified' 0 "$(code ctl verify)"
daemon_stop TERM

closing
