#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# coverage.sh BUILD: runs the tests of tests/core, which were built in BUILD
# with --coverage, and prints what gcov counts for the grouping code: a table,
# and each line with a branch that was never taken. Ends with 1 where there is
# one.
set -u
cd "$(dirname "$0")/../.." || exit 1
build=$1
find "$build" -name '*.gcda' -exec rm {} +
for test in "$build"/tests/core/*_test; do
	"$test" >"$build/log" 2>&1 || { cat "$build/log"; exit 1; }
done
for name in link tenure resolve graph stay policy touchpoint explain difference; do
	# Of what the file includes gcov tells too; the first is the file itself.
	gcov -t -b -c "$build/core/$name.c.gcda" 2>/dev/null |
		awk -v file="src/core/$name.c" '
		/^ *-: *0:Source:/ { ours = $0 ~ file "$"; next }
		!ours { next }
		/^(branch|call|function|unconditional)/ {
			if ($1 != "branch")
				next
			branches++
			if ($0 ~ /never executed| taken 0/)
				missed[at] = missed[at] " " $2
			else
				taken++
			next
		}
		{
			split($0, part, ":")
			count = part[1]
			gsub(/ /, "", count)
			at = part[2] + 0
			text[at] = substr($0, length(part[1] part[2]) + 3)
			if (count == "-")
				next
			lines++
			if (count !~ /^[#=]/)
				run++
		}
		END {
			printf "table %-24s %5d of %4d lines  %5d of %4d" \
				" branches  %6.2f %%\n", file, run, lines,
				taken, branches, 100 * taken / branches
			for (at = 1; at < 10000; at++)
				if (missed[at])
					printf "%s:%d: never branch%s:%s\n",
						file, at, missed[at], text[at]
		}'
done >"$build/coverage"
sed -n 's/^table //p' "$build/coverage"
! grep -v '^table ' "$build/coverage"
