#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Sets with known truth through the daemon's own road: how well the profiles are
# the people, by the shipped model untouched, and by one that was trained on the
# set without its truth. No threshold is chosen on a set.
#   accuracy.sh [SET...]
# shellcheck source=tests/likeness/daemon.sh
. "$(dirname "$0")/daemon.sh"
here=$(dirname "$0")

# The F1 over pairs, of the trained model, that must be reached; of a world, whose
# people are made up, the precision and the recall.
least() { # set
	case $1 in
	senzing) echo 0.975 ;;
	fake_1000) echo 0.935 ;;
	febrl*) echo 0.997 ;;
	historical) echo 0.90 ;;
	census) echo 0.80 ;;
	RLdata500) echo 0.93 ;;
	uganda) echo 0.999 ;;
	world*) echo 0.99 0.95 ;;
	*) echo 0 ;;
	esac
}

# Of the profiles as they are: precision, recall, F1, B-cubed F1, largest. What
# is nobody's is alone.
score() {
	value "SELECT split_part(j.body ->> 'id', ' ', 2),
			CASE WHEN o.shared THEN j.event ELSE o.founder END
		FROM journal AS j
		JOIN live.stay AS s USING (touchpoint)
		JOIN live.identifier AS o ON o.identifier = s.owner
		WHERE j.occurred_at BETWEEN s.first_at AND s.last_at" |
		LC_ALL=C sort | LC_ALL=C join -t '|' "$state/truth" - |
		awk -f "$here/score.awk"
}

print_row() { # set, model, figures
	awk -v set="$1" -v model="$2" -v figures="$3" 'BEGIN {
		split(figures, f, " ")
		printf "%-16s %-8s %9s %7s %7s %8s %8s\n", set, model, f[1],
			f[2], f[3], f[4], f[5]
	}'
}

reached() { # set, figures
	echo "$2 $(least "$1")" | awk '{
		print (NF > 6 ? $1 >= $6 && $2 >= $7 : $3 >= $6) }'
}

send() { # source; the records of stdin
	via=$1
	events "$state/bulk" 500
	deliver "$state/bulk" || give_up "$1: not all were taken"
}

# Its records to where they are told.
load() { # set
	case $1 in
	world*)
		world_configure
		"$build/tests/bench/world_tool" "${1#world}" \
			"${PEOPLE-2000}" >"$state/records" ||
			give_up "no world $1"
		;;
	*)
		region=US
		[ "$1" != uganda ] || region=UG
		likeness_configure $region
		records "$1" >"$state/records" || give_up "no set $1"
		;;
	esac
	jq -r '.id + "|" + .truth' "$state/records" | LC_ALL=C sort \
		>"$state/truth"
	database "accuracy_$(echo "$1" | tr '[:upper:]' '[:lower:]')"
	daemon_start
	for source in $(jq -r '.source // "truth"' "$state/records" |
		sort -u); do
		jq -c --arg source "$source" \
			'select((.source // "truth") == $source)' \
			"$state/records" | send "$source"
	done
	within 600 resolved || give_up "$1: not resolved"
}

measure() { # set
	load "$1"
	print_row "$1" shipped "$(score)"
	ctl --json model train >"$state/trained" || give_up "$1: not trained"
	ctl model use "$(jq -r .model "$state/trained")" >/dev/null ||
		give_up "$1: not used"
	figures=$(score)
	print_row "$1" trained "$figures"
	daemon_stop TERM
	expect "$1: at least $(least "$1")" 1 "$(reached "$1" "$figures")"
}

echo 'set              model    precision  recall      F1 B-cubed  largest'
if [ "$#" = 0 ]; then
	[ ! -d "$shared/truth" ] ||
		set -- senzing fake_1000 febrl1 febrl2 febrl3 historical \
			census RLdata500 uganda
	[ $# != 0 ] || echo "$test: SKIPPED without $shared: sets with known truth"
	set -- "$@" world101 world102
fi
for set in "$@"; do
	measure "$set"
done
closing
