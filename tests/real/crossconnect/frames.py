#!/usr/bin/env python3
"""Sends frames of every kind that a join must let through, and compares what arrives, byte for byte.

frames.py FROM TO [SILENT...]: names of network namespaces with an eth0 each. Every frame that FROM sends must arrive at
TO once, as it was sent, and at no SILENT. Prints a line for each kind; exit 1 when one did not pass.
"""
import ctypes
import os
import select
import socket
import struct
import sys
import time

SOURCE = bytes.fromhex("02000000aa01")
ETH_P_ALL = 3
SOL_PACKET = 263
PACKET_ADD_MEMBERSHIP = 1
PACKET_MR_PROMISC = 1
PACKET_AUXDATA = 8
PACKET_OUTGOING = 4
TP_STATUS_VLAN_VALID = 0x10
TP_STATUS_VLAN_TPID_VALID = 0x40
CLONE_NEWNET = 0x40000000
libc = ctypes.CDLL(None, use_errno=True)


def in_namespace(path):
    with open(path, "rb") as namespace:
        if libc.setns(namespace.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), f"setns {path}")


def open_socket(namespace):
    """A packet socket on eth0 of a namespace; it stays there when we have left again."""
    in_namespace(f"/run/netns/{namespace}")
    try:
        one = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        one.bind(("eth0", ETH_P_ALL))
        one.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
        member = struct.pack("iHH8s", socket.if_nametoindex("eth0"), PACKET_MR_PROMISC, 0, b"")
        one.setsockopt(SOL_PACKET, PACKET_ADD_MEMBERSHIP, member)
        return one
    finally:
        in_namespace("/proc/1/ns/net" if os.path.exists("/proc/1/ns/net") else "/proc/self/ns/net")


def receive(one):
    """A frame of ours as it was on the wire: the kernel has taken the outermost tag off. None for others."""
    data, extra, _flags, sender = one.recvmsg(65536, 256)
    if sender[2] == PACKET_OUTGOING or data[6:12] != SOURCE:
        return None
    for level, kind, payload in extra:
        if level == SOL_PACKET and kind == PACKET_AUXDATA:
            status, _, _, _, _, tci, tpid = struct.unpack("IIIHHHH", payload[:20])
            if status & TP_STATUS_VLAN_VALID:
                tpid = tpid if status & TP_STATUS_VLAN_TPID_VALID else 0x8100
                data = data[:12] + struct.pack("!HH", tpid, tci) + data[12:]
    return data


def frame(destination, ethertype, payload, tags=()):
    tagged = b"".join(struct.pack("!HH", tpid, tci) for tpid, tci in tags)
    return bytes.fromhex(destination.replace(":", "")) + SOURCE + tagged + struct.pack("!H", ethertype) + payload


def counted(length):
    return bytes(i * 7 & 0xFF for i in range(length))


def of_802_3(destination, payload):
    return frame(destination, len(payload), payload)


