#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Where likeness counts, people of other names are not joined by an e-mail that
# nobody proves; who proves it has it, and others of other names do not; and
# who is alike by all the rest finds together.
# shellcheck source=tests/likeness/daemon.sh
. "$(dirname "$0")/daemon.sh"

one() { # id, given name, birth date, more identifiers
	printf '{"id":"%s","identifiers":{"email":"home@example.com"%s},' \
		"$1" "${4-}"
	printf '"traits":{"given_name":"%s","family_name":"Prado"' "$2"
	printf ',"birth_date":"%s"}}\n' "$3"
}

tell() { # of stdin; source
	via=$1
	events "$state/more" 1
	deliver "$state/more" || give_up 'not taken'
	until_true resolved
}

# Who is with whom, by record.
people() {
	partition | awk -F '|' '{ of[$2] = of[$2] $1 }
		END { for (p in of) print of[p] }' | LC_ALL=C sort | tr '\n' ' '
}

reason() { # KIND:VALUE KIND:VALUE
	ctl --json why "$1" "$2" | jq -r '[.. | .rule? // empty] | first'
}

likeness_configure US
database names
daemon_start
{
	one 1 Ana 1971-06-24
	one 2 Bruno 1968-01-09
} | tell truth
expect 'two people' '1 2 ' "$(people)"
expect 'the e-mail is nobody'"'"'s' t "$(value "SELECT shared FROM
	live.identifier WHERE kind = 'email'")"
expect 'it is shared' shared "$(reason record:1 email:home@example.com)"
one 3 Ana 1971-06-24 | tell truth
expect 'who is alike in all' '13 2 ' "$(people)"
one 4 Anna 1971-06-24 | tell proof
expect 'it is hers now' '134 2 ' "$(people)"
expect 'it joins' f "$(value "SELECT shared FROM live.identifier
	WHERE kind = 'email'")"
expect 'and not his' names "$(reason record:2 email:home@example.com)"
one 5 Bruno 1968-01-09 ',"passport":"B1234567"' | tell truth
expect 'his own' '134 25 ' "$(people)"
expect 'verify' 0 "$(code ctl verify)"
digest=$(ctl profile export --digest)
expect 'replay' 0 "$(code ctl replay)"
expect 'the same again' "$digest" "$(ctl profile export --digest)"
daemon_stop TERM

# The other way round.
database other
daemon_start
one 4 Anna 1971-06-24 | tell proof
{
	one 5 Bruno 1968-01-09 ',"passport":"B1234567"'
	one 3 Ana 1971-06-24
	one 2 Bruno 1968-01-09
	one 1 Ana 1971-06-24
} | tell truth
expect 'in any order' "$digest" "$(ctl profile export --digest)"
daemon_stop TERM

# Without likeness, names say nothing.
echo 'likeness = false' >"$state/policy.conf"
database without
daemon_start
{
	one 1 Ana 1971-06-24
	one 2 Bruno 1968-01-09
} | tell truth
expect 'one by the e-mail' '12 ' "$(people)"
daemon_stop TERM
closing
