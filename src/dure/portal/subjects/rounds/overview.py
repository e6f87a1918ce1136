"""How far is a round, and what is to be seen of it?"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dure.portal.kit.shown import Chart, Column, Figure, Table
from dure.portal.kit.wording.numbers import korean, number
from dure.portal.kit.wording.words import name, person_name
from dure.portal.subjects.decisions.filed import Filed
from dure.portal.subjects.decisions.journal import filed_all
from dure.portal.subjects.rounds.all_rounds import STATES, TONES
from dure.portal.subjects.rounds.charts.methods import methods_chart
from dure.portal.subjects.rounds.charts.prices import prices_chart
from dure.portal.subjects.rounds.charts.shares import bounds_chart
from dure.portal.subjects.rounds.explanation import applications_table, grants_table, round_figures
from dure.portal.subjects.rounds.found import recommendations
from dure.records.demand import access as demand_access
from dure.records.parties.access import may_oversee

Link = Callable[[str], str]


def call_title(round_: Any) -> str:
    """The call whose applications the round serves, in the reader's language."""
    call = round_.user_call
    return "" if call is None else str(call.title_ko if korean() else call.title_en or call.title_ko)


def state_of(one: Filed | None) -> tuple[str, str]:
    """How far a recommendation is, with its tone."""
    if one is None or one.ruling is None:
        key = "unfiled" if one is None else "pending"
    else:
        key = "approval" if one.ruling.approved else "refusal"
    return str(STATES[key]), TONES[key]


def figures(one: Filed) -> list[Figure]:
    """The round at a glance, with its proof."""
    made = one.recommendation
    return [
        *round_figures(one),
        Figure(_("Value (milli-points)"), number(made["objective"]), _("bound %(bound)s") % {"bound": number(made["bound"])}),
        Figure(_("Idle GPU-weeks"), number(made["idle_gpu_weeks"])),
    ]


def parts(one: Filed, person: Any, link: Link) -> list[Chart | Table]:
    """The sections of a round's page, in reading order."""
    return [*_charts(one), linked_applications(one, person, link), linked_grants(one, person, link)]


MOST_DRAWN = 32
_drawn: OrderedDict[tuple[str, str | None], tuple[Mapping[str, str], list[Chart]]] = OrderedDict()


def _charts(one: Filed) -> list[Chart]:
    """Drawn once a language: what was filed never changes, and of the records only names stand in the drawings."""
    key = (one.hash, get_language())
    names, charts = _drawn.get(key, ({}, []))
    if charts and (names is one.names or names == one.names):
        return charts
    charts = [methods_chart(one), bounds_chart(one), prices_chart(one)]
    _drawn[key] = (one.names, charts)
    if len(_drawn) > MOST_DRAWN:
        _drawn.popitem(last=False)
    return charts


def _visible(one: Filed, person: Any) -> frozenset[str]:
    """The applications of the recommendation that this person may see; who oversees sees all, which costs no statement."""
    if may_oversee(person):
        return frozenset(each["id"] for each in one.facts["applications"])
    return frozenset(demand_access.visible_applications(person).values_list("pk", flat=True))


def linked_applications(one: Filed, person: Any, link: Link) -> Table:
    """Every application that this person may see, leading to what became of it."""
    plain = applications_table(one)
    mine = _visible(one, person)
    rows = [{**row, "href": link(row["application"])} for row in plain.rows if row["application"] in mine]
    columns = [Column("application", _("Application"), "link"), *plain.columns[1:]]
    return Table(plain.key, plain.title, columns, rows, public=False)


def linked_grants(one: Filed, person: Any, link: Link) -> Table:
    """Every grant with whose it is and what it is worth, leading to its application where this person may see that."""
    plain = grants_table(one)
    mine = _visible(one, person)
    applying = {each["id"]: each for each in one.facts["applications"]}
    sectors = {each["id"]: name(each["id"], one.names) for each in one.facts["sectors"]}
    rows = [
        {
            **row,
            "href": link(grant["application"]),
            "organisation": name(applying[grant["application"]]["organisation"], one.names),
            "sector": sectors[applying[grant["application"]]["sector"]],
            "weeks": grant["to_week"] - grant["from_week"],
            "value": grant["value"],
        }
        for row, grant in zip(plain.rows, one.recommendation["grants"], strict=True)
        if grant["application"] in mine
    ]
    columns = [
        Column("application", _("Application"), "link"),
        Column("organisation", _("Organisation")),
        Column("sector", _("Sector")),
        *plain.columns[1:],
        Column("weeks", _("Weeks"), "number"),
        Column("value", _("Value (milli-points)"), "number"),
    ]
    return Table(plain.key, plain.title, columns, rows, public=False)


def history(round_id: str, shown: int, link: Callable[[int], str]) -> Table:
    """All recommendations filed for the round, leading to each."""
    rows = []
    entries = recommendations(round_id)
    for entry, one in zip(entries, filed_all(entries, {}), strict=True):
        state, tone = state_of(one)
        rows.append(
            {
                "seq": entry.seq,
                "href": link(entry.seq),
                "filed_by": person_name(entry.who),
                "at": entry.at.isoformat(),
                "method": name(one.recommendation["method"]),
                "objective": one.recommendation["objective"],
                "gap": one.recommendation["gap"],
                "state": state,
                "state_tone": tone,
                "shown": entry.seq == shown,
            }
        )
    columns = [
        Column("seq", _("No."), "link"),
        Column("at", _("Filed at"), "instant"),
        Column("filed_by", _("Filed by")),
        Column("method", _("Method")),
        Column("objective", _("Value (milli-points)"), "number"),
        Column("gap", _("Gap to the bound"), "share"),
        Column("state", _("State"), "badge"),
        Column("shown", _("On this page"), "flag"),
    ]
    return Table("history", _("Recommendations for this round"), columns, rows, public=False)
