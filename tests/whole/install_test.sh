#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What make install puts where, and that systemd and mandoc are content with
# it; then what unifyd tells systemd while it lives.
# shellcheck source=tests/whole/lib.sh
. "$(dirname "$0")/lib.sh"
root=$state/root
listener=
trap '[ -z "$listener" ] || kill "$listener"; finish' EXIT

# Not as a part of the make that may run us, whose variables would come along.
makes() { # target, variables...
	env -u MAKEFLAGS -u MFLAGS -u SANITIZE make -s BUILD="$build" "$@" \
		>"$state/out" 2>&1 || give_up "make $*"
}

modes() { # of the files in $root, and what these are
	(cd "$root" && find . -type f -printf '%m %P\n' | LC_ALL=C sort -k 2)
}

# everything in its place
makes install DESTDIR="$root"
expect 'installed' '640 etc/unifyd/policy.conf
640 etc/unifyd/unifyd.conf
755 usr/local/bin/unifyctl
755 usr/local/bin/unifyd
644 usr/local/lib/systemd/system/unifyd.service
644 usr/local/lib/systemd/system/unifyd.socket
644 usr/local/lib/systemd/system/unifyd@.service
644 usr/local/lib/sysusers.d/unifyd.conf
644 usr/local/lib/tmpfiles.d/unifyd.conf
644 usr/local/share/doc/unifyd/CHANGELOG.md
644 usr/local/share/doc/unifyd/LICENSE
644 usr/local/share/doc/unifyd/README.md
644 usr/local/share/man/man5/unifyd-policy.conf.5
644 usr/local/share/man/man5/unifyd.conf.5
644 usr/local/share/man/man8/unifyctl.8
644 usr/local/share/man/man8/unifyd.8' "$(modes)"
for program in unifyd unifyctl; do
	expect "$program is whole" same "$(cmp "$build/$program" \
		"$root/usr/local/bin/$program" && echo same)"
done
mkdir "$state/credentials"
(umask 077; openssl rand -hex 32 >"$state/credentials/hash_key")
expect 'the sample is a configuration, the hash key a credential' 0 "$(
	CREDENTIALS_DIRECTORY=$state/credentials code \
		"$root/usr/local/bin/unifyd" --check-config --config \
		"$root/etc/unifyd/unifyd.conf")"
expect 'which it cannot do without' 78 "$(code "$build/unifyd" \
	--check-config --config "$root/etc/unifyd/unifyd.conf")"

# the user and the rights that the service wants
if [ "$(id -u)" -eq 0 ]; then
	(umask 077; mkdir "$root/etc/unifyd/credentials"
		echo key >"$root/etc/unifyd/credentials/hash_key")
	chmod 644 "$root/etc/unifyd/unifyd.conf"
	systemd-sysusers --root="$root" 2>"$state/err"
	systemd-tmpfiles --root="$root" --create 2>>"$state/err"
	group=$(sed -n 's/^unifyd:[^:]*:\([0-9]*\):.*/\1/p' "$root/etc/group")
	expect 'the user' 1 "$(grep -c '^unifyd:' "$root/etc/passwd")"
	expect 'the rights' "0 $group 750 .
0 $group 640 ./unifyd.conf
0 $group 750 ./credentials
0 $group 640 ./credentials/hash_key" "$(cd "$root/etc/unifyd" &&
		stat -c '%u %g %a %n' . ./unifyd.conf ./credentials \
			./credentials/hash_key)"
else
	echo "install: SKIPPED where not root: the user and the rights"
fi

# what somebody wrote is theirs
echo '# ours' >>"$root/etc/unifyd/unifyd.conf"
makes install DESTDIR="$root"
expect 'the configuration stays' '# ours' \
	"$(tail -n 1 "$root/etc/unifyd/unifyd.conf")"
makes uninstall DESTDIR="$root"
expect 'uninstalled but for it' 'etc/unifyd/policy.conf
etc/unifyd/unifyd.conf' \
	"$(modes | sed 's/^[0-7]* //' | grep unifyd | grep -v credentials)"
expect 'and for no folder of ours' '' \
	"$(find "$root/usr" -name 'unifyd*')"
makes uninstall DESTDIR="$root"

# elsewhere, and there for systemd to look at
makes install PREFIX="$state/usr" SYSCONFDIR="$state/etc"
units=$state/usr/lib/systemd/system
expect 'units run what is installed' "2 $state/usr/bin/unifyd" \
	"$(sed -n 's/^ExecStart=\([^ ]*\) .*/\1/p' "$units"/*.service |
		uniq -c | sed 's/^ *//')"
expect 'nothing names the places of others' '' "$(grep -rlE \
	'[^A-Za-z0-9]/(usr/bin|etc)/unifyd' "$state/usr/lib" "$state/usr/share/man")"
