#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# PostgreSQL goes away and comes back: senders hear 503 at once and may try
# again, what got a 2xx is in the journal (invariant 2), and nobody need
# restart unifyd. Then what its signals promise: SIGHUP takes a configuration
# whole or not at all, SIGTERM lets requests in hand have their answers.
# shellcheck source=tests/whole/lib.sh
. "$(dirname "$0")/lib.sh"

live_once
database away
reader=$(ctl key add reader read)
daemon_start
process=$daemon
log=$state/away.log

# 503 within a second, saying when to come back.
busy() { # what, curl's arguments
	what=$1
	shift
	expect "$what: 503" '503 busy' "$(refusal -m 1 "$@")"
	expect "$what: come back" 1 "$(header retry-after |
		grep -c -x '[1-9][0-9]*')"
}

ops() { # path, status
	[ "$(status -m 1 "$url$1")" = "$2" ]
}

profile() {
	curl -sS -H "Authorization: Bearer $reader" \
		-d '{"identifiers":[{"kind":"user_id","value":"cliente-2041"}]}' \
		"$url/v1/profiles/lookup"
}

everybody_busy() { # when
	busy "web, $1" -d '{"type":"page","anonymousId":"x"}' \
		-u "$UNIFYD_WEB_KEY:" "$url/v1/page"
	whatsapp=$PWD/tests/samples/story/03_whatsapp.json
	busy "whatsapp, $1" --data-binary "@$whatsapp" \
		-H "X-Hub-Signature-256: sha256=$(signature "$whatsapp")" \
		"$url/v1/channels/whatsapp"
	printf 'receipt_id;total\n1;5,00\n' >"$state/csv"
	printf 'From: a@b.example\nSubject: x\n\nx\n' >"$state/mail"
	busy "pos, $1" --data-binary "@$state/csv" -u "$UNIFYD_POS_KEY:" \
		"$url/v1/channels/pos"
	busy "email, $1" --data-binary "@$state/mail" \
		-u "$UNIFYD_EMAIL_KEY:" "$url/v1/channels/email"
	busy "reading, $1" -H "Authorization: Bearer $reader" \
		"$url/v1/profiles"
	expect "alive, $1" 200 "$(status -m 1 "$url/livez")"
	expect "not ready, $1" 503 "$(status -m 1 "$url/readyz")"
	expect "metrics, $1" 1 "$(curl -sS -m 1 "$url/metrics" |
		grep -c '^unifyd_database_up 0$')"
}

UNIFYD_URL=$url sh tests/samples/story.sh
until_true resolved
before=$(profile)
expect 'there is something to read' cliente-2041 "$(echo "$before" |
	jq -r '.profile.identifiers[] | select(.kind == "user_id").value')"

# A sender that never rests; beside each number what it heard.
track() { # number, curl's arguments
	number=$1
	shift
	curl -s -m 5 -o "$state/tracked" -w "%{http_code} $number\\n" "$@" \
		-u "$UNIFYD_WEB_KEY:" -d "{\"type\":\"track\",\"event\":
		\"n$number\",\"messageId\":\"n$number\",\"userId\":\"restless\",
		\"timestamp\":\"2026-11-23T12:00:00Z\"}" "$url/v1/track"
}
(
	number=0
	while [ -d "$state" ] && [ ! -e "$state/enough" ]; do
		number=$((number + 1))
		track $number
	done
) >"$state/heard" &
sender=$!
heard() { # status, how many
	[ "$(grep -c "^$1 " "$state/heard")" -ge "$2" ]
}
until_true heard 200 20
pg -m immediate stop
gone=$(now_ms)
until_true heard 503 1
expect 'the first 503 came soon' 1 "$(($(now_ms) - gone < 1000))"
until_true ops /readyz 503
everybody_busy away
until_true heard 503 20

pg_start
back=$(now_ms)
until_true ops /readyz 200
expect 'ready again in time' 1 "$(($(now_ms) - back < 5000))"
expect 'the same process' "$process yes" "$daemon $(alive && echo yes)"
seen_200=$(grep -c '^200 ' "$state/heard")
until_true heard 200 $((seen_200 + 20))
touch "$state/enough"
wait "$sender"
expect 'it heard nothing else' '200 503' "$(cut -d ' ' -f 1 "$state/heard" |
	sort -u | tr '\n' ' ' | sed 's/ $//')"
sed -n 's/^200 /n/p' "$state/heard" | sort >"$state/promised"
value "SELECT body ->> 'name' FROM journal WHERE body ->> 'name' ~ '^n[0-9]'" |
	sort >"$state/kept"
expect 'what got a 200 is there' '' "$(comm -23 "$state/promised" \
	"$state/kept")"
