#!/usr/bin/env python3
"""lossy_uart_test.py ROLLOVER: FRR's vtysh, bash and BIRD's birdc as devices behind UARTs that lose what comes too fast, in a lab whose
pace is far too fast for them. What is typed arrives exactly, because the lines learn their pace: a configuration of 2000 lines on
vtysh and one of 1000 on bash, compared outside of the engine, and 50 commands on birdc, each answered exactly."""
import os
import re
import subprocess
import sys
from xml.sax.saxutils import escape, quoteattr

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
sys.dont_write_bytecode = True
import sandbox  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
VTYSH_LINES = 2000
BASH_LINES = 1000
VTYSH, BASH, BIRDC = 4001, 4002, 4003
UARTS = {VTYSH: (16, 500), BASH: (16, 500), BIRDC: (4, 500)}  # FIFO, microseconds for each character
LAB = """<lab name="lossy">
  <site name="main">
    <converter name="cs" protocol="raw" host="127.0.0.1">
      <line number="1" port="4001"/><line number="2" port="4002"/><line number="3" port="4003"/>
    </converter>
    <device name="vtysh" platform="frr"><console line="cs/1" char-delay="100us" line-delay="1ms" pacing="timed"/></device>
    <device name="bash" platform="linux"><console line="cs/2" char-delay="100us" line-delay="1ms" pacing="timed"/></device>
    <device name="birdc" platform="birdc"><console line="cs/3" char-delay="100us" line-delay="1ms" pacing="timed"/></device>
  </site>
</lab>
"""


def uart(port, *command):
    fifo, microseconds = UARTS[port]
    environment = {"PATH": os.environ["PATH"] + ":/usr/sbin", "TERM": "dumb", "HOME": sandbox.FOLDER, "LANG": "C.UTF-8"}
    program = sandbox.start(f"uart{port}", sys.executable, os.path.join(HERE, "lossy_uart.py"), str(port),
                            sandbox.path(f"uart{port}.statistics"), str(fifo), str(microseconds), *command, env=environment)
    sandbox.wait_for_port(port)
    return program


def lost(port, program):
    program.terminate()
    program.wait()
    return int(sandbox.read(f"uart{port}.statistics").split()[1])


def start_frr():
    sandbox.run("mount", "-t", "tmpfs", "tmpfs", "/etc/frr")
    sandbox.run("hostname", "R1")
    for name, text in (("frr.conf", "frr defaults traditional\n"), ("vtysh.conf", "service integrated-vtysh-config\n"), ("zebra.conf", "")):
        with open("/etc/frr/" + name, "w", encoding="ascii") as file:
            file.write(text)
    os.mkdir("/run/frr")
    sandbox.run("chown", "-R", "frr:frr", "/etc/frr", "/run/frr")
    sandbox.start("zebra", sandbox.find("zebra"), "-A", "127.0.0.1", "-P", "0")
    sandbox.wait_until("zebra", lambda: os.path.exists("/run/frr/zebra.vty"))


def start_bird():
    routes = "".join(f"  route 10.{i // 8}.{i % 8}.0/24 blackhole;\n" for i in range(12))
    config = f"log stderr all;\nrouter id 192.0.2.1;\nprotocol device {{}}\nprotocol static nets {{\n  ipv4;\n{routes}}}\n"
    sandbox.start("bird", sandbox.find("bird"), "-f", "-c", sandbox.write("bird.conf", config), "-s", sandbox.path("bird.ctl"),
                  "-P", sandbox.path("bird.pid"))
    sandbox.wait_until("bird", lambda: os.path.exists(sandbox.path("bird.ctl")))


def topology(name, nodes):
    return sandbox.write(name + ".xml", f'<topology name="{name}">\n' + "".join(nodes) + "</topology>\n")


def node(device, contents):
    return f'<node name="{device}"><require device="{device}"/>{contents}</node>\n'


def config_of(lines):
    return "<config>\n" + escape("\n".join(lines)) + "\n</config>"


