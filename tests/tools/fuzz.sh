#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# fuzz.sh BUILD SECONDS [FUZZER]: each fuzzer for so many seconds, FUZZ_P at once;
# that of channels once for each of them (channel/NAME). They begin with
# tests/fuzz/corpus and, where it is there, with what real senders sent
# (../shared). What they find stays in BUILD/found. With FUZZ_KEEP=1 they begin
# with nothing but the corpus, and the fewest inputs that reach as much as it
# and what they found become the corpus.
set -u
cd "$(dirname "$0")/../.." || exit 1
build=$1
seconds=$2
shared=${UNIFYD_SHARED:-../shared}/payloads
recorded=$build/corpus/recorded

# A recorded body needs a head before it.
prepare() {
	rm -rf "$build/corpus" "$build/found"
	mkdir -p "$build/corpus" "$build/found"
	if [ "${FUZZ_KEEP:-}" = 1 ] || [ ! -d "$shared" ]; then
		echo "fuzz: begins with tests/fuzz/corpus alone"
		return
	fi
	mkdir -p "$recorded"
	for file in "$shared"/*/*; do
		case $file in
		*/signatures/*) ;;
		*.http) cp "$file" "$recorded" ;;
		*) { printf 'POST /\n\n' && cat "$file"; } \
			>"$recorded/${file##*/}" ;;
		esac
	done
}

fuzzers() {
	for fuzzer in tests/fuzz/*_fuzz.c; do
		name=$(basename "$fuzzer" _fuzz.c)
		if [ "$name" = channel ]; then
			for channel in src/channels/*.c; do
				echo "channel/$(basename "$channel" .c)"
			done
		else
			echo "$name"
		fi
	done
}

fuzz() { # fuzzer's arguments
	FUZZ_CHANNEL=$name "$build/tests/fuzz/${fuzzer}_fuzz" "$@" </dev/null
}

# In a folder of its own; says a line at its end.
run() { # FUZZER
	fuzzer=${1%%/*}
	name=${1#*/}
	corpus=$build/corpus/$1
	kept=tests/fuzz/corpus/$1
	log=$build/found/$fuzzer-$name.log
	mkdir -p "$corpus"
	set -- "$corpus"
	[ ! -d "$kept" ] || set -- "$@" "$kept"
	[ "$fuzzer" != channel ] || [ ! -d "$recorded" ] ||
		set -- "$@" "$recorded"
	fuzz -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 \
		-max_len=16384 -print_final_stats=1 \
		-artifact_prefix="$build/found/$fuzzer-$name-" \
		"$@" >"$log" 2>&1
	code=$?
	runs=$(sed -n '/^stat::number_of_executed_units: */{s///p;q;}' "$log")
	echo "fuzz: $fuzzer/$name: ${runs:-0} inputs, exit $code"
	if [ $code -ne 0 ]; then
		grep -E -m 3 'broken:|ERROR|error:' "$log"
		return 1
	fi
	if [ "${FUZZ_KEEP:-}" = 1 ]; then
		least=$build/corpus/least-$fuzzer-$name
		mkdir -p "$kept" "$least"
		fuzz -set_cover_merge=1 -use_counters=0 -max_len=2048 \
			"$least" "$kept" "$corpus" >>"$log" 2>&1
		rm -r "$kept"
		mv "$least" "$kept"
	fi
}

if [ $# -eq 3 ]; then
	run "$3"
	exit
fi
prepare
fuzzers | xargs -P "${FUZZ_P:-3}" -I {} sh "$0" "$build" "$seconds" {}
