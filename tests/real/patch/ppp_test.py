#!/usr/bin/env python3
"""ppp_test.py ROLLOVER KERNEL: two Linux hosts (Debian's kernel in QEMU, Debian's pppd) with a serial port each on a line of ser2net. Their
consoles are the machines' first serial ports. The topology's serial link comes up as PPP, pings go through it, and at
deactivation it is gone. KERNEL: what fetch_kernel.sh has made."""
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
sys.dont_write_bytecode = True
import sandbox  # noqa: E402

MODULES = ("slhc", "ppp_generic", "ppp_async")
INIT = """#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin HOME=/
mount -t proc proc /proc && mount -t sysfs sys /sys && mount -t devtmpfs dev /dev
for module in {modules}; do insmod /$module.ko; done
ip link set lo up
while :; do setsid cttyhack dash; done
""".format(modules=" ".join(MODULES))

LAB = """<lab name="ppp"><site name="main">
  <converter name="cs1" protocol="raw" host="127.0.0.1"><line number="1" port="4001"/><line number="2" port="4002"/></converter>
  <converter name="cs2" protocol="rfc2217" host="127.0.0.1"><line number="1" port="5001"/><line number="2" port="5002"/></converter>
  {devices}
</site></lab>
"""
DEVICE = """<device name="h{0}" platform="linux">
    <console line="cs1/{0}" baud="115200" char-delay="1ms" line-delay="2ms"/>
    <interface name="ttyS1" type="serial"><line converter="cs2" number="{0}" baud="115200"/></interface>
  </device>"""
NODE = """<node name="{name}">
    <config>
      pppd /dev/${{{name}.wan}} 115200 {mine}:{theirs} noauth local nocrtscts nodefaultroute
    </config>
    <check command="ping -c 1 -W 1 {theirs}" expect=" 0% packet loss" within="60s"/>
  </node>"""
TOPOLOGY = """<topology name="ppp">
  {nodes}
  <link name="wan" type="serial" via="patch"><end node="A"/><end node="B"/></link>
</topology>
"""


def libraries(program):
    listed = subprocess.run(["ldd", program], capture_output=True, text=True, check=False).stdout
    return re.findall(r"(/\S+\.so\S*)", listed)


def make_initramfs(kernel):
    root = sandbox.path("root")
    for folder in ("bin", "proc", "sys", "dev", "run", "tmp", "var", "etc/ppp"):
        os.makedirs(os.path.join(root, folder))
    os.symlink("/run", os.path.join(root, "var/run"))
    for name in ("busybox", "pppd", "dash"):
        program = sandbox.find(name)
        for file, there in [(program, "/bin/" + name)] + [(library, library) for library in libraries(program)]:
            os.makedirs(os.path.dirname(root + there), exist_ok=True)
            shutil.copy(os.path.realpath(file), root + there)
    for module in MODULES:
        shutil.copy(os.path.join(kernel, module + ".ko"), root)
    open(os.path.join(root, "etc/ppp/options"), "w", encoding="ascii").close()
    with open(os.path.join(root, "init"), "w", encoding="ascii") as file:
        file.write(INIT)
    os.chmod(os.path.join(root, "init"), 0o755)
    sandbox.run("sh", "-c", f"cd {root} && find . | cpio -o -H newc --quiet | gzip -1 >{sandbox.path('initramfs')}")


class Host:
    """A machine; its console is TCP port 400N, its second serial port a line of ser2net."""

    def __init__(self, number, kernel):
        self.port, self.asked = 4000 + number, 0
        device, line = sandbox.path(f"device{number}"), sandbox.path(f"line{number}")
        sandbox.start(f"cable{number}", "socat", f"pty,rawer,link={device}", f"pty,rawer,link={line}")
        sandbox.wait_until("the cable", lambda: os.path.exists(device) and os.path.exists(line))
        sandbox.start(f"host{number}", "qemu-system-x86_64", "-accel", "tcg", "-m", "256", "-nodefaults", "-no-user-config", "-display",
                      "none", "-kernel", os.path.join(kernel, "vmlinuz"), "-initrd", sandbox.path("initramfs"), "-append",
                      "console=ttyS0,115200 quiet loglevel=1 nokaslr", "-serial", f"tcp:127.0.0.1:{self.port},server=on,wait=off",
                      "-chardev", f"serial,id=wan,path={device}", "-serial", "chardev:wan")
        sandbox.wait_for_port(self.port)

    def ask(self, command, patience=60):
        """Types a command at the console; its output."""
        # What is typed before the shell reads is typed again: each time with an end of its own, so that no answer is taken for another.
        with socket.create_connection(("127.0.0.1", self.port)) as console:
            console.settimeout(1)
            heard, limit, typed = "", time.monotonic() + patience, False
            while True:
                if not typed:
                    self.asked += 1
                    console.sendall(f"\r{command}; echo 'the' 'end' {self.asked}\r".encode())
                    typed = True
                assert time.monotonic() < limit, f"{command}: {heard!r}"
                try:
                    heard += console.recv(4096).decode("latin-1")
                except TimeoutError:
                    typed = "'end'" in heard  # otherwise nobody reads the console yet
                answer, found, _ = heard.partition(f"the end {self.asked}\r\n")
                if found:
                    return answer.rpartition(f"'end' {self.asked}\r\n")[2]


