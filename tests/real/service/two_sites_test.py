#!/usr/bin/env python3
"""Two services on two hosts activate one topology together, each at its own site of the lab of tests/real/sites (FRRouting and Linux behind
ser2net; Open vSwitch at one cross-connect, Linux bridges at the other, VXLAN between them), with one PostgreSQL and no other way between
them: neither host has a route to the consoles and the cross-connect of the other's site: two_sites_test.py ROLLOVER"""
import json
import os
import re
import signal
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[1:1] = [os.path.join(HERE, ".."), os.path.join(HERE, "../sites")]
sys.dont_write_bytecode = True
import invariants  # noqa: E402
import postgres  # noqa: E402
import sandbox  # noqa: E402
from sites_lab import CHAIN, SitesLab  # noqa: E402

DATABASE, LISTEN = "10.9.0.1", 7070
SITES = {"north": "10.8.1.1", "south": "10.8.2.1"}  # where the consoles and the cross-connect of a site are reached


class Host:
    """A host of its own; it has a route to the database and to one site, and to nothing else."""

    def __init__(self, rollover, name, site, number):
        self.rollover, self.name, self.site, self.service = rollover, name, site, None
        self.state = sandbox.path(name)
        os.mkdir(self.state)
        sandbox.run("ip", "netns", "add", name)
        sandbox.run("ip", "link", "add", "to-" + name, "type", "veth", "peer", "name", "eth0", "netns", name)
        sandbox.run("ip", "link", "set", "to-" + name, "master", "net", "up")
        for command in (["link", "set", "lo", "up"], ["link", "set", "eth0", "up"],
                        ["address", "add", f"10.9.0.{number}/24", "dev", "eth0"], ["route", "add", SITES[site] + "/32", "via", DATABASE]):
            sandbox.run("ip", "-n", name, *command)

    def inside(self, *command):
        return ["ip", "netns", "exec", self.name, *command]

    def serve(self):
        environment = dict(os.environ, ROLLOVER_STORE=f"postgresql://rollover@{DATABASE}:{postgres.PORT}/lab")
        self.service = sandbox.start("serve-" + self.name, *self.inside(self.rollover, "serve", "--lab", sandbox.path("lab.xml"), "--state",
                                     self.state, "--site", self.site, "--listen", f"127.0.0.1:{LISTEN}", "--term", "5s"), env=environment)
        sandbox.wait_until(lambda: self.name + " serves: " + self.log(), lambda: "serving at" in self.log())

    def log(self):
        return sandbox.read(f"serve-{self.name}.log")

    def ask(self, method, target, body=None):
        command = self.inside("curl", "-sS", "-X", method, f"http://127.0.0.1:{LISTEN}{target}")
        if body is not None:
            command += ["-d", json.dumps(body)]
        return json.loads(subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout)

    def stop(self):
        self.service.send_signal(signal.SIGTERM)
        assert self.service.wait(60) == 0, self.log()[-2000:]


def spread(lab):
    """The lab file with an address for each site, and what carries from there to the rig, which is all on 127.0.0.1."""
    with open(lab.file, encoding="utf-8") as file:
        text = file.read()
    with open(lab.folder + "/known_hosts", encoding="utf-8") as file:
        known = file.read()
    head, north, south = re.split(r"(?=<site )", text)
    keys = ""
    for site, part in (("north", north), ("south", south)):
        sandbox.run("ip", "address", "add", SITES[site] + "/32", "dev", "lo")
        keys += known.replace("127.0.0.1", SITES[site])
        for port in re.findall(r'port="([0-9]+)"', part):
            sandbox.start("ways", "socat", f"TCP-LISTEN:{port},bind={SITES[site]},reuseaddr,fork,nodelay", f"TCP:127.0.0.1:{port},nodelay")
    text = head + north.replace("127.0.0.1", SITES["north"]) + south.replace("127.0.0.1", SITES["south"])
    sandbox.write("lab.xml", text.replace(lab.folder + "/known_hosts", sandbox.write("known_hosts", keys)))


