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
lock=${TMPDIR:-/tmp}/unifyd-packages.$(id -u).lock
exec 9>"$lock"
flock 9
list=$(missing)
[ -n "$list" ] || exit 0
echo "installing$list"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get -q update
case $list in
*' postgresql-15'*)
	# Installing the server would create and start a cluster for the whole
	# system, which nobody asked for: tests make their own.
	$as_root apt-get -q -o DPkg::Lock::Timeout=300 install -y \
		--no-install-recommends postgresql-common
	$as_root sed -i \
		's/^#* *create_main_cluster *=.*/create_main_cluster = false/' \
		/etc/postgresql-common/createcluster.conf
	;;
esac
# shellcheck disable=SC2086 # the list is words
$as_root apt-get -q -o DPkg::Lock::Timeout=300 install -y \
	--no-install-recommends $list
