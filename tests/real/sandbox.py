"""What the tests in Python on real programs have in common: they run in network, process, mount and UTS namespaces of their own. So
every port and every path under /run is free, nobody else on the machine is disturbed, and however a test ends (a failed assertion,
ctest's SIGKILL at a timeout), the kernel ends all its programs and nothing is left."""
import os
import pty
import select
import shutil
import subprocess
import sys
import time

FOLDER = "/run/test"
_programs = []


def skip(why):
    print("SKIPPED: " + why)
    sys.exit(77)


def enter(*needed):
    """Runs the calling test again in the sandbox, and comes back there. `needed`: programs without which it is skipped."""
    if os.geteuid() != 0:
        skip("needs root, because it makes network namespaces")
    for name in needed:
        if find(name) is None:
            skip(name + " is not installed; ./dev installs what these tests need")
    if os.environ.pop("ROLLOVER_SANDBOX", None) is None:
        os.environ["ROLLOVER_SANDBOX"] = "1"
        unshare = ["unshare", "--net", "--pid", "--fork", "--kill-child", "--mount-proc", "--uts", "--propagation", "private"]
        os.execvp("unshare", [*unshare, sys.executable, *sys.argv])
    run("ip", "link", "set", "lo", "up")
    run("mount", "-t", "tmpfs", "-o", "mode=0755", "tmpfs", "/run")
    os.mkdir(FOLDER)


def find(name):
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin:/usr/lib/frr")


def run(*command, text=None, timeout=60):
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False, timeout=timeout)
    assert done.returncode == 0, f"{' '.join(command)}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


def path(name):
    return os.path.join(FOLDER, name)


def write(name, text, mode=0o600):
    with open(path(name), "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path(name), mode)
    return path(name)


def read(name):
    with open(path(name), encoding="utf-8", errors="replace") as file:
        return file.read()


def start(name, *command, **how):
    """Starts a program; what it says goes to the log `name`."""
    with open(path(name + ".log"), "ab") as log:
        how = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log, **how}
        program = subprocess.Popen(command, **how)
    _programs.append(program)
    return program


def wait_until(what, is_so, patience=20):
    limit = time.monotonic() + patience
    while time.monotonic() < limit:
        if is_so():
            return
        time.sleep(0.02)
    logs = "".join(f"\n{name}: {read(name)[-500:]}" for name in os.listdir(FOLDER) if name.endswith(".log"))
    raise AssertionError(f"{what() if callable(what) else what}: not within {patience} s{logs}")


def wait_for_port(port):
    # Looks at the table: connecting would take a converter's only place.
    wanted = f":{port:04X} 00000000:0000 0A "

    def listens():
        with open("/proc/net/tcp", encoding="ascii") as table:
            return wanted in table.read()

    wait_until(f"somebody listens on port {port}", listens)


class Namespace:
    """One more network namespace; it lives as long as the program that holds it."""

    def __init__(self, name):
        self.holder = start(name, "unshare", "--net", "sleep", "infinity")
        wait_until("the namespace " + name, self._is_there)
        self.run("ip", "link", "set", "lo", "up")

    def _is_there(self):
        return os.readlink(f"/proc/{self.holder.pid}/ns/net") != os.readlink("/proc/self/ns/net")

    def command(self, *command):
        return ["nsenter", "-t", str(self.holder.pid), "--net", *command]

    def run(self, *command):
        return run(*self.command(*command))


class Terminal:
    """A program for people, on a terminal of its own."""

    def __init__(self, *command):
        self.id, self.terminal = pty.fork()
        if self.id == 0:
            os.execvp(command[0], command)

    def type(self, text):
        os.write(self.terminal, text.encode())

    def until(self, mark, patience=60):
        heard, limit = "", time.monotonic() + patience
        while mark not in heard:
            left = limit - time.monotonic()
            assert left > 0 and select.select([self.terminal], [], [], left)[0], f"no {mark!r} in {heard!r}"
            try:
                heard += os.read(self.terminal, 4096).decode("latin-1")
            except OSError as e:
                raise AssertionError(f"the program has ended; no {mark!r} in {heard!r}") from e
        return heard

    def start_router(self):
        """From the first question of a simulated Cisco router that nobody has configured to its prompt."""
        for text, mark in (("\r", "[yes/no]: "), ("no\r", "[yes]: "), ("\r", "Press RETURN to get started!"), ("\r", "Router>")):
            self.type(text)
            self.until(mark)

    def ended(self):
        os.waitpid(self.id, 0)
        os.close(self.terminal)


def start_openvswitch(*options):
    """An Open vSwitch without bridges; OVS_RUNDIR says where, to the tools and to us. Result: that folder."""
    folder = path("ovs")
    os.mkdir(folder)
    os.environ["OVS_RUNDIR"] = folder
    run("ovsdb-tool", "create", f"{folder}/conf.db", "/usr/share/openvswitch/vswitch.ovsschema")
    start("ovsdb", find("ovsdb-server"), f"{folder}/conf.db", f"--remote=punix:{folder}/db.sock")
    wait_until("the database", lambda: os.path.exists(f"{folder}/db.sock"))
    run("ovs-vsctl", "--no-wait", "init")
    start("vswitchd", find("ovs-vswitchd"), *options, f"unix:{folder}/db.sock")
    return folder
