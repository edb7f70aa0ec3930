#!/usr/bin/env python3
"""guide_test.py ROLLOVER: does what docs/platforms.md tells in "The first hour", block by block: writes the pieces of XML into the file, runs the
commands and compares what they print, all with a real BusyBox behind a real ser2net. So a piece that is wrong, a command that has changed
or an output that nobody sees any more fails here. Then it does what a reader may do to the device, and what he should not."""
import json
import os
import re
import select
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import sandbox  # noqa: E402

SOURCE = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
GUIDE = os.path.join(SOURCE, "docs", "platforms.md")
ROLLOVER = os.path.abspath(sys.argv[1])
FILE = "platforms/ash.xml"


def blocks_of(title):
    """The fenced blocks of a section: line number, language, text."""
    found, open_at, inside = [], None, False
    with open(GUIDE, encoding="utf-8") as guide:
        for number, line in enumerate(guide, 1):
            if line.startswith("## "):
                inside = line[3:].strip() == title
            elif line.startswith("```") and inside:
                if open_at is None:
                    open_at = number
                    found.append([number, line[3:].strip(), ""])
                else:
                    open_at = None
            elif open_at is not None:
                found[-1][2] += line
    assert found and open_at is None, f"{GUIDE}: no section {title!r}, or a block that is never closed"
    return found


def run(command, patience=120):
    """As a reader's shell would; what it prints, errors first, and its exit code."""
    try:
        done = subprocess.run(command, shell=True, cwd=sandbox.FOLDER, text=True, capture_output=True, timeout=patience, check=False,
                              env=dict(os.environ, PATH=os.path.dirname(ROLLOVER) + ":" + os.environ["PATH"]))
    except subprocess.TimeoutExpired as late:
        raise AssertionError(f"{late}\n{(late.stderr or b'').decode()}{(late.stdout or b'').decode()}") from late
    return done.stderr + done.stdout, done.returncode


def with_piece(platform, piece):
    """The rule that the guide gives: an opening tag takes the place of the old one, an element that may stand once too; all else goes to the end."""
    if piece.startswith("<platform ") and "</platform>" in piece:
        return piece
    if piece.startswith("<platform "):
        return re.sub(r"<platform [^>]*>", lambda _: piece.strip(), platform, count=1)
    once = re.match(r"\s*<(erase|readback)\b", piece)
    if once:
        platform = re.sub(rf"  <{once[1]}\b[^>]*?(?:/>|>.*?</{once[1]}>)\n", "", platform, count=1, flags=re.S)
    return platform.replace("</platform>", piece + "</platform>")


def comparable(output):
    """Without what is another one on each machine and in each run."""
    output = re.sub(r" *\d+ ms", " N ms", output)
    output = re.sub(r'(serial number|model|software) "[^"]*"', r'\1 "..."', output)
    output = re.sub(r'prompt "[~/][^"]* [#$] "', 'prompt "DIRECTORY # "', output)
    return [line.rstrip() for line in output.strip().splitlines()]


def is_as_printed(expected, printed):
    """"..." on a line of its own stands for any lines, also none."""
    if not expected:
        return not printed
    if expected[0] == "...":
        return any(is_as_printed(expected[1:], printed[i:]) for i in range(len(printed) + 1))
    return bool(printed) and expected[0] == printed[0] and is_as_printed(expected[1:], printed[1:])


def console_block(number, text):
    """Each "$ command" and what it prints."""
    for command, expected in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", text, flags=re.M):
        if command.startswith("sudo apt-get"):
            continue  # ./dev installs it
        if command.endswith("&"):
            sandbox.start(command.split()[0], "sh", "-c", "exec " + command[:-1], cwd=sandbox.FOLDER, env=dict(os.environ, TERM="vt100"))
            waited = re.search(r"link=(\S+?)[, ]", command)
            if waited:
                sandbox.wait_until(command, lambda: os.path.exists(waited[1]))
            if command.startswith("ser2net"):
                sandbox.wait_for_port(4001)
            continue
        printed, _ = run(command)
        assert is_as_printed(comparable(expected), comparable(printed)), f"{GUIDE}:{number}: {command}\nprints\n{printed}\nand not\n{expected}"


