#!/usr/bin/env python3
"""frames.py NAMESPACE1 INTERFACE1 NAMESPACE2 INTERFACE2: sends frames of each kind both ways and compares them byte by byte. Prints "KIND
DIRECTION" of each that did not come as it was sent, and nothing else."""
import ctypes
import os
import socket
import struct
import sys
import time

AUXDATA, SOL_PACKET, OUTGOING, NEWNET = 8, 263, 4, 0x40000000
SOURCE = bytes.fromhex("020000000001")
KINDS = {
    "broadcast": b"\xff" * 6 + SOURCE + b"\x88\xb5" + bytes(60),
    "stp": bytes.fromhex("0180c2000000") + SOURCE + b"\x00\x26\x42\x42\x03" + bytes(60),
    "lacp": bytes.fromhex("0180c2000002") + SOURCE + b"\x88\x09\x01" + bytes(60),
    "802.1X": bytes.fromhex("0180c2000003") + SOURCE + b"\x88\x8e" + bytes(60),
    "lldp": bytes.fromhex("0180c200000e") + SOURCE + b"\x88\xcc" + bytes(60),
    "cdp": bytes.fromhex("01000ccccccc") + SOURCE + b"\x00\x40\xaa\xaa\x03\x00\x00\x0c\x20\x00" + bytes(60),
    "tagged": b"\xff" * 6 + SOURCE + b"\x81\x00\x00\x07\x88\xb5" + bytes(60),
    "tagged as the lab's own VLANs": b"\xff" * 6 + SOURCE + b"\x81\x00\x00\x6f\x88\xb5" + bytes(60),
    "double-tagged": b"\xff" * 6 + SOURCE + b"\x81\x00\x00\x08\x81\x00\x00\x07\x88\xb5" + bytes(60),
    "802.1ad": b"\xff" * 6 + SOURCE + b"\x88\xa8\x00\x08\x81\x00\x00\x07\x88\xb5" + bytes(60),
    "of 9000 bytes": b"\xff" * 6 + SOURCE + b"\x88\xb5" + b"\x5a" * 9000,
}


def listen(namespace, interface):
    where = os.open("/run/netns/" + namespace, os.O_RDONLY)
    assert ctypes.CDLL(None).setns(where, NEWNET) == 0, namespace
    os.close(where)
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    s.bind((interface, 0))
    s.setsockopt(SOL_PACKET, AUXDATA, 1)
    return s


def receive(s):
    """A frame as it was on the wire: the kernel takes the outer tag out of it and tells it apart."""
    frame, more, _, address = s.recvmsg(20000, 1024)
    for level, kind, value in more:
        if level == SOL_PACKET and kind == AUXDATA:
            status, _, _, _, _, tag, protocol = struct.unpack("IIIHHHH", value)
            if status & 1 << 4:
                frame = frame[:12] + struct.pack("!HH", protocol if status & 1 << 6 else 0x8100, tag) + frame[12:]
    return None if address[2] == OUTGOING else frame


def comes(s, wanted, patience=3):
    limit = time.monotonic() + patience
    while (left := limit - time.monotonic()) > 0:
        s.settimeout(left)
        try:
            if receive(s) == wanted:
                return True
        except TimeoutError:
            break
    return False


def wake(here, there):
    """The first frames may be lost: Open vSwitch asks for the hardware address of a tunnel's other end when it needs it."""
    frame = KINDS["broadcast"]
    for _ in range(20):
        here.send(frame)
        if comes(there, frame, 0.5):
            return


def main():
    ends = [listen(*sys.argv[i:i + 2]) for i in (1, 3)]
    wake(*ends)
    for kind, frame in KINDS.items():
        for way, (here, there) in (("there", ends), ("back", ends[::-1])):
            here.send(frame)
            if not comes(there, frame):
                print(kind, way)


main()