class Lab:
    def __init__(self, rollover, lab):
        self.lab = lab
        self.cluster = postgres.Cluster(DATABASE)
        self.cluster.sql("CREATE DATABASE lab")
        spread(lab)
        self.hosts = [Host(rollover, name, site, 3 + n) for n, (name, site) in
                      enumerate((("alpha", "north"), ("beta", "south"), ("gamma", "south")))]
        with open(CHAIN, encoding="utf-8") as file:
            self.chain = file.read()

    def rows(self, sql):
        return [tuple(line.split("|")) for line in self.cluster.sql(sql + ";", "lab").splitlines()]

    def book(self, host, length="15m"):
        answer = host.ask("POST", "/v1/reservations", {"topology": self.chain, "for": length})
        assert "id" in answer, answer
        return answer["id"]

    def until(self, what, is_so, patience=240):
        logs = "".join(f"\n{host.name}: {host.log()[-1500:]}" for host in self.hosts if host.service)
        sandbox.wait_until(lambda: f"{what}; {logs}\n{self.rows('SELECT number, stage, ready, why FROM reservation')}"
                                   f"\n{self.rows('SELECT * FROM part')}", is_so, patience)

    def until_ready(self, id):
        self.until(id + " is ready", lambda: self.rows(f"SELECT ready > 0 FROM reservation WHERE number = {id[1:]}") == [("t",)])

    def until_over(self, id, stage):
        self.until(f"{id} is {stage}", lambda: self.rows(f"SELECT stage, over FROM reservation WHERE number = {id[1:]}") == [(stage, "1")])

    def kinds(self, id, site):
        return [row[0] for row in self.rows("SELECT kind FROM record JOIN activation ON activation.number = record.activation WHERE"
                                            f" reservation = {id[1:]} AND site = '{site}' ORDER BY sequence")]

    def player(self, id, node):
        """Which device plays a node, by the plan of the last activation that types at it."""
        found = {}
        for (plan,) in self.rows(f"SELECT replace(plan, chr(10), '') FROM activation WHERE reservation = {id[1:]} ORDER BY number"):
            found.update({one["node"]: one["device"] for one in json.loads(plan)["devices"]})
        return found[node]

    def check_sites(self, id):
        """Each activation has to do with one site, and the logs of both hosts say nothing of what they could not reach."""
        for number, site in self.rows(f"SELECT number, site FROM activation WHERE reservation = {id[1:]}"):
            own = {"north": ("r1", "r2", "r3", "r4", "r5", "r6", "h1", "h2", "xc1"), "south": ("r7", "r8", "r9", "r10", "h3", "h4", "xc2")}
            subjects = {row[0] for row in self.rows(f"SELECT DISTINCT subject FROM record WHERE activation = {number} AND subject <> ''")}
            assert subjects and subjects <= set(own[site]), (site, subjects)
            claims = {row[0] for row in self.rows(f"SELECT device FROM claim WHERE activation = {number}")}
            assert claims <= set(own[site]), (site, claims)


def cannot_reach(lab):
    """No host has a way to the other's site."""
    for host in lab.hosts[:2]:
        for site, address in SITES.items():
            answers = subprocess.run(host.inside("ping", "-c1", "-W2", address), check=False, capture_output=True).returncode == 0
            assert answers == (site == host.site), (host.name, site)


def together(lab, alpha, beta):
    """Booked at one, activated by both, ended at the other."""
    id = lab.book(alpha)
    lab.until("both work on it", lambda: len(lab.rows(f"SELECT site FROM work WHERE reservation = {id[1:]}")) == 2)
    lab.until("something is typed", lambda: "touching" in lab.kinds(id, "north") + lab.kinds(id, "south"))
    assert not lab.lab.pings(lab.player(id, "H"), "10.1.4.2", 1), "it works before it was made"
    lab.until_ready(id)
    assert lab.lab.pings(lab.player(id, "H"), "10.1.4.2"), "nothing passes over the tunnel"
    assert all(lab.lab.joins()), lab.lab.joins()
    lab.check_sites(id)
    begun = lab.rows(f"SELECT site, begun FROM activation WHERE reservation = {id[1:]} ORDER BY site")
    assert [row[0] for row in begun] == ["north", "south"], begun
    player = lab.player(id, "H")
    beta.ask("DELETE", "/v1/reservations/" + id)
    lab.until_over(id, "ended")
    assert not lab.lab.pings(player, "10.1.4.2", 1), "it works after its end"
    assert lab.lab.joins() == (0, 0)
    print("activated by both, ended by both", flush=True)


