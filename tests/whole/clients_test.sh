#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Clients that nobody here wrote, against the real daemon: Segment's library
# for Node, curl in its many ways, a mail server's pipe, what Segment's library
# for browsers sent when it was recorded; and, through a proxy that answers 503
# to what was taken, the libraries of RudderStack, CloudEvents and Snowplow,
# and those for browsers in a headless Chromium. What they say is in the
# profiles, as REST gives them.
# shellcheck source=tests/whole/payloads.sh
. "$(dirname "$0")/payloads.sh"

# A Node of our own, for Debian 12's is older than the library wants; both in
# exact versions, and without anybody's install scripts.
npm=$build/npm
if ! cmp -s tests/whole/npm/package-lock.json "$npm/node_modules/.of"; then
	command -v npm >/dev/null || give_up 'no npm: run make packages'
	mkdir -p "$npm"
	cp tests/whole/npm/package.json tests/whole/npm/package-lock.json "$npm"
	(cd "$npm" && npm ci --cache cache --ignore-scripts --no-audit \
		--no-fund) \
		>"$state/log" 2>&1 ||
		give_up 'npm could not install what tests/whole/npm wants'
	cp tests/whole/npm/package-lock.json "$npm/node_modules/.of"
fi
cp tests/whole/npm/*.mjs "$npm"
node=$(find "$npm"/node_modules/node-linux-*/bin -name node | head -n 1)

live_once
recordings=no
! have_shared || recordings=yes
[ $recordings = no ] || payload_secrets
database clients
cat >>"$conf" <<END
source shop-bus {
	channel = cloudevents
	secret = token-of-the-bus
	identifiers = { "email=/data/email", "loyalty=/data/card verified" }
	types = { "com.example.order.*=order" }
}
source shop-apps {
	channel = snowplow
	secret = loja-web
	currency = BRL
}
END
reader=$(ctl key add reader read)
daemon_start

profile() { # kind, value
	jq -n --arg kind "$1" --arg value "$2" \
		'{identifiers: [{kind: $kind, value: $value}]}' |
		curl -sS -H "Authorization: Bearer $reader" -d @- \
			"$url/v1/profiles/lookup" | jq .profile >"$state/profile"
}

holds() { # what, want, jq of the profile
	expect "$1" "$2" "$(jq -r "$3" "$state/profile")"
}

identifiers='[.identifiers[] | .kind + " " + .value] | sort | join(", ")'

readable() { # as soon as the API keys are read
	[ "$(status -H "Authorization: Bearer $reader" "$url/v1/profiles")" = 200 ]
}
until_true readable

# Segment's library for Node
expect 'a newer Node' 1 "$(($("$node" -p 'process.versions.node.split(".")[0]') > 19))"
expect 'what the library got through' 7 "$("$node" "$npm/segment.mjs" "$url" \
	"$UNIFYD_WEB_KEY" 2>"$state/node.log" || cat "$state/node.log")"
expect 'without a word of trouble' '' "$(cat "$state/node.log")"
expect 'a wrong key is an error to it' 1 "$(code "$node" "$npm/segment.mjs" \
	"$url" another-key)"
expect 'by its status' 401 "$(grep -o 401 "$state/answer" | sort -u)"
until_true resolved
profile user_id cliente-9001
holds 'all names of one' "anonymous_id app-anon-9001, anonymous_id \
server-anon-9001, email caio.prado@example.org, phone +5511976543210, \
user_id cliente-9001" "$identifiers"
holds 'the name' 'Caio Prado' .traits.name.value
holds 'a date among traits' '2026-01-02T03:04:05.000Z' \
	.traits.created_at.value
holds 'events' 7 .channels.web.count
holds 'the order' '1249.9 624.95 1' '.commerce.currencies.BRL |
	"\(.spend) \(.refunds) \(.orders)"'
profile anonymous_id app-anon-9001
holds 'the alias leads there' cliente-9001 \
	'.identifiers[] | select(.kind == "user_id").value'

