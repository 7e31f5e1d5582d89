#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# One customer on thirteen channels, each in its own wire format with its own
# signature, is one profile, in whatever order they come; another, who shares a
# name, a city and a shop with her, is not.
# shellcheck source=tests/whole/lib.sh
. "$(dirname "$0")/lib.sh"
secret=canario-belga

configure <<END
source web { channel = web secret = "$secret" region = BR }
source whatsapp { channel = whatsapp secret = "$secret" }
source email {
	channel = email secret = "$secret" authserv_id = "mx.loja.example"
}
source pos { channel = pos secret = "$secret" region = BR currency = BRL }
source crm {
	channel = crm secret = "$secret" region = BR assurance = verified
}
source telegram { channel = telegram secret = "$secret" }
source line { channel = line secret = "$secret" nonce = user_id }
source meta {
	channel = meta
	secret = "$secret"
	link = user_id
	status_url = "https://loja.example/esquecidos"
}
source twilio {
	channel = twilio
	secret = "$secret"
	url = "https://loja.example/v1/channels/twilio"
}
source shopify { channel = shopify secret = "$secret" customer = user_id }
source intercom { channel = intercom secret = "$secret" external = user_id }
source typeform {
	channel = typeform secret = "$secret" hidden = "customer=user_id"
}
source zendesk {
	channel = zendesk secret = "$secret" external = user_id window = 0
}
END
mkdir "$state/requests"

hex() { # digest; what is signed is on stdin
	openssl dgst "-$1" -hmac "$secret" -r | cut -d ' ' -f 1
}
base64_of() { # digest
	openssl dgst "-$1" -hmac "$secret" -binary | base64 -w 0
}

# A request as a file of curl's words; the body is on stdin.
keep() { # name source type [header...]
	name=$1
	cat >"$state/requests/$name.body"
	{
		echo "url = \"URL/v1/$2\""
		echo "header = \"Content-Type: $3\""
		shift 3
		for header in "$@"; do
			echo "header = \"$header\""
		done
		echo "data-binary = \"@$state/requests/$name.body\""
		echo 'output = /dev/null'
		printf '%s\n' "write-out = \"%{http_code} $name\n\""
	} >"$state/requests/$name"
}
signed() { # name source header prefix digest coding; the body is on stdin
	cat >"$state/body"
	keep "$1" "channels/$2" application/json \
		"$3: $4$("$6" "$5" <"$state/body")" <"$state/body"
}

# The people, each with her own, under the same names.
tell() { # person number mobile
	who=$1 n=$2 phone=$3 mail=$1@mail.example

	keep "$who-web" track application/json \
		"Authorization: Bearer $secret" <<-END
	{"messageId":"$who-w","userId":"cliente-$n","anonymousId":"browser-$who",
	"event":"Product Viewed","timestamp":"2026-11-01T10:00:00Z",
	"context":{"traits":{"email":"$mail"}}}
	END
	keep "$who-crm" channels/crm text/csv \
		"Authorization: Bearer $secret" <<-END
	id,user_id,email,phone,name,city,updated_at
	$n,cliente-$n,$mail,+$phone,Ana Lima,Recife,2026-11-02T10:00:00Z
	END
	signed "$who-whatsapp" whatsapp X-Hub-Signature-256 sha256= sha256 hex <<-END
	{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{
	"field":"messages","value":{"metadata":{"phone_number_id":"9"},"messages":[
	{"from":"$phone","id":"wamid.$who","timestamp":"1793700000","type":"text",
	"text":{"body":"Oi!"}}]}}]}]}
	END
	keep "$who-email" channels/email message/rfc822 \
		"Authorization: Bearer $secret" <<-END
	Authentication-Results: mx.loja.example; dmarc=pass header.from=mail.example
	From: Ana Lima <$mail>
	To: loja@loja.example
	Date: Tue, 03 Nov 2026 10:00:00 +0000
	Message-ID: <$who@mail.example>
	Subject: Troca

	Oi!
	END
	keep "$who-pos" channels/pos text/csv \
		"Authorization: Bearer $secret" <<-END
	receipt_id,store,terminal,timestamp,total,phone,loyalty
	$n,12,1,2026-11-04T10:00:00Z,10.00,+$phone,cartao-$n
	END
	keep "$who-telegram" channels/telegram application/json \
		"X-Telegram-Bot-Api-Secret-Token: $secret" <<-END
	{"update_id":$n,"message":{"message_id":1,"date":1793800000,"from":{"id":$n,
	"first_name":"Ana"},"chat":{"id":$n,"type":"private"},"contact":{
	"phone_number":"$phone","user_id":$n}}}
	END
	signed "$who-line" line X-Line-Signature '' sha256 base64_of <<-END
	{"destination":"B","events":[{"type":"accountLink","webhookEventId":"$who",
	"timestamp":1793900000000,"source":{"type":"user","userId":"U$n"},
	"link":{"result":"ok","nonce":"cliente-$n"}}]}
	END
	signed "$who-meta" meta X-Hub-Signature-256 sha256= sha256 hex <<-END
	{"object":"page","entry":[{"id":"P","time":1794000000000,"messaging":[{
	"sender":{"id":"$n"},"recipient":{"id":"P"},"timestamp":1794000000000,
	"account_linking":{"status":"linked","authorization_code":"cliente-$n"}}]}]}
	END
	form="MessageSid=SM$n&From=%2B$phone&To=%2B5581000000&Body=Oi"
	keep "$who-twilio" channels/twilio application/x-www-form-urlencoded \
		"X-Twilio-Signature: $(printf %s \
		"https://loja.example/v1/channels/twilioBodyOiFrom+${phone}MessageSidSM${n}To+5581000000" |
		base64_of sha1)" <<-END
	$form
	END
	printf %s "$form" >"$state/requests/$who-twilio.body"
	cat >"$state/body" <<-END
	{"id":$n,"name":"#$n","created_at":"2026-11-05T10:00:00Z","updated_at":
	"2026-11-05T10:00:00Z","currency":"BRL","total_price":"20.00",
	"financial_status":"paid","email":"$mail","customer":{"id":"cliente-$n"}}
	END
	keep "$who-shopify" channels/shopify application/json \
		'X-Shopify-Topic: orders/create' "X-Shopify-Event-Id: $who" \
		'X-Shopify-Shop-Domain: loja.myshopify.example' \
		"X-Shopify-Hmac-Sha256: $(base64_of sha256 <"$state/body")" \
		<"$state/body"
	signed "$who-intercom" intercom X-Hub-Signature sha1= sha1 hex <<-END
	{"type":"notification_event","app_id":"W","id":"n-$who","topic":
	"contact.user.created","created_at":1794100000,"data":{"item":{"id":"$n",
	"external_id":"cliente-$n","email":"$mail","name":"Ana Lima"}}}
	END
	signed "$who-typeform" typeform Typeform-Signature sha256= sha256 \
		base64_of <<-END
	{"event_id":"$who","event_type":"form_response","form_response":{"form_id":
	"F","token":"t-$who","submitted_at":"2026-11-08T10:00:00Z","hidden":{
	"customer":"cliente-$n"},"answers":[]}}
	END
	cat >"$state/body" <<-END
	{"type":"zen:event-type:user.created","account_id":1,"id":"z-$who","time":
	"2026-11-09T10:00:00Z","detail":{"id":"$n","external_id":"cliente-$n",
	"email":"$mail","role":"end-user"},"event":{}}
	END
	signature=$({ printf %s 2026-11-09T10:00:00Z && cat "$state/body"; } |
		base64_of sha256)
	keep "$who-zendesk" channels/zendesk application/json \
		'X-Zendesk-Webhook-Signature-Timestamp: 2026-11-09T10:00:00Z' \
		"X-Zendesk-Webhook-Signature: $signature" <"$state/body"
}
tell ana 2041 5581987654321
tell bia 3307 5581991230044

