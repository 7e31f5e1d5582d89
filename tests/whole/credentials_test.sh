#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every operation of the OpenAPI document, asked with each kind of wrong
# credential: none is served, and nothing is left behind. With a right one, each
# is heard.
# shellcheck source=tests/whole/lib.sh
. "$(dirname "$0")/lib.sh"

document=src/app/openapi.json
configure <<EOF
source shop {
	channel = web
	secret = { shop-key, shop-next }
}
source snowplow {
	channel = snowplow
	secret = app-id
}
source bus {
	channel = cloudevents
	secret = bus-key
}
source ads {
	channel = adjust
	secret = ads-key
}
source phone {
	channel = whatsapp
	secret = { old-secret, new-secret }
	verify_token = verify-me
}
source till {
	channel = pos
	secret = till-key
}
EOF
database credentials
read_key=$(ctl key add crm read)
steward_key=$(ctl key add steward steward)
ingest_key=$(ctl key add sender ingest)
revoked_key=$(ctl key add gone read,steward,admin)
ctl key revoke gone >/dev/null
daemon_start
before=$(rows)
id=00000000-0000-8000-8000-000000000000

ask() { # method, path, curl's arguments; the status
	verb=$1
	place=$2
	shift 2
	set -- -X "$verb" "$@" "$url$place"
	[ "$verb" != POST ] || set -- -d '{}' "$@"
	status -H 'Content-Type: application/json' "$@"
}

# Operations, as "METHOD PATH WHAT": a scope where they want an API key.
operations() { # jq's condition on .value
	jq -r --arg id "$id" '.paths | to_entries[] | .key as $path | .value
		| to_entries[] | select(.key != "parameters")
		| select(.value | '"$1"')
		| "\(.key | ascii_upcase) \($path | gsub("{id}"; $id)
			| gsub("{call}"; "track")) \(.value.security[0].bearer[0]?
			// "none")"' "$document"
}

# An API key, in every way that is not it.
wrong_key() { # method, path, status, what, curl's arguments
	what="$1 $2, $4"
	want=$3
	verb=$1
	place=$2
	shift 4
	expect "$what" "$want" "$(ask "$verb" "$place" "$@")"
}

while read -r method path scope; do
	case $scope in
	read) right=$read_key lesser=$ingest_key ;;
	*) right=$steward_key lesser=$read_key ;;
	esac
	wrong() { # what, curl's arguments
		what=$1
		shift
		wrong_key "$method" "$path" 401 "$what" "$@"
		expect "$method $path says how" 'basic realm="unifyd"' \
			"$(header www-authenticate)"
	}
	wrong 'no key'
	wrong 'an empty one' -H 'Authorization: Bearer '
	wrong 'nothing but a scheme' -H 'Authorization: Bearer'
	wrong 'an unknown one' -H "Authorization: Bearer $(echo "$right" |
		tr 0-9a-f a-f0-9)"
	wrong 'a part of it' -H "Authorization: Bearer ${right%?}"
	wrong 'more than it' -H "Authorization: Bearer ${right}0"
	wrong 'in capitals' -H "Authorization: Bearer $(echo "$right" |
		tr '[:lower:]' '[:upper:]')"
	wrong 'another scheme' -u "$right:"
	wrong 'no scheme' -H "Authorization: $right"
	wrong 'another header' -H "X-Api-Key: $right"
	wrong 'a revoked one' -H "Authorization: Bearer $revoked_key"
	wrong 'that of a source' -H 'Authorization: Bearer shop-key'
	wrong_key "$method" "$path?access_token=$right&key=$right" 401 \
		'in the query'
	wrong_key "$method" "$path" 403 'one for something else' \
		-H "Authorization: Bearer $lesser"
	wrong_key "$method" "$path" 403 'one for senders' \
		-H "Authorization: Bearer $ingest_key"
	expect "$method $path, heard" no "$(case $(ask "$method" "$path" \
		-H "Authorization: Bearer $right") in
	401 | 403 | 5*) echo "refused: $(cat "$state/answer")" ;;
	*) echo no ;;
	esac)"
done <<EOF
$(operations '(.security[0].bearer[0]? // "") != ""')
EOF