for unit in unifyd unifyd@; do
	expect "$unit: verified" 0 "$(code systemd-analyze verify --man=no \
		"$units/$unit.service")"
	expect "$unit: no complaint" '' "$(cat "$state/answer")"
	exposure=$(systemd-analyze security --offline=yes --no-pager \
		"$units/$unit.service" |
		sed -n 's/.*Overall exposure level for .*: \([0-9.]*\) .*/\1/p')
	expect "$unit: exposure $exposure of at most 1.5" yes "$(echo "$exposure" |
		awk '/^[0-9.]+$/ && $1 <= 1.5 { print "yes" }')"
	expect "$unit: a bad configuration is not tried again" 1 \
		"$(grep -cE '^RestartPreventExitStatus=(.* )?78( |$)' \
			"$units/$unit.service")"
done
# All but the words that say which is which, above [Unit].
expect 'the two units differ in the instance alone' '' "$(sed -e 's/ for %i,/,/' \
	-e 's|/%i\.conf|/unifyd.conf|' -e 's|/%i/|/|' "$units/unifyd@.service" |
	sed '1,/^\[Unit\]/d' >"$state/instance"
	sed '1,/^\[Unit\]/d' "$units/unifyd.service" |
		diff - "$state/instance")"

# the manual
for page in "$state"/usr/share/man/man?/*; do
	expect "$(basename "$page"): lint" '' \
		"$(mandoc -T lint -W warning "$page")"
done
manual() { # page; as plain text
	mandoc -T ascii "$state/usr/share/man/$1" | col -b
}
manual man8/unifyd.8 >"$state/unifyd.txt"
manual man8/unifyctl.8 >"$state/unifyctl.txt"
for option in $("$build/unifyd" --help | grep -oE -- '--[a-z-]+'); do
	expect "unifyd(8) has $option" 1 \
		"$(grep -cE "^     $option( |\$)" "$state/unifyd.txt")"
done
for option in $("$build/unifyctl" --help | grep -oE -- '--[a-z-]+') --help; do
	expect "unifyctl(8) has $option" 1 \
		"$(grep -cE "^     $option( |\$)" "$state/unifyctl.txt")"
done
commands=$("$build/unifyctl" --help | sed -n 's/^  \([a-z][a-z]*\) .*/\1/p')
expect 'there are commands' yes "$([ -n "$commands" ] && echo yes)"
for command in $commands; do
	expect "unifyctl(8) has $command" yes "$(grep -qE \
		"^     $command( |\$)" "$state/unifyctl.txt" && echo yes)"
done

# what systemd hears: a line a notice, with the machine's seconds before it
perl -MIO::Socket::UNIX -e '
	$| = 1;
	my $s = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => shift)
		or die "$!\n";
	while (defined $s->recv(my $text, 4096)) {
		open my $uptime, "<", "/proc/uptime" or die "$!\n";
		my ($now) = split " ", <$uptime>;
		$text =~ tr/\n/ /;
		print "$now $text\n";
	}
' "$state/notify" >"$state/notices" &
listener=$!
until_true test -S "$state/notify"
export NOTIFY_SOCKET="$state/notify" WATCHDOG_USEC=1000000

notices() { # pattern; how many there are
	grep -cE "^[0-9.]+ $1" "$state/notices"
}

heard() { # how many at least, pattern
	[ "$(notices "$2")" -ge "$1" ]
}

configure() { # database
	cat >"$state/unifyd.conf" <<-CONFIG
		listen = "127.0.0.1:0"
		port_file = "$state/port"
		database = "$1"
		hash_key_file = "file:$state/credentials/hash_key"
	CONFIG
}

configure "host=$state/nowhere user=unifyd dbname=postgres"
"$build/unifyd" --config "$conf" 2>"$state/away.log" &
daemon=$!
until_true heard 2 'WATCHDOG=1'
expect 'not ready without PostgreSQL' 0 "$(notices 'READY=1')"
daemon_stop TERM
expect 'but ends well' 0 "$?"

configure "host=$PGHOST user=unifyd dbname=postgres"
database install
: >"$state/notices"
daemon_start --role all
until_true heard 1 'READY=1'
expect 'ready once' 1 "$(notices 'READY=1')"
expect 'with a status' 1 "$(notices 'READY=1 STATUS=serving')"
until_true heard 5 'WATCHDOG=1'
# A busy machine makes some of the gaps longer; not all of them.
expect 'alive twice in the time of the watchdog' yes "$(awk '/WATCHDOG/ {
	if (last && (!least || $1 - last < least)) least = $1 - last
	last = $1
} END { print least <= 0.6 ? "yes" : least " s" }' "$state/notices")"
expect 'not ending yet' 0 "$(notices 'STOPPING=1')"
daemon_stop TERM
expect 'told to end' 0 "$?"
until_true heard 1 'STOPPING=1'
expect 'ending once' 1 "$(notices 'STOPPING=1')"

closing
