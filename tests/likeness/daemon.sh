#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# daemon.sh: records of a set with known truth, as truth_tool prints them, through
# the daemon's own road; a test sources it. Each is a CloudEvent whose record key
# is its number in the set.
# shellcheck source=tests/whole/lib.sh
. "$(dirname "$0")/../whole/lib.sh"

traits='name given_name family_name middle_name alias birth_date gender address
street house_number city postcode birth_place occupation employer'
kinds='email phone passport driving_licence ssn national_id tax_id lei art_number
soc_sec_id'

# The configuration of stdin's sources, and a policy that knows likeness.
likeness_configure() { # region
	{
		echo 'likeness = true'
		for kind in $kinds; do
			case $kind in
			email | phone) ;;
			*) echo "kind $kind { joins = fair rank = 3" \
				"proves = attested holds = 5 people = 1 }" ;;
			esac
		done
	} >"$state/policy.conf"
	{
		echo "policy = \"$state/policy.conf\""
		for source in truth other proof; do
			known=
			[ $source != proof ] || known=' attested'
			cat <<END
source $source {
	channel = cloudevents
	secret = "likeness"
	region = $1
	identifiers = { "record=/data/record attested",
		$(for kind in $kinds; do
			printf '"%s=/data/identifiers/%s%s", ' "$kind" \
				"$kind" "$known"
		done | sed 's/, $//') }
	traits = { $(for trait in $traits; do
			printf '"%s=/data/traits/%s", ' "$trait" "$trait"
		done | sed 's/, $//') }
}
END
		done
	} | configure
}

# The channels of a world (tests/bench/world_tool.c).
world_configure() {
	echo 'likeness = true' >"$state/policy.conf"
	{
		echo "policy = \"$state/policy.conf\""
		while read -r source identifiers; do
			cat <<END
source $source {
	channel = cloudevents
	secret = "likeness"
	region = US
	identifiers = { $(echo "$identifiers" | sed 's/\([a-z_]*\)=\([a-z]*\)/"\1=\/data\/identifiers\/\1 \2",/g; s/"record=[^ ]*/"record=\/data\/record/; s/,$//') }
	traits = { $(for trait in $traits; do
			printf '"%s=/data/traits/%s", ' "$trait" "$trait"
		done | sed 's/, $//') }
}
END
		done <<END
chat phone=attested
mail email=attested
web user_id=verified anonymous_id=asserted email=asserted phone=asserted
till loyalty=verified phone=asserted
call record=attested phone=asserted
market record=attested email=asserted phone=asserted
tablet anonymous_id=asserted email=asserted phone=asserted
END
	} | configure
}

records() { # set
	"$build/tests/likeness/truth_tool" "$1" "$shared/truth"
}

# Records of stdin, a line each, as CloudEvents.
cloudevents() {
	jq -c '{specversion: "1.0", type: "identify", source: "/truth",
		id: (.version // .id), time: (.time // "2026-01-01T00:00:00Z"),
		data: {record: (if .source then .record else .id end),
			traits: .traits, identifiers: .identifiers}}'
}

# Records of stdin, a line each, as batches of so many, for the source $via.
via=truth
events() { # folder, how many
	rm -rf "$1"
	mkdir "$1"
	cloudevents |
		split -l "$2" -a 5 - "$1/"
	for part in "$1"/*; do
		jq -c -s . "$part" >"$part.json"
		rm "$part"
		printf 'url = "URL/v1/channels/%s"\n' $via
		printf 'data-binary = "@%s.json"\n' "$part"
		printf 'header = "Authorization: Bearer likeness"\n'
		printf 'header = "Content-Type: %s"\n' \
			application/cloudevents-batch+json
		printf 'output = /dev/null\n'
		printf 'write-out = "%%{http_code}\\n"\nnext\n'
	done | sed '$d' >"$1.words"
}

deliver() { # folder, curl's arguments; fails where one was not taken
	words=$1.words
	shift
	sed "s#URL/#$url/#" "$words" |
		curl -sS "$@" -K - >"$state/statuses" 2>>"$state/curl.log"
	! grep -v -q 200 "$state/statuses"
}

# The record and its profile, a line each, sorted.
partition() {
	value "SELECT regexp_replace(r.value, '.*/', ''), o.founder
		FROM live.identifier AS r
		JOIN live.member AS m USING (identifier)
		JOIN live.stay AS s USING (touchpoint)
		JOIN live.identifier AS o ON o.identifier = s.owner
		WHERE r.kind = 'record' GROUP BY 1, 2" | LC_ALL=C sort
}
