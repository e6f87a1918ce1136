"""Which of these lines are new, and which correct a line billed before?

A previous line stands until its period is rated again. Then, if anything in it differs, it is
reversed in full, once, and the new line takes its place; an unchanged line is billed no second time.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from dure.decisions.burden.rating import refuse_overlaps
from dure.formats.errors import BadInput
from dure.formats.kinds import exact
from dure.formats.reading import require_known
from dure.formats.stages.burden import Line, Usage
from dure.formats.stages.settlement import Correction, PreviousLine

Charged = tuple[str, Line]


class Sorted(NamedTuple):
    """New lines, corrections of old ones, and all lines as they stand after both; each with its organisation."""

    new: list[Charged]
    corrections: tuple[Correction, ...]
    standing: list[Charged]


def against_previous(charges: Sequence[Charged], previous: Sequence[PreviousLine]) -> Sorted:
    """Sort freshly rated lines by whether their period was billed before."""
    before = {_period(old.line): old for old in previous}
    now = {_period(line): (organisation, line) for organisation, line in charges}
    new = [charge for period, charge in now.items() if period not in before]
    standing = [*new]
    corrections: list[Correction] = []
    for period in sorted(before):
        old = before[period]
        organisation, line = now.get(period, (old.organisation, old.line))
        standing.append((organisation, line))
        if organisation != old.organisation:
            corrections.append(_correction(old.organisation, line, reverse=old.line, rebill=None))
            corrections.append(_correction(organisation, line, reverse=None, rebill=line))
        elif differs(line, old.line):
            corrections.append(_correction(organisation, line, reverse=old.line, rebill=line))
    return Sorted(new, tuple(sorted(corrections, key=lambda c: (c.organisation, c.lease, c.from_at))), standing)


def differs(line: Line, old: Line) -> bool:
    """Whether the charge is another one; the digest of its usage and the rules named for it may be."""
    same = ("model", "price_per_gpu_hour", "list_amount", "billed_amount", "support_amount")
    measures = ("gpu_hours", "gap_gpu_hours", "rate")
    return any(getattr(line, name) != getattr(old, name) for name in same) or any(
        exact(getattr(line, name)) != exact(getattr(old, name)) for name in measures
    )


def refuse_bad_previous(previous: Sequence[PreviousLine], usage: Sequence[Usage], organisations: Iterable[str]) -> None:
    """Raise when earlier lines overlap, or usage meets one of them without rating its whole period again."""
    require_known((old.organisation for old in previous), organisations, where="$.previous")
    refuse_overlaps(((old.line.lease, old.line) for old in previous), where="$.previous")
    by_lease: dict[str, list[Line]] = {}
    for old in previous:
        if old.line.billed_amount + old.line.support_amount != old.line.list_amount:
            raise BadInput(
                f"lease {old.line.lease!r}: billed and support do not sum to the list price.",
                where="$.previous",
                todo="Hand in the line as it was billed.",
            )
        by_lease.setdefault(old.line.lease, []).append(old.line)
    for entry in usage:
        for line in by_lease.get(entry.lease, []):
            overlaps = entry.from_at < line.to_at and line.from_at < entry.to_at
            if overlaps and (entry.from_at, entry.to_at) != (line.from_at, line.to_at):
                raise BadInput(
                    f"lease {entry.lease!r}: usage from {entry.from_at} to {entry.to_at} meets the billed period "
                    f"from {line.from_at} to {line.to_at} in part.",
                    where="$.usage",
                    todo="To correct a billed period, give its usage for exactly that period.",
                )


def corrected_by(corrections: Iterable[Correction]) -> Mapping[str, int]:
    """The sum of differences per organisation."""
    sums: dict[str, int] = {}
    for correction in corrections:
        sums[correction.organisation] = sums.get(correction.organisation, 0) + correction.difference_amount
    return sums


def _correction(organisation: str, shown: Line, *, reverse: Line | None, rebill: Line | None) -> Correction:
    reversed_amount = -reverse.billed_amount if reverse else 0
    rebilled_amount = rebill.billed_amount if rebill else 0
    return Correction(
        organisation=organisation,
        lease=shown.lease,
        from_at=shown.from_at,
        to_at=shown.to_at,
        reversed_amount=reversed_amount,
        rebilled_amount=rebilled_amount,
        difference_amount=reversed_amount + rebilled_amount,
        support_difference_amount=(rebill.support_amount if rebill else 0) - (reverse.support_amount if reverse else 0),
        line=rebill,
    )


def _period(line: Line) -> tuple[str, dt.datetime, dt.datetime]:
    return (line.lease, line.from_at, line.to_at)
