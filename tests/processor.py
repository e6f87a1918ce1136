"""How much processor time each test takes, in seconds of a reference machine; `make test-processor` fails what is over.

Processor time and not time on the clock, of this process and the children that it has waited for, so that a busy machine
fails nobody; divided by how much slower this machine turns a fixed loop than the reference machine does. What takes long
for a reason is listed in `slow.txt`, with its budget.
"""

import os
import time
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import pytest

LIST = Path(__file__).with_name("slow.txt")
MOST = 1.0  # seconds of a test that is not listed
CLEARLY = 2.0  # a listed test fails above so many times its budget
REFERENCE = 0.1  # seconds that the loop takes on the reference machine, on which the budgets were measured
taken = defaultdict(float)


class Budget(NamedTuple):
    """A test that takes long, in seconds of the reference machine, and why."""

    seconds: float
    reason: str


def budgets(path=LIST):
    """The list, by test without its parameters. A line is `test, seconds, reason`, parted by two spaces or more."""
    made = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, seconds, reason = (part.strip() for part in line.split("  ", 2))
            made[name] = Budget(float(seconds), reason.strip())
    return made


def processor_seconds():
    """Of this process, and of the children that it has waited for."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def slowness():
    """How many times as long as the reference machine this one takes for a loop: the least of five, as others can delay it."""
    seconds = []
    for _ in range(5):
        before, total = time.process_time(), 0
        for number in range(1_000_000):
            total += number * number % 7
        seconds.append(time.process_time() - before)
    return min(seconds) / REFERENCE


def excess(name, seconds, listed):
    """What to say of a test that took so many seconds of the reference machine; nothing when that is allowed."""
    budget = listed.get(name)
    most = CLEARLY * budget.seconds if budget else MOST
    if seconds <= most:
        return ""
    allowed = (
        f"its budget in tests/slow.txt is {budget.seconds:g} s" if budget else f"a test not in tests/slow.txt has {MOST:g} s"
    )
    return f"{name} took {seconds:.1f} s of processor time; {allowed}. Make it smaller, or list there why it cannot be."


KEY = pytest.StashKey()


def pytest_addoption(parser):
    parser.addoption("--processor", type=int, default=0, metavar="N", help="list the N tests that took most processor time")


def pytest_sessionstart(session):
    """The machine is measured where somebody asks for seconds."""
    asked = os.environ.get("DURE_PROCESSOR_BUDGETS") or session.config.getoption("--processor")
    session.config.stash[KEY] = (slowness() if asked else 1.0, budgets())


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item):
    """Measure the test alone: what is set up for several is nobody's."""
    before = processor_seconds()
    answer = yield
    slow, listed = item.config.stash[KEY]
    seconds = (processor_seconds() - before) / slow
    taken[item.nodeid] = seconds
    over = excess(item.nodeid.partition("[")[0], seconds, listed)
    if over and os.environ.get("DURE_PROCESSOR_BUDGETS") and item.get_closest_marker("long") is None:
        pytest.fail(over, pytrace=False)
    return answer


def pytest_terminal_summary(terminalreporter, config):
    if most := config.getoption("--processor"):
        slow, _ = config.stash[KEY]
        terminalreporter.section(f"processor time, in seconds of the reference machine (this one takes {slow:.2f} times as long)")
        for name, seconds in sorted(taken.items(), key=lambda each: -each[1])[:most]:
            terminalreporter.write_line(f"{seconds:8.2f}  {name}")
        terminalreporter.write_line(f"{sum(taken.values()):8.2f}  all tests, without what is set up for them")
