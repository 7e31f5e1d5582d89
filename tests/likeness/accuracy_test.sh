#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Of what `make accuracy` measures the quick part: three sets and a world.
# shellcheck source=tests/whole/lib.sh
if [ -d "${SHARED-../shared}/truth" ]; then
	set -- fake_1000 febrl1 RLdata500
else
	echo "accuracy: SKIPPED without the shared folder: sets with known truth"
	set --
fi
exec sh "$(dirname "$0")/accuracy.sh" "$@" world101
