#!/usr/bin/env python3
"""cli_test.py ROLLOVER: the shipped program in the simulated demo lab, as an operator meets it: exit codes, JSON, Ctrl-C, SIGTERM, and
kill -9 in the middle. Plain asserts; everything that is started is ended, also when a check fails."""
import itertools
import json
import os
import pty
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROLLOVER = os.path.abspath(sys.argv[1])
SOURCE = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
PORT = 26000


class Lab:
    """The demo lab as simulators, in a folder of its own."""

    def __init__(self, port, time_scale="0.02", *more):
        self.folder = tempfile.mkdtemp(prefix="rollover-cli-")
        subprocess.run([os.path.join(SOURCE, "tests/demo/make_lab.sh"), self.folder, str(port)], check=True)
        self.log = open(os.path.join(self.folder, "sim.log"), "w+", encoding="utf-8")
        self.sim = subprocess.Popen(
            [ROLLOVER, "sim", "lab.xml", "--time-scale", time_scale, "--known-hosts", "demo-lab/known_hosts",
             "--host-key", "host_key", *more], cwd=self.folder, stdout=self.log, stderr=subprocess.STDOUT)
        for _ in range(200):
            with open(self.log.name, encoding="utf-8") as log:
                if "simulating" in log.read():
                    return
            if self.sim.poll() is not None:
                break
            time.sleep(0.05)
        with open(self.log.name, encoding="utf-8") as log:
            raise RuntimeError("the simulators did not start: " + log.read())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sim.terminate()
        code = self.sim.wait(20)
        self.log.close()
        shutil.rmtree(self.folder)
        assert code == 0, f"rollover sim ended with {code}"

    def start(self, *arguments):
        env = dict(os.environ, ROLLOVER_LAB="lab.xml", ROLLOVER_STATE="state")
        return subprocess.Popen([ROLLOVER, *arguments], cwd=self.folder, env=env, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self, *arguments):
        process = self.start(*arguments)
        out, err = process.communicate(timeout=180)
        return process.returncode, out, err

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write(text)

    def status(self):
        code, out, err = self.run("status", "--json")
        assert code == 0, err
        return json.loads(out)


def wait_for(process, stage):
    """Reads JSON lines until a device is at `stage`."""
    for line in process.stdout:
        event = json.loads(line)
        if event.get("stage") == stage:
            return
    raise AssertionError(f"it ended before it was {stage}: {process.stderr.read()}")


def slow_topology(lines=400):
    text = "\n".join(f"       description line {i} of a long configuration" for i in range(lines))
    return f"""<topology name="slow"><node name="A"><require platform="cisco-ios"/><config>
      interface ${{A.l}}
{text}
</config></node><node name="B"><require platform="cisco-ios"/></node>
<link name="l"><end node="A"/><end node="B"/></link></topology>"""


PAIR = """<topology name="pair"><node name="A"><require platform="cisco-ios"/></node>
<node name="B"><require platform="cisco-ios"/></node>
<link name="l" via="cross-connect"><end node="A"/><end node="B"/></link></topology>"""


def activate_and_deactivate(lab):
    code, out, err = lab.run("activate", "two-routers.xml", "--json", "-p", "pod=7")
    assert code == 0, out + err
    last = json.loads(out.splitlines()[-1])
    assert last["event"] == "ready" and last["activation"] == "a1", last
    assert {n["node"] for n in last["nodes"]} == {"A", "B"}
    assert all(g["too_short"] == 0 for g in last["gaps"].values()), last["gaps"]
    folder = os.path.join(lab.folder, "state/activations/a1")
    configurations = "".join(open(os.path.join(folder, "configurations", f), encoding="utf-8").read()
                             for f in os.listdir(os.path.join(folder, "configurations")))
    assert "ip address 10.7.0.1 255.255.255.0" in configurations
    transcripts = "".join(open(os.path.join(folder, "transcripts", f), encoding="utf-8").read()
                          for f in os.listdir(os.path.join(folder, "transcripts")))
    assert "hostname A" in transcripts
    (standing,) = lab.status()["activations"]
    assert {d["condition"] for d in standing["devices"]} == {"in use"}, standing
    code, out, err = lab.run("status", "--lines", "--json")
    used = [line for line in json.loads(out)["lines"] if line["characters"] > 0]
    assert code == 0 and len(used) == len(standing["devices"]), out + err
    assert all(line["gap_ms"]["min"] > 0 and line["repairs"] == 0 for line in used), out
    assert "learned" in lab.run("status", "--lines")[1]
    code, out, err = lab.run("deactivate", "a1")
    assert code == 0, out + err
    assert lab.status() == {"activations": [], "unavailable": {}}, lab.status()
    code, out, err = lab.run("status", "a1")
    assert code == 0 and "ended" in out, out + err
    code, out, err = lab.run("deactivate", "a1")
    assert code == 0 and "had ended already" in out, out + err


