#!/usr/bin/env python3
"""patch_process_test.py ROLLOVER: a serial link between two ser2net lines, as an operator meets it: from activation to deactivation, in
`rollover status`, and through kill -9 of everybody who has a part in it. The consoles are simulated routers, the serial ports are
terminals that the test holds."""
import json
import os
import random
import select
import signal
import subprocess
import sys
import time
import tty

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
sys.dont_write_bytecode = True
import sandbox  # noqa: E402

CONSOLES = """<converter name="cs1" protocol="telnet" host="127.0.0.1"><line number="1" port="4001"/><line number="2" port="4002"/></converter>"""
SERIAL = """<converter name="cs2" protocol="rfc2217" host="127.0.0.1"><line number="1" port="5001"/><line number="2" port="5002"/></converter>"""
CONSOLE = '<console line="cs1/{0}" char-delay="1ms" line-delay="2ms"/>'
INTERFACE = '<interface name="Serial0/0" type="serial"><line converter="cs2" number="{0}" baud="115200" flow-control="hardware"/></interface>'
TOPOLOGY = """<topology name="wan">
  <node name="A"><config>
      hostname A
  </config></node>
  <node name="B"/>
  <link name="serial" type="serial"><end node="A"/><end node="B"/></link>
</topology>
"""


def lab(serial):
    devices = "".join('<device name="r{0}" platform="cisco-ios">{1}{2}</device>\n'.format(
        i, CONSOLE.format(i), INTERFACE.format(i) if serial else "") for i in (1, 2))
    return f'<lab name="wan"><site name="main">{CONSOLES}{SERIAL if serial else ""}{devices}</site></lab>\n'


class Port:
    """A device's serial port: the test holds the terminal, ser2net has the other side."""

    def __init__(self):
        self.mine, theirs = os.openpty()
        tty.setraw(self.mine)
        tty.setraw(theirs)
        os.set_blocking(self.mine, False)
        self.path = os.ttyname(theirs)
        self.theirs = theirs  # kept open: a terminal that nobody holds is hung up

    def read(self, count, patience=10):
        heard, limit = b"", time.monotonic() + patience
        while len(heard) < count and time.monotonic() < limit:
            if select.select([self.mine], [], [], 0.05)[0]:
                heard += os.read(self.mine, 65536)
        return heard


def exchange(one, other, size):
    """Both ways at once; all must come, unchanged."""
    said = {port: random.randbytes(size) for port in (one, other)}
    left, heard = dict(said), {one: b"", other: b""}
    limit = time.monotonic() + 30
    while time.monotonic() < limit and (heard[one] != said[other] or heard[other] != said[one]):
        readable, writable, _ = select.select([one.mine, other.mine], [p.mine for p in (one, other) if left[p]], [], 0.1)
        for port in (one, other):
            if port.mine in writable:
                left[port] = left[port][os.write(port.mine, left[port][:4096]):]
            if port.mine in readable:
                heard[port] += os.read(port.mine, 65536)
    assert heard[one] == said[other] and heard[other] == said[one], \
        f"{size} bytes each way: {len(heard[one])} and {len(heard[other])} came"


class Lab:
    def __init__(self, rollover):
        self.rollover = rollover
        self.ports = [Port(), Port()]
        sandbox.write("consoles.xml", lab(False))
        sandbox.write("lab.xml", lab(True))
        sandbox.write("wan.xml", TOPOLOGY)
        sandbox.start("sim", rollover, "sim", sandbox.path("consoles.xml"), "--time-scale", "0.02", "--quiet-devices")
        self.start_ser2net()
        for port in (4001, 4002):
            sandbox.wait_for_port(port)

    def write_ser2net(self, protocol="telnet(rfc2217)"):
        text = "%YAML 1.1\n---\n"
        for i, port in enumerate(self.ports, 1):
            text += f"connection: &c{i}\n  accepter: {protocol},tcp,127.0.0.1,500{i}\n" \
                    f"  connector: serialdev,{port.path},115200n81,local\n"
        sandbox.write("ser2net.yaml", text)

    def start_ser2net(self, *how):
        self.write_ser2net(*how)
        self.ser2net = sandbox.start("ser2net", "ser2net", "-n", "-c", sandbox.path("ser2net.yaml"), "-P", sandbox.path("ser2net.pid"))
        for port in (5001, 5002):
            sandbox.wait_for_port(port)

    def start(self, *arguments):
        environment = dict(os.environ, ROLLOVER_LAB=sandbox.path("lab.xml"), ROLLOVER_STATE=sandbox.path("state"))
        return subprocess.Popen([self.rollover, *arguments], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, *arguments, code=0):
        process = self.start(*arguments)
        out, err = process.communicate(timeout=120)
        assert process.returncode == code, (arguments, process.returncode, out, err)
        return out + err

    def activate(self):
        ready = json.loads(self.run("activate", sandbox.path("wan.xml"), "--json").splitlines()[-1])
        assert ready["event"] == "ready", ready
        return ready["activation"]

    def patch(self, activation):
        (one,) = json.loads(self.run("status", activation, "--json"))["activations"]
        (patch,) = one["patches"]
        return patch


