#!/usr/bin/env python3
"""lldpd_test.py ANNOUNCE: what a survey announces by LLDP and CDP, sent by Open vSwitch and read by programs that we did not write: Debian's lldpd, as
a device behind a fixed switch, and tcpdump. Root only; without root or lldpd it says so and is skipped (exit code 77)."""
import os
import re
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
sys.dont_write_bytecode = True
import sandbox  # noqa: E402


def start_switch():
    """A cross-connect xc, and a switch that passes everything, with eth1 behind its port p1 in VLAN 101 and eth2 behind p2 in 102."""
    sandbox.start_openvswitch()
    bridges = ["--", "add-br", "xc", "--", "set", "bridge", "xc", "datapath_type=netdev", "fail_mode=secure",
               "--", "add-br", "sw", "--", "set", "bridge", "sw", "datapath_type=netdev", "other_config:forward-bpdu=true",
               "--", "add-port", "sw", "up", "--", "set", "interface", "up", "type=patch", "options:peer=trunk",
               "--", "add-port", "xc", "trunk", "--", "set", "interface", "trunk", "type=patch", "options:peer=up"]
    for n in ("1", "2"):
        sandbox.run("ip", "link", "add", "p" + n, "type", "veth", "peer", "name", "eth" + n)
        sandbox.run("ip", "link", "set", "p" + n, "up")
        sandbox.run("ip", "link", "set", "eth" + n, "up")
        bridges += ["--", "add-port", "sw", "p" + n, "tag=10" + n]
    sandbox.run("ovs-vsctl", "--timeout=20", *bridges)


def start_lldpd():
    os.mkdir("/run/lldpd")  # where it locks itself in
    sandbox.start("lldpd", sandbox.find("lldpd"), "-d", "-c", "-H", "0", "-I", "eth1,eth2")  # all that is heard is shown, and not the best of it
    sandbox.wait_until("lldpd", lambda: os.path.exists("/run/lldpd.socket"))
    sandbox.wait_until("its interfaces", lambda: "eth2" in sandbox.run("lldpcli", "show", "interfaces"))


def heard(interface):
    """Of each protocol, what is heard there."""
    shown = sandbox.run("lldpcli", "-f", "keyvalue", "show", "neighbors", "ports", interface)
    return {line.split("=")[1] for line in shown.splitlines() if line.endswith(("via=LLDP", "via=CDPv2"))}, shown


def main():
    announce = os.path.abspath(sys.argv[1])
    sandbox.enter("lldpd", "lldpcli", "ovsdb-server", "ovs-vswitchd", "ovs-vsctl", "tcpdump")
    start_switch()
    start_lldpd()
    dump = sandbox.start("dump", "tcpdump", "-i", "eth1", "--immediate-mode", "-U", "-w", sandbox.path("dump.pcap"), "ether src 52:4f:00:00:00:07")
    sandbox.wait_until("tcpdump", lambda: "listening on" in sandbox.read("dump.log"))

    sandbox.run(announce, "xc", "trunk", "101", "7")
    sandbox.run(announce, "xc", "trunk", "102", "2146435072")
    for interface, number in (("eth1", "7"), ("eth2", "2146435072")):
        sandbox.wait_until(lambda at=interface: f"both announcements at {at}: {heard(at)}", lambda at=interface: heard(at)[0] == {"LLDP", "CDPv2"})
        shown = heard(interface)[1]
        names = re.findall(r"\.(?:chassis\.name|port\.local|port\.ifname)=(\S+)", shown)
        assert len(names) >= 4 and set(names) == {"rollover-" + number}, shown
        # What the platform file linux.xml reads.
        assert set(re.findall(r"rollover-(\d+)", sandbox.run("lldpcli", "show", "neighbors", "ports", interface))) == {number}
    assert not [line for line in sandbox.run("ovs-ofctl", "-O", "OpenFlow13", "dump-flows", "xc").splitlines() if "cookie=0x526f" in line]

    sandbox.wait_until("the dump", lambda: os.path.getsize(sandbox.path("dump.pcap")) >= 24 + 16 + 60 + 16 + 86)
    dump.send_signal(signal.SIGINT)
    dump.wait(timeout=20)
    told = sandbox.run("tcpdump", "-e", "-vv", "-r", sandbox.path("dump.pcap"))
    print(told)
    for words in ("Chassis ID TLV (1), length 7", "Subtype MAC address (4): 52:4f:00:00:00:07", "Subtype Local (7): rollover-7",
                  "Time to Live TLV (3), length 2: TTL 120s", "System Name TLV (5), length 10: rollover-7", "End TLV (0), length 0",
                  "CDPv2, ttl: 120s", "Device-ID (0x01), value length: 10 bytes: 'rollover-7'", "Port-ID (0x03), value length: 10 bytes: 'rollover-7'"):
        assert words in told, (words, told)
    assert not re.search("invalid|malformed|trunc", told), told
    print("ok")


main()
