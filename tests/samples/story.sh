#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# story.sh: sends the sample story to the unifyd of the environment (the
# variables of STATE/env). Made up, in the senders' real wire formats. Ana of
# Recife browses, writes on WhatsApp from a number without the ninth digit,
# logs in, buys at a till and writes a mail; Bia logs in on the same tablet.
set -eu
cd "$(dirname "$0")/story"

send() { # file, then curl's arguments
	file=$1
	shift
	curl -sS --fail-with-body -o /dev/null --data-binary "@$file" "$@" ||
		{ echo "story: $file was refused" >&2; exit 1; }
}

web() {
	send "$1" -u "$UNIFYD_WEB_KEY:" -H 'Content-Type: application/json' \
		"$UNIFYD_URL/v1/$2"
}

whatsapp() {
	signature=$(openssl dgst -sha256 -hmac "$UNIFYD_WHATSAPP_SECRET" -r \
		"$1" | cut -d ' ' -f 1)
	send "$1" -H "X-Hub-Signature-256: sha256=$signature" \
		-H 'Content-Type: application/json' \
		"$UNIFYD_URL/v1/channels/whatsapp"
}

web 01_browse.json page
web 02_cart.json track
whatsapp 03_whatsapp.json
web 04_login.json batch
send 05_till.csv -H "Authorization: Bearer $UNIFYD_POS_KEY" \
	-H 'Content-Type: text/csv' "$UNIFYD_URL/v1/channels/pos"
send 06_mail.eml -H "Authorization: Bearer $UNIFYD_EMAIL_KEY" \
	-H 'Content-Type: message/rfc822' "$UNIFYD_URL/v1/channels/email"
web 07_tablet_ana.json identify
web 08_tablet_bia.json identify
