#!/usr/bin/env bash
# The grown lab of programs that we did not write, on this machine, in network namespaces (Debian 12, root): two sites, each with
# its cross-connect, joined by an underlay over which the engine makes VXLAN tunnels.
#
#   north: switches sw1, sw2 and cross-connect xc1, each an Open vSwitch in userspace of its own; devices r1..r6 (FRRouting), h1, h2 (Linux)
#   south: switch sw3 (Open vSwitch), cross-connect xc2 (bridges of the kernel); devices r7..r10, h3, h4
#
# Consoles are behind four ser2net processes (raw and RFC 2217), the hosts of both cross-connects behind OpenSSH; all on 127.0.0.1.
# Every cable from a device to its switch goes through a patch panel, where it can be cut, pulled out and swapped.
#
#   sites.sh start DIR [ROLLOVER]           builds it, writes DIR/lab.xml; ROLLOVER: the program that says what the switches must be
#   sites.sh status DIR
#   sites.sh exec DIR NAME COMMAND...       runs a command on a device, a switch or the host of a cross-connect
#   sites.sh cable DIR swap r1/eth1 r2/eth2 the two cables are swapped at the switch; the same again puts them back
#   sites.sh cable DIR cut r1/eth1          nothing passes any more, though both ends have a link
#   sites.sh cable DIR unplug r1/eth1       neither end has a link
#   sites.sh cable DIR restore              all cables as they were
#   sites.sh restart DIR xc1|xc2            kills Open vSwitch (-9) and starts it without rules; or deletes all bridges and tunnels
#   sites.sh converter DIR cs1..cs4 stop|start
#   sites.sh stop DIR                       ends everything and removes DIR; also after half a start, also twice
set -u
self=$(readlink -f "$0")
here=${self%/*}
source "$here/../rig.sh"

# Device, switch, converter, its line there, VLAN of eth0 (eth1 and eth2 follow). North and south use the same VLANs on purpose.
layout="r1 sw1 cs1 1 110
r2 sw1 cs1 2 120
r3 sw1 cs1 3 130
h1 sw1 cs1 4 140
r4 sw2 cs2 1 210
r5 sw2 cs2 2 220
r6 sw2 cs2 3 230
h2 sw2 cs2 4 240
r7 sw3 cs3 1 110
r8 sw3 cs3 2 120
h3 sw3 cs3 3 130
r9 sw3 cs4 1 210
r10 sw3 cs4 2 220
h4 sw3 cs4 3 230"
converters="cs1 cs2 cs3 cs4"
underlay_mtu=9200 # of everything that carries frames here; the switches' ports have what switch-config says

names=() # of the devices, in this order
declare -A switch_of converter_of line_of vlan0_of devices_on
while read -r device switch converter line vlan; do
    names+=("$device")
    switch_of[$device]=$switch converter_of[$device]=$converter line_of[$device]=$line vlan0_of[$device]=$vlan
    devices_on[$switch]+=" $device" devices_on[$converter]+=" $device"
done <<<"$layout"
base=   # the number before the rig's first TCP port
number= # what the functions that count answer, without a process of their own
find_port() { number=$((base + 10 * (${converter_of[$1]#cs} - 1) + ${line_of[$1]})); } # DEVICE
ssh_port() { echo $((base + 47 + ${1#xc})); }                                          # CROSS-CONNECT
declare -A accepts=([cs1]=tcp [cs2]="telnet(rfc2217),tcp" [cs3]=tcp [cs4]="telnet(rfc2217),tcp")
is_router() { [ "${1#r}" != "$1" ]; }
run_dir() { echo "$dir/ovs/$1"; } # SWITCH or xc1

# All namespaces and all cables, in one go of ip(8).
lay_cables() {
    local name port vlan panel=$prefix-panel1 mtu="mtu $underlay_mtu"
    for name in panel1 sw1 sw2 sw3 xc1 xc2 "${names[@]}"; do echo "netns add $prefix-$name"; done | ip -batch - || fail "no network namespaces"
    {
        for name in "${names[@]}"; do
            for port in 1 2; do
                echo "link add $name-$port.d $mtu netns $panel type veth peer name eth$port netns $prefix-$name"
                echo "link add $name-$port.s $mtu netns $panel type veth peer name $name-$port $mtu netns $prefix-${switch_of[$name]}"
                # The trunk of sw3 at its cross-connect, VLAN by VLAN: this kernel has no VLAN devices.
                [ "${switch_of[$name]}" != sw3 ] || echo "link add v$((vlan0_of[$name] + port)) $mtu netns $prefix-sw3 type veth" \
                    "peer name trunk3.$((vlan0_of[$name] + port)) $mtu netns $prefix-xc2"
            done
        done
        echo "link add trunk $mtu netns $prefix-sw1 type veth peer name trunk1 $mtu netns $prefix-xc1"
        echo "link add trunk $mtu netns $prefix-sw2 type veth peer name trunk2 $mtu netns $prefix-xc1"
        echo "link add trunk $mtu netns $prefix-sw3 type veth peer name split $mtu netns $prefix-sw3"
        echo "link add up0 $mtu netns $prefix-xc1 type veth peer name up0 $mtu netns $prefix-xc2"
    } | ip -batch - || fail "no cables"
    in_parallel wake panel1 sw1 sw2 sw3 xc1 xc2 "${names[@]}"
    # As docs/labs.md asks of such a host; a kernel without the packet filter on bridges has no such settings.
    ip netns exec "$prefix-xc2" sh -c 'for f in /proc/sys/net/bridge/bridge-nf-call-*; do [ ! -e "$f" ] || echo 0 >"$f"; done'
    ip -n "$prefix-xc2" address add 172.31.0.2/24 dev up0
    restore_cables
}

wake() { # NAMESPACE: all that it has goes up; no IPv6 but on devices, no checksums left to hardware where TCP or VXLAN begins
    ip netns exec "$prefix-$1" sh -c '
        case $0 in *-panel*|*-sw*|*-xc*) for c in all default; do echo 1 >/proc/sys/net/ipv6/conf/$c/disable_ipv6; done;; esac
        for path in /sys/class/net/*; do
            device=${path##*/}
            case $0/$device in */eth?|*-xc2/up0) ethtool -K $device tx off >/dev/null;; esac
            echo link set $device up
        done | ip -batch -' "$prefix-$1" || fail "$1 has no network"
}

