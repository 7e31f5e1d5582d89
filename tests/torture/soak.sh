#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# soak.sh SECONDS: senders at a steady rate and a follower of the feed, for so
# long. Resident memory and open files of unifyd must be flat: those of the last
# quarter as those of the second, within 5 %.
# shellcheck source=tests/whole/lib.sh
. "$(dirname "$0")/../whole/lib.sh"
seconds=${1:-1800}
oracle=$build/tests/torture/oracle_tool

createdb soak
configure <<END
source web {
	channel = web
	secret = "soak"
}
END
use soak
ctl migrate >/dev/null || give_up "migrate: $(cat "$state/err")"
key=$(ctl key add follower read)
daemon_start
mkdir "$state/out"
"$oracle" send "$state/soak.port" soak "$state/out" "$seconds" 1 4 50 &
senders=$!
"$oracle" follow "$state/soak.port" "$key" "$state/out" "$seconds" &
follower=$!

: >"$state/samples"
end=$(($(now_ms) + seconds * 1000))
while [ "$(now_ms)" -lt $end ] && alive; do
	sleep 1
	echo "$(awk '$1 == "VmRSS:" { print $2 }' "/proc/$daemon/status")" \
		"$(find "/proc/$daemon/fd" | wc -l)" >>"$state/samples"
done
wait $senders
wait $follower
expect 'it lives' yes "$(alive && echo yes)"
until_true resolved

quarter() { # which; its mean memory in kB and its most files
	awk -v which="$1" '{ memory[NR] = $1; files[NR] = $2 } END {
		from = int(NR * (which - 1) / 4) + 1; to = int(NR * which / 4)
		for (i = from; i <= to; i++) {
			sum += memory[i]
			if (files[i] > most) most = files[i]
		}
		print int(sum / (to - from + 1)), most }' "$state/samples"
}
for which in 1 2 3 4; do
	echo "soak: quarter $which of $seconds s: $(quarter $which |
		sed 's/ / kB, /') files"
done
echo "soak: $(value 'SELECT count(*) FROM journal') events"
# shellcheck disable=SC2046 # four numbers
set -- $(quarter 2) $(quarter 4)
expect "memory is flat: $1, $3 kB" yes \
	"$([ "$3" -le $(($1 * 105 / 100)) ] && echo yes)"
expect "files are flat: $2, $4" yes "$([ "$4" -le $(($2 + 2)) ] && echo yes)"
expect 'verified' 1 "$(ctl verify | grep -c 'no difference')"
closing
