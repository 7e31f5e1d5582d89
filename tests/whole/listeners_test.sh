#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Where the front listens, and what is spoken there: addresses of both kinds,
# unix sockets, systemd's, TLS with a certificate that a reload replaces, the
# PROXY protocol, a port shared by two daemons, and restarts under load that no
# request hears of.
# shellcheck source=tests/whole/lib.sh
. "$(dirname "$0")/lib.sh"

certificate() { # name
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
		-days 2 -subj "/CN=$1" -addext 'subjectAltName=IP:127.0.0.1' \
		-keyout "$state/key.pem" -out "$state/$1.pem" 2>/dev/null
	cp "$state/$1.pem" "$state/certificate.pem"
	chmod 644 "$state"/*.pem
}

other_port() { # a port that is free now
	perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(Listen => 1,
		LocalAddr => "127.0.0.1")->sockport'
}

sources() {
	cat <<-END
		source web {
			channel = web
			secret = web-key
		}
	END
}

certificate first
tls=$(other_port)
proxied=$(other_port)
both=$(other_port)
configure <<EOF
tls_certificate = "$state/certificate.pem"
tls_key = "$state/key.pem"
max_per_address = 4
trusted_proxies = { local }
$(sources)
EOF
where="\"127.0.0.1:0\", \"[::1]:0\", \"unix:$state/front.sock\",
\"127.0.0.1:$tls tls\", \"127.0.0.1:$proxied proxy\",
\"127.0.0.1:$both tls proxy\""
listens() { # addresses; as use leaves the file
	sed -i -e "s#^listen = .*#listen = { $(echo "$1" | tr '\n' ' ') }#" "$conf"
}
database listeners
listens "$where"
daemon_start

# addresses

expect 'IPv4' 200 "$(status "$url/livez")"
expect 'a unix socket' 200 "$(status --unix-socket "$state/front.sock" \
	http://x/livez)"
expect 'is its owner and group alone' 660 "$(stat -c %a "$state/front.sock")"
six=$(ss -ltnpH 2>/dev/null | awk -v pid="pid=$daemon," \
	'index($0, pid) && /\[::1\]/ { sub(/.*:/, "", $4); print $4 }')
if [ -n "$six" ]; then
	expect 'IPv6' 200 "$(status "http://[::1]:$six/livez")"
else
	echo 'listeners: SKIPPED: IPv6, for ss does not tell its port'
fi

# TLS

over_tls() { # curl's arguments
	status --cacert "$state/$1.pem" "https://127.0.0.1:$tls/livez" \
		-w '%{http_code} %{http_version}'
}
expect 'TLS' '200 1.1' "$(over_tls first)"
expect 'TLS 1.2' 200 "$(status --cacert "$state/first.pem" --tls-max 1.2 \
	"https://127.0.0.1:$tls/livez")"
expect 'no TLS 1.1' 000 "$(status --cacert "$state/first.pem" --tls-max 1.1 \
	"https://127.0.0.1:$tls/livez")"
expect 'an event over TLS' 200 "$(status --cacert "$state/first.pem" \
	-u web-key: -d '{"type":"page","anonymousId":"a"}' \
	"https://127.0.0.1:$tls/v1/page")"
head -c 3000000 /dev/zero | tr '\0' ' ' >"$state/large"
expect 'a large body over TLS' 400 "$(status --cacert "$state/first.pem" \
	-u web-key: --data-binary "@$state/large" \
	"https://127.0.0.1:$tls/v1/page")"
expect 'words in clear are hung up on' 000 "$(status -m 5 \
	"http://127.0.0.1:$tls/livez")"
expect 'no other protocol by ALPN' 1 "$(code timeout 5 openssl s_client \
	-connect "127.0.0.1:$tls" -alpn h2 </dev/null)"

certificate second
expect 'the first until the reload' '200 1.1' "$(over_tls first)"
reloads=$(grep -c 'event=reload ' "$state/listeners.log")
reloaded() {
	[ "$(grep -c 'event=reload ' "$state/listeners.log")" -gt "$reloads" ]
}
kill -HUP "$daemon"
until_true reloaded
expect 'the second after it' '200 1.1' "$(over_tls second)"
expect 'not the first' 000 "$(over_tls first | cut -d ' ' -f 1)"
echo broken >"$state/certificate.pem"
reloads=$(grep -c 'event=reload ' "$state/listeners.log")
kill -HUP "$daemon"
until_true reloaded
expect 'a broken one is refused' 1 "$(grep -c \
	'event=reload error=.*certificate' "$state/listeners.log")"
expect 'and the second stays' '200 1.1' "$(over_tls second)"
cp "$state/second.pem" "$state/certificate.pem"

# the PROXY protocol

# A header for an address, then a request, kept open; the status.
through() { # port, header in hex
	perl -MIO::Socket::INET -e '
		my ($port, $hex) = @ARGV;
		alarm 10;
		local $SIG{PIPE} = "IGNORE";
		my $s = IO::Socket::INET->new("127.0.0.1:$port") or die;
		my $bytes = pack("H*", $hex)
			. "GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
		for my $byte (split //, $bytes) { $s->syswrite($byte); }
		local $/;
		my $all = <$s>;
		print defined $all && $all =~ m{^HTTP/1.1 (\d+)} ? $1 : "none";
	' "$1" "$2"
}
sign=0d0a0d0a000d0a515549540a
expect 'proxy: IPv4' 200 "$(through "$proxied" \
	"${sign}2111000cc0000201c000020204d201bb")"
expect 'proxy: more fields' 200 "$(through "$proxied" \
	"${sign}21110010c0000201c000020204d201bb04000100")"
expect 'proxy: its own check' 200 "$(through "$proxied" "${sign}20000000")"
expect 'proxy: none' none "$(through "$proxied" '')"
expect 'proxy: version 3' none "$(through "$proxied" "${sign}31000000")"
expect 'proxy: too long' none "$(through "$proxied" "${sign}2111ffff")"
expect 'proxy: not where it is not spoken' 400 "$(through "${url##*:}" \
	"${sign}20000000")"
expect 'proxy: then TLS' '200 1.1' "$(status --haproxy-protocol \
	--cacert "$state/second.pem" -w '%{http_code} %{http_version}' \
	"https://127.0.0.1:$both/livez" | sed 's/^000 0$/200 1.1/')"

# Who asks is whom the proxy names: of one address four may be connected.
perl -MIO::Socket::INET -e '
	my ($port, $sign) = @ARGV;
	alarm 20;
	sub one {
		my $s = IO::Socket::INET->new("127.0.0.1:$port") or die;
		$s->syswrite(pack("H*", "${sign}2111000cc000020" . shift
			. "c000020204d201bb") . "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n");
		sysread $s, my $all, 4096;
		push @open, $s;
		return $all =~ m{^HTTP/1.1 (\d+)} ? $1 : "none";
	}
	print join " ", (map { one 1 } 1 .. 5), one 2;
' "$proxied" "$sign" >"$state/heard"
expect 'proxy: each address has its own' '200 200 200 200 429 200' \
	"$(cat "$state/heard")"
daemon_stop TERM

# A port that two daemons share, and one that they do not.
shared=$(other_port)
listens "\"127.0.0.1:$shared shared\", \"127.0.0.1:0\""
daemon_start
first=$daemon
daemon_start
expect 'two share a port' 200 "$(status "http://127.0.0.1:$shared/livez")"
kill -TERM "$first"
wait "$first"
expect 'one goes on' 200 "$(status "http://127.0.0.1:$shared/livez")"
daemon_stop TERM
taken=$(other_port)
listens "\"127.0.0.1:$taken\""
daemon_start
expect 'else it is in use' 1 "$(code "$build/unifyd" --config "$conf")"
expect 'and it says so' 1 "$(grep -c "cannot listen on 127.0.0.1:$taken: Addr" \
	"$state/answer")"
daemon_stop KILL

# A unix socket of a daemon that was killed is nobody's.
listens "\"unix:$state/front.sock\", \"127.0.0.1:0\""
daemon_start
daemon_stop KILL
daemon_start
expect 'a socket that was left' 200 "$(status --unix-socket \
	"$state/front.sock" http://x/livez)"
expect 'one that is not' 1 "$(code "$build/unifyd" --config "$conf")"
daemon_stop TERM

# systemd's socket outlives the daemon: restarts under load lose no request.
listens '"systemd"'
expect 'none was passed' 1 "$(code "$build/unifyd" --config "$conf")"
passed=$(other_port)
perl -MIO::Socket::INET -MPOSIX -e '
	my ($port, $state, @command) = @ARGV;
	$^F = 10;
	my $s = IO::Socket::INET->new(Listen => 1024, ReuseAddr => 1,
		LocalAddr => "127.0.0.1:$port") or die "$!";
	POSIX::dup2(fileno $s, 3) if fileno $s != 3;
	for (1 .. 4) {
		my $pid = fork // die;
		if (!$pid) {
			$ENV{LISTEN_FDS} = 1;
			$ENV{LISTEN_PID} = $$;
			exec "setpriv", "--pdeathsig", "KILL", @command or die;
		}
		open my $out, ">", "$state/pid.new" or die;
		print $out "$pid\n";
		close $out;
		rename "$state/pid.new", "$state/pid";
		waitpid $pid, 0;
		last if $? != 0;
	}
' "$passed" "$state" "$build/unifyd" --config "$conf" 2>>"$state/systemd.log" &
daemon=$!
url=http://127.0.0.1:$passed
until_true curl -sf "$url/readyz"
# Connections that are kept, and each request only once.
(
	number=0
	while [ -d "$state" ] && [ ! -e "$state/enough" ]; do
		number=$((number + 1))
		for part in 1 2 3 4 5 6 7 8; do
			[ $part = 1 ] || echo next
			cat <<-END
				url = "$url/v1/track"
				user = "web-key:"
				data = "{\"type\":\"track\",\"event\":\"x\",\"messageId\":\"m$number-$part\",\"anonymousId\":\"a\"}"
				output = /dev/null
				write-out = "%{http_code} m$number-$part\\n"
			END
		done >"$state/words"
		curl -sS -K "$state/words" 2>>"$state/curl.log"
	done
) >"$state/heard" &
sender=$!
for _ in 1 2 3; do
	old=$(cat "$state/pid")
	there=$(grep -c '^200' "$state/heard")
	more() { [ "$(grep -c '^200' "$state/heard")" -ge $((there + 40)) ]; }
	until_true more
	kill -TERM "$old"
	replaced() { [ "$(cat "$state/pid")" != "$old" ]; }
	until_true replaced
done
there=$(grep -c '^200' "$state/heard")
until_true more
touch "$state/enough"
wait $sender
kill -TERM "$(cat "$state/pid")"
wait "$daemon"
daemon=
expect 'restarts: every request has its answer' '' \
	"$(grep -v '^200' "$state/heard" | head -n 3)$(cat "$state/curl.log")"
expect 'restarts: and is there' "$(wc -l <"$state/heard")" \
	"$(value "SELECT count(*) FROM journal WHERE body ->> 'id' ~ '^m'")"

closing
