"""What must hold whenever a service has been at work, whatever happened to it. Shares nothing with the engine: looks into the
tables of the store with statements of its own, and asks the simulated lab itself (rollover sim --control)."""
import socket


def truth(address, request):
    """What the simulated lab itself says."""
    with socket.create_connection(address, timeout=30) as to:
        to.sendall(request.encode() + b"\n")
        text = b""
        while not text.endswith(b"\n") or (not text.endswith(b"\r\n.\r\n") and request.split()[0] in ("running", "startup")):
            piece = to.recv(65536)
            assert piece, f"{request}: {text!r}"
            text += piece
    return text.decode()


def of_tables(rows, quarantined=()):
    """What the tables of the store must say; `rows`: of an SQL query. The stages, counted."""
    # Joins each device's bookings with all others of it: shares nothing with the rule that is to prevent overlaps.
    overlaps = rows("SELECT a.device, a.reservation, b.reservation FROM booking a JOIN booking b ON a.lab = b.lab AND a.device = b.device"
                        " AND (a.reservation, a.pod, a.begins) < (b.reservation, b.pod, b.begins) AND a.begins < b.frees AND b.begins < a.frees")
    assert not overlaps, overlaps
    stages = dict(rows("SELECT stage, COUNT(*) FROM reservation GROUP BY stage"))
    assert set(stages) <= {"ended", "cancelled", "failed"}, stages
    assert not rows("SELECT device FROM claim"), "a device is held for nobody"
    ended = {row[0] for row in rows("SELECT activation FROM record WHERE kind = 'ended'")}
    begun = {row[0] for row in rows("SELECT number FROM activation")}
    assert begun == ended, f"never ended: {begun - ended}"
    # A device that was touched is clean, or set aside, before another activation touches it.
    dirty = {}
    for kind, activation, device in rows("SELECT kind, activation, subject FROM record WHERE subject <> '' ORDER BY sequence"):
        if kind == "touching":
            assert dirty.get(device, activation) == activation, f"{device} went from a{dirty[device]} to a{activation} as it was"
            dirty[device] = activation
        elif kind in ("clean", "untouched", "quarantined", "released"):
            dirty.pop(device, None)
    assert not dirty, dirty
    aside = {row[0]: row[1:] for row in rows("SELECT device, why FROM quarantine")}
    assert set(aside) <= set(quarantined), aside
    return stages


def check(rows, ask, factory, quarantined=()):
    """The same, and `ask`: `truth` of the lab; `factory`: what each device had at first."""
    stages = of_tables(rows, quarantined)
    aside = {row[0] for row in rows("SELECT device FROM quarantine")}
    assert ask("joins").strip() == "0"
    for device, configuration in factory.items():
        if device in aside:
            continue
        assert ask("running " + device) == configuration, f"{device} is not as it was: {ask('running ' + device)}"
    return stages
