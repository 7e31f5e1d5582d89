#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What real senders sent is answered as their protocols say: 200 for what is
# valid, a problem document for what is not, never a 5xx. What is not to be
# believed or understood leaves no row behind, on each source. And nothing of
# all that, neither identifiers nor secrets nor texts, is in the log.
# shellcheck source=tests/whole/payloads.sh
. "$(dirname "$0")/payloads.sh"

live_once
sed -i -e '1i max_body = 65536' -e '1i log_level = debug' "$state/unifyd.conf"
recordings=no
! have_shared || recordings=yes
[ $recordings = no ] || payload_secrets
database payloads
echo "max_stream = 64k" >>"$conf"
daemon_start

metric() { # name
	curl -sS "$url/metrics" | sed -n "s/^unifyd_$1 //p"
}

failures() {
	metric 'responses_total{class="5xx"}'
}
first=$(failures) # those before it was ready

# Everything that is refused, and why; all else is good.
expected() { # file
	case ${1#"$recorded"/} in
	# An excerpt without FromFull, which Postmark always sends.
	email_postmark/inbound__attachments.json) echo '400 invalid' ;;
	*_OPTIONS_*) echo 204 ;;
	*) echo 200 ;;
	esac
}

# What the browser that sent a capture looks at before it lets a page read
# the answer: the origin again and, of a preflight, every header it asked for.
browser() { # file
	asked=$(tr -d '\r' <"$1" |
		LC_ALL=C sed -n 's/^Access-Control-Request-Headers: //p')
	origin=$(tr -d '\r' <"$1" | LC_ALL=C sed -n 's/^Origin: //p')
	[ -n "$origin" ] || return
	expect "origin of ${1##*/}" "$origin true" "$(header \
		access-control-allow-origin) $(header \
		access-control-allow-credentials)"
	for name in $(echo "$asked" | tr ',' ' '); do
		expect "$name of ${1##*/}" 1 "$(header \
			access-control-allow-headers | grep -cw "$name")"
	done
}

replay() {
	sent=0
	for file in $(payloads); do
		want=$(expected "$file")
		got=$(payload_send "$file")
		case $want in
		4*) got=$(problem "$got") ;;
		*) browser "$file" ;;
		esac
		expect "${file#"$recorded"/}" "$want" "$got"
		[ "$want" != 200 ] || sent=$((sent + 1))
	done
	expect 'something was sent' 1 "$((sent > 0))"
	# A batch whose items were refused is a 200 too, so: no part was.
	expect 'all of it was taken' 0 "$(metric events_rejected_total)"
	expect 'as an event or more each' 1 "$((sent <= $(metric \
		events_accepted_total) + $(metric events_duplicate_total) +
		$(metric events_conflict_total)))"
	expect 'no 5xx' "$first" "$(failures)"
}

# Meta's own vectors carry signatures that we did not make: a body that is no
# JSON is believed and then not understood, one that is JSON is taken.
vectors() {
	count=$(jq '[.[] | select(.scheme == "meta")] | length' \
		"$recorded/signatures/vectors.json")
	expect 'there are vectors' 1 "$((count > 0))"
	while [ "$count" -gt 0 ]; do
		count=$((count - 1))
		vector=$(jq -c --argjson i "$count" '[.[] |
			select(.scheme == "meta")][$i]' \
			"$recorded/signatures/vectors.json")
		printf '%s\n' "$vector" | jq -j .body >"$state/vector"
		set -- -H "X-Hub-Signature-256: $(printf '%s\n' "$vector" |
			jq -r .expected)" "$url/v1/channels/whatsapp"
		got=$(status --data-binary "@$state/vector" "$@")
		if jq -e 'type == "object"' "$state/vector" >/dev/null 2>&1; then
			expect "vector $count" 200 "$got"
		else
			expect "vector $count" '400 invalid' "$(problem "$got")"
		fi
		printf ' ' >>"$state/vector"
		expect "vector $count, one byte more" '401 unauthorized' \
			"$(refusal --data-binary "@$state/vector" "$@")"
	done
}

handshake() { # token
	status -G "$url/v1/channels/whatsapp" -d hub.mode=subscribe \
		-d hub.challenge=1158201444 --data-urlencode "hub.verify_token=$1"
}
expect 'handshake' 200 "$(handshake "$UNIFYD_WHATSAPP_VERIFY_TOKEN")"
expect 'the challenge alone' 1158201444 "$(cat "$state/answer")"
expect 'handshake, wrong token' '403 forbidden' \
	"$(problem "$(handshake "$UNIFYD_WHATSAPP_VERIFY_TOKEN"x)")"
