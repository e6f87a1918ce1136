"""Which rounds are there, how far is each, what was granted, and who waits?"""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dure.portal.kit.lists.answering import respond
from dure.portal.kit.lists.bound import Bound
from dure.portal.kit.lists.columns import called, state
from dure.portal.kit.lists.declared import Choice, Column, DateRange, List, Range
from dure.portal.kit.lists.shown import leading_to
from dure.portal.kit.wording.words import name
from dure.portal.subjects.decisions.journal import filed_all
from dure.records.allocation import queries
from dure.records.journal import queries as journal

STATES = {
    "unfiled": _("Not solved yet"), "solving": _("Being solved"), "pending": _("Waiting for approval"),
    "approval": _("Approved"), "refusal": _("Refused"),
}  # fmt: skip
TONES = {"unfiled": "", "solving": "wait", "pending": "wait", "approval": "good", "refusal": "bad"}


def _of_recommendation(key: str, label: Any, kind: str) -> Column:
    """A figure that stands in the recommendation filed last and in no column of the records: see `with_results`."""
    return Column(key=key, label=label, kind=kind, source="", uses=("entry",), show=lambda row: row[key])


ROUNDS = List(
    key="rounds",
    title=_("Rounds"),
    columns=(
        Column(key="id", label=_("Round"), show=lambda row: name(row["id"]), href=leading_to("round", "round_id")),
        called("call", _("Call"), "user_call__title", nullable=True),
        Column(key="start", label=_("First week"), kind="date", source="start_on"),
        Column(key="weeks", label=_("Weeks"), kind="number"),
        state(STATES, TONES, _("State"), source="progress"),
        _of_recommendation("applications", _("Applications"), "number"),
        _of_recommendation("served", _("Applications served"), "number"),
        Column(key="servers", label=_("Servers given"), kind="number", source="granted"),
        _of_recommendation("gap", _("Gap to the bound"), "share"),
        Column(key="waiting", label=_("On the waiting list"), kind="number", source="queued"),
    ),
    order="-start",
    unique=frozenset({"id"}),
    extra={"entry": "entry"},
    filters=(
        Choice(key="state", label=_("State"), choices=STATES.items, field="progress"),
        DateRange(key="start", label=_("First week"), field="start_on"),
        Range(key="servers", label=_("Servers given"), field="granted"),
    ),
    search=queries.rounds_matching,
    searched=_("Round or call"),
    empty=_("No round has been opened. A round is opened when the applications of a call have been judged."),
)  # fmt: skip


def rounds(request: HttpRequest, *, desk: str) -> HttpResponseBase:
    """All rounds, the last first."""
    context = {
        "heading": gettext("Rounds"),
        "says": gettext(
            "Each round with its plan, its proof and who waits. Solving files a recommendation; another person approves it."
        ),
    }
    return respond(request, [Bound(ROUNDS, queries.with_figures(queries.rounds()), desk, with_results)], context)


def with_results(rows: list[dict[str, Any]]) -> None:
    """Adds to these rounds what the recommendation filed last comes to, and reads nothing where no column asks for it."""
    if "entry" not in rows[0]:
        return
    filed = journal.entries().filter(seq__in=[row["entry"] for row in rows if row["entry"]])
    last = {one.seq: one for one in filed_all(filed, {})}
    for row in rows:
        one = last.get(row["entry"])
        row["applications"] = len(one.facts["applications"]) if one else None
        row["served"] = len({grant["application"] for grant in one.recommendation["grants"]}) if one else None
        row["gap"] = one.recommendation.get("gap") if one else None
