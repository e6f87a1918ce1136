"""Compares the database's clock with those of NTP servers."""

import time
from collections.abc import Iterable
from typing import NamedTuple

from dure.connectors.clocks.sntp import Silent, Source, Told, ask_all
from dure.records.clocks import actions, queries
from dure.records.clocks.models import LONGEST_SOURCE, Comparison

TRIES = 3
_MICROSECOND = 1000  # nanoseconds


class _Here(NamedTuple):
    """The database's clock, in nanoseconds since 1970, at the moment `heard` of `time.monotonic_ns`."""

    at: int
    heard: int
    round_trip: int


def compare(sources: Iterable[Source]) -> list[Comparison]:
    """Ask them all, and keep for each the offset of the database's clock, or why there is none."""
    return actions.keep(compared(sources))


def compared(sources: Iterable[Source]) -> list[Comparison]:
    """Ask them all, and keep nothing."""
    here = min((_ask_database() for _ in range(TRIES)), key=lambda each: each.round_trip)
    return [_row(source, said, here) for source, said in ask_all(sources, now=here.at).items()]


def _ask_database() -> _Here:
    before = time.monotonic_ns()
    said = queries.clock_ns()
    after = time.monotonic_ns()
    return _Here(said, (before + after) // 2, after - before)


def _row(source: Source, said: Told | Silent, here: _Here) -> Comparison:
    """Both clocks were read a moment apart, which the machine's steady clock measures; the errors of both readings add up."""
    name = str(source)[:LONGEST_SOURCE]
    if isinstance(said, Silent):
        return Comparison(source=name, why_none=said.why)
    ahead = here.at + (said.heard - here.heard) - said.at
    way = said.round_trip + here.round_trip
    offset = (ahead + _MICROSECOND // 2) // _MICROSECOND
    return Comparison(source=name, offset_us=offset, round_trip_us=-(-way // _MICROSECOND))
