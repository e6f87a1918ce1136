"""The list of rounds: how far each is, what it granted, and how many are on its waiting list."""

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
from dure.records.allocation import queries

STATES = {
    "unfiled": _("Not solved yet"), "solving": _("Being solved"), "pending": _("Waiting for approval"),
    "approval": _("Approved"), "refusal": _("Refused"),
}  # fmt: skip
TONES = {"unfiled": "", "solving": "wait", "pending": "wait", "approval": "good", "refusal": "bad"}


ROUNDS = List(
    key="rounds",
    title=_("Rounds"),
    columns=(
        Column(key="id", label=_("Round"), show=lambda row: name(row["id"]), href=leading_to("round", "round_id")),
        called("call", _("Call"), "user_call__title", nullable=True),
        Column(key="start", label=_("First week"), kind="date", source="start_on"),
        Column(key="weeks", label=_("Weeks"), kind="number"),
        state(STATES, TONES, _("State"), source="progress"),
        Column(key="applications", label=_("Applications"), kind="number", nullable=True),
        Column(key="served", label=_("Applications served"), kind="number", nullable=True),
        Column(key="servers", label=_("Servers given"), kind="number", source="granted"),
        Column(key="gap", label=_("Gap of the last plan"), kind="share", nullable=True),
        Column(key="waiting", label=_("On the waiting list"), kind="number", source="queued"),
    ),
    order="-start",
    unique=frozenset({"id"}),
    filters=(
        Choice(key="state", label=_("State"), choices=STATES.items, field="progress"),
        DateRange(key="start", label=_("First week"), field="start_on"),
        Range(key="servers", label=_("Servers given"), field="granted"),
    ),
    search=queries.rounds_matching,
    searched=_("Round or call"),
    note=_("All grants of a round count, those among them that a reclaim handed on to the waiting list."),
    empty=_("No round has been opened. A round is opened when the applications of a call have been judged."),
)  # fmt: skip


def rounds(request: HttpRequest, *, desk: str) -> HttpResponseBase:
    """All rounds, the last first."""
    context = {
        "heading": gettext("Rounds"),
        "says": gettext(
            "Each round with its plan, proof and waiting list. Solving files a recommendation; another person approves it."
        ),
    }
    return respond(request, [Bound(ROUNDS, queries.with_figures(queries.rounds()), desk)], context)
