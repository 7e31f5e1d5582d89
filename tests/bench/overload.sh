#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# overload.sh [SECONDS PERCENT]: batches of 100 events, first as many as go
# through, for so many seconds, then ten times as many. What still goes through
# must be PERCENT of that at least (80), and the process stay within max_memory.
# shellcheck source=tests/whole/lib.sh
. "$(dirname "$0")/../whole/lib.sh"
seconds=${1:-10}
percent=${2:-80}
memory=256

createdb overload
configure <<END
max_memory = ${memory}M
max_connections = 2000
max_per_address = 2000
$(cat tests/bench/mix.conf)
END
use overload
ctl migrate >/dev/null || give_up "migrate: $(cat "$state/err")"
daemon_start

load() { # rate, connections, seed
	"$build/tests/bench/load_tool" "${url##*:}" bench "$1" "$seconds" \
		"$2" 100 "$3" | tee "$state/load"
}

said() { # name
	sed -n "s/.*\\b$1=\\([0-9]*\\).*/\\1/p" "$state/load"
}

peak=0
for connections in 8 16; do
	load 0 "$connections" "$connections"
	[ "$(said ok_a_second)" -le "$peak" ] || peak=$(said ok_a_second)
done
load $((peak * 10)) 1000 1
good=$(said ok_a_second)
most=$(($(awk '$1 == "VmHWM:" { print $2 }' "/proc/$daemon/status") / 1024))
echo "overload: $good of $peak requests of 100 events a second at ten times" \
	"the load, $most MB at most"
expect "goodput is $percent % of the peak of $peak: $good" yes \
	"$([ $((good * 100)) -ge $((peak * percent)) ] && echo yes)"
expect "memory is at most $memory MB: $most" yes \
	"$([ "$most" -le $memory ] && echo yes)"
expect 'nothing but 200 and 503' '0 0' "$(said other) $(said gone)"
closing
