"""The lists of a provider's clusters, and of what is delivered to them."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dure.portal.kit.lists.declared import Choice, Column, DateRange, List
from dure.portal.kit.lists.shown import leading_to
from dure.portal.kit.wording.numbers import days
from dure.portal.subjects.buildout.slip import days_late
from dure.portal.subjects.decisions.filed import Filed

CLUSTERS = List(
    key="clusters",
    title=_("My clusters"),
    columns=(
        Column(key="id", label=_("Cluster"), href=leading_to("provider:cluster", "key", of_desk=False)),
        Column(key="gpu_model", label=_("GPU model"), source="gpu_model_id"),
        Column(key="servers", label=_("Servers agreed"), kind="number", source="servers_planned"),
        Column(key="registered", label=_("Registered"), kind="number"),
        Column(key="delivered", label=_("Delivered"), kind="number"),
        Column(key="in_service", label=_("In service"), kind="number", source="taken_into_service"),
        Column(key="promised_on", label=_("Promised"), kind="date"),
        Column(key="p50", label=_("First service P50"), kind="date", source="", show=lambda row: row["p50"]),
        Column(key="slip", label=_("Slip"), source="", show=lambda row: row["slip"]),
    ),
    order="id",
    unique=frozenset({"id"}),
    filters=(DateRange(key="promised", label=_("Promised"), field="promised_on"),),
    search=lambda word: Q(id__icontains=word) | Q(gpu_model__id__icontains=word),
    searched=_("Cluster or GPU model"),
    note=_("Servers are registered by serial number, often at the order already; delivered are those whose delivery has come."),
    empty=_("You have no cluster. Clusters appear when they are added under an agreement of yours."),
)
DELIVERIES = List(
    key="deliveries",
    title=_("My deliveries"),
    columns=(
        Column(key="id", label=_("Delivery"), kind="code"),
        Column(key="cluster", label=_("Cluster"), source="cluster_id"),
        Column(key="servers", label=_("Servers"), kind="number"),
        Column(key="likely_on", label=_("Likely"), kind="date"),
        Column(key="latest_on", label=_("At the latest"), kind="date"),
        Column(key="actual_on", label=_("Came"), kind="date", nullable=True),
    ),
    order="likely_on",
    unique=frozenset({"id"}),
    filters=(
        Choice(
            key="state", label=_("State"), choices=lambda: (("due", _("Expected")), ("came", _("Delivered"))),
            where=lambda value: Q(actual_on__isnull=value == "due"),
        ),
        DateRange(key="likely", label=_("Likely"), field="likely_on"),
    ),
    search=lambda word: Q(id__icontains=word) | Q(cluster__id__icontains=word),
    searched=_("Delivery or cluster"),
    empty=_("You have no delivery on record. Deliveries appear when they are announced for an order of yours."),
)  # fmt: skip


def with_forecast(build: Filed | None) -> Callable[[list[dict[str, Any]]], None]:
    """Adds to each cluster the forecast of first service, and how late it is; nothing where there is no forecast."""
    forecast = {each["cluster"]: each for each in build.recommendation["clusters"]} if build else {}

    def add(rows: list[dict[str, Any]]) -> None:
        for row in rows:
            known = forecast.get(row["pk"])
            row["p50"] = known["first_service"].get("p50") if known else None
            late = days_late(known["first_service"]) if known else None
            row["slip"] = "" if late is None else days(late)

    return add
