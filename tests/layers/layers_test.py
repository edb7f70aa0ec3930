#!/usr/bin/env python3
"""Reads every #include of the tree and fails when an arrow points the wrong way (docs/architecture.md, "The house")."""
import os
import re
import sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
GROUND = ["engine/base", "engine/runtime"]
DRIVERS = ["drivers/transport", "drivers/console", "drivers/platform", "drivers/crossconnect", "drivers/patch"]
ENGINE = ["engine/model", "engine/import", "engine/switches", "engine/placement", "engine/draw", "engine/plan", "engine/activation", "engine/audit", "engine/survey", "engine/access", "engine/scheduler", "engine/store", "engine/api", "engine/service"]

# Each folder and the folders that it may include beside itself.
MAY = {
    "engine/base": [],
    "engine/runtime": ["engine/base"],
    "drivers/transport": GROUND,
    "drivers/console": GROUND + ["drivers/transport"],
    "drivers/platform": GROUND + ["drivers/transport", "drivers/console"],
    "drivers/crossconnect": GROUND + ["drivers/transport"],
    "drivers/patch": GROUND + ["drivers/transport"],
    "simulators/device": GROUND + ["engine/model"],
    "simulators/lab": GROUND + ["engine/model", "simulators/device"],
    "apps": GROUND + DRIVERS + ENGINE + ["simulators/device", "simulators/lab"],
}
for position, folder in enumerate(ENGINE):
    MAY[folder] = GROUND + ENGINE[:position]
    if position >= ENGINE.index("engine/activation"):
        MAY[folder] = MAY[folder] + DRIVERS
# Single headers that a folder may use out of one that it may not include as a whole: data and codecs.
SINGLE = {
    "engine/plan": ["drivers/platform/description.h", "drivers/platform/forbidden.h"],
    "simulators/lab": ["drivers/transport/telnet_codec.h", "drivers/transport/com_port_codec.h", "drivers/transport/com_port.h"],
}
INCLUDE = re.compile(r'^\s*#include "([^"]+)"')


def folder_of(path):
    for folder in sorted(MAY, key=len, reverse=True):
        if path.startswith(folder + "/"):
            return folder
    return None


def main():
    wrong, seen = [], 0
    for top in ("engine", "drivers", "simulators", "apps"):
        for where, _, names in os.walk(os.path.join(ROOT, top)):
            for name in names:
                if not name.endswith((".h", ".cpp")):
                    continue
                path = os.path.relpath(os.path.join(where, name), ROOT)
                mine = folder_of(path)
                if mine is None:
                    wrong.append(f"{path}: in no folder of the house; see MAY in {__file__}")
                    continue
                with open(os.path.join(ROOT, path), encoding="utf-8") as file:
                    for number, line in enumerate(file, 1):
                        match = INCLUDE.match(line)
                        if not match:
                            continue
                        seen += 1
                        target = match.group(1)
                        theirs = folder_of(target)
                        if theirs == mine or theirs in MAY[mine] or target in SINGLE.get(mine, []):
                            continue
                        wrong.append(f"{path}:{number}: {mine} may not include {target}")
    # What judges the engine shares nothing with it.
    judge = "tests/year/checker"
    for name in sorted(os.listdir(os.path.join(ROOT, judge))):
        with open(os.path.join(ROOT, judge, name), encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                match = INCLUDE.match(line)
                seen += match is not None
                if match and not match.group(1).startswith(judge + "/"):
                    wrong.append(f"{judge}/{name}:{number}: the checker may not include {match.group(1)}")
    print(f"{seen} includes read")
    for one in wrong:
        print(one, file=sys.stderr)
    # A test that reads nothing proves nothing.
    return 1 if wrong or seen < 100 else 0


sys.exit(main())
