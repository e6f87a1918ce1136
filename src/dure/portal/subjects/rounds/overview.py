"""How far is a round, and what is to be seen of it?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from dure.portal.kit.shown import Column, Figure, Table
from dure.portal.kit.wording.language import in_language
from dure.portal.kit.wording.numbers import number
from dure.portal.kit.wording.words import name, person_name
from dure.portal.subjects.decisions.filed import Filed
from dure.portal.subjects.rounds.all_rounds import STATES, TONES
from dure.portal.subjects.rounds.explanation import grants_table, round_figures


def call_title(round_: Any) -> str:
    """The call whose applications the round serves, in the reader's language."""
    call = round_.user_call
    return "" if call is None else in_language(call.title)


def state_of(entry: Any) -> tuple[str, str]:
    """How far a recommendation is, with its tone."""
    key = entry.answered.kind if entry.answered else "pending"
    return str(STATES[key]), TONES[key]


def figures(one: Filed) -> list[Figure]:
    """The round at a glance, with its proof."""
    made = one.recommendation
    return [
        *round_figures(one),
        Figure(_("Value (milli-points)"), number(made["objective"]), _("bound %(bound)s") % {"bound": number(made["bound"])}),
        Figure(_("Idle GPU-weeks"), number(made["idle_gpu_weeks"])),
    ]


def grants_in_full(one: Filed) -> Table:
    """Every grant with whose it is and what it is worth."""
    plain = grants_table(one)
    applying = {each["id"]: each for each in one.facts["applications"]}
    sectors = {each["id"]: name(each["id"], one.names) for each in one.facts["sectors"]}
    rows = [
        {
            **row,
            "organisation": name(applying[grant["application"]]["organisation"], one.names),
            "sector": sectors[applying[grant["application"]]["sector"]],
            "weeks": grant["to_week"] - grant["from_week"],
            "value": grant["value"],
        }
        for row, grant in zip(plain.rows, one.recommendation["grants"], strict=True)
    ]
    columns = [
        Column("application", _("Application"), "link"),
        Column("organisation", _("Organisation")),
        Column("sector", _("Sector")),
        *plain.columns[1:],
        Column("weeks", _("Weeks"), "number"),
        Column("value", _("Value (milli-points)"), "number"),
    ]
    return replace(plain, columns=columns, rows=rows, public=False)


def history(entries: Sequence[Any], briefs: Mapping[int, Any], shown: int, link: Callable[[int], str]) -> Table:
    """All recommendations filed for the round, leading to each; `briefs`: method, objective and gap by number."""
    rows = []
    for entry in entries:
        state, tone = state_of(entry)
        rows.append(
            {
                "seq": entry.seq,
                "href": link(entry.seq),
                "filed_by": person_name(entry.who),
                "at": entry.at.isoformat(),
                "method": name(briefs[entry.seq]["method"]),
                "objective": briefs[entry.seq]["objective"],
                "gap": briefs[entry.seq]["gap"],
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
