#!/usr/bin/env python3
"""sites_test.py ROLLOVER [STAGE...]: the shipped program on the lab of sites.sh: two sites, three Open vSwitch switches, one cross-connect of
Open vSwitch and one of Linux bridges, FRRouting and Linux behind ser2net. Root only; without root it says so and is skipped (exit code 77)."""
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
from sites_lab import SitesLab  # noqa: E402  (first: it says where the rest is)
from real_lab import only_as_root  # noqa: E402
from audit import audit  # noqa: E402
from restarts import restarts  # noqa: E402
from topologies import topologies  # noqa: E402

STAGES = {stage.__name__: stage for stage in (audit, restarts, topologies)}  # the last one leaves things of others


def main():
    only_as_root()
    chosen = sys.argv[2:] or list(STAGES)
    started = time.monotonic()
    with SitesLab(sys.argv[1]) as lab:
        print(f"the lab is up after {time.monotonic() - started:.0f} s", flush=True)
        for name in chosen:
            started = time.monotonic()
            STAGES[name](lab)
            print(f"{name}: {time.monotonic() - started:.0f} s", flush=True)
    print("ok")


main()
