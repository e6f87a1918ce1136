"""Are grants and leases the approved plans, each server, week and value; and ended early for a reason on record?"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from dure.evidence.comparing import amount, compared, instant, moment
from dure.evidence.findings import Finding, finding
from dure.evidence.history.acts import given
from dure.evidence.holding import Held, Row


class Rounds:
    """When the weeks of each round begin: on Mondays at midnight where the programme's clocks stand."""

    def __init__(self, held: Held) -> None:
        self._zone = ZoneInfo(held.manifest["zone"])
        self.starts = {each["id"]: dt.date.fromisoformat(each["start_on"]) for each in held.table("rounds")}

    def begins(self, round_: str, week: int) -> str:
        """The first instant of that week."""
        return instant(dt.datetime.combine(self.starts[round_] + dt.timedelta(weeks=week), dt.time.min, self._zone))

    def week_at(self, round_: str, at: str) -> int:
        """The week in which that moment lies."""
        return (moment(at).astimezone(self._zone).date() - self.starts[round_]).days // 7


def grants(held: Held) -> Iterator[Finding]:
    """Each grant is one of an approved plan, or of a reclaim that grants again."""
    rounds = Rounds(held)
    planned = [row for entry, _approval in held.approved("allocation") for row in _planned(held, rounds, entry)]
    again = {(entry["seq"], each["application"]): each for entry, _a in held.approved("reclaim")
             for each in held.document(entry, "recommendation")["regrants"]}  # fmt: skip
    rows = held.table("grants")
    by_plan = [row for row in rows if (row["entry"], row["application"]) not in again]
    yield from compared("grants", planned, by_plan, key="id")
    for row in rows:
        each = again.pop((row["entry"], row["application"]), None)
        if each is not None:
            yield from _granted_again(held, rounds, row, each)
    for seq, application in again:
        yield finding("row_is_missing", f"grants of {application}", f"what entry {seq} grants again", "none")


def _planned(held: Held, rounds: Rounds, entry: Row) -> list[Row]:
    return [
        {
            "id": f"{entry['subject']}/{each['application']}", "round": entry["subject"], "application": each["application"],
            "pool": each["pool"], "servers": len(each["servers"]), "value": each.get("value", 0), "entry": entry["seq"],
            "from": rounds.begins(entry["subject"], each["from_week"]), "to": rounds.begins(entry["subject"], each["to_week"]),
        }
        for each in held.document(entry, "recommendation")["grants"]
    ]  # fmt: skip


def _granted_again(held: Held, rounds: Rounds, row: Row, each: Row) -> Iterator[Finding]:
    """From the week after the approval until the end of what was taken back, or as long as was asked for."""
    approval, before = held.answers[row["entry"]], {each["id"]: each for each in held.table("grants")}[each["lease"]]
    first = rounds.week_at(row["round"], approval["at"]) + 1
    end = min(first + each["weeks"], rounds.week_at(row["round"], before["to"]))
    expected = {
        "id": f"{row['round']}/{each['application']}", "round": held.by_seq[row["entry"]]["subject"], "pool": before["pool"],
        "servers": each["servers"], "from": rounds.begins(row["round"], first), "to": rounds.begins(row["round"], end),
    }  # fmt: skip
    yield from compared("grants", [expected], [row], key="id")


def leases(held: Held) -> Iterator[Finding]:
    """Each lease is of a server of the plan, for the time of its grant; no server twice at a time, none out of service."""
    by_id = {each["id"]: each for each in held.table("grants")}
    planned = {
        f"{entry['subject']}/{each['application']}": set(each["servers"])
        for entry, _approval in held.approved("allocation")
        for each in held.document(entry, "recommendation")["grants"]
    }
    returned, reclaimed = _returned(held), _reclaimed(held)
    held_by: dict[str, set[str]] = defaultdict(set)
    for row in held.table("leases"):
        where, grant = f"leases {row['grant']} {row['server']}", by_id.get(row["grant"])
        if row["server"] in held_by[row["grant"]]:
            yield finding("comes_twice", where, "one lease of the server", "another")
        held_by[row["grant"]].add(row["server"])
        if grant is None:
            yield finding("row_without_origin", where, "a grant", "none")
            continue
        yield from _ended(row, grant, returned[row["grant"]], reclaimed[row["grant"]], where)
    for grant_id, grant in by_id.items():
        expected = planned.get(grant_id)
        if len(held_by[grant_id]) != grant["servers"] or (expected is not None and expected != held_by[grant_id]):
            yield finding(
                "row_differs", f"leases of {grant_id}", sorted(expected or ()) or grant["servers"], sorted(held_by[grant_id])
            )
    yield from _freed(held, held_by)
    yield from _one_at_a_time(held)


def _freed(held: Held, held_by: dict[str, set[str]]) -> Iterator[Finding]:
    """What a reclaim takes back is as many servers as it says, and it grants again only these."""
    for entry, _approval in held.approved("reclaim"):
        made = held.document(entry, "recommendation")
        taken: dict[str, set[str]] = defaultdict(set)
        for row in held.table("leases"):
            if row["entry"] == entry["seq"]:
                taken[row["grant"]].add(row["server"])
        due = {each["lease"]: each["servers"] for each in made["proposals"] if each["action"] == "reclaim"}
        if due != (found := {lease: len(servers) for lease, servers in taken.items()}):
            yield finding("row_differs", f"leases taken back by entry {entry['seq']}", due, found)
        for each in made["regrants"]:
            again = held_by[f"{entry['subject']}/{each['application']}"]
            if again - taken[each["lease"]]:
                where = f"leases of {entry['subject']}/{each['application']}"
                yield finding("row_differs", where, f"among {sorted(taken[each['lease']])}", sorted(again))


