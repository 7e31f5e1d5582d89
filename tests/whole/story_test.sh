#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `make run` as a newcomer sees it, and what the API says of the sample story:
# one profile holds all of Ana's and nothing of Bia's; the same sent again, in
# reverse and by a second run, changes nothing.
# shellcheck source=tests/whole/lib.sh
. "$(dirname "$0")/lib.sh"

get() { # path
	curl -sS -H "Authorization: Bearer $UNIFYD_READ_KEY" "$UNIFYD_URL$1"
}

lookup() { # kind value
	curl -sS -H "Authorization: Bearer $UNIFYD_READ_KEY" \
		-d "{\"identifiers\":[{\"kind\":\"$1\",\"value\":\"$2\"}]}" \
		"$UNIFYD_URL/v1/profiles/lookup"
}

live_start
expect 'the card' 'Ana Lima' "$(sed -n 's/^Ana Lima$/&/p' "$state/out")"
expect 'a second at the same place does not start' 1 "$(code env LIVE_ONCE=1 \
	STATE="$state" sh tests/tools/live.sh "$build")"
expect 'and the first goes on' 200 "$(status "$url/readyz")"
expect 'env is private' 600 "$(stat -c %a "$state/env")"
ana=$(lookup user_id cliente-2041)
expect 'all of hers' 'ana.lima@example.com
+5581987654321
102290129340398/BR.4417760021
b7f1c6de-browser-of-ana
cliente-2041' "$(echo "$ana" | jq -r '.profile.identifiers |
	map(select(.shared | not)) | sort_by(.kind != "email", .value)[].value')"
expect 'nothing of the other' '' "$(echo "$ana" |
	grep -o -e bia.souza -e cliente-3307 -e 991230044)"
expect 'the tablet is shared' true "$(echo "$ana" | jq '.profile.identifiers |
	map(select(.value == "tablet-da-loja-03"))[0].shared')"
expect 'her channels' email,pos,web,whatsapp "$(echo "$ana" |
	jq -r '.profile.channels | keys | join(",")')"
expect 'exact amounts' '1249.90' "$(echo "$ana" |
	jq -r '.profile.commerce.currencies.BRL.spend')"
profile=$(echo "$ana" | jq -r '.results[0].profile_id')
for way in 'phone 81987654321' 'email ANA.LIMA@example.com' \
	'phone +558187654321'; do
	# shellcheck disable=SC2086 # kind and value
	expect "found by $way" "$profile" "$(lookup $way |
		jq -r '.results[0].profile_id')"
done
expect 'nobody' null "$(lookup email nobody@example.com |
	jq .results[0].profile_id)"
any=$(echo "$ana" | jq -r '.profile.identifiers |
	map(select(.shared | not))[0].id')
expect 'any id finds it' "$profile" "$(get "/v1/profiles/$any" | jq -r .id)"
expect 'a shared id is gone' 410 "$(curl -s -o /dev/null -w '%{http_code}' \
	-H "Authorization: Bearer $UNIFYD_READ_KEY" "$UNIFYD_URL/v1/profiles/$(
	echo "$ana" | jq -r '.profile.identifiers | map(select(.shared))[0].id')")"
expect 'events, newest first' 8 "$(get "/v1/profiles/$any/events" |
	jq '.events | length')"
first=$(get "/v1/profiles/$any/events?limit=3")
second=$(get "/v1/profiles/$any/events?limit=200&cursor=$(echo "$first" |
	jq -r .next)")
expect 'pages' "$(get "/v1/profiles/$any/events" | jq -c '[.events[].id]')" \
	"$(echo "$first$second" | jq -sc '[.[].events[].id]')"
expect 'by channel and type' 'message' "$(get \
	"/v1/profiles/$any/events?channel=whatsapp&type=message" |
	jq -r '.events[].type')"
expect 'all profiles' 2 "$(get '/v1/profiles?limit=200' |
	jq '.profiles | length')"
etag=$(curl -sS -D - -o /dev/null -H "Authorization: Bearer $UNIFYD_READ_KEY" \
	"$UNIFYD_URL/v1/profiles/$any" | tr -d '\r' | sed -n 's/^ETag: //p')
expect 'not modified' 304 "$(curl -s -o /dev/null -w '%{http_code}' \
	-H "If-None-Match: $etag" \
	-H "Authorization: Bearer $UNIFYD_READ_KEY" \
	"$UNIFYD_URL/v1/profiles/$any")"

before=$(ctl profile export --digest)
expect 'no key' 401 "$(status "$UNIFYD_URL/v1/profiles")"
expect 'a problem document' unauthorized "$(jq -r .code "$state/answer")"
expect 'wrong key' 401 "$(status -H 'Authorization: Bearer x' \
	"$UNIFYD_URL/v1/profiles")"
expect 'wrong signature' 401 "$(status -d '{}' \
	-H "X-Hub-Signature-256: sha256=$(printf '0%.0s' $(seq 64))" \
	"$UNIFYD_URL/v1/channels/whatsapp")"
