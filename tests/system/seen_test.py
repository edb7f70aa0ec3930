#!/usr/bin/env python3
"""seen_test.py ROLLOVER BUILD: the service as an operator and his machine see it: installed, run by a user who is not root, under a manager
that speaks systemd's protocol (played here, over the same socket), its unit file judged by systemd's own tools, its metrics by Prometheus's
own parser, its log line by line as JSON, its readiness when the database is gone. Plain asserts."""
import contextlib
import http.client
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "real"))
import sandbox  # noqa: E402
import serve_test  # noqa: E402

NOBODY = 65534
BUILD = os.path.abspath(sys.argv[2])


class Manager:
    """systemd's part: the socket at which it hears its services."""

    def __init__(self):
        self.path = sandbox.path("notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        os.chmod(self.path, 0o777)
        self.heard = []
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while message := self.socket.recv(4096):
            self.heard += message.decode().splitlines()

    def until(self, what, patience=60):
        """Waits for a message, and forgets what came before it."""
        limit = time.monotonic() + patience
        while what not in self.heard:
            assert time.monotonic() < limit, f"no {what}, but {self.heard}"
            time.sleep(0.02)
        del self.heard[:self.heard.index(what) + 1]


class Lab(serve_test.Lab):
    """The service runs as nobody, with a state folder of its own, under `manager`; the log is apart from what is said on standard output."""

    def __init__(self, manager):
        self.manager = manager
        super().__init__()
        os.chmod(self.folder, 0o755)
        self.state = sandbox.path("state")
        os.mkdir(self.state, 0o700)
        os.chown(self.state, NOBODY, NOBODY)

    def start(self, name, *arguments):
        if name != "serve":
            return super().start(name, *arguments)
        as_nobody = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--no-new-privs", "--bounding-set=-all"]
        environment = {"NOTIFY_SOCKET": self.manager.path, "WATCHDOG_USEC": "1000000", "PATH": os.environ["PATH"], "HOME": "/nonexistent"}
        with open(os.path.join(self.folder, "serve.log"), "ab") as log, open(os.path.join(self.folder, "serve.json"), "ab") as lines:
            started = subprocess.Popen([*as_nobody, serve_test.ROLLOVER, *arguments], cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=lines,
                                       env=environment)
        self.started.append(started)
        return started

    def serve(self):
        self.service = self.start("serve", "serve", "--lab", os.path.join(self.folder, "lab.xml"), "--state", self.state, "--listen", "127.0.0.1:0",
                                  "--json-log")
        self.wait("serve.log", "serving at http://")
        self.address = self.read("serve.log").rsplit("serving at http://", 1)[1].split()[0].split('"')[0]

    def get(self, target):
        connection = http.client.HTTPConnection(self.address, timeout=60)
        try:
            connection.request("GET", target)
            answer = connection.getresponse()
            return answer.status, answer.getheader("Content-Type"), answer.read().decode()
        finally:
            connection.close()

    def metrics(self):
        """The values, by series; what Prometheus's own tool has to say first."""
        status, kind, text = self.get("/metrics")
        assert status == 200 and kind == "text/plain; version=0.0.4; charset=utf-8", (status, kind)
        judged = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, check=False)
        assert judged.returncode == 0, f"{judged.stdout}{judged.stderr}\n{text}"
        return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if not line.startswith("#")}


def installed_and_judged():
    """The installation in a prefix that everybody can read; its unit file, by systemd's own tools."""
    prefix = sandbox.path("prefix")
    sandbox.run("cmake", "--install", BUILD, "--prefix", prefix, "--strip", timeout=300)
    serve_test.ROLLOVER = os.path.join(prefix, "bin", "rollover")
    unit = os.path.join(prefix, "lib/systemd/system/rollover.service")
    with open(unit, encoding="utf-8") as file:
        assert f"ExecStart={prefix}/bin/rollover serve" in file.read()
    judged = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    said = [line for line in (judged.stdout + judged.stderr).splitlines() if "rollover" in line]
    assert judged.returncode == 0 and not said, f"{judged.returncode} {judged.stdout}{judged.stderr}"
    # 0 is closed, 10 is open; Debian's own network services are at 8 to 9.6.
    judged = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=25", unit], capture_output=True, text=True, check=False)
    assert judged.returncode == 0, judged.stdout + judged.stderr
    print(judged.stdout.strip().splitlines()[-1])
    users = os.path.join(prefix, "lib/sysusers.d/rollover.conf")
    root = sandbox.path("root")
    os.makedirs(os.path.join(root, "etc"))
    with open(os.path.join(root, "etc/group"), "w", encoding="ascii") as file:
        file.write("root:x:0:\ndialout:x:20:\n")
    sandbox.run("systemd-sysusers", "--root", root, users)
    with open(os.path.join(root, "etc/passwd"), encoding="ascii") as file:
        assert "rollover:" in file.read()
    with open(os.path.join(root, "etc/group"), encoding="ascii") as file:
        assert "dialout:x:20:rollover" in file.read()