def _ended(row: Row, grant: Row, returned: set[str], reclaimed: dict[int, str], where: str) -> Iterator[Finding]:
    if row["from"] != grant["from"]:
        yield finding("row_differs", f"{where}, from", grant["from"], row["from"])
    if moment(row["to"]) > moment(grant["to"]):
        yield finding("row_differs", f"{where}, to", f"at most {grant['to']}", row["to"])
    early = row["withdrawn_at"] or (row["to"] if row["to"] != grant["to"] else None)
    if not early:
        if row["ended_because"]:
            yield finding("row_differs", f"{where}, ended_because", "nothing: it runs to the end", row["ended_because"])
    elif row["ended_because"] == "returned" and early not in returned:
        yield finding("row_without_origin", f"{where}, to", "an act that returns the server then", early)
    elif row["ended_because"] == "reclaimed" and reclaimed.get(row["entry"]) != early:
        yield finding("row_without_origin", f"{where}, to", "an approved reclaim that ends it then", early)
    elif row["ended_because"] not in {"returned", "reclaimed", "replaced"}:
        yield finding("row_differs", f"{where}, ended_because", "a reason for its early end", row["ended_because"])


def _returned(held: Held) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for act in given(held, "return_servers"):
        found[act["given"]["grant"]].add(act["at"])
    return found


def _reclaimed(held: Held) -> dict[str, dict[int, str]]:
    found: dict[str, dict[int, str]] = defaultdict(dict)
    for entry, approval in held.approved("reclaim"):
        for each in held.document(entry, "recommendation")["proposals"]:
            if each["action"] == "reclaim":
                found[each["lease"]][entry["seq"]] = approval["at"]
    return found


def _one_at_a_time(held: Held) -> Iterator[Finding]:
    servers = {each["id"]: each for each in held.table("servers")}
    by_server: dict[str, list[Row]] = defaultdict(list)
    for row in held.table("leases"):
        if row["withdrawn_at"] is None:
            by_server[row["server"]].append(row)
    for server, rows in by_server.items():
        rows.sort(key=lambda row: moment(row["from"]))
        for before, after in pairwise(rows):
            if moment(after["from"]) < moment(before["to"]):
                yield finding("leased_twice", f"leases of {server}", f"free until {before['to']}", after["from"])
        registered = servers.get(server)
        begins = registered and registered["in_service_from"]
        if registered is None or not begins or moment(rows[0]["from"]) < moment(begins) or registered["own_use"]:
            yield finding("not_in_service", f"leases of {server}", f"in service from {rows[0]['from']}", begins)
        ends, last = registered and registered.get("in_service_to"), max(rows, key=lambda row: moment(row["to"]))["to"]
        if ends and moment(last) > moment(ends):
            yield finding("not_in_service", f"leases of {server}", f"in service until {last}", ends)


def plans(held: Held) -> Iterator[Finding]:
    """The figures of a plan, and the waiting list in its order after those who waited already."""
    expected, waits = [], defaultdict[str, list[tuple[int, Any, Any]]](list)
    for entry, _approval in held.approved("allocation"):
        made, facts = held.document(entry, "recommendation"), held.document(entry, "facts")
        names = ("method", "objective", "bound", "idle_gpu_weeks", "sector_use")
        expected.append({
            **{name: made[name] for name in names}, "round": entry["subject"], "gap": amount(made["gap"]),
            "applications": len(facts["applications"]), "entry": entry["seq"],
        })  # fmt: skip
        served = {each["application"] for each in made["grants"]}
        for each in made["reasons"]:
            if "waiting_list_place" in each["detail"] and each["item"] not in served:
                waits[entry["subject"]].append((entry["seq"], int(each["detail"]["waiting_list_place"]), each["item"]))
    found = [{**row, "gap": amount(row["gap"])} for row in held.table("plans")]
    yield from compared("plans", expected, found, key="entry")
    places: Counter[str] = Counter()
    due, known = [], set[tuple[str, str]]()
    for round_, listed in waits.items():
        for seq, _place, application in sorted(listed):
            if (round_, application) not in known:
                known.add((round_, application))
                places[round_] += 1
                due.append({"round": round_, "application": application, "place": places[round_], "entry": seq})
    yield from compared("waiting_places", due, held.table("waiting_places"), key="round application")
    yield from _left(held)


def _left(held: Held) -> Iterator[Finding]:
    """Who waits no longer was granted servers then, or left by an act; who was granted some waits no longer."""
    approved = {entry["seq"]: approval["at"] for entry, approval in [*held.approved("allocation"), *held.approved("reclaim")]}
    granted = {(row["round"], row["application"]): row["entry"] for row in held.table("grants")}
    went: dict[str, set[str]] = defaultdict(set)
    for act in held.table("acts"):
        if act.get("command") == "leave_waiting_list":
            went[act["about"].removeprefix("application/")].add(act["at"])
    for row in held.table("waiting_places"):
        where, entry = f"waiting_places {row['application']}, left_at", granted.get((row["round"], row["application"]), 0)
        times = went[row["application"]] | ({approved[entry]} if entry > row["entry"] and entry in approved else set())
        if row["left_at"] is None and entry > row["entry"]:
            yield finding("row_differs", where, f"granted by entry {entry}", None)
        elif row["left_at"] is not None and row["left_at"] not in times:
            yield finding("row_without_origin", where, "a grant, or an act that leaves the list then", row["left_at"])
