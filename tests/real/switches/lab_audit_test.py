#!/usr/bin/env python3
"""lab_audit_test.py ROLLOVER: `rollover lab audit` on a real Open vSwitch, one bridge as the switch and one as the cross-connect, by its tools here
and over OpenSSH: clean as `lab switch-config` makes it; each of the planted faults is found and named; the commands that the audit gives mend it."""
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
sys.dont_write_bytecode = True
import sandbox  # noqa: E402

LAB = """<lab name="l">
<credentials name="host" user="root" key="{folder}/user_key"/>
<site name="s"><converter name="cs" protocol="raw" host="127.0.0.1"><line number="1" port="1"/></converter>
<cross-connect name="xc1" kind="openvswitch" bridge="xc" ovs-run-dir="{run}" {ssh}/>
<switch name="sw1" platform="openvswitch" ovs-run-dir="{run}" {ssh}>
<trunk port="t0" cross-connect="xc1" cross-connect-port="x0"/>
</switch>
<device name="r1" platform="frr"><console line="cs/1"/>
<interface name="eth1"><switch-port switch="sw1" port="p1" vlan="101"/></interface>
<interface name="eth2"><switch-port switch="sw1" port="p2" vlan="102"/></interface>
<interface name="eth3"><switch-port switch="sw1" port="p3" vlan="103"/></interface>
</device></site></lab>
"""
SSH = 'host="127.0.0.1" port="2222" login="host" known-hosts="{folder}/known_hosts"'
TRUNK, P1, P2, P3, SWITCH, CROSS = 6, 9, 10, 11, 5, 4  # lines of the lab file

# A rule of the join a9/l, as the driver writes it (drivers/crossconnect/openvswitch_commands.h).
JOIN = """port=$(ovs-vsctl get interface x0 ofport)
ovs-ofctl -O OpenFlow13 add-flow xc "cookie=0x526f7082d7a8363a,priority=21103,metadata=0/0x7082d7a8363a,in_port=$port,dl_vlan={vlan},actions=note:61.39.2f.6c,set_field:{other}->vlan_vid,in_port"
"""

# What is planted, what heals it beside the commands of the audit, and what must be named: line, port, expected, found.
FAULTS = [
    ("wrong VLAN", "ovs-vsctl set port p1 tag=999", "", [(P1, "p1", "VLAN 101", "VLAN 999")]),
    ("two ports in one VLAN", "ovs-vsctl set port p2 tag=101", "",
     [(P2, "p2", "VLAN 102", "VLAN 101"), (P1, "p1", "VLAN 101 for r1 eth1 alone", "port p2 in it too")]),
    ("two ports swapped", "ovs-vsctl set port p1 tag=102 -- set port p2 tag=101", "",
     [(P1, "p1", "VLAN 101", "VLAN 102"), (P1, "p1", "VLAN 101 for r1 eth1 alone", "port p2 in it too"),
      (P2, "p2", "VLAN 102", "VLAN 101"), (P2, "p2", "VLAN 102 for r1 eth2 alone", "port p1 in it too")]),
    ("port missing", "ovs-vsctl del-port sw1 p3", "", [(P3, "p3", "the port", "no such port")]),
    ("interface that the host does not have", "ovs-vsctl del-port sw1 p3; ip link del p3; rollover lab switch-config sw1 | sh 2>/dev/null || true",
     "ip link add p3 type veth peer name far-p3; ip link set p3 up; ovs-vsctl del-port sw1 p3; rollover lab switch-config sw1 | sh",
     [(P3, "p3", "a port that works", "could not open network device p3 (No such device)")]),
    ("port in trunk mode", "ovs-vsctl set port p2 vlan_mode=trunk", "", [(P2, "p2", "mode dot1q-tunnel", "mode trunk")]),
    ("dot1q-tunnel missing", "ovs-vsctl set port p2 vlan_mode=access", "", [(P2, "p2", "mode dot1q-tunnel", "mode access")]),
    ("wrong type of the outer tag", "ovs-vsctl remove port p2 other_config qinq-ethtype", "",
     [(P2, "p2", "other_config:qinq-ethtype 802.1q", "802.1ad")]),
    ("port shut down", "ip link set p1 down", "", [(P1, "p1", "the port up", "shut down by its configuration")]),
    ("port without jumbo frames", "ovs-vsctl set interface p1 mtu_request=1500", "",
     [(P1, "p1", "an MTU of 9004 at least (jumbo frames)", "1500")]),
    ("trunk lacks a VLAN", "ovs-vsctl set port t0 trunks=101,103", "",
     [(TRUNK, "t0", "VLAN 101-103 on the trunk", "VLAN 102 missing")]),
    ("trunk missing", "ovs-vsctl del-port sw1 t0", "", [(TRUNK, "t0", "the port", "no such port")]),
    ("trunk is an access port", "ovs-vsctl set port t0 vlan_mode=access tag=101", "",
     [(P1, "p1", "VLAN 101 for r1 eth1 alone", "port t0 in it too"), (TRUNK, "t0", "mode trunk", "mode access, VLAN 101")]),
    ("spanning tree", "ovs-vsctl set bridge sw1 stp_enable=true", "", [(SWITCH, "", "stp_enable false", "true")]),
    ("rapid spanning tree", "ovs-vsctl set bridge sw1 rstp_enable=true", "", [(SWITCH, "", "rstp_enable false", "true")]),
    ("BPDUs are not forwarded", "ovs-vsctl set bridge sw1 other-config:forward-bpdu=false", "",
     [(SWITCH, "", "other_config:forward-bpdu true", "false")]),
    ("a port of nobody in a VLAN", "ovs-vsctl add-port sw1 spare tag=103", "ovs-vsctl del-port sw1 spare",
     [(P3, "p3", "VLAN 103 for r1 eth3 alone", "port spare in it too")]),
    ("a trunk of nobody", "ovs-vsctl add-port sw1 spare", "ovs-vsctl del-port sw1 spare",
     [(SWITCH, "spare", "no trunk, by the lab file", "a trunk that carries VLAN 101-103")]),
    ("the cross-connect's port is missing", "ovs-vsctl del-port xc x0", "ovs-vsctl set interface x0 mtu_request=9100",
     [(TRUNK, "x0", "the trunk of switch sw1", "no such port on bridge xc")]),
    ("the cross-connect's port is down", "ip link set x0 down", "",
     [(TRUNK, "x0", "the trunk of switch sw1 up", "shut down by its configuration")]),
    ("a join that no activation has",
     JOIN.format(vlan=101, other=4096 + 102) + JOIN.format(vlan=102, other=4096 + 101), "",
     [(CROSS, "", "no join without an activation that has it", "join a9/l (VLAN 101 of port x0, VLAN 102 of port x0)")]),
]


