#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing of packages.txt, under a lock of our own so that
# two copies side by side do not fight over apt's. Ends with 1 and the one
# command to run where we may not install.
set -eu
cd "$(dirname "$0")"

# What an installed package stands in for is there as well: npm comes with a
# nodejs that is not Debian's, and such a one lets no other be installed.
installed() {
	dpkg-query -W -f='${db:Status-Status} ${Package}, ${Provides}\n' |
		sed -n 's/^installed //p' | tr ',' '\n' |
		sed 's/^ *//; s/ .*//' | sort -u
}

missing() {
	have=$(installed)
	printf '%s\n' "$have" "$have" "$(sed '/^#/d' packages.txt)" |
		sort | uniq -u | sed 's/^/ /' | tr -d '\n'
}

[ -n "$(missing)" ] || exit 0
as_root=
if [ "$(id -u)" -ne 0 ]; then
	if sudo -n true 2>/dev/null; then
		as_root='sudo -n'
	else
		echo "packages are missing; run:" >&2
		echo "apt-get install --no-install-recommends$(missing)" >&2
		exit 1
	fi
fi

# Nothing that a package starts may keep our lock.
apt() { # apt-get's arguments
	$as_root env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \
		apt-get -q -o DPkg::Lock::Timeout=300 "$@" 9>&-
}

# apt waits for the lock of dpkg, but not for that of its lists, which a
# machine that has just been started holds for a while. What else goes wrong
# may be with sources that we do not need.
update() {
	for try in $(seq 30); do
		said=$(apt update 2>&1) && return
		echo "$said" >&2
		case $said in
		*'Could not get lock'*) sleep "${WAIT:-10}" ;;
		*) return 0 ;;
		esac
	done
	echo "gave up after $try times" >&2
}

# Installing the server would create and start a cluster for the whole system,
# which nobody asked for: tests make their own. Only until it is installed.
createcluster=${CREATECLUSTER_D:-/etc/postgresql-common/createcluster.d}
no_cluster() {
	trap 'cluster_again' EXIT
	trap 'exit 130' INT TERM
	$as_root mkdir -p "$createcluster"
	echo 'create_main_cluster = false' |
		$as_root tee "$createcluster/unifyd.conf" >/dev/null
}
cluster_again() {
	$as_root rm -f "$createcluster/unifyd.conf"
	$as_root rmdir --ignore-fail-on-non-empty "$createcluster"
}

# A folder that is the same for everybody, and nobody's to put in our way.
exec 9</var/lib/dpkg
flock 9
list=$(missing)
[ -n "$list" ] || exit 0
echo "installing$list"
update
case $list in
*' postgresql-15'*) no_cluster ;;
esac
# shellcheck disable=SC2086 # the list is words
apt install -y --no-install-recommends $list
