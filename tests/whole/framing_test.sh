#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The daemon, sent raw requests whose framing is odd, wrong or too much: which
# answer each gets, how many, and that the next client is served as ever. Cases
# of others lie beside the checkout; our own suite is tests/io/h1_test.c.
# shellcheck source=tests/whole/lib.sh
. "$(dirname "$0")/lib.sh"

configure <<EOF
source till {
	channel = pos
	secret = till-key
}
source shop {
	channel = web
	secret = shop-key
	max_body = 64k
}
EOF
database framing
daemon_start

as() { # count
	head -c "$1" /dev/zero | tr '\0' a
}

long() { # method, target, field lines
	printf '%s %s HTTP/1.1\r\nHost: a\r\n%b\r\n' "$1" "$2" "$3"
}

# "yes" where each status lies within one of the ranges "[[from, to], ...]".
within_ranges() { # statuses, ranges
	jq -n -r --arg got "$1" --argjson accept "$2" '[$got | splits(" +")
		| tonumber? // 0 | . as $s
		| any($accept[]; .[0] <= $s and $s <= .[1])]
		| if length > 0 and all then "yes" else "\($got), not \($accept)"
		end'
}

# The bytes of a case. Who expects a 2xx means any path: here it is one that
# answers so. Where the file cuts a long one short, it tells its length.
bytes_of() { # name, whether it expects a 2xx
	jq -j '.request_latin1' "$state/case.json" |
		iconv -f UTF-8 -t ISO-8859-1 >"$state/raw"
	if [ "$(wc -c <"$state/raw")" -ne "$(jq .len "$state/case.json")" ]; then
		case $1 in
		uri*) long GET "/$(as 20000)" '' ;;
		*) long GET / "X: $(as 65536)\\r\\n" ;;
		esac
	elif [ -n "$2" ]; then
		perl -0777 -pe 's{^(\s*\w+ (?:http://a)?)/\w*}{$1/livez};
			s{(\n\w+ )/\d }{$1/livez }' "$state/raw"
	else
		cat "$state/raw"
	fi
}

others() { # file
	for i in $(seq 0 $(($(jq length "$1") - 1))); do
		jq --argjson i "$i" '.[$i]' "$1" >"$state/case.json"
		name=$(jq -r .name "$state/case.json")
		accept=$(jq -c .accept "$state/case.json")
		good=
		[ "${accept#*200}" = "$accept" ] || good=yes
		got=$(bytes_of "$name" "$good" | statuses)
		expect "$name" yes "$(within_ranges "$got" "$accept")"
		want=1
		[ "$name" != 'pipeline x2' ] || want=2
		expect "$name, how many" "$want" "$(echo "$got" | wc -w)"
	done
	expect 'all were run' 45 "$((i + 1))"
}

cases=$shared/facts/http-framing-cases.json
if [ -f "$cases" ]; then
	others "$cases"
else
	echo "$test: SKIPPED without $cases: 45 raw requests of others"
fi

# One request is one answer, however a second is hidden in it: the hidden one
# would be a 404.
hidden='GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n'
size=$(printf '%b' "$hidden" | wc -c)
smuggle() { # want, field lines, what stands before the hidden one
	expect "smuggled behind $2" "$1" "$(printf '%b' "$4" \
		"POST /livez HTTP/1.1\r\nHost: a\r\n$2\r\n$3$hidden" | statuses)"
}
smuggle 400 "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n" '0\r\n\r\n' ''
smuggle 400 "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n" '0\r\n\r\n' ''
smuggle 400 "Content-Length : $size\r\n" '' ''
smuggle 400 'Transfer-Encoding : chunked\r\n' '0\r\n\r\n' ''
smuggle 501 'Transfer-Encoding: xchunked\r\n' '0\r\n\r\n' ''
smuggle 400 "X: y\r\n Content-Length: $size\r\n" '' ''
smuggle 400 'X: y\rTransfer-Encoding: chunked\r\n' '0\r\n\r\n' ''
smuggle 400 "Content-Length: 0\r\nContent-Length: $size\r\n" '' ''
smuggle 400 'Transfer-Encoding: chunked\r\n' '0x0\r\n\r\n' ''
smuggle 400 'Transfer-Encoding: chunked\r\n' '0\r\n\rX' ''
smuggle 405 "Content-Length: $size\r\n" '' ''
expect 'smuggled behind HEAD' 200 "$(printf 'HEAD /livez HTTP/1.1\r\nHost: a
Content-Length: %s\r\n\r\n%b' "$size" "$hidden" | sed 's/a$/a\r/' | statuses)"

# What a body may have, whoever it is for, and before anything else is looked
# at; without its body such a request hears that it may come.
sized() { # path, bytes that are announced
	long POST "$1" "Expect: 100-continue\r\nContent-Length: $2\r\n" |
		statuses
}
edge() { # what, path, the most, status of one that is no larger
	expect "$1" "$4" "$(sized "$2" "$3")"
	expect "$1, and a byte" 413 "$(sized "$2" $(($3 + 1)))"
}
edge 'no route' /nothing 1048576 100
edge 'a route' /v1/profiles/lookup 1048576 100
edge 'no source' /v1/channels/nobody 1048576 100
edge 'a source' /v1/channels/shop 65536 100
edge 'a path of a channel' /v1/batch 16777216 100
edge 'a stream, whose key is looked at first' /v1/channels/till 1073741824 401
expect 'an expectation, before the path' 417 "$(long POST /nothing \
	'Expect: a-miracle\r\nContent-Length: 0\r\n' | statuses)"
expect 'else there is nothing' 404 "$(long POST /nothing '' | statuses)"

# What a head may have.
expect 'a target' 404 "$(long GET "/$(as 8191)" '' | statuses)"
expect 'a target, and a byte' 414 "$(long GET "/$(as 8192)" '' | statuses)"
fields() { # how many, with Host
	long GET /livez "$(seq 2 "$1" | sed 's/$/: x\\r\\n/' | tr -d '\n')"
}
expect 'fields' 200 "$(fields 100 | statuses)"
expect 'fields, and one' 431 "$(fields 101 | statuses)"
bytes=$(long GET /livez 'X: \r\n' | wc -c)
headed() { # bytes
	long GET /livez "X: $(as $(($1 - bytes)))\\r\\n"
}
expect 'a head' 200 "$(headed 16384 | statuses)"
expect 'a head, and a byte' 431 "$(headed 16385 | statuses)"

expect 'and it still serves' 200 "$(status "$url/readyz")"
closing