def replay_plays_transcripts(lab):
    folder = os.path.join(lab.folder, "state/activations/a1/transcripts")
    casts = sorted(os.listdir(folder))
    assert len(casts) == 2 and all(name.endswith(".cast") for name in casts), casts
    said = ""
    for name in casts:
        code, out, err = lab.run("replay", os.path.join(folder, name))
        assert code == 0 and err == "", err
        said += out
    assert "hostname A" in said and "show running-config" in said, said[-2000:]
    assert not set(said) & set(map(chr, [*range(7), 7, *range(11, 13), *range(14, 32), *range(127, 160)])), "a control"
    with open(os.path.join(folder, casts[0]), encoding="ascii") as file:  # plain ASCII: safe to look at with anything
        header = json.loads(file.readline())
        assert header["version"] == 2 and header["title"].startswith("device "), header
        assert {json.loads(line)[1] for line in file} <= {"o", "i", "m"}


def replay_of_a_bad_file_is_exit_2(lab):
    lab.write("bad.cast", '{"version": 2, "width": 80, "height": 24}\n[0, "o", "fine\\r\\n"]\n[1, "o"\n')
    code, out, err = lab.run("replay", "bad.cast")
    assert code == 2 and out == "fine\n" and "bad.cast:3" in err, (code, out, err)
    for name in ("nothing.cast", ".", "lab.xml"):
        code, _, err = lab.run("replay", name)
        assert code == 2 and name in err, (name, code, err)
    lab.write("old.cast", '{"version": 1}\n')
    assert "version 2" in lab.run("replay", "old.cast")[2]
    assert lab.run("replay", "bad.cast", "--speed", "0")[0] == 2


def replay_on_a_terminal(lab):
    """In real time; what the device aims at the terminal is shown, colours pass, Ctrl-C ends it."""
    lab.write("hostile.cast", '{"version": 2, "width": 80, "height": 24}\n'
              '[0.01, "o", "\\u001b]0;title\\u0007\\u001b[2J\\u001b[31mred\\r\\n"]\n[0.02, "m", "a remark"]\n'
              '[600, "o", "much later"]\n')
    ours, theirs = pty.openpty()
    process = subprocess.Popen([ROLLOVER, "replay", "--remarks", "hostile.cast"], cwd=lab.folder, stdout=theirs,
                               stderr=subprocess.PIPE)
    os.close(theirs)
    shown = b""
    while b"a remark" not in shown:
        shown += os.read(ours, 4096)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    try:
        while more := os.read(ours, 4096):
            shown += more
    except OSError:
        pass  # the other side of the terminal is closed
    os.close(ours)
    assert process.returncode == 3, (process.returncode, err)
    assert b"^[]0;title^G^[[2J\x1b[31mred" in shown and shown.rstrip().endswith(b"\x1b[0m"), shown
    assert b"much later" not in shown, shown
    code, out, err = lab.run("replay", "--plain", "hostile.cast")
    assert code == 0 and out == "^[]0;title^G^[[2J^[[31mred\nmuch later", (code, out, err)


