#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# embed.sh h|c: the statements of sql/query as C, one constant a file, named
# sql_NAME: their declarations (h) or their texts (c).
set -eu
cd "$(dirname "$0")/query"
echo '/* Made by sql/embed.sh. */'
if [ "$1" = c ]; then
	echo '#include "store/sql.h"'
fi
for file in *.sql; do
	name=sql_${file%.sql}
	if [ "$1" = h ]; then
		echo "extern const char ${name}[];"
	else
		echo "const char ${name}[] ="
		sed 's/\\/\\\\/g; s/"/\\"/g; s/.*/	"&\\n"/' "$file"
		echo '	;'
	fi
done
