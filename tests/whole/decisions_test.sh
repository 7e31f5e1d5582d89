#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What stewards decide: two profiles are one, one is two; each decision has an
# author and a reason, is answered with the profiles as they then are, holds
# against what comes later, can be withdrawn, and is repeated by a replay.
# shellcheck source=tests/whole/lib.sh
. "$(dirname "$0")/lib.sh"

live_once
# What tills hold is verified, so that cards of one phone are one person's.
sed -i 's/^\tchannel = pos$/&\n\tassurance = verified/' "$state/unifyd.conf"
use postgres
daemon_start

ask() { # method, path, body; the status
	status -X "$1" -H "Authorization: Bearer $UNIFYD_STEWARD_KEY" \
		${3:+-d "$3"} "$url$2"
}
answer() {
	jq -r "$1" "$state/answer"
}
id_of() { # kind, value
	curl -s -H "Authorization: Bearer $UNIFYD_READ_KEY" -d \
		"{\"identifiers\":[{\"kind\":\"$1\",\"value\":\"$2\"}]}" \
		"$url/v1/profiles/lookup" | jq -r ".results[0].${3:-identifier_id}"
}
profile() { # kind, value
	id_of "$1" "$2" profile_id
}
receipt() { # number, loyalty, phone
	status -H "Authorization: Bearer $UNIFYD_POS_KEY" --data-binary \
		"$(printf '{"receipt_id":"%s","total":1,"loyalty":"%s",%s,"phone":"%s"}' \
			"$1" "$2" "\"timestamp\":\"2026-11-2${1#D}T12:00:00Z\"" "$3")" \
		"$url/v1/channels/pos" >/dev/null
	until_true resolved
}
digest() {
	ctl profile export --digest
}

receipt D1 CARD-1 11987650001
receipt D2 CARD-2 11987650002
start=$(digest)
one=$(id_of loyalty CARD-1)
two=$(id_of loyalty CARD-2)
expect 'two people' no "$([ "$(profile loyalty CARD-1)" = \
	"$(profile loyalty CARD-2)" ] && echo yes || echo no)"

# merge
merge="{\"profiles\":[\"$one\",\"$two\"],\"reason\":\"called and said so\"}"
expect 'merged' 200 "$(ask POST /v1/profiles/merge "$merge")"
expect 'one profile' 1 "$(answer '.profiles | length')"
expect 'of both' 'CARD-1 CARD-2' "$(answer '[.profiles[0].identifiers[] |
	select(.kind == "loyalty").value] | sort | join(" ")')"
decision=$(answer .decision)
expect 'listed' "$decision same called and said so run-steward false" "$(ask GET \
	/v1/decisions >/dev/null; answer '.decisions[0] | "\(.id) \(.decision) \(.reason) \(.author) \(.withdrawn)"')"
expect 'verified' 0 "$(code ctl verify)"
expect 'they are one already' '409 conflict' "$(problem "$(ask POST \
	/v1/profiles/merge "$merge")")"
merged=$(digest)
ctl replay >/dev/null
expect 'a replay repeats it' "$merged" "$(digest)"

# withdrawn: all is as before
expect 'withdrawn' 200 "$(ask DELETE "/v1/decisions/$decision")"
expect 'two profiles' 2 "$(answer '.profiles | length')"
expect 'as before' "$start" "$(digest)"
expect 'again changes nothing' 200 "$(ask DELETE "/v1/decisions/$decision")"
expect 'verified' 0 "$(code ctl verify)"

# split: the whole cut is apart, and a third identifier does not glue it
receipt D3 CARD-1 11987650002
expect 'joined by what they share' "$(profile loyalty CARD-1)" \
	"$(profile loyalty CARD-2)"
phone=$(id_of phone +5511987650002)
split="{\"identifiers\":[\"$two\",\"$phone\"],\"reason\":\"father and son\"}"
expect 'split' 200 "$(ask POST "/v1/profiles/$one/split" "$split")"
expect 'in two' 2 "$(answer '.profiles | length')"
apart=$(answer .decision)
expect 'the card goes with the phone' "$(profile loyalty CARD-2)" \
	"$(profile phone +5511987650002)"
expect 'and not with the other' no "$([ "$(profile loyalty CARD-1)" = \
	"$(profile loyalty CARD-2)" ] && echo yes || echo no)"
receipt D4 CARD-1 11987650003
receipt D5 CARD-2 11987650003
expect 'a third does not glue them' no "$([ "$(profile loyalty CARD-1)" = \
	"$(profile loyalty CARD-2)" ] && echo yes || echo no)"
expect 'verified' 0 "$(code ctl verify)"
# the latest word on a pair holds
expect 'merged after all' 200 "$(ask POST /v1/profiles/merge \
	"{\"profiles\":[\"$one\",\"$two\"],\"reason\":\"same man\"}")"
expect 'one' 1 "$(answer '.profiles | length')"
again=$(answer .decision)
expect 'verified' 0 "$(code ctl verify)"
ask DELETE "/v1/decisions/$again" >/dev/null
expect 'without it they are two' 2 "$(answer '.profiles | length')"
ask DELETE "/v1/decisions/$apart" >/dev/null
expect 'without any they are one' 1 "$(answer '.profiles | length')"
expect 'verified' 0 "$(code ctl verify)"

