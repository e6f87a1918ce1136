"""The lists of rounds: what was granted, who waits, and which server is held by whom."""

import datetime as dt
from collections import defaultdict
from dataclasses import replace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dure.portal.kit.charts.timeline import Held, strip
from dure.portal.kit.lists.columns import called, last_day, worded, words_of
from dure.portal.kit.lists.declared import Choice, Column, DateRange, List, Range, Row, Text
from dure.portal.kit.lists.shown import leading_to
from dure.portal.kit.wording.numbers import included
from dure.portal.kit.wording.pools import pool_choices, pool_column, with_pools
from dure.portal.subjects.decisions.reasons import said_of
from dure.records.allocation import queries
from dure.records.allocation.held import servers_held
from dure.records.demand import queries as demand
from dure.records.supply import queries as supply

SERIES = 4
_of_agency = leading_to("application", "key", key="application")


def _application(row: Row, desk: str) -> str:
    return _of_agency(row, desk) if desk == "agency" else ""


# What grants and waiting places have in common.
APPLICATION = Column(key="application", label=_("Application"), kind="code", source="application_id", href=_application)
ORGANISATION = called("organisation", _("Organisation"), "application__organisation__name")
SECTOR = worded("sector", _("Sector"), source="application__sector")
ROUND = worded("round", _("Round"), source="round_id")
POOL = pool_column(_("Pool"))
BY_ROUND = Choice(key="round", label=_("Round"), choices=words_of(queries.round_ids))
BY_POOL = Choice(key="pool", label=_("Pool"), choices=pool_choices)
BY_SECTOR = Choice(key="sector", label=_("Sector"), choices=words_of(demand.sectors), field="application__sector")
GRANTS = List(
    key="grants",
    title=_("Grants"),
    columns=(
        APPLICATION,
        ORGANISATION,
        SECTOR,
        ROUND,
        POOL,
        Column(key="gpu_model", label=_("GPU model"), source="pool__gpu_model_id", standard=False),
        Column(key="servers", label=_("Servers granted"), kind="number"),
        Column(key="held", label=_("Held now"), kind="number", source=servers_held(), sortable=False),
        Column(key="start", label=_("From"), kind="date", source="during__startswith"),
        last_day("end", _("To"), "during__endswith"),
    ),
    order="-start",
    filters=(
        BY_ROUND,
        BY_POOL,
        BY_SECTOR,
        Range(key="servers", label=_("Servers")),
        DateRange(key="start", label=_("From"), field="during__startswith"),
    ),
    search=queries.grants_matching,
    searched=_("Application or organisation; initial consonants will do"),
    empty=_("Nothing has been granted yet. Grants appear when the plan of a round is approved."),
)
WAITING = List(
    key="waiting",
    title=_("Waiting list"),
    columns=(
        Column(key="place", label=_("Place"), kind="number"),
        APPLICATION,
        ORGANISATION,
        SECTOR,
        ROUND,
        Column(key="servers", label=_("Servers asked"), kind="number", source="application__servers"),
        Column(key="minimum", label=_("Fewest servers"), kind="number", source="application__minimum_servers"),
        Column(key="weeks", label=_("Weeks"), kind="number", source="application__weeks"),
        Column(
            key="models", label=_("GPU model"), source="application__gpu_models", sortable=False,
            show=lambda row: ", ".join(sorted(row["models"])),
        ),
        Column(
            key="reason", label=_("Why"), kind="sentence", source="reason_code", sortable=False,
            show=lambda row: said_of(row["reason"]) if row["reason"] else "",
        ),
    ),
    order="place",
    filters=(
        BY_ROUND,
        BY_SECTOR,
        Range(key="servers", label=_("Servers asked"), field="application__servers"),
    ),
    search=queries.places_matching,
    searched=_("Application or organisation; initial consonants will do"),
    empty=_("Nobody waits. Places are given when the plan of a round is approved."),
    note=_("A place that is missing has left the list: its application got servers, or was withdrawn."),
)  # fmt: skip
WAITING_OF_ONE_ROUND = replace(
    WAITING, columns=tuple(each for each in WAITING.columns if each is not ROUND), filters=WAITING.filters[1:]
)
STATES = {"leased": _("Leased"), "idle": _("Idle"), "own_use": _("Provider's own use"), "absent": _("Not in service")}
TONES = {"leased": "good", "idle": "wait", "own_use": "plain", "absent": ""}


