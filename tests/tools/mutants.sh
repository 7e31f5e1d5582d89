#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# mutants.sh BUILD [NAME ...]: bugs planted on purpose. Each patch of
# tests/mutants, or those named, is applied to a copy of src/core; the tests of
# the grouping code are linked with it, and one of them must fail. A patch that
# does not apply any more counts as failed. CC, CFLAGS, LDFLAGS and LIBS are
# the Makefile's.
set -u
cd "$(dirname "$0")/../.." || exit 1
build=$1
shift
# shellcheck disable=SC2046 # names are words
[ $# -gt 0 ] || set -- $(basename -a -s .patch tests/mutants/*.patch)
work=$build/mutants
tests='stay touchpoint resolve rules graph world'
passed=0
failed=0

# The copy, patched, and of what was patched the objects.
mutate() { # name
	cp -r src/core "$work/core"
	patch -s -F3 -d "$work" -p2 <"tests/mutants/$1.patch" || return 1
	sed -n 's,^+++ b/src/,,p' "tests/mutants/$1.patch" |
		while read -r file; do
			# shellcheck disable=SC2086 # flags are words
			$CC $CFLAGS -w -c "$work/$file" -o "$work/$file.o" ||
				return 1
		done
}

# A mutated object comes before the archive, whose own is then not taken.
# Few worlds, and nothing told of them: that a test fails is all we ask.
fails() { # test
	# shellcheck disable=SC2046,SC2086
	$CC $LDFLAGS "$build/tests/core/$1_test.o" "$build/tests/main.o" \
		$(find "$work" -name '*.o') "$build/tests/helpers.a" \
		"$build/unifyd.a" $LIBS -o "$work/test" || exit 1
	! WORLDS=20 WORLD_SHRINK=no timeout 60 "$work/test" >/dev/null 2>&1
}

fresh() {
	rm -rf "$work"
	mkdir -p "$work"
}

fresh
for test in $tests; do
	if fails "$test"; then
		echo "$test: fails without a mutant"
		exit 1
	fi
done
for name; do
	fresh
	caught=
	if mutate "$name" >"$build/mutant.log" 2>&1; then
		for test in $tests; do
			fails "$test" && caught="$caught $test"
		done
		why=nothing
	else
		cat "$build/mutant.log"
		why='it cannot be made'
	fi
	[ -n "$caught" ] && passed=$((passed + 1)) || failed=$((failed + 1))
	printf '%-22s %-28s %s\n' "$name" "${caught:-$why}" \
		"$(head -n 1 "tests/mutants/$name.patch")"
done
rm -rf "$work"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
