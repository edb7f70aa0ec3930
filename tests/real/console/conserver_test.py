#!/usr/bin/env python3
"""conserver_test.py ROLLOVER: conserver on both sides. As a client: its daemon holds the lines of the simulated lab, and its client
shows the router's prompt. As a converter: the engine logs in over SSH, where the login's command is conserver's client, and types
configurations through it onto a real bash and onto a simulated router."""
import os
import re
import subprocess
import sys
from xml.sax.saxutils import escape

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
sys.dont_write_bytecode = True
import sandbox  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
LINES = [f"line {i} with ^Ec. and ~. in it" for i in range(60)]
SIMULATED = """<lab name="simulated"><site name="main">
  <converter name="cs1" protocol="raw" host="127.0.0.1"><line number="1" port="4001"/></converter>
  <converter name="cs2" protocol="telnet" host="127.0.0.1"><line number="1" port="4002"/></converter>
  <device name="r1" platform="cisco-ios"><console line="cs1/1"/></device>
  <device name="r2" platform="cisco-ios"><console line="cs2/1"/></device>
</site></lab>
"""
CONSERVER = """config * {{ primaryport 7800; daemonmode off; logfile {folder}/messages; passwdfile /dev/null; defaultaccess rejected; sslrequired no; }}
default * {{ rw *; master 127.0.0.1; logfile ""; type host; host 127.0.0.1; protocol raw; }}
console r1 {{ port 4001; }}
console r2 {{ port 4002; protocol telnet; }}
console bash {{ port 4003; }}
access * {{ trusted 127.0.0.1; }}
"""
CLIENT = ["console", "-M", "127.0.0.1", "-p", "7800", "-E"]
SSHD = """ListenAddress 127.0.0.1
Port 2201
Port 2203
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/user_key.pub
StrictModes no
PermitRootLogin prohibit-password
UsePAM {pam}
PrintMotd no
PrintLastLog no
# Not the .bashrc of whoever works on this machine.
SetEnv HOME={folder}
Match LocalPort 2201
  ForceCommand {client} -f r1
Match LocalPort 2203
  ForceCommand {client} bash
"""
LAB = """<lab name="through-conserver">
  <credentials name="key" user="root" key="{folder}/user_key"/>
  <site name="main">
    <converter name="cs" model="conserver" protocol="ssh" host="127.0.0.1" login="key" known-hosts="{folder}/known_hosts">
      <line number="1" port="2201"/><line number="3" port="2203"/>
    </converter>
    <device name="r1" platform="cisco-ios"><console line="cs/1" char-delay="1ms" line-delay="5ms" pacing="echoed"/></device>
    <device name="bash" platform="linux"><console line="cs/3" char-delay="1ms" line-delay="5ms" pacing="acked"/></device>
  </site>
</lab>
"""


class Client(sandbox.Terminal):
    """conserver's client."""

    def __init__(self, *arguments):
        super().__init__(*CLIENT, *arguments)

    def leave(self):
        self.type("\x05c.")
        self.until("[disconnect]")
        self.ended()


def start_everything(rollover):
    sandbox.start("sim", rollover, "sim", sandbox.write("simulated.xml", SIMULATED), "--time-scale", "0", "--quiet-devices")
    environment = {"PATH": os.environ["PATH"], "TERM": "dumb", "HOME": sandbox.FOLDER}
    sandbox.start("bash", sys.executable, os.path.join(HERE, "lossy_uart.py"), "4003", sandbox.path("bash.statistics"), "4096", "1",
                  "bash", "--norc", "--noprofile", env=environment)
    for port in (4001, 4002, 4003):
        sandbox.wait_for_port(port)
    os.mkdir("/run/conserver")
    config = sandbox.write("conserver.cf", CONSERVER.format(folder=sandbox.FOLDER))
    sandbox.start("conserver", sandbox.find("conserver"), "-C", config, "-M", "127.0.0.1", "-n")
    sandbox.wait_for_port(7800)
    os.mkdir("/run/sshd")
    for key in ("host_key", "user_key"):
        sandbox.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", sandbox.path(key))
    public = " ".join(sandbox.read("host_key.pub").split()[:2])
    sandbox.write("known_hosts", "".join(f"[127.0.0.1]:{port} {public}\n" for port in (2201, 2203)))
    with open("/etc/shadow", encoding="utf-8") as users:
        pam = "yes" if users.read().startswith("root:!") else "no"  # without PAM a locked password keeps keys out too
    config = SSHD.format(folder=sandbox.FOLDER, pam=pam, client=" ".join(CLIENT))
    sandbox.start("sshd", sandbox.find("sshd"), "-D", "-e", "-f", sandbox.write("sshd_config", config))
    sandbox.wait_for_port(2201)
    sandbox.wait_for_port(2203)
    sandbox.write("lab.xml", LAB.format(folder=sandbox.FOLDER))


