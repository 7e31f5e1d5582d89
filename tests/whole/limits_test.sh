#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every limit of the configuration and of the interface at its edge: what is
# within it is served, what is beyond it hears the right status, and when it
# may come again. Those of heads and bodies are in framing_test.sh.
# shellcheck source=tests/whole/lib.sh
. "$(dirname "$0")/lib.sh"

shop='source shop {
	channel = web
	secret = shop-key
}'
configure <<EOF
trusted_proxies = none
max_connections = 8
max_per_address = 4
$shop
EOF
database limits
key=$(ctl key add crm read,steward)
daemon_start

# Connections from an address, all at once, a request on each; the statuses.
crowd() { # address, count, address...
	perl -MIO::Socket::INET -e '
		my ($to, @sockets) = shift;
		local $SIG{PIPE} = "IGNORE";
		alarm 20;
		while (my ($from, $count) = splice @ARGV, 0, 2) {
			push @sockets, IO::Socket::INET->new(PeerAddr => $to,
				LocalAddr => $from) || die "$from: $!"
				for 1 .. $count;
		}
		for my $s (@sockets) {
			$s->print("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n");
			$s->flush;
			sysread $s, my $answer, 4096;
			$got{($answer // "") =~ m{^HTTP/1.1 (\d+)} ? $1
				: "none"}++;
		}
		print join " ", map { "$got{$_}x$_" } sort keys %got;
	' "${url#http://}" "$@"
}

expect 'of one address' 4x200 "$(crowd 127.0.0.2 4)"
expect 'of one address, and one' '4x200 1x429' "$(crowd 127.0.0.2 5)"
expect 'of all' 8x200 "$(crowd 127.0.0.2 4 127.0.0.3 4)"
expect 'of all, and one' '8x200 1x503' \
	"$(crowd 127.0.0.2 4 127.0.0.3 4 127.0.0.4 1)"
reconfigure <<EOF
trusted_proxies = { 192.0.2.0/24, 127.0.0.2 }
max_connections = 8
max_per_address = 4
$shop
EOF
expect 'a proxy brings many' 8x200 "$(crowd 127.0.0.2 8)"
expect 'as many as all may be' '8x200 1x503' "$(crowd 127.0.0.2 9)"
expect 'another brings few' '4x200 1x429' "$(crowd 127.0.0.3 5)"

# What a client sends, in parts, with the seconds to wait before each; then
# "STATUS" or "none" where the connection ends without one, and whether the
# server has shut it, within half a second or at all.
slowly() { # seconds, text, ...
	perl -MIO::Socket::INET -MIO::Select -e '
		my $s = IO::Socket::INET->new(shift) or die;
		my $select = IO::Select->new($s);
		local $SIG{PIPE} = "IGNORE";
		my $answer = "";
		$s->autoflush(1);
		while (my ($wait, $text) = splice @ARGV, 0, 2) {
			last if $select->can_read($wait);
			$text =~ s/\\r\\n/\r\n/g;
			$s->print($text);
		}
		my $shut = "open";
		while ($select->can_read(0.5)) {
			sysread $s, $answer, 4096, length $answer
				or $shut = "shut", last;
		}
		print $answer =~ m{^HTTP/1.1 (\d+)} ? $1 : "none", " $shut";
	' "${url#http://}" "$@"
}

reconfigure <<EOF
head_seconds = 2
body_seconds = 2
idle_seconds = 3
$shop
EOF
get='GET /livez HTTP/1.1\r\nHost: a\r\n'
post='POST /livez HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n'
expect 'a head in time' '200 open' "$(slowly 0 "$get" 1.5 '\r\n')"
expect 'a head too late' '408 shut' "$(slowly 0 "$get" 2.5 '\r\n')"
expect 'a head in drops' '408 shut' "$(slowly 0 "$get" 1 'X: y' 1.2 z)"
expect 'a connection that begins' '200 open' "$(slowly 1.5 "$get\r\n")"
expect 'one that does not' 'none shut' "$(slowly 2.5 "$get\r\n")"
expect 'a body in time' '405 open' "$(slowly 0 "$post" 1.5 xx)"
expect 'a body too late' '408 shut' "$(slowly 0 "$post" 2.5 xx)"
expect 'a body in drops' '408 shut' "$(slowly 0 "$post" 1 x 1.2 x)"
idle() { # seconds
	perl -MIO::Socket::INET -MIO::Select -e '
		my $s = IO::Socket::INET->new(shift) or die;
		my $ask = "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n";
		$s->autoflush(1);
		$s->print($ask);
		sysread $s, my $answer, 4096;
		print IO::Select->new($s)->can_read(shift) ? "shut" : "open";
	' "${url#http://}" "$1"
}
expect 'idle for less' open "$(idle 2.5)"
expect 'idle for more' shut "$(idle 3.5)"

# Five seconds of grace, then so many bytes a second.
reconfigure <<EOF
body_rate = 1k
body_seconds = 60
$shop
EOF
batch="POST /v1/batch HTTP/1.1\r\nHost: a\r\nContent-Length: 1500\r\n\r\n"
k=$(head -c 1000 /dev/zero | tr '\0' ' ')
expect 'a body at its pace' '401 open' "$(slowly 0 "$batch$k" \
	5.5 "$(echo "$k" | cut -c 501-)")"
expect 'a body behind its pace' '408 shut' "$(slowly 0 "$batch" 5.5 "$k")"

# How often a key may ask.
reconfigure <<EOF
max_key_rate = 5
max_refusals = 3
trusted_proxies = 127.0.0.9
source shop {
	channel = web
	secret = shop-key
	max_rate = 4
}
EOF
expect 'a good configuration is taken' 0 $?
requests() { # count, method, path, field lines, body
	for _ in $(seq "$1"); do
		printf '%s %s HTTP/1.1\r\nHost: a\r\nContent-Length: %s\r\n%b\r\n%s' \
			"$2" "$3" "${#5}" "$4" "$5"
	done
}
often() { # the same; how many of each status
	requests "$@" | statuses | tr ' ' '\n' | sort | uniq -c |
		sed 's/^ *\([0-9]*\) /\1x/' | tr '\n' ' ' | sed 's/ $//'
}
bearer="Authorization: Bearer $key\r\n"
expect 'a key' 5x200 "$(often 5 GET /v1/profiles "$bearer" '')"
sleep 1.2 # until it may again
expect 'a key, and one' '5x200 1x429' \
	"$(often 6 GET /v1/profiles "$bearer" '')"
sleep 1.2
expect 'for a second' 1 "$(requests 6 GET /v1/profiles "$bearer" '' | answers |
	grep -c '^Retry-After: 1')"