# an export brings decisions and withdrawals along, in whatever order
ctl journal export "$state/all.ndjson"
whole=$(digest)
database other
ctl replay "$state/all.ndjson" >/dev/null
expect 'elsewhere the same' "$whole" "$(digest)"
# and step by step, as the resolver of a daemon gets them: in any order, some at
# a time, a withdrawal before its decision too
tell() { # line of the export
	psql -X -q -v line="$1" <<-'SQL'
		BEGIN;
		SELECT (j ->> 'event')::uuid AS event, j ->> 'digest' AS digest,
			(j ->> 'touchpoint')::uuid AS touchpoint,
			(j ->> 'occurred_at')::timestamptz AS at
			FROM (SELECT :'line'::jsonb AS j) AS l \gset
		INSERT INTO seen VALUES (:'event', decode(:'digest', 'hex'),
			:'event');
		INSERT INTO journal (touchpoint, occurred_at, event, source,
			channel, type, received_at, clamped, body)
		SELECT :'touchpoint', :'at', :'event', j ->> 'source',
			j ->> 'channel', j ->> 'type',
			(j ->> 'received_at')::timestamptz,
			(j ->> 'clamped')::boolean, j -> 'body'
			FROM (SELECT :'line'::jsonb AS j) AS l;
		INSERT INTO append VALUES (:'event', now(),
			array[:'touchpoint'::uuid], array[:'at'::timestamptz],
			array[:'event'::uuid]);
		COMMIT;
	SQL
}
daemon_stop TERM
for seed in 1 2 3 4; do
	database "seed_$seed"
	daemon_start
	count=0
	awk -v seed="$seed" 'BEGIN { srand(seed) } { print rand() "\t" $0 }' \
		"$state/all.ndjson" | sort -n | cut -f 2- >"$state/order"
	while read -r line; do
		tell "$line"
		count=$((count + 1))
		[ $((count % (3 + seed))) -ne 0 ] || until_true resolved
	done <"$state/order"
	until_true resolved
	expect "in order $seed" "$whole" "$(digest)"
	expect "verified" 0 "$(code ctl verify)"
	daemon_stop TERM
done
use postgres
daemon_start

# If-Match, Idempotency-Key
etag() {
	curl -s -o /dev/null -D - -H "Authorization: Bearer $UNIFYD_READ_KEY" \
		"$url/v1/profiles/$1" | tr -d '\r' | sed -n 's/^ETag: //p'
}
ana=$(profile user_id cliente-2041)
browser=$(id_of anonymous_id b7f1c6de-browser-of-ana)
split="{\"identifiers\":[\"$browser\"],\"reason\":\"a shop's own\"}"
expect 'another state' '412 changed' "$(problem "$(status -X POST -d "$split" \
	-H "Authorization: Bearer $UNIFYD_STEWARD_KEY" -H 'If-Match: "other"' \
	"$url/v1/profiles/$ana/split")")"
expect 'nothing was decided' 0 "$(value "SELECT count(*) FROM live.decision
	WHERE reason LIKE 'a shop%'")"
seen=$(etag "$ana")
for i in 1 2; do
	expect "the state that was seen, $i" 200 "$(status -X POST -d "$split" \
		-H "Authorization: Bearer $UNIFYD_STEWARD_KEY" \
		-H "If-Match: $seen" -H 'Idempotency-Key: k1' \
		"$url/v1/profiles/$ana/split")"
	seen=$(etag "$ana")
	[ "$i" = 1 ] || break
	first=$(answer .decision)
	ask DELETE "/v1/decisions/$first" >/dev/null
	seen=$(etag "$ana")
done
expect 'was one decision' 1 "$(value "SELECT count(*) FROM live.decision
	WHERE reason LIKE 'a shop%'")"

# what cannot be
expect 'without the scope' '403 forbidden' "$(refusal -X POST -d "$merge" \
	-H "Authorization: Bearer $UNIFYD_READ_KEY" "$url/v1/profiles/merge")"
for wrong in '{}' '[]' 'x' "{\"profiles\":[\"$one\"],\"reason\":\"x\"}" \
	"{\"profiles\":[\"$one\",\"$one\"],\"reason\":\"x\"}" \
	"{\"profiles\":[\"$one\",\"x\"],\"reason\":\"x\"}" \
	"{\"profiles\":[\"$one\",\"$two\"]}" \
	"{\"profiles\":[\"$one\",\"$two\"],\"reason\":\"\"}"; do
	expect "merge of $wrong" '400 invalid' \
		"$(problem "$(ask POST /v1/profiles/merge "$wrong")")"
done
nobody=00000000-0000-8000-8000-000000000000
expect 'nobody to merge' '404 not_found' "$(problem "$(ask POST \
	/v1/profiles/merge "{\"profiles\":[\"$one\",\"$nobody\"],\"reason\":\"x\"}")")"
tablet=$(id_of anonymous_id tablet-da-loja-03)
expect 'the shared join nobody' '409 shared' "$(problem "$(ask POST \
	/v1/profiles/merge "{\"profiles\":[\"$one\",\"$tablet\"],\"reason\":\"x\"}")")"
expect 'somebody must stay' '409 conflict' "$(problem "$(ask POST \
	"/v1/profiles/$(profile user_id cliente-3307)/split" \
	"{\"identifiers\":$(curl -s -H "Authorization: Bearer $UNIFYD_READ_KEY" \
		"$url/v1/profiles/$(profile user_id cliente-3307)" | jq -c \
		'[.identifiers[] | select(.shared | not).id]'),\"reason\":\"x\"}")")"
expect 'only its own' '409 conflict' "$(problem "$(ask POST \
	"/v1/profiles/$ana/split" "{\"identifiers\":[\"$one\"],\"reason\":\"x\"}")")"
expect 'no such decision' '404 not_found' \
	"$(problem "$(ask DELETE "/v1/decisions/$nobody")")"
expect 'no id' '400 invalid' "$(problem "$(ask DELETE /v1/decisions/x)")"
expect 'verified' 0 "$(code ctl verify)"
expect 'reasons are not logged' 0 "$(cat "$state"/*.log | grep -c 'father and son')"
daemon_stop TERM

closing
