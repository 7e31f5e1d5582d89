#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The OpenAPI document says what the code does: every route of the front and
# every path of a channel is in it and nothing else, and its limits are those
# of the code. Then @redocly/cli lints it, where npm can bring it to build/lint.
# shellcheck disable=SC2016 # what jq calls variables
set -u
cd "$(dirname "$0")/../.." || exit 1
document=src/app/openapi.json
npm=build/lint # not what clients_test.sh has, which it would undo
checks=0
bad=0

expect() { # what, want, got
	checks=$((checks + 1))
	[ "$2" = "$3" ] && return
	bad=$((bad + 1))
	echo "openapi: $1: want '$2', got '$3'"
}

ask() { # jq program
	jq -r "$1" "$document" 2>&1
}

define() { # name, file
	sed -n "s/^#define $1 \"\{0,1\}\([^\" ]*\).*/\1/p" "$2"
}

parts() { # route, file
	sed -n 's/.*span_is(part, "\([a-z]*\)").*/\1/p' "$2" |
		sed "s|^|$1{}/|"
}

# The routes of the table. One that ends in "/" takes an id, and after it the
# parts that its handler knows.
routes() {
	sed -n 's/^	{ "\([A-Z]*\)", *"\([^"]*\)",.*/\1 \2/p' src/app/front.c |
		while read -r method path; do
			case "$method $path" in
			*/reviews/) echo "$method $path{}" ;;
			POST*/) parts "$method $path" src/app/steward.c ;;
			GET*/)
				echo "$method $path{}"
				parts "$method $path" src/app/api.c
				;;
			*/) echo "$method $path{}" ;;
			*) echo "$method $path" ;;
			esac
		done
}

# The paths that all sources have, and those of the channels' own.
channel_paths() {
	define OWN_PATH src/app/ingest.c
	for file in src/channels/*.c; do
		name=$(sed -n 's/^	\.paths = \([a-z_]*\),$/\1/p' "$file")
		[ -n "$name" ] || continue
		sed -n "/$name\[\] = {/,/};/p" "$file" |
			grep -o '"/[^"]*"' | tr -d '"'
	done
}

# "METHOD /path" of the document, parameters without their names.
documented() {
	ask '.paths | to_entries[] | (.key | gsub("{[^}]*}"; "{}")) as $path
		| .value | keys[] | select(. != "parameters")
		| "\(ascii_upcase) \($path)"'
}

# Documented, as the channels write them: what is below a path that ends in
# "/" is that path.
documented_paths() { # of the channels
	documented | sed 's/^[A-Z]* //' | sort -u | while read -r path; do
		for own in $1; do
			case $own in
			*/) [ "${path#"$own"}" = "$path" ] || path=$own ;;
			esac
		done
		echo "$path"
	done
}

expect 'is JSON' 'object' "$(ask type)"
expect 'every reference leads somewhere' '' "$(ask '. as $top
	| [.. | objects | .["$ref"]? | strings] | unique[] | . as $ref
	| (ltrimstr("#/") / "/") as $way
	| select(($ref | startswith("#/") | not)
		or ($top | getpath($way) == null)) | $ref')"
expect 'operationId is there, and unique' '[]' "$(ask '
	[.paths[] | to_entries[] | select(.key != "parameters")
	| .value.operationId] | group_by(.) | map(select(length > 1
	or .[0] == null)) | tostring')"

front=$(routes | sort)
channels=$(channel_paths | sort)
expect 'the table was found' yes "$(
	[ "$(echo "$front" | wc -l)" -ge 7 ] && echo yes)"
expect 'the paths of channels were found' yes "$(
	[ "$(echo "$channels" | wc -l)" -ge 2 ] && echo yes)"
for route in $(echo "$front" | tr ' ' ,); do
	expect "a route is documented" "$route" "$(documented | tr ' ' , |
		grep -x -F "$route")"
done
for path in $channels; do
	expect "a channel's path is documented" "$path" "$(
		documented_paths "$channels" | grep -x -F "$path" | sort -u)"