def shell(text):
    if text:
        sandbox.run("sh", "-e", text=text)


class Audit:
    def __init__(self, rollover, lab):
        self.command = [rollover, "lab", "audit", lab]

    def run(self, *more):
        return subprocess.run([*self.command, *more], capture_output=True, text=True, check=False, timeout=240)

    def clean(self, why):
        # The database of Open vSwitch hears of a link that goes up or down a moment later.
        sandbox.wait_until(lambda: f"clean, {why}: {self.run()}", lambda: self.run().returncode == 0)
        done = self.run()
        assert "switch sw1: as the lab file says\n" in done.stdout and "cross-connect xc1: as the lab file says\n" in done.stdout, done

    def findings(self):
        done = self.run("--json")
        return done, [(target["target"], one) for target in json.loads(done.stdout)["targets"] for one in target["findings"] if one["difference"]]


def named(one):
    return int(one["place"].split(":")[1]), one.get("port", ""), one["expected"], one["found"]


def plant(audit, what, fault, heal, expected):
    shell(fault)
    wanted = {one[3] for one in expected}
    sandbox.wait_until(lambda: f"{what}: {audit.run()}", lambda: wanted <= {one["found"] for _, one in audit.findings()[1]})
    done, found = audit.findings()
    assert done.returncode == 1, (what, done)
    assert sorted(named(one) for _, one in found) == sorted(expected), (what, [named(one) for _, one in found])
    lines = audit.run().stdout
    for target, one in found:
        port = ", port " + one["port"] if "port" in one else ""
        line = f"{one['place']}: {target}{port}: expected {one['expected']}, found {one['found']}"
        assert any(text.startswith(line) for text in lines.splitlines()), (what, line, lines)
    for _, one in found:
        shell("\n".join(one["mend"]))
    shell(heal)
    audit.clean("healed: " + what)


