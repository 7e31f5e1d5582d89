#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Invariant 5 through the daemon: WORLDS random worlds (30), sent one by one;
# as wholes; reversed in batches of random size; shuffled, with repeats, over
# four connections at once; and with SIGKILL in the middle, and replayed: the
# same profiles with the same ids, to the byte, and verify agrees.
# shellcheck source=tests/whole/lib.sh
. "$(dirname "$0")/lib.sh"

live_once
key=$UNIFYD_WEB_KEY
"$build/tests/whole/worlds_tool" "${WORLDS:-30}" >"$state/told" ||
	give_up 'no worlds'
events=$(wc -l <"$state/told")

# Where each kind is, by how well it is known.
mappings() {
	for word in asserted attested verified given_up taken_over; do
		for kind in anonymous_id user_id email phone whatsapp_user loyalty \
			cpf device instagram record telegram vat; do
			echo "\"$kind=/data/$word/$kind $word\""
		done
	done | paste -s -d ,
}

cut -f 1 "$state/told" | sort -u | while read -r name; do
	cat <<END
source world-$name {
	channel = cloudevents
	secret = "$key"
	region = BR
	identifiers = { $(mappings) }
	traits = { "name=/data/name", "locale=/data/locale" }
}
END
done >>"$state/unifyd.conf"

# An order of its own for each seed, the same on every machine.
shuffled() { # seed
	awk -v seed="$1" 'BEGIN { srand(seed) } { print rand() "\t" $0 }' |
		LC_ALL=C sort -g | cut -f 2-
}

# Events as requests in curl's words, a file each: those that stand behind one
# another and are of one source share one, but of so many at most.
requests() { # folder, how many at most, or 0: up to 20 by chance
	mkdir "$1"
	awk -F '\t' -v to="$1" -v most="$2" -v url="URL" 'BEGIN { srand(most) }
		function finish() { if (file) { print "]" >file; close(file) } }
		$1 != source || ++count > room {
			finish()
			file = sprintf("%s/%06d.json", to, ++n)
			printf "[" >file
			source = $1
			count = 1
			room = most ? most : 1 + int(rand() * 20)
			print source >(to "/sources")
		}
		{ print (count > 1 ? "," : "") $2 >file }
		END { finish() }'
	awk -v to="$1" '{
		if (n++) print "next"
		print "url = \"URL/v1/channels/world-" $1 "\""
		printf "data-binary = \"@%s/%06d.json\"\n", to, n
		print "header = \"Authorization: Bearer KEY\""
		print "header = \"Content-Type: application/cloudevents-batch+json\""
		print "output = /dev/null"
		print "write-out = \"%{http_code}\\n\""
	}' "$1/sources" | sed "s/KEY/$key/" >"$1/words"
}

# Over one connection; the words of each status that came, and how many.
deliver() { # folder
	sed "s#URL/#$url/#" "$1/words" | curl -sS -K - 2>>"$state/curl.log" |
		sort | uniq -c | awk '{ print $2 "x" $1 }'
}

all_came() { # folder
	[ "$1" = "200x$(wc -l <"$2/sources")" ]
}

judge() { # way
	until_true resolved
	ctl profile export | LC_ALL=C sort >"$state/$1.profiles"
	expect "$1: events" "$events" "$(value 'SELECT count(*) FROM seen')"
	expect "$1: with their own times" 0 \
		"$(value 'SELECT count(*) FROM journal WHERE clamped')"
	expect "$1: verify" "$events events, no difference" "$(ctl verify)"
	expect "$1: profiles" '' \
		"$(diff "$state/single.profiles" "$state/$1.profiles" | head -n 5)"
	daemon_stop TERM
}

begin() { # way
	database "$1"
	daemon_start
}

sent() { # way: its requests are all taken
	expect "$1: statuses" "200x$(wc -l <"$state/$1.requests/sources")" \
		"$(deliver "$state/$1.requests")"
}

begin single
requests "$state/single.requests" 1 <"$state/told"
sent single
judge single
expect 'profiles there are' 1 "$(($(wc -l <"$state/single.profiles") > 500))"
expect 'tenures there are' 1 "$(($(value \
	'SELECT count(*) FROM live.identifier WHERE base IS NOT NULL') > 0))"

begin whole
LC_ALL=C sort -s -t "$(printf '\t')" -k 1,1 "$state/told" |
	requests "$state/whole.requests" 1000
sent whole
judge whole

begin reversed
tac "$state/told" | requests "$state/reversed.requests" 0
sent reversed
judge reversed

# A fifth of them comes twice.
begin shuffled
awk '{ print } NR % 5 == 0 { print }' "$state/told" | shuffled 1 >"$state/twice"
for part in 0 1 2 3; do
	awk -v part=$part 'NR % 4 == part' "$state/twice" |
		requests "$state/shuffled.$part" 0
	deliver "$state/shuffled.$part" >"$state/shuffled.$part.statuses" &
	parts="${parts:-} $!"
done
for part in $parts; do
	wait "$part"
done
for part in 0 1 2 3; do
	expect "shuffled: statuses of $part" \
		"200x$(wc -l <"$state/shuffled.$part/sources")" \
		"$(cat "$state/shuffled.$part.statuses")"
done
judge shuffled

half_is_there() {
	[ "$(value 'SELECT count(*) FROM seen')" -gt $((events / 2)) ]
}

begin killed
shuffled 2 <"$state/told" | requests "$state/killed.requests" 0
deliver "$state/killed.requests" >"$state/killed.statuses" &
sender=$!
until_true half_is_there
daemon_stop KILL
wait "$sender"
expect 'killed: in the middle' 1 "$(grep -c '^000x' "$state/killed.statuses")"
daemon_start
sent killed
until_true resolved
psql -X -q -c 'DELETE FROM live.cut'
expect 'killed: without cuts' 'different: cut' "$(ctl verify | cut -d ' ' -f 1-2)"
ctl replay >/dev/null
judge killed

closing
