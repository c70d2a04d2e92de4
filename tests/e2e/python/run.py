"""Runs the Python end-to-end tests: `E2E_PORT=6379 python run.py [part of a name]`."""

import sys

import caching
import harness
import hotkeys  # noqa: F401
import jobs  # noqa: F401
import scripts  # noqa: F401 - registers its tests
import sessions  # noqa: F401
import structures  # noqa: F401
import tls  # noqa: F401
import web  # noqa: F401
import wire  # noqa: F401

sys.exit(harness.run_all(lambda: caching.connect().flushall()))
