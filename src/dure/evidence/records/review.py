"""Are sheets and rankings one: each evaluation judged the sheets that count, and what it said is what the records hold?"""

from collections.abc import Iterator

from dure.evidence.comparing import amount, compared
from dure.evidence.findings import Finding, finding
from dure.evidence.history.links import as_recorded
from dure.evidence.holding import Held, Row


def sheets(held: Held) -> Iterator[Finding]:
    """The scores of an evaluation's facts are the newest sheets of its panel without those of who stepped back; so are visits."""
    panels = {each["id"]: each for each in held.table("panels")}
    for entry, facts in as_recorded(held, "evaluation"):
        where, panel = f"journal entry {entry['seq']}", panels.get(entry["subject"])
        if panel is None:
            yield finding("row_is_missing", f"panels {entry['subject']}", "the panel that was ranked", "none")
            continue
        if (facts["criteria"], facts["draw_seed"]) != (panel["criteria"], panel["draw_seed"]):
            yield finding("row_differs", f"panels {panel['id']}", "the criteria and the seed of the evaluation", "others")
        yield from compared(f"{where}, scores", _counting(held, panel["id"]), facts["scores"], key="evaluator proposal")
        stepped = [
            {"evaluator": each["evaluator"], "proposal": each["item"]}
            for each in held.table("recusals")
            if each["panel"] == panel["id"] and each["evaluator"] in facts["evaluators"]
        ]
        yield from compared(f"{where}, recusals", stepped, facts["recusals"], key="evaluator proposal")
        visits = {each["item"]: amount(each["points"]) for each in held.table("site_visits") if each["panel"] == panel["id"]}
        judged = {each["id"]: amount(each.get("site_points")) for each in facts["proposals"]}
        for item in sorted({*visits, *judged}):
            if visits.get(item) != judged.get(item):
                yield finding("row_differs", f"site_visits {panel['id']} {item}", judged.get(item), visits.get(item))


def _counting(held: Held, panel: str) -> list[Row]:
    recused = {(each["evaluator"], each["item"]) for each in held.table("recusals") if each["panel"] == panel}
    newest: dict[tuple[str, str], Row] = {}
    for sheet in held.table("sheets"):
        place = (sheet["evaluator"], sheet["item"])
        if sheet["panel"] == panel and place not in recused:
            newest[place] = max(newest.get(place, sheet), sheet, key=lambda each: each["version"])
    return [{"evaluator": each["evaluator"], "proposal": each["item"], "points": each["points"]} for each in newest.values()]


def rankings(held: Held) -> Iterator[Finding]:
    """Each ranked item is one of an approved evaluation, at its place."""
    expected = [
        {
            "panel": entry["subject"], "item": each["proposal"], "rank": each["rank"], "total": amount(each["total"]),
            "technical": amount(each["technical"]), "passed": each["passed"], "criteria": each["criteria"], "entry": entry["seq"],
        }
        for entry, _approval in held.approved("evaluation")
        for each in held.document(entry, "recommendation")["ranking"]
    ]  # fmt: skip
    found = [{**row, "total": amount(row["total"]), "technical": amount(row["technical"])} for row in held.table("rankings")]
    yield from compared("rankings", expected, found, key="panel item entry")
