"""What does a grant hold now, and since when? And an organisation?"""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from django.db import connection
from django.db.models import Count, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from dure.records.allocation.models import Grant, Lease


class Use(NamedTuple):
    """What a grant holds, when its last lease ends, and what was reclaimed: servers, how often, the last entry, and when."""

    held: int
    end: dt.datetime
    reclaimed: int
    times: int
    entry: int | None
    reclaimed_at: dt.datetime | None


def use_of(grant: Grant, *, at: dt.datetime) -> Use:
    """How many servers are leased at that moment, when the last lease ends (before any, as granted), and what was reclaimed."""
    running, taken = Q(withdrawn_at=None), Q(ended_because="reclaimed")
    told = Lease.objects.filter(grant=grant).aggregate(
        held=Count("pk", filter=running & Q(during__contains=at)),
        end=Max("during__endswith", filter=running),
        reclaimed=Count("pk", filter=taken),
        times=Count("entry", distinct=True, filter=taken),
        entry=Max("entry", filter=taken),
        reclaimed_at=Max("during__endswith", filter=taken),
    )
    return Use(**{**told, "end": told["end"] or grant.during.upper})


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
