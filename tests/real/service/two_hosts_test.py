#!/usr/bin/env python3
"""Two services on two hosts, one PostgreSQL on a third, the simulated lab on a fourth, all in network namespaces: they share the work;
one that is cut off, or stopped and later continued, loses it to the other, and does no harm: two_hosts_test.py ROLLOVER"""
import json
import os
import signal
import subprocess
import sys
import time

sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import invariants  # noqa: E402
import postgres  # noqa: E402
import sandbox  # noqa: E402

SOURCE = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
PORT, CONTROL, LISTEN = 21000, 21800, 7070
DATABASE, LAB = "10.9.0.1", "10.9.0.2"
HOOK = """<hook when="line-busy" limit="5s"><argument>{clear}</argument></hook>"""
CLEAR = f"""#!/bin/bash
exec 3<>/dev/tcp/{LAB}/{CONTROL} && echo "clear $ROLLOVER_DEVICE" >&3 && head -1 <&3
"""


def wire(name, address):
    """A host of its own on the one network; the database is on this side of the bridge."""
    sandbox.run("ip", "netns", "add", name)
    sandbox.run("ip", "link", "add", "to-" + name, "type", "veth", "peer", "name", "eth0", "netns", name)
    sandbox.run("ip", "link", "set", "to-" + name, "master", "net", "up")
    for command in (["link", "set", "lo", "up"], ["link", "set", "eth0", "up"], ["address", "add", address + "/24", "dev", "eth0"]):
        sandbox.run("ip", "-n", name, *command)


class Host:
    def __init__(self, rollover, name, address):
        self.rollover, self.name, self.state = rollover, name, sandbox.path(name)
        wire(name, address)
        os.mkdir(self.state)
        self.service = None

    def serve(self):
        environment = dict(os.environ, ROLLOVER_STORE=f"postgresql://rollover@{DATABASE}:{postgres.PORT}/lab")
        self.service = sandbox.start("serve-" + self.name, "ip", "netns", "exec", self.name, self.rollover, "serve", "--lab",
                                     sandbox.path("lab/lab.xml"), "--state", self.state, "--listen", f"127.0.0.1:{LISTEN}", "--term", "5s",
                                     env=environment, cwd=sandbox.path("lab"))
        sandbox.wait_until(lambda: self.name + " serves: " + self.log(), lambda: "serving at" in self.log())

    def log(self):
        return sandbox.read(f"serve-{self.name}.log")

    def ask(self, method, target, body=None):
        """By curl in the host's own network."""
        command = ["ip", "netns", "exec", self.name, "curl", "-sS", "-X", method, f"http://127.0.0.1:{LISTEN}{target}"]
        if body is not None:
            command += ["-d", json.dumps(body)]
        return json.loads(subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout)


class Lab:
    def __init__(self, rollover):
        sandbox.run("ip", "link", "add", "net", "type", "bridge")
        sandbox.run("ip", "address", "add", DATABASE + "/24", "dev", "net")
        sandbox.run("ip", "link", "set", "net", "up")
        self.cluster = postgres.Cluster(DATABASE)
        self.cluster.sql("CREATE DATABASE lab")
        wire("lab", LAB)
        folder = sandbox.path("lab")
        sandbox.run(os.path.join(SOURCE, "tests/demo/make_lab.sh"), folder, str(PORT))
        with open(os.path.join(folder, "lab.xml"), encoding="utf-8") as file:
            text = file.read().replace("127.0.0.1", LAB)
        head = text.index("<site")
        sandbox.write("lab/lab.xml", text[:head] + HOOK.format(clear=sandbox.write("clear", CLEAR, 0o755)) + text[head:])
        sandbox.start("sim", "ip", "netns", "exec", "lab", rollover, "sim", "lab.xml", "--time-scale", "0.02", "--known-hosts",
                      "demo-lab/known_hosts", "--host-key", "host_key", "--control", f"{LAB}:{CONTROL}", "--quiet-devices", cwd=folder)
        sandbox.wait_until("the lab", lambda: "simulating" in sandbox.read("sim.log"))
        with open(os.path.join(folder, "triangle.xml"), encoding="utf-8") as file:
            self.triangle = file.read()
        self.a, self.b = Host(rollover, "alpha", "10.9.0.3"), Host(rollover, "beta", "10.9.0.4")

    def rows(self, sql):
        return [tuple(line.split("|")) for line in self.cluster.sql(sql + ";", "lab").splitlines()]

    def ask(self, request):
        return invariants.truth((LAB, CONTROL), request)

    def book(self, host, length="10m"):
        answer = host.ask("POST", "/v1/reservations", {"topology": self.triangle, "for": length})
        assert "id" in answer, answer
        return answer["id"]

    def worker_of(self, reservation):
        found = self.rows("SELECT server.name, server.number FROM work JOIN server ON server.number = work.server WHERE reservation = "
                          + reservation[1:])
        return found[0] if found else None

    def state_of(self, reservation):
        return self.rows(f"SELECT stage, ready FROM reservation WHERE number = {reservation[1:]}")[0]

    def until(self, what, is_so, patience=120):
        sandbox.wait_until(lambda: f"{what}; alpha: {self.a.log()[-1500:]}\nbeta: {self.b.log()[-1500:]}\n"
                                   f"{self.rows('SELECT number, stage, ready, why FROM reservation')}", is_so, patience)

    def until_ready(self, reservation):
        self.until(reservation + " is ready", lambda: self.state_of(reservation)[1] != "0")

    def until_over(self, reservation):
        self.until(reservation + " is over", lambda: self.state_of(reservation)[0] in ("ended", "cancelled", "failed"))

    def typing(self, reservation):
        """Waits until it is being typed: a device is touched and none is configured."""
        def is_typed():
            kinds = [row[0] for row in self.rows("SELECT kind FROM record JOIN activation ON activation.number = record.activation"
                                                 " WHERE reservation = " + reservation[1:])]
            return "touching" in kinds and "configured" not in kinds
        self.until(reservation + " is typed", is_typed)