all() {
	find "$state/requests" -type f ! -name '*.body' -printf '%f\n' |
		LC_ALL=C sort
}
shuffled() { # seed
	all | while read -r name; do
		printf '%s %s\n' "$(printf '%s' "$1 $name" | cksum)" "$name"
	done | LC_ALL=C sort -n | sed 's/.* //'
}
deliver() { # the names are on stdin
	while read -r name; do
		cat "$state/requests/$name"
		echo next
	done | sed -e '$d' -e "s#URL/#$url/#" >"$state/words"
	curl -sS -K "$state/words" >"$state/statuses"
	expect 'all are taken' '' "$(grep -v '^200 ' "$state/statuses")"
	until_true resolved
}

# The identifiers of each profile, a line each. Their times may differ: an SMS
# is of the time of its receipt.
groups() {
	ctl profile export | jq -c '[.identifiers[] | "\(.kind):\(.value)"] |
		sort' | LC_ALL=C sort
}

# Who asks Meta that the shop forget him.
forget=$(printf '{"user_id":"%s","issued_at":1794200000}' 9 | base64 -w 0 |
	tr '+/' '-_' | tr -d =)
code=$(printf %s "$forget" | hex sha256 | cut -c 1-32)
forget=$(printf %s "$forget" | base64_of sha256 | tr '+/' '-_' |
	tr -d =).$forget

for order in once reverse 1 2 3; do
	database "in_$order"
	key=$(ctl key add reader read)
	daemon_start
	case $order in
	once) all ;;
	reverse) all | LC_ALL=C sort -r ;;
	*) shuffled "$order" ;;
	esac | deliver
	groups >"$state/groups"
	[ -s "$state/first" ] || cp "$state/groups" "$state/first"
	expect "$order: as in any other order" "$(cat "$state/first")" \
		"$(cat "$state/groups")"
	expect "$order: two profiles" 2 "$(wc -l <"$state/groups")"
	expect "$order: verified" 1 "$(ctl verify | grep -c 'no difference')"
	curl -sS -H "Authorization: Bearer $key" -d '{"identifiers":[{
		"kind":"user_id","value":"cliente-2041"}]}' \
		"$url/v1/profiles/lookup" >"$state/ana"
	expect "$order: hers on all of them" \
		crm,email,intercom,line,meta,pos,shopify,telegram,twilio,typeform,web,whatsapp,zendesk \
		"$(jq -r '.profile.channels | keys | join(",")' "$state/ana")"
	expect "$order: and nothing of the other" '' "$(grep -o -e bia@ \
		-e cliente-3307 -e 991230044 "$state/ana")"
	expect "$order: Meta hears what it shows to who asked to be forgotten" \
		"{\"confirmation_code\":\"$code\",\"url\":\"https://loja.example/esquecidos?code=$code\"}" \
		"$(curl -sS -d "signed_request=$forget" "$url/v1/channels/meta")"
	daemon_stop TERM
done
closing