def what_is_forbidden_is_exit_2(lab):
    with open(os.path.join(lab.folder, "lab.xml"), encoding="utf-8") as file:
        text = file.read()
    site = text.index("<site ")
    lab.write("strict.xml", text[:site] + '<forbid platform="cisco-ios" command="ip http server" because="it is watched"/>\n  ' + text[site:])
    lab.write("typed.xml", PAIR.replace(
        '<node name="A"><require platform="cisco-ios"/>',
        '<parameter name="more" default="no ip http server"/>\n<node name="A"><require platform="cisco-ios"/><config>\n  ${more}\n  do show version\n</config>'))
    assert lab.run("check", "strict.xml", "typed.xml")[0] == 0
    forbidden = lab.run("plan", "typed.xml", "--lab", "strict.xml", "-p", "more=ip http serv")
    assert forbidden[0] == 2 and "typed.xml:3:3" in forbidden[2] and "'ip http server' is forbidden: it is watched" in forbidden[2], forbidden
    assert lab.run("activate", "typed.xml", "--lab", "strict.xml", "-p", "more=x\rip http server")[0] == 2
    with open(os.path.join(lab.folder, "typed.xml"), encoding="utf-8") as file:
        lab.write("wrong.xml", file.read().replace("do show version", "do ip  http  ser"))
    code, _, err = lab.run("check", "strict.xml", "wrong.xml")
    assert code == 2 and "wrong.xml:4:3" in err and "it is watched" in err and "      |   ^" in err, err
    assert lab.run("check", "wrong.xml")[0] == 0  # what is forbidden is the lab's


def wrong_input_is_exit_2(lab):
    lab.write("bad.xml", "<topology name='x'>\n  <nod name='A'/>\n</topology>\n")
    code, out, err = lab.run("check", "bad.xml")
    assert code == 2 and "bad.xml:2:" in err and "node" in err, err
    assert '    2 |   <nod name=' in err and "      |   ^" in err, err  # the line, and a caret under the mistake
    assert lab.run("activate", "bad.xml")[0] == 2
    assert lab.run("activate", "two-routers.xml", "-p", "pot=7")[0] == 2
    assert lab.run("deactivate", "a99")[0] == 2
    assert lab.run("nonsense")[0] == 2
    assert lab.run("--help")[0] == 0
    for command in ("check", "place", "plan", "draw", "activate", "deactivate", "status", "release", "type", "replay", "sim"):
        code, out, _ = lab.run(command, "--help")
        assert code == 0 and "xit codes" in out, command


def devices_of(placement):
    return {n["node"]: n["device"] for n in placement["nodes"]}


def copies_of_a_topology_are_placed_together(lab):
    lab.write("routers.xml", PAIR)
    code, out, err = lab.run("place", "routers.xml", "--copies", "2", "--json")
    assert code == 0, out + err
    copies = json.loads(out)["copies"]
    used = [device for copy in copies for device in devices_of(copy).values()]
    assert len(copies) == 2 and len(set(used)) == 4, out
    code, out, err = lab.run("place", "routers.xml", "--copies", "2")
    assert code == 0 and "copy 1 of 2\n" in out and "copy 2 of 2\n" in out, out + err
    code, out, err = lab.run("place", "routers.xml", "--most")
    most = int(re.search(r"^(\d+) copies fit; one more does not: .", out, re.M).group(1))
    assert code == 0 and most >= 2 and out.count(f" of {most}\n") == most, out + err
    assert lab.run("place", "routers.xml", "--copies", str(most))[0] == 0
    code, out, err = lab.run("place", "routers.xml", "--copies", str(most + 1))
    assert code == 1 and out == "" and err != "", out + err
    for wrong in (("--copies", "0"), ("--copies", "2", "--most"), ("--most", "--explain"), ("--keep", "x.json")):
        assert lab.run("place", "routers.xml", *wrong)[0] == 2, wrong