def takes_over(lab, fail, heal):
    """One service fails in the middle of typing; the other does its work. The one that comes back has lost it, and says so."""
    reservation = lab.book(lab.b)
    lab.until("somebody works on it", lambda: lab.worker_of(reservation))
    lab.typing(reservation)
    number = lab.worker_of(reservation)[1]
    # Which of the two hosts that is, the names of which are one here: the one that has written its number last.
    first = lab.a if number in lab.numbers["alpha"] else lab.b
    second = lab.b if first is lab.a else lab.a
    fail(first)
    lab.until("the other takes over", lambda: lab.worker_of(reservation)[1] != number)
    lab.until_ready(reservation)
    devices = [row[0] for row in lab.rows(f"SELECT device FROM booking WHERE reservation = {reservation[1:]} AND frees = "
                                          f"(SELECT held_until FROM reservation WHERE number = {reservation[1:]})")]
    before = {device: lab.ask("running " + device) for device in devices if "/" not in device}
    last = lab.rows("SELECT max(sequence) FROM record")[0][0]
    heal(first)
    lab.until("it says that its term is over", lambda: "term of this service is over" in first.log())
    time.sleep(3)
    assert {device: lab.ask("running " + device) for device in before} == before, "it typed into another's devices"
    assert lab.rows("SELECT max(sequence) FROM record")[0][0] == last, "it wrote into another's journal"
    second.ask("DELETE", "/v1/reservations/" + reservation)
    lab.until_over(reservation)
    return first


def main():
    sandbox.enter("curl", "psql")
    rollover = os.path.abspath(sys.argv[1])
    lab = Lab(rollover)
    lab.a.serve()
    lab.numbers = {"alpha": {row[0] for row in lab.rows("SELECT number FROM server")}}
    devices = [one["name"] for one in lab.a.ask("GET", "/v1/devices")["devices"]]
    factory = {name: lab.ask("running " + name) for name in devices}

    lab.b.serve()
    lab.numbers["beta"] = {row[0] for row in lab.rows("SELECT number FROM server")} - lab.numbers["alpha"]
    print("two services on one database", flush=True)

    # What is booked or cancelled at one is seen at the other, at once.
    reservation = lab.book(lab.a)
    assert lab.b.ask("GET", "/v1/reservations/" + reservation)["id"] == reservation
    lab.until_ready(reservation)
    lab.b.ask("DELETE", "/v1/reservations/" + reservation)
    lab.until_over(reservation)
    print("booked at one, cancelled at the other", flush=True)

    def cut(host):
        sandbox.run("ip", "link", "set", "to-" + host.name, "down")

    def join(host):
        sandbox.run("ip", "link", "set", "to-" + host.name, "up")
    first = takes_over(lab, cut, join)
    print(first.name + " was cut off in the middle of typing", flush=True)
    lab.numbers = {"alpha": set(), "beta": set()}
    for host in (lab.a, lab.b):  # under which number each goes on
        host.service.send_signal(signal.SIGTERM)
        assert host.service.wait(60) == 0
        known = {row[0] for row in lab.rows("SELECT number FROM server")}
        host.serve()
        lab.until(host.name + " signs on", lambda known=known: {row[0] for row in lab.rows("SELECT number FROM server")} - known)
        lab.numbers[host.name] = {row[0] for row in lab.rows("SELECT number FROM server")} - known

    def stop(host):
        os.kill(host.service.pid, signal.SIGSTOP)  # `ip netns exec` has become the service

    def proceed(host):
        os.kill(host.service.pid, signal.SIGCONT)
    first = takes_over(lab, stop, proceed)
    print(first.name + " was stopped in the middle of typing, and went on later", flush=True)

    # The database goes away and comes back: what is ready stays, and work goes on.
    reservation = lab.book(lab.a)
    lab.until_ready(reservation)
    lab.cluster.stop()
    time.sleep(8)
    lab.cluster.start()
    lab.until("somebody goes on", lambda: lab.rows("SELECT gone FROM work JOIN server ON server.number = work.server WHERE reservation = "
                                                   + reservation[1:]) == [("0",)])
    for book in (lambda: reservation, lambda: lab.book(lab.b)):
        one = book()
        lab.until_ready(one)
        lab.a.ask("DELETE", "/v1/reservations/" + one)
        lab.until_over(one)
    assert lab.rows(f"SELECT count(*) FROM activation WHERE reservation = {reservation[1:]}") == [("1",)], "what was ready was done again"
    print("the database was away", flush=True)

    for host in (lab.a, lab.b):
        host.service.send_signal(signal.SIGTERM)
        assert host.service.wait(60) == 0, host.log()[-2000:]
    print(invariants.check(lab.rows, lab.ask, factory))


main()
