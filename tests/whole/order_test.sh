#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Arrival order changes nothing (invariant 5), and neither do repeats nor a
# daemon that dies: the sample story and all recordings, sent to fresh
# databases once, twice, in reverse, shuffled, side by side, one by one, and
# with SIGKILL in the middle, give the same profiles, and verify agrees.
# shellcheck source=tests/whole/payloads.sh
. "$(dirname "$0")/payloads.sh"

live_once
mkdir "$state/requests" "$state/whatsapp"
url=URL # put in when a request is sent

# A request as a file of curl's words, which says its status and its name.
keep() { # name; the words on stdin
	{
		cat
		echo "output = /dev/null"
		printf '%s\n' "write-out = \"%{http_code} $1\n\""
	} >"$state/requests/$1"
}

# What a capture sent, as words: the same to the daemon as its bytes.
capture_curl() { # file
	tr -d '\r' <"$1" | LC_ALL=C sed -n -e '/^$/q' -e \
		's/^\(authorization\|content-\(type\|encoding\)\): .*/header = "&"/Ip'
	LC_ALL=C sed '1,/^\r$/d' "$1" >"$state/${1##*/}.body"
	echo "url = \"URL$(sed -n '1s/^POST \([^ ]*\) .*/\1/p' "$1")\""
	echo "data-binary = \"@$state/${1##*/}.body\""
}

for file in "$PWD"/tests/samples/story/*; do
	payload_curl "$file" | keep "story_${file##*/}"
done
if have_shared; then
	payload_secrets
	for file in $(payloads); do
		case $file in
		*_OPTIONS_*) ;;
		*/whatsapp/*)
			# Of the recordings many share an id, and of those the
			# first wins, as it must: each gets one of its own.
			own=$state/whatsapp/${file##*/}
			jq --arg own ".${file##*/}" '(.entry[].changes[].value |
				(.messages, .statuses, .calls,
				.message_echoes)[]?.id) += $own' \
				"$file" >"$own"
			payload_curl "$own" | keep "whatsapp_${file##*/}" ;;
		*/webhooks__unsubscribe.json | */gift_card.customer_linked.json)
			;; # the id of another, too
		*.http) capture_curl "$file" | keep "${file##*/}" ;;
		*) payload_curl "$file" | keep "${file##*/}" ;;
		esac
	done
fi

all() {
	find "$state/requests" -type f -printf '%f\n' | LC_ALL=C sort
}

# An order of its own for each seed, the same on every machine.
shuffled() { # seed
	all | while read -r name; do
		printf '%s %s\n' "$(printf '%s' "$1 $name" | cksum)" "$name"
	done | LC_ALL=C sort -n | sed 's/.* //'
}

# In the order of stdin, over one connection; $state/statuses says what came.
deliver() { # curl's arguments
	while read -r name; do
		cat "$state/requests/$name"
		echo next
	done | sed -e '$d' -e "s#URL/#$url/#" >"$state/words"
	curl -sS "$@" -K "$state/words" >"$state/statuses" 2>"$state/curl.log"
}

# What every way to send must come to.
judge() { # way
	until_true resolved
	expect "$1: statuses" "$statuses" "$(LC_ALL=C sort "$state/statuses")"
	expect "$1: profiles" "$digest" "$(ctl profile export --digest)"
	expect "$1: verify" "$events events, no difference" "$(ctl verify)"
	expect "$1: events" "$events" "$(value 'SELECT count(*) FROM seen')"
}

begin() { # way
	database "$1"
	daemon_start
}

end() { # way
	judge "$1"
	daemon_stop TERM
}

# An event without a time of its own, or with an impossible one, gets that of
# its receipt: for it, arrival is content. Those are found here and left out
# below; that a repeat of them changes nothing is seen here.
begin sieve
all | deliver
until_true resolved
digest=$(ctl profile export --digest)
statuses=$(LC_ALL=C sort "$state/statuses")
events=$(value 'SELECT count(*) FROM seen')
all | deliver
end sieve
value "SELECT encode(sha256(body), 'hex') FROM inbound
	WHERE inbound IN (SELECT inbound FROM journal WHERE clamped)" \
	>"$state/clamped"
for name in $(all); do
	body=$(sed -n 's/^data-binary = "@\(.*\)"$/\1/p' "$state/requests/$name")
	if sha256sum <"$body" | cut -d ' ' -f 1 |
		grep -q -x -f - "$state/clamped"; then
		echo "$test: left out, for its time is that of its receipt: $name"
		rm "$state/requests/$name"
	fi
done

begin once
all | deliver
until_true resolved
digest=$(ctl profile export --digest)
statuses=$(LC_ALL=C sort "$state/statuses")
events=$(value 'SELECT count(*) FROM seen')
expect 'something was sent' 1 "$((events > 9))"
expect 'nothing in conflict' 0 "$(value 'SELECT count(*) FROM parked')"
expect 'nothing at the time of its receipt' 0 "$(value 'SELECT count(*)
	FROM journal WHERE clamped')"
judge once
all | deliver
end twice

begin reverse
all | LC_ALL=C sort -r | deliver
end reverse

for seed in 1 2 3 4; do
	begin "shuffled_$seed"
	shuffled $seed | deliver
	end "shuffled_$seed"
done

begin side_by_side
shuffled 5 | deliver -Z --parallel-max 8
end side_by_side

# Resolved one by one, not in batches.
begin one_by_one
shuffled 6 >"$state/order"
: >"$state/each"
while read -r name; do
	echo "$name" | deliver
	cat "$state/statuses" >>"$state/each"
	until_true resolved
done <"$state/order"
cp "$state/each" "$state/statuses"
end one_by_one

# Killed as soon as a third is in, with requests in hand; all is sent again,
# and killed again while the resolver may be at it.
third() {
	[ "$(value 'SELECT count(*) FROM seen')" -ge $((events / 3)) ]
}
begin killed
shuffled 7 | deliver --rate "$(($(all | wc -l) / 2 + 1))/s" &
sender=$!
until_true third
daemon_stop KILL
wait "$sender"
expect 'killed in the middle' 1 "$(($(value 'SELECT count(*) FROM seen') <
	events))"
daemon_start
shuffled 7 | deliver
daemon_stop KILL
daemon_start
end killed

closing
