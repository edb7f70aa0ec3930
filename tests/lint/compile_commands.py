#!/usr/bin/env python3
"""compile_commands.py BUILD OUT: the compilation database of BUILD without what Clang's tools cannot use (the precompiled
header, which other tools than the compiler that made it refuse, and the ccache launcher)."""
import json
import os
import re
import sys

build, out = sys.argv[1:3]
with open(os.path.join(build, "compile_commands.json")) as file:
    commands = json.load(file)
for one in commands:
    command = one["command"]
    command = re.sub(r"-Xclang -include-pch -Xclang \S+", "", command)
    command = re.sub(r"-Xclang -include -Xclang \S+", "", command)
    command = re.sub(r"-Xclang -fno-pch-timestamp", "", command)
    command = re.sub(r"-Winvalid-pch", "", command)
    one["command"] = re.sub(r"^.*?(\S*clang\+\+\S*) ", r"\1 ", command)
os.makedirs(out, exist_ok=True)
with open(os.path.join(out, "compile_commands.json"), "w") as file:
    json.dump(commands, file)