event='{"type":"track","event":"x","anonymousId":"a","messageId":"m"}'
basic='Authorization: Basic c2hvcC1rZXk6\r\n'
expect 'a source' 4x200 "$(often 4 POST /v1/track "$basic" "$event")"
sleep 1.2
expect 'a source, and one' '4x200 1x429' \
	"$(often 5 POST /v1/track "$basic" "$event")"

# How many keys of one address may be refused.
ask() { # address, key; the status
	curl -s -o "$state/answer" -D "$state/head" -w '%{http_code}' \
		--interface "$1" -H "Authorization: Bearer $2" \
		"$url/v1/profiles"
}
sleep 1.2
expect 'refused' '401 401 401' "$(ask 127.0.0.5 a) $(ask 127.0.0.5 b) $(
	ask 127.0.0.5 c)"
expect 'then not looked at' 429 "$(ask 127.0.0.5 d)"
expect 'for a while' yes "$([ "$(header retry-after)" -gt 10 ] &&
	[ "$(header retry-after)" -le 20 ] && echo yes)"
expect 'nor a good one' 429 "$(ask 127.0.0.5 "$key")"
expect 'nor a source' 429 "$(curl -s -o /dev/null -w '%{http_code}' \
	--interface 127.0.0.5 -u shop-key: -d "$event" "$url/v1/track")"