expect 'wrong write key' 401 "$(status -d '{}' -u x: "$UNIFYD_URL/v1/track")"
expect 'malformed' 400 "$(status -d '{' -u "$UNIFYD_WEB_KEY:" \
	"$UNIFYD_URL/v1/track")"
expect 'no such source' 404 "$(status -d '{}' "$UNIFYD_URL/v1/channels/nope")"
expect 'nothing there' 404 "$(status "$UNIFYD_URL/nope")"
expect 'wrong method' 405 "$(status -X DELETE "$UNIFYD_URL/v1/profiles" \
	-H "Authorization: Bearer $UNIFYD_READ_KEY")"
expect 'oversized' 413 "$(head -c 20000000 /dev/zero | status \
	--data-binary @- -H Expect: "$UNIFYD_URL/v1/track")"
expect 'handshake' 4711 "$(curl -sG "$UNIFYD_URL/v1/channels/whatsapp" \
	-d hub.mode=subscribe -d hub.challenge=4711 \
	-d "hub.verify_token=$UNIFYD_WHATSAPP_VERIFY_TOKEN")"
expect 'wrong token' 403 "$(status -G "$UNIFYD_URL/v1/channels/whatsapp" \
	-d hub.mode=subscribe -d hub.challenge=1 -d hub.verify_token=x)"
expect 'nothing was stored' "$before" "$(ctl profile export --digest)"

sh tests/samples/story.sh
expect 'repeats change nothing' "$before" "$(ctl profile export --digest)"
live_stop
expect 'Ctrl-C ends it well' 0 $?
live_start
expect 'a second run keeps the data' "$before" "$(ctl profile export --digest)"

# Carts and orders of two people, told in opposite orders: what counts is the
# sender's clock.
track() { # who, second, event, properties
	curl -s -o /dev/null -u "$UNIFYD_WEB_KEY:" "$UNIFYD_URL/v1/track" -d \
		"{\"userId\":\"$1\",\"messageId\":\"$1-$2\",\"event\":\"$3\",
		\"timestamp\":\"2026-11-24T12:00:$2Z\",\"properties\":{$4}}"
}
shop() { # who, seconds
	for second in $2; do
		case $second in
		01) track "$1" 01 'Product Added' \
			'"sku":"old","quantity":1,"price":1.10' ;;
		02) track "$1" 02 'Order Completed' \
			'"order_id":"W-1","total":1.10' ;;
		03) track "$1" 03 'Product Added' '"sku":"gone","price":5' ;;
		04) track "$1" 04 'Product Added' \
			'"sku":"a","name":"A","quantity":1,"price":0.10' ;;
		05) track "$1" 05 'Cart Viewed' '"products":[{"sku":"a"},
			{"sku":"a","name":"A","quantity":2,"price":0.10},{"sku":"b"}]' ;;
		06) track "$1" 06 'Product Removed' '"sku":"b"' ;;
		07) track "$1" 07 'Order Updated' \
			'"order_id":"W-1","total":1.20' ;;
		esac
	done
}
told() { # who, how many events
	[ "$(lookup user_id "$1" | jq .profile.channels.web.count)" = "$2" ]
}
commerce() { # who, how many events
	until_true told "$1" "$2"
	lookup user_id "$1" | jq -cS .profile.commerce
}
want='{"cart":[{"currency":"BRL","name":"A","price":"0.10","quantity":"2","sku":"a"}],"currencies":{"BRL":{"orders":1,"refunds":"0","spend":"1.20"}},"last_order":{"amount":"1.20","at":"2026-11-24T12:00:07Z","currency":"BRL","id":"W-1"}}'
shop forth '01 02 03 04 05 06 07'
shop back '07 06 05 04 03 02 01'
expect 'a cart' "$want" "$(commerce forth 7)"
expect 'and told backwards' "$want" "$(commerce back 7)"
track back 08 'Order Completed' '"order_id":"W-2","total":0.20'
expect 'an order empties it' '[]W-2' \
	"$(commerce back 8 | jq -r '"\(.cart)\(.last_order.id)"')"
expect 'a receipt by its own number' 000981 "$(lookup user_id cliente-2041 |
	jq -r .profile.commerce.last_order.id)"
# The envelope as a pipe with curl tells it: only headers that the channel
# keeps come that far.
mail() { # curl's arguments
	printf 'From: caio@example.com\nMessage-ID: <%s@example.com>\n\nOi\n' \
		"$1" | curl -s -o /dev/null --data-binary @- \
		-H "Authorization: Bearer $UNIFYD_EMAIL_KEY" "$2" "$3" \
		"$UNIFYD_URL/v1/channels/email"
}
mail bounce -H 'X-Envelope-From: <>'
mail letter -H 'X-Envelope-To: <sac@loja.example>'
written() {
	lookup email caio@example.com | jq -e .results[0].profile_id
}
until_true written
expect 'the envelope' 'sac@loja.example' "$(get "/v1/profiles/$(
	written | tr -d '"')/events" | jq -r '.events[].body.recipient')"
expect 'all as recomputed' 0 "$(ctl verify >/dev/null 2>&1; echo $?)"

closing
