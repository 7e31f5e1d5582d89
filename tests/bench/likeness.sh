#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# likeness.sh [PART]: how fast events are resolved with likeness on, when 200,000
# customers are known already, or that part of them. Those are a world's
# (world_tool.c); of each, one event is there, and then all channels tell more of
# them.
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/likeness/daemon.sh
. "$(dirname "$0")/../likeness/daemon.sh"
people=$(calc "200000 * ${1:-1}" 0)
more=$((people < 30000 ? people : 30000))
singles=300

metric() {
	curl -sS "$url/metrics" | sed -n "s/^unifyd_$1 //p"
}

# Records of stdin to their sources; sets $rate, in events a second.
told() { # name
	for source in chat mail web till call market tablet; do
		via=$source
		grep "^{\"source\":\"$source\"" "$state/$1" |
			events "$state/$1.$source" 100
	done
	before=$(now_ms)
	for source in chat mail web till call market tablet; do
		deliver "$state/$1.$source" -Z --parallel-max 8 ||
			give_up "$1: not all of $source were taken"
	done
	within 600 resolved || give_up "$1: not resolved"
	rate=$(($(wc -l <"$state/$1") * 1000 / ($(now_ms) - before)))
	rm -rf "$state/$1".*
}

say "a world of $people customers"
"$tool/world_tool" 9 "$people" | awk -F '"' -v people="$people" \
	-v more="$more" -v singles="$singles" -v to="$state" '
	{ truth = $12 }
	!(truth in seen) { seen[truth] = 1; print >(to "/first"); next }
	# One in so many of the rest.
	(++n * 7919) % 5 == 0 && told < more { told++; print >(to "/more"); next }
	(n * 7919) % 5 == 1 && alone < singles { alone++
		print >(to "/singles") }'
world_configure
database likeness
daemon_start
told first
say "$(wc -l <"$state/first") customers, told at $rate events a second"
compared=$(metric likeness_compared_total)
told more
compared=$(($(metric likeness_compared_total) - compared))
row 'events with likeness on, resolved' "$rate" 5000 2000 more \
	"a second, of $people customers; $(calc \
	"$compared / $(wc -l <"$state/more")" 1) candidates an event"
while read -r line; do
	printf '%s ' "$(echo "$line" | cut -d '"' -f 4)"
	printf '%s\n' "$line" | cloudevents
done <"$state/singles" | "$tool/single_tool" "${url##*:}" likeness \
	>"$state/single" || give_up 'single_tool'
row 'one event with likeness on, p99, ms' "$(said p99 "$state/single")" 100 \
	300 less "$(said ok "$state/single") events, p50 $(said p50 \
	"$state/single") ms"
expect 'verify finds no difference' 1 "$(ctl verify | grep -c 'no difference')"
daemon_stop TERM
table "$build/likeness.json" '{}'
closing