def start_sshd():
    os.mkdir("/run/sshd")
    for key in ("host_key", "user_key"):
        sandbox.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", sandbox.path(key))
    with open("/etc/shadow", encoding="utf-8") as users:
        pam = "yes" if users.read().startswith("root:!") else "no"  # without PAM a locked password keeps keys out too
    config = f"""Port 2222
ListenAddress 127.0.0.1
HostKey {sandbox.path("host_key")}
AuthorizedKeysFile {sandbox.path("user_key.pub")}
StrictModes no
# Not the .bashrc of whoever works on this machine.
SetEnv HOME={sandbox.path("")}
UsePAM {pam}
PidFile none
PermitRootLogin prohibit-password
"""
    sandbox.start("sshd", sandbox.find("sshd"), "-D", "-e", "-f", sandbox.write("sshd_config", config))
    sandbox.wait_for_port(2222)
    with open(sandbox.path("host_key.pub"), encoding="ascii") as key:
        sandbox.write("known_hosts", "[127.0.0.1]:2222 " + key.read())


def main():
    rollover = os.path.abspath(sys.argv[1])
    sandbox.enter("ovsdb-server", "ovs-vswitchd", "ovs-vsctl", "ovs-ofctl", "sshd", "ssh-keygen")
    run = sandbox.start_openvswitch()
    start_sshd()
    sandbox.run("ovs-vsctl", "add-br", "sw1", "--", "set", "bridge", "sw1", "datapath_type=netdev")
    sandbox.run("ovs-vsctl", "add-br", "xc", "--", "set", "bridge", "xc", "datapath_type=netdev", "fail_mode=secure")
    for port in ("p1", "p2", "p3", "spare"):
        sandbox.run("ip", "link", "add", port, "type", "veth", "peer", "name", "far-" + port)
    sandbox.run("ip", "link", "add", "t0", "type", "veth", "peer", "name", "x0")
    for port in ("p1", "p2", "p3", "spare", "t0", "x0"):
        sandbox.run("ip", "link", "set", port, "up")
    lab = sandbox.write("lab.xml", LAB.format(folder=sandbox.FOLDER, run=run, ssh=""))
    remote = sandbox.write("remote.xml", LAB.format(folder=sandbox.FOLDER, run=run, ssh=SSH.format(folder=sandbox.FOLDER)))
    os.environ.update(ROLLOVER_LAB=lab, PATH=os.path.dirname(rollover) + ":" + os.environ["PATH"], XDG_STATE_HOME=sandbox.path("state"))

    # An empty switch: everything is missing, and the commands of the audit make all of it.
    audit = Audit(rollover, lab)
    done, found = audit.findings()
    assert done.returncode == 1 and len([one for _, one in found if one["found"].startswith("no such port")]) == 5, done
    for _, one in found:
        shell("\n".join(one["mend"]))
    shell("ovs-vsctl set interface x0 mtu_request=9100")
    audit.clean("as it was made")

    for fault in FAULTS:
        plant(audit, *fault)
    over_ssh = Audit(rollover, remote)
    over_ssh.clean("over SSH")
    for fault in FAULTS[:2]:
        plant(over_ssh, *fault)

    # Rules of others are told, and are no difference.
    shell("ovs-ofctl -O OpenFlow13 add-flow xc cookie=0x77,priority=7,in_port=1,actions=drop")
    done = audit.run()
    assert done.returncode == 0 and "note: a rule of others stands there: cookie=0x77" in done.stdout, done

    # No bridge is a difference; no Open vSwitch cannot be read; nor can a switch of which nobody says how.
    done = subprocess.run([rollover, "lab", "audit", sandbox.write("other.xml", sandbox.read("lab.xml").replace('"sw1"', '"sw7"'))],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "switch sw7: expected a bridge of this name, found none; mend: rollover lab switch-config sw7 | sh" in done.stdout, done
    lost = sandbox.write("lost.xml", sandbox.read("lab.xml").replace(run, "/run/nowhere"))
    done = Audit(rollover, lost).run()
    assert done.returncode == 2 and "switch sw1: ovs-vsctl ended with exit code" in done.stderr, done
    silent = sandbox.write("silent.xml", sandbox.read("lab.xml").replace(f'platform="openvswitch" ovs-run-dir="{run}"', 'platform="cisco-ios"'))
    done = Audit(rollover, silent).run()
    assert done.returncode == 2 and "silent.xml:5:1: switch sw1 cannot be read: the lab file does not say how" in done.stderr, done
    assert "cross-connect xc1: as the lab file says" in done.stdout, done
    done = audit.run("--switch", "sw9")
    assert done.returncode == 2 and "its switches are sw1" in done.stderr, done
    done = audit.run("--switch", "sw1")
    assert done.returncode == 0 and "xc1" not in done.stdout, done
    print(f"ok: {len(FAULTS)} faults")


main()
