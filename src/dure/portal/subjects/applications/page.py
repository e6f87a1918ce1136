"""One application from end to end: what was asked, whether it was eligible, how it was judged, what it got and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from dure.portal.kit.section import Section, section
from dure.portal.kit.shown import Column, Figure, Table
from dure.portal.kit.wording.book import written
from dure.portal.kit.wording.numbers import instant, number
from dure.portal.kit.wording.words import name
from dure.portal.subjects.applications.explanation import rule_name
from dure.portal.subjects.decisions.filed import Filed
from dure.portal.subjects.decisions.journal import filed
from dure.portal.subjects.decisions.reasons import figures_of, said_of
from dure.portal.subjects.rounds.explanation import grants_table
from dure.records.journal import queries as journal


@dataclass(frozen=True)
class ApplicationPage:
    """Everything that the template writes."""

    application: Any
    asked: list[tuple[str, str]]
    figures: list[Figure]
    answer: str
    tone: str
    behind: list[tuple[str, str]]
    sections: list[Section]
    assumed: bool


def application_page(application: Any, asked: Mapping[str, str]) -> ApplicationPage:
    """The page of one application, from the decisions in force that name it."""
    eligible = _naming("eligibility", lambda one: _outcome(one, application.pk))
    judged = _naming("evaluation", lambda one: _ranked(one, application.pk))
    round_ = _naming("allocation", lambda one: any(each["id"] == application.pk for each in one.facts["applications"]))
    outcome, ranked = _outcome(eligible, application.pk), _ranked(judged, application.pk)
    granted = _granted(round_, application.pk)
    answer, tone = _answer(outcome, ranked, round_, application.pk, granted)
    tables = [_eligibility(outcome), _criteria(judged, ranked), _grants(round_, application.pk)]
    return ApplicationPage(
        application,
        _asked(application),
        _figures(application, outcome, ranked, granted if round_ else None),
        answer,
        tone,
        _behind(round_, application.pk),
        [section(table, asked) for table in tables if table and table.rows],
        any(one.assumed for one in (eligible, judged, round_) if one),
    )


def _naming(decision: str, names: Any) -> Filed | None:
    """The decision approved last that says something of the application."""
    for entry in reversed(list(journal.approved(decision))):
        one = filed(entry)
        if names(one):
            return one
    return None


def _outcome(one: Filed | None, key: str) -> Mapping[str, Any] | None:
    return next((each for each in one.recommendation["results"] if each["application"] == key), None) if one else None


def _ranked(one: Filed | None, key: str) -> Mapping[str, Any] | None:
    return next((each for each in one.recommendation["ranking"] if each["proposal"] == key), None) if one else None


def _granted(round_: Filed | None, key: str) -> int:
    grants = round_.recommendation["grants"] if round_ else ()
    return sum(len(each["servers"]) for each in grants if each["application"] == key)


def _answer(outcome: Any, ranked: Any, round_: Filed | None, key: str, granted: int) -> tuple[str, str]:
    """The result in one sentence, with its reason."""
    if outcome is not None and not outcome["eligible"]:
        return _("Not eligible: %(rules)s") % {
            "rules": ", ".join(rule_name(each["rule"]) for each in outcome["outcomes"] if not each["passed"])
        }, "bad"
    if round_ is None:
        if ranked is not None and not ranked["passed"]:
            return _("It did not reach the threshold of the evaluation."), "bad"
        return _("It has not been decided yet."), ""
    why = next((said_of(each["code"]) for each in round_.reasons if each["item"] == key), "")
    if granted:
        return _("%(servers)s servers are granted.") % {"servers": number(granted)} + (f" {why}" if why else ""), "good"
    return _("Not chosen in this round: %(why)s") % {"why": why or "–"}, "warn"


def _behind(round_: Filed | None, key: str) -> list[tuple[str, str]]:
    """The figures behind the reason: what came closest, what was missing, and what would have fitted."""
    if round_ is None:
        return []
    return [pair for each in round_.reasons if each["item"] == key for pair in figures_of(each, round_.names)]


def _asked(application: Any) -> list[tuple[str, str]]:
    models = ", ".join(f"{model} ({value})" for model, value in sorted(application.gpu_models.items()))
    return [
        (_("Organisation"), str(application.organisation)),
        (_("Sector"), name(application.sector)),
        (_("Purpose"), name(application.purpose)),
        (_("GPU model (value)"), models),
        (_("Servers"), _("%(most)s (at least %(least)s)") % {
            "most": number(application.servers), "least": number(application.minimum_servers)}),
        (_("Weeks"), number(application.weeks)),
        (_("Submitted"), instant(application.submitted_at)),
    ]  # fmt: skip


def _figures(application: Any, outcome: Any, ranked: Any, granted: int | None) -> list[Figure]:
    figures = [Figure(_("Servers asked"), number(application.servers), _("for %(n)s weeks") % {"n": number(application.weeks)})]
    if outcome is not None:
        figures.append(
            Figure(_("Eligible"), _("Yes") if outcome["eligible"] else _("No"), tone="good" if outcome["eligible"] else "bad")
        )
    if ranked is not None:
        figures.append(Figure(_("Score"), number(ranked["total"]), _("rank %(rank)s") % {"rank": ranked["rank"] or "–"}))
    if granted is not None:
        figures.append(Figure(_("Servers granted"), number(granted), tone="good" if granted else "warn"))
    return figures


def _eligibility(outcome: Any) -> Table | None:
    if outcome is None:
        return None
    rows = [
        {
            "rule": rule_name(each["rule"]),
            "seen": written(each["seen"]),
            "allowed": written(each["allowed"]),
            "passed": each["passed"],
        }
        for each in outcome["outcomes"]
    ]
    columns = [
        Column("rule", _("Rule")),
        Column("seen", _("In the application")),
        Column("allowed", _("Allowed")),
        Column("passed", _("Met"), "flag"),
    ]
    return Table("eligibility", _("Eligibility, rule by rule"), columns, rows, note=" ".join(outcome["remedies"]))


def _criteria(judged: Filed | None, ranked: Any) -> Table | None:
    if judged is None or ranked is None:
        return None
    weights = {each["id"]: each["weight"] for each in judged.facts["criteria"]}
    rows = [
        {"criterion": name(key, judged.names), "points": points, "weight": weights.get(key)}
        for key, points in ranked["criteria"].items()
    ]
    columns = [
        Column("criterion", _("Criterion")),
        Column("points", _("Points"), "number"),
        Column("weight", _("Of at most"), "number"),
    ]
    return Table("criteria", _("Evaluation"), columns, rows)


def _grants(round_: Filed | None, key: str) -> Table | None:
    if round_ is None:
        return None
    whole = grants_table(round_)
    return Table("grants", _("What was granted"), whole.columns, [row for row in whole.rows if row["application"] == key])
