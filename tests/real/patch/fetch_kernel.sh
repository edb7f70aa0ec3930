#!/usr/bin/env bash
# fetch_kernel.sh DIR: Debian's kernel with its PPP modules into DIR (vmlinuz, slhc.ko, ppp_generic.ko, ppp_async.ko), for ppp_test.py.
# Only fetched and unpacked: installing it would be felt by the machine. Does nothing when it is there.
set -euo pipefail
modules=(net/slip/slhc net/ppp/ppp_generic net/ppp/ppp_async)

[ -n "${1:-}" ] || { echo "which folder? see the head of $0" >&2 && exit 2; }
mkdir -p "$1" && dir=$(readlink -f "$1")
[ ! -e "$dir/complete" ] || exit 0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work" && cd "$work"
package=$(apt-cache depends linux-image-amd64 | sed -n 's/.*Depends: \(linux-image-[0-9]\S*\)$/\1/p' | head -1)
[ -n "$package" ] || { echo "apt knows no kernel package; run: apt-get update" >&2 && exit 1; }
apt-get download -qq "$package" 2>/dev/null
dpkg-deb --fsys-tarfile "$package"_*.deb >all.tar
paths=$(tar -tf all.tar | grep -E "/vmlinuz-|/kernel/drivers/($(IFS='|' && echo "${modules[*]}"))\.ko$")
tar -xf all.tar $paths
find . -name 'vmlinuz-*' -exec cp {} "$dir/vmlinuz" \;
find . -name '*.ko' -exec cp {} "$dir/" \;
touch "$dir/complete"