def serves_as_nobody(lab, manager):
    lab.serve()
    manager.until("READY=1")
    manager.until("WATCHDOG=1")
    with open(f"/proc/{lab.service.pid}/status", encoding="ascii") as file:
        assert f"Uid:\t{NOBODY}\t{NOBODY}\t{NOBODY}\t{NOBODY}" in file.read()
    assert lab.get("/v1/health")[0] == 200 and lab.get("/v1/ready")[0] == 200
    before = lab.metrics()
    assert before['rollover_devices{condition="in use"}'] == 0 and before['rollover_devices{condition="free"}'] > 3, before
    assert before['rollover_activations{phase="ready"}'] == 0 and before["rollover_ready_lateness_seconds_count"] == 0, before
    lab.run("reserve", *serve_test.TRIANGLE, "--from", "now")
    lab.until("r1", "running")
    now = lab.metrics()
    assert now['rollover_activations{phase="ready"}'] == 1 and now['rollover_reservations{stage="running"}'] == 1, now
    assert now['rollover_devices{condition="in use"}'] == 3, now
    assert now["rollover_ready_lateness_seconds_count"] == 1 and now["rollover_start_lateness_seconds_count"] == 1, now
    assert now['rollover_database_call_seconds_count{store="journal"}'] > 10 and now["rollover_http_connections"] == 1, now
    assert now['rollover_failures_total{kind="activation"}'] == 0 and now["rollover_scheduler_attended"] == 1, now
    assert abs(now["rollover_scheduler_last_look_timestamp_seconds"] - time.time()) < 60, now
    assert any(one.startswith('rollover_build_info{version="') for one in now), now
    manager.until("WATCHDOG=1")


def events_wake_at_once(lab):
    """What this process writes is told without waiting for the next look at the database; how fast is printed, not asserted."""
    connection = http.client.HTTPConnection(lab.address, timeout=60)
    connection.request("GET", "/v1/events?after=1000000")
    answer = connection.getresponse()
    connection.close()
    connection = http.client.HTTPConnection(lab.address, timeout=60)
    last = json.loads(lab.get("/v1/entries")[2])["entries"][-1]["number"]
    connection.request("GET", f"/v1/events?after={last}")
    answer = connection.getresponse()
    took = []
    for turn in range(5):
        begun = time.monotonic()
        lab.http("POST", "/v1/devices/r6/" + ("quarantine" if turn % 2 == 0 else "release"))
        while b"quarantined" not in (line := answer.fp.readline()) and b"released" not in line:
            assert line, "the stream has ended"
        took.append(time.monotonic() - begun)
    connection.close()
    lab.http("POST", "/v1/devices/r6/release")
    print("an entry was at its reader after " + ", ".join(f"{1000 * one:.0f}" for one in took) + " ms")


def reloads_and_says_so(lab, manager):
    manager.heard.clear()
    lab.service.send_signal(signal.SIGHUP)
    manager.until("RELOADING=1")
    manager.until("READY=1")


def a_scheduler_that_hangs_is_not_alive(lab, manager):
    """The whole process is stopped: no beat comes, so systemd would end it."""
    lab.service.send_signal(signal.SIGSTOP)
    time.sleep(0.5)
    manager.heard.clear()
    time.sleep(2)
    assert "WATCHDOG=1" not in manager.heard, manager.heard
    lab.service.send_signal(signal.SIGCONT)
    manager.until("WATCHDOG=1")


def without_its_database_it_is_not_ready(lab, manager):
    lab.run("cancel", "r1")
    lab.until("r1", "ended")
    with contextlib.closing(sqlite3.connect(os.path.join(lab.state, "journal.sqlite"))) as database:
        for table in ("entry", "booking", "pod", "reservation"):
            database.execute("DROP TABLE " + table)
        database.commit()
    sandbox.wait_until("it says that it is not ready", lambda: lab.get("/v1/ready")[0] == 503)
    status, _, text = lab.get("/v1/ready")
    assert status == 503 and json.loads(text)["ready"] is False, text
    assert lab.get("/v1/health")[0] == 200, "it lives"
    assert lab.metrics()['rollover_database_errors_total{store="calendar"}'] > 0
    manager.until("WATCHDOG=1")


def ends_and_says_so(lab, manager):
    lab.service.terminate()
    manager.until("STOPPING=1")
    assert lab.service.wait(60) == 0
    for name in ("serve.json", "serve.log"):
        lines = lab.read(name).splitlines()
        assert lines, name
        for line in lines:
            one = json.loads(line)
            assert set(one) == {"time", "level", "activation", "device", "text"} and one["level"] in ("debug", "info", "warning", "error"), line


def main():
    sandbox.enter("setpriv", "promtool", "systemd-analyze", "systemd-sysusers")
    manager = Manager()
    installed_and_judged()
    tempfile.tempdir = sandbox.FOLDER
    lab = Lab(manager)
    try:
        serves_as_nobody(lab, manager)
        events_wake_at_once(lab)
        reloads_and_says_so(lab, manager)
        a_scheduler_that_hangs_is_not_alive(lab, manager)
        without_its_database_it_is_not_ready(lab, manager)
        ends_and_says_so(lab, manager)
    finally:
        lab.end()
    print("ok")


main()
