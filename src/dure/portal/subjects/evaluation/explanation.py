"""What does an evaluation say? The ranking, what each criterion gave, and how firm the order is."""

from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from dure.portal.kit.charts.bars import Bar, Group, bars
from dure.portal.kit.shown import Chart, Column, Figure, Shown, Table
from dure.portal.kit.wording.numbers import number
from dure.portal.kit.wording.words import name
from dure.portal.subjects.decisions.filed import Filed

DRAWN = 12


def show(filed: Filed) -> Shown:
    """The ranking of proposals or applications."""
    made, facts = filed.recommendation, filed.facts
    ranking = sorted(made["ranking"], key=lambda each: (each["rank"] is None, each["rank"] or 0, each["proposal"]))
    passed = sum(each["passed"] for each in ranking)
    return Shown(
        headline=_headline(filed, ranking, number(passed)),
        figures=[
            Figure(_("Judged"), number(len(ranking))),
            Figure(_("Reached the threshold"), number(passed)),
            Figure(_("Evaluators"), number(len(facts.get("evaluators", ())))),
            Figure(
                _("Agreement of the panel"),
                number(made["advice"]["reliability"], 2),
                _("Reliability, 1 is full agreement; advice only"),
            ),
        ],
        sections=[
            _ranking(filed, ranking),
            _criteria(filed),
            _dropped(filed, ranking),
            *([] if made.get("reviewers") is None else [_reviewers(filed)]),
            _advice(filed),
        ],
        method=_method(filed),
        proof=_("Recomputed by an independent program from the locked score sheets."),
    )


def of_people(filed: Filed) -> bool:
    """Is it about applications? Who applied, with which score, is for the applicant and the officials, however few there are."""
    return filed.facts.get("subject") == "applications"


def _method(filed: Filed) -> str:
    """How the order came about, by the rule that was in force."""
    points = _("Each criterion's points are averaged after the published drop rule; totals are rounded once, as published.")
    match filed.rules.get("application_method" if of_people(filed) else "method"):
        case "tiers_with_draw":
            return points + " " + _("The technical points give the tier; within a tier the public draw gives the order.")
        case "distributed":
            return _(
                "Applicants assessed each other's applications. What counts is how many of the others each reviewer "
                "placed below; a set of sheets counts as a whole or not at all."
            )
        case _:
            return points


def _headline(filed: Filed, ranking: list[dict[str, Any]], passed: str) -> str:
    said = {"passed": passed, "all": number(len(ranking))}
    if of_people(filed):
        return _("%(passed)s of %(all)s reached the threshold.") % said
    first = next((name(each["proposal"], filed.names) for each in ranking if each["rank"] == 1), "–")
    return _("%(passed)s of %(all)s reached the threshold; first is %(first)s.") % {**said, "first": first}


def _ranking(filed: Filed, ranking: list[dict[str, object]]) -> Chart:
    criteria = [each["id"] for each in filed.facts["criteria"]]
    columns = [
        Column("rank", _("Rank"), "number"),
        Column("proposal", _("Proposal")),
        Column("total", _("Total"), "number"),
        Column("technical", _("Technical"), "number"),
        Column("passed", _("Threshold reached"), "flag"),
        *(Column(each, name(each, filed.names), "number") for each in criteria),
        Column("values_kept", _("Sheets counted"), "number"),
        Column("tie_broken_by", _("Tie broken by")),
    ]
    columns[2:2] = [
        Column(key, label, "number")
        for key, label in (("tier", _("Tier")), ("standing", _("Standing (%)")))
        if any(each.get(key) is not None for each in ranking)
    ]
    rows = [
        {
            **each,
            **dict(each["criteria"]),  # type: ignore[call-overload]
            "proposal": name(each["proposal"], filed.names),
            "id": each["proposal"],
            "tie_broken_by": name(each["tie_broken_by"], filed.names),
        }
        for each in ranking
    ]
    groups = [
        Group(
            str(row["proposal"]),
            [Bar(Fraction(str(row["total"])), number(row["total"]), "tone-actual" if row["passed"] else "tone-out")],
            note=_("rank %(rank)s") % {"rank": row["rank"]} if row["rank"] else _("out"),
        )
        for row in rows[:DRAWN]
        if row["total"] is not None  # not assessed is not zero
    ]
    table = Table("ranking", _("Ranking"), columns, rows, public=len(rows) <= DRAWN and not of_people(filed))
    return Chart(
        _("Ranking"),
        bars(groups, label=_("Total points by rank")),
        _("Longer is better; grey did not reach the threshold."),
        table,
        unit=_("points"),
    )


def _criteria(filed: Filed) -> Table:
    return Table(
        "criteria",
        _("Criteria"),
        [Column("name", _("Criterion")), Column("weight", _("Points"), "number"), Column("kind", _("How"), "code")],
        [
            {
                **each,
                "name": name(each["id"], filed.names),
                "kind": _("by the panel") if each["kind"] == "judged" else _("computed"),
            }
            for each in filed.facts["criteria"]
        ],
    )


def _dropped(filed: Filed, ranking: list[dict[str, object]]) -> Table:
    rows = [
        {
            "proposal": name(each["proposal"], filed.names),
            "evaluator": name(drop["evaluator"], filed.names),
            "which": name(drop["which"]),
            "criterion": name(drop["criterion"], filed.names) if drop["criterion"] else _("whole sheet"),
        }
        for each in ranking
        for drop in each["dropped"]  # type: ignore[attr-defined]
    ]
    return Table(
        "dropped",
        _("Left out by the drop rule"),
        [
            Column("proposal", _("Proposal")),
            Column("evaluator", _("Evaluator")),
            Column("which", _("Which")),
            Column("criterion", _("Of")),
        ],
        rows,
        public=False,
        folded=True,
        office=True,
    )


def _reviewers(filed: Filed) -> Table:
    return Table(
        "reviewers",
        _("Reviewers"),
        [
            Column("evaluator", _("Evaluator")),
            Column("due", _("Asked for"), "number"),
            Column("delivered", _("Handed in"), "number"),
            Column("counts", _("Counted"), "flag"),
            Column("because", _("Why not")),
        ],
        [
            {
                **each,
                "evaluator": name(each["evaluator"], filed.names),
                "counts": not each["set_aside_because"],
                "because": name(each["set_aside_because"]),
            }
            for each in filed.recommendation["reviewers"]
        ],
        public=False,
        folded=True,
        office=True,
    )


def _advice(filed: Filed) -> Table:
    advice = filed.recommendation["advice"]
    rows = [
        {"what": _("Scores far from the panel"), "evaluator": name(each, filed.names)} for each in advice["outlier_evaluators"]
    ]
    rows += [
        {"what": _("The order changes without this evaluator"), "evaluator": name(each, filed.names)}
        for each in advice["order_changes_without"]
    ]
    return Table(
        "advice",
        _("Advice on the panel"),
        [Column("what", _("Remark")), Column("evaluator", _("Evaluator"))],
        rows,
        note=_("Never part of the ranking; it helps the chair to ask."),
        public=False,
        folded=True,
        office=True,
    )
