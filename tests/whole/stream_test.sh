#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Files of tills, larger than what may be held: they stream through little
# memory, say which rows are bad, and change nothing when they are sent again;
# by HTTP, compressed, and by unifyctl ingest. STREAM_MB=100 is the full size.
# shellcheck source=tests/whole/lib.sh
. "$(dirname "$0")/lib.sh"
mb=${STREAM_MB:-6}

live_once
database stream
daemon_start

# About 90 bytes a row; one in a thousand is bad, every tenth receipt has lines.
receipts() { # megabytes, first number
	echo 'receipt_id;store;terminal;timestamp;total;currency;loyalty;name;sku;quantity;price'
	awk -v rows="$(($1 * 11000))" -v first="$2" 'BEGIN {
		for (i = first; i < first + rows; i++) {
			if (i % 1000 == 999) { print "bad row;" i; continue }
			n = i % 10 == 1 ? i - 1 : i
			lines = i % 10 < 2 ? ";s" i % 10 ";1;2,50" : ";;;"
			printf "R%07d;br-%02d;t1;2026-%02d-%02dT10:%02d:00-03:00;5,00;BRL;L%05d;Cliente %d%s\n",
				n, n % 40, 1 + n % 10, 1 + n % 28, n % 60, n % 9000, n % 9000, lines
		}
	}'
}

peak() { # the most that the daemon ever had resident, in MB
	awk '/^VmHWM/ { print int($2 / 1024) }' "/proc/$daemon/status"
}

post() { # file, curl's arguments...
	file=$1
	shift
	status -H "Authorization: Bearer $UNIFYD_POS_KEY" "$@" \
		--data-binary "@$file" "$url/v1/channels/pos"
}

all_resolved() {
	within $((60 + mb * 10)) resolved || give_up 'events wait still'
}

counts() {
	jq -c '[.accepted, .duplicate, .conflict, .rejected]' "$state/answer"
}

receipts 1 0 >"$state/small.csv"
expect 'a small file' 200 "$(post "$state/small.csv")"
expect 'its events' '[9889,0,0,11]' "$(counts)"
expect 'a verdict each' 9900 "$(jq '.events | length' "$state/answer")"
all_resolved
before=$(peak)

receipts "$mb" 0 >"$state/large.csv"
rows=$((mb * 11000))
bad_rows=$((mb * 11))
# Two rows of ten are one receipt; the bad rows are none of them.
events=$((rows - rows / 10 - bad_rows))
expect 'a large file' 200 "$(post "$state/large.csv" -H 'Expect: 100-continue')"
expect 'its events' "[$((events - 9889)),9889,0,$bad_rows]" "$(counts)"
expect 'above 10000 only the bad are listed' "$bad_rows,1001" "$(jq -r \
	'"\(.events | length),\(.events[0].line)"' "$state/answer")"
expect 'with the reason' 'expected as many cells as the header has' \
	"$(jq -r '.events[0].reason' "$state/answer")"
all_resolved
after=$(peak)
echo "stream: $mb MB of receipts; resident at most $after MB, before it $before MB"
expect 'memory does not follow the size' yes \
	"$([ "$after" -lt $((before + 40)) ] && echo yes || echo "$after")"
digest=$(ctl profile export --digest)

gzip -k "$state/large.csv"
expect 'compressed' 200 "$(post "$state/large.csv.gz" -H 'Content-Encoding: gzip')"
expect 'is the same' "[0,$events,0,$bad_rows]" "$(counts)"
expect 'in chunks' 200 "$(post "$state/small.csv" -H 'Transfer-Encoding: chunked')"
expect 'is the same' '[0,9889,0,11]' "$(counts)"
expect 'without a key' '401 unauthorized' "$(refusal \
	--data-binary "@$state/large.csv" "$url/v1/channels/pos")"

# A sender that dies in the middle: what was journaled stays, and a repeat
# brings the rest.
database torn
daemon_stop TERM
daemon_start
head -c 3000000 "$state/large.csv" >"$state/part"
{
	printf 'POST /v1/channels/pos HTTP/1.1\r\nHost: a\r\n'
	printf 'Authorization: Bearer %s\r\n' "$UNIFYD_POS_KEY"
	printf 'Content-Length: %s\r\n\r\n' "$(wc -c <"$state/large.csv")"
	cat "$state/part"
} | perl -MIO::Socket::INET -e 'local $/; my $s = IO::Socket::INET->new($ARGV[0]);
	print $s scalar <STDIN>; close $s' "${url#http://}"
some() {
	[ "$(value 'SELECT count(*) FROM journal')" -gt 0 ]
}
until_true some
expect 'sent again' 200 "$(post "$state/large.csv")"
expect 'all is there' "$((events + bad_rows))" "$(jq \
	'.accepted + .duplicate + .rejected' "$state/answer")"
expect 'once' "$events" "$(value 'SELECT count(*) FROM journal')"
all_resolved
expect 'and the same profiles' "$digest" "$(ctl profile export --digest)"
daemon_stop TERM

# The same road for a file.
database file
expect 'unifyctl ingest' 1 "$(code ctl --json ingest pos "$state/large.csv")"
expect 'counts alike' "[$events,0,0,$bad_rows]" "$(counts)"
expect 'from a pipe' "0 accepted, 9889 duplicate, 0 conflict, 11 rejected" \
	"$(ctl ingest pos - <"$state/small.csv")"
expect 'bad rows on stderr' 11 "$(grep -c '^line [0-9]*: expected' \
	"$state/err")"
daemon_start
all_resolved
expect 'the same profiles' "$digest" "$(ctl profile export --digest)"
daemon_stop TERM
expect 'verified' "$events events, no difference" "$(ctl verify)"
expect 'what was kept can be parsed again' \
	"{\"added\":0,\"changed\":0,\"refused\":0,\"removed\":0,\"same\":$events}" \
	"$(ctl --json replay --reparse | jq -cS '.reparsed | del(.requests)')"
expect 'and verified' "$events events, no difference" "$(ctl verify)"

# A channel that has learnt something: what it understands now takes the place
# of what it understood then.
database learnt
printf 'bon;total;tel\nA;1,00;11 98765-4321\nB;2,00;\n' >"$state/bons.csv"
sed -i 's/^\(source pos {\)$/\1\n\tcolumns = { "bon=receipt_id" }/' "$conf"
expect 'before' "2 accepted, 0 duplicate, 0 conflict, 0 rejected" \
	"$(ctl ingest pos "$state/bons.csv")"
sed -i 's/"bon=receipt_id"/"bon=receipt_id", "tel=phone"/' "$conf"
expect 'one event differs' \
	'{"added":0,"changed":1,"refused":0,"removed":0,"same":1}' \
	"$(ctl --json replay --reparse | jq -cS '.reparsed | del(.requests)')"
expect 'and names somebody' 1 "$(ctl profile export | grep -c 5511987654321)"
expect 'verified' '2 events, no difference' "$(ctl verify)"
expect 'a repeat is one still' \
	"0 accepted, 2 duplicate, 0 conflict, 0 rejected" \
	"$(ctl ingest pos "$state/bons.csv")"
expect 'no such source' 2 "$(code ctl ingest nowhere "$state/bons.csv")"
expect 'no such file' 1 "$(code ctl ingest pos "$state/nothing")"
echo 'hello' >"$state/hello"
expect 'nothing to read in it' 1 "$(code ctl ingest pos "$state/hello")"
expect 'says what was wanted' 1 "$(grep -c 'expected a header row' \
	"$state/err")"

closing
