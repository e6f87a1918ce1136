"""One application from end to end: what was asked, whether it was eligible, how it was judged, what it got and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dure.portal.kit.refusals.saying import in_words
from dure.portal.kit.section import Section, section
from dure.portal.kit.shown import Column, Figure, Table
from dure.portal.kit.wording.book import unit, written
from dure.portal.kit.wording.language import in_language
from dure.portal.kit.wording.numbers import date, included, instant, number
from dure.portal.kit.wording.words import name, of_count
from dure.portal.subjects.applications.explanation import rule_name
from dure.portal.subjects.applications.result import answer, weighed, withdrawn
from dure.portal.subjects.decisions.journal import names_of_records
from dure.portal.subjects.rounds.why import Why, why
from dure.records.allocation import queries as allocation
from dure.records.allocation.held import with_use
from dure.records.demand import queries as demand
from dure.records.review import queries as review


@dataclass(frozen=True)
class ApplicationPage:
    """Everything that the template writes. `grants`: with what each holds now; `waits`: it stands on a waiting list."""

    application: Any
    asked: list[tuple[str, str]]
    figures: list[Figure]
    answer: str
    tone: str
    why: list[Why]
    sections: list[Section]
    assumed: bool
    grants: list[Any]
    waits: bool


def application_page(application: Any, asked: Mapping[str, str]) -> ApplicationPage:
    """The page of one application, from what the records hold of it: check, ranking, grants of every round, reasons, place."""
    outcome = demand.outcome(application)
    panel = review.panels(kind="application", subject=application.user_call_id).first()
    ranked = review.ranked(panel, application.pk) if panel else None
    grants = list(with_use(allocation.grants_of(application.pk)))
    reasons = list(allocation.reasons_of(application.pk))
    places = list(allocation.places_of(application.pk))
    decided = bool(grants or reasons)
    granted = sum(each.servers for each in grants)
    undecided = _("It has not been decided yet."), ""
    said, tone = withdrawn(application) or answer(outcome, ranked, reasons, granted, decided) or undecided
    names = names_of_records() if decided else {}
    tables = [_eligibility(outcome), _criteria(panel, ranked), _grants(grants, names)]
    return ApplicationPage(
        application,
        _asked(application),
        [*_figures(application, outcome, ranked, granted if decided else None), *_places(places)],
        said,
        tone,
        _why(weighed(reasons, granted), names),
        [section(table, asked) for table in tables if table and table.rows],
        False,
        grants,
        any(each.left_at is None for each in places),
    )


def _why(reasons: Sequence[Any], names: Mapping[str, str]) -> list[Why]:
    """Behind each reason: what would have helped, what was missing, and which option came closest."""
    return [why(each.detail, each.plan.round.start_on, names) for each in reasons]


def _places(places: Sequence[Any]) -> list[Figure]:
    """Where it waits now, round by round."""
    return [
        Figure(_("Place on the waiting list"), number(each.place), name(each.round_id)) for each in places if each.left_at is None
    ]


def _asked(application: Any) -> list[tuple[str, str]]:
    models = ", ".join(f"{model} ({value})" for model, value in sorted(application.gpu_models.items()))
    return [
        (_("Organisation"), in_language(application.organisation.name)),
        (_("Sector"), name(application.sector)),
        (_("Purpose"), name(application.purpose)),
        (_("GPU model (value)"), models),
        (_("Servers"), _("%(most)s (at least %(least)s)") % {
            "most": number(application.servers), "least": number(application.minimum_servers)}),
        (_("Weeks"), number(application.weeks)),
        (_("Submitted"), instant(application.submitted_at)),
    ]  # fmt: skip


def _figures(application: Any, outcome: Any, ranked: Any, granted: int | None) -> list[Figure]:
    weeks = of_count(application.weeks, gettext_noop("for %(n)s week"), gettext_noop("for %(n)s weeks"))
    figures = [Figure(_("Servers asked"), number(application.servers), weeks % {"n": number(application.weeks)})]
    if outcome is not None:
        figures.append(
            Figure(_("Eligible"), _("Yes") if outcome.eligible else _("No"), tone="good" if outcome.eligible else "bad")
        )
    if ranked is not None:
        figures.append(Figure(_("Score"), number(ranked.total), _("rank %(rank)s") % {"rank": ranked.rank or "–"}))
    if granted is not None:
        figures.append(Figure(_("Servers granted"), number(granted), tone="good" if granted else "warn"))
    return figures


def _eligibility(outcome: Any) -> Table | None:
    if outcome is None:
        return None
    rows = [
        {
            "rule": rule_name(each["rule"]),
            "seen": written(each["seen"], unit(each["rule"])),
            "allowed": written(each["allowed"], unit(each["rule"])),
            "passed": each["passed"],
        }
        for each in outcome.outcomes
    ]
    columns = [
        Column("rule", _("Rule")),
        Column("seen", _("In the application")),
        Column("allowed", _("Allowed")),
        Column("passed", _("Met"), "flag"),
    ]
    return Table("eligibility", _("Eligibility, rule by rule"), columns, rows, note=" ".join(map(in_words, outcome.remedies)))


def _criteria(panel: Any, ranked: Any) -> Table | None:
    if panel is None or ranked is None:
        return None
    weights = {each["id"]: each["weight"] for each in panel.criteria}
    rows = [{"criterion": name(key), "points": points, "weight": weights.get(key)} for key, points in ranked.criteria.items()]
    columns = [
        Column("criterion", _("Criterion")),
        Column("points", _("Points"), "number"),
        Column("weight", _("Of at most"), "number"),
    ]
    return Table("criteria", _("Evaluation"), columns, rows)


def _grants(grants: Sequence[Any], names: Mapping[str, str]) -> Table:
    rows = [
        {
            "round": name(each.round_id),
            "pool": name(each.pool_id, names),
            "gpu_model": each.pool.gpu_model_id,
            "servers": each.servers,
            "gpus": each.servers * each.pool.gpus_per_server,
            "from": date(each.during.lower),
            "held": each.held,
            "to": date(included(each.ends_at or each.during.upper)),
        }
        for each in grants
    ]
    columns = [
        Column("round", _("Round")),
        Column("pool", _("Pool")),
        Column("gpu_model", _("GPU model")),
        Column("servers", _("Servers"), "number"),
        Column("gpus", _("GPUs"), "gpus"),
        Column("held", _("Held now"), "number"),
        Column("from", _("From"), "date"),
        Column("to", _("To"), "date"),
    ]
    return Table("grants", _("What was granted"), columns, rows)