def taken_over(lab, alpha, beta, gamma):
    """One host is killed while it types; another one of its site does its part, the first host waits with what it has."""
    id = lab.book(beta)
    lab.until("south is typed", lambda: "touching" in lab.kinds(id, "south") and "ready" not in lab.kinds(id, "south"))
    gamma.serve()
    os.kill(beta.service.pid, signal.SIGKILL)
    beta.service.wait()
    lab.until_ready(id)
    assert lab.lab.pings(lab.player(id, "H"), "10.1.4.2"), "nothing passes over the tunnel"
    lab.check_sites(id)
    counts = dict(lab.rows(f"SELECT site, count(*) FROM activation WHERE reservation = {id[1:]} GROUP BY site"))
    assert counts == {"north": "1", "south": "2"}, f"north was to wait: {counts}"
    taken = lab.rows(f"SELECT subject FROM entry WHERE reservation = {id[1:]} AND what = 'taken over'")
    assert len(taken) == 1, taken
    print("one was killed while it typed, another one took its part over", flush=True)

    # Killed again, when all is ready: it stays, and whoever comes ends it.
    before = lab.rows("SELECT max(number) FROM activation")
    os.kill(gamma.service.pid, signal.SIGKILL)
    gamma.service.wait()
    time.sleep(6)
    assert lab.lab.pings(lab.player(id, "H"), "10.1.4.2")
    beta.serve()
    alpha.ask("DELETE", "/v1/reservations/" + id)
    lab.until_over(id, "ended")
    assert lab.rows("SELECT max(number) FROM activation") == before
    print("killed when it was ready: it stayed, and was ended by another one", flush=True)


def killed_while_it_checks(lab, beta, gamma):
    """Both were met; the part of the one that is killed is done again, by whoever is there."""
    id = lab.book(beta)
    lab.until("south is met", lambda: lab.rows(f"SELECT stage FROM part WHERE reservation = {id[1:]} AND site = 'south'")[:1]
              in ([("met",)], [("ready",)]))
    os.kill(beta.service.pid, signal.SIGKILL)
    beta.service.wait()
    gamma.serve()
    lab.until_ready(id)
    assert lab.lab.pings(lab.player(id, "H"), "10.1.4.2"), "nothing passes over the tunnel"
    lab.check_sites(id)
    gamma.ask("DELETE", "/v1/reservations/" + id)
    lab.until_over(id, "ended")
    assert lab.lab.joins() == (0, 0)
    assert not lab.rows("SELECT device FROM quarantine"), "a device is blamed"
    print("killed while it checked", flush=True)


def part_fails(lab, alpha):
    """A mistake of the author at one site: the other is taken back too."""
    text = lab.chain.replace("ip address add 10.${net}.4.2/24 dev ${G.dg}", "ip address add 10.${net}.4.2/24 dev nothing0")
    answer = alpha.ask("POST", "/v1/reservations", {"topology": text, "for": "15m"})
    assert "id" in answer, answer
    lab.until_over(answer["id"], "failed")
    why = lab.rows(f"SELECT why FROM reservation WHERE number = {answer['id'][1:]}")[0][0]
    assert why.startswith("site south: "), why
    assert lab.lab.joins() == (0, 0)
    print("a part failed, both were taken back", flush=True)


def main():
    sandbox.enter("curl", "psql", "ser2net", "socat", "ovs-vswitchd", "zebra", "sshd")
    for folder in ("frr", "lock"):  # of FRRouting and ser2net; /run is a fresh one
        os.makedirs("/run/" + folder, exist_ok=True)
    rollover = os.path.abspath(sys.argv[1])
    sandbox.run("ip", "link", "add", "net", "type", "bridge")  # first: ser2net wants an address beside loopback
    sandbox.run("ip", "address", "add", DATABASE + "/24", "dev", "net")
    sandbox.run("ip", "link", "set", "net", "up")
    with SitesLab(rollover) as rig:
        lab = Lab(rollover, rig)
        alpha, beta, gamma = lab.hosts
        cannot_reach(lab)
        before = rig.standing()
        alpha.serve()
        beta.serve()
        together(lab, alpha, beta)
        taken_over(lab, alpha, beta, gamma)
        killed_while_it_checks(lab, beta, gamma)
        part_fails(lab, alpha)
        for host in (alpha, gamma):
            host.stop()
        rig.nothing_of_ours(before)
        print(invariants.of_tables(lab.rows))


main()
