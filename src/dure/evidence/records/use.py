"""Is what was used what was metered and approved, second by second and grant by grant?"""

from collections.abc import Iterator

from dure.evidence.comparing import amount, compared, instant, moment
from dure.evidence.findings import Finding, finding
from dure.evidence.history.links import lease_of
from dure.evidence.holding import Held

_AMOUNTS = ("gpu_hours", "utilisation", "busy")
_STATES = ("in_service", "leased", "idle", "maintenance", "own_use")


def usage(held: Held) -> Iterator[Finding]:
    """Each row is one of an approved metering; where a later one covers its time, it counts no more."""
    expected = [
        {
            "lease": each["lease"], "model": each["model"], "from": instant(each["from"]), "to": instant(each["to"]),
            **{name: each[name] for name in ("held_gpu_seconds", "used_gpu_seconds", "energy_wh", "on_hold") if name in each},
            **{name: amount(each[name]) for name in _AMOUNTS}, "entry": entry["seq"],
        }
        for entry, _approval in held.approved("metering")
        for each in held.document(entry, "recommendation")["usage"]
    ]  # fmt: skip
    found = [{**row, "lease": lease_of(row), **{name: amount(row[name]) for name in _AMOUNTS}} for row in held.table("usage")]
    yield from compared("usage", expected, found, key="entry lease from")
    yield from _superseded(held, "usage", "grant")


def states(held: Held) -> Iterator[Finding]:
    """Each server's seconds by state, over the period that was metered."""
    expected = []
    for entry, _approval in held.approved("metering"):
        facts = held.document(entry, "facts")
        period = {name: instant(facts[name]) for name in ("from", "to")}
        expected += [
            {"server": each["server"], **{name: each[name] for name in _STATES}, **period, "entry": entry["seq"]}
            for each in held.document(entry, "recommendation")["states"]
        ]
    yield from compared("server_states", expected, held.table("server_states"), key="entry server")
    yield from _superseded(held, "server_states", "server")
    yield from _after_the_end(held)


def _after_the_end(held: Held) -> Iterator[Finding]:
    """No second in service is metered after a server has left it."""
    ends = {row["id"]: moment(row["in_service_to"]) for row in held.table("servers") if row.get("in_service_to")}
    for row in held.table("server_states"):
        if row["server"] in ends:
            most = max((ends[row["server"]] - moment(row["from"])).total_seconds(), 0)
            if row["in_service"] > most:
                where = f"server_states {row['server']} {row['from']}, in_service"
                yield finding(
                    "not_in_service", where, f"at most {most:.0f} seconds, until {ends[row['server']]}", row["in_service"]
                )


def _superseded(held: Held, part: str, whose: str) -> Iterator[Finding]:
    """A row counts no more from the approval of the first later metering of an overlapping time on."""
    times = {}
    for entry, approval in held.approved("metering"):
        facts = held.document(entry, "facts")
        made = held.document(entry, "recommendation")["usage" if part == "usage" else "states"]
        touched = {each["lease"].partition("#")[0] if whose == "grant" else each["server"] for each in made}
        times[entry["seq"]] = (approval["seq"], approval["at"], instant(facts["from"]), instant(facts["to"]), touched)
    for row in held.table(part):
        if row["entry"] not in times:
            continue
        later = [
            (seq, at) for seq, at, first, end, touched in times.values()
            if seq > times[row["entry"]][0] and row[whose] in touched and row["from"] < end and row["to"] > first
        ]  # fmt: skip
        due = min(later)[1] if later else None
        if row["superseded_at"] != due:
            yield finding("row_differs", f"{part} {row[whose]} {row['from']}, superseded_at", due, row["superseded_at"])
