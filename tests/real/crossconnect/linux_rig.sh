#!/usr/bin/env bash
# Two Linux hosts as cross-connects, for kernel bridges (root). Run in a network namespace of its own: that one is the first
# host ("here"); the second is the namespace PREFIX-b1, with an sshd. Between them a link of 9,200 bytes, 192.0.2.1 and .2.
#   On each: the network devices eth1.101 to eth1.104 (and on the first eth1.301 to eth1.360), which are what a trunk's VLAN
#   devices would be; the other end of eth1.N is uN, where a test is the user. This kernel has no VLAN devices, so they are
#   one end of a veth each. And what is not the engine's: the bridge br0 with the port f0, which has a tbf.
#
#   linux_rig.sh start DIR | stop DIR
set -u
self=$(readlink -f "$0")
source "$(dirname "$self")/../rig.sh"

add_host() { # NAMESPACE-WORDS VLAN...
    local in=$1 vlan
    shift
    # As docs/labs.md says: else the kernel's packet filter drops and trims what users say to one another.
    $in sysctl -qw net.bridge.bridge-nf-call-iptables=0 net.bridge.bridge-nf-call-ip6tables=0 \
        net.bridge.bridge-nf-call-arptables=0 2>/dev/null
    # The ends of the users are as silent as a socket; what the host's ends say is the driver's affair.
    for vlan in "$@"; do
        echo "link add eth1.$vlan type veth peer name u$vlan"
        echo "link set dev u$vlan addrgenmode none"
        echo "link set dev u$vlan mtu 9216 up"
    done | $in ip -batch - || fail "no veth"
    $in ip -batch - <<'LINES' || fail "no foreign bridge"
link add br0 type bridge
link add f0 type veth peer name f1
link set dev f0 master br0 up
link set dev f0 alias "somebody's"
link set dev br0 up
LINES
    $in tc qdisc add dev f0 root tbf rate 100mbit burst 64k latency 50ms || fail "no tbf"
}

start() {
    [ "$(id -u)" = 0 ] || say_no "root is needed for network namespaces"
    claim_folder
    ip link set lo up
    ip netns add "$prefix-b1" || fail "no network namespace"
    ip link add ul0 mtu 9200 type veth peer name ul0 mtu 9200 netns "$prefix-b1" || fail "no veth"
    ip address add 192.0.2.1/24 dev ul0 && ip link set ul0 up
    ip -n "$prefix-b1" address add 192.0.2.2/24 dev ul0 && ip -n "$prefix-b1" link set ul0 up
    ip -n "$prefix-b1" link set lo up
    add_host "" 101 102 103 104 $(seq 301 360)
    add_host "ip netns exec $prefix-b1" 101 102 103 104
    start_sshd 2222 192.0.2.2 "$prefix-b1"
}

stop() {
    check_folder
    end_rig
}

command=${1:-}
use_folder "${2:-}"
case $command in
start) start ;;
stop) stop ;;
*) say_no "start or stop; see the head of $self" ;;
esac
