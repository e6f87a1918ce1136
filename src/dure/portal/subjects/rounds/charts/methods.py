"""What would each published method have given: worth, idle GPUs, shares, number served, and how far from the best?"""

from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from dure.portal.kit.charts.bars import Bar, Group, bars
from dure.portal.kit.shown import Chart, Column, Table
from dure.portal.kit.wording.numbers import number, percent
from dure.portal.kit.wording.words import name
from dure.portal.subjects.decisions.filed import Filed
from dure.portal.subjects.rounds.charts.shares import method_name, outside


def method_rows(filed: Filed) -> list[dict[str, Any]]:
    """The method recommended and the others, the best first, each with its shares and where they leave their bounds."""
    made = filed.recommendation
    own = {"objective": made["objective"], "served": len({each["application"] for each in made["grants"]}),
           "idle_gpu_weeks": made["idle_gpu_weeks"], "sector_use": made["sector_use"]}  # fmt: skip
    every = {made["method"]: own, **made["other_methods"]}
    best = max(each["objective"] for each in every.values())
    return [
        _row(filed, key, each, best)
        for key, each in sorted(every.items(), key=lambda pair: (-pair[1]["objective"], pair[0] != made["method"], pair[0]))
    ]


def _row(filed: Filed, key: str, result: Any, best: int) -> dict[str, Any]:
    worth, bound = result["objective"], filed.recommendation["bound"]
    use = result["sector_use"]
    whole = sum(use.values())
    beyond = sum(bool(outside(each, use)) for each in filed.facts["sectors"])
    return {
        "method": method_name(filed, key),
        "recommended": key == filed.recommendation["method"],
        "objective": worth,
        "loss": str(Fraction(best - worth, best)) if best > 0 else None,
        "gap": str(Fraction(bound - worth, bound)) if bound > 0 else None,
        "served": result["served"],
        "idle_gpu_weeks": result["idle_gpu_weeks"],
        "idle_share": str(Fraction(result["idle_gpu_weeks"], capacity(filed))) if capacity(filed) else None,
        **{f"share_{place}": str(Fraction(use.get(each["id"], 0), whole)) if whole else None
           for place, each in enumerate(filed.facts["sectors"])},
        "outside": _("%(n)s sectors outside") % {"n": number(beyond)} if beyond else _("None"),
        "outside_tone": "bad" if beyond else "good",
    }  # fmt: skip


def capacity(filed: Filed) -> int:
    """GPU-weeks that were there to be given: given by this plan, or left idle."""
    made = filed.recommendation
    return int(made["idle_gpu_weeks"] + sum(made["sector_use"].values()))


def methods_chart(filed: Filed) -> Chart:
    """Value of each method against the bound that no plan can exceed."""
    rows = method_rows(filed)
    bound = filed.recommendation["bound"]
    groups = [
        Group(
            str(row["method"]),
            [Bar(row["objective"], percent(str(1 - Fraction(row["gap"]))) if row["gap"] else number(row["objective"]),
                 "tone-actual" if row["recommended"] else "tone-plan", _("of the bound"))],
            note=_("%(n)s served") % {"n": number(row["served"])},
        )
        for row in rows
    ]  # fmt: skip
    columns = [
        Column("method", _("Method")),
        Column("objective", _("Value (milli-points)"), "number"),
        Column("loss", _("Loss against the best"), "share"),
        Column("gap", _("Gap to the bound"), "share"),
        Column("served", _("Applications served"), "number"),
        Column("idle_gpu_weeks", _("Idle GPU-weeks"), "number"),
        Column("idle_share", _("Idle part"), "share"),
    ]
    for place, each in enumerate(filed.facts["sectors"]):
        columns.append(Column(f"share_{place}", _("%(sector)s share") % {"sector": name(each["id"], filed.names)}, "share"))
    columns.append(Column("outside", _("Outside floor or ceiling"), "badge"))
    return Chart(
        _("Methods side by side"),
        bars(groups, label=_("Value of each method as a part of the proven bound"), high=max(bound, 1)),
        _("The whole width is the proven bound, %(bound)s milli-points: no plan can be worth more.") % {"bound": number(bound)},
        Table("methods", _("Methods side by side"), columns, rows),
        unit=_("% of the bound"),
    )
