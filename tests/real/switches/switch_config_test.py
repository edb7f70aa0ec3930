#!/usr/bin/env python3
"""switch_config_test.py ROLLOVER: what `rollover lab switch-config` prints for an Open vSwitch is given to one, twice; then that switch is asked."""
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
sys.dont_write_bytecode = True
import sandbox  # noqa: E402

LAB = """<lab name="l"><site name="s"><converter name="cs" protocol="raw" host="127.0.0.1"><line number="1" port="1"/></converter>
<cross-connect name="xc" kind="openvswitch" bridge="x"/>
<switch name="sw1" platform="openvswitch"{passes}><trunk port="t0" cross-connect="xc"/></switch>
<device name="r1" platform="frr"><console line="cs/1"/>
<interface name="eth1"><switch-port switch="sw1" port="p1" vlan="101"/></interface>
<interface name="eth2"><switch-port switch="sw1" port="p2" vlan="102"/></interface>
<interface name="eth3"><switch-port switch="sw1" port="p3" vlan="103"/></interface></device></site></lab>
"""


def main():
    rollover = os.path.abspath(sys.argv[1])
    sandbox.enter("ovsdb-server", "ovs-vswitchd", "ovs-vsctl")
    sandbox.start_openvswitch("--enable-dummy")
    for port in ("p1", "p2", "p3", "t0"):
        sandbox.run("ip", "link", "add", port, "type", "veth", "peer", "name", "far-" + port)

    def ask(*command):
        return sandbox.run("ovs-vsctl", *command).strip()

    def configured(passes):
        lab = sandbox.write("lab.xml", LAB.format(passes=passes))
        config = sandbox.run(rollover, "lab", "switch-config", "sw1", "--lab", lab)
        sandbox.run("sh", text=config.replace("ovs-vsctl --may-exist add-br sw1", "ovs-vsctl --may-exist add-br sw1 -- set bridge sw1 datapath_type=netdev"))

    for passes, mode in (("", "dot1q-tunnel"), ("", "dot1q-tunnel"), (' passes="lldp"', "access")):
        configured(passes)
        for port, vlan in (("p1", "101"), ("p2", "102"), ("p3", "103")):
            assert ask("get", "port", port, "tag") == vlan, port
            assert ask("get", "port", port, "vlan_mode") == mode, (port, mode)
        assert ask("get", "port", "t0", "trunks") == "[101, 102, 103]"
        assert ask("list-ports", "sw1").split() == ["p1", "p2", "p3", "t0"]
    done = subprocess.run([rollover, "lab", "switch-config", "sw2", "--lab", sandbox.path("lab.xml")], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "its switches are sw1" in done.stderr, done
    print("ok")


main()
