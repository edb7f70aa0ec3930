#!/usr/bin/env bash
# coroutines.sh DATABASE: forms of co_await that GCC 12 miscompiles (docs/decisions/0002-coroutines.md) must not appear.
set -euo pipefail
database=$1
found=$(mktemp)
trap 'rm -f "$found"' EXIT
git grep -l 'co_await' -- 'engine/*.cpp' 'drivers/*.cpp' 'simulators/*.cpp' 'apps/*.cpp' |
    xargs -P "$(nproc)" -n 4 clang-query-19 -p "$database" -f tests/lint/coroutines.query 2>/dev/null >"$found" || true
grep -q 'matches\.' "$found" || { echo "clang-query did not run" >&2; exit 1; }
if grep -E '^[1-9][0-9]* match' "$found" >/dev/null; then
    grep -E 'binds here|note:' "$found" | sort -u >&2
    echo "see docs/decisions/0002-coroutines.md for the forms to use instead" >&2
    exit 1
fi
