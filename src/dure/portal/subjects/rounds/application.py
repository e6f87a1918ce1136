"""What became of one application in this plan, why, and what would have helped?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dure.portal.kit.section import Section, section
from dure.portal.kit.shown import Figure, Table
from dure.portal.kit.wording.numbers import date, number, week_date
from dure.portal.kit.wording.words import name, of_count
from dure.portal.subjects.decisions.explained import explained, value_of
from dure.portal.subjects.decisions.filed import Filed
from dure.portal.subjects.decisions.reasons import figures_of, said_of
from dure.portal.subjects.rounds.charts.prices import stays_chart
from dure.portal.subjects.rounds.explanation import grants_table
from dure.portal.subjects.rounds.parts import APPLICATIONS
from dure.portal.subjects.rounds.waiting import PLACE
from dure.portal.subjects.rounds.why import Why, closest_option, points, why
from dure.records.allocation import queries


@dataclass(frozen=True)
class LookedAt:
    """Everything that the template writes."""

    filed: Filed
    heading: str
    answer: str
    tone: str
    figures: list[Figure]
    why: Why
    asked: list[tuple[str, str]]
    behind: list[tuple[str, str]]
    sections: list[Section]


def looked_at(round_: Any, entry: Any, key: str, asked: Mapping[str, str]) -> LookedAt:
    """The application of that id in this recommendation; 404 where the recommendation does not know it."""
    found = explained(entry, APPLICATIONS)
    known = value_of(found, key)
    if known is None:
        raise Http404
    told, reason, grants = known["told"], known["reason"], known["grants"]
    filed = replace(
        found.filed(entry),
        facts={**found.frame["facts"], "applications": [told]},
        recommendation={**found.frame["recommendation"], "grants": grants, "reasons": [reason] if reason else []},
    )
    whole = grants_table(filed)
    mine = Table("grants", _("What it gets in this plan"), whole.columns, whole.rows)
    answer, tone = _answer(filed, grants, reason)
    sections = [section(mine, asked)] if grants else []
    detail = reason["detail"] if reason else {}
    names = filed.names
    worth = int(detail["value"]) // int(detail["best_servers"]) if "best_servers" in detail and not grants else None
    return LookedAt(
        filed=filed,
        heading=f"{key} · {name(told['organisation'], filed.names)}",
        answer=answer,
        tone=tone,
        figures=_figures(filed, names, grants, reason, queries.waiting(round_).filter(application=key).first()),
        why=why(detail, filed.facts["start_on"], names),
        asked=_asked(filed, told),
        behind=figures_of(reason, filed.names) if reason else [],
        sections=[*sections, section(stays_chart(filed, told, worth=worth), asked)],
    )


def _answer(filed: Filed, grants: list[Any], reason: Any) -> tuple[str, str]:
    why = said_of(reason["code"]) if reason else ""
    if grants:
        servers = sum(len(each["servers"]) for each in grants)
        one, many = gettext_noop("%(servers)s server from %(from)s."), gettext_noop("%(servers)s servers from %(from)s.")
        said = of_count(servers, one, many) % {
            "servers": number(servers),
            "from": date(week_date(filed.facts["start_on"], grants[0]["from_week"])),
        }
        return f"{said} {why}".strip(), "good"
    return _("Not chosen: %(why)s") % {"why": why or "–"}, "warn"


def _figures(filed: Filed, names: Mapping[str, str], grants: list[Any], reason: Any, place: Any) -> list[Figure]:
    detail = reason["detail"] if reason else {}
    if grants:
        return [
            Figure(_("Servers given"), number(sum(len(each["servers"]) for each in grants)), tone="good"),
            Figure(_("Value (points)"), points(sum(each["value"] for each in grants))),
        ]
    figures = []
    if "best_servers" in detail:
        closest = closest_option(detail, filed.facts["start_on"], names)
        figures += [
            Figure(_("Value of its best option (points)"), points(detail["value"]), closest),
            Figure(_("Price of that option (points)"), points(detail["price"]), _("what others made of it")),
            Figure(_("Short by (points)"), points(detail["miss"]), "", "warn" if detail["miss"] != "0" else ""),
        ]
    if place is not None:
        figures.append(Figure(_("Place on the waiting list"), number(place.place)))
    elif PLACE in detail:
        figures.append(Figure(_("Place on the waiting list"), number(detail[PLACE]), _("proposed")))
    return figures


def _asked(filed: Filed, told: Mapping[str, Any]) -> list[tuple[str, str]]:
    start, last = filed.facts["start_on"], min(told["latest_week"], filed.facts["weeks"] - 1)
    return [
        (_("Sector"), name(told["sector"], filed.names)),
        (_("Score"), number(told["score"])),
        (_("GPU model (value)"), ", ".join(f"{model} ({value})" for model, value in sorted(told["models"].items()))),
        (_("Servers"), _("%(most)s (at least %(least)s)") % {
            "most": number(told["servers"]), "least": number(told["minimum_servers"])}),
        (_("Weeks"), number(told["weeks"])),
        (_("May begin"), f"{date(week_date(start, told['earliest_week']))} – {date(week_date(start, last))}"),
    ]  # fmt: skip
