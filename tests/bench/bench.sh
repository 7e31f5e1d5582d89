#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# bench.sh [PART]: how fast unifyd is beside PostgreSQL itself, in one run; every
# figure is a ratio. Prints a table and writes build/bench.json. PART: that part
# of the usual times, such as 0.1 for a look.
# shellcheck source=tests/whole/lib.sh
. "$(dirname "$0")/../whole/lib.sh"
part=${1:-1}
tool=$build/tests/bench
: >"$state/rows"

seconds() { # at part 1
	awk "BEGIN { s = $1 * $part; print s < 2 ? 2 : s }"
}
calc() { # an expression
	awk "BEGIN { printf \"%.${2:-2}f\", $1 }"
}
said() { # name, file
	sed -n "s/.*\\b$1=\\([0-9.]*\\).*/\\1/p" "$2"
}
say() {
	echo "bench: $*"
}
# A row of the table. less: the smaller the better.
row() { # measure, ratio or figure, goal, least, less|more, of what
	printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$@" >>"$state/rows"
	say "$1: $2 (goal $3, at least $4; $6)"
}

# PostgreSQL itself

per_second() { # file; what pgbench says
	sed -n 's/^tps = \([0-9]*\).*/\1/p' "$1"
}
pgbench_of() { # file of SQL
	"$bin/pgbench" -n -M prepared -c 64 -j 2 -T "$(seconds 10)" -f "$1" \
		>"$state/pgbench" 2>"$state/err" || give_up "pgbench: $(cat "$state/err")"
	per_second "$state/pgbench"
}

createdb reference
PGDATABASE=reference
say 'PostgreSQL itself'
psql -X -q -v ON_ERROR_STOP=1 -v file="$PGHOST/rows" \
	-f tests/bench/reference.sql || give_up 'reference.sql'
copies=
for _ in 1 2 3; do
	value 'TRUNCATE reference_write; CHECKPOINT'
	before=$(now_ms)
	value "COPY reference_write FROM '$PGHOST/rows'"
	copies="$copies $((300000 * 1000 / ($(now_ms) - before)))"
done
# shellcheck disable=SC2086 # they are three
copy=$(printf '%s\n' $copies | sort -n | sed -n 2p)
insert=$(pgbench_of tests/bench/reference_insert.sql)
select=$(pgbench_of tests/bench/reference_select.sql)
say "COPY $copy rows/s, INSERT $insert/s, SELECT $select/s"

# The daemon

configure <tests/bench/mix.conf
cat >>"$state/unifyd.conf" <<END
max_key_rate = 0
END
database bench
read=$(ctl key add reader read)
daemon_start
port=${url##*:}
idle_kb=$(awk '$1 == "VmRSS:" { print $2 }' "/proc/$daemon/status")

load() { # file, key, rate, seconds, connections, batch or file, seed
	file=$1
	shift
	"$tool/load_tool" "$port" "$@" >"$file" || give_up 'load_tool'
	[ "$(said other "$file") $(said gone "$file")" = '0 0' ] ||
		give_up "load: $(cat "$file")"
}
events() {
	value 'SELECT count(*) FROM journal'
}
within_long() { # resolved, after a load
	within 600 resolved || give_up 'not resolved'
}
# Writes for so long, and until all is resolved; sets $rate, in events a second.
ingest() { # seconds, connections, batch, seed
	had=$(events)
	before=$(now_ms)
	load "$state/load" bench 0 "$@"
	within_long
	rate=$((($(events) - had) * 1000 / ($(now_ms) - before)))
}

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
within_long

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

# What was seen

jq -R -s --arg part "$part" --arg cpus "$(nproc)" \
	--arg model "$(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)" \
	--arg at "$(date -u +%Y-%m-%dT%H:%M:%SZ)" --arg settings "$PG_SETTINGS" \
	--argjson copy "$copy" --argjson insert "$insert" \
	--argjson select "$select" '{
	at: $at, part: ($part | tonumber), cpus: ($cpus | tonumber),
	model: $model, settings: $settings,
	reference: {copy: $copy, insert: $insert, select: $select},
	rows: [split("\n")[] | select(. != "") | split("\t") | {
		measure: .[0], value: (.[1] | tonumber),
		goal: (.[2] | tonumber), least: (.[3] | tonumber),
		met: (if .[4] == "less"
			then (.[1] | tonumber) <= (.[3] | tonumber)
			else (.[1] | tonumber) >= (.[3] | tonumber) end),
		of: .[5]}]}' "$state/rows" >"$build/bench.json"
jq -r '["measure", "value", "goal", "at least", "met"], (.rows[] |
	[.measure, .value, .goal, .least, if .met then "yes" else "no" end]) |
	"| " + (map(tostring) | join(" | ")) + " |"' "$build/bench.json" |
	sed '1a | --- | --- | --- | --- | --- |'
closing