def shows_prompt(name):
    client = Client("-f", name)
    client.until("for help]")
    client.start_router()
    client.leave()
    print(f"conserver's client shows the prompt of {name}", flush=True)


def activate(rollover, state, *nodes):
    topology = sandbox.write("topology.xml", '<topology name="t">\n' + "\n".join(nodes) + "\n</topology>\n")
    return subprocess.run([rollover, "activate", topology, "--lab", sandbox.path("lab.xml"), "--state", sandbox.path(state)],
                          capture_output=True, text=True, check=False, timeout=700)


def node(device, lines):
    return f'<node name="{device}"><require device="{device}"/><config>\n' + "\n".join(lines) + "\n</config></node>"


def type_text(rollover, text, *more):
    return subprocess.run([rollover, "type", sandbox.write("text", text), "--line", "ssh://root@127.0.0.1:2203", "--key",
                           sandbox.path("user_key"), "--known-hosts", sandbox.path("known_hosts"), "--char-delay", "1ms", "--line-delay",
                           "5ms", *more], capture_output=True, text=True, check=False, timeout=700)


def configures_through_conserver(rollover):
    file = sandbox.path("typed")
    done = activate(rollover, "state", node("bash", [escape(f"cat >{file} <<'END'"), *map(escape, LINES), "END"]),
                    node("r1", ["hostname R1", "interface Loopback0", " ip address 192.0.2.1 255.255.255.255"]))
    assert done.returncode == 0, done.stdout + done.stderr
    written = sandbox.read("typed").splitlines()
    assert written == LINES, [pair for pair in zip(written, LINES) if pair[0] != pair[1]][:5]
    client = Client("-f", "r1")
    client.type("\r")
    client.until("R1#")
    client.type("show running-config | include 192.0.2.1\r")
    client.until("ip address 192.0.2.1 255.255.255.255")
    client.leave()
    print(re.search(r"Typing:(?:\n  .*)*", done.stdout)[0], flush=True)


def types_at_once(rollover):
    """Nothing is lost although the client at the far end sets its terminal up only after the login."""
    file = sandbox.path("typed at once")
    done = type_text(rollover, f"cat >'{file}'\n" + "\n".join(LINES[:50]) + "\n{^D}")
    assert done.returncode == 0, done.stderr
    written = sandbox.read("typed at once").splitlines()
    assert written == LINES[:50], written


def escape_sequence_of_conserver(rollover):
    done = activate(rollover, "other state", node("bash", ["echo &#5;c."]))
    assert done.returncode == 2 and "topology.xml:3:6" in done.stderr, (done.returncode, done.stderr)
    done = type_text(rollover, "{WAIT 2}echo one\n{^E}c.{WAIT 3}echo two\n")
    assert done.returncode == 1 and "ended the console" in done.stderr, (done.returncode, done.stderr)
    done = type_text(rollover, "{WAIT 2}echo one\n{^E}c.", "--settle", "3")
    assert done.returncode == 0 and "after the last character" in done.stderr, (done.returncode, done.stderr)
    print("^Ec. in a configuration is refused; pressed on purpose it ends the connection, and that is an error")


def held_by_somebody_else(rollover):
    """conserver lets the second one look only: nothing is echoed, so Enter is not pressed."""
    holder = Client("-f", "bash")
    holder.until("for help]")
    done = type_text(rollover, "true\n", "--pacing", "echoed")
    assert done.returncode == 1 and "Enter was not pressed" in done.stderr, (done.returncode, done.stderr)
    print("held by somebody else:", " ".join(done.stdout.split()))
    holder.leave()


def main():
    sandbox.enter("conserver", "console", "sshd", "ssh-keygen", "bash")
    rollover = os.path.abspath(sys.argv[1])
    start_everything(rollover)
    shows_prompt("r1")
    shows_prompt("r2")
    configures_through_conserver(rollover)
    types_at_once(rollover)
    escape_sequence_of_conserver(rollover)
    held_by_somebody_else(rollover)
    print("ok")


main()