# The panel: what comes in at one end leaves at the other, untouched. Cables are named r1-1 here.
cross() { # DEVICE-SIDE SWITCH-SIDE: rules for one cable
    local from to
    for from in "$1.d $2.s" "$2.s $1.d"; do
        to=${from#* } from=${from% *}
        printf 'qdisc add dev %s ingress\nfilter add dev %s parent ffff: protocol all u32 match u32 0 0 action mirred egress redirect dev %s\n' \
            "$from" "$from" "$to"
    done
}
in_panel() { ip netns exec "$prefix-panel1" "$@"; }
restore_cables() {
    local cable name
    [ ! -e "$dir/cables" ] || while read -r cable _; do
        printf 'qdisc del dev %s.d ingress\nqdisc del dev %s.s ingress\n' "$cable" "$cable"
    done <"$dir/cables" | in_panel tc -force -batch - 2>/dev/null
    for name in "${names[@]}"; do printf '%s %s\n' "$name-1" "$name-1" "$name-2" "$name-2"; done >"$dir/cables"
    while read -r cable _; do cross "$cable" "$cable"; done <"$dir/cables" | in_panel tc -batch - || fail "no cables"
    while read -r cable _; do printf 'link set %s.d up\nlink set %s.s up\n' "$cable" "$cable"; done <"$dir/cables" | in_panel ip -batch -
}

cable_named() { # r1/eth1
    [[ "${1:-}" =~ ^([rh][0-9]+)/eth([12])$ ]] && [ -n "${switch_of[${BASH_REMATCH[1]}]:-}" ] ||
        say_no "no cable ${1:-without a name}; they are r1/eth1 and so on"
    echo "${BASH_REMATCH[1]}-${BASH_REMATCH[2]}"
}

end_of() { awk -v c="$1" '$1 == c { print $2 }' "$dir/cables"; } # where a cable ends at the switch

cable() { # swap A B | cut A | unplug A | restore
    is_started || say_no "no lab in $dir"
    local what=${1:-} a b at_a at_b
    case $what in swap | cut | unplug) a=$(cable_named "${2:-}") || exit 1 ;; esac
    case $what in
    swap)
        b=$(cable_named "${3:-}") || exit 1
        [ "$a" != "$b" ] || say_no "two cables, please"
        at_a=$(end_of "$a") at_b=$(end_of "$b")
        in_panel tc qdisc del dev "$a.d" ingress && in_panel tc qdisc del dev "$at_a.s" ingress &&
            in_panel tc qdisc del dev "$b.d" ingress && in_panel tc qdisc del dev "$at_b.s" ingress || say_no "$2 or $3 is cut"
        { cross "$a" "$at_b" && cross "$b" "$at_a"; } | in_panel tc -batch - || say_no "they cannot be swapped"
        sed -i "s/^$a .*/$a $at_b/; s/^$b .*/$b $at_a/" "$dir/cables"
        ;;
    cut)
        at_a=$(end_of "$a")
        in_panel tc qdisc del dev "$a.d" ingress && in_panel tc qdisc del dev "$at_a.s" ingress || say_no "$2 is cut"
        ;;
    unplug)
        at_a=$(end_of "$a")
        in_panel ip link set "$a.d" down && in_panel ip link set "$at_a.s" down
        ;;
    restore) restore_cables ;;
    *) say_no "cable DIR swap A B | cut A | unplug A | restore" ;;
    esac
}

