#!/usr/bin/env python3
"""telnet_client_test.py ROLLOVER: Debian's telnet on the lines of the simulated lab, Telnet and RFC 2217: the router's prompt, one echo
and no second prompt for one Enter, a BREAK in the middle, and a line that is free again when the client has gone."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
sys.dont_write_bytecode = True
import sandbox  # noqa: E402

LAB = """<lab name="simulated"><site name="main">
  <converter name="cs1" protocol="telnet" host="127.0.0.1"><line number="1" port="4001"/></converter>
  <converter name="cs2" protocol="rfc2217" host="127.0.0.1"><line number="1" port="4002"/></converter>
  <device name="r1" platform="cisco-ios"><console line="cs1/1"/></device>
  <device name="r2" platform="cisco-ios"><console line="cs2/1"/></device>
</site></lab>
"""


def connect(port):
    client = sandbox.Terminal("telnet", "127.0.0.1", str(port))
    client.until("Escape character is '^]'.")
    return client


def command(client, text):
    client.type("\x1d")
    client.until("telnet> ")
    client.type(text + "\r")


def leave(client):
    command(client, "quit")
    client.until("Connection closed.")
    client.ended()


def drive(port):
    client = connect(port)
    client.start_router()
    client.type("enable\r")
    answer = client.until("Router#")
    assert answer.count("enable") == 1, f"echoed by the client too: {answer!r}"
    client.type("show clock\r")
    answer = client.until("Router#") + rest(client)
    assert answer.count("Router#") == 1, f"one Enter was taken for two: {answer!r}"
    command(client, "send brk")
    client.type("\r")
    client.until("Router#")
    leave(client)
    again = connect(port)
    again.type("\r")
    again.until("Router#")
    leave(again)
    print(f"telnet has driven port {port}", flush=True)


def rest(client):
    """What else has been said: it stands before the echo of a mark."""
    client.type("!end")
    said = client.until("!end")
    client.type("\x15")
    return said


def main():
    sandbox.enter("telnet")
    rollover = os.path.abspath(sys.argv[1])
    sandbox.start("sim", rollover, "sim", sandbox.write("lab.xml", LAB), "--time-scale", "0", "--quiet-devices")
    for port in (4001, 4002):
        sandbox.wait_for_port(port)
    drive(4001)
    drive(4002)
    print("ok")


main()
