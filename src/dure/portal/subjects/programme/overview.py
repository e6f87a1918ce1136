"""The whole programme on one screen: what was decided at each stage, forecasts, money, what is assumed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from dure.cycle.stages import Stage
from dure.portal.kit.shown import Column, Figure, Table
from dure.portal.kit.wording.book import book
from dure.portal.kit.wording.numbers import date, korean
from dure.portal.kit.wording.words import name
from dure.portal.subjects.budget.explanation import money_figures
from dure.portal.subjects.decisions import in_force
from dure.portal.subjects.decisions.filed import Filed
from dure.portal.subjects.decisions.journal import filed
from dure.portal.subjects.programme.brief import brief, recorded
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


def arms(names: Mapping[str, str]) -> list[Arm]:
    """The sixteen stages in three arms."""
    entries = in_force.by_stage(journal.entries(kind="recommendation"))
    titles = {"supply": _("Supply"), "demand": _("Demand"), "stem": _("Sharing and use")}
    return [
        Arm(title, [_tile(stage, entries[stage.key], names) for stage in in_force.stages_of_arm(arm)])
        for arm, title in titles.items()
    ]


def stage_name(stage: Stage) -> str:
    """Its name in the reader's language."""
    return stage.ko if korean() else stage.en


def _tile(stage: Stage, entries: Sequence[Any], names: Mapping[str, str]) -> Tile:
    approved = in_force.approved_of(entries)
    if approved:
        shown = filed(_telling(stage, approved), names)
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


def received() -> tuple[int | None, bool]:
    """Applications received in the first round, and whether they are synthetic."""
    first = demand.user_calls().first()
    if first is None:
        return None, False
    return first.application_count, demand.applications(user_call=first).filter(synthetic=True).exists()


def assumed_rules(decisions: Iterable[Filed]) -> list[dict[str, Any]]:
    """Each assumed rule that a decision in force read, once, with the decisions that read it."""
    rules: dict[str, dict[str, Any]] = {}
    for each in decisions:
        for reading in each.assumed:
            row = rules.setdefault(reading["rule"], {**reading, "read_by": []})
            row["read_by"].append(name(each.decision))
    return [rules[key] for key in sorted(rules)]