def one_node_of_a_placement_is_placed_anew(lab):
    lab.write("routers.xml", PAIR)
    before = lab.run("place", "routers.xml", "--json")[1]
    lab.write("kept.json", before)
    before = json.loads(before)
    code, out, err = lab.run("place", "routers.xml", "--keep", "kept.json", "--replace", "B", "--json")
    assert code == 0, out + err
    after = json.loads(out)
    was, now = devices_of(before), devices_of(after)
    assert now["A"] == was["A"] and now["B"] != was["B"], (was, now)
    assert after["links"][0]["ends"][0] == before["links"][0]["ends"][0], (before, after)
    lab.write("kept.json", out)
    assert devices_of(json.loads(lab.run("place", "routers.xml", "--keep", "kept.json", "--replace", "A", "--json")[1])
                      )["B"] == now["B"], "what was printed can be kept again"
    for text, words in (("no json", "not JSON"), (out.replace('"A"', '"Z"'), "node Z"),
                        (out.replace(now["A"], now["B"]), "two nodes"), (out.replace('"node": "A",', "", 1), "nodes[0]"),
                        (out.replace(now["B"], "r99"), "device r99")):
        lab.write("kept.json", text)
        code, _, err = lab.run("place", "routers.xml", "--keep", "kept.json", "--replace", "B")
        assert code == 2 and words in err and "kept.json" in err, (words, err)
    lab.write("kept.json", out)
    code, _, err = lab.run("place", "routers.xml", "--keep", "kept.json", "--replace", "C")
    assert code == 2 and "no node C" in err and "A, B" in err, err
    code, _, err = lab.run("place", "routers.xml", "--keep", "no-such.json", "--replace", "B")
    assert code == 2 and "no-such.json" in err, err


def a_placement_stays_close_to_an_earlier_one(lab):
    lab.write("routers.xml", PAIR)
    lab.write("first.json", lab.run("place", "routers.xml", "--json")[1])
    other = lab.run("place", "routers.xml", "--keep", "first.json", "--replace", "B", "--json")[1]
    lab.write("other.json", other)
    code, out, err = lab.run("place", "routers.xml", "--like", "other.json", "--json")
    assert code == 0 and devices_of(json.loads(out)) == devices_of(json.loads(other)), out + err
    code, out, err = lab.run("place", "routers.xml", "--like", "other.json", "--effort", "0", "--json")
    assert code == 0 and devices_of(json.loads(out)) != devices_of(json.loads(other)), "without effort the first one is taken"
    lab.write("other.json", other.replace("r", "x"))
    code, _, err = lab.run("place", "routers.xml", "--like", "other.json")
    assert code == 2 and "other.json" in err, err
    for wrong in (("--effort", "-1"), ("--like", "first.json", "--most"), ("--explain", "--effort", "5")):
        assert lab.run("place", "routers.xml", *wrong)[0] == 2, wrong


def draw_shows_topology_placement_and_lab(lab):
    code, out, err = lab.run("draw", "two-routers.xml", "--as", "text")
    assert code == 0, err
    assert out.count("┌") == 2 and "│ A" in out and "│ B" in out and "──┬──" in out, out
    code, out, err = lab.run("draw", "two-routers.xml", "-o", "drawn.svg")
    assert code == 0 and out == "", err
    with open(os.path.join(lab.folder, "drawn.svg"), encoding="utf-8") as file:
        assert "<svg" in file.read()
    code, out, err = lab.run("draw", "lab.xml", "--as", "dot")
    assert code == 0 and "--" in out, err
    assert lab.run("draw", "nothing.xml")[0] == 2


def impossible_is_exit_1(lab):
    lab.write("big.xml", "<topology name='big'><node name='A'><require platform='cisco-ios'/>"
                         "<require feature='warp-drive'/></node></topology>")
    for command in ("place", "plan", "activate"):
        code, out, err = lab.run(command, "big.xml")
        assert code == 1 and "warp-drive" in err, (command, out, err)
    assert lab.status()["activations"] == []


