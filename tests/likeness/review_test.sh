#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Why likeness joins, holds back or asks: the bars; and the pairs that it asks
# people about, whose answers are decisions.
# shellcheck source=tests/likeness/daemon.sh
. "$(dirname "$0")/daemon.sh"

one() { # id, given name, family name, birth date, street, identifiers
	printf '{"id":"%s","identifiers":{%s},"traits":{"given_name":"%s",' \
		"$1" "${6-}" "$2"
	printf '"family_name":"%s","birth_date":"%s","street":"%s"}}\n' \
		"$3" "$4" "$5"
}

ask() { # method, path, body; prints the status
	printf '%s' "${3-}" | curl -sS -o "$state/answer" -w '%{http_code}' \
		-X "$1" -H "Authorization: Bearer $key" --data-binary @- \
		"$url$2"
}

answer() { # jq program
	jq -r "$1" "$state/answer"
}

id_of() { # record
	value "SELECT identifier FROM live.identifier
		WHERE kind = 'record' AND value LIKE '%$1'"
}

profile() { # record
	value "SELECT founder FROM live.identifier
		WHERE kind = 'record' AND value LIKE '%$1'"
}

same() { # record, record
	[ "$(profile "$1")" = "$(profile "$2")" ] && echo yes || echo no
}

likeness_configure US
database review
key=$(ctl key add steward read,steward)
daemon_start
{
	one 11 Ana Prado 1971-06-24 '12 Elm Street'
	one 12 Ana Prado 1971-06-24 '12 Elm St'
	one 21 Bruno Ibarra 1968-01-09 '7 Oak Road'
	one 22 Brunno Ibarras 1968-01-27 '9 Pine Lane'
	one 23 Bruno Ibarra '' '3 Mill Lane'
	one 31 Carla Lobato 1980-02-02 '1 Low Way'
	one 32 Diego Esteves 1955-07-30 '8 High Way'
} >"$state/records"
events "$state/bulk" 10 <"$state/records"
deliver "$state/bulk" || give_up 'not taken'
until_true resolved
expect 'plainly one' yes "$(same 11 12)"
expect 'perhaps' no "$(same 21 22)"

why="/v1/profiles/$(id_of 11)/why"
until_true [ "$(ask GET "$why")" = 200 ]
expect 'why: one pair' '1 joined true' \
	"$(ask GET "$why" >/dev/null; answer '.likeness |
		[length, .[0].verdict, .[0].same] | map(tostring) | join(" ")')"
ask GET "$why?with=$(id_of 12)" >/dev/null
expect 'why they are one' 'true 0 joined' "$(answer '[.same,
	(.chain | length), .likeness.verdict] | map(tostring) | join(" ")')"
expect 'no rule parts them' null "$(answer .rule)"
expect 'a bar for each' 'birth_date family_name given_name street' "$(answer \
	'[.likeness.comparisons[].comparison] | sort | join(" ")')"
expect 'with both values' 'elm st elm st' "$(answer '.likeness.comparisons[] |
	select(.comparison == "street") | .left + " " + .right')"
expect 'weights add up' true "$(answer '.likeness |
	(([.comparisons[].weight] | add) + .household - .weight) |
	. < 0.001 and . > -0.001')"
expect 'enough' true "$(answer '.likeness | .weight >= .join')"
ask GET "/v1/profiles/$(id_of 31)/why?with=$(id_of 32)" >/dev/null
expect 'why they are not' 'false unlike' \
	"$(answer '(.same | tostring) + " " + .likeness.verdict')"
expect 'as people read it' 1 "$(ctl why "$(id_of 11)" "$(id_of 12)" |
	grep -c 'given_name .*|#.* same: ana, ana')"
expect 'the same by the command' joined "$(ctl --json why "$(id_of 11)" \
	"$(id_of 12)" | jq -r .likeness.verdict)"

expect 'reviews' 200 "$(ask GET /v1/reviews)"
expect 'one' '1 review' "$(answer '(.reviews | length | tostring) + " " +
	.reviews[0].verdict')"
review=$(answer '.reviews[0].id')
expect 'by the command' "$review" \
	"$(ctl --json review list | jq -r '.[].id')"
expect 'by its id' 200 "$(ask GET "/v1/reviews/$review")"
expect 'it is the one' "$review" "$(answer .id)"
expect 'no id' 400 "$(ask GET /v1/reviews/1)"
expect 'nobody' 404 "$(ask GET \
	"/v1/reviews/$(id_of 11 | tr 0-9a-f 0).$(id_of 12)")"
expect 'no reason' 400 "$(ask POST "/v1/reviews/$review" '{"same":true}')"
expect 'no answer' 400 "$(ask POST "/v1/reviews/$review" \
	'{"same":"yes","reason":"x"}')"
expect 'a cursor that is none' 400 "$(ask GET '/v1/reviews?cursor=1')"
expect 'after it, none' 200 "$(ask GET "/v1/reviews?limit=1&cursor=$(
	ask GET '/v1/reviews?limit=1' >/dev/null; answer .next)")"
expect 'none' 0 "$(answer '.reviews | length')"

before=$(ctl profile export --digest)
expect 'not the same' 200 "$(ask POST "/v1/reviews/$review" \
	'{"same":false,"reason":"cousins"}')"
decision=$(answer .decision)
expect 'two profiles' 2 "$(answer '.profiles | length')"
ask GET /v1/reviews >/dev/null
expect 'it is answered' 0 "$(answer '.reviews | length')"
expect 'withdrawn' 200 "$(ask DELETE "/v1/decisions/$decision")"
ask GET /v1/reviews >/dev/null
expect 'it is asked again' 1 "$(answer '.reviews | length')"
expect 'the same' 200 "$(ask POST "/v1/reviews/$review" \
	'{"same":true,"reason":"called him"}')"
expect 'one profile' 1 "$(answer '.profiles | length')"
expect 'they are one' yes "$(same 21 22)"
expect 'verify' 0 "$(code ctl verify)"
ask DELETE "/v1/decisions/$(ask GET /v1/decisions >/dev/null
	answer '.decisions[0].id')" >/dev/null
expect 'as before' "$before" "$(ctl profile export --digest)"

ctl review answer "$review" apart 'not his car' >"$state/said"
until_true resolved
expect 'the command answers' 1 "$(grep -c '^decision ' "$state/said")"
expect 'and it is' 0 "$(ctl --json review list | jq length)"
expect 'as apart' not_same "$(ask GET /v1/decisions >/dev/null
	answer '.decisions[0].decision')"
expect 'no such review' 1 "$(code ctl review answer nobody same why)"
expect 'no such word' 2 "$(code ctl review answer "$review" maybe why)"
daemon_stop TERM
closing
