#!/usr/bin/env python3
"""who_may_test.py ROLLOVER: who may do what, and over which wire: `rollover serve` with users and TLS, against curl, OpenSSL's s_client and
Python's ssl as clients, and `rollover` as a client."""
import http.client
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
sys.dont_write_bytecode = True
import sandbox  # noqa: E402

SOURCE = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
ROLLOVER = os.path.abspath(sys.argv[1])
HERE, OTHER, PORT, LINES = "192.0.2.1", "192.0.2.2", 7443, 7444
URL = f"https://{HERE}:{PORT}"
TOKENS = {}


def rollover(*arguments, exit_code=0, who=None, **more):
    """The program as a user runs it: nothing of his environment but what is given."""
    environment = {"PATH": os.environ["PATH"], "HOME": sandbox.path("home"), "USER": who or "root", "ROLLOVER_STATE": sandbox.path("state"),
                   "ROLLOVER_SERVICE": URL, "ROLLOVER_CA": sandbox.path("ca.crt"), **more}
    if who in TOKENS:
        environment["ROLLOVER_TOKEN"] = TOKENS[who]
    done = subprocess.run([ROLLOVER, *arguments], env=environment, cwd=sandbox.path("lab"), capture_output=True, text=True, timeout=60,
                          check=False)
    log = sandbox.read("serve.log")[-1500:] if os.path.exists(sandbox.path("serve.log")) else ""
    assert done.returncode == exit_code, f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}\n{log}"
    return done.stdout + done.stderr if exit_code else done.stdout