def a_device_of_another_serial_number_is_not_touched(lab):
    with open(os.path.join(lab.folder, "lab.xml"), encoding="utf-8") as file:
        text = file.read()
    numbers = itertools.count(1)
    lab.write("pinned.xml", re.sub(r"<device ", lambda _: f'<device serial-number="WRONG{next(numbers)}" ', text))
    code, out, err = lab.run("activate", "two-routers.xml", "--lab", "pinned.xml", "--state", "pinned")
    assert code == 1 and "the lab file says serial number WRONG" in err and "Nothing was configured" in err, out + err
    shutil.rmtree(os.path.join(lab.folder, "pinned"))


def identify_reads_the_devices_and_writes_their_pins(lab):
    with open(os.path.join(lab.folder, "lab.xml"), encoding="utf-8") as file:
        before = file.read()
    lab.write("unpinned.xml", before)
    code, out, err = lab.run("lab", "identify", "--lab", "unpinned.xml", "r4", "r5", "--json", "--write")
    assert code == 0, out + err
    devices = {one["device"]: one for one in json.loads(out)["devices"]}
    assert set(devices) == {"r4", "r5"} and devices["r4"]["serial-number"] != devices["r5"]["serial-number"], out
    with open(os.path.join(lab.folder, "unpinned.xml"), encoding="utf-8") as file:
        after = file.read()
    for name in ("r4", "r5"):
        pin = f' serial-number="{devices[name]["serial-number"]}"'
        assert after.count(pin) == 1, after
        after = after.replace(pin, "")
    assert after == before, "nothing else of the text may change"
    os.symlink("unpinned.xml", os.path.join(lab.folder, "linked.xml"))
    code, out, err = lab.run("lab", "identify", "--lab", "linked.xml", "r6", "--json", "--write")
    assert code == 0 and json.loads(out)["written"] > 0, out + err
    assert os.readlink(os.path.join(lab.folder, "linked.xml")) == "unpinned.xml", "a symbolic link stays one"
    with open(os.path.join(lab.folder, "unpinned.xml"), encoding="utf-8") as file:
        pinned = file.read()
    assert json.loads(out)["devices"][0]["serial-number"] in pinned, pinned
    code, out, err = lab.run("activate", "two-routers.xml", "--lab", "unpinned.xml")
    assert code == 0, out + err
    code, out, err = lab.run("lab", "identify", "--lab", "unpinned.xml", "--json", "r4")
    assert code == 1 and "left alone" in out, out + err
    assert lab.run("deactivate", "--lab", "unpinned.xml", lab.status()["activations"][0]["id"])[0] == 0
    assert lab.run("lab", "identify", "nobody")[0] == 2


def an_edit_while_devices_are_asked_is_not_lost(lab):
    with open(os.path.join(lab.folder, "lab.xml"), encoding="utf-8") as file:
        before = file.read()
    lab.write("edited.xml", before)
    with socket.create_connection(("127.0.0.1", PORT + 4)):  # nobody else gets the line of r4
        asking = lab.start("lab", "identify", "--lab", "edited.xml", "--write", "r4")
        while "anon_inode:[eventpoll]" not in open_files(asking.pid):  # its runtime: it has read the file by then
            assert asking.poll() is None, asking.communicate()
            time.sleep(0.01)
        lab.write("edited.xml", before + "<!-- by hand -->\n")
    out, err = asking.communicate(timeout=180)
    assert asking.returncode == 1 and "somebody has changed the file meanwhile" in err, out + err
    with open(os.path.join(lab.folder, "edited.xml"), encoding="utf-8") as file:
        assert file.read() == before + "<!-- by hand -->\n"


def open_files(process):
    folder, links = f"/proc/{process}/fd", []
    for name in os.listdir(folder):
        try:
            links.append(os.readlink(os.path.join(folder, name)))
        except OSError:
            pass  # closed meanwhile
    return links


