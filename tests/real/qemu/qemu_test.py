#!/usr/bin/env python3
"""qemu_test.py ROLLOVER KERNEL: machines that are switched on, with their consoles on TCP: a board with Debian's U-Boot, a host with Debian's
kernel. Each is configured from power-on, checked, erased, and looked at past the engine. KERNEL: what tests/real/patch/fetch_kernel.sh
has made."""
import json
import os
import shutil
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
sys.dont_write_bytecode = True
import sandbox  # noqa: E402

U_BOOT = "/usr/lib/u-boot/qemu_arm/u-boot.bin"
BOARD_PORT, HOST_PORT = 4001, 4002
IAC, BREAK = 255, 243  # RFC 854

INIT = """#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin HOME=/
mount -t proc proc /proc && mount -t sysfs sys /sys && mount -t devtmpfs dev /dev
hostname h1
ip link set lo up
while :; do setsid cttyhack dash; done
"""

# QEMU's monitor stands for a power strip that a program of the operator talks to.
POWER_CYCLE = f"""#!{sys.executable}
import os, socket
with socket.socket(socket.AF_UNIX) as monitor:
    monitor.connect("/run/test/" + os.environ["ROLLOVER_OUTLET"])
    heard = monitor.recv(4096)
    monitor.sendall(b"system_reset\\n")
    while b"(qemu)" not in heard.partition(b"system_reset")[2]:
        heard += monitor.recv(4096)
"""

LAB = f"""<lab name="machines">
  <hook when="power-cycle"><argument>/run/test/power-cycle</argument></hook>
  <site name="main">
  <converter name="raw" protocol="raw" host="127.0.0.1"><line number="1" port="{BOARD_PORT}"/></converter>
  <converter name="telnet" protocol="telnet" host="127.0.0.1"><line number="1" port="{HOST_PORT}"/></converter>
  <device name="b1" platform="u-boot" outlet="board.monitor">
    <console line="raw/1" baud="115200" char-delay="1ms" line-delay="2ms"/>
  </device>
  <device name="h1" platform="linux">
    <console line="telnet/1" baud="115200" char-delay="1ms" line-delay="2ms"/>
    <interface name="lo"/>
  </device>
</site></lab>
"""
BOARD = """<topology name="board"><node name="A">
  <require platform="u-boot"/>
  <config>
    setenv hostname lab-board
    setenv ipaddr 10.9.0.1
  </config>
  <check command="printenv ipaddr" expect="ipaddr=10\\.9\\.0\\.1" within="10s"/>
</node></topology>
"""
SAVING = BOARD.replace("  </config>", "    saveenv\n  </config>")
HOST = """<topology name="host"><node name="A">
  <require platform="linux"/>
  <config>
    ip address add 10.9.0.2/32 dev lo
  </config>
  <check command="ping -c 1 -W 1 10.9.0.2" expect=" 0% packet loss" within="20s"/>
</node></topology>
"""


class Console:
    """A console past the engine. What is heard up to a mark is taken."""

    def __init__(self, port):
        self.line, self.heard = socket.create_connection(("127.0.0.1", port)), ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.line.close()

    def until(self, mark, nudge=None, patience=40):
        """What is heard up to `mark`; `nudge` is typed each second until then."""
        self.line.settimeout(1)
        limit = time.monotonic() + patience
        while mark not in self.heard:
            assert time.monotonic() < limit, f"no {mark!r} in {self.heard!r}"
            try:
                more = self.line.recv(4096)
                assert more, f"closed; no {mark!r} in {self.heard!r}"
                self.heard += more.decode("latin-1")
            except TimeoutError:
                if nudge:
                    self.line.sendall(nudge)
        before, _, self.heard = self.heard.partition(mark)
        return before

    def ask(self, command, prompt):
        self.line.sendall(b"\r")
        self.until(prompt, nudge=b"\r")
        # One at a time: U-Boot loses what comes faster than it reads.
        for character in command + "\r":
            self.line.sendall(character.encode())
            time.sleep(0.002)
        self.until(command[-8:])
        return self.until(prompt)

    def send_break(self):
        self.line.sendall(bytes((IAC, BREAK)))


def switch_board_on():
    board = sandbox.start("board", "qemu-system-arm", "-M", "virt", "-m", "128", "-nic", "none", "-nodefaults", "-display", "none", "-bios",
                          U_BOOT, "-monitor", f"unix:{sandbox.path('board.monitor')},server=on,wait=off", "-serial",
                          f"tcp:127.0.0.1:{BOARD_PORT},server=on,wait=off")
    sandbox.wait_for_port(BOARD_PORT)
    return board


def switch_off(machine):
    machine.kill()
    machine.wait()


def make_initramfs():
    root = sandbox.path("root")
    for folder in ("bin", "proc", "sys", "dev", "run", "tmp", "etc"):
        os.makedirs(os.path.join(root, folder))
    for name in ("busybox", "dash"):
        program = sandbox.find(name)
        listed = subprocess.run(["ldd", program], capture_output=True, text=True, check=False).stdout
        libraries = [word for word in listed.split() if word.startswith("/")]
        for file, there in [(program, "/bin/" + name)] + [(library, library) for library in libraries]:
            os.makedirs(os.path.dirname(root + there), exist_ok=True)
            shutil.copy(os.path.realpath(file), root + there)
    with open(os.path.join(root, "init"), "w", encoding="ascii") as file:
        file.write(INIT)
    os.chmod(os.path.join(root, "init"), 0o755)
    sandbox.run("sh", "-c", f"cd {root} && find . | cpio -o -H newc --quiet | gzip -1 >{sandbox.path('initramfs')}")