expect 'handshake, no token' '403 forbidden' "$(problem "$(handshake '')")"

if [ $recordings = yes ]; then
	replay
	vectors
	until_true resolved
	expect 'and verified' 1 "$(ctl verify | grep -c 'no difference')"
fi

# The project's own samples do the same, wherever this runs.
UNIFYD_URL=$url sh tests/samples/story.sh
expect 'the samples' 0 $?
until_true resolved
expect 'of Ana' 'Ana Lima' "$(ctl profile show user_id cliente-2041 |
	sed -n 1p)"

# What is not to be believed or understood. Each of these holds somebody's
# name, number and address, and none may be kept or logged.
canary='canario.zebu@quintal.example'
number='+5581977771234'
words='segredo do canarinho'
cat >"$state/web.json" <<END
{"type":"identify","messageId":"canary-1","userId":"uid-canarinho-77",
"traits":{"email":"$canary","phone":"$number","name":"$words"}}
END
cat >"$state/whatsapp.json" <<END
{"object":"whatsapp_business_account","entry":[{"id":"7","changes":[{"field":
"messages","value":{"contacts":[{"wa_id":"${number#+}","profile":{"name":
"$words"}}],"messages":[{"from":"${number#+}","id":"wamid.canarinho",
"timestamp":"1795262400","type":"text","text":{"body":"$words"}}]}}]}]}
END
cat >"$state/email.eml" <<END
From: $words <$canary>
To: loja@loja.example
Subject: $words
Date: Mon, 23 Nov 2026 10:00:00 -0300
Message-ID: <canarinho-1@quintal.example>

$words
END
cat >"$state/pos.csv" <<END
receipt_id;store;total;phone;email;name;timestamp
canarinho-1;recife-03;10,00;$number;$canary;$words;23/11/2026 10:41
END
head -c 70000 /dev/zero | tr '\0' a >"$state/large"
head -c 70000 /dev/zero | gzip >"$state/bomb.gz"

nothing_kept() { # what
	expect "$1: nothing kept" "$before" "$(rows)"
}

path() { # source
	case $1 in
	web) echo "$url/v1/identify" ;;
	*) echo "$url/v1/channels/$1" ;;
	esac
}

sample() { # source; of which name it has one here
	find "$state" -name "$1.*" ! -name '*.conf' | head -n 1
}

# With what its sender shows: a signature over the bytes, or a key.
believed() { # source, file, curl's arguments
	source=$1 file=$2
	shift 2
	case $source in
	whatsapp) set -- -H "X-Hub-Signature-256: sha256=$(signature \
		"$file")" "$@" ;;
	email) set -- -H "Authorization: Bearer $UNIFYD_EMAIL_KEY" "$@" ;;
	pos) set -- -u "$UNIFYD_POS_KEY:" "$@" ;;
	web) set -- -u "$UNIFYD_WEB_KEY:" "$@" ;;
	esac
	refusal -H Expect: --data-binary "@$file" "$@" "$(path "$source")"
}

malformed() { # source, what, bytes as printf has them
	# shellcheck disable=SC2059 # the bytes are a format
	printf "$3" >"$state/malformed"
	expect "$1: $2" '400 invalid' "$(believed "$1" "$state/malformed")"
	nothing_kept "$1: $2"
}

