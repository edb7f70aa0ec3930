#!/usr/bin/env bash
# Two fixed switches with hosts on them, and a cross-connect with a trunk from each, out of one Open vSwitch in userspace,
# and an sshd by which it can be reached (root):
#   sw1: h1 in VLAN 101, h2 in 102, h3 in 103, h4 in 104;  sw2: h5 in VLAN 101, h6 in 106.  Host hN is 10.0.0.N/24.
#   xc:  ports trunk1 (sw1) and trunk2 (sw2), and a few rules that are not the engine's.
#
#   rig.sh start DIR | stop DIR | exec DIR HOST COMMAND... | foreign DIR (the rules that are not the engine's)
set -u
self=$(readlink -f "$0")
source "$(dirname "$self")/../rig.sh"

add_host() { # NUMBER SWITCH VLAN
    local ns=$prefix-h$1
    ip netns add "$ns" || fail "no network namespace"
    ip -n "$switch" link add "h$1" type veth peer name eth0 netns "$ns" || fail "no veth"
    ip netns exec "$ns" ethtool -K eth0 tx off >/dev/null
    ip netns exec "$switch" ethtool -K "h$1" tx off >/dev/null
    ip -n "$switch" link set "h$1" up
    ip -n "$ns" link set eth0 up
    ip -n "$ns" address add "10.0.0.$1/24" dev eth0
    ovs-vsctl --timeout=20 add-port "$2" "h$1" tag="$3" || fail "$2 does not take h$1"
}

start() {
    local base
    [ "$(id -u)" = 0 ] || say_no "root is needed for network namespaces"
    claim_folder
    base=$(find_ports) || fail "no free TCP port"
    start_openvswitch
    ovs-vsctl --timeout=20 -- add-br xc -- set bridge xc datapath_type=netdev fail_mode=secure || fail "no bridge xc"
    local n
    for n in 1 2; do
        ovs-vsctl --timeout=20 -- add-br "sw$n" -- set bridge "sw$n" datapath_type=netdev \
            -- add-port "sw$n" "up$n" -- set interface "up$n" type=patch options:peer="trunk$n" \
            -- add-port xc "trunk$n" -- set interface "trunk$n" type=patch options:peer="up$n" || fail "no bridge sw$n"
    done
    for n in 1 2 3 4; do add_host "$n" sw1 "10$n"; done
    add_host 5 sw2 101
    add_host 6 sw2 106
    ovs-ofctl -O OpenFlow13 add-flows xc - <<'RULES' || fail "no rules"
priority=5,dl_vlan=999,actions=drop
cookie=0x1234,priority=70,in_port=trunk1,dl_vlan=900,actions=set_field:4997->vlan_vid,output:trunk2
cookie=0x526e00000000aaaa,priority=21103,in_port=trunk1,dl_vlan=902,actions=note:61.31,in_port
RULES
    start_sshd $((base + 1))
    echo $((base + 1)) >"$dir/ssh_port"
}

stop() {
    check_folder
    end_rig
}

command=${1:-}
use_folder "${2:-}"
shift 2 2>/dev/null || shift $#
case $command in
start) start ;;
stop) stop ;;
exec)
    host=$1
    shift
    exec ip netns exec "$prefix-$host" "$@"
    ;;
foreign) ovs-ofctl -O OpenFlow13 --no-stats dump-flows xc | grep -v 'cookie=0x526f' ;;
*) say_no "start, stop, exec or foreign; see the head of $self" ;;
esac
