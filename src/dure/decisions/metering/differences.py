"""Do lease, scheduler, telemetry and provider tell the same story about each server?"""

from fractions import Fraction

from dure.decisions.metering.intervals import Span, Spans, common, merged, seconds, seconds_between
from dure.decisions.metering.records import PARTS, CountedRow
from dure.decisions.metering.states import ServerTime
from dure.decisions.metering.usage import SHARE_DECIMALS, Work
from dure.formats.kinds import decimal_text, exact
from dure.formats.stages.metering import Difference, MeteringRules


def differences(time: ServerTime, rows: list[CountedRow], done: Work, rules: MeteringRules) -> list[Difference]:
    """Each pair of sources that differ about this server, as a part of its time in service."""
    server = time.server.id
    claimed = merged(span for spans in time.claimed.values() for span in spans)
    apart = {
        "lease_maintenance": seconds(common(claimed, time.maintenance)) * PARTS,
        "lease_own_use": seconds(common(claimed, time.own_use)) * PARTS,
        "lease_scheduler": seconds(merged(done.astray.get(server, []))) * PARTS,
        "scheduler_telemetry": _unexplained(time, rows, merged(done.running.get(server, [])), exact(rules.busy_when_at_least)),
    }
    whole, allowed = seconds(time.in_service) * PARTS, exact(rules.difference_held)
    found = []
    for between, parts in apart.items():
        if parts:
            share = min(Fraction(parts, whole), Fraction(1)) if whole else Fraction(1)
            held = share > allowed and between != "lease_maintenance"
            text = decimal_text(share, SHARE_DECIMALS)
            found.append(Difference(server=server, between=between, share=text, held=held))  # type: ignore[arg-type]
    return found


def _unexplained(time: ServerTime, rows: list[CountedRow], running: Spans, threshold: Fraction) -> int:
    """Seconds (in PARTS) by which telemetry is busier than everything known can explain, row by row.

    A mean of b over a row needs at least b of its seconds to be worked in.
    """
    known = merged([*running, *time.own_use, *time.maintenance, *time.gaps])
    missing, least = 0, threshold * PARTS
    for row in rows:
        if row.busy < least:
            continue
        within: list[Span] = common([(row.start, row.end)], time.in_service)
        worked = sum(seconds_between(known, start, end) for start, end in within)
        missing += max(0, row.busy * seconds(within) - worked * PARTS)
    return missing
