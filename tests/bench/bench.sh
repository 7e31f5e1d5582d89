#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# bench.sh [PART]: how fast unifyd is beside PostgreSQL itself, in one run; every
# figure is a ratio. Prints a table and writes build/bench.json. PART: that part
# of the usual times, such as 0.1 for a look.
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$0")/lib.sh"
part=${1:-1}

seconds() { # at part 1
	awk "BEGIN { s = $1 * $part; print s < 2 ? 2 : s }"
}

# PostgreSQL itself

per_second() { # file; what pgbench says
	sed -n 's/^tps = \([0-9]*\).*/\1/p' "$1"
}
pgbench_of() { # file of SQL
	"$bin/pgbench" -n -M prepared -c 64 -j 2 -T "$(seconds 10)" -f "$1" \
		-D "read=$reads" >"$state/pgbench" 2>"$state/err" ||
		give_up "pgbench: $(cat "$state/err")"
	per_second "$state/pgbench"
}

createdb reference
PGDATABASE=reference
say 'PostgreSQL itself'
writes=$(calc "$part < 1 ? 300000 * $part : 300000" 0)
reads=$(calc "$part < 1 ? 200000 * $part : 200000" 0)
psql -X -q -v ON_ERROR_STOP=1 -v file="$PGHOST/rows" -v write="$writes" \
	-v read="$reads" -f tests/bench/reference.sql || give_up 'reference.sql'
copies=
for _ in 1 2 3; do
	value 'TRUNCATE reference_write; CHECKPOINT'
	before=$(now_ms)
	value "COPY reference_write FROM '$PGHOST/rows'"
	copies="$copies $((writes * 1000 / ($(now_ms) - before)))"
done
# shellcheck disable=SC2086 # they are three
copy=$(printf '%s\n' $copies | sort -n | sed -n 2p)
insert=$(pgbench_of tests/bench/reference_insert.sql)
select=$(pgbench_of tests/bench/reference_select.sql)
say "COPY $copy rows/s, INSERT $insert/s, SELECT $select/s"

# The daemon

bench_start
idle_kb=$(awk '$1 == "VmRSS:" { print $2 }' "/proc/$daemon/status")

ingest "$(seconds 60)" 8 100 1
batches=$rate
committed=$(calc "$(said ok_a_second "$state/load") * 100" 0)
row 'batches of 100, resolved / COPY' "$(calc "$batches / $copy")" 0.35 0.15 \
	more "$batches of $copy a second; committed alone $committed"
ingest "$(seconds 20)" 64 1 2
row 'single events, 64 connections / INSERT' \
	"$(calc "$(said ok_a_second "$state/load") / $insert")" 2.0 1.2 more \
	"$(said ok_a_second "$state/load") of $insert a second; resolved $rate"

value "SELECT founder FROM live.identifier GROUP BY founder
	ORDER BY md5(founder::text) LIMIT 20000" >"$state/ids"
load "$state/load" "$read" 0 "$(seconds 10)" 64 "$state/ids" 3
row 'GET profile / SELECT' \
	"$(calc "$(said ok_a_second "$state/load") / $select")" 0.50 0.25 more \
	"$(said ok_a_second "$state/load") of $select a second"

load "$state/quiet" "$read" 200 "$(seconds 10)" 64 "$state/ids" 4
half=$(calc "$batches / 200" 0)
[ "$half" -gt 0 ] || half=1
"$tool/load_tool" "$port" bench "$half" \
	"$(calc "2 * $(seconds 10) + 2" 0)" 16 100 5 >"$state/half" &
writer=$!
load "$state/busy" "$read" 200 "$(seconds 10)" 64 "$state/ids" 6
"$tool/visible_tool" "$port" bench "$read" 20 "$(seconds 10)" 7 \
	>"$state/visible" || give_up 'visible_tool'
wait "$writer" || give_up 'load_tool'
quiet=$(said p99 "$state/quiet")
busy=$(said p99 "$state/busy")
row 'GET p99 at half the load / quiet' "$(calc "$busy / $quiet")" 2 4 less \
	"$busy of $quiet ms, at $half requests of 100 a second"
row '2xx to visible, p99, ms' "$(said p99 "$state/visible")" 100 300 less \
	"$(said ok "$state/visible") looks, p50 $(said p50 "$state/visible") ms"
settle

full_kb=$(awk '$1 == "VmHWM:" { print $2 }' "/proc/$daemon/status")
row 'resident, idle, MB' "$(calc "$idle_kb / 1024" 0)" 32 64 less VmRSS
row 'resident, at most, MB' "$(calc "$full_kb / 1024" 0)" 128 256 less VmHWM
stored=$(events)
daemon_stop TERM

before=$(now_ms)
ctl replay >"$state/replay" || give_up "replay: $(cat "$state/err")"
took=$(($(now_ms) - before))
row 'replay from the journal / COPY' \
	"$(calc "$stored * 1000 / $took / $copy")" 1.0 0.4 more \
	"$((stored * 1000 / took)) of $copy events a second"
expect 'verify finds no difference' 1 "$(ctl verify | grep -c 'no difference')"

table "$build/bench.json" "{\"part\": $part, \"reference\": {\"copy\": $copy,
	\"insert\": $insert, \"select\": $select}}"
closing
