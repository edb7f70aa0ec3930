#!/usr/bin/env python3
"""survey_test.py ROLLOVER: `rollover lab survey` on programs that we did not write: six FRRouting routers on an Open vSwitch switch and an Open
vSwitch cross-connect (tests/real/lab/lab.sh): mistakes in the switch, rules of others, activations beside it, and a survey that is killed. Root only;
without root it says so and is skipped (exit code 77)."""
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
LAB = os.path.join(HERE, "..", "lab", "lab.sh")
TRIANGLE = os.path.join(HERE, "..", "lab", "triangle-ospf.xml")


def sh(*command, check=True, env=None):
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    if check and done.returncode != 0:
        raise AssertionError(f"{' '.join(command)}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class Lab:
    def __init__(self, rollover):
        self.rollover = rollover
        self.folder = tempfile.mkdtemp(prefix="rollover-survey-")
        os.rmdir(self.folder)

    def __enter__(self):
        try:
            sh(LAB, "start", self.folder)
        except BaseException:
            sh(LAB, "stop", self.folder, check=False)
            raise
        self.env = dict(os.environ, OVS_RUNDIR=self.folder + "/ovs")
        self.prefix = re.search(r"namespace (\S+)-r1 ", sh(LAB, "status", self.folder)).group(1)
        return self

    def __exit__(self, *_):
        sh(LAB, "stop", self.folder)

    def command(self, *arguments):
        return [self.rollover, *arguments, "--lab", self.folder + "/lab.xml", "--state", self.folder + "/state"]

    def run(self, *arguments, code=0):
        done = subprocess.run(self.command(*arguments), capture_output=True, text=True, check=False, timeout=300)
        assert done.returncode == code, (arguments, done)
        return done.stdout

    def survey(self, *devices, code, listen="4"):
        begun = time.monotonic()
        report = json.loads(self.run("lab", "survey", *devices, "--json", "--listen", listen, code=code))
        print(f"survey of {len(report['devices'])} devices: {time.monotonic() - begun:.1f} s", flush=True)
        assert self.of_survey() == [], self.of_survey()
        return report

    def vsctl(self, *words):
        return sh("ovs-vsctl", "--timeout=20", *words, env=self.env)

    def rules(self):
        dump = sh("ovs-ofctl", "-O", "OpenFlow13", "--no-names", "--no-stats", "dump-flows", "xc", env=self.env)
        return sorted(line.strip() for line in dump.splitlines() if "actions=" in line)

    def of_survey(self):
        return [rule for rule in self.rules() if "learn(" in rule or "table=247" in rule]

    def tag(self, port):
        return self.vsctl("get", "port", port, "tag").strip()

    def swap(self, a, b):
        at_a, at_b = self.tag(a), self.tag(b)
        self.vsctl("set", "port", a, f"tag={at_b}", "--", "set", "port", b, f"tag={at_a}")

    def carrier(self, port, state):
        sh("ip", "-n", self.prefix + "-sw", "link", "set", port, state)


def named(report):
    return [(f["what"], f["target"]) for f in report["findings"] if f["difference"]]


def proved(report):
    return {d["device"]: (d["proved"], d["interfaces"]) for d in report["devices"] if "proved" in d}


def all_right(lab):
    report = lab.survey(code=0)
    assert named(report) == [] and report["findings"] == [], report
    assert proved(report) == {f"r{i}": (2, 2) for i in range(1, 7)}, report
    text = lab.run("lab", "survey", "r1", "--listen", "1")
    assert text == "r1: 2 of 2 interfaces proved\n", text


def switch_in_the_way(lab):
    """Cables themselves: sites_test.py."""
    lab.vsctl("set", "port", "r2-1", "tag=999")
    lab.carrier("r3-2", "down")
    report = lab.survey(code=1)
    assert sorted(named(report)) == [("dead", "r2 eth1"), ("no-link", "r3 eth2")], report
    assert proved(report)["r2"] == (1, 2) and proved(report)["r3"] == (1, 2), report
    lab.vsctl("set", "port", "r2-1", "tag=121")
    lab.carrier("r3-2", "up")

    # Two ports of the switch in one VLAN: what is sent towards one comes out at the other too.
    lab.vsctl("set", "port", "r6-1", "tag=162")
    report = lab.survey("r6", code=1)
    assert ("leak", "r6 eth1") not in named(report) and named(report)[0] == ("moved", "r6 eth1"), report
    lab.vsctl("set", "port", "r6-1", "tag=161")


def devices_in_use(lab):
    """What an activation has is neither asked nor sent anything, and its joins stay."""
    ready = json.loads(lab.run("activate", TRIANGLE, "--json").splitlines()[-1])
    used = {n["device"] for n in ready["nodes"]}
    before = lab.rules()
    assert len(before) == 6, before
    lab.swap("r1-1", "r6-1")
    report = lab.survey(code=1 if used != {"r1", "r6"} else 0)
    lab.swap("r1-1", "r6-1")
    left = {d["device"] for d in report["devices"] if d.get("left-alone") == "busy in activation " + ready["activation"]}
    assert left == used, (left, used, report)
    assert lab.rules() == before, lab.rules()
    lab.run("deactivate", ready["activation"])


def foreign_rules(lab):
    foreign = ["cookie=0x77,priority=7,in_port=1,dl_vlan=900,actions=drop", "cookie=0x78,table=247,priority=3,in_port=1,actions=drop"]
    for rule in foreign:
        sh("ovs-ofctl", "-O", "OpenFlow13", "add-flow", "xc", rule, env=lab.env)
    before = lab.rules()
    assert len(before) == 2, before
    begun = time.monotonic()
    lab.run("lab", "survey", "r1", "--listen", "1")
    assert lab.rules() == before, lab.rules()
    print(f"one device: {time.monotonic() - begun:.1f} s")
    sh("ovs-ofctl", "-O", "OpenFlow13", "del-flows", "xc", env=lab.env)


def killed(lab):
    """A survey that is killed leaves its rules and its claims; the next one takes both away. Deactivating it does so too."""
    for mend in ("survey", "deactivate"):
        process = subprocess.Popen(lab.command("lab", "survey", "r1", "r2", "--listen", "60"), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        lab.vsctl("set", "port", "r1-1", "tag=999")  # it goes on listening for this one
        limit = time.monotonic() + 60
        while len(lab.of_survey()) < 4 + 2:
            assert process.poll() is None and time.monotonic() < limit, (process.communicate(), lab.rules())
            time.sleep(0.1)
        process.send_signal(signal.SIGKILL)
        process.wait()
        lab.vsctl("set", "port", "r1-1", "tag=111")
        status = json.loads(sh(lab.rollover, "status", "--json", "--state", lab.folder + "/state"))
        assert [a["topology"] for a in status["activations"]] == ["survey of the cabling"], status
        if mend == "deactivate":
            lab.run("deactivate", status["activations"][0]["id"])
        else:
            report = lab.survey(code=0)
            assert len(proved(report)) == 6, report
        assert lab.rules() == [], lab.rules()
        status = json.loads(sh(lab.rollover, "status", "--json", "--state", lab.folder + "/state"))
        assert status == {"activations": [], "unavailable": {}}, status


def interrupted(lab):
    process = subprocess.Popen(lab.command("lab", "survey", "--listen", "60"), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    lab.vsctl("set", "port", "r1-1", "tag=999")
    while len(lab.of_survey()) < 12:
        assert process.poll() is None, process.communicate()
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 3 and lab.rules() == [], (process.returncode, lab.rules())
    lab.vsctl("set", "port", "r1-1", "tag=111")


def not_read(lab):
    """Exit code 2: a console that nobody answers, a cross-connect that is not there."""
    sh(LAB, "converter", lab.folder, "cs2", "stop")
    report = lab.survey(code=2)
    assert {d["device"] for d in report["devices"] if "problem" in d} == {"r4", "r5", "r6"}, report
    assert named(report) == [], report
    sh(LAB, "converter", lab.folder, "cs2", "start")
    with open(lab.folder + "/lab.xml", encoding="utf-8") as file:
        text = file.read()
    wrong = lab.folder + "/wrong.xml"
    with open(wrong, "w", encoding="utf-8") as file:
        file.write(text.replace('bridge="xc"', 'bridge="xd"'))
    done = subprocess.run([lab.rollover, "lab", "survey", "r1", "--lab", wrong, "--state", lab.folder + "/state"],
                          capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 2 and "cross-connect xc1 (bridge xd" in done.stderr, done


def main():
    if os.getuid() != 0:
        print("left out: root is needed for network namespaces")
        sys.exit(77)
    with Lab(os.path.abspath(sys.argv[1])) as lab:
        for scenario in (all_right, switch_in_the_way, foreign_rules, killed, interrupted, devices_in_use, not_read, all_right):
            begun = time.monotonic()
            scenario(lab)
            print(f"{scenario.__name__}: {time.monotonic() - begun:.1f} s", flush=True)
    print("ok")


main()