before=$(rows)
for source in whatsapp email web pos; do
	good=$(sample "$source")
	expect "$source: nobody" '401 unauthorized' \
		"$(refusal --data-binary "@$good" "$(path "$source")")"
	nothing_kept "$source: nobody"
	for word in 'Bearer chave-canarinho' "Basic $(printf 'chave-canarinho:' |
		base64)" 'Bearer ' 'Basic !' 'Digest x'; do
		expect "$source: $word" '401 unauthorized' "$(refusal \
			-H "Authorization: $word" --data-binary "@$good" \
			"$(path "$source")")"
	done
	expect "$source: signed by another" '401 unauthorized' "$(refusal \
		-H "X-Hub-Signature-256: sha256=$(openssl dgst -sha256 \
		-hmac chave-canarinho -r "$good" | cut -d ' ' -f 1)" \
		--data-binary "@$good" "$(path "$source")")"
	expect "$source: key in the query" '401 unauthorized' "$(refusal \
		--data-binary "@$good" \
		"$(path "$source")?writeKey=chave-canarinho")"
	nothing_kept "$source: not believed"

	expect "$source: oversized" '413 too_large' \
		"$(believed "$source" "$state/large")"
	expect "$source: oversized, in chunks" '413 too_large' "$(believed \
		"$source" "$state/large" -H 'Transfer-Encoding: chunked')"
	expect "$source: oversized once inflated" '413 too_large' "$(believed \
		"$source" "$state/bomb.gz" -H 'Content-Encoding: gzip')"
	nothing_kept "$source: oversized"

	head -c 40 "$state/bomb.gz" >"$state/torn.gz"
	expect "$source: torn gzip" '400 bad_request' "$(believed "$source" \
		"$state/torn.gz" -H 'Content-Encoding: gzip')"
	expect "$source: no such coding" '415 unsupported_encoding' "$(believed \
		"$source" "$good" -H 'Content-Encoding: br')"
	expect "$source: and says which there are" 'gzip, zstd' "$(header \
		accept-encoding)"
	nothing_kept "$source: not to be decoded"

	# Labels lie (one SDK calls its gzip a form), so the bytes decide: what
	# is of another type is refused under whatever name it comes.
	for type in application/x-www-form-urlencoded text/html \
		"$(case $source in email) echo message/rfc822 ;;
		pos) echo text/csv ;; *) echo application/json ;; esac)"; do
		printf 'name=%s&email=%s' "$words" "$canary" >"$state/form"
		expect "$source: a form as $type" '400 invalid' "$(believed \
			"$source" "$state/form" -H "Content-Type: $type")"
	done
	malformed "$source" 'a page' '<html><p>canarinho</p></html>'
	malformed "$source" 'nothing' ''
done
for source in whatsapp web; do
	malformed "$source" 'torn JSON' "{\"email\":\"$canary\""
	malformed "$source" 'not UTF-8' '{"userId":"\377canarinho"}'
	malformed "$source" 'a list' "[\"$canary\"]"
	malformed "$source" 'a text' "\"$canary\""
	malformed "$source" 'one key twice' '{"type":"page","type":"page"}'
done
malformed whatsapp 'of another product' '{"object":"page","entry":[]}'
malformed whatsapp 'no entries' '{"object":"whatsapp_business_account"}'
malformed web 'a batch that is none' '{"batch":{}}'
malformed email 'torn JSON' '{"FromFull":{"Email":"canario.zebu'
malformed email 'of another provider' '{"envelope":{}}'
malformed email 'groups in groups' "To: $(printf 'a:%.0s' $(seq 300))\nFrom: $canary\n\n"
malformed pos 'no header row' "canarinho-1;10,00;$number\n"

# Whole requests, too, that curl would not send.
for bytes in 'POST /v1/track HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n' \
	'POST /v1/track HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n' \
	"GET /$canary\r\n\r\n"; do
	# shellcheck disable=SC2059 # the bytes are a format
	expect "$bytes" '400 bad_request' "$(problem "$(printf "$bytes" | raw)")"
done
nothing_kept 'all of that'
expect 'no 5xx to the end' "$first" "$(failures)"

# Now the same people for true, so that the log has had its chance.
for source in whatsapp email web pos; do
	expect "$source: taken" '200, no problem document' \
		"$(believed "$source" "$(sample "$source")")"
done
until_true resolved
expect 'one canary' 1 "$(ctl profile show email "$canary" | grep -c '^  known by')"
expect 'it lives' 0 "$(code alive)"
daemon_stop TERM
expect 'and drains' 0 $?

# The log, at its most talkative.
log=$state/payloads.log
in_log() { # what; how many lines have it
	grep -c -F -e "$1" "$log"
}
expect 'there is a log' 1 "$(in_log 'event=stop')"
for what in "$canary" zebu "${number#+}" 977771234 canarinho "$words" @ \
	"$UNIFYD_WEB_KEY" "$UNIFYD_WHATSAPP_SECRET" "$UNIFYD_EMAIL_KEY" \
	"$UNIFYD_POS_KEY" "$UNIFYD_WHATSAPP_VERIFY_TOKEN" \
	"$(cat "$state/hash_key")"; do
	expect "'$what' in the log" 0 "$(in_log "$what")"
done
expect 'numbers as long as a phone has' 0 "$(grep -c '[0-9]\{8\}' "$log")"
value "SELECT DISTINCT value FROM live.identifier WHERE length(value) > 4
	UNION SELECT DISTINCT trim(value #>> '{}') FROM live.trait
		WHERE length(value #>> '{}') > 6
	UNION SELECT left(body -> 'body' ->> 'text', 40) FROM journal
		WHERE length(body -> 'body' ->> 'text') > 6" |
	sed '/^$/d' >"$state/known"
expect 'there is something to look for' 1 "$(($(wc -l <"$state/known") > 9))"
expect 'what is known of people' 0 "$(grep -c -F -f "$state/known" "$log")"

closing
