#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# torture.sh SECONDS [SEED [FAULT ...]]: senders that never rest, an oracle that
# remembers what was acknowledged, and faults, one after another: the daemon is
# killed, PostgreSQL stops, sleeps, loses its connections, is full, is another
# one now; connections break in the middle of a statement and of a COMMIT; the
# clock jumps. In the end nothing that was acknowledged is missing, nothing is
# doubled, who followed the feed has it whole, and the groups are those of a
# recount. Only the faults named, where any are.
# shellcheck source=tests/whole/lib.sh
. "$(dirname "$0")/../whole/lib.sh"
seconds=${1:-600}
seed=${2:-1}
[ $# -le 2 ] || { shift 2 && faults=$*; }
faults=${faults:-kill stop backends cut commit middle sleep full promote clock}
oracle=$build/tests/torture/oracle_tool
main=
proxy=
mounted=
faketime=$(find /usr/lib -name libfaketime.so.1 2>/dev/null | head -n 1)

# the two clusters; $main is the name of the one that is written

server() { # name, pg_ctl's arguments
	name=$1
	shift
	(cd / && $as "$bin/pg_ctl" -D "$state/$name/data" "$@" >>"$state/pg.log" 2>&1)
}

main_sql() { # SQL
	psql -X -q -A -t -h "$state/$main" -d postgres -c "$1" 2>/dev/null
}

server_folder() { # name
	mkdir "$state/$1"
	# Room for what is sent in all that time.
	if [ "$(id -u)" -eq 0 ] && mount -t tmpfs -o \
		"size=$((300 + seconds * 5 / 2))m" tmpfs "$state/$1" \
		2>/dev/null; then
		mounted="$mounted $state/$1"
	fi
	[ -z "$as" ] || chown postgres:postgres "$state/$1"
	chmod 755 "$state/$1"
}

server_start() { # name
	server "$1" -w -l "$state/$1/log" -o "-k $state/$1" start
}

first_server() {
	(cd / && $as "$bin/initdb" -D "$state/one/data" -U unifyd -A trust \
		-E UTF8 --locale=C >"$state/init.log" 2>&1) || give_up initdb
	cat <<-END | $as tee -a "$state/one/data/postgresql.conf" >/dev/null
		listen_addresses = ''
		max_connections = 60
		max_wal_size = 64MB
		wal_keep_size = 32MB
		wal_sender_timeout = 3s
		wal_receiver_timeout = 3s
		wal_retrieve_retry_interval = 200ms
	END
	main=one
	server_start one || give_up 'no first server'
}

# A standby of $main that must have what is committed.
follow_main() { # name
	$as rm -rf "$state/$1/data"
	(cd / && $as "$bin/pg_basebackup" -h "$state/$main" -U unifyd -c fast \
		-D "$state/$1/data" -R >"$state/base.log" 2>&1) &&
		server_start "$1" &&
		main_sql "ALTER SYSTEM SET synchronous_standby_names = '*'" &&
		main_sql 'SELECT pg_reload_conf()' >/dev/null
}

other_than() { # name
	case $1 in one) echo two ;; *) echo one ;; esac
}

# the faults

unifyd_start() {
	rm -f "$state/port"
	if [ -n "$faketime" ] && [ -z "${SANITIZE:-}" ]; then
		env LD_PRELOAD="$faketime" FAKETIME_NO_CACHE=1 \
			FAKETIME_DONT_FAKE_MONOTONIC=1 \
			FAKETIME_TIMESTAMP_FILE="$state/clock" \
			"$build/unifyd" --config "$conf" 2>>"$state/unifyd.log" &
	else
		"$build/unifyd" --config "$conf" 2>>"$state/unifyd.log" &
	fi
	daemon=$!
}

fault_kill() {
	kill -KILL "$daemon"
	wait "$daemon" 2>/dev/null
	unifyd_start
}

fault_stop() {
	server $main -m immediate stop
	server_start $main
}

fault_backends() {
	main_sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE datname = 'torture'" >/dev/null
}

fault_cut() {
	kill -USR1 "$proxy"
}

fault_commit() {
	kill -USR2 "$proxy"
}

fault_middle() {
	kill -HUP "$proxy"
}

postgres_pids() {
	head -n 1 "$state/$main/data/postmaster.pid" |
		while read -r pid; do
			echo "$pid"
			ps -o pid= --ppid "$pid"
		done
}

fault_sleep() {
	pids=$(postgres_pids)
	# shellcheck disable=SC2086 # pids are words
	kill -STOP $pids
	sleep "$1"
	# shellcheck disable=SC2086
	kill -CONT $pids 2>/dev/null
}

# Full for a while; PostgreSQL may end of it.
fault_full() {
	case $mounted in
	*"/$main"*) ;;
	*) return 1 ;;
	esac
	dd if=/dev/zero of="$state/$main/filler" bs=1M 2>/dev/null
	sleep "$1"
	rm -f "$state/$main/filler"
	server $main status || server_start $main
}

# The standby takes over, and what was the main one follows it.
fault_promote() {
	next=$(other_than $main)
	main_sql "SELECT 'in step' FROM pg_stat_replication
		WHERE sync_state IN ('sync', 'quorum')" | grep -q step || return 1
	server $main -m immediate stop
	server "$next" -w promote || return 1
	old=$main
	main=$next
	main_sql "ALTER SYSTEM RESET synchronous_standby_names"
	main_sql 'SELECT pg_reload_conf()' >/dev/null
	echo "$state/$main" >"$state/upstream"
	follow_main "$old"
}

