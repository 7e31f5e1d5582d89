#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the test programs named and closes with "N passed, N failed". A
# program that dies without Check's closing line counts as one failure.
set -u
passed=0
failed=0
for program; do
	echo "== ${program#*tests/}"
	output=$("$program" 2>&1)
	status=$?
	echo "$output"
	line=$(echo "$output" | sed -n \
		's/^[0-9]*%: Checks: \([0-9]*\), Failures: \([0-9]*\), Errors: \([0-9]*\)$/\1 \2 \3/p' |
		tail -n 1)
	# shellcheck disable=SC2086 # three numbers
	set -- ${line:-0 0 0}
	bad=$(($2 + $3))
	if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then
		bad=1
	fi
	good=$(($1 - $2 - $3))
	passed=$((passed + good))
	failed=$((failed + bad))
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
