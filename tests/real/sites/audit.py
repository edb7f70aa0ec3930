"""`rollover lab audit` over three switches and two cross-connects: each planted fault is found where it is, nothing else is, and the commands
that the audit gives mend it."""
import os
import re
import time

# Where it is planted, what is planted, what heals it beside the commands of the audit, and what must be named: what the lab file says stands
# in the line of this text, port, expected, found.
FAULTS = [
    ("a port in a wrong VLAN", "sw1", "ovs-vsctl set port r1-1 tag=999", "", [('port="r1-1"', "r1-1", "VLAN 111", "VLAN 999")]),
    ("a port that is missing", "sw2", "ovs-vsctl del-port sw2 r5-2", "", [('port="r5-2"', "r5-2", "the port", "no such port")]),
    ("a port without a tunnel", "sw3", "ovs-vsctl set port h3-1 vlan_mode=access", "",
     [('port="h3-1"', "h3-1", "mode dot1q-tunnel", "mode access")]),
    ("a trunk without a VLAN", "sw1", "ovs-vsctl remove port trunk trunks 122", "",
     [('cross-connect-port="trunk1"', "trunk", "VLAN 111,112,121,122,131,132,141,142 on the trunk", "VLAN 122 missing")]),
    ("BPDUs are not forwarded", "sw2", "ovs-vsctl set bridge sw2 other-config:forward-bpdu=false", "",
     [('switch name="sw2"', "", "other_config:forward-bpdu true", "false")]),
    ("a port without jumbo frames", "sw3", "ovs-vsctl set interface r8-2 mtu_request=1500", "",
     [('port="r8-2"', "r8-2", "an MTU of 9004 at least (jumbo frames)", "1500")]),
    ("a port of nobody that hears a VLAN", "sw1", "ovs-vsctl add-port sw1 spy tag=131 -- set interface spy type=internal; ip link set spy up", "ovs-vsctl del-port sw1 spy",
     [('port="r3-1"', "r3-1", "VLAN 131 for r3 eth1 alone", "port spy in it too")]),
    ("a port that is shut down", "sw3", "ip link set r10-1 down", "", [('port="r10-1"', "r10-1", "the port up", "shut down by its configuration")]),
    ("two ports swapped", "sw2", "ovs-vsctl set port h2-1 tag=242 -- set port h2-2 tag=241", "",
     [('port="h2-1"', "h2-1", "VLAN 241", "VLAN 242"), ('port="h2-1"', "h2-1", "VLAN 241 for h2 eth1 alone", "port h2-2 in it too"),
      ('port="h2-2"', "h2-2", "VLAN 242", "VLAN 241"), ('port="h2-2"', "h2-2", "VLAN 242 for h2 eth2 alone", "port h2-1 in it too")]),
    # Not rstp_enable: Open vSwitch 3.1 may forward nothing once it has been on, though it is off again, until it is started anew.
    ("spanning tree", "sw3", "ovs-vsctl set bridge sw3 stp_enable=true", "", [('switch name="sw3"', "", "stp_enable false", "true")]),
    # What comes in may have four bytes more than the MTU: room for a tag.
    ("a narrow network between the sites", "xc2", "ip link set up0 mtu 1500", "ip link set up0 mtu 9200",
     [('interlink name="underlay"', "", f"packets of 9200 bytes pass on interlink underlay to {to}",
       f"packets of 9200 bytes do not pass unfragmented; the largest that did has {most}; "
       f'raise the MTU of the network between them, or write mtu="{most}" to the interlink') for to, most in (("xc1", 1500), ("xc2", 1504))]),
    ("the cross-connect's end of a trunk", "xc1", "ip link set trunk2 down", "",
     [('cross-connect-port="trunk2"', "trunk2", "the trunk of switch sw2 up", "shut down by its configuration")]),
]


def line_of(lab, text):
    with open(lab.file, encoding="utf-8") as file:
        (number,) = [i for i, line in enumerate(file, 1) if text in line]
    return number


def named(one):
    return int(re.search(r":(\d+)(?::\d+)?$", one["place"])[1]), one.get("port", ""), one["expected"], one["found"]


def wait_for(lab, what, wanted, patience=60):
    """The database of Open vSwitch hears of a link that goes up or down a moment later."""
    limit = time.monotonic() + patience
    while True:
        found = lab.audit()
        if sorted(named(one) for _, one in found) == wanted:
            return found
        assert time.monotonic() < limit, (what, [named(one) for _, one in found], wanted)


def audit(lab):
    wait_for(lab, "as the switches were made", [])
    for what, where, fault, heal, expected in FAULTS:
        lab.exec(where, "sh", "-e", "-c", fault)
        found = wait_for(lab, what, sorted((line_of(lab, text), *rest) for text, *rest in expected))
        for target, one in found:
            assert target.endswith(where) or one["expected"].endswith("to " + where), (what, target)
            # As an operator would: with the program at hand and the lab file named.
            lab.exec(where, "env", f"PATH={os.path.dirname(lab.rollover)}:{os.environ['PATH']}", "ROLLOVER_LAB=" + lab.file, "sh", "-e", "-c",
                     "\n".join(one["mend"]))
        if heal:
            lab.exec(where, "sh", "-e", "-c", heal)
        wait_for(lab, "mended: " + what, [])
    print(f"  {len(FAULTS)} faults found and mended")
