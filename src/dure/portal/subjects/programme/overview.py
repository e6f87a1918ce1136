"""The whole programme on one screen: what was decided at each stage, forecasts, money, what is assumed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from dure.cycle.stages import STAGES, Stage
from dure.formats.stages import DECISIONS, stage_format
from dure.portal.kit.shown import Column, Figure, Table
from dure.portal.kit.wording.book import book
from dure.portal.kit.wording.numbers import date
from dure.portal.kit.wording.words import name
from dure.portal.subjects.budget.explanation import money_figures
from dure.portal.subjects.decisions.filed import Filed
from dure.portal.subjects.programme.brief import brief


@dataclass(frozen=True)
class Tile:
    """One stage on the strip."""

    stage: Stage
    name: str
    what: str
    when: str
    state: str


class Decided(NamedTuple):
    """What the journal holds of a stage: how many approved and waiting, when the last was approved, and its number."""

    approved: int = 0
    waiting: int = 0
    at: str | None = None
    seq: int | None = None


@dataclass(frozen=True)
class Arm:
    """One arm of the Y."""

    title: str
    tiles: list[Tile]


def arms(found: dict[str, Any]) -> list[Arm]:
    """The sixteen stages in three arms, each with what the records say of it; `found`: the figures of all stages."""
    titles = {"supply": _("Supply"), "demand": _("Demand"), "stem": _("Sharing and use")}
    return [
        Arm(title, [_tile(stage, brief(stage.key, found), decided(found, stage.key)) for stage in STAGES if stage.arm == arm])
        for arm, title in titles.items()
    ]


def decided(found: dict[str, Any], stage: str) -> Decided:
    """What the journal holds of that stage; the shares in force may have been decided at a later one."""
    each = (found["stages"] or {}).get(stage)
    if stage == "shares" and each and found["shares_decided"]:
        each = {**each, **found["shares_decided"]}
    return Decided(each["approved"], each["waiting"], each["at"], each["seq"]) if each else Decided()


def stage_name(stage: Stage) -> str:
    """Its name in the reader's language."""
    return _(stage.title)


def _tile(stage: Stage, what: str, journal_says: Decided) -> Tile:
    if journal_says.approved:
        return Tile(stage, stage_name(stage), what or _("Decided"), date(journal_says.at), "decided")
    if journal_says.waiting:
        return Tile(stage, stage_name(stage), _("Waiting for approval"), "", "waiting")
    return Tile(stage, stage_name(stage), what or _("Not yet"), "", "decided" if what else "open")


def forecasts(made: Sequence[Filed]) -> Table:
    """What each build-out forecast said of the first service, in the order in which they were made."""
    rows = []
    for one in made:
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


def money(found: dict[str, Any]) -> list[Figure]:
    """Appropriated, committed and paid over all appropriations, as the books stand now; nothing before there are books."""
    if found["appropriated"] is None:
        return []
    gpus = int(found["commitments_gpus"] or 0)
    return money_figures(
        {
            "appropriation_amount": int(found["appropriated"]),
            "committed_amount": int(found["committed_amount"] or 0),
            "paid_amount": int(found["paid_amount"] or 0),
            "amount_per_gpu": int(found["commitments_amount"]) // gpus if gpus else None,
        }
    )


def assumed_rules() -> list[dict[str, Any]]:
    """Each rule in force that is our assumption, with the decisions that read it."""
    readers: dict[str, list[str]] = {}
    for decision in DECISIONS:
        for rule in stage_format(decision).rules.names().values():
            readers.setdefault(rule, []).append(name(decision))
    return [
        {"rule": each.name, "value": each.values[-1].value, "unit": each.unit, "read_by": ", ".join(readers.get(each.name, ()))}
        for each in sorted(book().rules.values(), key=lambda each: each.name)
        if each.values[-1].status == "assumed"
    ]