start_switch() { # NAME
    local all=()
    start_openvswitch "$prefix-$1" "$(run_dir "$1")"
    # What switch-config leaves to whoever makes the switch: that it is in userspace.
    ovs-vsctl --timeout=20 add-br "$1" -- set bridge "$1" datapath_type=netdev || fail "$1 cannot be made"
    ROLLOVER_LAB=$dir/lab.xml "$rollover" lab switch-config "$1" >"$dir/$1.config" || fail "no configuration for $1"
    # Its commands, gathered: one of ovs-vsctl takes a tenth of the time of a hundred.
    ovs-vsctl() { all+=(-- "$@"); }
    source "$dir/$1.config" || fail "the configuration of $1 is not understood, see $dir/$1.config"
    unset -f ovs-vsctl
    ovs-vsctl --timeout=20 "${all[@]}" || fail "$1 does not take its configuration, see $dir/$1.config"
    [ "$1" != sw3 ] || split_trunk
}

# What VLAN devices on the trunk would do in the kernel of xc2: a port for each VLAN, its tag put on and taken off.
split_trunk() {
    local device port vlan vlans=() ports=() split
    for device in ${devices_on[sw3]}; do
        for port in 1 2; do vlans+=($((vlan0_of[$device] + port))); done
    done
    for vlan in "${vlans[@]}"; do ports+=(-- add-port split3 "v$vlan" -- set interface "v$vlan" mtu_request=$underlay_mtu); done
    ovs-vsctl --timeout=20 add-br split3 -- set bridge split3 datapath_type=netdev fail_mode=secure -- add-port split3 split \
        -- set interface split mtu_request=$underlay_mtu "${ports[@]}" || fail "the trunk of sw3 cannot be split"
    split=$(ovs-vsctl get interface split ofport)
    for vlan in "${vlans[@]}"; do
        echo "in_port=$split,dl_vlan=$vlan,actions=pop_vlan,output:v$vlan"
        echo "in_port=v$vlan,actions=push_vlan:0x8100,set_field:$((4096 + vlan))->vlan_vid,output:$split"
    done | ovs-ofctl -O OpenFlow13 add-flows split3 - || fail "the trunk of sw3 cannot be split"
}

start_crossconnect() { # xc1
    start_openvswitch "$prefix-$1" "$(run_dir "$1")"
    # Without rules of the engine xc forwards nothing. The tunnels leave by a bridge of their own: its internal port has the address.
    ovs-vsctl --timeout=20 -- add-br xc -- set bridge xc datapath_type=netdev fail_mode=secure \
        -- add-port xc trunk1 -- set interface trunk1 mtu_request=9100 -- add-port xc trunk2 -- set interface trunk2 mtu_request=9100 \
        -- add-br under -- set bridge under datapath_type=netdev \
        -- add-port under up0 -- set interface up0 mtu_request=$underlay_mtu -- set interface under mtu_request=$underlay_mtu || fail "$1 cannot be made"
    address_underlay || fail "$1 has no address"
}

