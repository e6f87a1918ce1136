"""What does a grant hold now, and since when? And an organisation?"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection
from django.db.models import Count, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from dure.records.allocation.models import Grant, Lease


class Reclaim(NamedTuple):
    """What one approved entry took back from a grant: how many servers, and when."""

    entry: int
    servers: int
    at: dt.datetime


class Use(NamedTuple):
    """How many servers a grant holds, when its last lease ends, and what was reclaimed from it, in the order of the entries."""

    held: int
    end: dt.datetime
    reclaims: list[Reclaim]


def use_of(grant: Grant, *, at: dt.datetime) -> Use:
    """How many servers are leased at that moment, when the last lease ends (before any, as granted), and what was reclaimed."""
    running, taken = Q(withdrawn_at=None), Q(ended_because="reclaimed")
    told = Lease.objects.filter(grant=grant).aggregate(
        held=Count("pk", filter=running & Q(during__contains=at)),
        end=Max("during__endswith", filter=running),
        entries=ArrayAgg("entry", filter=taken, order_by="pk", default=[]),
        ends=ArrayAgg("during__endswith", filter=taken, order_by="pk", default=[]),
    )
    servers, ended = Counter(told["entries"]), dict(zip(told["entries"], told["ends"], strict=True))
    reclaims = [Reclaim(entry, servers[entry], ended[entry]) for entry in sorted(servers)]
    return Use(told["held"], told["end"] or grant.during.upper, reclaims)


def servers_held() -> Coalesce:
    """As an annotation of grants: how many of its servers are leased at this moment."""
    running = Lease.objects.filter(grant=OuterRef("pk"), withdrawn_at=None, during__contains=Now()).order_by().values("grant")
    return Coalesce(Subquery(running.annotate(n=Count("pk")).values("n")), 0)


def began_on(grant_id: str) -> dt.date | None:
    """The day on which the grant's first server was leased; nothing before."""
    first = Lease.objects.filter(grant=grant_id, withdrawn_at=None).aggregate(at=Min("during__startswith"))["at"]
    return timezone.localdate(first) if first else None


def with_use(grants: QuerySet[Grant]) -> QuerySet[Grant]:
    """Grants with `held` servers at this moment, and `ends_at`, the end of their last lease; None before any."""
    ends = Lease.objects.filter(grant=OuterRef("pk"), withdrawn_at=None).order_by("-during__endswith").values("during__endswith")
    return grants.annotate(held=servers_held(), ends_at=Subquery(ends[:1]))


def totals_of(organisations: Iterable[str]) -> dict[str, int]:
    """Applications of these organisations, servers `granted` to them, and those `held` now; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS_OF, {"organisations": sorted(organisations), "now": timezone.now()})
        return dict(zip(("applications", "granted", "held"), map(int, cursor.fetchone()), strict=True))


_TOTALS_OF = """
SELECT count(*), COALESCE(sum((SELECT sum(g.servers) FROM allocation_grant g WHERE g.application_id = a.id)), 0),
  COALESCE(sum((SELECT count(*) FROM allocation_grant g JOIN allocation_lease l ON l.grant_id = g.id
    WHERE g.application_id = a.id AND l.withdrawn_at IS NULL AND l.during @> %(now)s)), 0)
FROM demand_application a WHERE a.organisation_id = ANY (%(organisations)s) AND a.withdrawn_at IS NULL
"""