def platform_files_are_checked_and_tried(lab):
    ios = os.path.join(SOURCE, "drivers/platforms/cisco-ios.xml")
    code, out, err = lab.run("platform", "check", ios)
    assert code == 0 and "no mistakes" in out, out + err
    lab.write("bad-platform.xml", "<platform name='x' home='a' configure='a'>\n<stat/></platform>")
    code, out, err = lab.run("platform", "check", "bad-platform.xml")
    assert code == 2 and "bad-platform.xml:2:1" in err and "state" in err, err
    os.environ["CLI_TEST_PASSWORD"] = "lab"
    line = f"rfc2217://127.0.0.1:{PORT + 1}"
    code, out, err = lab.run("platform", "try", ios, "--line", line, "--user", "admin", "--password",
                             "env:CLI_TEST_PASSWORD", "--enable", "env:CLI_TEST_PASSWORD")
    assert code == 0 and "to config" in out and "(config)#" in out and "serial number" in out, out + err
    assert "not done: rommon to boot" in out and "it is done with --boot" in out, out
    code, by_device, err = lab.run("platform", "try", ios, "--lab", "lab.xml", "--device", "r2")
    assert code == 0 and "to config" in by_device, by_device + err
    assert lab.run("platform", "try", ios)[0] == 2
    code, _, err = lab.run("platform", "try", ios, "--lab", "lab.xml", "--device", "r22")
    assert code == 2 and "did you mean r2?" in err, err


def rejected_command_names_the_line(lab):
    lab.write("typo.xml", "<topology name='typo'><node name='A'><require platform='cisco-ios'/>\n<config>\n"
                          "hostname A\nip adress 1.2.3.4 255.0.0.0\n</config></node></topology>")
    code, out, err = lab.run("activate", "typo.xml")
    assert code == 1, out + err
    assert "typo.xml:4" in err and "ip adress" in err and "Invalid input" in err, err
    assert lab.status()["activations"] == [] and lab.status()["unavailable"] == {}, "rolled back and clean"


def stop_signal_cleans_up(lab, number):
    lab.write("slow.xml", slow_topology())
    process = lab.start("activate", "slow.xml", "--json")
    wait_for(process, "typing")
    process.send_signal(number)
    out, err = process.communicate(timeout=180)
    assert process.returncode == 3, (process.returncode, err)
    last = json.loads(out.splitlines()[-1])
    assert last["event"] == "stopped" and set(last["devices"].values()) == {"clean"}, last
    now = lab.status()
    assert now["activations"] == [] and now["unavailable"] == {}, now


def killed_process_is_found_and_cleaned(lab):
    """In each stage of the way there, and in the middle of the way back."""
    lab.write("slow.xml", slow_topology())
    for stage in ("connecting", "coming home", "typing"):
        process = lab.start("activate", "slow.xml", "--json")
        wait_for(process, stage)
        process.kill()
        process.communicate()
        (left,) = lab.status()["activations"]
        assert left["interrupted"] and left["phase"] == "activating", left
        assert stage != "typing" or "may be dirty" in {d["condition"] for d in left["devices"]}, left
        assert lab.run("status")[1].count("interrupted") == 1
        process = lab.start("deactivate", left["id"], "--json")
        if left["devices"]:
            wait_for(process, "erasing")
            process.kill()
        process.communicate()
        code, out, err = lab.run("deactivate", left["id"])
        assert code == 0, out + err
        assert lab.status() == {"activations": [], "unavailable": {}}, lab.status()


def a_second_signal_leaves_the_way_back(lab):
    lab.write("slow.xml", slow_topology())
    process = lab.start("activate", "slow.xml", "--json")
    wait_for(process, "typing")
    process.send_signal(signal.SIGINT)
    wait_for(process, "erasing")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1 and "cleaned up" in err and "rollover deactivate" in err, (process.returncode, err)
    (left,) = lab.status()["activations"]
    assert left["interrupted"] and "may be dirty" in {d["condition"] for d in left["devices"]}, left
    code, out, err = lab.run("deactivate", left["id"])
    assert code == 0 and lab.status() == {"activations": [], "unavailable": {}}, out + err


