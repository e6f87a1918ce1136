"""Shared by all tests: the packaged rule book, and a shuffle of every list in a value."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from dure.rules.book import DEFAULT, read_book

pytest_plugins = ["logins", "database", "forced", "programme", "processor", "filled", "acting"]
ROOT = Path(__file__).parent.parent
settings.register_profile("dure", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("dure")


@pytest.fixture(scope="session")
def book():
    return read_book(DEFAULT)


@pytest.fixture(scope="session")
def example():
    """`example("shares")` is the stage's sample facts, as plain values."""
    return lambda stage: json.loads((ROOT / "examples" / f"{stage}.facts.json").read_text())


SKIPPED = []


def pytest_runtest_logreport(report):
    if report.skipped and not hasattr(report, "wasxfail"):
        SKIPPED.append(report.nodeid)


def pytest_sessionfinish(session):
    """In CI a skip is a failure: what is not run proves nothing. Where no package of Node.js can be had, that is said."""
    if SKIPPED and os.environ.get("DURE_TEST_WITHOUT_NODE"):
        print(f"\nleft out, for want of Node.js: {', '.join(SKIPPED)}")
        SKIPPED[:] = [each for each in SKIPPED if not any(name in each for name in ("test_identity_provider", "test_deployment"))]
    if SKIPPED and os.environ.get("CI") and not session.config.getoption("--regenerate-golden"):
        print(f"\nCI: {len(SKIPPED)} tests were skipped, which is a failure here: {', '.join(SKIPPED[:5])}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_addoption(parser):
    parser.addoption(
        "--regenerate-golden", action="store_true", help="write the figures of the programme again, to be reviewed as a diff"
    )
