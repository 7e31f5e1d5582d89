#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# planted.sh BUILD: torture must catch what it is for. Each patch of
# tests/torture/planted is applied to a copy of the sources, which is built and
# tortured for a while; it must fail.
set -u
cd "$(dirname "$0")/../.." || exit 1
build=$1
failed=0
for patch in tests/torture/planted/*.patch; do
	name=$(basename "$patch" .patch)
	work=$build/planted/$name
	rm -rf "$work"
	mkdir -p "$work"
	cp -r Makefile config include sql src tests "$work"
	patch -s -d "$work" -p1 <"$patch" || exit 1
	make -s -C "$work" BUILD=build all build/tests/torture/oracle_tool \
		build/tests/torture/proxy_tool >"$work/log" 2>&1 || exit 1
	if BUILD=build sh "$work/tests/torture/torture.sh" 20 1 kill backends \
		cut stop >"$work/log" 2>&1; then
		echo "$name: not caught"
		failed=1
	else
		echo "$name: caught: $(grep -m 1 'want .* got' "$work/log")"
	fi
done
exit $failed
