#!/usr/bin/env python3
"""service_guide_test.py ROLLOVER: does what docs/service.md shows, block by block, in the simulated demo lab. In a `console` block a line with
"$ " is typed, and the lines below it are what must come; numbers may be others. A `sh` block is not run (it is for a machine with systemd):
its programs must exist, and a shell must understand it."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "system"))
import sandbox  # noqa: E402
import serve_test  # noqa: E402
from at_test import start_atd  # noqa: E402

GUIDE = os.path.join(serve_test.SOURCE, "docs/service.md")


def blocks():
    with open(GUIDE, encoding="utf-8") as file:
        return re.findall(r"^```(\w+)\n(.*?)^```$", file.read(), re.M | re.S)


def commands_of(block):
    """Pairs of what is typed and what must come."""
    out = []
    for line in block.splitlines():
        if line.startswith("$ "):
            out.append((line[2:], []))
        else:
            out[-1][1].append(line)
    return [(command, "\n".join(lines)) for command, lines in out]


def pattern_of(expected):
    """Other numbers are the same; words are words."""
    words = [re.sub(r"\d+", r"\\d+", re.escape(word)) for word in expected.split()]
    return r"\s+".join(words)


def looks_like(expected, said):
    # Which devices are free is the lab's: any may be named.
    expected, said = (re.sub(r"(?m)^(\s+devices)[ r\d]*$", r"\1", text) for text in (expected, said))
    return re.fullmatch(pattern_of(expected), said.strip()) is not None


def until_it_looks_like(lab, environment, command, expected):
    limit, said = time.monotonic() + 60, ""
    while time.monotonic() < limit:
        done = subprocess.run(["bash", "-c", command], cwd=lab.folder, env=environment, capture_output=True, text=True, timeout=120, check=False)
        said = done.stdout + done.stderr
        if looks_like(expected, said):
            return
        if not command.startswith(("curl", "printf")):  # what asks may ask again: an activation takes its time
            break
        time.sleep(0.5)
    raise AssertionError(f"{GUIDE}: {command}\n{said}\nis not\n{expected}\n{lab.read('serve.log')[-2000:]}")


def main():
    sandbox.enter("atd", "at", "curl", "nc", "systemctl", "systemd-sysusers")
    tempfile.tempdir = sandbox.FOLDER
    sandbox.run("mount", "-t", "tmpfs", "tmpfs", "/var/lib")
    programs = sandbox.path("bin")
    os.mkdir(programs)
    os.symlink(serve_test.ROLLOVER, os.path.join(programs, "rollover"))
    environment = dict(os.environ, PATH=programs + ":" + os.environ["PATH"], USER="eva")
    start_atd()
    lab = serve_test.Lab()
    ran = 0
    try:
        for language, block in blocks():
            if language == "sh":
                sandbox.run("bash", "-n", text=block)
                for name in re.findall(r"(?:^|&& )([\w-]+)", block, re.M):
                    assert shutil.which(name, path=environment["PATH"]), f"{GUIDE}: there is no {name}"
            if language != "console":
                continue
            for command, expected in commands_of(block):
                ran += 1
                if command.startswith("rollover serve"):
                    lab.start("serve", *command.split()[1:])
                    lab.wait("serve.log", expected)
                else:
                    until_it_looks_like(lab, environment, command, expected)
                print("$ " + command, flush=True)
    finally:
        lab.end()
    assert ran >= 9, f"only {ran} commands were found"
    print("ok")


main()