expect 'nothing is there twice' '' "$(uniq -d "$state/kept")"
until_true resolved
expect 'verified' 1 "$(ctl verify | grep -c 'no difference')"
expect 'and reads the same' "$before" "$(profile)"

# Everything again, as its senders would: nothing is taken twice.
count=$(value 'SELECT count(*) FROM seen')
missing=$(($(wc -l <"$state/heard") - $(wc -l <"$state/kept")))
cut -d ' ' -f 2 "$state/heard" | while read -r number; do
	track "$number"
done >"$state/again"
expect 'all is taken now' "$(wc -l <"$state/heard")" \
	"$(grep -c '^200 ' "$state/again")"
expect 'only what was missing is new' $((count + missing)) \
	"$(value 'SELECT count(*) FROM seen')"

# Away when it starts: it serves, says so, and needs no second start.
daemon_stop TERM
expect 'drained' 0 $?
pg -m fast stop
rm -f "$state/away.port"
"$build/unifyd" --config "$conf" 2>>"$log" &
daemon=$!
until_true port_known
url=http://127.0.0.1:$(cat "$state/away.port")
until_true ops /livez 200
everybody_busy 'at the start'
pg_start
back=$(now_ms)
until_true ops /readyz 200
reads() { # as soon as it has read the API keys
	[ "$(profile)" = "$before" ]
}
until_true reads
expect 'ready and read in time' 1 "$(($(now_ms) - back < 5000))"

# SIGHUP: all or nothing. $conf is written anew, the daemon is told, and the
# log says what came of it.
reload() { # what the log must say; the file on stdin
	cat >"$conf"
	lines=$(grep -c "$1" "$log")
	kill -HUP "$daemon"
	until_true said "$1" $((lines + 1))
}
said() { # what, how often
	[ "$(grep -c "$1" "$log")" -ge "$2" ]
}
web() { # key
	status -u "$1:" -d '{"type":"page","anonymousId":"reload"}' \
		"$url/v1/page"
}
good=$(cat "$conf")
changed=$(echo "$good" | sed "s/\"$UNIFYD_WEB_KEY\"/\"another-key\"/")
head -c 64 /dev/zero | tr '\0' k >"$state/other_key"
for wrong in 's/channel = pos/channel = nope/' 's/^listen = .*/listen = "x"/' \
	's/region = BR/region = br/' '$a nonsense = 1' '$a source x {' \
	"s#file:$state/hash_key#file:$state/other_key#" \
	"s#file:$state/hash_key#file:$state/none#"; do
	echo "$changed" | sed "$wrong" | reload 'event=reload error='
	expect "$wrong: the old goes on" 200 "$(web "$UNIFYD_WEB_KEY")"
	expect "$wrong: nothing of the new" 401 "$(web another-key)"
done
echo "$changed" | reload 'event=reload sources=4'
expect 'the new' 200 "$(web another-key)"
expect 'nothing of the old' 401 "$(web "$UNIFYD_WEB_KEY")"
echo "$good" | reload 'event=reload sources=4'
expect 'and back' 200 "$(web "$UNIFYD_WEB_KEY")"
expect 'one process all along' yes "$(alive && echo yes)"

# SIGTERM: a request that waits for its COMMIT hears of it. What holds the
# COMMIT up is a lock of ours.
mkfifo "$state/sql"
psql -X -q <"$state/sql" >"$state/out" 2>&1 &
holder=$!
exec 3>"$state/sql"
echo 'BEGIN; LOCK TABLE seen;' >&3
waiting() {
	[ "$(value "SELECT count(*) FROM pg_locks
		WHERE NOT granted AND relation = 'seen'::regclass")" != 0 ]
}
locked() {
	[ "$(value "SELECT count(*) FROM pg_locks WHERE granted AND
		relation = 'seen'::regclass AND mode = 'AccessExclusiveLock'")" != 0 ]
}
until_true locked
track 0 >"$state/last" &
sender=$!
until_true waiting
kill -TERM "$daemon"
until_true said 'event=stop' 2
expect 'no answer yet' '' "$(cat "$state/last")"
expect 'nobody new is let in' 7 "$(code curl -s -m 5 "$url/livez")"
expect 'still at it' yes "$(alive && echo yes)"
echo 'COMMIT;' >&3
exec 3>&-
wait "$holder"
wait "$sender"
expect 'the request had its answer' '200 0' "$(cat "$state/last")"
wait "$daemon"
expect 'and a clean end' 0 $?
daemon=
expect 'it is in the journal' 1 "$(value "SELECT count(*) FROM journal
	WHERE body ->> 'name' = 'n0'")"
expect 'nothing else was changed' 1 "$(ctl verify | grep -c 'no difference')"
expect 'no value in the log' 0 "$(grep -c -e @ -e restless "$log")"

closing
