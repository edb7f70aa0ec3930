"""A lab of real programs, made by a script that knows start, stop, status and exec (lab/lab.sh, sites/sites.sh), and the shipped program on it."""
import functools
import json
import os
import subprocess
import sys
import tempfile
import time


def sh(*command, check=True, text=None):
    done = subprocess.run(command, capture_output=True, text=True, check=False, input=text)
    if check and done.returncode != 0:
        raise AssertionError(f"{' '.join(command)}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def only_as_root():
    if os.geteuid() != 0:
        print("SKIPPED: needs root, because it makes network namespaces")
        sys.exit(77)


class RealLab:
    def __init__(self, script, rollover, *how):
        self.script, self.rollover, self.how = script, os.path.abspath(rollover), how
        self.folder = tempfile.mkdtemp(prefix="rollover-real-")
        os.rmdir(self.folder)

    def __enter__(self):
        try:
            sh(self.script, "start", self.folder, *self.how)
        except BaseException:
            sh(self.script, "stop", self.folder, check=False)
            raise
        return self

    def __exit__(self, kind, *_):
        if kind is not None:
            print(sh(self.script, "status", self.folder, check=False), file=sys.stderr)
        sh(self.script, "stop", self.folder)

    @property
    def file(self):
        return self.folder + "/lab.xml"

    @functools.cached_property
    def prefix(self):
        with open(self.folder + "/prefix", encoding="utf-8") as file:
            return file.read().strip()

    def do(self, command, *arguments):
        return sh(self.script, command, self.folder, *arguments)

    def exec(self, where, *command, text=None):
        return sh(self.script, "exec", self.folder, where, *command, text=text)

    def pings(self, where, address, patience=5):
        return subprocess.run(["ip", "netns", "exec", f"{self.prefix}-{where}", "ping", "-c1", f"-W{patience}", address], check=False,
                              capture_output=True).returncode == 0

    def start(self, *arguments):
        return subprocess.Popen([self.rollover, *arguments, "--lab", self.file, "--state", self.folder + "/state"],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def program(self, *arguments):
        """The program without --lab and --state, for commands that name the lab otherwise."""
        return subprocess.run([self.rollover, *arguments], capture_output=True, text=True, check=False, timeout=120)

    def run(self, *arguments, code=0):
        return self.finish(self.start(*arguments), code)

    @staticmethod
    def finish(process, code=0):
        out, err = process.communicate(timeout=300)
        assert process.returncode == code, (process.args, process.returncode, out, err)
        return out, err

    def status(self, *more):
        return json.loads(sh(self.rollover, "status", "--json", "--state", self.folder + "/state", *more))


class Served:
    """`rollover serve` on the lab."""

    def __init__(self, lab, *more):
        self.lab = lab
        self.log = lab.folder + "/serve.log"
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([lab.rollover, "serve", "--lab", lab.file, "--state", lab.folder + "/state", "--listen", "127.0.0.1:0",
                                             *more], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.address = self.wait_for("serving at http://").split("serving at http://")[1].split()[0]

    def wait_for(self, text):
        limit = time.monotonic() + 60
        while True:
            with open(self.log, encoding="utf-8", errors="replace") as file:
                said = file.read()
            if text in said:
                return said
            assert time.monotonic() < limit and self.process.poll() is None, said
            time.sleep(0.05)

    def run(self, *arguments):
        done = subprocess.run([self.lab.rollover, *arguments, "--json"], capture_output=True, text=True, check=False, timeout=120,
                              env=dict(os.environ, ROLLOVER_SERVICE="http://" + self.address, USER="eva"))
        assert done.returncode == 0, (arguments, done.stdout, done.stderr)
        return json.loads(done.stdout)

    def until(self, what, condition, patience):
        limit = time.monotonic() + patience
        while not condition():
            with open(self.log, encoding="utf-8", errors="replace") as file:
                assert time.monotonic() < limit and self.process.poll() is None, f"{what}: not within {patience} s\n{file.read()[-4000:]}"
            time.sleep(0.2)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(120)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def last_line(out):
    return out.splitlines()[-1]


def nodes_of(ready_line):
    ready = json.loads(ready_line)
    assert ready["event"] == "ready", ready
    assert all(g["too_short"] == 0 for g in ready["gaps"].values()), ready["gaps"]
    return ready["activation"], {n["node"]: n["device"] for n in ready["nodes"]}
