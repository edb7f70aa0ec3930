#!/usr/bin/env python3
"""scenario_test.py ROLLOVER: the shipped program on a lab of programs that we did not write (lab.sh): FRRouting behind ser2net, Open
vSwitch, OpenSSH. Root only; without root it says so and is skipped (exit code 77)."""
import json
import os
import re
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))
sys.dont_write_bytecode = True
from real_lab import RealLab, last_line, nodes_of, only_as_root, sh  # noqa: E402

LAB = os.path.join(HERE, "lab.sh")
TRIANGLE = os.path.join(HERE, "triangle-ospf.xml")


class RouterLab(RealLab):
    def __init__(self, rollover):
        super().__init__(LAB, rollover)

    def vtysh(self, router, command):
        # Straight to the daemons, past the console and the engine.
        return self.exec(router, "vtysh", "-N", self.instance(router), "-c", command)

    def instance(self, router):
        for name in os.listdir("/etc/frr"):
            if name.endswith("-" + router) and self.prefix in name:
                return name
        raise AssertionError("no FRR instance of " + router)

    def configuration(self, router):
        return self.vtysh(router, "show running-config")

    def switch(self):
        return self.do("switch")

    def joins(self):
        env = dict(os.environ, OVS_RUNDIR=self.folder + "/ovs")
        flows = subprocess.run(["ovs-ofctl", "-O", "OpenFlow13", "dump-flows", "xc"], env=env, check=True, capture_output=True,
                               text=True).stdout
        return len(re.findall(r"dl_vlan=", flows))


def addresses(net):
    return {node: f"10.{net}.0.{i}" for i, node in enumerate("ABC", 1)}


def all_pings_pass(lab, where, net):
    for node, router in where.items():
        for other, address in addresses(net).items():
            if other != node:
                assert lab.pings(router, address), f"{router} ({node}) does not reach {address} ({other})"


def no_ping_passes(lab, routers, net):
    for router in routers:
        for address in addresses(net).values():
            assert not lab.pings(router, address, 1), f"{router} still reaches {address}"


def triangle(lab):
    """A triangle of OSPF routers: up, all pings, all Full; down, no ping, configurations as before, switch unchanged."""
    routers = [f"r{i}" for i in range(1, 7)]
    before = {r: lab.configuration(r) for r in routers}
    switch = lab.switch()
    out, _ = lab.run("activate", TRIANGLE, "--json")
    activation, where = nodes_of(last_line(out))
    all_pings_pass(lab, where, 1)
    for router in where.values():
        neighbours = lab.vtysh(router, "show ip ospf neighbor")
        assert neighbours.count("Full") == 2, neighbours
    lab.run("deactivate", activation)
    no_ping_passes(lab, where.values(), 1)
    after = {r: lab.configuration(r) for r in routers}
    assert before == after, {r: (before[r], after[r]) for r in routers if before[r] != after[r]}
    assert lab.switch() == switch, "the fixed switch was changed"
    assert lab.joins() == 0
    assert lab.status() == {"activations": [], "unavailable": {}}, lab.status()


def two_at_once_then_another_shape(lab):
    """Two topologies by two processes at the same time do not see each other; then the same routers in another shape."""
    switch = lab.switch()
    both = [lab.start("activate", TRIANGLE, "--json", "-p", f"net={net}") for net in (1, 2)]
    places = [nodes_of(last_line(lab.finish(p)[0])) for p in both]
    (first, one), (second, two) = places
    assert not set(one.values()) & set(two.values())
    for (_, where), net, other in ((places[0], 1, 2), (places[1], 2, 1)):
        all_pings_pass(lab, where, net)
        no_ping_passes(lab, where.values(), other)
    for activation in (first, second):
        lab.run("deactivate", activation)
    # The same routers as a ring of two links and a stub: another shape, the same switch.
    chain = lab.folder + "/chain.xml"
    pins = list(one.values()) + list(two.values())[:1]
    with open(chain, "w", encoding="utf-8") as file:
        file.write("<topology name='chain'>\n")
        for i, router in enumerate(pins):
            lines = []
            for link in (i - 1, i):
                if 0 <= link < len(pins) - 1:
                    lines += [f"interface ${{N{i}.l{link}}}", f" ip address 10.9.{link}.{1 + i - link}/24"]
            file.write(f"<node name='N{i}'><require device='{router}'/><config>\n" + "\n".join(lines) + "\n</config></node>\n")
        for link in range(len(pins) - 1):
            file.write(f"<link name='l{link}'><end node='N{link}'/><end node='N{link + 1}'/></link>\n")
        file.write("</topology>\n")
    out, _ = lab.run("activate", chain, "--json")
    activation, _ = nodes_of(last_line(out))
    for link in range(len(pins) - 1):
        assert lab.pings(pins[link], f"10.9.{link}.2"), f"{pins[link]} does not reach its neighbour"
    lab.run("deactivate", activation)
    assert lab.switch() == switch, "the fixed switch was changed"


def pinned_triangle(lab, routers, padding):
    """The triangle on given routers, with `padding` harmless lines so that its typing takes a while."""
    text = open(TRIANGLE, encoding="utf-8").read()
    for node, router in zip("ABC", routers):
        text = text.replace(f'<node name="{node}">', f'<node name="{node}"><require device="{router}"/>')
    long = "".join(f"      ip route 198.51.{i // 250}.{i % 250}/32 blackhole\n" for i in range(padding))
    text = text.replace("    <config>\n", "    <config>\n" + long)
    path = f"{lab.folder}/pinned-{routers[0]}.xml"
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def converter_dies(lab):
    """A converter is killed in the middle: its activation fails, says so and is rolled back; the other does not notice."""
    before = {r: lab.configuration(r) for r in ("r4", "r5", "r6")}
    quiet = lab.start("activate", pinned_triangle(lab, ["r1", "r2", "r3"], 60), "--json")
    doomed = lab.start("activate", pinned_triangle(lab, ["r4", "r5", "r6"], 200), "--json", "-p", "net=2")
    for line in doomed.stdout:
        event = json.loads(line)
        if event.get("stage") == "typing" and event["lines_typed"] >= 10:
            break
    lab.do("converter", "cs2", "stop")
    started = time.monotonic()
    out, err = lab.finish(doomed, 1)
    took = time.monotonic() - started
    activation = json.loads(last_line(out))["activation"]
    assert re.search(r"device r[456] \(line cs2/[123]\)", err), err
    (about,) = lab.status(activation)["activations"]
    conditions = {d["device"]: d["condition"] for d in about["devices"]}
    assert conditions and set(conditions.values()) <= {"clean", "quarantined"}, conditions
    assert about["joins"] == [] and about["phase"] == "ended", about
    kept = lab.status()["unavailable"]["real"]
    dirty = [r for r, now in ((r, lab.configuration(r)) for r in before) if now != before[r]]
    assert dirty and all(r in kept and "quarantine" in kept[r] for r in dirty), (dirty, kept)
    out, _ = lab.finish(quiet)
    other, where = nodes_of(last_line(out))
    all_pings_pass(lab, where, 1)
    lab.run("deactivate", other)
    print(f"  the failed one was rolled back {took:.0f} s after the converter died; in quarantine: {sorted(r for r in kept if 'quarantine' in kept[r])}")
    lab.do("converter", "cs2", "start")


def main():
    only_as_root()
    with RouterLab(sys.argv[1]) as lab:
        for step in (triangle, two_at_once_then_another_shape, converter_dies):
            print(step.__name__, flush=True)
            step(lab)
    print("ok")


main()