expect 'what needs no key goes on' 200 "$(curl -s -o /dev/null \
	-w '%{http_code}' --interface 127.0.0.5 "$url/livez")"
expect 'others go on' 200 "$(ask 127.0.0.6 "$key")"
expect 'our proxies go on' '401 401 401 401 200' "$(for k in a b c d "$key"; do
	ask 127.0.0.9 "$k"
	echo
done | tr '\n' ' ' | sed 's/ $//')"
expect 'for whom a proxy asks, not' 429 "$(curl -s -o /dev/null \
	-w '%{http_code}' --interface 127.0.0.9 \
	-H 'X-Forwarded-For: 192.0.2.1, 127.0.0.5' \
	-H "Authorization: Bearer $key" "$url/v1/profiles")"

# What one request may hold.
reconfigure <<EOF
max_batch = 3
max_body = 2k
$shop
EOF
events() { # count
	seq "$1" | sed 's/.*/{"type":"track","event":"x","anonymousId":"a",\
"messageId":"b&"}/' | jq -sc '{batch: .}'
}
post() { # file
	refusal -u shop-key: --data-binary "@$1" "$url/v1/batch"
}
events 3 >"$state/body"
expect 'a batch' 200 "$(status -u shop-key: --data-binary "@$state/body" \
	"$url/v1/batch")"
events 4 >"$state/body"
expect 'a batch, and one' '413 too_large' "$(post "$state/body")"
events 1 | jq -c '.pad = ""' >"$state/one"
pad() { # bytes of the whole, packed
	jq -c --arg pad "$(printf '%*s' $(($1 - $(wc -c <"$state/one") + 1)) '')" \
		'.pad = $pad' "$state/one" | tr -d '\n' | gzip -9 >"$state/body"
}
packed() {
	status -u shop-key: -H 'Content-Encoding: gzip' \
		--data-binary "@$state/body" "$url/v1/batch"
}
pad 2048
expect 'a packed body' 200 "$(packed)"
pad 2049
expect 'a packed body, and a byte' 413 "$(packed)"

# What the interface says of itself.
read_key="Authorization: Bearer $key"
expect 'a page' 200 "$(status -H "$read_key" "$url/v1/profiles?limit=200")"
expect 'a page, and one' '400 invalid' "$(refusal -H "$read_key" \
	"$url/v1/profiles?limit=201")"
expect 'a page of none' '400 invalid' "$(refusal -H "$read_key" \
	"$url/v1/profiles?limit=0")"
expect 'to wait for longer' '400 invalid' "$(refusal -H "$read_key" \
	"$url/v1/changes?wait=61")"
reconfigure <<EOF
$shop
EOF
lookup() { # identifiers
	status -H "$read_key" "$url/v1/profiles/lookup" -d "$(seq "$1" | jq -sc \
		'{identifiers: map({kind: "user_id", value: "u\(.)"})}')"
}
expect 'a look-up' 200 "$(lookup 100)"
expect 'a look-up, and one' 400 "$(lookup 101)"
deep() { # levels
	printf '{"type":"track","event":"x","anonymousId":"a","messageId":"d",
		"properties":{"p":%s1%s}}' "$(printf '%*s' "$1" '' | tr ' ' '[')" \
		"$(printf '%*s' "$1" '' | tr ' ' ']')" >"$state/body"
	status -u shop-key: --data-binary "@$state/body" "$url/v1/track"
}
expect 'deep' 200 "$(deep 62)"
expect 'deep, and one' 413 "$(deep 63)"

expect 'and it still serves' 200 "$(status "$url/readyz")"
closing
