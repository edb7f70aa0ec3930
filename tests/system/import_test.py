#!/usr/bin/env python3
"""import_test.py ROLLOVER: rollover lab import as an operator meets it. A lab that ships is told as a table of cables and comes back as the same
lab; every example of docs/import.md does what the guide says; exit codes, JSON, and files that are already there."""
import csv
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET

ROLLOVER = os.path.abspath(sys.argv[1])
SOURCE = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))


def run(folder, *arguments):
    done = subprocess.run([ROLLOVER, *arguments], cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout, done.stderr


def write(folder, name, text):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.write(text)


def read(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        return file.read()


def facts(root):
    """What is cabled to what, whatever the order of the file."""
    found = set()
    for site in root.iter("site"):
        for device in site.findall("device"):
            name = device.get("name")
            found.add(("device", site.get("name"), name, device.get("platform"), device.get("model")))
            found.add(("console", name, device.find("console").get("line"), device.find("console").get("baud", "9600")))
            for interface in device.findall("interface"):
                port = interface.find("switch-port")
                found.add(("interface", name, interface.get("name"), interface.get("type", "ethernet"),
                           None if port is None else (port.get("switch"), port.get("port"), port.get("vlan"))))
        for converter in site.findall("converter"):
            for line in converter.findall("line"):
                found.add(("line", converter.get("name"), converter.get("host"), converter.get("protocol"), line.get("number"), line.get("port")))
        for switch in site.findall("switch"):
            for trunk in switch.findall("trunk"):
                found.add(("trunk", switch.get("name"), switch.get("platform"), trunk.get("port"), trunk.get("cross-connect"), trunk.get("cross-connect-port")))
        for host in site.findall("cross-connect"):
            found.add(("cross-connect", host.get("name"), host.get("bridge")))
    for medium in list(root.iter("wire")) + list(root.iter("segment")):
        found.add((medium.tag, frozenset((end.get("device"), end.get("interface")) for end in medium)))
    return found


def table_of(root):
    """The cables of a lab as somebody would keep them in a spreadsheet."""
    rows = []
    for site in root.iter("site"):
        converters = {c.get("name"): c for c in site.findall("converter")}
        for device in site.findall("device"):
            name, number = device.find("console").get("line").split("/", 1)
            line = [one for one in converters[name] if one.get("number") == number][0]
            rows.append({"a-device": device.get("name"), "a-port": "console", "a-kind": "device", "a-platform": device.get("platform"),
                         "a-model": device.get("model", ""), "b-device": name, "b-port": number, "b-kind": "converter",
                         "b-address": converters[name].get("host"), "protocol": converters[name].get("protocol"), "tcp-port": line.get("port"),
                         "baud": device.find("console").get("baud", ""), "type": "console", "site": site.get("name")})
            for interface in device.findall("interface"):
                for port in interface.findall("switch-port"):
                    rows.append({"a-device": device.get("name"), "a-port": interface.get("name"), "b-device": port.get("switch"),
                                 "b-port": port.get("port"), "b-kind": "switch", "vlan": port.get("vlan"), "site": site.get("name")})
        hosts = {x.get("name"): x for x in site.findall("cross-connect")}
        for switch in site.findall("switch"):
            for trunk in switch.findall("trunk"):
                rows.append({"a-device": switch.get("name"), "a-port": trunk.get("port"), "a-kind": "switch", "a-platform": switch.get("platform"),
                             "b-device": trunk.get("cross-connect"), "b-port": trunk.get("cross-connect-port"), "b-kind": "cross-connect",
                             "bridge": hosts[trunk.get("cross-connect")].get("bridge"), "site": site.get("name")})
        for wire in site.findall("wire"):
            a, b = wire.findall("end")
            rows.append({"a-device": a.get("device"), "a-port": a.get("interface"), "b-device": b.get("device"), "b-port": b.get("interface"),
                         "label": wire.get("name"), "site": site.get("name")})
        for segment in site.findall("segment"):
            for end in segment.findall("end"):
                rows.append({"a-device": end.get("device"), "a-port": end.get("interface"), "b-device": segment.get("name"), "b-kind": "segment",
                             "site": site.get("name")})
    names = sorted({key for row in rows for key in row})
    text = io.StringIO()
    table = csv.DictWriter(text, names, restval="")
    table.writeheader()
    table.writerows(rows)
    return text.getvalue()


def a_lab_comes_back_from_its_table(folder):
    original = ET.parse(os.path.join(SOURCE, "topologies/demo-lab.xml")).getroot()
    write(folder, "cables.csv", table_of(original))
    code, out, err = run(folder, "lab", "import", "--from", "csv", "cables.csv", "--name", "demo", "-o", "lab.xml")
    assert (code, out, err) == (0, "", ""), (code, out, err)
    code, _, err = run(folder, "check", "lab.xml")
    assert code == 0, err
    subprocess.run(["xmllint", "--noout", "--schema", os.path.join(SOURCE, "topologies/schema/lab.xsd"), os.path.join(folder, "lab.xml")],
                   check=True, capture_output=True)
    drafted, known = facts(ET.parse(os.path.join(folder, "lab.xml")).getroot()), facts(original)
    assert len(known) > 40, known
    assert drafted == known, (drafted - known, known - drafted)


def a_file_is_never_replaced(folder):
    write(folder, "mine.xml", "kept")
    code, out, err = run(folder, "lab", "import", "--from", "csv", "cables.csv", "-o", "mine.xml")
    assert (code, out) == (2, "") and "mine.xml: error: it cannot be written" in err, (code, out, err)
    assert read(folder, "mine.xml") == "kept"


def wrong_input_makes_no_draft(folder):
    write(folder, "bad.csv", "a-device,a-port,b-device,b-port\nr1,e0,r2\n")
    code, out, err = run(folder, "lab", "import", "--from", "csv", "bad.csv", "-o", "new.xml")
    assert (code, out) == (2, "") and err.startswith("bad.csv:2: error: 3 fields, but the header has 4"), (code, out, err)
    assert not os.path.exists(os.path.join(folder, "new.xml"))
    code, out, err = run(folder, "lab", "import", "--from", "csv", "missing.csv")
    assert (code, out) == (2, "") and err.startswith("missing.csv: error: it cannot be read"), (code, out, err)
    code, out, err = run(folder, "lab", "import", "--from", "csv", "cables.csv", "--name", "no good")
    assert (code, out) == (2, ""), (code, out, err)
    code, out, err = run(folder, "lab", "import", "--from", "csv", ".")
    assert (code, out) == (2, "") and "it cannot be read" in err, (code, out, err)


def json_tells_the_same(folder):
    write(folder, "part.csv", "a-device,a-port,a-kind,b-device,b-port\nr1,e0,device,r2,e0\n")
    code, out, err = run(folder, "lab", "import", "--from", "csv", "part.csv", "--json")
    report = json.loads(out)
    assert (code, err) == (1, "") and report["xml"].startswith("<?xml"), (code, out, err)
    assert {(one["file"], one["line"]) for one in report["incomplete"]} == {("part.csv", 2)}, report
    code, text, err = run(folder, "lab", "import", "--from", "csv", "part.csv")
    assert code == 1 and text == report["xml"] and len(err.splitlines()) == len(report["incomplete"]), (text, err)


def the_guide_says_what_happens(folder):
    """docs/import.md: a block ```KIND FILE is a file, and ```console is a session: after `$ ` what is typed, then what is answered."""
    folder = os.path.join(folder, "guide")
    os.mkdir(folder)
    text = read(os.path.join(SOURCE, "docs"), "import.md")
    sessions = 0
    for first, body in re.findall(r"^```(\S+(?: \S+)?)\n(.*?)^```$", text, re.M | re.S):
        if " " in first:
            write(folder, first.split()[1], body)
        elif first == "console":
            for session in re.findall(r"^\$ rollover (.*)\n((?:(?!\$ ).*\n)*)", body, re.M):
                _, out, err = run(folder, *session[0].split())
                assert out + err == session[1], f"docs/import.md: $ rollover {session[0]}\n{out}{err}"
                sessions += 1
    assert sessions >= 3, sessions


def main():
    with tempfile.TemporaryDirectory(prefix="rollover-import-") as folder:
        for check in (a_lab_comes_back_from_its_table, a_file_is_never_replaced, wrong_input_makes_no_draft, json_tells_the_same,
                      the_guide_says_what_happens):
            print(check.__name__, flush=True)
            check(folder)


main()
