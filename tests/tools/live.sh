#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# live.sh BUILD: what `make run` does. A private PostgreSQL and unifyd in
# $STATE, the sample story, the profile that came of it; stays until Ctrl-C
# and stops what it started. LIVE_ONCE=1 ends after the profile (for tests).
set -eu
build=$(cd "$1" && pwd)
top=$(cd "$(dirname "$0")/../.." && pwd)
state=${STATE:-$top/build/run}
port=${PORT:-8360}
mkdir -p "$state"
state=$(cd "$state" && pwd)
bin=$(find /usr/lib/postgresql -maxdepth 2 -name bin | sort -V | tail -n 1)
as=
if [ "$(id -u)" -eq 0 ]; then
	as='setpriv --reuid=postgres --regid=postgres --clear-groups'
fi

# Where the cluster lives: in $state, or, where PostgreSQL's user cannot
# enter it or its path is too long for a socket or too odd for a connection
# string, in a folder of its own, which the next run finds again and
# `make clean` removes.
cluster() {
	pg=$state/pg
	if [ ! -d "$pg/data" ] && [ -s "$state/cluster" ] &&
		[ -d "$(cat "$state/cluster")" ]; then
		pg=$(cat "$state/cluster")
	elif [ ! -d "$pg/data" ]; then
		mkdir -p "$pg"
		[ -z "$as" ] || chown postgres:postgres "$pg"
		if [ ${#pg} -gt 80 ] || ! $as test -w "$pg" ||
			[ "${pg#*[!A-Za-z0-9/._-]}" != "$pg" ]; then
			rmdir "$pg"
			pg=$(mktemp -d /var/tmp/unifyd-run.XXXXXX)
			[ -z "$as" ] || chown postgres:postgres "$pg"
		fi
	fi
	echo "$pg" >"$state/cluster"
}

quit() {
	trap - EXIT INT TERM
	[ -z "${daemon:-}" ] || kill "$daemon" 2>/dev/null || :
	[ -z "${daemon:-}" ] || wait "$daemon" 2>/dev/null || :
	(cd / && $as "$bin/pg_ctl" -D "$pg/data" -m fast -w stop \
		>/dev/null 2>&1) || :
	exit "$1"
}

random() {
	od -An -N16 -tx1 /dev/urandom | tr -d ' \n'
}

cluster
# One at a time: the end of another would stop the PostgreSQL of the first.
exec 8<"$pg"
if ! flock -n 8; then
	echo "it runs already; keys and secrets are in $state/env" >&2
	exit 1
fi
trap 'quit 1' EXIT
trap 'quit 0' INT TERM
if [ ! -s "$pg/data/PG_VERSION" ]; then
	(cd / && $as "$bin/initdb" -D "$pg/data" -U unifyd -A trust -E UTF8 \
		--locale=C >/dev/null)
fi
if ! (cd / && $as "$bin/pg_ctl" -D "$pg/data" status >/dev/null 2>&1); then
	(cd / && $as "$bin/pg_ctl" -D "$pg/data" -l "$pg/log" -w \
		-o "-k $pg -c listen_addresses=" start >/dev/null 8>&-)
fi
database="host=$pg user=unifyd dbname=postgres"

if [ ! -s "$state/hash_key" ]; then
	(umask 077; random >"$state/hash_key"; random >>"$state/hash_key")
fi
if [ ! -s "$state/secrets" ]; then
	(
		umask 077
		for name in WEB_KEY WHATSAPP_SECRET WHATSAPP_VERIFY_TOKEN \
			EMAIL_KEY POS_KEY; do
			echo "UNIFYD_$name='$(random)'"
		done >"$state/secrets"
	)
fi
# shellcheck disable=SC1091 # written above
. "$state/secrets"

write_config() { # port
	(umask 077; cat >"$state/unifyd.conf") <<EOF
listen = "127.0.0.1:$1"
port_file = "$state/port"
database = "$database"
hash_key_file = "file:$state/hash_key"
source whatsapp {
	channel = whatsapp
	region = BR
	secret = { "$UNIFYD_WHATSAPP_SECRET" }
	verify_token = "$UNIFYD_WHATSAPP_VERIFY_TOKEN"
}
source email {
	channel = email
	region = BR
	secret = { "$UNIFYD_EMAIL_KEY" }
	authserv_id = "mx.loja.example"
}
source web {
	channel = web
	region = BR
	currency = BRL
	assurance = verified
	secret = { "$UNIFYD_WEB_KEY" }
}
source pos {
	channel = pos
	region = BR
	currency = BRL
	zone = "-03:00"
	secret = { "$UNIFYD_POS_KEY" }
}
EOF
}

ctl() {
	"$build/unifyctl" --config "$state/unifyd.conf" "$@"
}

write_config "$port"
ctl migrate
if [ ! -s "$state/keys" ]; then
	(
		umask 077
		{
			echo "UNIFYD_READ_KEY='$(ctl key add run-read read)'"
			echo "UNIFYD_STEWARD_KEY='$(ctl key add run-steward \
				read,steward)'"
			echo "UNIFYD_ADMIN_KEY='$(ctl key add run-admin \
				ingest,read,steward,privacy,admin)'"
		} >"$state/keys.new"
		mv "$state/keys.new" "$state/keys"
	)
fi

# The port asked for, or the next that is free.
last=$((port + 50))
while :; do
	write_config "$port"
	rm -f "$state/port"
	"$build/unifyd" --config "$state/unifyd.conf" 2>"$state/log" 8>&- &
	daemon=$!
	while [ ! -s "$state/port" ] && kill -0 "$daemon" 2>/dev/null; do
		sleep 0.05
	done
	[ ! -s "$state/port" ] || break
	wait "$daemon" 2>/dev/null || :
	daemon=
	if [ "$port" -ge "$last" ] || ! grep -q 'in use' "$state/log"; then
		cat "$state/log" >&2
		quit 1
	fi
	port=$((port + 1))
done
url=http://127.0.0.1:$(cat "$state/port")
(
	umask 077
	{
		echo "UNIFYD_URL='$url'"
		cat "$state/keys" "$state/secrets"
		echo "DATABASE_URL='$database'"
	} >"$state/env.new"
	mv "$state/env.new" "$state/env"
)
set -a
# shellcheck disable=SC1091 # written above
. "$state/env"
set +a

until_true() { # command...; for at most 20 s
	tries=0
	until "$@" >/dev/null 2>&1; do
		tries=$((tries + 1))
		if [ "$tries" -gt 200 ]; then
			echo "gave up waiting for: $*" >&2
			tail -n 5 "$state/log" >&2
			quit 1
		fi
		sleep 0.1
	done
}

resolved() {
	ctl check && ! ctl --json check | grep -q '"pending":[1-9]'
}

until_true curl -sf "$url/readyz"
sh "$top/tests/samples/story.sh"
until_true resolved
echo
ctl profile show user_id cliente-2041
echo
echo "unifyd answers at $url; keys and secrets are in $state/env"
[ "$pg" = "$state/pg" ] ||
	echo "PostgreSQL is in $pg, for it could not be in $state"
if [ -n "${LIVE_ONCE:-}" ]; then
	quit 0
fi
echo "Ctrl-C stops it. Try:"
echo "  . $state/env"
# shellcheck disable=SC2016 # to be typed as it stands
echo '  curl -H "Authorization: Bearer $UNIFYD_READ_KEY" $UNIFYD_URL/v1/profiles'
# Ctrl-C reaches the daemon too, which may be gone before we hear of it.
if wait "$daemon"; then
	trap 'quit 0' EXIT
fi
