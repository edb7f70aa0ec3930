#!/usr/bin/env python3
"""serve_test.py ROLLOVER: the service in the simulated demo lab, as its users meet it: by the commands, by HTTP, by the line protocol;
and kill -9 in the middle of an activation. Every answer is held against the service's own OpenAPI file. Plain asserts; everything that is
started is ended, also when a check fails."""
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROLLOVER = os.path.abspath(sys.argv[1])
SOURCE = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
PORT = 19000
TRIANGLE = ["triangle.xml", "--for", "1h"]


class Lab:
    """The demo lab as simulators, and its service, in a folder of its own."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="rollover-serve-")
        subprocess.run([os.path.join(SOURCE, "tests/demo/make_lab.sh"), self.folder, str(PORT)], check=True)
        self.started = []
        self.sim = self.start("sim", "sim", "lab.xml", "--time-scale", "0.02", "--known-hosts", "demo-lab/known_hosts",
                              "--host-key", "host_key")
        self.wait("sim.log", "simulating")
        self.service, self.address = None, None

    def start(self, name, *arguments):
        with open(os.path.join(self.folder, name + ".log"), "ab") as log:
            started = subprocess.Popen([ROLLOVER, *arguments], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.started.append(started)
        return started

    def read(self, name):
        with open(os.path.join(self.folder, name), encoding="utf-8", errors="replace") as file:
            return file.read()

    def wait(self, name, text, count=1, patience=60):
        limit = time.monotonic() + patience
        while self.read(name).count(text) < count:
            assert time.monotonic() < limit, f"no {text!r} in {name}: {self.read(name)[-2000:]}"
            time.sleep(0.05)

    def serve(self, *more):
        starts = self.read("serve.log").count("serving at") if self.service else 0
        self.service = self.start("serve", "serve", "--lab", "lab.xml", "--state", "state", "--listen",
                                  self.address or "127.0.0.1:0", "--line-protocol", f"127.0.0.1:{PORT + 50}", *more)
        self.wait("serve.log", "serving at http://", starts + 1)
        self.address = self.read("serve.log").rsplit("serving at http://", 1)[1].split()[0]

    def run(self, *arguments, exit_code=0):
        done = subprocess.run([ROLLOVER, *arguments], cwd=self.folder, text=True, capture_output=True, timeout=120, check=False,
                              env=dict(os.environ, ROLLOVER_SERVICE="http://" + str(self.address), USER="eva"))
        assert done.returncode == exit_code, f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}\n{self.read('serve.log')[-3000:]}"
        return done.stdout + done.stderr

    def run_json(self, *arguments):
        return json.loads(self.run(*arguments, "--json"))

    def http(self, method, target, body=None, status=200):
        connection = http.client.HTTPConnection(self.address, timeout=60)
        try:
            connection.request(method, target, body=body if body is None or isinstance(body, str) else json.dumps(body),
                               headers={"Rollover-User": "jan"})
            answer = connection.getresponse()
            text = answer.read()
            assert answer.status == status, f"{method} {target}: {answer.status} {text}"
            out = json.loads(text)
        finally:
            connection.close()
        API.check(method, target.split("?")[0], answer.status, out)
        return out

    def line(self, text):
        with socket.create_connection(("127.0.0.1", PORT + 50), timeout=60) as with_service:
            with_service.sendall(text.encode())
            answer = b""
            while part := with_service.recv(4096):
                answer += part
        return answer.decode()

    def until(self, reservation, stage, patience=120):
        limit = time.monotonic() + patience
        while True:
            now = self.run_json("show", reservation)
            if now["stage"] == stage and (stage != "running" or now["ready"]):
                return now
            assert time.monotonic() < limit, f"{reservation} is not {stage}: {now}\n{self.read('serve.log')[-3000:]}"
            time.sleep(0.2)

    def end(self):
        for one in reversed(self.started):
            if one.poll() is None:
                one.terminate()
        for one in self.started:
            try:
                one.wait(60)
            except subprocess.TimeoutExpired:
                one.kill()
        shutil.rmtree(self.folder)


class OpenApi:
    """The service's description, and whether answers are as it says."""

    def __init__(self):
        with open(os.path.join(SOURCE, "engine/service/openapi.json"), encoding="utf-8") as file:
            self.all = json.load(file)
        self.seen = set()

    @staticmethod
    def is_at(path, target):
        mine, theirs = path.split("/"), target.split("/")
        return len(mine) == len(theirs) and all(a == b or a.startswith("{") for a, b in zip(mine, theirs))

    def check(self, method, target, status, value):
        paths = [path for path in self.all["paths"] if self.is_at(path, target)]
        if not paths or method.lower() not in self.all["paths"][paths[0]]:
            assert status in (404, 405), f"{method} {target} is not in openapi.json"
            self.fits(self.all["components"]["schemas"]["Error"], value, f"{method} {target}")
            return
        operation = self.all["paths"][paths[0]][method.lower()]
        self.seen.add(operation["operationId"])
        answers = operation["responses"]
        found = answers.get(str(status), answers["default"])
        if "$ref" in found:
            found = self.all["components"]["responses"][found["$ref"].rsplit("/", 1)[1]]
        self.fits(found["content"]["application/json"]["schema"], value, f"{method} {target}")

    def fits(self, schema, value, where):
        if "$ref" in schema:
            return self.fits(self.all["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], value, where)
        kinds = {"string": str, "integer": int, "boolean": bool, "object": dict, "array": list, "null": type(None)}
        wanted = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        assert isinstance(value, tuple(kinds[k] for k in wanted)), f"{where}: {value!r} is no {wanted}"
        assert "enum" not in schema or value in schema["enum"], f"{where}: {value!r}"
        if isinstance(value, dict) and "properties" in schema:
            for key in schema["required"]:
                assert key in value, f"{where}: no {key} in {value}"
            for key, inner in value.items():
                assert key in schema["properties"], f"{where}: {key} is not described"
                self.fits(schema["properties"][key], inner, f"{where}.{key}")
        if isinstance(value, list):
            for i, inner in enumerate(value):
                self.fits(schema["items"], inner, f"{where}[{i}]")
        return None


API = OpenApi()


def books_and_plays(lab):
    out = lab.run("reserve", *TRIANGLE, "--from", "now")
    assert "r1  booked  triangle" in out or "r1  running  triangle" in out, out
    assert "ready about" in out, out
    ready = lab.until("r1", "running")
    assert ready["owner"] == "eva" and len(ready["pods"][0]["devices"]) == 3, ready
    activation = ready["pods"][0]["activation"]
    assert activation == "a1", ready
    calendar = lab.run("calendar", "--for", "6h")
    assert "[r1-" in calendar and "r1 " in calendar, calendar
    one = lab.run("calendar", "--device", ready["pods"][0]["devices"][0])
    assert "triangle by eva" in one, one
    assert "r1  running" in lab.run("reservations"), lab.run("reservations")
    assert "No reservation stands" in lab.run("reservations", "--owner", "jan")
    longer = lab.run_json("extend", "r1", "--by", "30m")
    assert longer["until"] > ready["until"], longer
    assert "would end before it begins" in lab.run("extend", "r1", "--until", "2020-01-01 00:00", exit_code=2)
    # By hand nothing is taken from a reservation, neither its devices nor its activation.
    lab.run("activate", "triangle.xml", "--lab", "lab.xml", "--state", "state", exit_code=1)
    assert "works on" in lab.run("deactivate", activation, "--lab", "lab.xml", "--state", "state", exit_code=1)


def refuses_clearly(lab):
    assert "nonsense" in lab.run("reserve", *TRIANGLE, "--from", "now", "-p", "nonsense=1", exit_code=2)
    assert "is no time" in lab.run("reserve", *TRIANGLE, "--from", "tomorrow", exit_code=2)
    assert "is no length" in lab.run("reserve", "triangle.xml", "--for", "long", "--from", "now", exit_code=2)
    assert "--earliest" in lab.run("reserve", *TRIANGLE, exit_code=2)
    assert "may last" in lab.run("reserve", "triangle.xml", "--for", "9h", "--from", "now", exit_code=1)
    busy = lab.run("reserve", *TRIANGLE, "--from", "now", exit_code=1)
    assert "reserved by eva" in busy, busy
    assert "there is no reservation r77" in lab.run("show", "r77", exit_code=2)
    for body, status in (("{", 400), ("[]", 400), ({"for": "1h"}, 400), ({"topology": "<topology/>", "for": "1h"}, 400),
                         ({"topology": 7, "for": "1h"}, 400), ({"what": 1}, 400)):
        lab.http("POST", "/v1/reservations", body, status)
    lab.http("DELETE", "/v1/reservations/r77", status=404)
    lab.http("GET", "/v1/calendar?from=never", status=400)
    lab.http("GET", "/v1/nothing", status=404)
    lab.http("PUT", "/v1/reservations", status=405)


def second_services(lab):
    done = subprocess.run([ROLLOVER, "serve", "--lab", "lab.xml", "--state", "state", "--listen", "127.0.0.1:0"], cwd=lab.folder, text=True,
                          capture_output=True, timeout=60, check=False)
    assert done.returncode == 1 and "rollover serve runs already" in done.stderr, done
    done = subprocess.run([ROLLOVER, "serve", "--lab", "lab.xml", "--state", "other", "--listen", "0.0.0.0:0"], cwd=lab.folder, text=True,
                          capture_output=True, timeout=60, check=False)
    assert done.returncode == 2 and "--tls-certificate" in done.stderr and "--insecure" in done.stderr, done


def by_http(lab):
    health = lab.http("GET", "/v1/health")
    assert health["lab"] == "demo", health
    assert lab.http("GET", "/v1/ready")["ready"]
    with open(os.path.join(SOURCE, "engine/service/openapi.json"), encoding="utf-8") as file:
        assert lab.http("GET", "/v1/openapi.json") == json.load(file)
    with open(os.path.join(lab.folder, "two-routers.xml"), encoding="utf-8") as file:
        source = file.read()
    early = lab.http("POST", "/v1/reservations", {"topology": source, "for": "30m", "file": "two-routers.xml"}, 201)
    assert early["owner"] == "jan" and early["stage"] == "booked", early
    assert lab.http("GET", "/v1/reservations/" + early["id"])["id"] == early["id"]
    assert any(one["reservation"] == early["id"] for one in lab.http("GET", "/v1/calendar")["bookings"])
    lab.http("POST", f"/v1/reservations/{early['id']}/extend", {"by": "10m"})
    lab.http("POST", f"/v1/reservations/{early['id']}/extend", {"by": "10m", "until": "now"}, 400)
    assert lab.http("DELETE", "/v1/reservations/" + early["id"])["stage"] in ("cancelled", "ending")
    lab.http("GET", "/v1/reservations?all=true")
    assert "is in quarantine" in lab.run("quarantine", "r1", "--why", "its fan is broken")
    states = {one["name"]: one["condition"] for one in lab.http("GET", "/v1/devices")["devices"]}
    assert states["r1"] in ("quarantined", "in use"), states
    lab.http("POST", "/v1/devices/r1/release")
    lab.http("POST", "/v1/devices/r1/quarantine", {"why": "again"})
    lab.run("release", "r1", "--lab", "lab.xml", "--state", "state")
    lab.http("POST", "/v1/devices/r99/quarantine", {}, 404)
    entries = lab.http("GET", "/v1/entries?reservation=r1")["entries"]
    whats = [one["what"] for one in entries]
    assert whats[0] == "booked" and whats[1:4] == ["running", "begun", "ready"], whats
    lab.http("POST", "/v1/lab/reload")
    assert lab.http("GET", "/v1/topologies") == {"topologies": []}
    trail = lab.http("GET", "/v1/audit?user=jan")["entries"]
    assert trail and all(one["who"] == "jan" and one["peer"] == "127.0.0.1" for one in trail), trail
    missing = {op["operationId"] for path in API.all["paths"].values() for op in path.values()} - API.seen - {"events", "metrics"}
    assert not missing, f"described and never tried: {missing}"


def lines_of_text(lab):
    assert lab.line("STATUS\r\nresid:r1\r\nTransactionID: x-7\r\n\r\n") == "200 r1 running\nTransactionID:x-7\n"
    assert lab.line("status\n\n").startswith("200 "), lab.line("status\n\n")
    assert lab.line("reload\n\n") == "200 reloaded\n"
    assert lab.line("kill\nresid:r99\n\n").startswith("404 ")
    assert lab.line("dance\n\n").startswith("400 ")
    assert lab.line("status\nnonsense\n\n").startswith("400 ")
    assert "line protocol: status [x-7]: 200 r1 running" in lab.read("serve.log")


def watches(lab):
    watching = lab.start("watch", "watch", "--service", "http://" + lab.address)
    lab.wait("watch.log", "ready")
    lab.run("cancel", "r1")
    over = lab.until("r1", "ended")
    assert "cancelled by eva" in over["why"], over
    lab.wait("watch.log", "r1 ended")
    watching.send_signal(signal.SIGINT)
    assert watching.wait(30) == 0
    assert "erasing" in lab.read("watch.log"), "steps of devices are told too"


def killed_in_the_middle(lab):
    lab.run("reserve", *TRIANGLE, "--from", "now")
    booked = lab.run_json("reservations")["reservations"][-1]["id"]
    limit = time.monotonic() + 60
    while not lab.run_json("show", booked)["pods"][0]["activation"]:
        assert time.monotonic() < limit
        time.sleep(0.05)
    time.sleep(0.5)
    lab.service.kill()
    lab.service.wait()
    lab.serve()
    ready = lab.until(booked, "running")
    assert "taken back" in json.dumps(lab.http("GET", "/v1/entries?reservation=" + booked)), "it was interrupted"
    # A service that ends leaves what is handed over; the next one takes it over and ends it.
    lab.service.terminate()
    assert lab.service.wait(60) == 0
    assert "ready" in lab.run("status", "--state", "state"), "the activation stands"
    lab.serve()
    lab.until(booked, "running")
    assert lab.run_json("show", booked)["pods"][0]["activation"] == ready["pods"][0]["activation"]
    assert lab.line(f"deactivate\nresid:{booked}\n\n").startswith("200 ")
    lab.until(booked, "ended")
    assert "No activation stands" in lab.run("status", "--state", "state")


def reloads(lab):
    lab.run("reserve", *TRIANGLE, "--from", "+3h")
    booked = lab.run_json("reservations")["reservations"][-1]
    device = booked["pods"][0]["devices"][0]
    path = os.path.join(lab.folder, "lab.xml")
    whole = lab.read("lab.xml")
    start = whole.index(f'<device name="{device}"')
    with open(path, "w", encoding="utf-8") as file:
        file.write(whole[:start] + whole[whole.index("</device>", start) + len("</device>"):])
    refused = lab.run("lab", "reload", exit_code=1)
    assert booked["id"] in refused and device in refused, refused
    lab.run("cancel", booked["id"])
    assert "read anew" in lab.run("lab", "reload")
    assert device not in [one["name"] for one in lab.http("GET", "/v1/devices")["devices"]]
    with open(path, "w", encoding="utf-8") as file:
        file.write("<lab")
    lab.service.send_signal(signal.SIGHUP)
    lab.wait("serve.log", "lab.xml:")
    with open(path, "w", encoding="utf-8") as file:
        file.write(whole)
    lab.service.send_signal(signal.SIGHUP)
    lab.wait("serve.log", "the lab was read anew")
    assert device in [one["name"] for one in lab.http("GET", "/v1/devices")["devices"]]


def tokens_are_needed_where_it_says_so(lab):
    """Of every operation: without a token, with one that is none, and with one, as openapi.json describes it."""
    lab.run("user", "add", "olga", "--role", "operator", "--state", "state")
    token = json.loads(lab.run("user", "token", "olga", "--state", "state", "--json"))["token"]
    assert API.all["components"]["securitySchemes"]["token"] == {**API.all["components"]["securitySchemes"]["token"], "type": "http", "scheme": "bearer"}
    for path, operations in API.all["paths"].items():
        for method, operation in operations.items():
            target = path.replace("{id}", "r999").replace("{name}", "r999")
            needed = operation.get("security", API.all["security"]) != []
            assert needed == ("401" in operation["responses"]), path
            for authorization in (None, "Basic eDp5", "Bearer rollover_t1_" + "A" * 43, "Bearer " + token):
                connection = http.client.HTTPConnection(lab.address, timeout=60)
                connection.request(method.upper(), target, headers={"Authorization": authorization} if authorization else {})
                answer = connection.getresponse()
                closed = needed and authorization != "Bearer " + token
                assert (answer.status == 401) == closed, (method, path, authorization, answer.status)
                if closed:
                    assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="rollover"')
                    API.check(method.upper(), target, 401, json.loads(answer.read()))
                connection.close()
    assert lab.line("status\n\n").startswith("401 ")
    assert lab.line(f"status\nToken:{token}\n\n").startswith("200 ")


def main():
    lab = Lab()
    try:
        lab.serve("--longest", "8h", "--most-open", "5")
        for step in (books_and_plays, refuses_clearly, second_services, by_http, lines_of_text, watches, killed_in_the_middle, reloads,
                     tokens_are_needed_where_it_says_so):
            begun = time.monotonic()
            step(lab)
            print(f"{step.__name__}: {time.monotonic() - begun:.1f} s", flush=True)
    finally:
        lab.end()
    print("ok")


if __name__ == "__main__":
    main()
