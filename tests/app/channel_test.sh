#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# unifyctl channel says what the tables of the channels say, and the manual
# says the same: which channels there are, what each is for, what its secret
# is, and the names of its settings.
set -u
cd "$(dirname "$0")/../.." || exit 1
ctl=${BUILD:-build}/unifyctl
manual=src/unifyctl.8
checks=0
bad=0

expect() { # what, want, got
	checks=$((checks + 1))
	[ "$2" = "$3" ] && return
	bad=$((bad + 1))
	echo "channel: $1: want '$2', got '$3'"
}

table() { # jq program
	"$ctl" --json channel list | jq -r "$1"
}

# As the manual has to have it.
wanted() {
	table '.[] | ".It Cm \(.name)\n\(.summary | rtrimstr(".")).",
		"Its secret is \(.secret).",
		(if .settings == [] then "It has no settings of its own."
		 else "Its settings:",
			(.settings | map(.name) | to_entries
			| (length - 1) as $last | .[]
			| ".Cm \(.value)" + (if .key == $last then " ."
				else " ," end)) end)'
}

documented() {
	sed -n '/^\.Sh CHANNELS/,/^\.El/p' "$manual" |
		sed '1,/^\.Bl/d; /^\.El/d'
}

# What a file of the folder is named is its channel's name.
expect 'all channels' "$(basename -s .c src/channels/*.c | LC_ALL=C sort)" \
	"$(table '.[].name')"
expect 'the manual' "$(wanted)" "$(documented)"
for name in $(table '.[].name'); do
	expect "$name in the list" 1 \
		"$("$ctl" channel list | grep -c "^$name  *[^ ]")"
	expect "$name alone" "$(table ".[] | select(.name == \"$name\")")" \
		"$("$ctl" --json channel show "$name" | jq .)"
	for word in $("$ctl" --json channel show "$name" |
		jq -r '.settings[].name, .paths[]'); do
		expect "$word of $name" 1 "$("$ctl" channel show "$name" |
			sort -u | grep -c -e "^  $word$" -e "^  $word (a list)$")"
	done
	expect "$name: each setting has a sentence" 0 "$("$ctl" --json channel \
		show "$name" | jq '[.settings[] | select(.text |
		test("^[A-Z].*\\.$") | not)] | length')"
done
"$ctl" channel show nobody >/dev/null 2>&1
expect 'no such channel' 1 $?
"$ctl" channel show >/dev/null 2>&1
expect 'a wrong call' 2 $?
env UNIFYD_CONFIG=/nonexistent "$ctl" channel list >/dev/null 2>&1
expect 'without a configuration' 0 $?

echo "$(((checks - bad) * 100 / checks))%: Checks: $checks, Failures: $bad, Errors: 0"
[ "$bad" -eq 0 ]
