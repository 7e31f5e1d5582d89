#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# pg.sh COMMAND [ARGUMENT]... runs COMMAND with a private, empty PostgreSQL:
# PGHOST, PGUSER and PGDATABASE are set; a unix socket only, in a temporary
# folder that goes when COMMAND ends. Without fsync, unless PG_SETTINGS says
# otherwise. Works as root and as anybody else.
set -eu
bin=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null |
	sort -V | tail -n 1)
[ -x "$bin/initdb" ] || {
	echo "no PostgreSQL server under /usr/lib/postgresql" >&2
	exit 1
}
dir=$(mktemp -d "${TMPDIR:-/tmp}/unifyd-pg.XXXXXX")
as=
if [ "$(id -u)" -eq 0 ]; then
	# PostgreSQL refuses to run as root.
	as='setpriv --reuid=postgres --regid=postgres --clear-groups'
	chown postgres:postgres "$dir"
fi
# A socket's path is short, and root's temporary folder may be closed to others.
if [ ${#dir} -gt 80 ] || ! $as test -w "$dir"; then
	rmdir "$dir"
	dir=$(mktemp -d /tmp/unifyd-pg.XXXXXX)
	[ -z "$as" ] || chown postgres:postgres "$dir"
fi

finish() {
	$as "$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null 2>&1 || :
	rm -rf "$dir"
}
trap finish EXIT
trap 'exit 130' INT TERM

cd "$dir"
$as "$bin/initdb" -D "$dir/data" -U unifyd -A trust -E UTF8 --locale=C \
	--no-sync >"$dir/log.init" 2>&1 || {
	cat "$dir/log.init" >&2
	exit 1
}
$as "$bin/pg_ctl" -D "$dir/data" -l "$dir/data/log" -w \
	-o "-k $dir -c listen_addresses= ${PG_SETTINGS--F}" start >/dev/null || {
	cat "$dir/data/log" >&2
	exit 1
}
cd - >/dev/null
export PGHOST="$dir" PGUSER=unifyd PGDATABASE=postgres
"$@"