address_underlay() { ip -n "$prefix-xc1" address replace 172.31.0.1/24 dev under && ip -n "$prefix-xc1" link set under up; }

start_other() { # NAME: each can come up beside all others
    case $1 in
    sw*) start_switch "$1" ;;
    xc*) start_crossconnect "$1" ;;
    *)
        ! is_router "$1" || start_frr "$1"
        start_console "$1"
        ;;
    esac
}

start_converter() { # NAME
    local device
    for device in ${devices_on[$1]}; do find_port "$device" && echo "$device $number"; done |
        start_ser2net "$1" "${accepts[$1]}" || fail "the converter $1 did not come up"
}

write_converter() { # NAME
    local device protocol=raw
    [ "${accepts[$1]}" = tcp ] || protocol=rfc2217
    printf '    <converter name="%s" protocol="%s" host="127.0.0.1">\n' "$1" "$protocol"
    for device in ${devices_on[$1]}; do find_port "$device" && printf '      <line number="%s" port="%s"/>\n' "${line_of[$device]}" "$number"; done
    printf '    </converter>\n'
}

write_switch() { # NAME CROSS-CONNECT
    printf '    <switch name="%s" platform="openvswitch" ovs-run-dir="%s">\n' "$1" "$(run_dir "$1")"
    printf '      <trunk port="trunk" cross-connect="%s" cross-connect-port="trunk%s" capacity="10g"/>\n    </switch>\n' "$2" "${1#sw}"
}

write_device() { # NAME
    local port pacing=(timed acked echoed) platform=linux
    ! is_router "$1" || platform=frr
    printf '    <device name="%s" platform="%s">\n' "$1" $platform
    printf '      <console line="%s/%s" char-delay="1ms" line-delay="5ms" pacing="%s"/>\n' "${converter_of[$1]}" "${line_of[$1]}" \
        "${pacing[line_of[$1] % 3]}"
    ! is_router "$1" || printf '      <feature name="ospf"/>\n'
    for port in 1 2; do
        printf '      <interface name="eth%s"><switch-port switch="%s" port="%s-%s" vlan="%s"/></interface>\n' \
            $port "${switch_of[$1]}" "$1" $port $((vlan0_of[$1] + port))
    done
    printf '    </device>\n'
}

write_lab() {
    local reached='host="127.0.0.1" port="%s" login="host" known-hosts="%s"' name
    {
        printf '<?xml version="1.0" encoding="UTF-8"?>\n<lab name="sites">\n'
        printf '  <credentials name="host" user="root" key="%s"/>\n' "$dir/ssh/user_key"
        printf '  <interlink name="underlay" capacity="10g" mtu="%s">\n' $underlay_mtu
        printf '    <end cross-connect="xc1" address="172.31.0.1"/>\n    <end cross-connect="xc2" address="172.31.0.2"/>\n  </interlink>\n'
        printf '  <site name="north">\n'
        for name in cs1 cs2; do write_converter $name; done
        printf "    <cross-connect name=\"xc1\" kind=\"openvswitch\" bridge=\"xc\" ovs-run-dir=\"%s\" $reached/>\n" \
            "$(run_dir xc1)" "$(ssh_port xc1)" "$dir/known_hosts"
        for name in sw1 sw2; do write_switch $name xc1; done
        for name in ${devices_on[sw1]} ${devices_on[sw2]}; do write_device "$name"; done
        printf '  </site>\n  <site name="south">\n'
        for name in cs3 cs4; do write_converter $name; done
        printf "    <cross-connect name=\"xc2\" kind=\"linux-bridge\" bridge=\"ro\" $reached/>\n" "$(ssh_port xc2)" "$dir/known_hosts"
        write_switch sw3 xc2
        for name in ${devices_on[sw3]}; do write_device "$name"; done
        printf '  </site>\n</lab>\n'
    } >"$dir/lab.xml"
}

