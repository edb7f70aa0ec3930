#!/usr/bin/env bash
# package_test.sh BUILD SOURCE: installs the library into a fresh prefix, builds a program outside the tree against it, and lets
# that program activate a topology in the simulated lab, with the platform files of the installation.
set -euo pipefail
build=$1 source=$2
work=$(mktemp -d)
sim=
trap '[ -z "$sim" ] || { kill "$sim" 2>/dev/null; wait "$sim" 2>/dev/null; } || true; rm -rf "$work"' EXIT
cmake --install "$build" --prefix "$work/prefix" >"$work/install.log"
cp -r "$source/tests/package/consumer" "$work/consumer"
# The program of docs/service.md is built and run too.
awk '/^```cpp$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$source/docs/service.md" >"$work/consumer/embedded.cpp"
cmake -S "$work/consumer" -B "$work/build" -G Ninja -DCMAKE_PREFIX_PATH="$work/prefix" -DCMAKE_CXX_COMPILER=clang++-19 >"$work/cmake.log"
cmake --build "$work/build" >"$work/build.log" || { cat "$work/build.log"; exit 1; }

"$source/tests/demo/make_lab.sh" "$work/lab" 23000
"$work/prefix/bin/rollover" sim "$work/lab/lab.xml" --time-scale 0.02 --known-hosts "$work/lab/demo-lab/known_hosts" \
    --host-key "$work/lab/host_key" >"$work/sim.log" 2>&1 &
sim=$!
for _ in $(seq 600); do
    grep -q 'simulating' "$work/sim.log" && break
    kill -0 "$sim" 2>/dev/null || { cat "$work/sim.log"; exit 1; }
    sleep 0.1
done
(cd "$work" && build/consumer lab/lab.xml lab/two-routers.xml state)
(cd "$work" && build/embedded lab/lab.xml lab/two-routers.xml state2) | tee "$work/embedded.log"
grep -q '^r1 ended: cancelled by' "$work/embedded.log"
"$work/prefix/bin/rollover" --version
