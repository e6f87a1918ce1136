"""The whole programme on one screen: what was decided at each stage, forecasts, money, what is assumed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from dure.cycle.stages import STAGES, Stage
from dure.formats.stages import DECISIONS, stage_format
from dure.portal.kit.shown import Column, Figure, Table
from dure.portal.kit.wording.book import book
from dure.portal.kit.wording.numbers import date, korean
from dure.portal.kit.wording.words import name
from dure.portal.subjects.budget.explanation import money_figures
from dure.portal.subjects.decisions.journal import filed
from dure.portal.subjects.programme.brief import brief, figures
from dure.records.funding import queries as funding
from dure.records.journal import queries as journal
from dure.rules.book import rule_names


@dataclass(frozen=True)
class Tile:
    """One stage on the strip."""

    stage: Stage
    name: str
    what: str
    when: str
    state: str


@dataclass(frozen=True)
class Arm:
    """One arm of the Y."""

    title: str
    tiles: list[Tile]


def arms(approved: Mapping[str, Sequence[Any]]) -> list[Arm]:
    """The sixteen stages in three arms, each with what the records say of it; `approved`: decisions by stage."""
    waiting, found = waiting_by_stage(), figures()
    titles = {"supply": _("Supply"), "demand": _("Demand"), "stem": _("Sharing and use")}
    return [
        Arm(title, [_tile(stage, brief(stage.key, found), approved[stage.key], waiting) for stage in STAGES if stage.arm == arm])
        for arm, title in titles.items()
    ]


def waiting_by_stage() -> dict[str, int]:
    """How many recommendations wait for an answer, by stage."""
    return dict(Counter(journal.entries(programme=book().programme, pending=True).values_list("stage", flat=True)))


def stage_name(stage: Stage) -> str:
    """Its name in the reader's language."""
    return stage.ko if korean() else stage.en


def _tile(stage: Stage, what: str, approved: Sequence[Any], waiting: Mapping[str, int]) -> Tile:
    if approved:
        return Tile(stage, stage_name(stage), what or _("Decided"), date(approved[-1].answered.at), "decided")
    if waiting.get(stage.key):
        return Tile(stage, stage_name(stage), _("Waiting for approval"), "", "waiting")
    return Tile(stage, stage_name(stage), what or _("Not yet"), "", "decided" if what else "open")


def forecasts() -> Table:
    """What each build-out forecast said of the first service, in the order in which they were made."""
    rows = []
    for entry in journal.approved(decision="buildout", programme=book().programme):
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


def money() -> list[Figure]:
    """Appropriated, committed and paid as the books stand now; nothing before there are books."""
    appropriation = funding.appropriation(programme=book().programme)
    if appropriation is None:
        return []
    lines = list(funding.lines(programme=book().programme))
    committed = sum(line.committed_won for line in lines)
    totals = funding.committed_totals(programme=book().programme)
    return money_figures(
        {
            "appropriation_won": appropriation.won,
            "committed_won": committed,
            "paid_won": sum(line.paid_won for line in lines),
            "won_per_gpu": totals["won"] // totals["gpus"] if totals["gpus"] else None,
        }
    )


def assumed_rules() -> list[dict[str, Any]]:
    """Each rule in force that is our assumption, with the decisions that read it."""
    readers: dict[str, list[str]] = {}
    for decision in DECISIONS:
        for rule in rule_names(stage_format(decision).rules).values():
            readers.setdefault(rule, []).append(name(decision))
    return [
        {"rule": each.name, "value": each.values[-1].value, "unit": each.unit, "read_by": ", ".join(readers.get(each.name, ()))}
        for each in sorted(book().rules.values(), key=lambda each: each.name)
        if each.values[-1].status == "assumed"
    ]
