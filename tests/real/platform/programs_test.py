#!/usr/bin/env python3
"""Platform files against the programs that they are written for, none of which is ours: BIRD 2 with birdc, Open vSwitch with ovs-vsctl, BusyBox's shell. Each stands on a
pseudo terminal behind a TCP port, as a console does. Configured, checked, rejected, erased, and proved clean by asking the program itself."""
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import sandbox  # noqa: E402

SOURCE = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
ROLLOVER = os.path.abspath(sys.argv[1])
LAB = """<lab name="programs"><site name="here"><converter name="cs" protocol="raw" host="127.0.0.1">
<line number="1" port="4001"/></converter>
<device name="dut" platform="{platform}"><console line="cs/1" baud="115200" char-delay="1ms" line-delay="5ms"/></device></site></lab>
"""
TOPOLOGY = """<topology name="t"><node name="N"><require platform="{platform}"/><config>
{config}
</config><check command="{check}" expect="{expect}"/></node></topology>
"""


def stop(*programs):
    for program in programs:
        program.terminate()
        program.wait(10)


def rollover(*arguments):
    done = subprocess.run([ROLLOVER, *arguments], cwd=sandbox.FOLDER, text=True, capture_output=True, timeout=120)
    return done.returncode, done.stdout, done.stderr


def write(name, text):
    with open(os.path.join(sandbox.FOLDER, name), "w", encoding="utf-8") as file:
        file.write(text)


def output(*command):
    return subprocess.run(command, text=True, capture_output=True, timeout=30).stdout


def console(command, **environment):
    """`command` on a terminal of its own, behind TCP port 4001."""
    env = dict(os.environ, TERM="vt100", HISTFILE="/dev/null", PS1="root@dut:~# ", **environment)
    program = sandbox.start("console", "socat", "TCP-LISTEN:4001,reuseaddr,fork", f"EXEC:{command},pty,setsid,ctty,stderr,sane", env=env)
    sandbox.wait_for_port(4001)
    return program


def tried(platform):
    code, out, err = rollover("platform", "try", os.path.join(SOURCE, f"drivers/platforms/{platform}.xml"), "--line", "127.0.0.1:4001")
    assert code == 0, out + err
    print(out)
    return out


def activated(platform, config, check, expect):
    write("lab.xml", LAB.format(platform=platform))
    write("t.xml", TOPOLOGY.format(platform=platform, config=config, check=check, expect=expect))
    return rollover("activate", "t.xml", "--lab", "lab.xml", "--state", "state", "--json")


def deactivated(out):
    code, report, err = rollover("deactivate", json.loads(out.splitlines()[-1])["activation"], "--lab", "lab.xml", "--state", "state")
    assert code == 0, report + err


def bird():
    conf, socket = os.path.join(sandbox.FOLDER, "bird.conf"), os.path.join(sandbox.FOLDER, "bird.ctl")
    before = 'router id 192.0.2.1;\nprotocol device { }\n'
    write("bird.conf", before)
    daemon = sandbox.start("bird", sandbox.find("bird"), "-f", "-c", conf, "-s", socket)
    sandbox.wait_until("BIRD is up", lambda: "up" in output("birdc", "-s", socket, "show", "status"))
    shell = console("bash --norc --noprofile -i", BIRD_CONF=conf, BIRD_SOCKET=socket)
    assert 'software "2' in tried("bird")
    config = "router id 192.0.2.7;\nprotocol device { }\nprotocol static lab {\n  ipv4;\n  route 203.0.113.0/24 blackhole;\n}"
    code, out, err = activated("bird", config, f"birdc -s {socket} show route", "203.0.113.0/24")
    assert code == 0, out + err
    assert "203.0.113.0/24" in output("birdc", "-s", socket, "show", "route")
    deactivated(out)
    assert "203.0.113.0/24" not in output("birdc", "-s", socket, "show", "route")
    with open(conf, encoding="utf-8") as file:
        assert file.read() == before
    code, out, err = activated("bird", "router id 192.0.2.7;\nprotocol statik lab { }", "true", ".*")
    assert code == 1 and "syntax error" in err + out, out + err
    with open(conf, encoding="utf-8") as file:
        assert file.read() == before, "a configuration that BIRD rejects never takes the place of the one in use"
    stop(shell, daemon)


def openvswitch():
    run = os.path.join(sandbox.FOLDER, "ovs")
    os.mkdir(run)
    database, socket = os.path.join(run, "conf.db"), f"unix:{run}/db.sock"
    subprocess.run(["ovsdb-tool", "create", database, "/usr/share/openvswitch/vswitch.ovsschema"], check=True)
    env = dict(os.environ, OVS_RUNDIR=run)
    server = sandbox.start("ovsdb", sandbox.find("ovsdb-server"), database, f"--remote=punix:{run}/db.sock", env=env)
    sandbox.wait_until("the database", lambda: os.path.exists(f"{run}/db.sock"))
    subprocess.run(["ovs-vsctl", "--no-wait", "init"], check=True, env=env)
    switch = sandbox.start("vswitchd", sandbox.find("ovs-vswitchd"), "--enable-dummy", socket, env=env)
    shell = console("bash --norc --noprofile -i", OVS_RUNDIR=run)
    tried("openvswitch")
    config = "ovs-vsctl add-br lab0 -- set bridge lab0 datapath_type=dummy\novs-vsctl add-br lab1 -- set bridge lab1 datapath_type=dummy"
    code, out, err = activated("openvswitch", config, "ovs-vsctl list-br", "lab1")
    assert code == 0, out + err
    bridges = subprocess.run(["ovs-vsctl", "list-br"], env=env, text=True, capture_output=True, check=True).stdout
    assert bridges.split() == ["lab0", "lab1"], bridges
    deactivated(out)
    bridges = subprocess.run(["ovs-vsctl", "list-br"], env=env, text=True, capture_output=True, check=True).stdout
    assert bridges == "", bridges
    code, out, err = activated("openvswitch", "ovs-vsctl ad-br lab2", "true", ".*")
    assert code == 1 and "unknown command 'ad-br'" in err + out, out + err
    stop(shell, switch, server)


def busybox():
    """OpenWrt's shell. uci is not in Debian, so what is configured here is what a shell can do without it."""
    shell = console("busybox sh -i")
    out = tried("openwrt")
    assert 'to configuring' in out and '[rollover 0]#' in out, out
    stop(shell)


sandbox.enter("socat", "bird", "birdc", "ovsdb-server", "ovs-vswitchd", "busybox")
for test in (bird, openvswitch, busybox):
    print(test.__name__, flush=True)
    test()
print("ok")
