#!/usr/bin/env python3
"""at_test.py ROLLOVER: reservations that Debian's at begins and ends. atd runs here with a spool of its own; no service runs while it works.
Then the service and the jobs together: what was handed to at the service leaves alone, what the service changes it attends to itself."""
import json
import os
import pwd
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "system"))
import sandbox  # noqa: E402
import serve_test  # noqa: E402

HERE = ["--lab", "lab.xml", "--state", "state"]


def start_atd():
    """Debian's layout, in a tmpfs: /var/spool/cron/atjobs belongs to daemon, with a file that counts."""
    daemon = pwd.getpwnam("daemon")
    for name in ("atjobs", "atspool"):
        folder = "/var/spool/cron/" + name
        sandbox.run("mount", "-t", "tmpfs", "-o", f"mode=1770,uid={daemon.pw_uid},gid={daemon.pw_gid}", "tmpfs", folder)
    counter = "/var/spool/cron/atjobs/.SEQ"
    with open(counter, "w", encoding="ascii"):
        pass
    os.chmod(counter, 0o600)
    os.chown(counter, daemon.pw_uid, daemon.pw_gid)
    # Its sessions by PAM need a login service that a sandbox does not have.
    sandbox.write("pam", "auth required pam_permit.so\naccount required pam_permit.so\nsession required pam_permit.so\n", 0o644)
    sandbox.run("mount", "--bind", sandbox.path("pam"), "/etc/pam.d/atd")
    sandbox.start("atd", sandbox.find("atd"), "-f")
    sandbox.wait_until("atd", lambda: os.path.exists("/run/atd.pid"))


def jobs():
    return sorted(line.split()[0] for line in sandbox.run("atq").splitlines())


def stop_service(lab):
    lab.service.terminate()
    assert lab.service.wait(60) == 0


def at_begins_and_ends(lab):
    booked = lab.run_json("reserve", "triangle.xml", "--from", "+3m", "--for", "70s")
    stop_service(lab)
    said = lab.run("schedule", booked["id"], "--via", "at", *HERE)
    assert "begins reservation r1 at" in said and len(jobs()) == 2, said
    assert "have reservation r1 already" in lab.run("schedule", "r1", "--via", "at", *HERE, exit_code=1)
    spooled = "".join(open(os.path.join("/var/spool/cron/atjobs", name), encoding="utf-8").read()
                      for name in os.listdir("/var/spool/cron/atjobs") if name.startswith("a"))
    assert "attend 'r1' --until-ready" in spooled and "a-secret" not in spooled, spooled
    # A service that comes back leaves it alone, and shows who has it.
    lab.serve()
    shown = lab.run_json("show", "r1")
    assert shown["via"] == "at " + " ".join(jobs()) and shown["stage"] == "booked", shown
    lab.until("r1", "running", 240)
    assert lab.read("state/at.log").count("Reservation r1 is running, ready.") == 1 or lab.wait("state/at.log", "r1 is running, ready") is None
    ready = lab.run_json("show", "r1")
    print(f"ready {ready['late_s']} s after its time")
    activation = ready["pods"][0]["activation"]
    assert "ready" in lab.run("status", "--state", "state")
    stop_service(lab)
    lab.wait("state/at.log", "Reservation r1 is ended.", patience=240)
    assert "No activation stands" in lab.run("status", "--state", "state") and not jobs()
    assert "taken over" not in lab.read("serve.log") and activation == "a1"
    lab.serve()
    over = lab.run_json("show", "r1")
    assert over["stage"] == "ended", over


def what_the_service_changes_it_attends_to(lab):
    booked = lab.run_json("reserve", "two-routers.xml", "--from", "+3h", "--for", "1h")["id"]
    lab.run("schedule", booked, "--via", "at", *HERE)
    assert len(jobs()) == 2
    assert "The service attends to" in lab.run("schedule", booked, "--via", "serve", *HERE)
    assert not jobs() and lab.run_json("show", booked)["via"] == ""
    lab.run("schedule", booked, "--via", "at", *HERE)
    lab.run("extend", booked, "--by", "10m")
    assert not jobs() and lab.run_json("show", booked)["via"] == ""
    lab.run("schedule", booked, "--via", "at", *HERE)
    assert lab.run_json("cancel", booked)["stage"] == "cancelled"
    assert not jobs()
    assert "is over (cancelled)" in lab.run("attend", booked, *HERE) + lab.run("schedule", booked, "--via", "serve", *HERE, exit_code=2)
    soon = lab.run_json("reserve", "two-routers.xml", "--from", "+30s", "--for", "1h")["id"]
    assert "begins within 90 s" in lab.run("schedule", soon, "--via", "at", *HERE, exit_code=1)
    assert f"The service attends to reservation {soon}" in lab.run("attend", soon, *HERE)
    lab.run("cancel", soon)
    assert "there is no reservation r99" in lab.run("schedule", "r99", "--via", "at", *HERE, exit_code=2)
    whats = [one["what"] for one in json.loads(json.dumps(lab.http("GET", "/v1/entries?reservation=" + booked)))["entries"]]
    assert whats.count("handed over") == 3 and whats.count("taken back") == 2, whats


def main():
    sandbox.enter("atd", "at", "atq")
    tempfile.tempdir = sandbox.FOLDER
    os.environ["LAB_PASSWORD"] = "a-secret"
    start_atd()
    lab = serve_test.Lab()
    try:
        lab.serve()
        for step in (at_begins_and_ends, what_the_service_changes_it_attends_to):
            begun = time.monotonic()
            step(lab)
            print(f"{step.__name__}: {time.monotonic() - begun:.1f} s", flush=True)
    finally:
        lab.end()
    print("ok")


if __name__ == "__main__":
    main()