start() { # [ROLLOVER]
    local tool
    rollover=$(readlink -f "${1:-$here/../../../build/release/bin/rollover}")
    [ "$(id -u)" = 0 ] || say_no "root is needed for network namespaces"
    for tool in "$rollover" ovs-vswitchd ovs-vsctl ser2net socat vtysh ip tc ethtool unshare ssh-keygen /usr/sbin/sshd "$frr_bin/zebra"; do
        command -v "$tool" >/dev/null || say_no "$tool is missing; ./dev installs what the lab needs"
    done
    claim_folder
    trap 'fail "interrupted"' INT TERM
    base=$(find_ports) || fail "no 49 free TCP ports in a row"
    echo "$base" >"$dir/base"
    write_lab
    lay_cables
    configure_sshd 127.0.0.1 "$(ssh_port xc1)" "$(ssh_port xc2)"
    in_parallel start_other sw1 sw2 sw3 xc1 "${names[@]}"
    in_parallel start_converter $converters
    start_sshd_in xc1 "$(ssh_port xc1)"
    start_sshd_in xc2 "$(ssh_port xc2)"
    status
    cat <<TEXT

To play with it:
  rollover activate $here/chain.xml --lab $dir/lab.xml --state $dir/state
  rollover lab audit $dir/lab.xml
  $self exec $dir h1 ping 10.1.4.2
  $self cable $dir cut r1/eth1
  $self stop $dir
TEXT
}

status() {
    is_started || {
        echo "no lab in $dir"
        return 1
    }
    local name state
    echo "lab $dir/lab.xml"
    for name in "${names[@]}"; do
        state=
        ! is_router "$name" || state="running:$(running "$name")"
        find_port "$name"
        echo "$name  console ${converter_of[$name]}/${line_of[$name]} 127.0.0.1:$number  ${switch_of[$name]} VLANs $((vlan0_of[$name] + 1))" \
            "$((vlan0_of[$name] + 2))  namespace $prefix-$name  $state"
    done
    for name in $converters; do
        alive "$dir/pid/$name" && echo "converter $name is up" || echo "converter $name is down"
    done
    for name in sw1 sw2 sw3 xc1; do
        alive "$(run_dir $name)/ovs-vswitchd.pid" && echo "$name is up: OVS_RUNDIR=$(run_dir $name)" || echo "$name is down"
    done
    for name in xc1 xc2; do
        alive "$dir/pid/ssh-$name" && echo "ssh to the host of $name: 127.0.0.1:$(ssh_port $name)" || echo "no ssh to $name"
    done
}

stop() {
    check_folder
    end "$dir"/pid/cs* "$dir"/pid/console-* "$dir"/pid/holder-*
    end_frr
    end_rig
    echo "the lab in $dir is stopped"
}

in_host() { # NAME COMMAND...
    local name=$1
    shift
    OVS_RUNDIR=$(run_dir "$name") ip netns exec "$prefix-$name" "$@"
}

restart() { # xc1|xc2
    is_started || say_no "no lab in $dir"
    local pid device
    case ${1:-} in
    xc1)
        pid=$(cat "$(run_dir xc1)/ovs-vswitchd.pid")
        kill -9 "$pid" || say_no "Open vSwitch of xc1 is not running"
        while [ -e "/proc/$pid" ]; do sleep 0.02; done
        start_vswitchd "$prefix-xc1" "$(run_dir xc1)"
        # Its internal ports went with it; the operating system of a real host gives them their addresses again.
        address_underlay || say_no "xc1 has no address"
        ;;
    xc2)
        for device in $(in_host xc2 ip -o link show type bridge | awk -F': ' '{ print $2 }') \
            $(in_host xc2 ip -o link show type vxlan | awk -F': ' '{ print $2 }' | cut -d@ -f1); do
            in_host xc2 ip link del "$device"
        done
        ;;
    *) say_no "restart DIR xc1|xc2" ;;
    esac
}

command=${1:-}
use_folder "${2:-}"
! is_started || read -r base <"$dir/base"
shift 2 2>/dev/null || shift $#
case $command in
start) start "$@" ;;
stop) stop ;;
status) status ;;
exec)
    is_started || say_no "no lab in $dir"
    name=${1:-}
    shift
    in_host "$name" "$@"
    ;;
cable) cable "$@" ;;
restart) restart "$@" ;;
converter)
    is_started || say_no "no lab in $dir"
    [[ " $converters " == *" ${1:-} "* ]] || say_no "its converters are $converters"
    converter "$@"
    ;;
console) console "$@" ;;
*) say_no "start, stop, status, exec, cable, restart or converter; see the head of $self" ;;
esac
