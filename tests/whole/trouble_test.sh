#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# PostgreSQL in trouble: it stops answering, cannot be written, is out of
# connections, out of space, or is another one now. Senders and readers hear
# 503 within a second, nothing that got a 2xx is lost, and nobody need restart
# unifyd. And of two daemons one resolves, the other within five seconds of
# its end, also where the first was only asleep.
# shellcheck source=tests/whole/lib.sh
. "$(dirname "$0")/lib.sh"

live_once
database trouble
reader=$(ctl key add reader read)
daemon_start
number=0

# A sender's next event; what it heard is kept.
track() { # curl's arguments
	number=$((number + 1))
	curl -s -o "$state/tracked" -w '%{http_code} %{time_total}' "$@" \
		-u "$UNIFYD_WEB_KEY:" -d "{\"type\":\"track\",\"event\":
		\"n$number\",\"messageId\":\"n$number\",\"userId\":\"restless\",
		\"timestamp\":\"2026-11-23T12:00:00Z\"}" "$url/v1/track" \
		>"$state/heard"
	read -r heard took <"$state/heard"
	[ "$heard" != 200 ] || echo "n$number" >>"$state/promised"
}

# An event that is taken, within a second of when it is asked for.
taken() {
	track -m 5
	[ "$heard" = 200 ]
}

soon() { # seconds as curl has them
	case $1 in 0.* | 1.[01]*) echo soon ;; *) echo "$1" ;; esac
}

# What everybody hears, for as long as it lasts.
busy() { # when
	for _ in 1 2 3; do
		track -m 5
		expect "$1: a sender hears 503" '503 soon' \
			"$heard $(soon "$took")"
	done
}

blind() { # when
	# shellcheck disable=SC2046 # two words
	set -- "$1" $(curl -s -m 5 -o /dev/null -w '%{http_code} %{time_total}' \
		-H "Authorization: Bearer $reader" "$url/v1/profiles")
	expect "$1: a reader hears 503" '503 soon' "$2 $(soon "$3")"
}

# It comes back by itself, and keeps what it promised.
back() { # when
	until_true taken
	until_true resolved
	value "SELECT body ->> 'name' FROM journal
		WHERE body ->> 'name' ~ '^n[0-9]'" | sort >"$state/kept"
	sort "$state/promised" >"$state/owed"
	expect "$1: nothing is lost" '' "$(comm -23 "$state/owed" \
		"$state/kept")"
	expect "$1: nothing is doubled" '' "$(uniq -d "$state/kept")"
	expect "$1: the same process" yes "$(alive && echo yes)"
}

server() { # signal; to the postmaster and all that it started
	main=$(head -n 1 "$(cat "$state/cluster")/data/postmaster.pid")
	# shellcheck disable=SC2046 # pids are words
	kill "-$1" "$main" $(ps -o pid= --ppid "$main")
}

until_true taken

# It stops answering, and goes on where it was.
server STOP
busy asleep
blind asleep
server CONT
back asleep

# It falls asleep for so long that the connections are given up.
server STOP
busy 'asleep for long'
sleeping=$(now_ms)
given_up() {
	track -m 5
	[ $(($(now_ms) - sleeping)) -ge 8000 ]
}
until_true given_up
server CONT
back 'asleep for long'

# It cannot be written.
value "ALTER DATABASE trouble SET default_transaction_read_only = on"
cut() {
	psql -X -q -d postgres -c "SELECT pg_terminate_backend(pid)
		FROM pg_stat_activity WHERE datname = 'trouble'" >/dev/null
}
cut
busy 'read only'
readable() {
	[ "$(status -m 5 -H "Authorization: Bearer $reader" \
		"$url/v1/profiles")" = 200 ]
}
within 5 readable
expect 'it can be read' 0 $?
psql -X -q -d postgres -c \
	"ALTER DATABASE trouble RESET default_transaction_read_only"
back 'read only'

# Out of connections: nobody but a superuser's are let in.
psql -X -q -d postgres -c "ALTER DATABASE trouble ALLOW_CONNECTIONS false"
cut
busy 'no connections'
blind 'no connections'
psql -X -q -d postgres -c "ALTER DATABASE trouble ALLOW_CONNECTIONS true"
back 'no connections'

# Deadlocks and locks of others are not seen from outside.
(
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		psql -X -q -c "BEGIN; LOCK TABLE append; SELECT pg_sleep(0.02);
			LOCK TABLE seen; COMMIT" >/dev/null 2>&1
	done
) &
hostile=$!
while kill -0 $hostile 2>/dev/null; do
	track -m 5
	[ "$heard" = 200 ] || echo "$heard" >>"$state/seen"
done
wait $hostile
expect 'deadlocks are not seen' '' "$(cat "$state/seen" 2>/dev/null)"
back 'deadlocks'

# Two daemons: the second takes over.
first=$daemon
daemon=
second_conf=$state/second.conf
sed -e "s#^port_file = .*#port_file = \"$state/second.port\"#" "$conf" \
	>"$second_conf"
"$build/unifyd" --config "$second_conf" 2>"$state/second.log" &
second=$!
port_second() { [ -s "$state/second.port" ]; }
until_true port_second
held_by() { # pid's log
	grep -c 'event=lease state=held' "$1"
}
epoch() {
	value "SELECT epoch FROM lease WHERE name = 'resolver'"
}
expect 'one resolves' 0 "$(held_by "$state/second.log")"
before=$(epoch)
kill -STOP "$first"
start=$(now_ms)
taken_over() { [ "$(held_by "$state/second.log")" = 1 ]; }
within 10 taken_over
expect 'asleep: the second takes over within 5 s' yes \
	"$([ $(($(now_ms) - start)) -lt 5200 ] && echo yes)"
expect 'asleep: another epoch' $((before + 1)) "$(epoch)"
kill -CONT "$first"
taken || :
first_waits() {
	grep -q 'event=lease state=lost' "$state/trouble.log"
}
until_true first_waits
expect 'the first waits when it wakes' $((before + 1)) "$(epoch)"
kill -KILL "$second"
wait "$second" 2>/dev/null
start=$(now_ms)
first_again() { [ "$(epoch)" -gt $((before + 1)) ]; }
within 10 first_again
expect 'dead: the other takes over within 5 s' yes \
	"$([ $(($(now_ms) - start)) -lt 5200 ] && echo yes)"
daemon=$first
back 'two daemons'
expect 'verified' 1 "$(ctl verify | grep -c 'no difference')"

closing
