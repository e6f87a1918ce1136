"""The whole programme on one screen: what was decided at each stage, the calendar, capacity, shares, money."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from dure.cycle.stages import Stage
from dure.portal.public.brief import brief, recorded
from dure.portal.shared import in_force
from dure.portal.shared.charts.timeline import Milestone, timeline
from dure.portal.shared.explain.budget import money_figures
from dure.portal.shared.filed import Filed
from dure.portal.shared.journal import filed, latest
from dure.portal.shared.shown import Chart, Column, Figure, Table
from dure.portal.shared.wording.book import book, rule
from dure.portal.shared.wording.numbers import NONE, as_date, date, days, korean
from dure.portal.shared.wording.words import name
from dure.records.demand import queries as demand
from dure.records.funding import queries as funding
from dure.records.journal import queries as journal
from dure.records.procurement import queries as procurement
from dure.records.supply import queries as supply


@dataclass(frozen=True)
class Tile:
    """One stage on the strip."""

    stage: Stage
    name: str
    what: str
    when: str
    state: str
    assumed: bool


@dataclass(frozen=True)
class Arm:
    """One arm of the Y."""

    title: str
    tiles: list[Tile]


def arms() -> list[Arm]:
    """The sixteen stages in three arms."""
    entries = in_force.by_stage(journal.entries(kind="recommendation"))
    titles = {"supply": _("Supply"), "demand": _("Demand"), "stem": _("Sharing and use")}
    return [
        Arm(title, [_tile(stage, entries[stage.key]) for stage in in_force.stages_of_arm(arm)]) for arm, title in titles.items()
    ]


def stage_name(stage: Stage) -> str:
    """Its name in the reader's language."""
    return stage.ko if korean() else stage.en


def _tile(stage: Stage, entries: Sequence[Any]) -> Tile:
    approved = in_force.approved_of(entries)
    if approved:
        shown = filed(_telling(stage, approved))
        when = date(approved[-1].answered.at)
        return Tile(stage, stage_name(stage), brief(shown), when, "decided", bool(shown.assumed))
    if entries:
        return Tile(stage, stage_name(stage), _("Waiting for approval"), date(entries[-1].at), "waiting", False)
    what, when = recorded(stage.key, procurement, supply)
    return Tile(stage, stage_name(stage), what or _("Not yet"), when, "decided" if what else "open", False)


def _telling(stage: Stage, approved: Sequence[Any]) -> Any:
    """Of a stage with two decisions, the one named first tells what happened; `settlement` tells more than its rates."""
    main = "settlement" if stage.key == "settlement" else stage.decisions[0]
    return next((entry for entry in reversed(approved) if entry.stage == main), approved[-1])


def calendar(programme: str) -> Chart | None:
    """Milestones promised, forecast and actual, with the slip."""
    known = list(supply.milestones(programme=programme)) or _promised()
    if not known:
        return None
    rows = [_milestone_row(each) for each in known]
    rows.sort(key=lambda row: str(row["actual"] or row["forecast"] or row["promised"]))
    marks = [
        Milestone(
            str(row["milestone"]), as_date(row["promised"]), as_date(row["forecast"]), as_date(row["actual"]),
            "" if row["slip"] is None else days(int(str(row["slip"]))), bool(row["slip"] and int(str(row["slip"])) > 0),
        )
        for row in rows
    ]  # fmt: skip
    table = Table(
        "calendar",
        _("Calendar"),
        [
            Column("milestone", _("Milestone")),
            Column("promised", _("Promised"), "date"),
            Column("forecast", _("Forecast"), "date"),
            Column("actual", _("Actual"), "date"),
            Column("slip", _("Slip in days"), "number"),
            Column("cause", _("Cause")),
        ],
        rows,
    )
    names = (_("Promised"), _("Forecast"), _("Actual"))
    label = _("Milestones promised, forecast and actual")
    return Chart(_("Calendar: promised, forecast, actual"), timeline(marks, label=label, names=names),
                 _("A ring is the promise, a diamond the forecast, a dot what came; red is late."), table)  # fmt: skip


@dataclass(frozen=True)
class _Promise:
    key: str
    promised_on: Any
    forecast_on: Any = None
    actual_on: Any = None
    cause: str = ""


def _promised() -> list[_Promise]:
    """The promises of the rule book, where the records hold no calendar yet."""
    found = rule("programme/milestones_promised")
    promises = found.values[-1].value if found else {}
    service = latest("buildout")
    likely = service.recommendation["first_service"].get("p50") if service else None
    return [_Promise(key, day, likely if key == "first_service" else None) for key, day in promises.items()]


def _milestone_row(each: Any) -> dict[str, object]:
    promised, forecast, actual = as_date(each.promised_on), as_date(each.forecast_on), as_date(each.actual_on)
    came = actual or forecast
    return {
        "milestone": name(each.key),
        "promised": promised.isoformat() if promised else None,
        "forecast": forecast.isoformat() if forecast else None,
        "actual": actual.isoformat() if actual else None,
        "slip": (came - promised).days if came and promised else None,
        "cause": each.cause or NONE,
    }


def forecasts() -> Table:
    """What each build-out forecast said of the first service, in the order in which they were made."""
    rows = []
    for entry in journal.approved("buildout"):
        one = filed(entry)
        service = one.recommendation["first_service"]
        rows.append(
            {
                "as_of": one.facts["as_of"],
                "p50": service.get("p50"),
                "p90": service.get("p90"),
                "full": one.recommendation["full_service"].get("p50"),
            }
        )
    return Table(
        "forecasts",
        _("First service, as it was forecast"),
        [
            Column("as_of", _("Known on"), "date"),
            Column("p50", _("Forecast P50"), "date"),
            Column("p90", _("Forecast P90"), "date"),
            Column("full", _("Full service P50"), "date"),
        ],
        sorted(rows, key=lambda row: str(row["as_of"])),
    )


def money(budget: Filed | None) -> list[Figure]:
    """Appropriated, committed and paid as the books stand now; before there are books, as the decision says."""
    appropriation = funding.appropriation(programme=book().programme)
    if appropriation is None:
        return money_figures(budget.recommendation) if budget else []
    lines = list(funding.lines(programme=book().programme))
    committed = sum(line.committed_won for line in lines)
    gpus = sum(each.gpus for each in funding.commitments(programme=book().programme))
    buying = sum(each.won for each in funding.commitments(programme=book().programme))
    return money_figures(
        {
            "appropriation_won": appropriation.won,
            "committed_won": committed,
            "paid_won": sum(line.paid_won for line in lines),
            "won_per_gpu": buying // gpus if gpus else None,
        }
    )


def received() -> int | None:
    """Applications received in the first round."""
    first = demand.user_calls().first()
    return first.application_count if first else None


def decisions_in_force() -> list[Filed]:
    """The latest approved decision of each kind, for open data and for what is assumed."""
    found = []
    for decision in dict.fromkeys(each for stage in in_force.STAGES for each in stage.decisions):
        one = latest(decision)
        if one is not None:
            found.append(one)
    return found


def assumed_rules(decisions: Sequence[Filed]) -> list[dict[str, Any]]:
    """Each assumed rule that a decision in force read, once, with the decisions that read it."""
    rules: dict[str, dict[str, Any]] = {}
    for each in decisions:
        for reading in each.assumed:
            row = rules.setdefault(reading["rule"], {**reading, "read_by": []})
            row["read_by"].append(name(each.decision))
    return [rules[key] for key in sorted(rules)]
