#!/usr/bin/env python3
"""network_stall_test.py ROLLOVER: the network stalls in the middle of typing. `rollover type` types from one network namespace into
another; the cable between them is pulled for two seconds, at the near or the far end. In acked and in echoed mode no two characters
come closer together at the far end than was asked for. In timed mode they do, and the test has to see it: what TCP has kept during
the stall arrives at once. Nothing is lost in any mode."""
import json
import os
import re
import socket
import struct
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
sys.dont_write_bytecode = True
import sandbox  # noqa: E402

GAP_NS = 10_000_000
GRANULARITY_NS = 50_000  # the stamps are of another clock than the sender's: it may be slewed meanwhile
STALL_S = 2
STALL_AFTER = 100  # characters
PORT = 4001
TEXT = "".join(f"ip route 192.0.2.{i} null0\n" for i in range(15))


def capture(arrivals):
    """Notes when segments for PORT arrive, by the kernel's clock at the interface: a reader that has to wait for the processor reads
    two characters at once that came one after the other."""
    so_timestampns = 35
    sniffer = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
    sniffer.setsockopt(socket.SOL_SOCKET, so_timestampns, 1)
    while True:
        frame, notes, _, _ = sniffer.recvmsg(2048, 64)
        seconds, nanoseconds = struct.unpack("qq", notes[0][2][:16])
        header = 14 + (frame[14] & 15) * 4
        if frame[23] != socket.IPPROTO_TCP or struct.unpack_from("!H", frame, header + 2)[0] != PORT:
            continue
        begin = header + (frame[header + 12] >> 4) * 4
        size = 14 + struct.unpack_from("!H", frame, 16)[0] - begin
        is_syn = frame[header + 13] & 2
        sequence = struct.unpack_from("!I", frame, header + 4)[0] + (1 if is_syn else 0)
        arrivals.append((sequence, size, seconds * 1_000_000_000 + nanoseconds))


def receive(echoes):
    """In the far namespace: takes what is typed, and echoes it where asked. Prints a line after STALL_AFTER characters, and at the
    end what was received, with the time at which each character, and all before it, was there."""
    arrivals = []
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("", PORT))
        listener.listen(1)
        threading.Thread(target=capture, args=(arrivals,), daemon=True).start()
        time.sleep(0.1)  # the sniffer stands before anybody is let in
        print("listening", flush=True)
        client = listener.accept()[0]
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    text = b""
    told = False
    try:
        while data := client.recv(4096):
            text += data
            if not told and len(text) >= STALL_AFTER:
                told = True
                print("now", flush=True)
            if echoes:
                client.sendall(data.replace(b"\r", b"\r\n"))
    except ConnectionError:
        pass  # the other end has left before the last echo came
    first = arrivals[0][0]
    there = {}
    for sequence, size, when in arrivals:
        for i in range(sequence - first, sequence - first + size):
            there.setdefault(i, when)
    times, latest = [], 0
    for i in range(len(text)):
        latest = max(latest, there[i])
        times.append(latest)
    print(json.dumps({"text": text.decode("latin-1"), "times": times}), flush=True)


class Case:
    def __init__(self, number, mode, pulled):
        self.name = f"{mode}, pulled at the {pulled} end"
        self.mode = mode
        self.pulled = pulled
        self.near, self.far = f"near{number}", f"far{number}"
        self.here, self.there = f"10.77.{number}.1", f"10.77.{number}.2"
        self.namespace = sandbox.Namespace(f"ns{number}")
        sandbox.run("ip", "link", "add", self.near, "type", "veth", "peer", "name", self.far)
        sandbox.run("ip", "link", "set", self.far, "netns", str(self.namespace.holder.pid))
        sandbox.run("ip", "address", "add", self.here + "/24", "dev", self.near)
        self.namespace.run("ip", "address", "add", self.there + "/24", "dev", self.far)
        self.set_near_end("up")
        self.set_far_end("up")
        command = self.namespace.command(sys.executable, os.path.abspath(__file__), "receive", mode)
        self.receiver = sandbox.start(f"receiver{number}", *command, stdout=subprocess.PIPE, text=True)

    def set_near_end(self, state):
        sandbox.run("ip", "link", "set", self.near, state)

    def set_far_end(self, state):
        self.namespace.run("ip", "link", "set", self.far, state)

    def go(self, rollover, outcome):
        try:
            assert self.receiver.stdout.readline() == "listening\n"
            command = [rollover, "type", sandbox.path("text"), "--line", f"{self.there}:{PORT}", "--char-delay", "10ms",
                       "--line-delay", "10ms", "--pacing", self.mode, "--settle", "0.2", "--quiet"]
            typing = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            assert self.receiver.stdout.readline() == "now\n"
            set_end = self.set_near_end if self.pulled == "near" else self.set_far_end
            set_end("down")
            time.sleep(STALL_S)
            set_end("up")
            _, report = typing.communicate(timeout=100)
            assert typing.returncode == 0, report
            self.check(json.loads(self.receiver.stdout.readline()), report)
        except Exception as e:
            outcome.append(f"{self.name}: {type(e).__name__}: {e}")

    def check(self, seen, report):
        times = seen["times"]
        gaps = [b - a for a, b in zip(times, times[1:])]
        shortest, longest = min(gaps), max(gaps)
        squeezed = sum(g < GAP_NS - GRANULARITY_NS for g in gaps)
        print(f"{self.name}: {len(times)} characters; gaps at the far end: shortest {shortest / 1e6:.3f} ms, longest "
              f"{longest / 1e6:.0f} ms, too short: {squeezed}", flush=True)
        assert edited(seen["text"]) == TEXT.replace("\n", "\r"), seen["text"]
        assert longest > (STALL_S - 0.1) * 1e9, "the network did not stall while characters were on their way"
        assert "too short: 0;" in report, report
        if self.mode == "timed":
            assert squeezed > 10, "the stall did not bring characters together: the test cannot see what it looks for"
        else:
            assert squeezed == 0, f"{squeezed} gaps are too short, the shortest has {shortest} ns"


def edited(text):
    """As a device takes it: ^U clears the line (in echoed mode an echo that is late makes the line be typed again)."""
    while found := re.search(r"[^\r]*\x15", text):
        text = text[:found.start()] + text[found.end():]
    return text


def main():
    if sys.argv[1] == "receive":
        receive(sys.argv[2] == "echoed")
        return
    sandbox.enter("ip", "nsenter")
    sandbox.write("text", TEXT)
    cases = [(mode, pulled) for mode in ("timed", "acked", "echoed") for pulled in ("near", "far")]
    outcome = []
    threads = []
    for number, (mode, pulled) in enumerate(cases):
        case = Case(number, mode, pulled)
        threads.append(threading.Thread(target=case.go, args=(os.path.abspath(sys.argv[1]), outcome)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not outcome, "\n".join(outcome)
    print("ok")


main()
