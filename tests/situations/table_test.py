#!/usr/bin/env python3
"""table_test.py SITUATIONS_TEST: docs/situations.md names every test of a situation, and no other."""
import re
import subprocess
import sys

listed = subprocess.run([sys.argv[1], "--gtest_list_tests"], capture_output=True, text=True, check=True).stdout
tests = set(re.findall(r"\bS\d\d_\w+", listed))
with open("docs/situations.md", encoding="utf-8") as file:
    named = set(re.findall(r"`(S\d\d_\w+)`", file.read()))
for one in sorted(tests - named):
    print("not in docs/situations.md:", one)
for one in sorted(named - tests):
    print("no such test:", one)
sys.exit(0 if tests == named and len(tests) > 45 else 1)
