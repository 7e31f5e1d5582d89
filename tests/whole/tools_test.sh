#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# unifyctl against a database of the story: keys, exports that resume, parked
# events, exit codes; and unifyd's ways to refuse to start.
# shellcheck source=tests/whole/lib.sh
. "$(dirname "$0")/lib.sh"

live_once

# check
expect 'check' 10 "$(ctl --json check | jq .events)"
expect 'no command' 2 "$(code "$build/unifyctl")"
expect 'an unknown one' 2 "$(code ctl nonsense)"
expect 'too many words' 2 "$(code ctl migrate twice)"
expect 'no configuration' 78 "$(code "$build/unifyctl" --config \
	"$state/none.conf" check)"
expect 'migrate again' '' "$(ctl migrate)"

# the journal has partitions for its time, and the rest is for none
expect 'by month' 1 "$(value "SELECT count(*) FROM pg_class
	WHERE relname = to_char(now() + interval '2 months',
		'\"journal_\"YYYY_MM')")"
expect 'by year before' 1 "$(value "SELECT count(*) FROM pg_class
	WHERE relname = 'journal_2000'")"
expect 'nothing is left over' 0 "$(value 'SELECT count(*) FROM journal_rest')"

# keys: shown once, kept as a digest
key=$(ctl key add crm read)
expect 'a key is long' 67 "${#key}"
expect 'and nowhere in the database' 0 "$(pg_dump | grep -c "$key")"
expect 'listed' 1 "$(ctl key list | grep -c '^crm ')"
expect 'a wrong scope' 2 "$(code ctl key add x everything)"
expect 'revoked' 'revoked 1' "$(ctl key revoke crm)"
expect 'only once' 1 "$(code ctl key revoke crm)"
expect 'and gone' 0 "$(ctl key list | grep -c '^crm ')"

# journal export: whole, in order, resumable
ctl journal export "$state/whole.ndjson"
expect 'lines' 10 "$(wc -l <"$state/whole.ndjson")"
expect 'valid JSON' 10 "$(jq -r .event "$state/whole.ndjson" | sort -u |
	wc -l)"
expect 'in the order of its keys' "$(jq -r '.touchpoint + .occurred_at' \
	"$state/whole.ndjson" | LC_ALL=C sort)" \
	"$(jq -r '.touchpoint + .occurred_at' "$state/whole.ndjson")"
size=$(wc -c <"$state/whole.ndjson")
for cut in 1 $((size / 3)) $((size / 2)) $((size - 1)) "$size"; do
	head -c "$cut" "$state/whole.ndjson" >"$state/part.ndjson"
	ctl journal export "$state/part.ndjson"
	expect "resumed at $cut" same "$(cmp "$state/whole.ndjson" \
		"$state/part.ndjson" && echo same)"
done
expect 'to stdout' same "$(ctl journal export |
	cmp - "$state/whole.ndjson" && echo same)"
echo 'not an export' >"$state/other.ndjson"
expect 'another file' 1 "$(code ctl journal export "$state/other.ndjson")"
expect 'and is left' 'not an export' "$(cat "$state/other.ndjson")"

# an export restored into an empty database gives the same profiles
createdb restored
sed 's/dbname=postgres/dbname=restored/' "$state/unifyd.conf" \
	>"$state/restored.conf"
restored() {
	"$build/unifyctl" --config "$state/restored.conf" "$@" 2>"$state/err"
}
restored migrate >/dev/null
expect 'restored' 'replayed 10 events' \
	"$(restored replay "$state/whole.ndjson")"
expect 'to the same' "$(ctl profile export --digest)" \
	"$(restored profile export --digest)"
expect 'and verified' '10 events, no difference' "$(restored verify)"
expect 'twice' '{"accepted":0,"conflict":0,"duplicate":10}' "$(restored \
	--json replay "$state/whole.ndjson" | jq -cS .restored)"
expect 'and still the same' "$(ctl profile export --digest)" \
	"$(restored profile export --digest)"
head -c 64 /dev/zero | tr '\0' k >"$state/hash_key3"
sed "s#$state/hash_key#$state/hash_key3#" "$state/restored.conf" \
	>"$state/bad.conf"
expect 'under another key' 1 "$(code "$build/unifyctl" --config \
	"$state/bad.conf" replay "$state/whole.ndjson")"
expect 'says so' 1 "$(grep -c 'hash_key is not the one' "$state/answer")"

# parked
psql -X -q -c "INSERT INTO parked SELECT event, sha256('x'), source,
	received_at, 'unresolved', 'by hand', NULL, body FROM journal
	WHERE type = 'order'"
expect 'parked' 2 "$(ctl --json parked list | jq length)"
expect 'retried' '{"retried":2}' "$(ctl --json parked retry)"
expect 'and waiting' 2 "$(ctl --json check | jq .pending)"
expect 'a bad id' 2 "$(code ctl parked retry nonsense)"

# unifyd refuses what it must
run() {
	timeout 20 "$build/unifyd" --config "$state/bad.conf"
}
sed "s#^listen = .*#listen = \"127.0.0.1:0\"#" "$state/unifyd.conf" \
	>"$state/good.conf"
expect 'a good configuration' 0 "$(code "$build/unifyd" --check-config \
	--config "$state/good.conf")"
expect 'printed without secrets' 0 "$("$build/unifyd" --print-config \
	--config "$state/good.conf" | grep -c "$(sed -n \
	"s/^UNIFYD_WEB_KEY='\(.*\)'/\1/p" "$state/env")")"
expect 'a bad option' 2 "$(code "$build/unifyd" --nonsense)"
echo 'nonsense = 1' >"$state/bad.conf"
expect 'a bad configuration' 78 "$(code run)"
expect 'says where' 1 "$(grep -c 'bad.conf:1' "$state/answer")"
head -c 32 /dev/zero | tr '\0' k >"$state/hash_key2"
sed "s#$state/hash_key#$state/hash_key2#" "$state/good.conf" \
	>"$state/bad.conf"
expect 'another hash key' 78 "$(code run)"
expect 'says so' 1 "$(grep -c 'hash_key is not the one' "$state/answer")"
createdb empty
sed 's/dbname=postgres/dbname=empty/' "$state/good.conf" >"$state/bad.conf"
expect 'an older schema' 78 "$(code run)"
expect 'says what mends it' 1 "$(grep -c 'unifyctl migrate' "$state/answer")"

closing