def vtysh_lines():
    return [f"route-map M{i % 7} {'deny' if i % 3 else 'permit'} {i + 1}" for i in range(VTYSH_LINES)]


def bash_lines():
    tricky = ["'", '"', "\\", "$(x)", "`", "!", "~", "#", "& |", "; *", "<>", "  two"]
    return [f"line {i} of the script {tricky[i % len(tricky)]}" for i in range(BASH_LINES - 2)]


def typed_into_bash(file):
    return [f"cat >{file} <<'END OF FILE'", *bash_lines(), "END OF FILE"]


def bird_commands():
    shows = ["show status", "show protocols", "show route", "show route count", "show interfaces", "show route all for 10.0.1.0/24",
             "show route where net ~ [ 10.1.0.0/16+ ]", "show protocols all nets", "show static nets", "show symbols table"]
    return shows + [f"eval {i} * {i + 1} + {7 * i}" for i in range(50 - len(shows))]


def exactly(answer):
    """What the engine's answer must match: `answer` and nothing else, but for what goes on with time."""
    lines = [line.rstrip().expandtabs() for line in answer.rstrip().splitlines()]
    pattern = r"[ ]*\n".join(re.escape(line).replace("\\ ", " ") for line in lines) + "[ ]*"
    pattern = re.sub(r"(Current server time is ).*?(\[ \]\*)", r"\1[-0-9:. ]+\2", pattern)
    pattern = re.sub(r"\d\d:\d\d:\d\d\\\.\d{3}", r"[0-9:.]{12}", pattern)  # BIRD rounds the same instant differently
    return r"\A" + pattern + r"\z"


def bird_checks():
    checks = []
    for command in bird_commands():
        answer = sandbox.run("birdc", "-s", sandbox.path("bird.ctl"), command)
        _, _, answer = answer.partition(" ready.\n")
        checks.append(f"<check command={quoteattr(command)} expect={quoteattr(exactly(answer))} within='0s'/>\n")
    return "".join(checks)


def activate(rollover, topology_file):
    return subprocess.Popen([rollover, "activate", topology_file, "--lab", sandbox.path("lab.xml"), "--state", sandbox.path("state"),
                             "--platforms", os.path.join(HERE, "platforms"), "-v"],
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def finish(process):
    said, _ = process.communicate(timeout=1700)
    assert process.returncode == 0, said[-5000:]


def main():
    sandbox.enter("zebra", "vtysh", "bash", "bird", "birdc")
    rollover = os.path.abspath(sys.argv[1])
    start_frr()
    start_bird()
    sandbox.write("lab.xml", LAB)
    uarts = {
        VTYSH: uart(VTYSH, "vtysh"),
        BASH: uart(BASH, "bash", "--norc", "--noprofile"),
        BIRDC: uart(BIRDC, "birdc", "-s", sandbox.path("bird.ctl")),
    }
    target = sandbox.path("typed")
    configured = activate(rollover, topology("configured", [node("vtysh", config_of(vtysh_lines())),
                                                            node("bash", config_of(typed_into_bash(target)))]))
    asked = activate(rollover, topology("asked", [node("birdc", bird_checks())]))
    finish(asked)
    finish(configured)
    print(sandbox.run(rollover, "status", "--lines", "--state", sandbox.path("state")))

    shown = [line for line in sandbox.run("vtysh", "-c", "show running-config").splitlines() if line.startswith("route-map")]
    assert sorted(shown) == sorted(vtysh_lines()), set(shown) ^ set(vtysh_lines())
    written = sandbox.read("typed").splitlines()
    assert written == bash_lines(), [pair for pair in zip(written, bash_lines()) if pair[0] != pair[1]][:5]
    for port, program in uarts.items():
        count = lost(port, program)
        print(f"the UART on port {port} has lost {count} characters")
        assert count > 0, "it has lost nothing: the test does not test what it is for"
    print("ok")


main()
