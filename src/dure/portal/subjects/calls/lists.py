"""The calls that are open now, as a provider's and an applicant's desk list them."""

from typing import Any

from django.db.models import Value
from django.db.models.functions import NullIf
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dure.portal.kit.lists.bound import Bound
from dure.portal.kit.lists.columns import called
from dure.portal.kit.lists.declared import Column, List, Row
from dure.portal.subjects.calls.opened import href_of_call
from dure.records.demand import queries as demand
from dure.records.parties.access import organisations_of
from dure.records.procurement import queries as procurement

_DEADLINE = Column(key="closes_at", label=_("Deadline"), kind="instant")


def _of_provider(row: Row, _desk: str) -> str:
    return href_of_call("call", row["pk"])


def _of_applicant(row: Row, _desk: str) -> str:
    return href_of_call("user_call", row["pk"])


OPEN_CALLS = List(
    key="open-calls",
    title=_("Open calls"),
    columns=(
        called("title", _("Title of the call"), "title", href=_of_provider),
        _DEADLINE,
        Column(key="budget", label=_("Budget"), kind="money", source="budget_amount"),
        Column(key="briefing_at", label=_("Briefing"), kind="instant", nullable=True),
        Column(key="own", label=_("My version handed in"), kind="number", nullable=True),
    ),
    order="closes_at",
    empty=_(
        "No call for providers is open now. When one opens, it stands here with its deadline: its page says what it asks, and "
        "there you ask questions and submit your proposal."
    ),
)
OPEN_USER_CALLS = List(
    key="open-calls",
    title=_("Open calls"),
    columns=(
        called("title", _("Title of the call"), "title", href=_of_applicant),
        _DEADLINE,
        Column(key="gpus", label=_("GPUs offered"), kind="gpus", source=NullIf("gpus_offered", Value(0)), nullable=True),
        Column(key="own", label=_("My applications"), kind="number"),
    ),
    order="closes_at",
    empty=_(
        "No user call is open now. When one opens, it stands here with its deadline: its page says what it asks, "
        "and there you apply."
    ),
)


def open_to_providers(person: Any) -> Bound:
    """Open calls for providers, with what the person's organisations have handed in."""
    rows = procurement.calls_that_close_after(timezone.now())
    return Bound(OPEN_CALLS, procurement.with_own(rows, organisations_of(person, "provider")), "provider")


def open_to_applicants(person: Any) -> Bound:
    """Open user calls, with what the person's organisations have handed in."""
    rows = demand.user_calls_that_close_after(timezone.now())
    return Bound(OPEN_USER_CALLS, demand.with_own(rows, organisations_of(person, "applicant")), "applicant")