def _state(row: Row) -> str:
    now = timezone.now()
    begun = row["in_service_from"] is not None and row["in_service_from"] <= now
    if not begun or (row["in_service_to"] is not None and row["in_service_to"] <= now):
        return "absent"
    return "own_use" if row["own_use"] else "leased" if row["held_by"] else "idle"


Span = tuple[dt.datetime, dt.datetime] | None  # of all grants; nothing where there is none
NOW = ("in_service_from", "in_service_to", "own_use")
SERVERS = List(
    key="servers",
    title=_("Servers and leases"),
    columns=(
        Column(key="id", label=_("Server"), kind="code"),
        POOL,
        Column(
            key="state", label=_("State now"), source="", uses=NOW,
            show=lambda row: str(STATES[_state(row)]), tone=lambda row: TONES[_state(row)],
        ),
        Column(key="holder", label=_("Held by"), source="", show=lambda row: row["holder"]),
        Column(
            key="held_by", label=_("Application"), kind="code", source="", show=lambda row: row["held_by"], standard=False
        ),
        Column(key="until", label=_("Until"), kind="date", source="", show=lambda row: row["until"]),
        Column(key="strip", label=_("Weeks held"), kind="drawing", source="", show=lambda row: row["strip"]),
        Column(
            key="weeks_held", label=_("Weeks"), kind="number", source="", show=lambda row: row["weeks_held"], standard=False
        ),
        Column(key="leases", label=_("Applications and leases"), source="", show=lambda row: row["leases"]),
    ),
    order="id",
    unique=frozenset({"id"}),
    extra={each: each for each in NOW},
    filters=(
        BY_POOL,
        Choice(key="state", label=_("State now"), choices=STATES.items,
               where=lambda value: queries.server_in_state(value, timezone.now())),
        Text(key="id", label=_("Server")),
    ),
    search=supply.servers_matching,
    searched=_("Server or serial number"),
    empty=_("No server is registered yet. Servers appear when they are entered by serial number, at the order or later."),
)  # fmt: skip


def with_leases(rows: list[dict[str, Any]], *, span: Span) -> None:
    """Adds to these servers their pools, who holds each now, until when, and who in which weeks: text, number and drawing."""
    with_pools(rows)
    zone, now = timezone.get_default_timezone(), timezone.now()
    start, weeks = _weeks(span, zone)
    leases: dict[str, list[queries.LeaseOn]] = defaultdict(list)
    for each in queries.leases_on(row["pk"] for row in rows):
        leases[each.server].append(each)
    for row in rows:
        held = leases[row["pk"]]
        spans = [_span(each, start, zone) for each in held]
        label = ", ".join(f"{one.name} {one.from_week}–{one.to_week}" for one in spans) or gettext("never held")
        row["strip"] = strip(spans, weeks=weeks, label=f"{row['pk']}: {label}")
        row["weeks_held"] = sum(one.to_week - one.from_week for one in spans)
        row["leases"] = ", ".join(one.name for one in spans)
        row.update(_holder(next((each for each in held if each.during.lower <= now < each.during.upper), None)))


def _holder(lease: queries.LeaseOn | None) -> dict[str, Any]:
    if lease is None:
        return {"held_by": "", "holder": "", "until": None}
    return {
        "held_by": lease.application,
        "holder": lease.organisation,
        "until": included(lease.during.upper),
    }


def _span(lease: queries.LeaseOn, start: dt.date, zone: Any) -> Held:
    """The weeks of a lease, counted from the first day of all grants."""
    first = (lease.during.lower.astimezone(zone).date() - start).days // 7
    last = -(-(lease.during.upper.astimezone(zone).date() - start).days // 7)
    return Held(lease.application, first, last, f"series-{sum(map(ord, lease.sector)) % SERIES}")


def _weeks(span: Span, zone: Any) -> tuple[dt.date, int]:
    """The first day of all grants and the number of weeks that they span."""
    if span is None:
        return dt.date.min, 1
    start, end = (each.astimezone(zone).date() for each in span)
    return start, max(1, -(-(end - start).days // 7))