# curl, as people try things out
body() { # number
	echo "{\"messageId\":\"curl-$1\",\"userId\":\"cliente-9002\",\"traits\":
		{\"email\":\"dora.reis@example.org\",\"n$1\":\"yes\"},
		\"timestamp\":\"2026-11-23T12:00:0$1Z\"}"
}
say() { # number, curl's arguments
	body "$1" >"$state/body"
	shift
	expect "curl $*" 200 "$(status "$@" "$url/v1/identify")"
	expect "curl $*, answer" '{"success":true}' "$(cat "$state/answer")"
}
say 1 -u "$UNIFYD_WEB_KEY:" -d "@$state/body"
say 2 -u "$UNIFYD_WEB_KEY:" --json "@$state/body"
say 3 -0 -u "$UNIFYD_WEB_KEY:" -d "@$state/body"
say 4 -H "Authorization: Bearer $UNIFYD_WEB_KEY" -H 'Expect: 100-continue' \
	-d "@$state/body"
say 5 -u "$UNIFYD_WEB_KEY:" -H 'Transfer-Encoding: chunked' -d "@$state/body"
body 6 | gzip >"$state/body.gz"
say 6 -u "$UNIFYD_WEB_KEY:" -H 'Content-Encoding: gzip' --compressed \
	--data-binary "@$state/body.gz"
body 7 >"$state/body"
expect 'curl -T' 200 "$(status -X POST -u "$UNIFYD_WEB_KEY:" -T - \
	"$url/v1/identify" <"$state/body")"
# Python's, Kotlin's and Swift's show the key in the body alone.
jq -n --arg key "$UNIFYD_WEB_KEY" --argjson item "$(body 8)" '{batch:
	[$item + {type: "identify"}], sentAt: "2026-11-23T12:00:09Z",
	writeKey: $key}' >"$state/body"
expect 'a key in the body' 200 "$(status -d "@$state/body" "$url/v1/batch")"
until_true resolved
profile email dora.reis@example.org
holds 'all of it' 'n1 n2 n3 n4 n5 n6 n7 n8' '[.traits | keys[] |
	select(test("^n[0-9]$"))] | join(" ")'
holds 'curl: events' 8 .channels.web.count

# A mail server's pipe: curl --data-binary, headers as its border left them
mail() { # number
	printf '%s\r\n' 'Return-Path: <eva@example.net>' \
		'Authentication-Results: mx.loja.example;' \
		' dmarc=pass header.from=example.net' \
		'Received: from mail.example.net by mx.loja.example; Mon, 23 Nov 2026 09:15:21 -0300' \
		'From: =?iso-8859-1?Q?Eva_Gon=E7alves?= <eva@example.net>' \
		'To: atendimento@loja.example' \
		"Subject: Pedido $1" "Date: Mon, 23 Nov 2026 09:15:2$1 -0300" \
		"Message-ID: <eva-$1@example.net>" '' 'Chegou quebrado.'
}
pipe() { # curl's arguments; the mail on stdin
	cat >"$state/mail.eml"
	status --data-binary "@$state/mail.eml" -H 'Content-Type: message/rfc822' \
		-H 'X-Envelope-To: <atendimento@loja.example>' "$@" \
		"$url/v1/channels/email"
}
expect 'a mail, Bearer' 200 \
	"$(mail 1 | pipe -H "Authorization: Bearer $UNIFYD_EMAIL_KEY")"
expect 'a mail, Basic' 200 "$(mail 2 | pipe -u "$UNIFYD_EMAIL_KEY:")"
expect 'a mail, Basic with the key as password' 200 \
	"$(mail 3 | pipe -u ":$UNIFYD_EMAIL_KEY")"
expect 'a mail with bare newlines' 200 \
	"$(mail 4 | tr -d '\r' | pipe -u "$UNIFYD_EMAIL_KEY:")"
expect 'a mail again' '200 {"duplicate":1}' "$(mail 1 |
	pipe -u "$UNIFYD_EMAIL_KEY:") $(jq -c '{duplicate}' "$state/answer")"
until_true resolved
profile email eva@example.net
holds 'who wrote' 'Eva Gonçalves' .traits.name.value
holds 'on whose word' attested '.identifiers[0].assurance'
holds 'how often' 4 .channels.email.count

# The library for browsers, as it was recorded
if [ $recordings = yes ]; then
	captures=0
	for file in "$recorded"/web_segment/*.http; do
		case $file in
		*_OPTIONS_*) want=204 ;;
		*) want=200 ;;
		esac
		expect "${file##*/}" $want "$(raw <"$file")"
		captures=$((captures + 1))
	done
	expect 'there were captures' 1 "$((captures > 0))"
	until_true resolved
	identify=$recorded/web_segment/analytics-next-1.84.3__003_i.json
	profile anonymous_id "$(jq -r .anonymousId "$identify")"
	expect 'the browser and who logged in' "$(jq -r .userId "$identify")" \
		"$(jq -r '.identifiers[] | select(.kind == "user_id").value' \
		"$state/profile")"
	expect 'and who that is' "$(jq -r .traits.email "$identify")" "$(jq -r \
		'.identifiers[] | select(.kind == "email").value' \
		"$state/profile")"
fi

