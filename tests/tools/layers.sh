#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The layers of src/README.md, checked: which of our headers and which
# libraries each folder may include. Prints each breach.
set -u
cd "$(dirname "$0")/../.." || exit 1
bad=0

check() { # folder, allowed "layers", allowed <libraries> as a pattern
	for file in src/"$1"/*.c src/"$1"/*.cc include/"$1"/*.h; do
		[ -f "$file" ] || continue
		if sed -n 's/^#include "\([a-z]*\)\/.*/\1/p' "$file" |
			grep -vxE "$2"; then
			echo "$file: may include only $2" >&2
			bad=1
		fi
		if sed -n 's/^#include <\([a-z]*\/\).*/\1/p; s/^#include <\(jansson\|csv\|expat\|libpq-fe\|llhttp\|zlib\|zstd\|confuse\).*/\1/p' "$file" |
			grep -vxE "$3|sys/"; then
			echo "$file: may use only $3" >&2
			bad=1
		fi
	done
}

check base 'base' 'uuid/|openssl/|unicode/|confuse'
check core 'base|core' 'jansson|gmime/|csv|expat|phonenumbers/|unicode/'
check likeness 'base|core|likeness' 'jansson|unicode/'
check channels 'base|core' 'jansson|expat'
check io 'base|io' 'event2/|llhttp|openssl/|zlib|zstd|libpq-fe|curl/|netinet/|arpa/'
check store 'base|core|io|likeness|store' 'jansson'
check app 'base|core|io|likeness|store|app' 'jansson|systemd/'
exit "$bad"
