#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# /metrics is what Prometheus reads, by Prometheus' own checker, and counts
# what happened; with an address of its own it is there and nowhere else.
# shellcheck source=tests/whole/lib.sh
. "$(dirname "$0")/lib.sh"

# Debian's promtool comes with a whole Prometheus, and installing that would
# set up and start a server for the machine, which nobody asked for. So only
# this file of the package is unpacked. Where apt's lists are missing or old,
# lists of our own are fetched, for which nobody need be root.
tools=$(cd "$build" && pwd)/promtool
promtool=$tools/usr/bin/promtool
if [ ! -x "$promtool" ]; then
	rm -rf "$tools"
	mkdir -p "$tools/lists/partial" "$tools/cache/archives/partial"
	apt() { # options...
		(cd "$tools" && apt-get -q -o APT::Sandbox::User=root \
			"$@") >>"$state/log" 2>&1
	}
	own() { # command of apt-get
		apt -o Dir::State::Lists="$tools/lists" \
			-o Dir::Cache="$tools/cache" "$@"
	}
	apt download prometheus ||
		{ own update && own download prometheus; } ||
		give_up 'apt-get could not download prometheus, for promtool'
	dpkg --fsys-tarfile "$tools"/prometheus_*.deb |
		tar -x -C "$tools" ./usr/bin/promtool ||
		give_up 'the package prometheus could not be unpacked'
	rm -rf "$tools"/*.deb "$tools/lists" "$tools/cache"
fi

live_once
database metrics
daemon_start

check() { # of what
	curl -sS "$url/metrics" >"$state/metrics"
	expect "promtool, $1" 0 "$(code "$promtool" check metrics \
		<"$state/metrics")"
	expect "promtool's words, $1" '' "$(cat "$state/answer")"
}

metric() { # name
	sed -n "s/^unifyd_$1 //p" "$state/metrics"
}

expect 'status' 200 "$(status "$url/metrics")"
expect 'the format, by name' 'text/plain; version=0.0.4; charset=utf-8' \
	"$(header content-type)"
check 'at the start'
expect 'it is up' 1 "$(metric database_up)"
expect 'each has its words' "$(grep -c '^# TYPE' "$state/metrics")" \
	"$(grep -c '^# HELP' "$state/metrics")"

# Counts that are known: the story's ten events once, and once more.
requests=$(metric requests_total)
UNIFYD_URL=$url sh tests/samples/story.sh
UNIFYD_URL=$url sh tests/samples/story.sh
until_true resolved
send() { # body
	status -u "$UNIFYD_WEB_KEY:" -d "$1" "$url/v1/track"
}
expect 'another with the id of one' 200 "$(send '{"messageId":"web-0002",
	"userId":"ana@example.com","event":"x"}')"
expect 'a part refused' 200 "$(send '{"event":"nobody"}')"
expect 'nonsense' 400 "$(send '{')"
check 'after the story'
expect 'accepted' 10 "$(metric events_accepted_total)"
expect 'duplicates' 10 "$(metric events_duplicate_total)"
expect 'conflicts' 1 "$(metric events_conflict_total)"
expect 'rejected' 1 "$(metric events_rejected_total)"
expect 'resolved' 10 "$(metric events_resolved_total)"
expect 'parked' 0 "$(metric events_parked_total)"
expect 'refused requests' 1 "$(metric 'responses_total{class="4xx"}')"
# This look at /metrics is the last of them.
expect 'requests' $((requests + 20)) "$(metric requests_total)"
expect 'nobody' 0 "$(grep -c -e @ -e ana -e cliente "$state/metrics")"

# A type that its channel does not know is kept, and counted.
printf '%s' '{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[
	{"field":"tomorrow","value":{}}]}]}' >"$state/unknown"
expect 'none is unknown' 0 "$(metric events_unknown_total)"
expect 'one is' 200 "$(status --data-binary "@$state/unknown" \
	-H "X-Hub-Signature-256: sha256=$(signature "$state/unknown")" \
	"$url/v1/channels/whatsapp")"
check 'with an unknown type'
expect 'unknown' 1 "$(metric events_unknown_total)"

pg -m immediate stop
away() {
	curl -sS "$url/metrics" | grep -q '^unifyd_database_up 0$'
}
until_true away
check 'with PostgreSQL away'
pg_start
daemon_stop TERM

# An address of its own. Both ports are the system's choice, and only one is
# in port_file: what else the process listens on is the other.
sed -i '1i listen_ops = "127.0.0.1:0"' "$conf"
daemon_start
expect 'not for all' '404 not_found' "$(refusal "$url/metrics")"
other=$(readlink "/proc/$daemon"/fd/* | sed -n 's/socket:\[\(.*\)\]/\1/p' |
	awk 'NR == FNR { mine[$1]; next }
		$4 == "0A" && $10 in mine { split($2, at, ":"); print at[2] }' \
		- /proc/net/tcp | while read -r hex; do
	[ "$((0x$hex))" = "${url##*:}" ] || echo "$((0x$hex))"
done)
url=http://127.0.0.1:$other
check 'at an address of its own'
expect 'alive there' 200 "$(status "$url/livez")"
expect 'ready there' 200 "$(status "$url/readyz")"
expect 'but no profiles there' '404 not_found' "$(refusal "$url/v1/profiles")"
expect 'and no channels' '404 not_found' "$(refusal -d '{}' \
	-u "$UNIFYD_WEB_KEY:" "$url/v1/track")"

closing
