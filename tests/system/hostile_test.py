#!/usr/bin/env python3
"""hostile_test.py ROLLOVER [NAME...]: converters that do harm, as fast as a connection takes it. An activation on all of them at once ends by
itself, in bounded memory, says what was wrong with each, and nothing that they sent reaches the operator's terminal as it was sent."""
import os
import re
import resource
import socket
import subprocess
import sys
import tempfile
import threading
import time

ESCAPES = b"\x1b]0;owned\x07\x1b[2J\x1b[31m\x9b5n\x1b[c\x1bP+q544e\x1b\\\x08\x7f\r\n"
MOST_MEMORY = 150 << 20  # with all of them at once
MOST_SECONDS = 240
# name: the protocol, what is sent first, what is sent for ever
ALL = {
    "subnegotiation": ("telnet", b"\xff\xfa\x2c", b"x" * 4096),
    "options": ("telnet", b"", bytes(b for code in range(256) for b in (255, 251 + code % 4, code if code != 255 else 0)) * 4),
    "suspended": ("rfc2217", b"\xff\xfd\x2c\xff\xfb\x2c\xff\xfa\x2c\x6c\xff\xf0", b"\xff\xfa\x2c\x6d\xff\xf0\xff\xfa\x2c\x6c\xff\xf0"),
    "endless-line": ("raw", b"", b"A" * 65536),
    "prompts": ("raw", b"", b"\r\nR1#" * 8192),
    "questions": ("raw", b"", b"\r\nContinue? [confirm]\r\nPassword: \r\nlogin: " * 1024),
    "pager": ("raw", b"", b"\r\n--More-- " * 4096),
    "backspaces": ("raw", b"R1#", b"\b" * 65536),
    "returns": ("raw", b"", b"\r" * 65536),
    "nothing-but-nul": ("raw", b"", b"\0" * 65536),
    "escapes": ("raw", ESCAPES * 3 + b"R1#", None),
    "escapes-for-ever": ("raw", b"", ESCAPES * 1024),
    "escape-without-end": ("raw", b"\x1b]0;", b"A" * 65536),
}
HOSTILE = {name: how for name, how in ALL.items() if name in (sys.argv[2:] or ALL)}


class converter(threading.Thread):
    """Listens on a port of its own; does not read what it is told."""

    def __init__(self, first, for_ever):
        super().__init__(daemon=True)
        self.first, self.for_ever, self.sent = first, for_ever, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.start()

    def run(self):
        while True:
            peer, _ = self.listener.accept()
            threading.Thread(target=self.harm, args=(peer,), daemon=True).start()

    def harm(self, peer):
        try:
            peer.sendall(self.first)
            while self.for_ever:
                self.sent += peer.send(self.for_ever)
            while peer.recv(4096):
                peer.sendall(self.first)  # whatever is typed
        except OSError:
            pass


def main():
    rollover = os.path.abspath(sys.argv[1])
    converters = {name: converter(first, for_ever) for name, (_, first, for_ever) in HOSTILE.items()}
    with tempfile.TemporaryDirectory() as folder:
        lab, topology = os.path.join(folder, "lab.xml"), os.path.join(folder, "topology.xml")
        with open(lab, "w", encoding="ascii") as file:
            file.write('<lab name="hostile"><credentials name="c" user="u"/><site name="s">')
            for name, (protocol, _, _) in HOSTILE.items():
                file.write(f'<converter name="c-{name}" protocol="{protocol}" host="127.0.0.1">'
                           f'<line number="1" port="{converters[name].port}"/></converter>'
                           f'<device name="{name}" platform="cisco-ios"><console line="c-{name}/1" login="c" char-delay="1ms"/></device>')
            file.write("</site></lab>")
        with open(topology, "w", encoding="ascii") as file:
            file.write('<topology name="victims">')
            for name in HOSTILE:
                file.write(f'<node name="{name}"><require device="{name}"/><config>hostname R1\ninterface Loopback0\n</config></node>')
            file.write("</topology>")
        started = time.monotonic()
        done = subprocess.run([rollover, "activate", topology, "--lab", lab, "--state", os.path.join(folder, "state"), "-v",
                               "--device-deadline", "20s"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=MOST_SECONDS)
        taken = time.monotonic() - started
        status = subprocess.run([rollover, "status", "--state", os.path.join(folder, "state")], stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, timeout=60)
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss << 10
    said = done.stdout + status.stdout
    print(done.stdout.decode("utf-8", "replace")[-6000:])
    print(f"{taken:.0f} s, {memory >> 20} MiB, {sum(c.sent for c in converters.values()) >> 20} MiB were sent")
    assert done.returncode == 1, done.returncode
    assert memory < MOST_MEMORY, memory
    bad = re.findall(rb"[\x00-\x08\x0b-\x1f\x7f-\x9f]", re.sub(rb"[\xc2-\xf4][\x80-\xbf]+", b"", said))
    assert not bad, set(bad)
    assert b"\xc2\x9b" not in said, "CSI as one character"
    for name in HOSTILE:
        assert re.search(rf"(?m) {name} +(?:failed|quarantined)\b".encode(), done.stdout), f"nothing was said of {name}"
    print("ok")


main()
