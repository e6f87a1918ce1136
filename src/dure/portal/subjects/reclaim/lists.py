"""The lists of notices of reclaim and of appeals: which of them wait for somebody."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dure.portal.kit.lists.columns import called, state, worded
from dure.portal.kit.lists.declared import Choice, Column, DateRange, List, Row
from dure.portal.kit.lists.shown import leading_to_subject
from dure.records.operation import queries

NOTICE_STATES = {
    "sent": _("Waits for the answer"),
    "answered": _("Answer to be judged"),
    "accepted": _("Answer accepted"),
    "rejected": _("Answer not accepted"),
    "settled": _("Settled by an appeal"),
}
NOTICE_TONES = {"sent": "", "answered": "wait", "accepted": "good", "rejected": "bad", "settled": "good"}
APPEAL_STATES = {"open": _("To be decided"), "upheld": _("Upheld"), "dismissed": _("Dismissed")}
APPEAL_TONES = {"open": "wait", "upheld": "good", "dismissed": "bad"}


def _to_be_judged(row: Row, desk: str) -> str:
    """At the desk that judges answers, one that waits leads to its judgement: to that of this notice and no other."""
    if desk != "agency" or row["state"] != "answered":
        return ""
    named = {"grant": row["grant"], "notice": row["sent_day"].isoformat()}
    return f"{reverse('acts:act', kwargs={'name': 'judge_answer'})}?{urlencode(named)}"


GRANT: Any = Column(
    key="title", label=_("Title"), source="grant__application__title", also={"grant": "grant_id"},
    href=leading_to_subject("grant", "grant"),
    beneath=Column(key="grant", label=_("Grant"), kind="code"),
)  # fmt: skip
ORGANISATION = called("organisation", _("Organisation"), "grant__application__organisation__name")
NOTICES = List(
    key="notices",
    title=_("Notices"),
    columns=(
        GRANT,
        ORGANISATION,
        worded("because", _("Because")),
        Column(key="sent_on", label=_("Sent"), kind="date"),
        Column(key="answer_by", label=_("Answer by"), kind="date"),
        Column(key="answered_on", label=_("Answered on"), kind="date", nullable=True),
        Column(key="answer", label=_("Answer"), sortable=False, standard=False),
        state(NOTICE_STATES, NOTICE_TONES, _("State"), also={"grant": "grant_id", "sent_day": "sent_on"}, href=_to_be_judged),
    ),
    order="-sent_on",
    filters=(
        Choice(key="state", label=_("State"), choices=NOTICE_STATES.items, field="state"),
        DateRange(key="sent", label=_("Sent"), field="sent_on"),
        DateRange(key="by", label=_("Answer by"), field="answer_by"),
    ),
    search=queries.of_grants_matching,
    searched=_("Application or organisation; initial consonants will do"),
    empty=_("No notice has been sent. Notices go out when a reclaim is approved that finds servers idle or used off purpose."),
)
APPEALS = List(
    key="appeals",
    title=_("Appeals"),
    columns=(
        GRANT,
        ORGANISATION,
        Column(key="notice", label=_("Notice"), source="notice__sent_on", kind="date", nullable=True),
        Column(key="opened_on", label=_("Made on"), kind="date"),
        Column(key="text", label=_("Grounds of the appeal"), sortable=False),
        Column(key="closed_on", label=_("Decided on"), kind="date", nullable=True),
        Column(key="finding", label=_("Finding"), sortable=False, standard=False),
        state(APPEAL_STATES, APPEAL_TONES, _("State")),
    ),
    order="-opened_on",
    filters=(
        Choice(key="state", label=_("State"), choices=APPEAL_STATES.items, field="state"),
        DateRange(key="opened", label=_("Made on"), field="opened_on"),
    ),
    search=queries.of_grants_matching,
    searched=_("Application or organisation; initial consonants will do"),
    empty=_(
        "No appeal has been made. The holder of a grant can appeal against a notice; until it is decided, nothing is taken back."
    ),
)
