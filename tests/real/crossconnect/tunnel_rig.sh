#!/usr/bin/env bash
# Two cross-connects with an Open vSwitch each, in userspace, and a network between them (root):
#   x1: fixed switch sw with h1 in VLAN 101, h2 in 102, h5 in 105; bridge xc with its trunk on port trunk; 192.0.2.1
#   x2: fixed switch sw with h3 in VLAN 101, h4 in 102, h6 in 105; bridge xc with its trunk on port trunk; 192.0.2.2
# Host hN is 10.0.0.N/24. The ports of the switches let everything through: dot1q-tunnel, BPDUs, 9,100 bytes.
#
# Open vSwitch in userspace sends VXLAN itself ("native tunnelling"): the address of the tunnel must be on the internal
# port of one of its own bridges (phy), which has the network card as a port, and not on the card; it learns it from the
# kernel's routes, see "ovs-appctl ovs/route/show" and "ovs-appctl tnl/ports/show". The kernel datapath needs nothing of
# that: there the address is where it always is.
#
#   tunnel_rig.sh start DIR [UNDERLAY_MTU] | stop DIR | exec DIR NAMESPACE COMMAND...   (NAMESPACE: h1..h6, x1, x2)
#   tunnel_rig.sh restart DIR N (ovs-vswitchd of xN ends and starts: all rules are lost)
set -u
self=$(readlink -f "$0")
source "$(dirname "$self")/../rig.sh"

use_instance() { # N
    export OVS_RUNDIR=$dir/ovs$1 OVS_DBDIR=$dir/ovs$1 OVS_LOGDIR=$dir/ovs$1
}

start_vswitchd() { # N
    use_instance "$1"
    ip netns exec "$prefix-x$1" ovs-vswitchd "unix:$OVS_RUNDIR/db.sock" --pidfile --detach --log-file \
        >>"$dir/log/ovs$1.log" 2>&1 || fail "ovs-vswitchd did not start, see $OVS_RUNDIR"
}

start_instance() { # N
    local ns=$prefix-x$1
    use_instance "$1"
    mkdir -p "$OVS_RUNDIR"
    ip netns add "$ns" || fail "no network namespace can be made"
    ip -n "$ns" link set lo up
    ip netns exec "$ns" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
    ovsdb-tool create "$OVS_RUNDIR/conf.db" /usr/share/openvswitch/vswitch.ovsschema || fail "no database"
    ovsdb-server "$OVS_RUNDIR/conf.db" --remote=punix:"$OVS_RUNDIR/db.sock" --pidfile --detach --log-file \
        >>"$dir/log/ovs$1.log" 2>&1 || fail "ovsdb-server did not start, see $OVS_RUNDIR"
    ovs-vsctl --no-wait init
    start_vswitchd "$1"
    ovs-vsctl --timeout=20 \
        -- add-br xc -- set bridge xc datapath_type=netdev fail_mode=secure \
        -- add-br sw -- set bridge sw datapath_type=netdev other_config:forward-bpdu=true \
        -- add-port sw up -- set interface up type=patch options:peer=trunk \
        -- add-port xc trunk -- set interface trunk type=patch options:peer=up || fail "no bridges"
    ovs-ofctl -O OpenFlow13 add-flow xc "cookie=0x1234,priority=70,in_port=trunk,dl_vlan=900,actions=drop" ||
        fail "no rule"
}

join_underlay() { # MTU
    ip link add u1 netns "$prefix-x1" type veth peer name u2 netns "$prefix-x2" || fail "no veth"
    local n
    for n in 1 2; do
        use_instance "$n"
        ip -n "$prefix-x$n" link set "u$n" up mtu "$1"
        ip netns exec "$prefix-x$n" ethtool -K "u$n" tx off >/dev/null
        ovs-vsctl --timeout=20 add-br phy -- set bridge phy datapath_type=netdev -- add-port phy "u$n" || fail "no phy"
        ip -n "$prefix-x$n" address add "192.0.2.$n/24" dev phy
        ip -n "$prefix-x$n" link set phy up mtu "$1"
    done
}

add_host() { # NUMBER INSTANCE VLAN
    local ns=$prefix-h$1 x=$prefix-x$2
    use_instance "$2"
    ip netns add "$ns" || fail "no network namespace"
    ip netns exec "$ns" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
    ip -n "$x" link add "h$1" mtu 9100 type veth peer name eth0 mtu 9100 netns "$ns" || fail "no veth"
    ip netns exec "$ns" ethtool -K eth0 tx off >/dev/null
    ip netns exec "$x" ethtool -K "h$1" tx off >/dev/null
    ip -n "$x" link set "h$1" up
    ip -n "$ns" link set eth0 up
    ip -n "$ns" address add "10.0.0.$1/24" dev eth0
    ovs-vsctl --timeout=20 add-port sw "h$1" vlan_mode=dot1q-tunnel tag="$3" other_config:qinq-ethtype=802.1q \
        -- set interface "h$1" mtu_request=9100 || fail "sw does not take h$1"
}

start() {
    [ "$(id -u)" = 0 ] || say_no "root is needed for network namespaces"
    claim_folder
    start_instance 1
    start_instance 2
    join_underlay "${1:-9300}"
    add_host 1 1 101
    add_host 2 1 102
    add_host 5 1 105
    add_host 3 2 101
    add_host 4 2 102
    add_host 6 2 105
}

restart() { # N
    use_instance "$1"
    end "$OVS_RUNDIR/ovs-vswitchd.pid"
    start_vswitchd "$1"
}

stop() {
    check_folder
    end "$dir"/ovs[12]/ovs-vswitchd.pid "$dir"/ovs[12]/ovsdb-server.pid
    end_rig
}

command=${1:-}
use_folder "${2:-}"
shift 2 2>/dev/null || shift $#
case $command in
start) start "$@" ;;
stop) stop ;;
restart) restart "$1" ;;
exec)
    place=$1
    shift
    exec ip netns exec "$prefix-$place" "$@"
    ;;
*) say_no "start, stop, restart or exec; see the head of $self" ;;
esac
