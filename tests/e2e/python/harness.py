"""Registers the tests of the tutorials' Python snippets, runs them, prints a line each.

A test is a plain function; it starts with an empty keyspace. Its line names the seed, the snippet and
the client: `seed 004 / strings / redis-py ... ok`.
"""

import os
import sys
import time
import traceback

HOST = "127.0.0.1"
PORT = int(os.environ["E2E_PORT"])
AUTH_PORT = int(os.environ.get("E2E_AUTH_PORT", "0"))
PASSWORD = os.environ.get("E2E_PASSWORD", "")

_tests = []


def snippet(seed, name, client="redis-py"):
    """Marks a function as the test of one snippet."""

    def register(function):
        _tests.append((f"seed {seed} / {name} / {client}", function))
        return function

    return register


def wait_for(condition, what, seconds=5.0):
    """Polls until `condition()` holds; asserts that it did in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.005)
    raise AssertionError(f"waited {seconds} s for {what}")


def run_all(flush):
    """Runs every registered test; returns the exit code."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    passed = failed = 0
    for name, function in _tests:
        if wanted not in name:
            continue
        try:
            flush()
            function()
        except Exception:  # noqa: BLE001 - a failing test must not stop the others
            failed += 1
            print(f"{name} ... FAILED", flush=True)
            traceback.print_exc(file=sys.stdout)
        else:
            passed += 1
            print(f"{name} ... ok", flush=True)
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed or not passed else 0
