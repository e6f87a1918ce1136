"""The lists of applications: all of them at the agency's desk, one's own at an applicant's."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from dure.portal.kit.lists.columns import called, worded, words_of
from dure.portal.kit.lists.declared import Choice, Column, DateRange, List, Range
from dure.portal.kit.lists.shown import leading_to, leading_to_subject
from dure.portal.subjects.applications.state import granted_servers, state_of
from dure.portal.subjects.decisions.reasons import said_of
from dure.records.allocation import queries as allocation
from dure.records.demand import queries as demand

STATES = {
    "chosen": _("Chosen"), "not_chosen": _("Not chosen"), "not_eligible": _("Not eligible"), "undecided": _("Undecided"),
    "withdrawn": _("Withdrawn"),
}  # fmt: skip


def _calls() -> list[tuple[str, str]]:
    return demand.user_call_titles()


_address = leading_to("application", "key")
_call = leading_to_subject("user_call", "call_id")
RESULT = ("granted", "is_eligible", "decided", "withdrawn_at")
COLUMNS = (
    Column(key="id", label=_("No."), kind="code", href=_address),
    Column(key="title", label=_("Title"), href=_address),
    called("user_call", _("Call"), "user_call__title", also={"call_id": "user_call_id"}, href=_call),
    called("organisation", _("Organisation"), "organisation__name"),
    worded("sector", _("Sector")),
    worded("purpose", _("Purpose"), standard=False),
    Column(key="servers", label=_("Servers asked"), kind="number"),
    Column(key="minimum_servers", label=_("Fewest servers"), kind="number", standard=False),
    Column(key="weeks", label=_("Weeks"), kind="number"),
    Column(key="score", label=_("Score"), kind="number", nullable=True, standard=False),
    Column(key="granted", label=_("Servers given"), kind="number", nullable=True, uses=RESULT, show=granted_servers),
    Column(
        key="state", label=_("State"), source="", uses=RESULT,
        show=lambda row: state_of(row)[0], tone=lambda row: state_of(row)[1],
    ),
    Column(
        key="reason", label=_("Why"), kind="sentence", source="", uses=("reason_code",),
        show=lambda row: said_of(row["reason_code"]) if row["reason_code"] else "",
    ),
    Column(key="submitted_at", label=_("Submitted"), kind="instant", standard=False),
)  # fmt: skip
APPLICATIONS = List(
    key="applications",
    title=_("Applications"),
    columns=COLUMNS,
    order="id",
    unique=frozenset({"id"}),
    extra={"is_eligible": "is_eligible", "decided": "decided", "reason_code": "reason_code", "withdrawn_at": "withdrawn_at"},
    filters=(
        Choice(key="user_call", label=_("Call"), choices=_calls),
        Choice(key="state", label=_("State"), choices=STATES.items, where=allocation.application_in_state),
        Choice(key="sector", label=_("Sector"), choices=words_of(demand.sectors)),
        Range(key="servers", label=_("Servers asked")),
        Range(key="weeks", label=_("Weeks")),
        DateRange(key="submitted", label=_("Submitted"), field="submitted_at"),
    ),
    search=demand.matching,
    searched=_("Number, title or organisation; initial consonants will do"),
    empty=_("No organisation has applied yet. Applications appear here as soon as they are submitted in an open call."),
)  # fmt: skip
OWN = replace(
    APPLICATIONS,
    title=_("My applications"),
    order="-submitted_at",
    columns=tuple(
        replace(each, standard=each.key not in {"organisation", "purpose", "minimum_servers", "score"}) for each in COLUMNS
    ),
    empty=_("You have not applied yet. An open call, and what it asks, is on the first page; your applications appear here."),
)
