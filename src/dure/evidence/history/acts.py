"""Was everything done by somebody at a desk, and does each entry of the journal have the act that made it?"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

from dure.evidence.comparing import moment
from dure.evidence.findings import Finding, finding
from dure.evidence.history.people import Seats
from dure.evidence.holding import Held, Row
from dure.formats.canonical import digest

WAITED = dt.timedelta(minutes=1)  # an entry waits for the head of the journal after its act was dated
BY_RULE = frozenset({"extend_for_clocks"})
ANSWERING = {"approve_decision": "approval", "refuse_decision": "refusal"}


def acts(held: Held) -> Iterator[Finding]:
    """Numbers go up, input has its digest, and who acts sits somewhere; a newcomer by an invitation sits from then on."""
    seats, last = Seats(held), 0
    for act in held.table("acts"):
        where = f"act {act['act']}"
        if act["act"] <= last:
            yield finding("gap", where, f"a number after {last}", act["act"])
        last = act["act"]
        if "leaf" in act:
            continue
        if "given" in act and digest(act["given"]) != act["input"]:
            yield finding("altered", where, f"input of digest {act['input']}", digest(act["given"]))
        if act["programme"] != held.manifest["programme"]:
            yield finding("foreign_programme", where, held.manifest["programme"], act["programme"])
        if act["command"] in BY_RULE:
            if act["person"] or act["via"] != "worker":
                yield finding("not_seated", where, "nobody: the worker does it by a rule", act["person"])
        elif act["command"] != "accept_invitation" and not seats.desks(act["person"], act["at"]):
            yield finding("not_seated", where, f"somebody at a desk at {act['at']}", act["person"])


def of_entries(held: Held) -> Iterator[Finding]:
    """Each entry was filed or answered by its person's act, and each such act led to its entry."""
    filed, answered = _by_person(held)
    told: dict[tuple[str, int], list[str]] = defaultdict(list)
    for entry in held.entries:
        where = f"journal entry {entry['seq']}"
        if entry["kind"] == "recommendation":
            if not any(moment(at) <= moment(entry["at"]) for at in filed[entry["who"]]):
                yield finding("row_without_origin", where, f"an act of {entry['who']} that files it", "none before it")
            continue
        times = answered.get((entry["kind"], entry["who"], entry["refers_to"]), [])
        if not any(_shortly_before(at, entry["at"]) for at in times):
            yield finding(
                "row_without_origin", where, f"an act of {entry['who']} that answers entry {entry['refers_to']}", times or "none"
            )
        told[entry["who"], entry["refers_to"]].append(entry["kind"])
    for each in held.table("signatures"):
        told[each["who"], each["entry"]].append("approval")
        if not any(_shortly_before(at, each["at"]) for at in answered.get(("approval", each["who"], each["entry"]), [])):
            yield finding("row_without_origin", f"signatures, entry {each['entry']}", f"an act of {each['who']}", "none")
    for kind, person, seq in answered:
        if kind not in told[person, seq]:
            yield finding("answer_is_missing", f"entry {seq}", f"the {kind} that {person} gave", "none in the journal")


def _by_person(held: Held) -> tuple[dict[str, list[str]], dict[tuple[str, str, int], list[str]]]:
    filed: dict[str, list[str]] = defaultdict(list)
    answered: dict[tuple[str, str, int], list[str]] = defaultdict(list)
    for act in held.table("acts"):
        if "leaf" in act:
            continue
        if act["command"].startswith("file_") or act["command"] == "solve_round":
            filed[act["person"]].append(act["at"])
        elif act["command"] in ANSWERING:
            answered[ANSWERING[act["command"]], act["person"], int(act["about"].removeprefix("entry/"))].append(act["at"])
    return filed, answered


def _shortly_before(act: str, entry: str) -> bool:
    late = moment(entry) - moment(act)
    return dt.timedelta() <= late <= WAITED


def given(held: Held, *commands: str) -> Iterator[Row]:
    """The acts of these commands whose input the export brings."""
    for act in held.table("acts"):
        if act.get("command") in commands and "given" in act:
            yield act
