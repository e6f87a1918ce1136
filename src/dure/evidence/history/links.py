"""Does one decision follow from another: a selection from a ranking, a plan from who is eligible, a bill from what was metered?

A decision's facts are what the records said when it was filed; so they are what was approved by then. Facts that a person edited
name each edit in the journal, with both values, and are left to the reader.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from dure.evidence.comparing import amount, compared, instant, moment
from dure.evidence.findings import Finding, finding
from dure.evidence.history.acts import given
from dure.evidence.history.money import paying
from dure.evidence.history.rulebook import day_of
from dure.evidence.holding import Held, Row

APPLIED_FOR = (
    "id", "organisation", "sector", "models", "servers", "minimum_servers", "weeks", "earliest_week", "latest_week", "pod",
)  # fmt: skip


def as_recorded(held: Held, *decisions: str) -> Iterator[tuple[Row, Any]]:
    """Recommendations of these decisions with their facts, where nobody edited them."""
    for entry in held.entries:
        if entry["kind"] == "recommendation" and entry["decision"] in decisions:
            if entry.get("edits"):
                told = f"the facts of entry {entry['seq']} were edited in {len(entry['edits'])} places, as the journal says."
                held.remark(told)
            elif (facts := held.document(entry, "facts")) is not None:
                yield entry, facts


def approved_before(held: Held, entry: Row, decision: str, *subjects: str) -> Row | None:
    """The recommendation of that decision, on one of those subjects, that was approved last before the entry was filed."""
    found = None
    for earlier, approval in held.approved(decision):
        if approval["seq"] < entry["seq"] and earlier["subject"] in subjects:
            found = earlier
    return found


def _origin(held: Held, entry: Row, decision: str, *subjects: str) -> tuple[list[Finding], Any]:
    """What that decision recommended, or the fault that it was not approved before."""
    found = approved_before(held, entry, decision, *subjects)
    if found is None:
        where = f"journal entry {entry['seq']} ({entry['decision']} {entry['subject']})"
        return [finding("out_of_order", where, f"an approved {decision} before it", "none")], None
    return [], held.document(found, "recommendation")


def selections(held: Held) -> Iterator[Finding]:
    """Who may be selected passed the ranking of the call's panel, with that rank and score; the money is the call's."""
    calls = {each["id"]: each for each in held.table("calls")}
    newest = _newest_proposals(held)
    for entry, facts in as_recorded(held, "portfolio"):
        approval = held.answers.get(entry["seq"])
        if approval is not None and approval["kind"] == "approval" and entry["subject"] in calls:
            day = paying(held, calls[entry["subject"]], approval["at"])
            faults, _made = _origin(held, approval, "budget", day, held.manifest["programme"])
            yield from faults
        faults, ranked = _origin(held, entry, "evaluation", *_panels(held, entry["subject"], "proposal"))
        yield from faults
        if ranked is None or entry["subject"] not in calls:
            continue
        awarded = _awarded_before(held, entry)
        served = {proposal for proposal, _lot in awarded} - {each["id"] for each in facts["proposals"]}
        expected = [
            {
                "id": each["proposal"],
                "rank": each["rank"],
                "score": amount(each["total"]),
                "provider": newest.get(each["proposal"]),
            }
            for each in ranked["ranking"]
            if each["passed"] and each["proposal"] not in served
        ]
        found = [{**each, "score": amount(each["score"])} for each in facts["proposals"]]
        yield from compared(f"journal entry {entry['seq']}, proposals", expected, found, key="id")
        before = sum(
            award["price_amount"]
            for award in held.table("awards")
            if award["call"] == entry["subject"] and award["entry"] < entry["seq"]
        )
        if facts["budget_amount"] != (room := calls[entry["subject"]]["budget_amount"] - before):
            yield finding("other_facts", f"journal entry {entry['seq']}, budget_amount", room, facts["budget_amount"])


def _awarded_before(held: Held, entry: Row) -> set[tuple[str, str]]:
    """Proposals and lots of the call that were awarded before the entry was filed."""
    of_call = (each for each in held.table("awards") if each["call"] == entry["subject"])
    return {(each["proposal"], each["lot"]) for each in of_call if each["entry"] < entry["seq"]}


def _newest_proposals(held: Held) -> dict[str, str]:
    return {each["id"]: each["provider"] for each in held.table("proposals")}


def _panels(held: Held, subject: str, kind: str) -> list[str]:
    return [each["id"] for each in held.table("panels") if (each["subject"], each["kind"]) == (subject, kind)]


def eligibilities(held: Held) -> Iterator[Finding]:
    """Everybody who applied in time was checked, and nobody else."""
    for entry, facts in as_recorded(held, "eligibility"):
        applied = [
            {"id": each["id"], "organisation": each["organisation"], "purpose": each["purpose"],
             "large_project_plan": each["large_project_plan"], "supported_by": sorted(each["supported_by"])}
            for each in held.table("applications") if each["call"] == entry["subject"] and not each.get("withdrawn_at")
        ]  # fmt: skip
        yield from compared(f"journal entry {entry['seq']}, applications", applied, facts["applications"], key="id")


def rankings_of_applications(held: Held) -> Iterator[Finding]:
    """Only who was found eligible passes the gate."""
    panels = {each["id"]: each for each in held.table("panels")}
    for entry, facts in as_recorded(held, "evaluation"):
        panel = panels.get(entry["subject"])
        if panel is None or panel["kind"] != "application":
            continue
        faults, made = _origin(held, entry, "eligibility", panel["subject"])
        yield from faults
        if made is not None:
            gates = [{"id": each["application"], "gate": "pass" if each["eligible"] else "fail"} for each in made["results"]]
            yield from compared(f"journal entry {entry['seq']}, gate", gates, facts["proposals"], key="id")


def plans(held: Held) -> Iterator[Finding]:
    """Who is planned for is eligible and ranked, with that score, for what was applied for; on the terms of the round."""
    rounds = {each["id"]: each for each in held.table("rounds")}
    applied = {each["id"]: each for each in held.table("applications")}
    for entry, facts in as_recorded(held, "allocation"):
        terms = rounds.get(entry["subject"])
        where = f"journal entry {entry['seq']}"
        if terms is None:
            yield finding("row_is_missing", f"rounds {entry['subject']}", "the round that was allocated", "none")
            continue
        due = {**terms, "sectors": [*terms["sectors"], *_closed_sectors(facts, terms)]}
        for name in ("start_on", "weeks", "sectors", "draw_seed"):
            if facts[name] != due[name]:
                yield finding("other_facts", f"{where}, {name}", due[name], facts[name])
        faults, eligible = _origin(held, entry, "eligibility", terms["call"])
        more, ranked = _origin(held, entry, "evaluation", *_panels(held, terms["call"], "application"))
        yield from [*faults, *more]
        if eligible is None or ranked is None:
            continue
        may = {each["application"] for each in eligible["results"] if each["eligible"]}
        scores = {each["proposal"]: each["total"] for each in ranked["ranking"] if each["passed"] and each["total"]}
        granted = {
            each["application"] for each in held.table("grants") if each["round"] == terms["id"] and each["entry"] < entry["seq"]
        }
        expected = [
            {
                **{name: row[name] for name in APPLIED_FOR},
                "score": amount(scores[row["id"]]), "arrived_at": instant(row["submitted_at"]),
            }
            for row in applied.values()
            if row["id"] in may and row["id"] in scores and row["id"] not in granted
        ]  # fmt: skip
        found = [
            {**each, "score": amount(each["score"]), "arrived_at": instant(each["arrived_at"])} for each in facts["applications"]
        ]
        yield from compared(f"{where}, applications", expected, found, key="id")


def _closed_sectors(facts: Any, terms: Row) -> list[Row]:
    """Sectors that the round is not open to and that hold servers of its pools: without a target and without a bound."""
    others = {each["sector"] for each in facts["leases"]} - {each["id"] for each in terms["sectors"]}
    return [{"id": each, "share": "0", "floor": "0", "ceiling": "1"} for each in sorted(others)]


def meterings(held: Held) -> Iterator[Finding]:
    """What is metered are granted servers in service, for the organisation that applied."""
    grants = {each["id"]: each for each in held.table("grants")}
    applied = {each["id"]: each["organisation"] for each in held.table("applications")}
    leased: dict[str, set[str]] = {}
    for lease in held.table("leases"):
        leased.setdefault(lease["grant"], set()).add(lease["server"])
    servers = {each["id"]: each for each in held.table("servers")}
    for entry, facts in as_recorded(held, "metering"):
        where = f"journal entry {entry['seq']}"
        for each in facts["leases"]:
            grant = grants.get(each["id"].partition("#")[0])
            if grant is None or grant["entry"] > entry["seq"]:
                yield finding("out_of_order", f"{where}, {each['id']}", "a grant before it", "none")
            elif applied.get(grant["application"]) != each["organisation"] or set(each["servers"]) - leased.get(
                grant["id"], set()
            ):
                yield finding("other_facts", f"{where}, {each['id']}", "the organisation and servers of the grant", each)
        for each in facts["servers"]:
            row = servers.get(each["id"])
            served = row and row["in_service_from"] and instant(row["in_service_from"])
            ends = each.get("in_service_to") and instant(each["in_service_to"])
            ended = row and row.get("in_service_to") and instant(row["in_service_to"])
            # Facts of before the end do not know it yet.
            if (
                row is None
                or (row["pool"], served) != (each["pool"], instant(each["in_service_from"]))
                or ends not in {None, ended}
            ):
                yield finding("other_facts", f"{where}, {each['id']}", row, each)


def bills(held: Held) -> Iterator[Finding]:
    """What is billed was metered and approved before; at the list prices in force when its month began."""
    applied = {each["id"]: each["organisation"] for each in held.table("applications")}
    owner = {each["id"]: applied.get(each["application"], "") for each in held.table("grants")}
    for entry, facts in as_recorded(held, "burden", "settlement"):
        where = f"journal entry {entry['seq']}"
        faults, _metered = _origin(held, entry, "metering", entry["subject"])
        yield from faults
        if faults:
            continue
        span = _span(facts["usage"])
        counted = [
            {
                "lease": lease_of(row), "organisation": owner.get(row["grant"], ""), "model": row["model"], "from": row["from"],
                "to": row["to"], "gpu_hours": amount(row["gpu_hours"]),
            }
            for row in held.table("usage")
            if row["entry"] < entry["seq"] and not row["on_hold"] and _counted_at(row, entry["at"]) and _reaches_into(row, span)
        ]  # fmt: skip
        found = [
            {**each, "from": instant(each["from"]), "to": instant(each["to"]), "gpu_hours": amount(each["gpu_hours"])}
            for each in facts["usage"]
        ]
        yield from compared(f"{where}, usage", counted, found, key="lease from")
        prices = _list_prices(held, on=f"{entry['subject']}-01", issued_by=entry["at"])
        if facts["price_book"] == prices:
            continue
        if facts["price_book"] == _list_prices(held, on=day_of(held, entry["at"]), issued_by=entry["at"]):
            held.remark(f"entry {entry['seq']} charges at the prices of the day on which it was filed, as was done at first.")
        else:
            yield finding("other_facts", f"{where}, price_book", prices, facts["price_book"])


def _list_prices(held: Held, *, on: str, issued_by: str) -> dict[str, int]:
    """Of the books issued by that moment the last one that had begun on that day; of several from one day the last issued."""
    found: Row | None = None
    for act in given(held, "issue_price_book"):
        book = act["given"]
        if (
            moment(act["at"]) <= moment(issued_by)
            and book["from_on"] <= on
            and (not found or book["from_on"] >= found["from_on"])
        ):
            found = book
    return dict(found["prices"]) if found else {}


def lease_of(row: Row) -> str:
    """The id by which metering and bills name a part of a grant."""
    return str(row["grant"]) if row["part"] == 1 else f"{row['grant']}#{row['part']}"


def _counted_at(row: Row, at: str) -> bool:
    return row["superseded_at"] is None or moment(row["superseded_at"]) > moment(at)


def _span(usage: list[Row]) -> tuple[dt.datetime, dt.datetime] | None:
    """The time that a bill is about."""
    times = [moment(each[name]) for each in usage for name in ("from", "to")]
    return (min(times), max(times)) if times else None


def _reaches_into(row: Row, span: tuple[dt.datetime, dt.datetime] | None) -> bool:
    return span is not None and moment(row["from"]) < span[1] and moment(row["to"]) > span[0]


def shares(held: Held) -> Iterator[Finding]:
    """New shares are moved from those in force, towards demand, priority and results that were approved before."""
    for entry, facts in as_recorded(held, "shares"):
        where = f"journal entry {entry['seq']}"
        told = {name: {each["id"]: amount(each[name]) for each in facts["sectors"]} for name in ("current", "results", "demand")}
        current = _shares_on(held, entry, day_of(held, entry["at"]))
        if current is not None and told["current"] != current:
            yield finding("other_facts", f"{where}, current", current, told["current"])
        results = [each for each in held.table("results") if each["entry"] < entry["seq"]]
        if results:
            last = max(each["entry"] for each in results)
            known = {each["sector"]: amount(each["share"]) for each in results if each["entry"] == last}
            if told["results"] != known:
                yield finding("other_facts", f"{where}, results", known, told["results"])
        surveyed = [each for each in held.table("estimates") if each["entry"] < entry["seq"]]
        if not surveyed:
            yield finding("out_of_order", where, "an approved demand estimate before it", "none")
        elif entry["stage"] == "shares":
            demand = {sector: amount(share) for sector, share in surveyed[-1]["shares"].items()}
            if told["demand"] != demand:
                yield finding("other_facts", f"{where}, demand", demand, told["demand"])


def _shares_on(held: Held, entry: Row, day: str) -> dict[str, str | None] | None:
    known = [each for each in held.table("shares") if each["entry"] < entry["seq"] and each["from_on"] <= day]
    last = max((each["from_on"] for each in known), default="")
    return {each["sector"]: amount(each["share"]) for each in known if each["from_on"] == last} or None


def reclaims(held: Held) -> Iterator[Finding]:
    """A reclaim looks at every grant of its round, and at those who wait."""
    applied = {each["id"]: each["organisation"] for each in held.table("applications")}
    for entry, facts in as_recorded(held, "reclaim"):
        expected = [
            {"id": each["id"], "servers": each["servers"], "organisation": applied.get(each["application"])}
            for each in held.table("grants")
            if each["round"] == entry["subject"] and each["entry"] < entry["seq"]
        ]
        yield from compared(f"journal entry {entry['seq']}, leases", expected, facts["leases"], key="id")
