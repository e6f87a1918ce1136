"""Reads changes, usage, notices and appeals; builds what metering and reclaim are told."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Case, CharField, Exists, OuterRef, Q, QuerySet, Sum, Value, When
from django.utils import timezone

from dure.records.allocation import queries as allocation
from dure.records.allocation.models import Grant, lease_id
from dure.records.journal.fields import period
from dure.records.operation.models import Appeal, DailyUse, Notice, ProvisioningChange, ServerStateSummary, UsageRecord
from dure.records.parties import queries as parties
from dure.records.supply import queries as supply


def changes(
    *, entry_seq: int | None = None, pool_id: str | None = None, pending: bool | None = None
) -> QuerySet[ProvisioningChange]:
    """Steps in order; `pending`: not yet made."""
    found = ProvisioningChange.objects.select_related("grant__application__organisation", "pool")
    if entry_seq is not None:
        found = found.filter(entry=entry_seq)
    if pool_id is not None:
        found = found.filter(pool=pool_id)
    return found if pending is None else found.filter(applied_at__isnull=pending)


def metered(spans: Mapping[str, tuple[dt.datetime, dt.datetime]]) -> set[str]:
    """Those of the spans, by name, in which usage counts."""
    names = list(spans)
    with connection.cursor() as cursor:
        cursor.execute(_METERED, [names, [spans[each][0] for each in names], [spans[each][1] for each in names]])
        return {name for (name,) in cursor.fetchall()}


_METERED = """
SELECT name FROM unnest(%s::text[], %s::timestamptz[], %s::timestamptz[]) AS s(name, from_at, to_at)
WHERE EXISTS (SELECT FROM operation_usagerecord WHERE superseded_at IS NULL AND during && tstzrange(from_at, to_at, '[)'))
"""


def usage(
    *,
    grant: Grant | None = None,
    organisation_id: str | None = None,
    from_at: dt.datetime | None = None,
    to_at: dt.datetime | None = None,
) -> QuerySet[UsageRecord]:
    """Usage that counts, of a grant or an organisation, overlapping [from_at, to_at)."""
    found = UsageRecord.objects.filter(superseded_at=None).select_related("grant__application__organisation", "grant__pool")
    if grant is not None:
        found = found.filter(grant=grant)
    if organisation_id is not None:
        found = found.filter(grant__application__organisation=organisation_id)
    if from_at is not None and to_at is not None:
        found = found.filter(during__overlap=period(from_at, to_at))
    return found.order_by("grant", "part", "during")


def unmetered(*, from_at: dt.datetime, to_at: dt.datetime) -> list[str]:
    """Grants that held servers within [from_at, to_at) and of which nothing is metered there: their hours are not known."""
    known = usage(from_at=from_at, to_at=to_at).order_by().filter(grant=OuterRef("grant"))
    held = allocation.leases(overlapping=period(from_at, to_at)).order_by().filter(~Exists(known))
    return sorted(set(held.values_list("grant", flat=True)))


def usage_matching(word: str) -> Q:
    """Usage whose grant or organisation holds the word."""
    by_id = Grant.objects.filter(id__icontains=word).order_by().values("pk")
    of_organisation = Grant.objects.filter(application__organisation__in=parties.organisations_matching(word))
    return Q(grant__in=by_id.union(of_organisation.order_by().values("pk")))  # each part by its own index


def states(*, from_at: dt.datetime, to_at: dt.datetime) -> QuerySet[ServerStateSummary]:
    """Each server's seconds per state that count, overlapping [from_at, to_at)."""
    return ServerStateSummary.objects.filter(superseded_at=None, during__overlap=period(from_at, to_at)).select_related(
        "server__pool"
    )


def state_totals(*, from_at: dt.datetime, to_at: dt.datetime) -> dict[str, int]:
    """Seconds per state over all servers."""
    names = ("in_service", "leased", "idle", "maintenance", "own_use")
    return {
        name: int(value or 0)
        for name, value in states(from_at=from_at, to_at=to_at).aggregate(**{n: Sum(n) for n in names}).items()
    }


