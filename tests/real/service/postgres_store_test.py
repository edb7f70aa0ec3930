#!/usr/bin/env python3
"""The store's tests on a real PostgreSQL too: postgres_store_test.py STORE_TEST"""
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import postgres  # noqa: E402
import sandbox  # noqa: E402


def main():
    store_test = os.path.abspath(sys.argv[1])
    sandbox.enter("psql")
    postgres.Cluster()
    environment = dict(os.environ, ROLLOVER_TEST_POSTGRES=postgres.URL)
    done = subprocess.run([store_test, "--gtest_filter=*Postgres*", *sys.argv[2:]], env=environment, capture_output=True, text=True, check=False,
                          timeout=500)
    print(done.stdout[-8000:] + done.stderr[-4000:])
    assert done.returncode == 0
    passed = done.stdout.count("[       OK ]")
    assert passed >= 30, f"only {passed} ran"  # a filter that finds nothing is no success


main()
