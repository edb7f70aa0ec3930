"""A PostgreSQL cluster of the test's own, in the sandbox: Debian's server, own folder, own port, own user."""
import glob
import os
import pwd
import subprocess
import threading

import sandbox

PORT = 5433
END = "-- end of the answer --"
URL = f"postgresql://rollover@127.0.0.1:{PORT}/"


def program(name):
    found = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"))
    if not found:
        sandbox.skip("PostgreSQL is not installed; ./dev installs it")
    return found[-1]


class Cluster:
    """Listens on `address`; whoever reaches it there is the superuser `rollover`."""

    def __init__(self, address="127.0.0.1", *settings):
        self.folder, self.address, self.settings = sandbox.path("cluster"), address, settings
        self.psql, self.asking = {}, threading.Lock()
        self.user = pwd.getpwnam("postgres")  # the server does not run as root
        os.mkdir(self.folder, 0o700)
        os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        self._run(program("initdb"), "-D", self.folder, "-U", "rollover", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        with open(os.path.join(self.folder, "pg_hba.conf"), "a", encoding="ascii") as file:
            file.write("host all all 0.0.0.0/0 trust\n")
        self.start()

    def _as_user(self):
        return {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": [], "cwd": self.folder}

    def _run(self, *command):
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, **self._as_user())
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self):
        settings = [f"-c{one}" for one in ("max_connections=200", *self.settings)]
        self.server = sandbox.start("postgres", program("postgres"), "-D", self.folder, "-h", self.address, "-p", str(PORT), "-k",
                                    self.folder, *settings, **self._as_user())
        sandbox.wait_until("PostgreSQL answers", self.answers, 60)

    def answers(self):
        return subprocess.run([program("pg_isready"), "-q", "-h", self.folder, "-p", str(PORT)], check=False).returncode == 0

    def stop(self, how="immediate"):
        self._close()
        self._run(program("pg_ctl"), "stop", "-w", "-D", self.folder, "-m", how)
        self.server.wait()

    def sql(self, text, database="postgres"):
        """Rows as psql prints them, unaligned, without head. One psql stays for each database: tests ask many times a second."""
        with self.asking:
            psql = self.psql.get(database)
            if psql is None:
                psql = self.psql[database] = subprocess.Popen(
                    ["psql", "-h", self.folder, "-p", str(PORT), "-U", "rollover", "-At", "-v", "ON_ERROR_STOP=1", database],
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            answer = []
            try:
                psql.stdin.write(f"{text}\n;\n\\echo {END}\n")
                psql.stdin.flush()
                for line in psql.stdout:
                    if line.rstrip("\n") == END:
                        return "".join(answer)
                    answer.append(line)
            except BrokenPipeError:
                pass
            self._close()  # it ends at the first error
            raise AssertionError("".join(answer))

    def _close(self):
        for one in self.psql.values():
            one.kill()
            one.communicate()
        self.psql.clear()