fault_clock() {
	[ -n "$faketime" ] && [ -z "${SANITIZE:-}" ] || return 1
	echo "$(($1 * 1200 - 2400))" | sed 's/^[0-9]/+&/' >"$state/clock"
}

# the run

torture_end() {
	[ -z "$proxy" ] || kill -TERM "$proxy" 2>/dev/null
	for name in one two; do
		server $name -m immediate stop
	done
	for folder in $mounted; do
		umount -l "$folder"
	done
	finish
}
trap torture_end EXIT

random() { # n; $pick is the next number below it
	turn=$((turn + 1))
	pick=$(($(printf '%s %s' "$seed" "$turn" | cksum | cut -d ' ' -f 1) % $1))
}

total() { # word; of all senders
	cat "$state"/out/heard.* | awk -v word="$1" '$1 == word { n += $2 }
		END { print n + 0 }'
}

server_folder one
server_folder two
first_server
mkdir "$state/proxy" "$state/out"
chmod 755 "$state/proxy"
echo "$state/$main" >"$state/upstream"
echo +0 >"$state/clock"
"$build/tests/torture/proxy_tool" "$state/proxy" "$state/upstream" \
	>"$state/cuts" &
proxy=$!
PGHOST=$state/$main
PGUSER=unifyd
PGDATABASE=torture
export PGHOST PGUSER PGDATABASE
until_true psql -X -q -d postgres -c 'CREATE DATABASE torture'
configure <<END
max_per_address = 1000
source web {
	channel = web
	secret = "torture"
}
END
sed -i "s#^database = .*#database = \"host=$state/proxy user=unifyd dbname=torture\"#" "$conf"
ctl migrate >/dev/null || give_up "migrate: $(cat "$state/err")"
key=$(ctl key add follower read)
follow_main two || give_up 'no second server'
unifyd_start
until_true test -s "$state/port"

"$oracle" send "$state/port" torture "$state/out" "$seconds" "$seed" 6 &
senders=$!
"$oracle" follow "$state/port" "$key" "$state/out" "$seconds" &
follower=$!
turn=0
end=$(($(now_ms) + seconds * 1000))
while [ "$(now_ms)" -lt $end ] && alive; do
	random 8
	sleep "0.$((2 + pick))"
	# shellcheck disable=SC2086 # faults are words
	set -- $faults
	random $#
	shift $pick
	random 3
	if "fault_$1" $((1 + pick)); then
		echo "$1"
	else
		echo "$1 left out"
	fi
done >"$state/faults"
alive || echo 'unifyd ended by itself' >>"$state/faults"
wait $senders
wait $follower

kill -0 "$proxy" || give_up 'the proxy is gone'

# Well again.
PGHOST=$state/$main
echo +0 >"$state/clock"
server $main status || server_start $main
alive || unifyd_start
main_sql "ALTER SYSTEM RESET synchronous_standby_names"
main_sql 'SELECT pg_reload_conf()' >/dev/null
until_true resolved
"$oracle" follow "$state/port" "$key" "$state/out" 0
kill -TERM "$proxy"
wait "$proxy"
proxy=
sed -i "s#^database = .*#database = \"host=$state/$main user=unifyd dbname=torture\"#" "$conf"

sort "$state"/out/acked.* >"$state/owed"
value "SELECT body ->> 'id' FROM journal" | sort >"$state/kept"
lost=$(comm -23 "$state/owed" "$state/kept" | wc -l)
doubled=$(uniq -d "$state/kept" | wc -l)
value 'SELECT change FROM change ORDER BY number, ordinal' >"$state/feed"
cut -d ' ' -f 1 "$state/faults" | sort | uniq -c | awk '{ printf "%s=%d ", $2, $1 }'
grep -h 'left out' "$state/faults" | sort | uniq -c
cat "$state/cuts"
echo "events=$(total issued) acks=$(wc -l <"$state/owed")" \
	"there=$(wc -l <"$state/kept") lost=$lost doubled=$doubled" \
	"changes=$(wc -l <"$state/feed") busy=$(total 503) gone=$(total 0)" \
	"slowest_ms=$(cat "$state"/out/heard.* | awk '$1 == "slowest_ms" &&
		$2 > m { m = $2 } END { print m + 0 }')"
expect 'something was acknowledged' 1 "$(($(wc -l <"$state/owed") > 100))"
expect 'nothing is lost' 0 "$lost"
expect 'nothing is doubled' 0 "$doubled"
expect 'nothing is remembered that is not there' \
	"$(value 'SELECT count(*) FROM journal')" \
	"$(value 'SELECT count(*) FROM seen')"
expect 'answers are 200 or 503' '' "$(awk '$1 ~ /^[1-9]/ && $1 != 200 &&
	$1 != 503' "$state"/out/heard.*)"
expect 'unifyd never ended by itself' 0 "$(grep -c 'by itself' \
	"$state/faults")"
expect 'the feed was whole' '' "$(cmp "$state/feed" "$state/out/changes" 2>&1 |
	head -n 1)"
expect 'the groups are those of a recount' 1 \
	"$(ctl verify | grep -c 'no difference')"
[ "$bad" -eq 0 ] || { [ -z "${KEEP:-}" ] || cp -r "$state" "$KEEP"; }
closing
