#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# lib.sh: what the tests of the real programs share; a test sources it. It
# gives a private folder $state, a live story in it or databases of its own
# beside that, daemons on ports that the system chose, checks that count, and
# an end that leaves nothing behind.
set -u
cd "$(dirname "$0")/../.." || exit 1
test=$(basename "$0" _test.sh)
build=${BUILD:-build}
shared=${SHARED:-../shared}
state=$(mktemp -d "${TMPDIR:-/tmp}/unifyd-$test.XXXXXX")
chmod 755 "$state"
conf=$state/unifyd.conf
bin=$(find /usr/lib/postgresql -maxdepth 2 -name bin | sort -V | tail -n 1)
as=
if [ "$(id -u)" -eq 0 ]; then
	as='setpriv --reuid=postgres --regid=postgres --clear-groups'
fi
checks=0
bad=0
live=
daemon=
url=

pg() { # pg_ctl's arguments
	(cd / && $as "$bin/pg_ctl" -D "$(cat "$state/cluster")/data" "$@" \
		>/dev/null 2>&1)
}

finish() {
	trap - EXIT
	[ -z "$daemon" ] || { kill -KILL "$daemon" && wait "$daemon"; } 2>/dev/null
	[ -z "$live" ] || { kill -TERM "$live" && wait "$live"; } 2>/dev/null
	if [ -s "$state/cluster" ]; then
		pg -m immediate stop
		rm -rf "$(cat "$state/cluster")"
	fi
	rm -rf "$state"
}
trap finish EXIT
trap 'exit 130' INT TERM

# checks

expect() { # what, want, got
	checks=$((checks + 1))
	[ "$2" = "$3" ] && return
	bad=$((bad + 1))
	echo "$test: $1: want '$2', got '$3'"
}

# The last words of a test; its status is the test's.
closing() {
	echo "$(((checks - bad) * 100 / checks))%: Checks: $checks, Failures: $bad, Errors: 0"
	[ "$bad" -eq 0 ]
}

