#!/usr/bin/env bash
# A lab of programs that we did not write, on this machine, in network namespaces (Debian 12, root):
# FRRouting routers, their vtysh consoles behind two ser2net processes (cs1 raw, cs2 Telnet with RFC 2217), their data
# ports on an Open vSwitch in userspace whose configuration stays as it is (sw1), a second bridge as the cross-connect
# (xc), an OpenSSH server by which the engine reaches the cross-connect. Everything listens on 127.0.0.1 only.
#
#   lab.sh start DIR [ROUTERS=6] [BASE]     builds it, writes DIR/lab.xml; BASE: first TCP port (default: a free one)
#   lab.sh status DIR
#   lab.sh exec DIR ROUTER COMMAND...       runs a command in a router's network namespace
#   lab.sh converter DIR cs1|cs2 stop|start kills or restarts one converter
#   lab.sh switch DIR                       the configuration and the rules of sw1, without counters
#   lab.sh stop DIR                         ends everything and removes DIR; also after half a start, also twice
set -u
self=$(readlink -f "$0")
here=${self%/*}
source "$here/../rig.sh"

# The first half of the routers is on cs1; ethN is in VLAN vlan0+N. No answer of these takes a process of its own.
routers= base=
converter= line= console_port= vlan0= ssh_port=
lay_out() { # ROUTERS BASE
    routers=$1 base=$2 ssh_port=$(($2 + 49))
}
find_router() { # NUMBER
    local first=$(((routers + 1) / 2))
    vlan0=$((100 + 10 * $1))
    if [ "$1" -le $first ]; then
        converter=cs1 line=$1 console_port=$((base + $1))
    else
        converter=cs2 line=$(($1 - first)) console_port=$((base + 20 + $1 - first))
    fi
}

start_switches() {
    start_openvswitch
    # Nothing but the trunk joins the two; xc is "secure": without rules of the engine it forwards nothing.
    ovs-vsctl --timeout=20 \
        -- add-br sw1 -- set bridge sw1 datapath_type=netdev \
        -- add-br xc -- set bridge xc datapath_type=netdev fail_mode=secure \
        -- add-port sw1 trunk -- set interface trunk type=patch options:peer=trunk1 \
        -- add-port xc trunk1 -- set interface trunk1 type=patch options:peer=trunk || fail "the bridges cannot be made"
}

start_router() { # NUMBER
    local i=$1 ns=$prefix-r$1 port
    find_router "$i"
    ip netns add "$ns" || fail "no network namespace for r$i"
    ip -n "$ns" link set lo up
    for port in 1 2; do
        ip -n "$switch" link add "r$i-$port" type veth peer name "eth$port" netns "$ns" || fail "no veth for r$i"
        checksums "$ns" "eth$port"
        checksums "$switch" "r$i-$port"
        ip -n "$switch" link set "r$i-$port" up
        ip -n "$ns" link set "eth$port" up
        ovs-vsctl --timeout=20 add-port sw1 "r$i-$port" tag=$((vlan0 + port)) || fail "sw1 does not take r$i-$port"
    done
    start_frr "r$i"
}

start_converter() { # NAME
    local i accept=tcp
    [ "$1" = cs1 ] || accept='telnet(rfc2217),tcp'
    for ((i = 1; i <= routers; ++i)); do
        find_router "$i"
        [ $converter != "$1" ] || echo "r$i $console_port"
    done | start_ser2net "$1" "$accept" || fail "the converter $1 did not come up"
}

write_lab() {
    local i pacing modes=(timed acked echoed) box protocol
    {
        printf '<?xml version="1.0" encoding="UTF-8"?>\n<lab name="real">\n'
        printf '  <credentials name="host" user="root" key="%s"/>\n' "$dir/ssh/user_key"
        printf '  <site name="main">\n'
        for box in cs1 cs2; do
            protocol=raw
            [ $box = cs1 ] || protocol=rfc2217
            [ $box = cs1 ] || [ "$routers" -gt 1 ] || continue
            printf '    <converter name="%s" protocol="%s" host="127.0.0.1">\n' $box $protocol
            for ((i = 1; i <= routers; ++i)); do
                find_router "$i"
                [ $converter != $box ] || printf '      <line number="%s" port="%s"/>\n' "$line" "$console_port"
            done
            printf '    </converter>\n'
        done
        printf '    <cross-connect name="xc1" kind="openvswitch" host="127.0.0.1" port="%s" bridge="xc" login="host"\n' "$ssh_port"
        printf '                   known-hosts="%s" ovs-run-dir="%s"/>\n' "$dir/known_hosts" "$dir/ovs"
        printf '    <switch name="sw1" platform="openvswitch">\n'
        printf '      <trunk port="trunk" cross-connect="xc1" cross-connect-port="trunk1"/>\n    </switch>\n'
        for ((i = 1; i <= routers; ++i)); do
            find_router "$i"
            pacing=${modes[(i - 1) % 3]}
            printf '    <device name="r%s" platform="frr">\n' "$i"
            printf '      <console line="%s/%s" char-delay="2ms" line-delay="10ms" pacing="%s"/>\n' \
                $converter "$line" "$pacing"
            printf '      <feature name="ospf"/>\n'
            for port in 1 2; do
                printf '      <interface name="eth%s"><switch-port switch="sw1" port="r%s-%s" vlan="%s"/></interface>\n' \
                    "$port" "$i" "$port" $((vlan0 + port))
            done
            printf '    </device>\n'
        done
        printf '  </site>\n</lab>\n'
    } >"$dir/lab.xml"
}

start() { # [ROUTERS] [BASE]
    local count=${1:-6} first=${2:-} tool i
    [ "$(id -u)" = 0 ] || say_no "root is needed for network namespaces"
    [[ "$count" =~ ^[0-9]+$ ]] && [ "$count" -ge 1 ] && [ "$count" -le 20 ] || say_no "1 to 20 routers, not $count"
    for tool in ovs-vswitchd ovs-vsctl ser2net socat vtysh ip ethtool unshare ssh-keygen /usr/sbin/sshd "$frr_bin/zebra"; do
        command -v "$tool" >/dev/null || say_no "$tool is missing; ./dev installs what the lab needs"
    done
    claim_folder
    [ -n "$first" ] || first=$(find_ports) || fail "no 49 free TCP ports in a row"
    echo "$count $first" >"$dir/layout"
    lay_out "$count" "$first"
    start_switches
    for ((i = 1; i <= routers; ++i)); do start_router $i; done
    for ((i = 1; i <= routers; ++i)); do start_console r$i; done
    start_converter cs1
    [ "$routers" = 1 ] || start_converter cs2
    start_sshd "$ssh_port"
    write_lab
    status
    cat <<TEXT

To play with it:
  rollover activate $here/triangle-ospf.xml --lab $dir/lab.xml --state $dir/state
  rollover status --state $dir/state
  $self exec $dir r1 ping 10.1.12.2
  rollover deactivate a1 --lab $dir/lab.xml --state $dir/state
  $self stop $dir
TEXT
}

status() {
    is_started || {
        echo "no lab in $dir"
        return 1
    }
    local i state
    echo "lab $dir/lab.xml"
    for ((i = 1; i <= routers; ++i)); do
        find_router "$i"
        state=$(running "r$i")
        echo "r$i  console $converter/$line 127.0.0.1:$console_port  VLANs $((vlan0 + 1)) $((vlan0 + 2))" \
            " namespace $prefix-r$i  running:${state:- nothing}"
    done
    for i in cs1 cs2; do
        alive "$dir/pid/$i" && echo "converter $i is up" || echo "converter $i is down"
    done
    alive "$dir/pid/sshd" && echo "ssh to the cross-connect's host: 127.0.0.1:$ssh_port" || echo "sshd is down"
    alive "$dir/ovs/ovs-vswitchd.pid" && echo "Open vSwitch: OVS_RUNDIR=$OVS_RUNDIR" || echo "Open vSwitch is down"
}

stop() {
    check_folder
    end "$dir"/pid/cs* "$dir"/pid/console-* "$dir"/pid/holder-*
    end_frr
    end_rig
    echo "the lab in $dir is stopped"
}

show_switch() {
    is_started || say_no "no lab in $dir"
    local table
    for table in Bridge Port Interface; do
        ovs-vsctl --timeout=20 --format=list --columns="$(configuration_of "$table")" list "$table"
    done
    ovs-ofctl -O OpenFlow13 --no-stats dump-flows sw1
}

configuration_of() { # TABLE: the columns that people set, not those that Open vSwitch counts in
    case $1 in
    Bridge) echo _uuid,name,ports,datapath_type,fail_mode,controller,mirrors,netflow,sflow,other_config,external_ids,protocols,flow_tables,mcast_snooping_enable,rstp_enable,stp_enable ;;
    Port) echo _uuid,name,interfaces,tag,trunks,vlan_mode,bond_mode,lacp,qos,other_config,external_ids ;;
    Interface) echo _uuid,name,type,options,ofport_request,ofport,mtu_request,other_config,external_ids ;;
    esac
}

command=${1:-}
use_folder "${2:-}"
! is_started || lay_out $(<"$dir/layout")
shift 2 2>/dev/null || shift $#
case $command in
start) start "$@" ;;
stop) stop ;;
status) status ;;
exec)
    is_started || say_no "no lab in $dir"
    router=$1
    shift
    exec ip netns exec "$prefix-$router" "$@"
    ;;
converter)
    is_started || say_no "no lab in $dir"
    [[ "${1:-}" =~ ^cs[12]$ ]] || say_no "converter DIR cs1|cs2 stop|start"
    converter "$@"
    ;;
switch) show_switch ;;
console) console "$@" ;;
*) say_no "start, stop, status, exec, converter or switch; see the head of $self" ;;
esac