def a_deadline_rolls_back(lab):
    lab.write("slow.xml", slow_topology())
    code, out, err = lab.run("activate", "slow.xml", "--deadline", "2s")
    assert code == 1 and "limit for the whole activation" in err and "rolled back" in out, (code, out, err)
    assert lab.status() == {"activations": [], "unavailable": {}}, lab.status()
    assert lab.run("activate", "slow.xml", "--deadline", "soon")[0] == 2


def a_second_activation_takes_other_devices(lab):
    first, second = (lab.start("activate", "two-routers.xml", "--json", "-p", f"pod={i}") for i in (1, 2))
    outs = [p.communicate(timeout=180) for p in (first, second)]
    assert [first.returncode, second.returncode] == [0, 0], outs
    ends = [json.loads(out.splitlines()[-1]) for out, _ in outs]
    devices = [{n["device"] for n in end["nodes"]} for end in ends]
    assert not devices[0] & devices[1], devices
    for end in ends:
        assert lab.run("deactivate", end["activation"])[0] == 0


def options_win_over_the_environment(lab):
    code, out, err = lab.run("status", "--state", "another-state", "--json")
    assert code == 0 and "no state folder another-state" in err, (out, err)
    assert not os.path.exists(os.path.join(lab.folder, "another-state")), "only looking makes no folder"
    code, out, err = lab.run("place", "two-routers.xml", "--lab", "no-such-lab.xml")
    assert code == 2 and "no-such-lab.xml" in err, (out, err)


def plan_of_an_unknown_device_is_exit_2(lab):
    for more in ((), ("--json",)):
        code, out, err = lab.run("plan", "two-routers.xml", "--device", "nobody", *more)
        assert code == 2 and "nobody" in err and "it uses" in err, (out, err)


def type_reaches_a_line(lab, port):
    lab.write("hello.txt", "no{ENTER}{WAIT 0.5}\nenable\nshow version\n{WAIT 0.2}")
    code, out, err = lab.run("type", "hello.txt", "--line", f"rfc2217://127.0.0.1:{port + 1}", "--char-delay", "3ms")
    assert code == 0, out + err
    assert "too short: 0" in err and "gaps really achieved" in err, err
    assert lab.run("type", "hello.txt", "--line", "127.0.0.1:1")[0] == 1
    assert lab.run("type", "hello.txt", "--line", "gopher://x")[0] == 2
    assert lab.run("type", lab.folder, "--line", "127.0.0.1:1")[0] == 2
    for wrong in ("-5ms", "0.5ms", "10"):
        code, _, err = lab.run("type", "hello.txt", "--line", "127.0.0.1:1", f"--char-delay={wrong}")
        assert code == 2 and "500us" in err, (wrong, err)
    lab.write("bad.txt", "{WAIT forever}")
    code, _, err = lab.run("type", "bad.txt", "--line", "127.0.0.1:1")
    assert code == 2 and "bad.txt:1:1" in err, err


def main():
    with Lab(PORT) as lab:
        for check in (activate_and_deactivate, replay_plays_transcripts, replay_of_a_bad_file_is_exit_2,
                      replay_on_a_terminal, what_is_forbidden_is_exit_2, wrong_input_is_exit_2, draw_shows_topology_placement_and_lab,
                      copies_of_a_topology_are_placed_together, one_node_of_a_placement_is_placed_anew,
                      a_placement_stays_close_to_an_earlier_one, impossible_is_exit_1,
                      rejected_command_names_the_line, a_device_of_another_serial_number_is_not_touched,
                      identify_reads_the_devices_and_writes_their_pins, an_edit_while_devices_are_asked_is_not_lost, platform_files_are_checked_and_tried, options_win_over_the_environment,
                      plan_of_an_unknown_device_is_exit_2, killed_process_is_found_and_cleaned, a_second_signal_leaves_the_way_back,
                      a_deadline_rolls_back,
                      a_second_activation_takes_other_devices):
            print(check.__name__, flush=True)
            check(lab)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            print("stop_signal_cleans_up", number, flush=True)
            stop_signal_cleans_up(lab, number)
        print("type_reaches_a_line", flush=True)
        type_reaches_a_line(lab, PORT)
    print("ok")


main()
