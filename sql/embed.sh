#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# embed.sh h|c: the SQL of this folder as C. A constant for each file of query/
# and script/, named sql_NAME, and the list of schema/'s files, in their order.
set -eu
cd "$(dirname "$0")"

text() { # file
	sed 's/\\/\\\\/g; s/"/\\"/g; s/.*/	"&\\n"/' "$1"
}

echo '/* Made by sql/embed.sh. */'
case $1 in
h)
	for file in query/*.sql script/*.sql; do
		name=${file#*/}
		echo "extern const char sql_${name%.sql}[];"
	done
	echo 'struct sql_schema { const char *name, *text; };'
	echo 'extern const struct sql_schema sql_schema[]; /* ends in NULL */'
	;;
c)
	echo '#include <stddef.h>'
	echo '#include "store/sql.h"'
	for file in query/*.sql script/*.sql; do
		name=${file#*/}
		echo "const char sql_${name%.sql}[] ="
		text "$file"
		echo '	;'
	done
	echo 'const struct sql_schema sql_schema[] = {'
	for file in schema/*.sql; do
		name=${file#schema/}
		echo "	{ \"${name%.sql}\","
		text "$file"
		echo '	},'
	done
	echo '	{ NULL, NULL } };'
	;;
esac
