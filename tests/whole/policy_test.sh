#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Another policy: rehearsed on the whole journal before anything changes, put
# into force by a replay or a reload, and never mixed with the one before.
# shellcheck source=tests/whole/lib.sh
. "$(dirname "$0")/lib.sh"

live_once
use postgres
before=$(ctl profile export --digest)

rehearse() { # policy's lines; the answer in $state/answer
	printf '%s\n' "$@" >"$state/policy.conf"
	code ctl --json replay --dry-run --policy "$state/policy.conf" \
		--diff "$state/diff"
}
sums() {
	jq -c '[.now, .then, .stay, .merge, .split, .other]' "$state/answer"
}

expect 'as it is' 0 "$(code ctl --json replay --dry-run --diff "$state/diff")"
profiles=$(jq .now "$state/answer")
expect 'all stay' "[$profiles,$profiles,$profiles,0,0,0]" "$(sums)"
expect 'no difference' '' "$(cat "$state/diff")"
expect 'the shipped policy, said aloud' 0 "$(rehearse 'crowd = 20' \
	'silence_days = 90' 'kind phone { joins = fair rank = 6 holds = 5
	people = 2 }' 'kind user_id { joins = strong rank = 1 holds = 1 }')"
expect 'all stay' "[$profiles,$profiles,$profiles,0,0,0]" "$(sums)"

# Without numbers and addresses the four channels of Ana are strangers.
expect 'nobody by phone or mail' 0 "$(rehearse 'kind phone { joins = never }' \
	'kind email { joins = never }')"
expect 'Ana falls apart' 1 "$(jq .split "$state/answer")"
expect 'and Bia loses her number' 1 "$(jq .other "$state/answer")"
expect 'the largest is listed first' 'split updated' \
	"$(jq -r .change "$state/diff" | paste -s -d ' ')"
expect 'with what she was' 1 "$(head -n 1 "$state/diff" |
	jq '.before | length')"
expect 'the sample is of them' "$(jq -cS . "$state/diff")" \
	"$(jq -cS '.sample[]' "$state/answer")"
expect 'a blocked number' 0 "$(rehearse \
	'kind phone { blocked = { "+5581987654321" } }')"
expect 'joins nobody' 1 "$(jq .split "$state/answer")"
expect 'nor does a pattern' 0 "$(rehearse 'kind phone { blocked = "+55*" }')"
expect 'of it' 1 "$(jq .split "$state/answer")"
rehearse 'kind user_id { holds = 2 people = 3 }' \
	'kind anonymous_id { people = 3 joins = fair }' >/dev/null
expect 'a tablet that joins makes one of two' 1 "$(jq .merge "$state/answer")"
expect 'as sentences' 1 "$(ctl replay --dry-run --policy \
	"$state/policy.conf" | grep -c '1 would come of several')"
expect 'and nothing has changed' "$before" "$(ctl profile export --digest)"
expect 'verified' 0 "$(code ctl verify)"

# What is wrong is said, with its place.
expect 'an unknown word' 78 "$(rehearse 'kind phone { joins = gladly }')"
expect 'says where' 1 "$(grep -c \
	'policy.conf:1: kind phone: joins .*want strong, fair' "$state/err")"
expect 'an unknown key' 78 "$(rehearse 'kind phone { wins = 1 }')"
expect 'a policy without --dry-run' 2 "$(code ctl replay --policy \
	"$state/policy.conf")"
expect 'no such file' 78 "$(code ctl replay --dry-run --policy \
	"$state/none.conf")"

# Put into force by a replay. A daemon that has another waits, and loses
# nothing.
printf 'kind phone { joins = never }\nkind email { joins = never }\n' \
	>"$state/policy.conf"
then=$(rehearse 'kind phone { joins = never }' 'kind email { joins = never }' \
	>/dev/null; jq .then "$state/answer")
daemon_start
echo "policy = \"$state/policy.conf\"" >>"$conf"
ctl replay >/dev/null
expect 'as it was rehearsed' "$then" "$(ctl --json check | jq .profiles)"
expect 'verified' 0 "$(code ctl verify)"
status -H "Authorization: Bearer $UNIFYD_POS_KEY" --data-binary \
	'{"receipt_id":"P1","total":1,"loyalty":"L-NEW"}' \
	"$url/v1/channels/pos" >/dev/null
waits() {
	grep -q 'event=policy state=other action=waiting' "${conf%.conf}.log"
}
until_true waits
expect 'the event waits' 1 "$(ctl --json check | jq .pending)"
expect 'and is found by nobody' 0 "$(ctl profile export | grep -c L-NEW)"
kill -HUP "$daemon"
until_true resolved
expect 'until the daemon has the policy too' 1 "$(ctl profile export |
	grep -c L-NEW)"
expect 'verified' 0 "$(code ctl verify)"
# Back again: a reload is enough, and regroups by itself.
sed -i '/^policy =/d' "$conf"
kill -HUP "$daemon"
status -H "Authorization: Bearer $UNIFYD_POS_KEY" --data-binary \
	'{"receipt_id":"P2","total":1,"loyalty":"L-NEW"}' \
	"$url/v1/channels/pos" >/dev/null
until_true resolved
expect 'verified' 0 "$(code ctl verify)"
expect 'as it was' "$profiles" "$(($(ctl --json check | jq .profiles) - 1))"
regrouped() { # times
	[ "$(grep -c 'event=regroup state=done' "${conf%.conf}.log")" -ge "$1" ]
}
until_true regrouped 2
feed() {
	value 'SELECT count(*) FROM change'
}
before=$(feed)
kill -HUP "$daemon"
until_true regrouped 3
expect 'where nothing is new, nothing is made again' "$before" "$(feed)"
expect 'if needed, and it is not' 0 "$(code ctl replay --if-needed)"
expect 'it says nothing' '' "$(cat "$state/answer")"
expect 'no file then' 2 "$(code ctl replay --if-needed "$state/none")"
daemon_stop TERM

# One that cannot be made is said to the log, and the old ones stay.
mkdir "$state/bin"
cp "$build/unifyd" "$state/bin/unifyd"
printf '#!/bin/sh\nexit 7\n' >"$state/bin/unifyctl"
chmod 755 "$state/bin/unifyctl"
build=$state/bin daemon_start
kill -HUP "$daemon"
failed() {
	grep -q 'event=regroup error="unifyctl ended with 7;' "${conf%.conf}.log"
}
until_true failed
rm "$state/bin/unifyctl"
kill -HUP "$daemon"
no_tool() {
	grep -q 'event=regroup error="cannot start unifyctl' "${conf%.conf}.log"
}
until_true no_tool
expect 'and goes on' 200 "$(status "$url/readyz")"
daemon_stop TERM

closing
