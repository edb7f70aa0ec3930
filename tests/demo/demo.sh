#!/usr/bin/env bash
# demo.sh ROLLOVER [PORT]: a whole activation in a simulated lab: check, place, plan, activate, show, deactivate.
set -euo pipefail
rollover=$(readlink -f "$1")
port=${2:-21000}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
sim=
finish() {
    if [ -n "$sim" ]; then
        kill "$sim" 2>/dev/null || true
        wait "$sim" 2>/dev/null || true
    fi
    rm -rf "$work"
}
trap finish EXIT

"$here/make_lab.sh" "$work" "$port"
cd "$work"
export ROLLOVER_STATE=$work/state ROLLOVER_LAB=lab.xml
show() { printf '\n$ rollover %s\n' "$*"; "$rollover" "$@"; }

"$rollover" sim lab.xml --time-scale 0.02 --known-hosts demo-lab/known_hosts --host-key host_key >sim.log 2>&1 &
sim=$!
for _ in $(seq 600); do
    grep -q simulating sim.log && break
    kill -0 "$sim" 2>/dev/null || { cat sim.log; exit 1; }
    sleep 0.1
done
cat sim.log

show check lab.xml triangle.xml
show place triangle.xml
show plan triangle.xml --device r1
show activate triangle.xml
show status
show deactivate a1
show status
