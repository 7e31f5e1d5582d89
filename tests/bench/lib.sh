#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# lib.sh: what the benchmarks share, on top of tests/whole/lib.sh.
# shellcheck disable=SC2034 # what it sets is for who sources it
# shellcheck source=tests/whole/lib.sh
. "$(dirname "$0")/../whole/lib.sh"
tool=$build/tests/bench
: >"$state/rows"

calc() { # an expression, decimals
	awk "BEGIN { printf \"%.${2:-2}f\", $1 }"
}
said() { # name, file
	sed -n "s/.*\\b$1=\\([0-9.]*\\).*/\\1/p" "$2"
}
say() {
	echo "bench: $*"
}

# A row of the table.
row() { # measure, ratio or figure, goal, least, less|more, of what
	printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$@" >>"$state/rows"
	say "$1: $2 (goal $3, at least $4; $6)"
}

# The table, as JSON into a file and as text; more is JSON of what else is to
# be known.
table() { # file, more
	jq -R -s --arg cpus "$(nproc)" --argjson more "$2" \
		--arg model "$(sed -n 's/^model name.*: //p' /proc/cpuinfo |
			head -n 1)" --arg settings "$PG_SETTINGS" \
		--arg at "$(date -u +%Y-%m-%dT%H:%M:%SZ)" '{
		at: $at, cpus: ($cpus | tonumber), model: $model,
		settings: $settings,
		rows: [split("\n")[] | select(. != "") | split("\t") | {
			measure: .[0], value: (.[1] | tonumber),
			goal: (.[2] | tonumber), least: (.[3] | tonumber),
			met: (if .[4] == "less"
				then (.[1] | tonumber) <= (.[3] | tonumber)
				else (.[1] | tonumber) >= (.[3] | tonumber)
				end),
			seen: .[5]}]} + $more' "$state/rows" >"$1"
	jq -r '["measure", "value", "goal", "at least", "met", "seen"],
		(.rows[] | [.measure, .value, .goal, .least,
		if .met then "yes" else "no" end, .seen]) |
		"| " + (map(tostring) | join(" | ")) + " |"' "$1" |
		sed '1a | --- | --- | --- | --- | --- | --- |'
}

# The sources of mix.conf in a database of their own; sets $port and $read.
bench_start() {
	configure <tests/bench/mix.conf
	echo 'max_key_rate = 0' >>"$state/unifyd.conf"
	database bench
	read=$(ctl key add reader read)
	daemon_start
	port=${url##*:}
}

load() { # file, key, rate, seconds, connections, batch or file, seed
	file=$1
	shift
	"$tool/load_tool" "$port" "$@" >"$file" || give_up 'load_tool'
	[ "$(said other "$file") $(said gone "$file")" = '0 0' ] ||
		give_up "load: $(cat "$file")"
}
events() {
	value 'SELECT count(*) FROM seen'
}
settle() {
	within 600 resolved || give_up 'it did not get resolved'
}
# Writes for so long, and until all is resolved; sets $rate, in events a second.
ingest() { # seconds, connections, batch, seed
	had=$(events)
	before=$(now_ms)
	load "$state/load" bench 0 "$@"
	settle
	rate=$((($(events) - had) * 1000 / ($(now_ms) - before)))
}
