#!/usr/bin/env python3
"""The service is killed (SIGKILL) again and again while it works, and started again: killed_test.py ROLLOVER sqlite|postgres KILLS [SEED].
Afterwards what must always hold is looked up in the database's own tables and asked of the simulated lab itself."""
import http.client
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time

sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import invariants  # noqa: E402
import postgres  # noqa: E402
import sandbox  # noqa: E402

SOURCE = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
PORT, CONTROL, LISTEN = 21000, 21800, 7070


class Lab:
    def __init__(self, rollover, store):
        self.rollover, self.folder = rollover, sandbox.path("lab")
        sandbox.run(os.path.join(SOURCE, "tests/demo/make_lab.sh"), self.folder, str(PORT))
        self.cluster = postgres.Cluster() if store == "postgres" else None
        if self.cluster:
            self.cluster.sql("CREATE DATABASE lab")
        self.environment = dict(os.environ, ROLLOVER_STORE=postgres.URL + "lab" if self.cluster else "",
                                ROLLOVER_STATE=os.path.join(self.folder, "state"), ROLLOVER_LAB=os.path.join(self.folder, "lab.xml"))
        sandbox.start("sim", rollover, "sim", "lab.xml", "--time-scale", "0.005", "--known-hosts", "demo-lab/known_hosts", "--host-key",
                      "host_key", "--control", f"127.0.0.1:{CONTROL}", "--quiet-devices", cwd=self.folder)
        sandbox.wait_for_port(CONTROL)
        self.topologies = {}
        for name in ("two-routers", "triangle"):
            with open(os.path.join(self.folder, name + ".xml"), encoding="utf-8") as file:
                self.topologies[name] = file.read()
        self.service = None

    def serve(self):
        self.service = sandbox.start("serve", self.rollover, "serve", "--listen", f"127.0.0.1:{LISTEN}", env=self.environment, cwd=self.folder)

    def kill(self):
        self.service.send_signal(signal.SIGKILL)
        self.service.wait()

    @staticmethod
    def http(method, target, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", LISTEN, timeout=30)
        try:
            connection.request(method, target, body=json.dumps(body) if body is not None else None)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def rows(self, sql):
        if self.cluster:
            return [tuple(line.split("|")) for line in self.cluster.sql(sql + ";", "lab").splitlines()]
        with sqlite3.connect(os.path.join(self.folder, "state/journal.sqlite")) as db:
            return [tuple(str(value) for value in row) for row in db.execute(sql)]

    def wait_for_one_more_ready(self, patience):
        count, limit = self.ready(), time.monotonic() + patience
        while self.ready() == count and time.monotonic() < limit:
            time.sleep(0.3)

    def ready(self):
        return int(self.rows("SELECT COUNT(*) FROM record WHERE kind = 'ready'")[0][0])

    @staticmethod
    def truth(request):
        return invariants.truth(("127.0.0.1", CONTROL), request)


class Clients(threading.Thread):
    """Books, extends and cancels what fits, also while the service is gone."""

    def __init__(self, lab, seed):
        super().__init__(daemon=True)
        self.lab, self.random, self.ended = lab, random.Random(seed), False

    def run(self):
        while not self.ended:
            try:
                self.step()
            except (OSError, http.client.HTTPException, ValueError):
                time.sleep(0.02)  # it is being killed

    def step(self):
        # As many as play at once: those behind them would only wait.
        standing = [one["id"] for one in self.lab.http("GET", "/v1/reservations")[1]["reservations"]]
        what = self.random.random()
        if len(standing) < 4 and (what < 0.9 or not standing):
            name = self.random.choice(list(self.lab.topologies))
            length = f"{self.random.randint(2, 12)}s"
            self.lab.http("POST", "/v1/reservations", {"topology": self.lab.topologies[name], "for": length, "file": name})
        elif what < 0.05:
            self.lab.http("DELETE", "/v1/reservations/" + self.random.choice(standing))
        elif what < 0.1:
            self.lab.http("POST", f"/v1/reservations/{self.random.choice(standing)}/extend", {"by": "2s"})
        time.sleep(self.random.uniform(0.05, 0.4))


def main():
    rollover, store, kills = os.path.abspath(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    seed = int(sys.argv[4]) if len(sys.argv) > 4 else 1
    sandbox.enter()
    lab = Lab(rollover, store)
    chance = random.Random(seed)
    lab.serve()
    sandbox.wait_for_port(LISTEN)
    devices = [one["name"] for one in lab.http("GET", "/v1/devices")[1]["devices"]]
    factory = {name: lab.truth("running " + name) for name in devices}
    clients = [Clients(lab, seed * 100 + n) for n in range(2)]
    for one in clients:
        one.start()
    for n in range(kills):
        if n % 4 == 0:  # in the start itself
            time.sleep(chance.uniform(0.0, 0.3))
        elif n % 4 == 3:  # while something is handed over, or taken back
            lab.wait_for_one_more_ready(90)
            time.sleep(chance.uniform(0.0, 2.0))
        else:  # in the middle of typing, mostly
            time.sleep(chance.uniform(0.3, 3.0))
        lab.kill()
        lab.serve()
    for one in clients:
        one.ended = True
        one.join()
    sandbox.wait_for_port(LISTEN)
    for one in lab.http("GET", "/v1/reservations")[1]["reservations"]:
        lab.http("DELETE", "/v1/reservations/" + one["id"])
    sandbox.wait_until(lambda: str(lab.http("GET", "/v1/reservations")), lambda: not lab.http("GET", "/v1/reservations")[1]["reservations"], 240)
    lab.service.send_signal(signal.SIGTERM)
    assert lab.service.wait(60) == 0
    stages = invariants.check(lab.rows, lab.truth, factory)
    ready = lab.rows("SELECT COUNT(*) FROM reservation WHERE ready > 0")[0][0]
    print(f"{store}, seed {seed}: {kills} kills; reservations: {stages}, {ready} of them were ready")
    assert int(ready) > kills // 20, "hardly anything was ready between the kills: nothing was tested"


main()
