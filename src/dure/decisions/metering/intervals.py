"""How do spans of whole seconds meet? Sorted, disjoint, half-open spans, and sweeps over them."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable

from dure.formats.errors import BadInput

Span = tuple[int, int]
Spans = list[Span]  # sorted, disjoint, none empty

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def second_of(instant: dt.datetime, *, where: str) -> int:
    """Seconds since 1970 in UTC, whatever the offset; fractions are refused, as they would be lost twice."""
    since = instant - _EPOCH
    if since.microseconds:
        raise BadInput(f"{instant.isoformat()} is not a whole second.", where=where, todo="Round it where it is recorded.")
    return since.days * 86400 + since.seconds


def instant_of(second: int, zone: dt.tzinfo | None) -> dt.datetime:
    """The instant, spelt with the offset that the period's own beginning has."""
    return dt.datetime.fromtimestamp(second, tz=zone or dt.UTC)


def merged(spans: Iterable[Span]) -> Spans:
    """The union of any spans."""
    made: Spans = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if made and start <= made[-1][1]:
            made[-1] = (made[-1][0], max(made[-1][1], end))
        else:
            made.append((start, end))
    return made


def common(left: Spans, right: Spans) -> Spans:
    """What lies in both."""
    made: Spans = []
    i = j = 0
    while i < len(left) and j < len(right):
        start, end = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if start < end:
            made.append((start, end))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return made


def without(left: Spans, right: Spans) -> Spans:
    """What lies in the first and not in the second."""
    made: Spans = []
    j = 0
    for start, end in left:
        at = start
        while j and right[j - 1][1] > start:
            j -= 1
        while j < len(right) and right[j][0] < end:
            if right[j][1] > at:
                if right[j][0] > at:
                    made.append((at, right[j][0]))
                at = right[j][1]
            j += 1
        if at < end:
            made.append((at, end))
    return made


def seconds(spans: Spans) -> int:
    """Their length."""
    return sum(end - start for start, end in spans)


def seconds_between(spans: Spans, start: int, end: int) -> int:
    """The length of what lies in [start, end)."""
    total = 0
    for place in range(max(0, bisect_right(spans, (start, start)) - 1), len(spans)):
        one, two = spans[place]
        if one >= end:
            break
        total += max(0, min(two, end) - max(one, start))
    return total
