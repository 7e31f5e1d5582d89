#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# slow.sh [COUNT SECONDS RATIO]: so many clients (4,000) that send one byte a
# second, beside 200 requests a second of others. What these take at the 99th
# percentile must be at most RATIO (2) times what it is without, and the slow
# ones be cut at their deadline: after 10 s for a head, and for a body when its
# pace begins to count, after 5 s.
# shellcheck source=tests/whole/lib.sh
. "$(dirname "$0")/../whole/lib.sh"
count=${1:-4000}
seconds=${2:-30}
ratio=${3:-2}

createdb slow
configure <<END
max_connections = $((count * 2 + 100))
max_per_address = $((count * 2 + 100))
$(cat tests/bench/mix.conf)
END
use slow
ctl migrate >/dev/null || give_up "migrate: $(cat "$state/err")"
daemon_start

load() { # what, seed; sets $p99
	"$build/tests/bench/load_tool" "${url##*:}" bench 200 "$seconds" 16 1 \
		"$2" >"$state/load"
	echo "$1: $(cat "$state/load")"
	p99=$(sed -n 's/.*p99=\([0-9.]*\).*/\1/p' "$state/load")
	expect "$1: all are answered" ' busy=0 other=0 gone=0' \
		"$(grep -o ' busy=.* gone=[0-9]*' "$state/load")"
}

load 'to warm up' 1
load quiet 2
quiet=$p99
"$build/tests/bench/slow_tool" "${url##*:}" "$count" $((seconds + 12)) \
	>"$state/slow" &
slow=$!
there() {
	[ "$(find "/proc/$daemon/fd" -lname 'socket:*' | wc -l)" -ge "$count" ]
}
until_true there
load "beside $count slow ones" 3
beside=$p99
wait $slow
cat "$state/slow"
said() { # name
	sed -n "s/.*\\b$1=\\([0-9.]*\\).*/\\1/p" "$state/slow"
}
echo "slow: p99 $beside ms beside $count slow ones, $quiet ms without, ratio" \
	"$(echo "$beside $quiet" | awk '{ printf "%.2f", $1 / $2 }')"
# One may just be about to come again.
expect "all were there at once: $(said first)" yes \
	"$([ $(($(said first) * 100)) -ge $((count * 99)) ] && echo yes)"
expect "p99 of $quiet, $beside ms" yes "$(echo "$beside $quiet $ratio" |
	awk '$1 <= $2 * $3 { print "yes" }')"
expect "the slow ones are cut at their deadline: $(said youngest) to $(said \
	oldest) s" yes "$(echo "$(said cut) $count $(said youngest) $(said oldest)" |
	awk '$1 >= $2 && $3 >= 4.9 && $4 < 12 { print "yes" }')"
closing