done
expect 'nothing else is documented' '' "$(documented | while read -r m path; do
	echo "$front" | grep -q -x -F "$m $path" && continue
	found=
	for own in $channels; do
		case $own in
		*/) [ "${path#"$own"}" = "$path" ] || found=yes ;;
		"$path") found=yes ;;
		esac
	done
	[ -n "$found" ] || echo "$m $path"
done)"
expect 'each route needs its scope' "$(
	sed -n 's/^	{ "\([A-Z]*\)", *"\([^"]*\)", *"\([a-z]*\)".*/\1 \2 \3/p' \
		src/app/front.c | sed 's| /v1/profiles/ steward| /v1/profiles/{}/split steward|; s|/ |/{} |' | sort)" "$(ask '
	[.paths | to_entries[] | (.key | gsub("{[^}]*}"; "{}")) as $path
	| .value | to_entries[] | select(.key != "parameters")
	| .key as $m | .value.security[]?.bearer // empty | .[]
	| "\($m | ascii_upcase) \($path) \(.)"] | unique[]
	| select(test("/(events|history|identifiers|why) read$") | not)' | sort)"

expect 'the page' "$(define PAGE src/app/read.c) $(
	define PAGE_MAX src/app/read.c)" "$(ask '.components.parameters.Limit
	.schema | "\(.default) \(.maximum)"')"
expect 'the look-up' "$(define LOOKUP_MAX src/app/api.c)" "$(ask '
	.components.schemas.Lookup.properties.identifiers.maxItems')"
expect 'members of the record' "$(
	sed -n "s/^	'\([a-z_]*\)', .*/\1/p
		s/.*jsonb_build_object('\(version\)',/\1/p" \
		sql/query/profile_record.sql | sort -u | tr '\n' ' ')" "$(
	ask '.components.schemas.Profile.properties | keys[]' |
		sort | tr '\n' ' ')"
expect 'members of an event' "$(
	sed -n '/^SELECT jsonb/,/::text,/p' sql/query/profile_events.sql |
		grep -o "'[a-z_]*', [a-z]" | cut -d "'" -f 2 | sort |
		tr '\n' ' ')" "$(ask '.components.schemas.Event.properties
	| keys[]' | sort | tr '\n' ' ')"

# Whether this node can run @redocly/cli.
good_node() {
	"$1" -e 'const [a, b] = process.versions.node.split(".").map(Number);
		process.exit(a > 22 || (a === 22 && b >= 12)
			|| (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null
}

fetch() { # packages of npm, to build/lint; a dead network may not hold us up
	mkdir -p "$npm" && timeout 300 npm install --prefix "$npm" --silent \
		--cache "$npm/cache" --no-fund --no-audit --fetch-retries=1 \
		--fetch-timeout=20000 "$@" >/dev/null 2>&1
}

# Finds node and the linter, or says what there is not.
prepare() {
	node=node
	redocly=$npm/node_modules/@redocly/cli/bin/cli.js
	if ! good_node "$node"; then
		node=$npm/node_modules/node/bin/node
		if ! good_node "$node" && ! command -v npm >/dev/null; then
			echo 'npm'
		elif ! good_node "$node"; then
			fetch node@22
			good_node "$node" || echo 'node 22 from npm'
		fi
	fi
	[ -f "$redocly" ] || fetch @redocly/cli@2.x
	[ -f "$redocly" ] || echo '@redocly/cli from npm'
}

missing=$(mktemp)
prepare >"$missing"
if [ -s "$missing" ]; then
	echo "openapi: lint was left out, for there is no $(head -n 1 "$missing")"
else
	expect 'lint' '0 errors, 0 warnings' "$(REDOCLY_TELEMETRY=off \
		REDOCLY_SUPPRESS_UPDATE_NOTICE=true \
		NODE_DISABLE_COMPILE_CACHE=1 timeout 120 "$node" \
		"$redocly" lint --extends=recommended --format=json \
		"$document" 2>/dev/null | jq -r '
		"\(.totals.errors) errors, \(.totals.warnings) warnings",
		(.problems[] | "\(.ruleId): \(.message)")' 2>&1)"
fi
rm -f "$missing"

echo "$(((checks - bad) * 100 / checks))%: Checks: $checks, Failures: $bad, Errors: 0"
[ "$bad" -eq 0 ]
