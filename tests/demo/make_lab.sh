#!/usr/bin/env bash
# make_lab.sh FOLDER PORT: the demo lab in a folder of its own, its lines at PORT+1 and up, its SSH server at PORT+900.
set -euo pipefail
folder=$1 port=$2
source=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$folder"
cp -r "$source"/topologies/. "$folder/"
awk -v base="$port" '{
    while (match($0, /port="(210[0-9][0-9]|22022)"/)) {
        old = substr($0, RSTART + 6, RLENGTH - 7)
        fresh = old == 22022 ? base + 900 : base + old - 21000
        $0 = substr($0, 1, RSTART - 1) "PORT=\"" fresh "\"" substr($0, RSTART + RLENGTH)
    }
    gsub(/PORT="/, "port=\"")
    print
}' "$source/topologies/demo-lab.xml" >"$folder/lab.xml"