def curl(*arguments, code=0, who=None, cacert="ca.crt", body=False):
    """Status and body, or curl's own exit code."""
    words = ["curl", "--silent", "--show-error", "--max-time", "20", "--cacert", sandbox.path(cacert), "-w", "\n%{http_code}"]
    if who:
        words += ["-H", "Authorization: Bearer " + TOKENS.get(who, who)]
    done = subprocess.run([*words, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == code, (arguments, done.returncode, done.stdout[-500:], done.stderr)
    text, _, status = done.stdout.rpartition("\n")
    return text if body else status


def certificate(name, serial, names):
    sandbox.run("openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=service", "-keyout",
                sandbox.path(name + ".key"), "-out", sandbox.path(name + ".csr"))
    with open(sandbox.path("names"), "w", encoding="ascii") as file:
        file.write("subjectAltName=" + names)
    sandbox.run("openssl", "x509", "-req", "-in", sandbox.path(name + ".csr"), "-CA", sandbox.path("ca.crt"), "-CAkey", sandbox.path("ca.key"),
                "-set_serial", str(serial), "-days", "2", "-extfile", sandbox.path("names"), "-out", sandbox.path(name + ".crt"))
    os.chmod(sandbox.path(name + ".key"), 0o600)


def prepare():
    for address in (HERE, OTHER):
        sandbox.run("ip", "address", "add", address + "/32", "dev", "lo")
    sandbox.run(os.path.join(SOURCE, "tests/demo/make_lab.sh"), sandbox.path("lab"), "21000")
    os.makedirs(sandbox.path("home/.config/rollover"))
    os.mkdir(sandbox.path("offered"))
    for name in ("two-routers.xml", "triangle.xml"):
        os.link(os.path.join(sandbox.path("lab"), name), os.path.join(sandbox.path("offered"), name))
    sandbox.run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                "/CN=authority", "-keyout", sandbox.path("ca.key"), "-out", sandbox.path("ca.crt"))
    certificate("service", 1001, f"IP:{HERE},IP:127.0.0.1,DNS:lab.example")


def users_are_made():
    assert "There is no user" in rollover("user", "list")
    for name, role in (("olga", "operator"), ("jan", "author"), ("eva", "user"), ("petr", "user")):
        assert name + " is a user" in rollover("user", "add", name, "--role", role)
        TOKENS[name] = rollover("user", "token", name).strip()
        assert TOKENS[name].startswith("rollover_t"), TOKENS[name]
    assert "already" in rollover("user", "add", "eva", "--role", "operator", exit_code=2)
    assert "no name of a user" in rollover("user", "add", "a b", "--role", "user", exit_code=2)
    rollover("user", "add", "x", "--role", "king", exit_code=2)
    assert "no user" in rollover("user", "token", "nobody", exit_code=2)
    gone = json.loads(rollover("user", "token", "eva", "--expires", "1h", "--json"))
    assert "lets nobody in" in rollover("user", "revoke", gone["id"])
    TOKENS["revoked"] = gone["token"]
    TOKENS["expired"] = rollover("user", "token", "eva", "--expires", "1s").strip()
    listed = json.loads(rollover("user", "list", "--json"))["users"]
    assert [one["name"] for one in listed] == ["eva", "jan", "olga", "petr"], listed
    assert not any(token.split("_", 2)[2] in json.dumps(listed) for token in TOKENS.values())
    for name in os.listdir(sandbox.path("state")):
        with open(os.path.join(sandbox.path("state"), name), "rb") as file:
            everything = file.read()
        assert not any(token.split("_", 2)[2].encode() in everything for token in TOKENS.values()), name


def serve(*more, wait=True, listen=f"{HERE}:{PORT}", state="state", tls=True):
    words = ["--tls-certificate", sandbox.path("service.crt"), "--tls-key", sandbox.path("service.key")] if tls else []
    service = sandbox.start("serve", ROLLOVER, "serve", "--lab", "lab.xml", "--state", sandbox.path(state), "--listen", listen, "--topologies",
                            sandbox.path("offered"), *words, *more, cwd=sandbox.path("lab"))
    if wait:
        before = sandbox.read("serve.log").count("serving at")
        sandbox.wait_until("the service is up", lambda: sandbox.read("serve.log").count("serving at") > before)
    return service


def stop(service):
    service.terminate()
    assert service.wait(30) == 0


def it_does_not_listen_in_the_clear():
    service = serve(wait=False, tls=False)
    assert service.wait(30) == 2
    assert "without TLS whoever is on the way reads the tokens" in sandbox.read("serve.log")
    service = serve("--insecure", tls=False)
    assert "--insecure" in sandbox.read("serve.log")
    assert curl(f"http://{HERE}:{PORT}/v1/devices") == "401"
    assert "for everybody to read" in rollover("reservations", "--service", f"http://{HERE}:{PORT}", who="eva", exit_code=2)
    assert "No reservation" in rollover("reservations", "--service", f"http://{HERE}:{PORT}", "--insecure", who="eva")
    stop(service)


def curl_is_let_in_by_its_token():
    assert curl(URL + "/v1/health") == "200"
    assert curl(URL + "/v1/devices") == "401"
    head = curl("--include", URL + "/v1/devices", body=True)
    assert "WWW-Authenticate: Bearer realm=\"rollover\"\n" in head.replace("\r", ""), head
    sandbox.wait_until("the token of one second is over", lambda: curl(URL + "/v1/devices", who="expired") != "200")
    for who in ("revoked", "expired", "nonsense", TOKENS["eva"][:-1], TOKENS["eva"] + "x", TOKENS["eva"].replace("_t", "_t9")):
        head = curl("--include", URL + "/v1/devices", who=who, body=True)
        assert "401 Unauthorized" in head and "error=\"invalid_token\"" in head, (who, head)
    for who in ("olga", "jan", "eva"):
        assert curl(URL + "/v1/devices", who=who) == "200"
    # Two tokens: which one counts would depend on who reads.
    assert curl("-H", "Authorization: Bearer " + TOKENS["olga"], URL + "/v1/devices", who="eva") == "401"


def only_tls_of_today():
    assert curl("--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0", URL + "/v1/health", code=35) is not None
    for version, flag in (("TLSv1.2", "-tls1_2"), ("TLSv1.3", "-tls1_3")):
        done = subprocess.run(["openssl", "s_client", "-connect", f"{HERE}:{PORT}", flag, "-CAfile", sandbox.path("ca.crt"), "-verify_return_error",
                               "-verify_ip", HERE, "-alpn", "h2,http/1.1", "-ign_eof"], capture_output=True, text=True, timeout=30, check=False,
                              input="GET /v1/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        said = done.stdout + done.stderr
        assert "Verify return code: 0 (ok)" in said and "ALPN protocol: http/1.1" in said and version in said, said[-3000:]
        assert "HTTP/1.1 200 OK" in said and '"alive": true' in said, said[-3000:]
    for flags in (["-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"], ["-tls1_2", "-cipher", "AES128-SHA"], ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA"]):
        done = subprocess.run(["openssl", "s_client", "-connect", f"{HERE}:{PORT}", *flags], capture_output=True, text=True, timeout=30,
                              check=False, stdin=subprocess.DEVNULL)
        assert done.returncode != 0 and "Cipher is (NONE)" in done.stdout, (flags, done.stdout)
    subprocess.run(["curl", "--silent", "--max-time", "5", f"http://{HERE}:{PORT}/v1/health"], check=False)
    sandbox.wait_until("what is no TLS is told", lambda: f"no TLS with {HERE}" in sandbox.read("serve.log"))


def certificates_are_checked():
    assert curl("--resolve", f"lab.example:{PORT}:{HERE}", f"https://lab.example:{PORT}/v1/health") == "200"
    curl("--resolve", f"evil.example:{PORT}:{HERE}", f"https://evil.example:{PORT}/v1/health", code=60)
    curl(URL + "/v1/health", cacert="other.crt", code=60)
    assert "is not trusted" in rollover("reservations", who="eva", ROLLOVER_CA="", exit_code=1)
    assert "is not trusted" in rollover("reservations", "--ca", sandbox.path("other.crt"), who="eva", exit_code=1)
    assert "No reservation stands" in rollover("reservations", who="eva")
    assert "nobody serves" in rollover("reservations", "--service", f"https://127.0.0.1:{PORT + 9}", who="eva", exit_code=1)
    with socket.create_server(("127.0.0.1", PORT + 8)) as no_tls:
        threading.Thread(target=lambda: no_tls.accept()[0].sendall(b"SSH-2.0-OpenSSH_9.2\r\n"), daemon=True).start()
        assert "is this an https address" in rollover("reservations", "--service", f"https://127.0.0.1:{PORT + 8}", who="eva", exit_code=1)


def python_keeps_its_connection():
    context = ssl.create_default_context(cafile=sandbox.path("ca.crt"))
    connection = http.client.HTTPSConnection(HERE, PORT, context=context, timeout=20)
    for _ in range(3):
        connection.request("GET", "/v1/reservations", headers={"Authorization": "bearer " + TOKENS["eva"]})
        answer = connection.getresponse()
        assert answer.status == 200 and json.loads(answer.read()) == {"reservations": []}
        first = connection.sock.getsockname()
    assert connection.sock.getsockname() == first
    big = json.dumps({"topology": "x" * 3_000_000, "for": "1h"})
    connection.request("POST", "/v1/reservations", body=big, headers={"Authorization": "Bearer " + TOKENS["jan"]})
    assert connection.getresponse().status == 400
    connection.close()


class Between:
    """Counts the connections that go through it."""

    def __init__(self, port):
        self.count, self.listening = 0, socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            came, _ = self.listening.accept()
            self.count += 1
            there = socket.create_connection((HERE, PORT))
            for a, b in ((came, there), (there, came)):
                threading.Thread(target=self.pass_on, args=(a, b), daemon=True).start()

    @staticmethod
    def pass_on(a, b):
        try:
            while data := a.recv(65536):
                b.sendall(data)
            b.shutdown(socket.SHUT_WR)
        except OSError:
            pass


def commands_keep_their_connection():
    between = Between(PORT + 9)
    calendar = rollover("calendar", "--service", f"https://127.0.0.1:{PORT + 9}", who="eva")
    assert "r1 " in calendar and between.count == 1, (between.count, calendar)


def the_token_is_kept_well():
    file = sandbox.path("home/.config/rollover/token")
    with open(file, "w", encoding="ascii") as out:
        out.write(TOKENS["eva"] + "\n")
    os.chmod(file, 0o640)
    assert "others can read this token" in rollover("reservations", exit_code=2)
    os.chmod(file, 0o600)
    assert "No reservation stands" in rollover("reservations")
    watching = subprocess.Popen([ROLLOVER, "watch"], env={"HOME": sandbox.path("home"), "ROLLOVER_SERVICE": URL, "ROLLOVER_CA": sandbox.path("ca.crt")},
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(f"/proc/{watching.pid}/cmdline", "rb") as words:
        assert b"rollover_t" not in words.read()
    watching.kill()
    watching.wait()
    os.unlink(file)
    assert "a token is needed" in rollover("reservations", exit_code=1)
    assert "is no token" in rollover("reservations", exit_code=2, ROLLOVER_TOKEN="secret")


def everybody_does_what_he_may():
    assert rollover("topologies", who="eva").split() == ["triangle", "two-routers"]
    assert "only an author may bring" in rollover("reserve", "triangle.xml", "--from", "+2h", "--for", "1h", who="eva", exit_code=1)
    assert "no topology pentagon is offered" in rollover("reserve", "pentagon", "--from", "+2h", "--for", "1h", who="eva", exit_code=2)
    hers = json.loads(rollover("reserve", "two-routers", "--from", "+2h", "--for", "1h", "--json", who="eva"))
    assert hers["owner"] == "eva", hers
    assert "only an operator may book for somebody else" in rollover("reserve", "two-routers", "--from", "+4h", "--for", "1h", "--owner", "petr",
                                                                     who="eva", exit_code=1)
    his = json.loads(rollover("reserve", "triangle.xml", "--from", "+6h", "--for", "1h", "--json", who="jan"))
    assert his["owner"] == "jan"
    assert "by eva" in rollover("reservations", who="eva") and "jan" not in rollover("reservations", "--all", who="eva")
    missing = rollover("show", "r999", who="eva", exit_code=2)
    assert rollover("show", his["id"], who="eva", exit_code=2) == missing.replace("r999", his["id"])
    for command in (["cancel", his["id"]], ["extend", his["id"], "--by", "5m"]):
        assert rollover(*command, who="eva", exit_code=2) == missing.replace("r999", his["id"]), command
    device = his["pods"][0]["devices"][0]
    seen = rollover("calendar", "--device", device, "--for", "12h", who="eva")
    assert "somebody else" in seen and "jan" not in seen and his["id"] not in seen, seen
    assert "triangle by jan" in rollover("calendar", "--device", device, "--for", "12h", who="olga")
    for command in (["quarantine", device], ["lab", "reload"], ["audit-log"]):
        for who in ("eva", "jan"):
            assert "only an operator may" in rollover(*command, who=who, exit_code=1), command
    rollover("extend", his["id"], "--by", "5m", who="olga")
    rollover("cancel", his["id"], who="olga")
    rollover("extend", hers["id"], "--by", "5m", who="eva")
    rollover("lab", "reload", who="olga")
    return hers["id"]


def lines_need_a_token_too(id):
    def say(text):
        context = ssl.create_default_context(cafile=sandbox.path("ca.crt"))
        with context.wrap_socket(socket.create_connection((HERE, LINES), timeout=20), server_hostname=HERE) as line:
            line.sendall(text.encode())
            said = b""
            while piece := line.recv(4096):
                said += piece
        return said.decode()

    assert say("status\n\n").startswith("401 a token is needed")
    assert say("status\nToken:rollover_t1_x\nTransactionID:7\n\n").startswith("401 ")
    assert say(f"status\nresid:{id}\nToken:{TOKENS['eva']}\nTransactionID:7\n\n") == f"200 {id} booked\nTransactionID:7\n"
    assert say(f"status\nresid:{id}\nToken:{TOKENS['petr']}\n\n").startswith("404 there is no reservation")
    assert say(f"kill\nresid:{id}\ntoken: {TOKENS['petr']}\n\n").startswith("404 there is no reservation")
    assert say(f"reload\nToken:{TOKENS['eva']}\n\n").startswith("403 only an operator may reload")
    assert say(f"reload\nToken:{TOKENS['olga']}\n\n") == "200 reloaded\n"
    assert say(f"status\nToken:{TOKENS['petr']}\n\n") == "200 0 booked 0 running 0 ending\n"
    done = subprocess.run(["openssl", "s_client", "-connect", f"{HERE}:{LINES}", "-CAfile", sandbox.path("ca.crt"), "-quiet", "-ign_eof"],
                          input=f"kill\nresid:{id}\nToken:{TOKENS['eva']}\n\n", capture_output=True, text=True, timeout=30, check=False)
    assert f"200 {id} cancelled" in done.stdout, done


def all_of_it_is_written_down(id):
    log = rollover("audit-log", "--json", who="olga")
    entries = json.loads(log)["entries"]
    seen = {(one["who"], one["what"], one["reservation"] or one["subject"], bool(one["token"]), one["peer"]) for one in entries}
    for wanted in (("eva", "booked", id, True, HERE), ("eva", "moved", id, True, HERE), ("eva", "cancelled", id, True, HERE),
                   ("olga", "reloaded", "", True, HERE), ("root", "user added", "eva", False, ""), ("root", "token made", "t1", False, ""),
                   ("eva", "refused", "POST /v1/lab/reload", True, HERE), ("eva", "refused", "reload ", True, HERE),
                   ("petr", "refused", "change " + id, True, HERE), ("", "not let in", "t5", False, HERE)):
        assert wanted in seen, (wanted, sorted(seen))
    refused = json.loads(rollover("audit-log", "--json", "--refused", "--user", "eva", who="olga"))["entries"]
    assert refused and {(one["who"], one["what"]) for one in refused} == {("eva", "refused")}, refused
    assert "refused" in rollover("audit-log", "--since", "2020-01-01 00:00", "--refused", who="olga")
    assert rollover("audit-log", "--until", "2020-01-01 00:00", who="olga") == ""
    for token in TOKENS.values():
        assert token.split("_", 2)[2] not in log + sandbox.read("serve.log")


def a_revoked_token_is_out_at_once():
    token = json.loads(rollover("user", "token", "petr", "--json"))
    TOKENS["gone"] = token["token"]
    listening = subprocess.Popen(["curl", "--silent", "--no-buffer", "--cacert", sandbox.path("ca.crt"), "-H",
                                  "Authorization: Bearer " + TOKENS["gone"], URL + "/v1/events"], stdout=subprocess.DEVNULL)
    assert curl(URL + "/v1/devices", who="gone") == "200"
    rollover("user", "revoke", token["id"])
    assert curl(URL + "/v1/devices", who="gone") == "401"
    assert listening.wait(30) == 0, "its stream of events ends"
    rollover("user", "remove", "petr")
    assert curl(URL + "/v1/devices", who="petr") == "401"


def serial_of(name):
    done = subprocess.run(["openssl", "s_client", "-connect", name], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=20, check=False)
    return sandbox.run("openssl", "x509", "-noout", "-serial", text=done.stdout).strip()


def certificates_are_renewed(service):
    where = f"{HERE}:{PORT}"
    assert serial_of(where) == "serial=03E9"
    certificate("next", 2002, f"IP:{HERE},IP:127.0.0.1")
    for kind in ("crt", "key"):
        os.replace(sandbox.path("next." + kind), sandbox.path("service." + kind))
    assert serial_of(where) == "serial=03E9", "nothing changes by itself"
    service.send_signal(signal.SIGHUP)
    sandbox.wait_until("the new certificate", lambda: serial_of(where) == "serial=07D2")
    assert serial_of(f"{HERE}:{LINES}") == "serial=07D2"
    sandbox.write("service.crt", "nothing")
    assert "service.crt" in rollover("lab", "reload", who="olga", exit_code=2)
    assert serial_of(where) == "serial=07D2" and curl(URL + "/v1/health") == "200"


def many_connections_of_one_address():
    silent = [socket.create_connection((HERE, PORT), source_address=(HERE, 0)) for _ in range(80)]
    # Nobody else feels it.
    assert curl("--interface", OTHER, URL + "/v1/health") == "200"
    busy = curl("--interface", HERE, "--include", URL + "/v1/health", body=True)
    assert "503 Service Unavailable" in busy and "Retry-After: 1" in busy, busy
    # Who does not even shake hands is closed, after ten seconds.
    for one in silent:
        one.settimeout(30)
        try:
            assert one.recv(100) == b""
        except ConnectionResetError:
            pass
        one.close()
    assert curl("--interface", HERE, URL + "/v1/health") == "200"


def too_often_is_too_often():
    service = serve("--client-rate", "0.01")  # one at once, and the next one in 100 s
    assert curl(URL + "/v1/reservations", who="eva") == "200"
    assert curl(URL + "/v1/reservations", who="eva") == "429"
    assert "Retry-After: " in curl("--include", URL + "/v1/reservations", who="eva", body=True)
    assert curl(URL + "/v1/reservations", who="jan") == "200"
    stop(service)


def without_users_this_machine_operates():
    service = serve("--line-protocol", f"127.0.0.1:{LINES}", listen=f"127.0.0.1:{PORT}", state="fresh", tls=False)
    assert "whoever comes from this machine is an operator" in sandbox.read("serve.log")
    local = f"http://127.0.0.1:{PORT}"
    assert "read anew" in rollover("lab", "reload", "--service", local)
    rollover("user", "add", "olga", "--role", "operator", "--state", sandbox.path("fresh"))
    assert "a token is needed" in rollover("lab", "reload", "--service", local, exit_code=1)
    token = rollover("user", "token", "olga", "--state", sandbox.path("fresh")).strip()
    assert "read anew" in rollover("lab", "reload", "--service", local, ROLLOVER_TOKEN=token)
    stop(service)
    # On other addresses nobody is believed, users or not.
    service = serve(state="third")
    assert curl(URL + "/v1/devices") == "401"
    assert "there is no user yet" in rollover("reservations", exit_code=1)
    stop(service)


def main():
    sandbox.enter("curl", "openssl")
    prepare()
    sandbox.run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=other",
                "-keyout", sandbox.path("other.key"), "-out", sandbox.path("other.crt"))
    users_are_made()
    it_does_not_listen_in_the_clear()
    service = serve("--line-protocol", f"{HERE}:{LINES}")
    curl_is_let_in_by_its_token()
    only_tls_of_today()
    certificates_are_checked()
    python_keeps_its_connection()
    commands_keep_their_connection()
    the_token_is_kept_well()
    id = everybody_does_what_he_may()
    lines_need_a_token_too(id)
    all_of_it_is_written_down(id)
    a_revoked_token_is_out_at_once()
    many_connections_of_one_address()
    certificates_are_renewed(service)
    stop(service)
    certificate("service", 3003, f"IP:{HERE}")
    too_often_is_too_often()
    without_users_this_machine_operates()
    print("ok")


main()
