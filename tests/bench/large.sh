#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# large.sh [EVENTS [JOINED]]: whether unifyd is as quick with EVENTS events stored
# (10,000,000) as with a hundredth of them, and with profiles of JOINED events
# (1,000,000) as with those of ten. Prints a table and writes
# build/bench-large.json.
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$0")/lib.sh"
large=${1:-10000000}
joined=${2:-1000000}

bench_start
seed=100
fill() { # until so many are stored
	while [ "$(events)" -lt "$1" ]; do
		seed=$((seed + 1))
		load "$state/load" bench 0 10 8 100 $seed
		settle
	done
}
fill $((large / 100))
stored_few=$(events)
ingest 20 8 100 1
few=$rate
fill "$large"
stored=$(events)
ingest 20 8 100 2
row "events/s with $((stored / 1000))k stored / with $((stored_few / 1000))k" \
	"$(calc "$rate / $few")" 0.85 0.7 more "$rate of $few a second"

# Both people of each pair first; the middle one of five small pairs.
join() { # events, name, fill or join
	"$tool/join_tool" "$port" bench "$read" "$3" "$1" "$2" \
		>"$state/join" || give_up 'join_tool'
}
for name in 1 2 3 4 5; do
	join 10 "$name" fill
done
join "$joined" 6 fill
settle
small=$(for name in 1 2 3 4 5; do
	join 10 "$name" join
	said ms "$state/join"
done | sort -n | sed -n 3p)
join "$joined" 6 join
big=$(said ms "$state/join")
row "joining two profiles of $joined events / of 10" \
	"$(calc "$big / $small")" 1.5 3 less "$big of $small ms"
settle
daemon_stop TERM
expect 'the daemon ends well' 0 $?
table "$build/bench-large.json" '{}'
closing
