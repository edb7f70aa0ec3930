"""A cross-connect starts anew in the middle, without what the engine has put there: its joins come back."""
import json

from real_lab import last_line, nodes_of
from sites_lab import CHAIN, CROSS_CONNECTS
from topologies import chain_works


def long_chain(lab):
    """The chain with harmless lines, so that its typing takes a while."""
    with open(CHAIN, encoding="utf-8") as file:
        text = file.read()
    padding = "".join(f"      ip route 198.51.{i // 250}.{i % 250}/32 blackhole\n" for i in range(60))
    path = lab.folder + "/long-chain.xml"
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace("      interface ${A.ha}\n", padding + "      interface ${A.ha}\n"))
    return path


def in_the_middle(lab, path):
    """Both, while a router is typed at. The checks of the chain need the joins."""
    process = lab.start("activate", path, "--json")
    said = []
    for line in process.stdout:
        said.append(line)
        event = json.loads(line)
        if event.get("stage") == "typing" and event["lines_typed"] >= 10:
            break
    else:
        raise AssertionError((said, process.communicate()))
    while lab.joins() != (3, 3):
        assert process.poll() is None, process.communicate()
    assert not any('"stage":"checking"' in line for line in said)
    for cross_connect in CROSS_CONNECTS:
        lab.do("restart", cross_connect)
    assert lab.joins() == (0, 0), lab.joins()
    out, _ = lab.finish(process)
    activation, where = nodes_of(last_line(out))
    assert lab.joins() == (3, 3), lab.joins()
    chain_works(lab, where)
    return activation, where


def mended(lab, activation):
    out, _ = lab.run("mend", activation, "--json")
    report = json.loads(out)
    assert report["looked_at"] == 6 and report["problems"] == [], report
    return [(one["activation"], one["cross_connect"], one["join"]) for one in report["mended"]]


def when_ready(lab, activation, where, cross_connect):
    assert mended(lab, activation) == []
    lab.do("restart", cross_connect)
    assert not lab.pings(where["H"], "10.1.4.2", 1) and not lab.pings(where["G"], "10.1.1.2", 1)
    links = {"xc1": ("ab", "bc", "ha"), "xc2": ("bc", "cd", "dg")}[cross_connect]
    again = mended(lab, activation)
    assert sorted(again) == [(activation, cross_connect, f"{activation}/{link}") for link in links], again
    assert lab.joins() == (3, 3), lab.joins()
    # The routers may have found their neighbours dead meanwhile; they find them again within seconds.
    for _ in range(30):
        if lab.pings(where["H"], "10.1.4.2"):
            break
    chain_works(lab, where)


def restarts(lab):
    before = lab.standing()
    path = long_chain(lab)
    activation, where = in_the_middle(lab, path)
    for cross_connect in CROSS_CONNECTS:
        when_ready(lab, activation, where, cross_connect)
    lab.run("deactivate", activation)
    lab.nothing_of_ours(before)
