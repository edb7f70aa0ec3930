#!/usr/bin/env python3
"""units.py BUILD OUT: what the lint reads. A unit, OUT/unit_N.cpp, includes the sources of some folders: so the checks
walk the headers of Asio and the standard library a few times, not once a source, which is ten times faster. For that,
what stands in anonymous namespaces of one folder has names of its own. OUT/compile_commands.json says how BUILD compiles
the sources, less the precompiled header, which is not for the tools. Prints the units."""
import itertools
import json
import os
import re
import shlex
import shutil
import subprocess
import sys

TREES = ("engine", "drivers", "simulators", "apps")
LINES = 9000  # of a unit, about


def flags(command):
    """The macros, folders and language of a compile command."""
    words = shlex.split(command)
    folders = [f"-isystem{folder}" for word, folder in itertools.pairwise(words) if word == "-isystem"]
    return [word for word in words if re.match(r"-[DI]|-std=|-pthread", word)] + folders


def units_of(tree):
    """The tree's sources by folder, in units of about LINES lines."""
    listed = subprocess.run(["git", "ls-files", f"{tree}/*.cpp"], check=True, capture_output=True, text=True).stdout.split()
    units, filled = [], LINES
    for _, folder in itertools.groupby(sorted(listed, key=os.path.dirname), os.path.dirname):
        sources = list(folder)
        if filled >= LINES:
            units.append([])
            filled = 0
        units[-1] += sources
        for source in sources:
            with open(source, encoding="utf-8") as file:
                filled += sum(1 for _ in file)
    return units


def commands_of(build, root):
    """How each source is compiled; several of a library are compiled as one file that includes them (ROLLOVER_UNITY)."""
    commands = {}
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        for one in json.load(file):
            sources = [one["file"]]
            if "/Unity/" in one["file"]:
                with open(one["file"], encoding="utf-8") as unity:
                    sources = re.findall(r'^#include "(.*)"$', unity.read(), re.M)
            commands.update((os.path.relpath(source, root), one["command"]) for source in sources)
    return commands


def main():
    build, out = sys.argv[1:3]
    root = os.getcwd()
    commands = commands_of(build, root)
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(out)
    database = []
    for number, sources in enumerate((unit for tree in TREES for unit in units_of(tree)), 1):
        unit = os.path.join(root, out, f"unit_{number}.cpp")
        with open(unit, "w", encoding="utf-8") as file:
            file.writelines(f'#include "{source}"  // NOLINT(bugprone-suspicious-include): see units.py\n' for source in sources)
        for source in sources:
            if source not in commands:
                sys.exit(f"{source} is part of no target")
        union = dict.fromkeys(flag for source in sources for flag in flags(commands[source]))
        database.append({"directory": root, "file": unit, "arguments": ["clang++-19", *union, "-c", unit]})
    with open(os.path.join(out, "compile_commands.json"), "w", encoding="utf-8") as file:
        json.dump(database, file, indent=1)
    for one in database:
        print(os.path.relpath(one["file"], root))


main()