class Lab:
    def __init__(self, rollover, kernel):
        self.rollover = rollover
        make_initramfs(kernel)
        self.hosts = [Host(number, kernel) for number in (1, 2)]
        lines = "".join(f"connection: &c{n}\n  accepter: telnet(rfc2217),tcp,127.0.0.1,500{n}\n"
                        f"  connector: serialdev,{os.path.realpath(sandbox.path(f'line{n}'))},115200n81,local\n" for n in (1, 2))
        sandbox.write("ser2net.yaml", "%YAML 1.1\n---\n" + lines)
        sandbox.write("lab.xml", LAB.format(devices="\n  ".join(DEVICE.format(n) for n in (1, 2))))
        nodes = [NODE.format(name="A", mine="10.9.0.1", theirs="10.9.0.2"), NODE.format(name="B", mine="10.9.0.2", theirs="10.9.0.1")]
        sandbox.write("ppp.xml", TOPOLOGY.format(nodes="\n  ".join(nodes)))
        sandbox.start("ser2net", "ser2net", "-n", "-c", sandbox.path("ser2net.yaml"), "-P", sandbox.path("ser2net.pid"))
        for port in (5001, 5002):
            sandbox.wait_for_port(port)
        for host in self.hosts:
            assert "/dev/ppp" in host.ask("ls /dev/ppp"), "the kernel has no PPP"

    def run(self, *arguments):
        environment = dict(os.environ, ROLLOVER_LAB=sandbox.path("lab.xml"), ROLLOVER_STATE=sandbox.path("state"))
        done = subprocess.run([self.rollover, *arguments], env=environment, capture_output=True, text=True, check=False, timeout=240)
        assert done.returncode == 0, (arguments, done.returncode, done.stdout, done.stderr)
        return done.stdout


def main():
    kernel = os.path.abspath(sys.argv[2])
    sandbox.enter("qemu-system-x86_64", "ser2net", "socat", "pppd", "busybox", "cpio", "dash")
    if not os.path.exists(os.path.join(kernel, "complete")):
        sandbox.skip(f"no kernel with PPP in {kernel}; ./dev test fetches one, or: tests/real/patch/fetch_kernel.sh {kernel}")
    sandbox.run("ip", "address", "add", "192.0.2.1/32", "dev", "lo")  # ser2net finds no address where there is only 127.0.0.1
    lab = Lab(os.path.abspath(sys.argv[1]), kernel)
    print("two hosts have booted", flush=True)
    ready = json.loads(lab.run("activate", sandbox.path("ppp.xml"), "--json").splitlines()[-1])
    assert ready["event"] == "ready", ready
    activation = ready["activation"]
    print("the link is up, and both have pinged", flush=True)
    for host in lab.hosts:
        addresses = host.ask("ip address show dev ppp0")
        assert "POINTOPOINT" in addresses and "UP" in addresses and re.search(r"inet 10\.9\.0\.[12] peer 10\.9\.0\.[12]", addresses), addresses
    # A machine that has to wait for its processor loses characters in its own UART: once in three is enough.
    for _ in range(3):
        answer = lab.hosts[0].ask("ping -c 5 -i 0.2 -s 1000 10.9.0.1; ping -c 5 -i 0.2 -s 1000 10.9.0.2")
        if answer.count(" 0% packet loss") == 2:
            break
    else:
        raise AssertionError(answer)
    time.sleep(1.5)  # the counters are at most a second old
    (standing,) = json.loads(lab.run("status", "--json"))["activations"]
    (patch,) = standing["patches"]
    assert patch["carried"] and all(end["bytes"] > 5000 and end["dropped"] == 0 and end["reconnects"] == 0 for end in patch["ends"]), patch
    lab.run("deactivate", activation)
    print("deactivated", flush=True)
    for host in lab.hosts:
        gone = host.ask("ip link show ppp0; pidof pppd; ping -c 1 -W 1 10.9.0.1; ping -c 1 -W 1 10.9.0.2")
        assert "does not exist" in gone or "can't find device" in gone, gone
        assert " 0% packet loss" not in gone and not re.search(r"^\d+\r$", gone, re.M), gone
    print("ok")


main()