def switch_host_on(kernel):
    host = sandbox.start("host", "qemu-system-x86_64", "-accel", "tcg", "-m", "256", "-nodefaults", "-no-user-config", "-display", "none",
                         "-kernel", os.path.join(kernel, "vmlinuz"), "-initrd", sandbox.path("initramfs"), "-append",
                         "console=ttyS0,115200 nokaslr sysrq_always_enabled", "-serial",
                         f"telnet:127.0.0.1:{HOST_PORT},server=on,wait=off")
    sandbox.wait_for_port(HOST_PORT)
    return host


def rollover(*arguments, code=0):
    environment = dict(os.environ, ROLLOVER_LAB=sandbox.path("lab.xml"), ROLLOVER_STATE=sandbox.path("state"))
    done = subprocess.run([os.path.abspath(sys.argv[1]), *arguments], env=environment, capture_output=True, text=True, check=False,
                          timeout=120)
    assert done.returncode == code, (arguments, done.returncode, done.stdout, done.stderr)
    return done.stdout + done.stderr if code else done.stdout


def activate(topology):
    ready = json.loads(rollover("activate", sandbox.path(topology), "--json").splitlines()[-1])
    assert ready["event"] == "ready", ready
    return ready["activation"]


def board_is_configured_and_erased():
    """From power-on, with a countdown on the way; erased, reset by the engine and watched back to the prompt; a line that fails is told."""
    board = switch_board_on()
    activation = activate("board.xml")
    with Console(BOARD_PORT) as console:
        assert "hostname=lab-board" in console.ask("printenv hostname", "=> ")
    print("a board is configured from power-on", flush=True)
    rollover("deactivate", activation)
    with Console(BOARD_PORT) as console:
        for name in ("hostname", "ipaddr"):
            assert "not defined" in console.ask("printenv " + name, "=> "), name
    print("erased and reset", flush=True)
    # This U-Boot cannot write the flash of this machine, and says "Failed (1)".
    assert "Failed (1)" in rollover("activate", sandbox.path("saving.xml"), code=1)
    print("an environment that could not be saved is an error", flush=True)
    return board


def board_that_hangs_is_recovered(board):
    """A user's program runs in an endless loop (b . in the instruction set of ARM): nothing typed reaches U-Boot any more."""
    with Console(BOARD_PORT) as console:
        console.ask("mw.l 0x40200000 0xeafffffe", "=> ")
        console.line.sendall(b"go 0x40200000\r")
        console.until("Starting application at")
    said = rollover("recover", "b1")
    assert "clean and free again" in said, said
    with Console(BOARD_PORT) as console:
        assert "arch=arm" in console.ask("printenv arch", "=> ")
    switch_off(board)
    print("a board that hung is recovered: switched off and on, caught in its countdown", flush=True)


def host_is_configured_and_erased(kernel):
    """From power-on through the kernel's messages; BREAK reaches the kernel, which says so and then reboots by it."""
    host = switch_host_on(kernel)
    activation = activate("host.xml")
    with Console(HOST_PORT) as console:
        assert "inet 10.9.0.2/32" in console.ask("ip address show lo", "# ")
    print("a host is configured from power-on", flush=True)
    rollover("deactivate", activation)
    with Console(HOST_PORT) as console:
        assert "10.9.0.2" not in console.ask("ip address show lo", "# ")
        console.send_break()
        console.line.sendall(b"h")
        assert console.until("sysrq: HELP :") is not None
        print("erased; BREAK has reached the kernel", flush=True)
        console.send_break()
        console.line.sendall(b"b")
        console.until("sysrq: Resetting")
        console.until("Linux version", patience=120)  # the firmware says nothing for as long as an emulated processor needs
    # Watched through the boot that follows, and configured again.
    rollover("deactivate", activate("host.xml"))
    switch_off(host)
    print("rebooted by BREAK, and configured again", flush=True)


def main():
    kernel = os.path.abspath(sys.argv[2])
    sandbox.enter("qemu-system-arm", "qemu-system-x86_64", "busybox", "cpio", "dash")
    if not os.path.exists(U_BOOT):
        sandbox.skip("no U-Boot for QEMU; ./dev installs it (u-boot-qemu)")
    if not os.path.exists(os.path.join(kernel, "complete")):
        sandbox.skip(f"no kernel in {kernel}; ./dev test fetches one, or: tests/real/patch/fetch_kernel.sh {kernel}")
    for name, text in (("lab.xml", LAB), ("board.xml", BOARD), ("saving.xml", SAVING), ("host.xml", HOST)):
        sandbox.write(name, text)
    sandbox.write("power-cycle", POWER_CYCLE, mode=0o700)
    make_initramfs()
    board_that_hangs_is_recovered(board_is_configured_and_erased())
    host_is_configured_and_erased(kernel)
    print("ok")


main()