# Channels by paths of their own, and sources by name. The whole document holds
# no others: those without any security are told below.
heard() { # method, path, curl's arguments
	case $(ask "$@") in
	401 | 403 | 404 | 5*) echo "refused: $(cat "$state/answer")" ;;
	*) echo yes ;;
	esac
}
sender() { # method, path, secret
	for what in 'none:-H X:y' 'an empty one:-u :' 'an unknown one:-u nobody:' \
		'a part of it:-u '"${3%?}:" 'more than it:-u '"${3}x:" \
		"another source's:-u till-key:" "an API key:-u $ingest_key:"; do
		# shellcheck disable=SC2086 # arguments are words
		expect "$1 $2, ${what%%:*}" 401 "$(ask "$1" "$2" ${what#*:})"
	done
	expect "$1 $2, heard" yes "$(heard "$1" "$2" -u "$3:")"
}
while read -r method path _; do
	case $path in
	*'{source}'*) continue ;;
	*snowplow* | /i) secret=app-id ;;
	/v1/events) secret=bus-key ;;
	/v1/adjust) secret=ads-key ;;
	*) secret=shop-key ;;
	esac
	case "$method $path" in
	'GET /sourceConfig') ;; # a handshake, below
	*) sender "$method" "$path" "$secret" ;;
	esac
done <<EOF
$(operations '(.security | length) > 0 and
	all(.security[]; (.bearer[0]? // "") == "")')
EOF
sender POST /v1/channels/shop shop-next
sender POST /v1/channels/snowplow app-id
sender POST /v1/channels/bus bus-key
expect 'no source' 404 "$(ask POST /v1/channels/nobody -u shop-key:)"
for what in 'none:' 'an unknown one:-u nobody:' "another source's:-u shop-key:"; do
	# shellcheck disable=SC2086
	expect "till, ${what%%:*}" 401 "$(ask POST /v1/channels/till ${what#*:})"
done

# Signatures cover the bytes that came.
signed() { # secret, text that is signed
	printf 'X-Hub-Signature-256: sha256=%s' "$(printf %s "$2" |
		openssl dgst -sha256 -hmac "$1" -r | cut -d ' ' -f 1)"
}
phone() { # what, want, header
	expect "phone, $1" "$2" "$(ask POST /v1/channels/phone -H "$3")"
}
phone 'no signature' 401 'X: y'
phone 'an empty one' 401 'X-Hub-Signature-256;'
phone 'by another secret' 401 "$(signed another-secret '{}')"
phone 'of other bytes' 401 "$(signed new-secret '{ }')"
phone 'without its name' 401 "$(signed new-secret '{}' | sed 's/sha256=//')"
phone 'of half its length' 401 "$(signed new-secret '{}' | head -c 60)"
phone 'the secret as a key' 401 'Authorization: Bearer new-secret'
expect 'phone, heard' yes "$(heard POST /v1/channels/phone -H \
	"$(signed old-secret '{}')")"
expect 'phone, heard by the next' yes "$(heard POST /v1/channels/phone -H \
	"$(signed new-secret '{}')")"

# Handshakes.
greet='/v1/channels/phone?hub.mode=subscribe&hub.challenge=7&hub.verify_token='
expect 'a word' 200 "$(ask GET "${greet}verify-me")"
expect 'another word' 403 "$(ask GET "${greet}verify-m")"
expect 'no word' 403 "$(ask GET "$greet")"
expect 'of no source' 404 "$(ask GET /v1/channels/nobody)"
expect 'settings' 200 "$(ask GET /v1/projects/shop-key/settings)"
expect 'settings of nobody' 404 "$(ask GET /v1/projects/nobody/settings)"
expect 'sourceConfig' 200 "$(ask GET /sourceConfig -u shop-key:)"
expect 'sourceConfig of nobody' 404 "$(ask GET /sourceConfig -u nobody:)"

# What anybody may ask.
expect 'all that wants no key' 'GET /livez GET /metrics GET /openapi.json
GET /readyz GET /v1/channels/{source} GET /v1/projects/{writeKey}/settings' \
	"$(operations '(.security | length) == 0' | sed 's/ none$//' | sort |
		tr '\n' ' ' | sed 's/ $//; s| \(GET /readyz\)|\n\1|')"

expect 'nothing was left behind' "$before" "$(rows)"
closing
