#!/usr/bin/env bash
# coroutines.sh DATABASE: forms of co_await that GCC 12 miscompiles (docs/decisions/0002-coroutines.md) must not appear in
# what its units (units.py) include.
set -euo pipefail
database=$1
query=tests/lint/coroutines.query
printf '%s\n' "$database"/unit_*.cpp |
    xargs -P "$(nproc)" -I{} sh -c "clang-query-19 -p '$database' -f $query {} >{}.matches 2>&1 || { cat {}.matches >&2; exit 1; }"
for unit in "$database"/unit_*.cpp; do
    if [ "$(grep -cE '^[0-9]+ match' "$unit.matches")" != "$(grep -c '^match' "$query")" ]; then
        cat "$unit.matches" >&2
        echo "clang-query could not read $unit" >&2
        exit 1
    fi
done
if grep -qE '^[1-9][0-9]* match' "$database"/unit_*.matches; then
    grep -hE 'binds here|note:' "$database"/unit_*.matches | sort -u >&2
    echo "see docs/decisions/0002-coroutines.md for the forms to use instead" >&2
    exit 1
fi