def kinds():
    llc = bytes.fromhex("424203")
    snap = bytes.fromhex("aaaa0300000c")
    unicast, broadcast = "02:00:00:00:bb:01", "ff:ff:ff:ff:ff:ff"
    nd = bytes.fromhex("6000000000203aff") + counted(64)
    return {
        "STP": of_802_3("01:80:c2:00:00:00", llc + counted(35)),
        "RSTP": of_802_3("01:80:c2:00:00:00", llc + counted(36)),
        "PVST+": frame("01:00:0c:cc:cc:cd", 50, snap + b"\x01\x0b" + counted(42), [(0x8100, 10)]),
        "PVST+ untagged": of_802_3("01:00:0c:cc:cc:cd", snap + b"\x01\x0b" + counted(42)),
        "PAUSE address, other protocol": frame("01:80:c2:00:00:01", 0x88B5, counted(46)),
        "LACP": frame("01:80:c2:00:00:02", 0x8809, b"\x01\x01" + counted(108)),
        "OAM": frame("01:80:c2:00:00:02", 0x8809, b"\x03" + counted(60)),
        "802.1X": frame("01:80:c2:00:00:03", 0x888E, b"\x01\x01\x00\x00" + counted(42)),
        "LLDP 0e": frame("01:80:c2:00:00:0e", 0x88CC, b"\x02\x07\x04" + counted(60)),
        "LLDP 03": frame("01:80:c2:00:00:03", 0x88CC, b"\x02\x07\x04" + counted(60)),
        "LLDP 00": frame("01:80:c2:00:00:00", 0x88CC, b"\x02\x07\x04" + counted(60)),
        "MVRP": frame("01:80:c2:00:00:21", 0x88F5, counted(46)),
        "CDP": of_802_3("01:00:0c:cc:cc:cc", snap + b"\x20\x00\x02\xb4" + counted(80)),
        "VTP": of_802_3("01:00:0c:cc:cc:cc", snap + b"\x20\x03" + counted(90)),
        "802.1Q": frame(unicast, 0x0800, counted(100), [(0x8100, 55)]),
        "802.1Q, VLAN of the switch": frame(unicast, 0x0800, counted(100), [(0x8100, 101)]),
        "802.1Q, priority": frame(unicast, 0x0800, counted(100), [(0x8100, 0xE000 | 55)]),
        "802.1p, VLAN 0": frame(unicast, 0x0800, counted(100), [(0x8100, 0xA000)]),
        "802.1ad": frame(unicast, 0x0800, counted(100), [(0x88A8, 300)]),
        "QinQ 88a8 8100": frame(unicast, 0x0800, counted(100), [(0x88A8, 300), (0x8100, 55)]),
        "QinQ 8100 8100": frame(unicast, 0x0800, counted(100), [(0x8100, 300), (0x8100, 55)]),
        "three tags": frame(unicast, 0x0800, counted(100), [(0x88A8, 1), (0x8100, 2), (0x8100, 3)]),
        "9,000 bytes": frame(unicast, 0x88B5, counted(9000)),
        "9,000 bytes and a tag": frame(unicast, 0x88B5, counted(9000), [(0x8100, 55)]),
        "9,000 bytes and two tags": frame(unicast, 0x88B5, counted(9000), [(0x88A8, 300), (0x8100, 55)]),
        "1,500 bytes": frame(broadcast, 0x88B5, counted(1500)),
        "60 bytes": frame(unicast, 0x88B5, counted(46)),
        "runt": frame(unicast, 0x88B5, counted(10)),
        "runt with a tag": frame(unicast, 0x88B5, counted(10), [(0x8100, 55)]),
        "unknown ethertype": frame(unicast, 0xABCD, counted(200)),
        "MPLS": frame(unicast, 0x8847, b"\x00\x01\x01\x40" + counted(60)),
        "IS-IS": of_802_3("01:80:c2:00:00:14", bytes.fromhex("fefe03") + counted(100)),
        "IPv6 neighbour discovery": frame("33:33:ff:00:00:01", 0x86DD, nd),
        "IPv6 MLD": frame("33:33:00:00:00:16", 0x86DD, nd),
        "IPv4 multicast": frame("01:00:5e:00:00:05", 0x0800, counted(100)),
        "ARP": frame(broadcast, 0x0806, bytes.fromhex("0001080006040001") + counted(38)),
        "PTP": frame("01:1b:19:00:00:00", 0x88F7, counted(46)),
    }


def same(sent, got):
    """As it was sent; a runt may have got zeros up to the shortest frame there is."""
    return got == sent or (len(sent) < 64 and got[: len(sent)] == sent and not any(got[len(sent) :]))


def try_kind(name, sent, sender, receiver, silent):
    sender.send(sent)
    got = []
    ends = time.monotonic() + 3
    while time.monotonic() < ends:
        ready, _, _ = select.select([receiver, *silent], [], [], max(0, ends - time.monotonic()))
        for one in ready:
            data = receive(one)
            if data is not None and one is not receiver:
                return f"{name}: arrived where it must not"
            if data is not None:
                got.append(data)
                ends = min(ends, time.monotonic() + 0.02)  # a second copy would come at once
    if len(got) != 1:
        return f"{name}: {len(got)} arrived"
    if not same(sent, got[0]):
        return f"{name}: sent {sent[:40].hex()}... ({len(sent)}), got {got[0][:40].hex()}... ({len(got[0])})"
    return None


def main(source, target, *others):
    sender, receiver = open_socket(source), open_socket(target)
    silent = [open_socket(one) for one in others]
    bad = 0
    for name, sent in kinds().items():
        wrong = try_kind(name, sent, sender, receiver, silent)
        print(wrong or f"{name}: passed")
        bad += wrong is not None
    print(f"{len(kinds()) - bad} of {len(kinds())} kinds passed")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