# Through the proxy: each call is answered with 503 though it was taken, comes
# again, and is in the profile once.
"$node" "$npm/flaky.mjs" "$url" >"$state/flaky" &
helpers=$!
until_true test -s "$state/flaky"
flaky=http://127.0.0.1:$(cat "$state/flaky")
duplicates() {
	curl -sS "$url/metrics" |
		sed -n 's/^unifyd_events_duplicate_total //p'
}
again() { # what, how many repeats at least; since the last time
	expect "$1: all came again" 1 "$(($(duplicates) - before >= $2))"
	before=$(duplicates)
	until_true resolved
}
counted() { # user id, channel, how many
	profile user_id "$1"
	[ "$(jq -r ".channels.$2.count" "$state/profile")" = "$3" ]
}
before=$(duplicates)
expect "RudderStack's for Node" 6 "$("$node" "$npm/rudder.mjs" "$flaky" \
	"$UNIFYD_WEB_KEY" 2>"$state/node.log" || cat "$state/node.log")"
again "RudderStack's for Node" 6
profile user_id cliente-9101
holds "RudderStack's for Node: once each" '6 99.9 1' '"\(.channels.web.count) \(
	.commerce.currencies.BRL | "\(.spend) \(.orders)")"'
expect "CloudEvents'" '200 200 200' "$("$node" "$npm/cloudevents.mjs" \
	"$flaky/v1/events" token-of-the-bus 2>&1)"
again "CloudEvents'" 4
profile email cora@example.org
holds "CloudEvents': once each" '4 40.40 4 L-9201' '"\(
	.channels.cloudevents.count) \(.commerce.currencies.BRL |
	"\(.spend) \(.orders)") \(.identifiers[] | select(.kind == "loyalty")
	.value)"'
expect 'a handshake by OPTIONS' '200 *' "$(status -X OPTIONS \
	-H 'WebHook-Request-Origin: bus.example' "$url/v1/events") $(header \
	webhook-allowed-origin)"
expect 'a format of others' '415 unsupported_format' "$(refusal \
	-H 'Content-Type: application/cloudevents+avro' -d x \
	"$url/v1/events?access_token=token-of-the-bus")"
expect "Snowplow's for Node" 200 "$("$node" \
	"$npm/snowplow.mjs" "$url" loja-web 2>&1)"
within 60 counted cliente-9301 snowplow 4
profile user_id cliente-9301
holds "Snowplow's for Node: once each" '4 11.0 2' '"\(
	.channels.snowplow.count) \(.commerce.currencies.BRL |
	"\(.spend) \(.orders)")"'

# Pages in a browser, which asks the daemon's leave from another origin.
browser=$(command -v chromium || command -v chromium-browser) ||
	give_up 'no chromium: run make packages'
"$node" "$npm/pages.mjs" "$flaky" "$UNIFYD_WEB_KEY" loja-web \
	>"$state/pages" &
helpers="$helpers $!"
until_true test -s "$state/pages"
pages=http://localhost:$(cat "$state/pages")
before=$(duplicates)
"$browser" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage \
	--no-first-run --disable-background-networking \
	--user-data-dir="$state/chromium" "$pages/" >"$state/log" 2>&1 &
helpers="$helpers $!"
shopper() { # user id, channel, how many, what
	within 60 counted "$1" "$2" "$3"
	expect "$4: each once" "$3" "$(jq -r ".channels.$2.count" \
		"$state/profile")"
}
shopper cliente-9401 web 3 "Segment's for browsers"
shopper cliente-9402 web 3 "RudderStack's for browsers"
shopper cliente-9404 snowplow 2 "Snowplow's for browsers"
shopper cliente-9405 web 5 'beacons and a pixel'
shopper cliente-9403 web 2 "RudderStack's beacons"
expect 'the page saw' 'beacons true,true,true,true dot 1x1' \
	"$(curl -sS "$pages/said")"
# Beacons do not try again: all others did.
heard() {
	set -- "$(curl -sS "$flaky/flaky")"
	[ "$((${1% *} - ${1#* }))" -le 2 ]
}
within 60 heard
expect 'what was told 503 came again' 0 "$(code heard)"
[ "$bad" -eq 0 ] || curl -sS "$flaky/flaky?all"
again 'browsers' 8
for user in 9401:3 9402:3 9405:5; do
	profile user_id "cliente-${user%:*}"
	holds "and $user is still once each" "${user#*:}" .channels.web.count
done
profile user_id cliente-9401
holds 'the order of a page' '19.9 1' '.commerce.currencies.BRL |
	"\(.spend) \(.orders)"'
for pid in $helpers; do
	kill "$pid" && wait "$pid"
done 2>/dev/null

expect 'verified' 1 "$(ctl verify | grep -c 'no difference')"
expect 'nobody in the log' 0 "$(grep -c -i -e @ -e caio -e 9001 \
	"$state/clients.log")"
daemon_stop TERM
expect 'and drains' 0 $?

closing
