#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Why identifiers are, or are not, one person's: what joined a profile and on
# what evidence, the chain between two, the rule that keeps two apart; over HTTP
# and as sentences.
# shellcheck source=tests/whole/lib.sh
. "$(dirname "$0")/lib.sh"

live_once
use postgres
daemon_start

get() { # path; the status
	status -H "Authorization: Bearer $UNIFYD_READ_KEY" "$url$1"
}
id_of() { # kind, value
	curl -s -H "Authorization: Bearer $UNIFYD_READ_KEY" -d \
		"{\"identifiers\":[{\"kind\":\"$1\",\"value\":\"$2\"}]}" \
		"$url/v1/profiles/lookup" | jq -r '.results[0].identifier_id'
}
answer() {
	jq -r "$1" "$state/answer"
}
pos() { # NDJSON
	status -H "Authorization: Bearer $UNIFYD_POS_KEY" --data-binary "$1" \
		"$url/v1/channels/pos" >/dev/null
	until_true resolved
}

ana=$(id_of user_id cliente-2041)
phone=$(id_of phone +5581987654321)
wa=$(id_of whatsapp_user 102290129340398/BR.4417760021)
mail=$(id_of email ana.lima@example.com)
bia=$(id_of user_id cliente-3307)
tablet=$(id_of anonymous_id tablet-da-loja-03)

# a profile
expect 'of Ana' 200 "$(get "/v1/profiles/$ana/why")"
expect 'one join less than identifiers' 4 "$(answer '.joined | length')"
expect 'each with events' 4 "$(answer '[.joined[] |
	select(.events | length > 0)] | length')"
expect 'and how well it is known' 'attested verified' "$(answer \
	'[.joined[].assurance] | unique | join(" ")')"
expect 'nothing was held' 0 "$(answer '.held | length')"
expect 'an ETag' 1 "$(grep -ci '^etag:' "$state/head")"

# a chain
expect 'from WhatsApp to the mail' 200 "$(get "/v1/profiles/$wa/why?with=$mail")"
expect 'they are one' true "$(answer .same)"
expect 'the chain begins with one' "$wa" "$(answer '.chain[0].from.id')"
expect 'ends with the other' "$mail" "$(answer '.chain[-1].to.id')"
expect 'and hangs together' true "$(answer '[.chain[:-1], .chain[1:]] |
	transpose | all(.[0].to.id == .[1].from.id)')"
expect 'by events that there are' "$(answer '[.chain[].events[].event] | unique |
	length')" "$(value "SELECT count(*) FROM journal WHERE event IN ($(answer \
	'[.chain[].events[].event] | unique | map("'"'\\(.)'"'") | join(",")'))")"
expect 'with itself' '[]' "$(get "/v1/profiles/$wa/why?with=$wa" >/dev/null
	jq -c .chain "$state/answer")"

# apart
expect 'Ana and Bia' 200 "$(get "/v1/profiles/$ana/why?with=$bia")"
expect 'were never compared' 'false never_compared' \
	"$(answer '"\(.same) \(.rule)"')"
get "/v1/profiles/$ana/why?with=$tablet" >/dev/null
expect 'the tablet is shared' 'false shared' "$(answer '"\(.same) \(.rule)"')"
expect 'and has heirs, no reasons' 410 "$(get "/v1/profiles/$tablet/why")"
pos '{"receipt_id":"W1","total":1,"loyalty":"L1","phone":"11987651111","timestamp":"2026-11-20T12:00:00Z"}'
pos '{"receipt_id":"W2","total":1,"loyalty":"L2","phone":"11987651111","timestamp":"2026-11-21T12:00:00Z"}'
one=$(id_of loyalty L1)
two=$(id_of loyalty L2)
number=$(id_of phone +5511987651111)
get "/v1/profiles/$one/why?with=$number" >/dev/null
expect 'a number of two cards' contested "$(answer .rule)"
expect 'with the link that was held' "1 asserted W1" "$(answer \
	'"\(.links | length) \(.links[0].assurance)"') $(value "SELECT body->'body'->>'receipt_id' FROM journal
	WHERE event = '$(answer '.links[0].events[0].event')'")"
expect 'and what would change it' 1 "$(answer .text | grep -c 'would join')"
get "/v1/profiles/$one/why" >/dev/null
expect 'held, in the profile too' contested "$(answer '.held[0].rule')"
status -X POST -H "Authorization: Bearer $UNIFYD_STEWARD_KEY" -d \
	"{\"profiles\":[\"$one\",\"$two\"],\"reason\":\"one man\"}" \
	"$url/v1/profiles/merge" >/dev/null
decision=$(answer .decision)
get "/v1/profiles/$one/why?with=$two" >/dev/null
expect 'one by decision' "true $decision" \
	"$(answer '"\(.same) \(.chain[0].decision)"')"
status -X POST -H "Authorization: Bearer $UNIFYD_STEWARD_KEY" -d \
	"{\"identifiers\":[\"$phone\"],\"reason\":\"not hers\"}" \
	"$url/v1/profiles/$ana/split" >/dev/null
get "/v1/profiles/$ana/why?with=$phone" >/dev/null
expect 'apart by decision' decision "$(answer .rule)"

# bad questions
nobody=00000000-0000-8000-8000-000000000000
expect 'nobody' 404 "$(get "/v1/profiles/$nobody/why")"
expect 'with nobody' '404 not_found' "$(problem "$(get \
	"/v1/profiles/$ana/why?with=$nobody")")"
expect 'no id' '400 invalid' "$(problem "$(get "/v1/profiles/$ana/why?with=x")")"
expect 'without a key' '401 unauthorized' "$(refusal "$url/v1/profiles/$ana/why")"

# as sentences
expect 'one' "user_id cliente-2041 and email ana.lima@example.com are one person's:" \
	"$(ctl why user_id:cliente-2041 email:Ana.Lima@example.com |
		head -n 1)"
expect 'not one' 1 "$(ctl why user_id:cliente-2041 user_id:cliente-3307 |
	grep -c 'no event names somebody of one together')"
expect 'by ids' "$(get "/v1/profiles/$one/why?with=$two" >/dev/null; jq -cS . "$state/answer")" \
	"$(ctl --json why "$one" "$two" | jq -cS .)"
expect 'one word' 2 "$(code ctl why user_id:x)"
expect 'no kind' 2 "$(code ctl why x y)"
expect 'never seen' 1 "$(code ctl why user_id:x "user_id:cliente-2041")"
daemon_stop TERM

closing
