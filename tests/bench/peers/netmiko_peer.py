#!/usr/bin/env python3
"""netmiko_peer.py PORT ROUTERS FILE: types the lines of FILE to ROUTERS connections to PORT, a thread each."""
import concurrent.futures
import sys

import netmiko

PORT, ROUTERS = int(sys.argv[1]), int(sys.argv[2])
with open(sys.argv[3], encoding="ascii") as file:
    LINES = file.read().splitlines()


def configure(_):
    connection = netmiko.ConnectHandler(device_type="cisco_ios_telnet", host="127.0.0.1", port=PORT, username="u",
                                        password="p", secret="s", timeout=100)
    connection.enable()
    connection.send_config_set(LINES)
    connection.disconnect()


failed = 0
with concurrent.futures.ThreadPoolExecutor(ROUTERS) as pool:
    for future in [pool.submit(configure, i) for i in range(ROUTERS)]:
        try:
            future.result()
        except Exception:  # a peer that gives up is a result
            failed += 1
sys.exit(1 if failed else 0)
