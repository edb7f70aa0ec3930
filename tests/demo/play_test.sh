#!/usr/bin/env bash
# play_test.sh ROLLOVER: the commands of "A lab to play with" in docs/operating.md, as a reader would type them.
set -euo pipefail
rollover=$(readlink -f "$1")
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; wait; rm -rf "$work"' EXIT
commands=$(awk '/^## /{on = /A lab to play with/} on && sub(/^    /, "")' docs/operating.md |
    sed -e '/^\.\/dev build/d' -e "s:/tmp/play:$work/play:g" -e 's/^\(rollover sim .*\) &$/\1 --time-scale 0.02 \&/')
[ "$(wc -l <<<"$commands")" -ge 5 ] || { echo "the commands are not in docs/operating.md any more"; exit 1; }
mkdir "$work/bin"
ln -s "$rollover" "$work/bin/rollover"
PATH=$work/bin:$PATH
set -m
eval "$commands"
