"""Topologies over both sites: they work, do not see one another, and leave nothing behind; and what others have on the cross-connects stays."""
import json
import os
import sys
import time

from captures import capture
from real_lab import last_line, nodes_of, sh
from sites_lab import CABLE, CHAIN, HERE, LAN, difference

FOREIGN_RULES = """priority=5,dl_vlan=999,actions=drop
cookie=0x1234,priority=70,in_port=trunk1,dl_vlan=900,actions=set_field:4997->vlan_vid,output:trunk2
cookie=0x526e00000000aaaa,priority=21103,in_port=trunk1,dl_vlan=902,actions=note:61.31,in_port
cookie=0x77,priority=9,tun_id=77,in_port=theirs1,actions=output:trunk2
"""
# Names and kinds as the engine's own, but not made by it. (Their tunnel has a number of its own; ours have them by the rules.)
FOREIGN_PORTS = """
ovs-vsctl add-port xc theirs1 -- set interface theirs1 type=internal external-ids:owner=them
ovs-vsctl add-br theirs -- set bridge theirs datapath_type=netdev -- add-port theirs vxtheirs \
    -- set interface vxtheirs type=vxlan options:remote_ip=172.31.0.2 options:key=77
ovs-vsctl -- --id=@p get port trunk1 -- --id=@o get port theirs1 -- --id=@m create mirror name=theirs select-dst-port=@p output-port=@o -- set bridge xc mirrors=@m
ovs-ofctl -O OpenFlow13 add-flows xc -
"""
FOREIGN_DEVICES = """
ip link add ro-theirs type bridge
ip link add theirs1 type veth peer name theirs2
ip link set theirs1 master ro-theirs
ip link set theirs2 alias 'not yours'
ip link add vxtheirs type vxlan id 77 local 172.31.0.2 remote 172.31.0.1 dstport 4789
ip link set vxtheirs master ro-theirs up
ip link set ro-theirs up
"""


def plant(lab):
    """What a foreigner has on both cross-connects; gives what stands there now."""
    lab.exec("xc1", "sh", "-e", "-c", FOREIGN_PORTS, text=FOREIGN_RULES)
    lab.exec("xc2", "sh", "-e", "-c", FOREIGN_DEVICES)
    before, now = None, lab.standing()
    while now != before:  # the kernel says a moment later that a bridge is up
        time.sleep(1)
        before, now = now, lab.standing()
    return now


def foreigners_stay(lab, before):
    """To the byte, while topologies run: every rule, every row and every device that is not a member of a join of ours."""
    now = lab.standing()
    assert set(before["rules"]) <= set(now["rules"]), difference(before["rules"], now["rules"])
    for name, row in before["ovs"].items():
        assert now["ovs"].get(name) == row, (name, row, now["ovs"].get(name))
    for name, device in before["devices"].items():
        if not name.startswith("trunk3."):
            assert now["devices"].get(name) == device, (name, device, now["devices"].get(name))


def chain_works(lab, where, net=1):
    assert lab.pings(where["H"], f"10.{net}.4.2"), "no way from north to south"
    assert lab.pings(where["G"], f"10.{net}.1.2"), "no way from south to north"


def lan_addresses(net):
    return {node: f"10.{net}.0.{i}" for i, node in enumerate("ABCD", 1)}


def lan_works(lab, where, net):
    for node, device in where.items():
        for other, address in lan_addresses(net).items():
            assert node == other or lab.pings(device, address), f"{device} ({node}) does not reach {address} ({other})"


def hardware_address(lab, device, interface):
    return json.loads(lab.exec(device, "ip", "-j", "link", "show", interface))[0]["address"]


def neighbours(lab, device):
    return {n["dst"]: n["lladdr"] for n in json.loads(lab.exec(device, "ip", "-j", "-4", "neigh")) if "lladdr" in n}


def interface_in(ready, node):
    (at,) = [n for n in json.loads(ready)["nodes"] if n["node"] == node]
    return at["interfaces"]["lan"]


def two_of_one_kind(lab, before):
    """Two LANs with the same addresses at the same time: each host's neighbours are those of its own LAN."""
    both = [lab.start("activate", LAN, "--json", "-p", "net=5") for _ in range(2)]
    ready = [last_line(lab.finish(p)[0]) for p in both]
    places = [nodes_of(line) for line in ready]
    assert not set(places[0][1].values()) & set(places[1][1].values())
    for line, (_, where) in zip(ready, places):
        lan_works(lab, where, 5)
        own = {lan_addresses(5)[node]: hardware_address(lab, device, interface_in(line, node)) for node, device in where.items()}
        for node, device in where.items():
            seen = neighbours(lab, device)
            assert seen == {address: own[address] for address in seen} and len(seen) == 3, (node, seen, own)
    assert lab.joins() == (2, 2), lab.joins()
    for activation, _ in places:
        lab.run("deactivate", activation)
    lab.nothing_of_ours(before)


def as_good_as_a_cable(lab, before):
    out, _ = lab.run("activate", CABLE, "--json")
    line = last_line(out)
    activation, _ = nodes_of(line)
    ends = []
    for n in json.loads(line)["nodes"]:
        ends += [f"{lab.prefix}-{n['device']}", n["interfaces"]["cable"]]
    lost = sh(sys.executable, os.path.join(HERE, "frames.py"), *ends)
    assert lost == "", "does not pass: " + lost.replace("\n", ", ")
    lab.run("deactivate", activation)
    for n in json.loads(line)["nodes"]:
        lab.exec(n["device"], "ip", "link", "set", n["interfaces"]["cable"], "mtu", "1500")
    lab.nothing_of_ours(before)


def topologies(lab):
    before = plant(lab)
    both = [lab.start("activate", CHAIN, "--json"), lab.start("activate", LAN, "--json")]
    (first, chain), (second, lan) = [nodes_of(last_line(lab.finish(p)[0])) for p in both]
    assert not set(chain.values()) & set(lan.values())
    chain_works(lab, chain)
    lan_works(lab, lan, 2)
    assert lab.joins() == (4, 4), lab.joins()
    foreigners_stay(lab, before)
    found = lab.audit()
    assert found == [], found
    capture(lab, first, chain)
    foreigners_stay(lab, before)
    for activation in (first, second):
        lab.run("deactivate", activation)
    assert not lab.pings(chain["H"], "10.1.4.2", 1) and not lab.pings(lan["B"], "10.2.0.4", 1)
    lab.nothing_of_ours(before)
    two_of_one_kind(lab, before)
    as_good_as_a_cable(lab, before)
    assert lab.status() == {"activations": [], "unavailable": {}}, lab.status()
