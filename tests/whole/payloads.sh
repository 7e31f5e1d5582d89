#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# payloads.sh: how what real senders sent is sent again, from the recordings
# beside the checkout. A test sources it instead of lib.sh, which it brings.
# shellcheck source=tests/whole/lib.sh
. "$(dirname "$0")/lib.sh"
recorded=$shared/payloads

# Everything there is for our channels, one file a line.
payloads() {
	find "$recorded/whatsapp" "$recorded/email_raw" \
		"$recorded/email_postmark" "$recorded/web_segment" \
		"$recorded/web_rudderstack" "$recorded/pos_poslog" \
		"$recorded/shopify" "$recorded/square" \
		-type f ! -name '*.txt' | LC_ALL=C sort
	ls "$recorded"/web_snowplow/*.http "$recorded"/cloudevents/*_002_ce.json
}

# The write keys that the captured requests hold, each once.
captured_keys() {
	{
		cat "$recorded"/web_segment/*.http "$recorded"/web_rudderstack/*.http | tr -d '\r' |
			LC_ALL=C sed -n 's/^[Aa]uthorization: Basic //p' |
			sort -u | while read -r word; do
			echo "$word" | base64 -d | cut -d : -f 1
		done
		cat "$recorded"/web_segment/*.http "$recorded"/web_rudderstack/*.http |
			LC_ALL=C sed -n 's/.*[?&]writeKey=\([^& ]*\).*/\1/p'
	} | sort -u
}

# The secrets of Meta's own vectors, which sign what is in them.
vector_secrets() {
	jq -r '.[] | select(.scheme == "meta") | .secret' \
		"$recorded/signatures/vectors.json" | sort -u
}

# So that captured requests can be sent byte for byte: their keys become live
# beside ours, as when a secret is changed for another.
payload_secrets() {
	more=$(captured_keys | sed 's/.*/, "&"/' | tr -d '\n')
	meta=$(vector_secrets | sed 's/.*/, "&"/' | tr -d '\n')
	sed -i -e "s#\"$UNIFYD_WEB_KEY\"#&$more#" \
		-e "s#secret = { \"$UNIFYD_WHATSAPP_SECRET\"#&$meta#" \
		"$state/unifyd.conf"
	cat >>"$state/unifyd.conf" <<END
source tills { channel = poslog secret = "$UNIFYD_POS_KEY" region = BR }
source shopify { channel = shopify secret = "$UNIFYD_POS_KEY" }
source square {
	channel = square
	secret = "$UNIFYD_POS_KEY"
	url = "https://loja.example/square"
}
source snowplow { channel = snowplow secret = shop-web currency = BRL }
source bus {
	channel = cloudevents
	secret = "$UNIFYD_WEB_KEY"
	identifiers = { "email=/data/email" }
}
END
}

# A signature in base64, as those make it that sign with HMAC-SHA256.
signature64() { # what is signed before the file; file
	{
		printf %s "$1"
		cat "$2"
	} | openssl dgst -sha256 -hmac "$UNIFYD_POS_KEY" -binary | base64
}

# How its sender would send a file, in curl's own words.
payload_curl() { # file
	case $1 in
	*/whatsapp/* | */story/*_whatsapp.json)
		echo "header = \"X-Hub-Signature-256: sha256=$(signature "$1")\""
		type=application/json call=channels/whatsapp ;;
	*/email_raw/* | */story/*.eml)
		echo "header = \"Authorization: Bearer $UNIFYD_EMAIL_KEY\""
		type=message/rfc822 call=channels/email ;;
	*/email_postmark/*)
		echo "user = \"$UNIFYD_EMAIL_KEY:\""
		type=application/json call=channels/email ;;
	*/pos_poslog/*)
		echo "user = \"$UNIFYD_POS_KEY:\""
		type=application/xml call=channels/tills ;;
	*/shopify/*)
		echo "header = \"X-Shopify-Hmac-Sha256: $(signature64 '' "$1")\""
		echo "header = \"X-Shopify-Topic: $(basename "$1" .json |
			tr _ /)\""
		type=application/json call=channels/shopify ;;
	*/square/*)
		echo "header = \"X-Square-HmacSha256-Signature: $(signature64 \
			https://loja.example/square "$1")\""
		type=application/json call=channels/square ;;
	*/cloudevents/*)
		echo "header = \"Authorization: Bearer $UNIFYD_WEB_KEY\""
		type=application/cloudevents+json call=events ;;
	*/story/*.csv)
		echo "user = \"$UNIFYD_POS_KEY:\""
		type=text/csv call=channels/pos ;;
	*/story/*.json)
		echo "user = \"$UNIFYD_WEB_KEY:\""
		type=application/json call=$(jq -r '.type // "batch"' "$1") ;;
	*.json) # of the web; the last word of its name is that of its path
		echo "user = \"$UNIFYD_WEB_KEY:\""
		type=application/json call=$(basename "$1" .json)
		call=${call##*_} ;;
	esac
	echo "header = \"Content-Type: $type\""
	echo "url = \"$url/v1/$call\""
	echo "data-binary = \"@$1\""
}

# Sends a file; prints the status.
payload_send() { # file
	case $1 in
	*.http) raw <"$1" ;;
	*) payload_curl "$1" | status -K - ;;
	esac
}
