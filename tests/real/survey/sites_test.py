#!/usr/bin/env python3
"""sites_test.py ROLLOVER: `rollover lab survey` on the lab of two sites (tests/real/sites/sites.sh): ten FRRouting routers and four Linux hosts on
three Open vSwitch switches, a cross-connect with Open vSwitch and one with bridges of the kernel. Cables are swapped, cut and pulled out in the patch
panel. Root only; without root it says so and is skipped (exit code 77)."""
import json
import os
import re
import subprocess
import sys
import tempfile
import time

SITES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "sites", "sites.sh")


def sh(*command, check=True):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if check and done.returncode != 0:
        raise AssertionError(f"{' '.join(command)}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class Lab:
    def __init__(self, rollover):
        self.rollover = rollover
        self.folder = tempfile.mkdtemp(prefix="rollover-sites-survey-")
        os.rmdir(self.folder)

    def __enter__(self):
        begun = time.monotonic()
        try:
            sh(SITES, "start", self.folder, self.rollover)
        except BaseException:
            sh(SITES, "stop", self.folder, check=False)
            raise
        print(f"the lab is up: {time.monotonic() - begun:.1f} s", flush=True)
        self.clean = self.on_hosts()
        return self

    def __exit__(self, *_):
        sh(SITES, "stop", self.folder)

    def inside(self, name, *command):
        return sh(SITES, "exec", self.folder, name, *command)

    def cable(self, *words):
        sh(SITES, "cable", self.folder, *words)

    def on_hosts(self):
        """All that a survey could leave on the two hosts."""
        rules = self.inside("xc1", "ovs-ofctl", "-O", "OpenFlow13", "--no-names", "--no-stats", "dump-flows", "xc")
        links = self.inside("xc2", "ip", "-o", "link", "show")
        return sorted(line.strip() for line in rules.splitlines() if "actions=" in line), sorted(re.findall(r"^\d+: ([^:@]+)", links, flags=re.M))

    def survey(self, *devices, code, listen="5"):
        begun = time.monotonic()
        done = subprocess.run([self.rollover, "lab", "survey", *devices, "--json", "--listen", listen, "--lab", self.folder + "/lab.xml", "--state",
                               self.folder + "/state"], capture_output=True, text=True, check=False, timeout=400)
        assert done.returncode == code, done
        report = json.loads(done.stdout)
        print(f"survey of {len(report['devices'])} devices: {time.monotonic() - begun:.1f} s", flush=True)
        assert self.on_hosts() == self.clean, (self.clean, self.on_hosts())
        return report


def named(report):
    return sorted((f["what"], f["target"]) for f in report["findings"] if f["difference"])


def finding(report, target):
    return next(f for f in report["findings"] if f["target"] == target and f["difference"])


def all_right(lab):
    report = lab.survey(code=0)
    assert named(report) == [], report
    assert all(d["proved"] == d["interfaces"] == 2 for d in report["devices"]) and len(report["devices"]) == 14, report


def swapped(lab):
    """On one switch, over two switches of one site, and on the bridges of the kernel."""
    lab.cable("swap", "r1/eth1", "h1/eth2")
    lab.cable("swap", "r2/eth2", "r4/eth1")
    lab.cable("swap", "r7/eth1", "h4/eth2")
    report = lab.survey(code=1)
    assert named(report) == sorted(("swapped", who) for who in
                                   ("r1 eth1", "h1 eth2", "r2 eth2", "r4 eth1", "r7 eth1", "h4 eth2")), report
    assert "port r4-1 of switch sw2 (VLAN 211), where r4 eth1 should be" == finding(report, "r2 eth2")["found"], report
    lab.cable("restore")


def three_go_round(lab):
    lab.cable("swap", "r8/eth1", "r9/eth1")
    lab.cable("swap", "r8/eth1", "h3/eth2")
    report = lab.survey("r8", "r9", "h3", code=1)
    assert named(report) == [("moved", "h3 eth2"), ("moved", "r8 eth1"), ("moved", "r9 eth1")], report
    assert "go round" in finding(report, "r8 eth1")["mend"], report
    lab.cable("restore")


def cut_and_unplugged(lab):
    lab.cable("cut", "r3/eth1")
    lab.cable("cut", "h2/eth1")
    lab.cable("cut", "h4/eth1")
    lab.cable("unplug", "r10/eth2")
    lab.cable("unplug", "h1/eth1")
    report = lab.survey(code=1)
    assert named(report) == [("dead", "h2 eth1"), ("dead", "h4 eth1"), ("dead", "r3 eth1"), ("no-link", "h1 eth1"), ("no-link", "r10 eth2")], report
    for host in ("h2 eth1", "h4 eth1"):
        assert "it has counted nothing of what was sent to it" in finding(report, host)["found"], report
    lab.cable("restore")


def silent(lab):
    """A host that says nothing at all is found by its counter, wherever its cable ends."""
    for host in ("h2", "h3"):
        for port in ("eth1", "eth2"):
            lab.inside(host, "sysctl", "-qw", f"net.ipv6.conf.{port}.disable_ipv6=1")
    lab.cable("swap", "h2/eth1", "h1/eth2")
    lab.cable("swap", "h3/eth1", "h4/eth2")
    report = lab.survey("h1", "h2", "h3", "h4", code=1)
    assert named(report) == sorted(("swapped", who) for who in ("h1 eth2", "h2 eth1", "h3 eth1", "h4 eth2")), report
    lab.cable("restore")
    for host in ("h2", "h3"):
        for port in ("eth1", "eth2"):
            lab.inside(host, "sysctl", "-qw", f"net.ipv6.conf.{port}.disable_ipv6=0")


def in_use(lab):
    """A VLAN's device that is in a bridge already is left alone, on a host that others use too."""
    lab.inside("xc2", "ip", "link", "add", "others", "type", "bridge")
    lab.inside("xc2", "ip", "link", "set", "trunk3.111", "master", "others")
    before = lab.on_hosts()
    lab.clean = before
    report = lab.survey("r7", code=0)
    assert [(f["what"], f["target"]) for f in report["findings"]] == [("not-proved", "r7 eth1")], report
    assert "trunk3.111 is in bridge others" in report["findings"][0]["found"], report
    lab.inside("xc2", "ip", "link", "del", "others")
    lab.clean = lab.on_hosts()


def main():
    if os.getuid() != 0:
        print("left out: root is needed for network namespaces")
        sys.exit(77)
    with Lab(os.path.abspath(sys.argv[1])) as lab:
        for scenario in (all_right, swapped, three_go_round, cut_and_unplugged, silent, in_use):
            begun = time.monotonic()
            scenario(lab)
            print(f"{scenario.__name__}: {time.monotonic() - begun:.1f} s", flush=True)
    print("ok")


main()
