#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A number that HUB people (100,000) share, and what it costs its neighbours:
# single events, each a new browser of somebody, who is one of them, or has a
# number of his own. Prints how long each takes from its first request until
# all are resolved, and the ratio.
# shellcheck source=tests/whole/lib.sh
. "$(dirname "$0")/../whole/lib.sh"
hub=${HUB:-100000}
events=1000
turns=5

live_once
cat >>"$state/unifyd.conf" <<END
source bench {
	channel = cloudevents
	secret = "$UNIFYD_WEB_KEY"
	region = BR
	identifiers = { "user_id=/data/user verified", "phone=/data/phone",
		"anonymous_id=/data/browser" }
}
END
database bench
daemon_start

# CloudEvents of people from 1 to $1, in requests of $2, as curl's words.
requests() { # people, a request, the phone: one, or "own"; the browser, or ""
	awk -v people="$1" -v size="$2" -v phone="$3" -v browser="$4" \
		-v to="$state/bodies" -v key="$UNIFYD_WEB_KEY" '
	BEGIN {
		for (n = 1; n <= people; n++) {
			if (n % size == 1 || size == 1) {
				file = sprintf("%s/%d", to, ++requests)
				printf "[" >file
			} else
				printf "," >file
			who = phone == "own" ? "own" n : "hub" n
			number = phone == "own" ? 5511900000000 + n : phone
			printf "{\"specversion\":\"1.0\",\"id\":\"%s %s\"," \
				"\"source\":\"/b\",\"type\":\"x\",\"time\":" \
				"\"2026-01-01T00:00:00Z\",\"data\":{\"user\":" \
				"\"%s\",\"phone\":\"+%d\"%s}}", who, browser,
				who, number, browser == "" ? "" : \
				",\"browser\":\"" browser who "\"" >file
			if (n % size && n < people)
				continue
			print "]" >file
			close(file)
			if (requests > 1)
				print "next"
			print "url = \"URL/v1/channels/bench\""
			print "header = \"Authorization: Bearer " key "\""
			print "header = \"Content-Type: " \
				"application/cloudevents-batch+json\""
			print "data-binary = \"@" file "\""
			print "output = /dev/null"
		}
	}' | sed "s#URL#$url#" >"$state/words"
}

# Sends them and waits; the milliseconds it took.
took() { # as of requests
	rm -rf "$state/bodies"
	mkdir "$state/bodies"
	requests "$@"
	from=$(now_ms)
	curl -sS -K "$state/words" || give_up 'curl failed'
	within 600 resolved || give_up 'it did not get resolved'
	echo $(($(now_ms) - from))
}

filled=$(took "$hub" 1000 5511999999999 '')
own=$(took "$events" 1000 own '')
printf 'filled with %d people of one number in %d ms\n' "$hub" "$filled"
printf 'own numbers: %d people in %d ms\n' "$events" "$own"
best_own=0
best_hub=0
for turn in $(seq $turns); do
	own=$(took $events 1 own "b$turn")
	with=$(took $events 1 5511999999999 "b$turn")
	[ "$best_own" -gt 0 ] && [ "$own" -ge "$best_own" ] || best_own=$own
	[ "$best_hub" -gt 0 ] && [ "$with" -ge "$best_hub" ] || best_hub=$with
done
printf '%d new browsers of people with numbers of their own: %d ms\n' \
	$events "$best_own"
printf '%d new browsers of people of the hub: %d ms, ratio %s\n' $events \
	"$best_hub" "$(echo "$best_hub $best_own" | awk '{ printf "%.2f", $1 / $2 }')"
daemon_stop TERM