def follow_the_guide():
    files = {"<lab": "lab.xml", "<topology": "hello.xml"}
    platform = ""
    for number, language, text in blocks_of("The first hour"):
        print(f"line {number}: {text.splitlines()[0]}", flush=True)
        root = next((root for root in files if text.startswith(root)), None)
        if language == "xml" and root:
            sandbox.write(files[root], text)
        elif language == "xml":
            platform = with_piece(platform, text)
            sandbox.write(FILE, platform)
        elif language == "yaml":
            sandbox.write("ser2net.yaml", text)
        else:
            assert language == "console", f"{GUIDE}:{number}: what is a block of {language!r}?"
            console_block(number, text)


def left_by_a_user(what, typed, sees):
    """Typed at the line itself by somebody who leaves without a word; and `try` finds the device there."""
    # ser2net closes the line a while after its client has gone, and throws away what is in it then.
    sandbox.wait_until("ser2net leaves the line", lambda: not os.listdir("/run/lock"))
    line = os.open("/dev/shm/ash-line", os.O_RDWR | os.O_NOCTTY)
    os.write(line, typed)
    seen = b""
    while sees not in seen:
        assert select.select([line], [], [], 20)[0], f"{what}: {seen[-200:]}"
        seen += os.read(line, 4096)
    os.close(line)
    begun = time.monotonic()
    out, code = run(f"rollover platform try {FILE} --lab lab.xml --device box")
    assert code == 0, f"{what}: {out}"
    print(f"{what}: {time.monotonic() - begun:.1f} s", flush=True)


def what_a_reader_does_next():
    left_by_a_user("a page of more", b"seq 500 | more\r", b"--More-- ")
    left_by_a_user("an open quote", b"echo 'never closed\r", b"\n> ")
    # A program that never pauses is for virtual time (tests/situations/left_behind_test.cpp): here every process beside it makes pauses.
    with open(sandbox.path("hello.xml"), encoding="utf-8") as file:
        hello = file.read()
    sandbox.write("wrong.xml", hello.replace("mkdir ", "mkdri "))
    out, code = run("rollover activate wrong.xml --lab lab.xml --platforms platforms --state state")
    assert code == 1 and "mkdri" in out and "wrong.xml:" in out, out
    assert not os.path.exists("/dev/shm/ash"), "it was made clean again"
    out, code = run("rollover activate hello.xml --lab lab.xml --platforms platforms --state state --json")
    assert code == 0 and os.path.exists("/dev/shm/ash/address"), out
    out, code = run("rollover deactivate " + json.loads(out.splitlines()[-1])["activation"] +
                    " --lab lab.xml --platforms platforms --state state")
    assert code == 0 and not os.path.exists("/dev/shm/ash"), out


def a_wrong_piece_is_found():
    """The guide's own promise: each of these mistakes is one that `check` or `try` tells of."""
    with open(sandbox.path(FILE), encoding="utf-8") as file:
        good = file.read()
    for old, new, found_by in (('to="configuring"', 'to="configurin"', "check"),
                               ('<prompt match="&gt; ?"/>', '<prompt match="[~/][-\\w./]* [#$] "/>', "check"),
                               ("PS1=$ROLLOVER_PS1", "true", "try"),
                               ("rollover $?", "roll $?", "try")):
        assert old in good, old
        sandbox.write("wrong.xml", good.replace(old, new, 1))
        out, code = run("rollover platform check wrong.xml")
        assert (code == 2) == (found_by == "check"), out
        if found_by == "try":
            out, code = run("rollover platform try wrong.xml --lab lab.xml --device box --minutes 1")
            assert code == 1 and "FAILED" in out, out


sandbox.enter("socat", "ser2net", "busybox")
sandbox.run("mount", "-t", "tmpfs", "tmpfs", "/dev/shm")
os.mkdir("/run/lock")  # where ser2net writes that it has the line; the sandbox has an empty /run
os.mkdir(sandbox.path("platforms"))
sandbox.run("ip", "address", "add", "192.0.2.1/32", "dev", "lo")  # ser2net finds no address where there is only 127.0.0.1
follow_the_guide()
what_a_reader_does_next()
a_wrong_piece_is_found()
print("ok")