def carriers():
    """The processes that carry patches."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                words = file.read().split(b"\0")
            with open(f"/proc/{pid}/stat", "rb") as file:
                zombie = file.read().rpartition(b")")[2].split()[0] == b"Z"
        except FileNotFoundError:
            continue
        if words[1:2] == [b"patch"] and not zombie:
            found.append(int(pid))
    return found


def bytes_pass_and_are_counted(lab):
    activation = lab.activate()
    one, other = lab.ports
    exchange(one, other, 200_000)
    patch = lab.patch(activation)
    limit = time.monotonic() + 10
    while sum(end["bytes"] for end in patch["ends"]) < 400_000 and time.monotonic() < limit:
        time.sleep(0.2)
        patch = lab.patch(activation)
    assert patch["link"] == "serial" and patch["carried"], patch
    for end in patch["ends"]:
        assert end == {**end, "connected": True, "bytes": 200_000, "reconnects": 0, "dropped": 0}, end
    text = lab.run("status", activation)
    assert "patch serial\n" in text and "r1 Serial0/0 (line cs2/1): 200000 bytes from it" in text, text
    assert "dropped 0" in text, text
    return activation


def a_lost_converter_is_waited_for(lab, activation):
    one, other = lab.ports
    lab.ser2net.kill()
    lab.ser2net.wait()
    sandbox.wait_until("the loss is seen", lambda: not any(end["connected"] for end in lab.patch(activation)["ends"]))
    assert "not connected" in lab.run("status", activation)
    lab.start_ser2net()
    sandbox.wait_until("the connections are there again", lambda: all(end["connected"] for end in lab.patch(activation)["ends"]))
    exchange(one, other, 5_000)
    assert [end["reconnects"] for end in lab.patch(activation)["ends"]] == [1, 1]


def a_lost_carrier_is_seen_and_begun_again(lab, activation):
    (pid,) = carriers()
    os.kill(pid, signal.SIGKILL)
    sandbox.wait_until("its end is seen", lambda: not lab.patch(activation)["carried"])
    text = lab.run("status", activation)
    assert f"begin again with: rollover patch {activation} --detach" in text, text
    lab.run("patch", activation, "--detach")
    exchange(*lab.ports, 5_000)
    assert "another process carries the patches" in lab.run("patch", activation, code=1)


def deactivation_ends_it(lab, activation):
    lab.run("deactivate", activation)
    assert carriers() == []
    one, other = lab.ports
    os.write(one.mine, b"nobody hears this")
    assert other.read(1, patience=1) == b""
    assert "its patches are not wanted any more" in lab.run("patch", activation, code=1)


def a_line_that_refuses_fails_the_activation(lab):
    lab.ser2net.terminate()
    lab.ser2net.wait()
    lab.start_ser2net("telnet")  # without RFC 2217
    text = lab.run("activate", sandbox.path("wan.xml"), code=1)
    assert "patch serial: r1 Serial0/0 (line cs2/1)" in text or "patch serial: r2 Serial0/0 (line cs2/2)" in text, text
    assert "refuses RFC 2217" in text, text
    assert carriers() == [], carriers()
    lab.ser2net.terminate()
    lab.ser2net.wait()
    lab.start_ser2net()


def what_a_killed_activation_left_is_ended(lab):
    process = lab.start("activate", sandbox.path("wan.xml"), "--json")
    sandbox.wait_until("the patches are carried", carriers)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    (one,) = json.loads(lab.run("status", "--json"))["activations"]
    lab.run("deactivate", one["id"])
    assert carriers() == []
    assert json.loads(lab.run("status", "--json")) == {"activations": [], "unavailable": {}}


def main():
    sandbox.enter("ser2net")
    sandbox.run("ip", "address", "add", "192.0.2.1/32", "dev", "lo")  # ser2net finds no address where there is only 127.0.0.1
    lab = Lab(os.path.abspath(sys.argv[1]))
    activation = bytes_pass_and_are_counted(lab)
    a_lost_converter_is_waited_for(lab, activation)
    a_lost_carrier_is_seen_and_begun_again(lab, activation)
    deactivation_ends_it(lab, activation)
    a_line_that_refuses_fails_the_activation(lab)
    what_a_killed_activation_left_is_ended(lab)
    print("ok")


main()
