#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# packages.sh, with stand-ins for what it calls: it installs what is missing
# and nothing else, one copy at a time, and no cluster for the whole system;
# where it may not, it says in one command what somebody else has to do.
# shellcheck source=tests/whole/lib.sh
. "$(dirname "$0")/../whole/lib.sh"

fake=$state/fake
mkdir "$fake"
CREATECLUSTER_D=$state/postgresql-common/createcluster.d
WAIT=0.1
export CREATECLUSTER_D WAIT state
PATH=$fake:$PATH
asked=$state/asked # of apt-get, a line each
have=$state/have   # a package a line, as dpkg-query says it
all=$(sed '/^#/d' tests/tools/packages.txt)

stand_in() { # program; what it does on stdin
	{
		echo '#!/bin/sh'
		cat
	} >"$fake/$1"
	chmod 755 "$fake/$1"
}

# What is asked of apt-get comes true, slowly.
stand_in id <<'END'
cat "$state/uid"
END
stand_in sudo <<'END'
[ -e "$state/may" ] || exit 1
shift
exec "$@"
END
stand_in dpkg-query <<'END'
cat "$state/have"
END
stand_in apt-get <<'END'
if [ -e "$state/held" ]; then
	rm "$state/held"
	echo "E: Could not get lock /var/lib/apt/lists/lock." >&2
	exit 100
fi
[ ! -e /proc/$$/fd/9 ] || echo 'the lock was handed on' >>"$state/asked"
echo "$*" >>"$state/asked"
case " $* " in
*' update '*) exit "$(cat "$state/update")" ;;
*' postgresql-15 '*)
	cat "$CREATECLUSTER_D"/*.conf >"$state/createcluster" ;;
esac
sleep 0.5
[ ! -e "$state/broken" ] || exit 100
for name; do
	echo "installed $name, "
done >>"$state/have"
END

packages() { # user; what packages.sh ends with, its words in $state/out
	echo "$1" >"$state/uid"
	: >"$asked"
	sh tests/tools/packages.sh >"$state/out" 2>&1
	echo $?
}

installs() { # how many there were, and of what
	sed -n 's/.* install -y --no-install-recommends //p; /handed on/p' \
		"$asked"
}

lacking() { # names; all others are installed
	for name in $all; do
		case " $* " in
		*" $name "*) ;;
		*) echo "installed $name, " ;;
		esac
	done >"$have"
}

echo 0 >"$state/update"

# nothing to do: nothing is done
lacking
for user in 0 1000; do
	expect "all is there, $user" '0 ' "$(packages $user) $(cat "$asked")"
	expect "and no word, $user" '' "$(cat "$state/out")"
done

# not root, no sudo
lacking jq postgresql-15
expect 'may not' 1 "$(packages 1000)"
expect 'says what to run' 'packages are missing; run:
apt-get install --no-install-recommends jq postgresql-15' "$(cat "$state/out")"
expect 'and tries nothing' '' "$(cat "$asked")"

# root, and who may do as root does
for user in 0 1000; do
	touch "$state/may"
	lacking jq mandoc
	expect "installs, $user" 0 "$(packages $user)"
	expect "what is missing, $user" 'jq mandoc' "$(installs)"
	expect "after an update, $user" 1 "$(sed -n '1s/.* update$/&/p' \
		"$asked" | wc -l)"
	expect "once, $user" '0 ' "$(packages $user) $(cat "$asked")"
done

# removed is not installed, and what stands in for a package is it
lacking jq npm
echo 'config-files jq, ' >>"$have"
echo 'installed nodejs, node-types-node (= 1), npm (= 9)' >>"$have"
expect 'removed, and stood in for' '0 jq' "$(packages 0) $(installs)"

# everything, from nothing
: >"$have"
expect 'a fresh machine' 0 "$(packages 0)"
expect 'in one go' "$(echo "$all" | LC_ALL=C.UTF-8 sort | tr '\n' ' ')" \
	"$(installs | tr '\n' ' ')"
expect 'no cluster was to be made' 'create_main_cluster = false' \
	"$(cat "$state/createcluster")"
expect 'and the setting is gone' '' "$(ls "$state/postgresql-common")"

# it does not go well
lacking postgresql-15
touch "$state/broken"
expect 'what apt-get ended with' 100 "$(packages 0)"
expect 'the setting is gone, too' '' "$(ls "$state/postgresql-common")"
rm "$state/broken"
lacking jq
touch "$state/held"
expect 'the lists were held by another' '0 jq' "$(packages 0) $(installs)"
lacking jq
echo 100 >"$state/update"
expect 'a source is gone that we do not need' '0 jq' \
	"$(packages 0) $(installs)"
echo 0 >"$state/update"

# two copies at once: one installs, one waits and finds it done
lacking jq
echo 0 >"$state/uid"
: >"$asked"
sh tests/tools/packages.sh >"$state/first" 2>&1 &
first=$!
sh tests/tools/packages.sh >"$state/second" 2>&1
expect 'the one' 0 $?
wait $first
expect 'the other' 0 $?
expect 'installed once' jq "$(installs)"

closing