give_up() { # why
	echo "$test: $1"
	tail -n 20 "$state"/*.log "$state/log" "$state/out" 2>/dev/null
	exit 1
}

now_ms() {
	date +%s%3N
}

within() { # seconds, command...; false where it never became true
	until=$(($(now_ms) + $1 * 1000))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$(now_ms)" -lt "$until" ] || return 1
		sleep 0.05
	done
}

until_true() { # command...
	within 60 "$@" || give_up "gave up waiting for: $*"
}

code() { # command...; its exit code
	"$@" >"$state/answer" 2>&1
	echo $?
}

# the story, as `make run` tells it

live_start() { # stays until live_stop
	: >"$state/out"
	STATE="$state" PORT=18360 sh tests/tools/live.sh "$build" \
		>"$state/out" 2>&1 &
	live=$!
	until_true grep -q 'Ctrl-C stops it' "$state/out"
	live_env
	url=$UNIFYD_URL
}

live_stop() { # its exit code is live.sh's
	kill -TERM "$live"
	wait "$live"
	set -- $?
	live=
	return "$1"
}

live_env() {
	set -a
	# shellcheck disable=SC1091 # written by live.sh
	. "$state/env"
	set +a
}

# The story's database without its daemon, for tests that start their own.
live_once() {
	LIVE_ONCE=1 STATE="$state" PORT=18460 sh tests/tools/live.sh "$build" \
		>"$state/out" 2>&1 || give_up 'the story went wrong'
	live_env
	PGHOST=$(cat "$state/cluster")
	PGUSER=unifyd
	PGDATABASE=postgres
	export PGHOST PGUSER PGDATABASE
	pg_start
}

pg_start() {
	pg -w -o "-k $(cat "$state/cluster") -c listen_addresses= -F" start
}

# databases and daemons

# A configuration of its own, for tests without the story: what follows the
# settings that every test has is on stdin.
configure() {
	[ -s "$state/hash_key" ] || openssl rand -hex 32 >"$state/hash_key"
	{
		cat <<EOF
listen = "127.0.0.1:0"
port_file = "$state/port"
database = "dbname=postgres"
hash_key_file = "file:$state/hash_key"
EOF
		cat
	} >"$state/unifyd.conf"
}

# The daemon takes the configuration of stdin; false where it refuses.
reconfigure() {
	had=$(grep -c '>event=reload ' "${conf%.conf}.log")
	configure
	use "$PGDATABASE"
	kill -HUP "$daemon"
	within 10 heard || return 1
	! grep '>event=reload ' "${conf%.conf}.log" | tail -n 1 | grep -q error=
}

heard() { # of one reload more
	[ "$(grep -c '>event=reload ' "${conf%.conf}.log")" -gt "$had" ]
}

use() { # database; the one that ctl, psql and daemon_start mean from now on
	conf=$state/$1.conf
	PGDATABASE=$1
	sed -e "s#^listen = .*#listen = \"127.0.0.1:0\"#" \
		-e "s#^port_file = .*#port_file = \"$state/$1.port\"#" \
		-e "s#dbname=postgres#dbname=$1#" \
		"$state/unifyd.conf" >"$conf"
}

database() { # name; empty, with our schema
	createdb "$1"
	use "$1"
	ctl migrate >/dev/null || give_up "unifyctl migrate: $(cat "$state/err")"
}

ctl() {
	"$build/unifyctl" --config "$conf" "$@" 2>"$state/err"
}

value() { # SQL; what it gives
	psql -X -q -A -t -c "$1"
}

# How many rows a request may have left behind.
rows() {
	value "SELECT (SELECT count(*) FROM journal),
		(SELECT count(*) FROM seen), (SELECT count(*) FROM inbound),
		(SELECT count(*) FROM parked)"
}

resolved() {
	[ "$(value 'SELECT count(*) FROM append')" = 0 ]
}

alive() {
	kill -0 "$daemon" 2>/dev/null
}

port_known() { # or the daemon is dead, which nobody need wait for
	[ -s "${conf%.conf}.port" ] || ! alive
}

daemon_start() { # sets $daemon and $url; logs to a file
	rm -f "${conf%.conf}.port"
	"$build/unifyd" --config "$conf" 2>>"${conf%.conf}.log" &
	daemon=$!
	until_true port_known
	alive || give_up 'unifyd did not start'
	url=http://127.0.0.1:$(cat "${conf%.conf}.port")
	until_true curl -sf "$url/readyz"
}

daemon_stop() { # signal; its exit code is the daemon's
	kill "-$1" "$daemon"
	wait "$daemon" 2>/dev/null
	set -- $?
	daemon=
	return "$1"
}

# Recorded requests of real senders lie beside the checkout, for the licences
# of some are not ours to pass on. Says so where they are not.
have_shared() {
	[ -d "$shared/payloads" ] && return
	echo "$test: SKIPPED without $shared: what real senders sent"
	return 1
}

# requests

status() { # curl's arguments; leaves $state/answer and $state/head
	: >"$state/answer"
	curl -s -D "$state/head" -o "$state/answer" -w '%{http_code}' "$@"
}

header() { # name, in lower case; its value in $state/head
	tr -d '\r' <"$state/head" | tr '[:upper:]' '[:lower:]' |
		sed -n "s/^$1: //p" | tail -n 1
}

# "STATUS CODE" of an answer that is a problem document, else what it lacks.
problem() { # status
	case $(header content-type) in
	application/problem+json*) ;;
	*) echo "$1, no problem document" && return ;;
	esac
	jq -r --arg status "$1" 'if .status == ($status | tonumber) and
		(.message | type) == "string" and .message != ""
		then "\($status) \(.code)"
		else "\($status), code or message missing" end' \
		"$state/answer" 2>/dev/null || echo "$1, no JSON"
}

refusal() { # curl's arguments
	problem "$(status "$@")"
}

signature() { # file; of a WhatsApp request
	openssl dgst -sha256 -hmac "$UNIFYD_WHATSAPP_SECRET" -r "$1" |
		cut -d ' ' -f 1
}

# The bytes of stdin as they stand, a whole request; the answer's status.
# Leaves $state/answer and $state/head as status does.
raw() {
	perl -MIO::Socket::INET -e '
		my ($to, $dir) = @ARGV;
		alarm 20;
		local $/;
		binmode STDIN;
		my $s = IO::Socket::INET->new($to) or die "$to: $!\n";
		my ($bytes, $all, $head) = (scalar <STDIN>, "", "");
		$s->print($bytes) && $s->flush;
		while (sysread $s, my $part, 65536) {
			$all .= $part;
			$all =~ /^(.*?\r\n\r\n)/s or next;
			$head = $1;
			my $want = $head =~ /^content-length: (\d+)/mi ? $1 : 0;
			last if length($all) >= length($head) + $want;
		}
		for (["head", $head], ["answer", substr $all, length $head]) {
			open my $out, ">", "$dir/$_->[0]" or die;
			print $out $_->[1];
		}
		print $head =~ m{^HTTP/1\.1 (\d+)} ? $1 : "none";
	' "${url#http://}" "$state"
}

# All that comes back for the bytes of stdin, to the end of the connection or
# until nothing more comes for a while.
answers() {
	perl -MIO::Socket::INET -MIO::Select -e '
		my $s = IO::Socket::INET->new($ARGV[0]) or die "$ARGV[0]: $!\n";
		my $select = IO::Select->new($s);
		local $/;
		binmode STDIN;
		local $SIG{PIPE} = "IGNORE";
		$s->print(scalar <STDIN>);
		$s->flush;
		while ($select->can_read(0.3)) {
			sysread $s, my $part, 65536 or last;
			print $part;
		}
	' "${url#http://}"
}

statuses() { # of the bytes of stdin, with blanks between
	answers | tr -d '\r' | sed -n 's,^.*HTTP/1\.1 \([0-9][0-9]*\) .*,\1,p' |
		tr '\n' ' ' | sed 's/ $//'
}
