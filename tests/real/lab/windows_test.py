#!/usr/bin/env python3
"""windows_test.py ROLLOVER: two reservations one after the other on the same routers, by `rollover serve` alone, in a lab of programs that we did not
write (lab.sh). Each is ready at its time; its pings pass in its window, and none of them outside of what its devices were held for. Root only; without
root it says so and is skipped (exit code 77)."""
import datetime
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))
sys.dont_write_bytecode = True
from real_lab import RealLab, Served, only_as_root  # noqa: E402

ROUTERS = ["r1", "r2", "r3"]


def triangle_on_them(lab):
    text = open(os.path.join(HERE, "triangle-ospf.xml"), encoding="utf-8").read()
    for node, router in zip("ABC", ROUTERS):
        text = text.replace(f'<node name="{node}">', f'<node name="{node}"><require device="{router}"/>')
    path = lab.folder + "/windows.xml"
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def second(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def reached(lab, net):
    """Of the six ways between the three routers of topology `net`, those that a ping gets through."""
    return {(i, j) for i in (1, 2, 3) for j in (1, 2, 3) if i != j and lab.pings(ROUTERS[i - 1], f"10.{net}.0.{j}", 1)}


def watch(lab, service, ids):
    """Pings until both are over. Result: for each topology, (begin, end, ways reached) of each look."""
    looks = {net: [] for net in ids}
    limit = time.monotonic() + 900
    while any(service.run("show", one)["stage"] in ("booked", "running") for one in ids.values()):
        assert time.monotonic() < limit, [service.run("show", one) for one in ids.values()]
        for net in ids:
            began = time.time()
            ways = reached(lab, net)
            looks[net].append((began, time.time(), ways))
        time.sleep(2)  # what looks without a pause takes the machine from the lab
    return looks


def main():
    only_as_root()
    with RealLab(os.path.join(HERE, "lab.sh"), sys.argv[1]) as lab, Served(lab) as service:
        file = triangle_on_them(lab)
        # What is measured in a first run is what the times of the others rest on.
        tried = service.run("reserve", file, "--from", "now", "--for", "1h", "-p", "net=9")
        service.until("the first run", lambda: service.run("show", tried["id"])["ready"], 300)
        service.run("cancel", tried["id"])
        ids = {net: service.run("reserve", file, "--earliest", "--for", "45s", "-p", f"net={net}")["id"] for net in (1, 2)}
        looks = watch(lab, service, ids)
        for net, one in ids.items():
            now = service.run("show", one)
            assert now["stage"] == "ended" and now["pods"][0]["devices"] == ROUTERS, now
            assert now["late_s"] <= 0, f"{one} was ready {now['late_s']} s after its time: {now}"
            held, window = (second(now["typing_from"]), second(now["clean_by"])), (second(now["from"]), second(now["until"]))
            inside = [ways for began, ended, ways in looks[net] if began >= window[0] and ended < window[1]]
            outside = [ways for began, ended, ways in looks[net] if ended < held[0] or began >= held[1]]
            assert len(inside) >= 2 and outside, (now, looks[net])
            assert all(len(ways) == 6 for ways in inside), (now, looks[net])
            assert not any(outside), (now, looks[net])
            print(f"  {one}: ready {-now['late_s']} s before its time; all six pings in each of {len(inside)} looks inside, none in {len(outside)} outside")
        first, then = (service.run("show", ids[net]) for net in (1, 2))
        assert first["clean_by"] <= then["typing_from"], (first, then)
        assert lab.status() == {"activations": [], "unavailable": {}}, lab.status()
    print("ok")


main()
