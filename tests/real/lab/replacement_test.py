#!/usr/bin/env python3
"""replacement_test.py ROLLOVER: the service on a lab of programs that we did not write (lab.sh): FRRouting behind ser2net, Open vSwitch, OpenSSH.
A router's console stops answering in the middle of an activation: another router takes its place, only its node is done again, the topology works,
and the router is in quarantine until it is tried again. Root only; without root it says so and is skipped (exit code 77)."""
import os
import signal
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))
sys.dont_write_bytecode = True
from real_lab import RealLab, Served, only_as_root  # noqa: E402

TRIANGLE = os.path.join(HERE, "triangle-ospf.xml")


class Silenced:
    """The console of a router as one that hears and says nothing."""

    def __init__(self, lab, router):
        with open(f"{lab.folder}/pid/console-{router}", encoding="utf-8") as file:
            self.pid = int(file.read())

    def __enter__(self):
        os.kill(self.pid, signal.SIGSTOP)
        return self

    def __exit__(self, *_):
        os.kill(self.pid, signal.SIGCONT)


def slow_triangle(lab):
    """With harmless lines, so that its typing takes a while."""
    text = open(TRIANGLE, encoding="utf-8").read()
    long = "".join(f"      ip route 198.51.{i // 250}.{i % 250}/32 blackhole\n" for i in range(60))
    path = lab.folder + "/slow.xml"
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace("    <config>\n", "    <config>\n" + long))
    return path


def touched(lab, activation):
    """How often each device was touched, by the journal."""
    import sqlite3
    with sqlite3.connect(f"file:{lab.folder}/state/journal.sqlite?mode=ro", uri=True) as db:
        rows = db.execute("SELECT kind, subject FROM record WHERE activation = ?", [int(activation[1:])]).fetchall()
    return {d: sum(1 for kind, subject in rows if subject == d and kind == "touching") for _, d in rows if d.startswith("r")}, rows


def in_quarantine(lab):
    return {d for d, why in lab.status()["unavailable"].get("real", {}).items() if "quarantine" in why}


def node_is_replaced(lab):
    with Served(lab, "--recheck", "5s") as service:
        made = service.run("reserve", slow_triangle(lab), "--earliest", "--for", "1h")
        before = made["pods"][0]["devices"]
        failing = before[1]
        typed = lambda: os.path.exists(f"{lab.folder}/state/activations/a1/transcripts/{failing}.cast") and \
            "blackhole" in open(f"{lab.folder}/state/activations/a1/transcripts/{failing}.cast", encoding="utf-8").read()
        service.until("the typing", typed, 120)
        with Silenced(lab, failing):
            show = lambda: service.run("show", made["id"])
            service.until("ready", lambda: show()["ready"] or show()["stage"] not in ("booked", "running"), 420)
            now = show()
            assert now["stage"] == "running" and now["ready"], now
            after = now["pods"][0]["devices"]
            assert failing not in after and len(set(before) & set(after)) == 2, (before, after)
            assert in_quarantine(lab) == {failing}, lab.status()
            times, rows = touched(lab, now["pods"][0]["activation"])
            assert all(times[d] == 1 for d in set(before) & set(after)), times
            assert ("replaced", failing) in rows, rows
            # The links lead to the one that took its place, whichever node it plays.
            for router in after:
                reached = sum(lab.pings(router, f"10.1.0.{i}") for i in (1, 2, 3))
                assert reached == 3, f"{router} reaches {reached} of the three"
            for i in (1, 2, 3):
                assert not lab.pings(failing, f"10.1.0.{i}", 1) or "10.1.0." in lab.exec(failing, "ip", "addr"), failing
        # It answers again: when its activation is over, it is tried again, and comes back clean.
        service.run("cancel", made["id"])
        service.until("the end", lambda: service.run("show", made["id"])["stage"] == "ended", 300)
        service.until("the way out of quarantine", lambda: not in_quarantine(lab), 300)
        print(f"  {failing} was replaced by {(set(after) - set(before)).pop()}, and came back clean")
    assert lab.do("switch"), "the switch says nothing"


def main():
    only_as_root()
    with RealLab(os.path.join(HERE, "lab.sh"), sys.argv[1]) as lab:
        node_is_replaced(lab)
    print("ok")


main()
