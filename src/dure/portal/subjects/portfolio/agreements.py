"""What was a provider awarded, and what has it signed?"""

import datetime as dt
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from dure.portal.kit.lists.columns import called
from dure.portal.kit.lists.declared import Choice, Column, DateRange, List, Row
from dure.portal.kit.lists.shown import leading_to_subject
from dure.portal.kit.wording.words import name
from dure.portal.subjects.decisions.journal import names_of_records
from dure.records.procurement import queries as procurement


def _last_day(row: Row) -> dt.date:
    last: dt.date = row["ends_on"] - dt.timedelta(days=1)
    return last


_call_page = leading_to_subject("call", "call_id")


def _calls() -> list[tuple[str, str]]:
    return procurement.call_titles()


AGREEMENTS = List(
    key="agreements",
    title=_("My agreements"),
    columns=(
        Column(key="id", label=_("Agreement"), kind="code", source="agreement__id"),
        called("call", _("Call"), "agreement__call__title", also={"call_id": "agreement__call_id"}, href=_call_page),
        Column(key="signed_on", label=_("Signed"), kind="date", source="agreement__signed_on"),
        Column(key="starts_on", label=_("From"), kind="date"),
        Column(key="ends_on", label=_("To"), kind="date", show=_last_day),  # the records hold the day after
        Column(key="owner", label=_("Owner of the GPUs"), show=lambda row: row["owner_name"]),
        Column(key="user_right", label=_("Right of use"), show=lambda row: row["user_right_name"]),
        Column(key="own_use_share", label=_("Own use"), kind="share", sortable=False),
        Column(key="version", label=_("Version"), kind="number"),
    ),
    order="-signed_on",
    filters=(
        Choice(key="call", label=_("Call"), choices=_calls, field="agreement__call"),
        DateRange(key="signed", label=_("Signed"), field="agreement__signed_on"),
    ),
    empty=_("You have no agreement. An award becomes an agreement when both sides have signed."),
)
AWARDS = List(
    key="awards",
    title=_("My awards"),
    columns=(
        called("call", _("Call"), "call__title", also={"call_id": "call_id"}, href=_call_page),
        Column(key="lot", label=_("Lot"), kind="code"),
        Column(key="gpu_model", label=_("GPU model")),
        Column(key="servers", label=_("Servers"), kind="number"),
        Column(key="gpus", label=_("GPUs"), kind="gpus", source=F("servers") * F("gpus_per_server")),
        Column(key="own_use", label=_("Own use"), kind="gpus", source=F("own_use_servers") * F("gpus_per_server")),
        Column(key="price_amount", label=_("Price"), kind="money"),
        Column(key="awarded_on", label=_("Awarded"), kind="date"),
    ),
    order="-awarded_on",
    filters=(
        Choice(key="call", label=_("Call"), choices=_calls),
        DateRange(key="awarded", label=_("Awarded"), field="awarded_on"),
    ),
    empty=_("You have no award. One appears when a selection that names your proposal is approved."),
)


def in_words(rows: list[dict[str, Any]]) -> None:
    """Add the words of an agreement's parties and rights to their codes."""
    names = names_of_records()
    for row in rows:
        row["owner_name"], row["user_right_name"] = (name(row.get(key, ""), names) for key in ("owner", "user_right"))