def daily_use(grant: Grant) -> QuerySet[DailyUse]:
    """Utilisation by day."""
    return DailyUse.objects.filter(grant=grant).order_by("day")


def notices(*, grant: Grant | None = None) -> QuerySet[Notice]:
    """Notices by day."""
    found = Notice.objects.select_related("grant__application__organisation")
    return found if grant is None else found.filter(grant=grant)


def with_notice_state(found: QuerySet[Notice]) -> QuerySet[Notice]:
    """Notices with `state`: `settled` by an upheld appeal; else `sent`, `answered` until judged, `accepted` or `rejected`.

    With `appealable`, too: nobody has appealed against it, its answer was not accepted, and no other appeal of its grant is
    open. It is so after a reclaim as well.
    """
    appealed = Appeal.objects.filter(notice=OuterRef("pk"))
    is_open = Appeal.objects.filter(grant=OuterRef("grant"), closed_on=None)
    return found.annotate(
        appealable=Case(
            When(Exists(appealed) | Exists(is_open) | Q(answer_accepted=True), then=Value(False)),
            default=Value(True),
            output_field=BooleanField(),
        ),
        state=Case(
            When(Exists(appealed.filter(upheld=True)), then=Value("settled")),
            When(answered_on=None, then=Value("sent")),
            When(answer_accepted=None, then=Value("answered")),
            When(answer_accepted=True, then=Value("accepted")),
            default=Value("rejected"),
            output_field=CharField(),
        ),
    )


def notices_in(state: str, *, grant: Grant | None = None) -> QuerySet[Notice]:
    """Notices in that state, as `with_notice_state` says."""
    found: QuerySet[Any] = with_notice_state(notices(grant=grant))
    return found.filter(state=state)


def with_appeal_state(found: QuerySet[Appeal]) -> QuerySet[Appeal]:
    """Appeals with `state`: `open`, `upheld` or `dismissed`."""
    return found.annotate(
        state=Case(
            When(closed_on=None, then=Value("open")),
            When(upheld=True, then=Value("upheld")),
            default=Value("dismissed"),
            output_field=CharField(),
        )
    )


def waiting_to_be_judged() -> dict[str, int]:
    """How many `answers` to notices nobody has judged, and how many `appeals` nobody has decided."""
    return {"answers": notices_in("answered").count(), "appeals": appeals(is_open=True).count()}


def of_grants_matching(word: str) -> Q:
    """Notices and appeals of grants whose application or organisation holds the word."""
    return Q(grant__in=Grant.objects.filter(allocation.grants_matching(word)).values("pk"))


def to_appeal(*, grant: Grant | None = None) -> QuerySet[Notice]:
    """Notices that can be appealed against now, as `with_notice_state` says."""
    found: QuerySet[Any] = with_notice_state(notices(grant=grant))
    return found.filter(appealable=True)


def appeals(*, grant: Grant | None = None, is_open: bool | None = None) -> QuerySet[Appeal]:
    """Appeals by day."""
    found = Appeal.objects.select_related("grant__application__organisation")
    if grant is not None:
        found = found.filter(grant=grant)
    return found if is_open is None else found.filter(closed_on__isnull=is_open)


def metered_facts(*, from_at: dt.datetime, to_at: dt.datetime) -> dict[str, Any]:
    """Servers in service and leases, as metering is told them."""
    servers = [
        {
            "id": each.pk,
            "pool": each.pool_id,
            "provider": each.pool.provider_id,
            "gpu_model": each.pool.gpu_model_id,
            "gpus": each.pool.gpus_per_server,
            "in_service_from": each.in_service_from.isoformat(),
            "in_service_to": each.in_service_to.isoformat() if each.in_service_to else None,
        }
        for each in supply.servers().filter(in_service_from__lt=to_at).exclude(in_service_to__lte=from_at)
        if each.in_service_from
    ]
    leases = [
        {
            "id": name,
            "organisation": held[0].grant.application.organisation_id,
            "sector": held[0].grant.application.sector,
            "servers": [lease.server_id for lease in held],
            "from": held[0].during.lower.isoformat(),
            "to": held[0].during.upper.isoformat(),
        }
        for name, held in allocation.leases_by_part(overlapping=period(from_at, to_at)).items()
    ]
    return {"servers": servers, "leases": leases}


