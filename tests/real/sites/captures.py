"""`rollover capture` of a link from site to site: every frame once, at the end where it came in, as the device has sent it."""
import collections
import struct
import subprocess

ECHO_REQUEST, ECHO_REPLY = 8, 0


def blocks(data):
    """Type and body of each block of a pcapng file (draft-ietf-opsawg-pcapng) of this machine's byte order."""
    at = 0
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        assert length >= 12 and struct.unpack_from("<I", data, at + length - 4)[0] == length, (at, kind, length)
        yield kind, data[at + 8:at + length - 4]
        at += length


def options(body):
    found, at = {}, 0
    while at + 4 <= len(body):
        code, length = struct.unpack_from("<HH", body, at)
        if code == 0:
            break
        found[code] = body[at + 4:at + 4 + length]
        at += 4 + (length + 3) // 4 * 4
    return found


def read(path):
    """Names of the ends, and (end, frame) of all frames."""
    with open(path, "rb") as file:
        data = file.read()
    ends, frames = [], []
    for kind, body in blocks(data):
        if kind == 1:
            assert struct.unpack_from("<H", body)[0] == 1, "Ethernet"
            ends.append(options(body[8:])[2].decode())
        elif kind == 6:
            end, _, _, length, original = struct.unpack_from("<IIIII", body)
            assert length == original
            frames.append((ends[end], body[20:20 + length]))
    return ends, frames


def echoes(frames):
    """(type, sequence number) of ICMP -> at which ends it came in."""
    found = collections.defaultdict(list)
    for end, frame in frames:
        if frame[12:14] == b"\x08\x00" and frame[23] == 1 and frame[34] in (ECHO_REQUEST, ECHO_REPLY):
            found[frame[34], struct.unpack_from("!H", frame, 40)[0]].append(end)
    return found


def capture(lab, activation, where):
    """Of the link in the middle of the chain, while its hosts ping each other."""
    path = lab.folder + "/bc.pcapng"
    pinging = subprocess.Popen([lab.script, "exec", lab.folder, where["H"], "ping", "-q", "-i", "0.2", "-w", "120", "10.1.4.2"],
                               stdout=subprocess.DEVNULL)
    try:
        _, err = lab.run("capture", f"{activation}/bc", "-w", path, "--frames", "80", "--for", "100s")
    finally:
        pinging.terminate()
        pinging.wait()
    ends, frames = read(path)
    assert sorted(end.split()[0] for end in ends) == sorted([where["B"], where["C"]]), ends
    found = echoes(frames)
    complete = [number for kind, number in found if kind == ECHO_REQUEST and (ECHO_REPLY, number) in found]
    assert len(complete) >= 10, (found, err)
    for (kind, number), came in found.items():
        assert [end.split()[0] for end in came] == [where["B" if kind == ECHO_REQUEST else "C"]], (kind, number, came)
    assert any(frame[23] == 89 for _, frame in frames if frame[12:14] == b"\x08\x00"), "no OSPF"
    print(f"  {len(frames)} frames captured, {len(complete)} pings")