def provisioning_facts(
    *,
    as_of: dt.datetime,
    pool_id: str,
    until: dt.datetime,
    people: Mapping[str, Iterable[str]],
    observed: Iterable[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """What the provisioning of one pool is told: grants that run before `until`; `people` are usernames per organisation."""
    return {
        "as_of": as_of.isoformat(),
        "cluster": pool_id,
        "grants": [
            {
                "id": name,
                "organisation": held[0].grant.application.organisation_id,
                "partition": pool_id,
                "people": sorted(people.get(held[0].grant.application.organisation_id, ())),
                "servers": [lease.server_id for lease in held],
                "gpus_per_server": held[0].grant.pool.gpus_per_server,
                "from": held[0].during.lower.isoformat(),
                "to": held[0].during.upper.isoformat(),
                "mode": "dedicated",
            }
            for name, held in allocation.leases_by_part(overlapping=period(as_of, until), pool_id=pool_id).items()
        ],
        "observed": list(observed),
    }


def usage_facts(*, from_at: dt.datetime, to_at: dt.datetime) -> list[dict[str, Any]]:
    """Usage as burden and settlement are told it."""
    return [
        {
            "lease": lease_id(each.grant_id, each.part),
            "organisation": each.grant.application.organisation_id,
            "model": each.gpu_model,
            "from": each.during.lower.isoformat(),
            "to": each.during.upper.isoformat(),
            "gpu_hours": each.gpu_hours,
        }
        for each in usage(from_at=from_at, to_at=to_at).filter(on_hold=False)
    ]


def reclaim_facts(*, as_of: dt.date, grants: Iterable[Grant]) -> dict[str, Any]:
    """Leases with their days, notices and appeals, as reclaim is told them; `grants` with application and pool."""
    listed = sorted(grants, key=lambda each: each.pk)
    ids = [each.pk for each in listed]
    days: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for day in DailyUse.objects.filter(grant__in=ids, day__lt=as_of).order_by("grant", "day"):
        days[day.grant_id].append({"day": day.day.isoformat(), "utilisation": day.utilisation, "busy_servers": day.busy_servers})
    return {
        "as_of": as_of.isoformat(),
        "leases": [
            {
                "id": each.pk,
                "organisation": each.application.organisation_id,
                "gpu_model": each.pool.gpu_model_id,
                "servers": each.servers,
                "from_on": _day(each.during.lower),
                "to_on": _day(each.during.upper),
                "days": days[each.pk],
            }
            for each in listed
        ],
        "notices": [
            {
                "lease": each.grant_id,
                "sent_on": each.sent_on.isoformat(),
                "because": each.because,
                "answered_on": each.answered_on.isoformat() if each.answered_on else None,
                "answer_accepted": each.answer_accepted,
            }
            for each in Notice.objects.filter(grant__in=ids, sent_on__lte=as_of).order_by("grant", "sent_on")
        ],
        "appeals": [
            {
                "lease": each.grant_id,
                "opened_on": each.opened_on.isoformat(),
                "closed_on": each.closed_on.isoformat() if each.closed_on else None,
                "upheld": bool(each.upheld),
                "notice_sent_on": each.notice.sent_on.isoformat() if each.notice else None,
            }
            for each in Appeal.objects.filter(grant__in=ids, opened_on__lte=as_of)
            .select_related("notice")
            .order_by("grant", "opened_on")
        ],
    }


def _day(at: dt.datetime) -> str:
    return at.astimezone(timezone.get_default_timezone()).date().isoformat()
