"""Reads shares, grants and leases; builds the leases, applications and pools that allocation is told."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Case, CharField, Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from dure.records.allocation.models import (
    AllocationRound,
    Grant,
    Lease,
    Plan,
    RoundReason,
    ShareSet,
    Solve,
    WaitingPlace,
    lease_id,
)
from dure.records.allocation.weeks import week_start
from dure.records.demand import queries as demand
from dure.records.demand.models import Application, EligibilityOutcome
from dure.records.journal.fields import period
from dure.records.journal.models import Entry, Kind
from dure.records.journal.names import InLanguage, holds
from dure.records.prepared import Prepared
from dure.records.review.models import Ranked

ORDERS = {
    "application": ("application",),
    "organisation": (InLanguage("application__organisation__name"), "id"),
    "servers": ("-servers", "id"),
    "pool": ("pool", "id"),
    "start": ("during", "id"),
}


def share_set(*, programme: str, on: dt.date) -> ShareSet | None:
    """The shares in force on that day."""
    return ShareSet.objects.filter(programme=programme, from_on__lte=on).prefetch_related("shares").order_by("-from_on").first()


def share_sets(*, programme: str) -> QuerySet[ShareSet]:
    """All sets of shares, oldest first."""
    return ShareSet.objects.filter(programme=programme).prefetch_related("shares").order_by("from_on")


def shares(*, programme: str, on: dt.date) -> dict[str, str]:
    """Each sector's share on that day as decimal text; empty when none is in force."""
    found = share_set(programme=programme, on=on)
    return {each.sector: each.share for each in found.shares.all()} if found else {}


def rounds() -> QuerySet[AllocationRound]:
    """Rounds by their first week."""
    return AllocationRound.objects.select_related("user_call")


def first_round_on() -> dt.date | None:
    """The day on which the first round begins; nothing where there is none."""
    return AllocationRound.objects.order_by("start_on").values_list("start_on", flat=True).first()


def with_figures(rounds: QuerySet[AllocationRound]) -> QuerySet[AllocationRound]:
    """Rounds with what their plans, grants and waiting lists come to, and `progress`.

    Over all plans the `applications` that stood in one, the `served` among them and `granted` servers; of the last plan `gap`;
    `queued` who wait.
    `progress`: `solving`; else of the recommendation filed last `unfiled`, `pending`, `approval` or `refusal`.
    """
    of_it = {"round": OuterRef("pk")}
    plan = Plan.objects.filter(**of_it).order_by("-entry__answer__seq")
    grants = Grant.objects.filter(**of_it).order_by().values("round")
    served = Exists(Grant.objects.filter(round=OuterRef("plan__round"), application=OuterRef("application")))
    unserved = RoundReason.objects.filter(~served, plan__round=OuterRef("pk")).order_by().values("plan__round")
    number = Count("application", distinct=True)
    places = WaitingPlace.objects.filter(**of_it, left_at=None).order_by().values("round")
    filed = Entry.objects.filter(decision="allocation", kind=Kind.RECOMMENDATION, subject=OuterRef("pk")).order_by("-seq")
    return rounds.annotate(
        gap=Subquery(plan.values("gap")[:1]),
        served=Subquery(grants.annotate(number=number).values("number")),
        applications=Case(
            When(
                gap__isnull=False,
                then=Coalesce(F("served"), 0) + Coalesce(Subquery(unserved.annotate(number=number).values("number")), 0),
            )
        ),
        granted=Coalesce(Subquery(grants.annotate(total=Sum("servers")).values("total")), 0),
        queued=Coalesce(Subquery(places.annotate(number=Count("pk")).values("number")), 0),
        progress=Case(
            When(Exists(Solve.objects.filter(**of_it, finished_at=None)), then=Value("solving")),
            When(~Exists(filed), then=Value("unfiled")),
            default=Coalesce(Subquery(filed.values("answer__kind")[:1]), Value("pending")),
            output_field=CharField(),
        ),
    )


def rounds_matching(word: str) -> Q:
    """Rounds that are called so, or whose call is."""
    return Q(pk__icontains=word) | holds("user_call__title", word)


def allocation_round(round_id: str) -> AllocationRound | None:
    """That round, or nothing."""
    return next(iter(_round(key=round_id)), None)


_round = Prepared(lambda *, key: AllocationRound.objects.select_related("user_call").filter(pk=key), "key")


def grants(
    *, round_id: str | None = None, organisation_id: str | None = None, search: str = "", order: str = "application"
) -> QuerySet[Grant]:
    """Grants with application, organisation and pool; ask `access` who may see them, then slice a page out of it."""
    found = Grant.objects.select_related("application__organisation", "pool__gpu_model", "pool__provider", "round")
    if round_id is not None:
        found = found.filter(round=round_id)
    if organisation_id is not None:
        found = found.filter(application__organisation=organisation_id)
    if search:
        found = found.filter(
            Q(application__id__icontains=search)
            | Q(application__title__icontains=search)
            | holds("application__organisation__name", search)
        )
    return found.order_by(*ORDERS.get(order, ORDERS["application"]))


def ends_of_grants(organisations: Collection[str] | None, *, after: dt.datetime) -> QuerySet[Grant]:
    """Grants with `ends_at`, the end of their last lease, where that is still to come; of these organisations, or of all."""
    ends = Lease.objects.filter(grant=OuterRef("pk"), withdrawn_at=None).order_by("-during__endswith").values("during__endswith")
    found = Grant.objects.select_related("application").annotate(ends_at=Subquery(ends[:1])).filter(ends_at__gt=after)
    return found if organisations is None else found.filter(application__organisation__in=organisations)


def grant(grant_id: str) -> Grant | None:
    """That grant, or nothing."""
    return grants().filter(pk=grant_id).first()


def with_results(applications: QuerySet[Application]) -> QuerySet[Application]:
    """Applications with what came of each: `is_eligible`, `granted` servers, `decided`, the code of the last reason, `score`."""
    return applications.annotate(**_results())


@cache
def _results() -> dict[str, Any]:
    of_it = {"application": OuterRef("pk")}
    outcome = EligibilityOutcome.objects.filter(**of_it).order_by("-entry__answer__seq")
    given = Grant.objects.filter(**of_it).order_by().values("application")
    reason = RoundReason.objects.filter(**of_it).order_by("-plan_id", "id")
    ranked = Ranked.objects.filter(item=OuterRef("pk"), panel__kind="application").order_by("-entry_id")
    return {
        "is_eligible": Subquery(outcome.values("eligible")[:1]),
        "granted": Subquery(given.annotate(total=Sum("servers")).values("total")),
        "reason_code": Subquery(reason.values("code")[:1]),
        "decided": Exists(reason) | Exists(Grant.objects.filter(**of_it)),
        "score": Subquery(ranked.values("total")[:1]),
    }


@cache
def application_in_state(state: str) -> Q:
    """Applications that are `chosen`, `not_eligible`, `not_chosen`, `undecided` or `withdrawn`: semi-joins, not row by row."""
    of_it = {"application": OuterRef("pk")}
    granted = Q(Exists(Grant.objects.filter(**of_it)))
    newer = EligibilityOutcome.objects.filter(
        application=OuterRef("application"), entry__answer__seq__gt=OuterRef("entry__answer__seq")
    )
    refused = Q(Exists(EligibilityOutcome.objects.filter(~Exists(newer), eligible=False, **of_it)))
    reasoned = Q(Exists(RoundReason.objects.filter(**of_it)))
    return {
        "chosen": granted,
        "not_eligible": ~granted & refused,
        "not_chosen": ~granted & ~refused & reasoned,
        "undecided": ~granted & ~refused & ~reasoned & Q(withdrawn_at=None),
        "withdrawn": Q(withdrawn_at__isnull=False),
    }[state]


def application_totals(call: str | None = None) -> dict[str, int]:
    """Applications, servers asked for, applications with a grant and servers granted, to that call or to all; one statement.

    `chosen_again`, `granted_again`: of those, how many came by a re-grant alone; `calls`: how many calls have applications.
    """
    names = ("applications", "asked", "calls", "chosen", "chosen_again", "granted", "granted_again")
    with connection.cursor() as cursor:
        cursor.execute(_APPLICATION_TOTALS, {"call": call})
        return dict(zip(names, map(int, cursor.fetchone()), strict=True))


_APPLICATION_TOTALS = """
SELECT a.n, a.servers,
  (SELECT count(*) FROM demand_usercall u WHERE EXISTS (SELECT FROM demand_application WHERE user_call_id = u.id)),
  g.n, g.n - g.allocated, g.servers, g.again
FROM (SELECT count(*) AS n, COALESCE(sum(servers), 0) AS servers FROM demand_application
      WHERE withdrawn_at IS NULL AND (%(call)s::text IS NULL OR user_call_id = %(call)s)) a,
     (SELECT count(DISTINCT application_id) AS n,
        count(DISTINCT application_id) FILTER (WHERE e.decision = 'allocation') AS allocated,
        COALESCE(sum(g.servers), 0) AS servers, COALESCE(sum(g.servers) FILTER (WHERE e.decision <> 'allocation'), 0) AS again
      FROM allocation_grant g JOIN journal_entry e ON e.seq = g.entry_id
      WHERE %(call)s::text IS NULL OR application_id IN (SELECT id FROM demand_application WHERE user_call_id = %(call)s)) g
"""


def grants_matching(word: str) -> Q:
    """Grants whose application or organisation holds the word."""
    return Q(application__in=Application.objects.filter(demand.matching(word)).values("pk"))


def places_matching(word: str) -> Q:
    """Waiting places whose application or organisation holds the word."""
    return grants_matching(word)


def lease_called(grant_id: str, part: int) -> str:
    """What pages call the servers of a grant that share one period: as on its bills."""
    return lease_id(grant_id, part)


def server_in_state(state: str, at: dt.datetime) -> Q:
    """Servers that are `absent` (not in service), in `own_use`, `leased` or `idle` at that moment."""
    serving = Q(in_service_from__lte=at) & (Q(in_service_to=None) | Q(in_service_to__gt=at))
    leased = Q(Exists(Lease.objects.filter(server=OuterRef("pk"), withdrawn_at=None, during__contains=at)))
    return {
        "absent": ~serving | Q(in_service_from=None),
        "own_use": serving & Q(own_use=True),
        "leased": serving & Q(own_use=False) & leased,
        "idle": serving & Q(own_use=False) & ~leased,
    }[state]


class LeaseOn(NamedTuple):
    """A lease of a server with its application, and what the organisation is called that applied."""

    server: str
    during: Any
    application: str
    sector: str
    organisation: str


def leases_on(server_ids: Iterable[str]) -> list[LeaseOn]:
    """The leases that count on these servers, by their beginning; of some pages a hundred, so that no records are built."""
    found = Lease.objects.filter(withdrawn_at=None, server__in=list(server_ids)).order_by("server", "during")
    application = "grant__application"
    columns = ("server_id", "during", f"{application}_id", f"{application}__sector")
    return [LeaseOn(*row) for row in found.values_list(*columns, InLanguage(f"{application}__organisation__name"))]


def lease_span() -> tuple[dt.datetime, dt.datetime] | None:
    """From the first beginning to the last end of all grants; nothing where there is none."""
    span = Grant.objects.aggregate(first=Min("during__startswith"), last=Max("during__endswith"))
    return (span["first"], span["last"]) if span["first"] else None


def waiting_places(places: QuerySet[WaitingPlace]) -> QuerySet[WaitingPlace]:
    """Places that still hold, with the code of the application's last reason in that round as `reason_code`."""
    reason = RoundReason.objects.filter(application=OuterRef("application"), plan__round=OuterRef("round"))
    return places.filter(left_at=None).annotate(reason_code=Subquery(reason.order_by("-plan_id", "id").values("code")[:1]))


def round_ids() -> list[str]:
    """The rounds, the last first."""
    return list(AllocationRound.objects.order_by("-start_on", "-id").values_list("pk", flat=True))


def grants_of(application_id: str) -> QuerySet[Grant]:
    """What every round gave the application, the first first."""
    return Grant.objects.filter(application=application_id).select_related("pool__provider").order_by("during")


def places_of(application_id: str) -> QuerySet[WaitingPlace]:
    """The application's places on waiting lists, by round."""
    return WaitingPlace.objects.filter(application=application_id).order_by("round")


def plans() -> list[Plan]:
    """All approved plans with their rounds, in the order of their approval."""
    return _plans()


_plans = Prepared(lambda: Plan.objects.select_related("round__user_call").order_by("entry__answer__seq"))


def reasons_of(application_id: str) -> QuerySet[RoundReason]:
    """Why the approved plans gave the application what they gave, the last plan first; with the plan and its round."""
    return RoundReason.objects.filter(application=application_id).select_related("plan__round").order_by("-plan_id", "id")


def round_totals(rounds: Iterable[AllocationRound]) -> dict[str, dict[str, int]]:
    """Of each round GPUs opened, most GPUs allotted at once, applications chosen and servers granted, over all its grants.

    `held_gpus`: the most that all rounds hold of its pools at once, within its weeks. `chosen_again`, `servers_again`: how many
    came by a re-grant of what was reclaimed. `received`: applications to its call; `synthetic`: how many of them, at most 1,
    are made up. One statement for all.
    """
    known = list(rounds)
    with connection.cursor() as cursor:
        starts, ends = [week_start(each, 0) for each in known], [week_start(each, each.weeks) for each in known]
        cursor.execute("SELECT * FROM allocation_round_totals(%s, %s, %s)", [[each.pk for each in known], starts, ends])
        found = cursor.fetchall()
    names = (
        "opened_gpus", "held_gpus", "granted_gpus", "chosen", "chosen_again", "granted_servers", "servers_again", "received",
        "synthetic",
    )  # fmt: skip
    return {row[0]: dict(zip(names, (int(each or 0) for each in row[1:]), strict=True)) for row in found}


def servers_granted(ids: Collection[str]) -> dict[str, int]:
    """Of these grants, as far as they are there, how many servers each holds."""
    return dict(Grant.objects.filter(pk__in=list(ids)).order_by().values_list("pk", "servers"))


def organisation_of_grant(grant_id: str) -> str | None:
    """The organisation that a grant was given to, or nothing where there is no such grant."""
    return Grant.objects.filter(pk=grant_id).order_by().values_list("application__organisation", flat=True).first()


def leases(*, grant: Grant | None = None, at: dt.datetime | None = None, overlapping: Any = None) -> QuerySet[Lease]:
    """Leases that count: of a grant, at a moment, or overlapping a period."""
    found = Lease.objects.filter(withdrawn_at=None).select_related("grant__application__organisation", "server")
    if grant is not None:
        found = found.filter(grant=grant)
    if at is not None:
        found = found.filter(during__contains=at)
    if overlapping is not None:
        found = found.filter(during__overlap=overlapping)
    return found.order_by("grant", "server")


def leased_within(from_at: dt.datetime, to_at: dt.datetime) -> bool:
    """Has any lease that counts run within [from_at, to_at)?"""
    return from_at < to_at and leases(overlapping=period(from_at, to_at)).exists()


def leases_by_part(*, overlapping: Any, pool_id: str | None = None) -> dict[str, list[Lease]]:
    """Leases that count, together where a grant's servers share one period, by the id that metering and bills use.

    Of a grant's periods the one that ends last comes first, so that servers given back early do not rename the rest.
    """
    found = leases(overlapping=overlapping).select_related("grant__application__organisation", "grant__pool", "server")
    if pool_id is not None:
        found = found.filter(grant__pool=pool_id)
    together: dict[tuple[str, dt.datetime, dt.datetime], list[Lease]] = defaultdict(list)
    for lease in found:
        together[lease.grant_id, lease.during.upper, lease.during.lower].append(lease)
    named: dict[str, list[Lease]] = {}
    parts: dict[str, int] = defaultdict(int)
    for grant_id, upper, lower in sorted(together, key=lambda key: (key[0], -key[1].timestamp(), key[2])):
        parts[grant_id] += 1
        named[lease_id(grant_id, parts[grant_id])] = together[grant_id, upper, lower]
    return named


def waiting(round_: AllocationRound) -> QuerySet[WaitingPlace]:
    """Who still waits, in order."""
    return WaitingPlace.objects.filter(round=round_, left_at=None).select_related("application__organisation").order_by("place")


def ever_waited(round_: AllocationRound) -> set[str]:
    """Applications that stand or stood on the round's waiting list."""
    return set(WaitingPlace.objects.filter(round=round_).values_list("application", flat=True))


def granted_applications(round_: AllocationRound) -> set[str]:
    """Applications that the round has served already."""
    return set(Grant.objects.filter(round=round_).values_list("application", flat=True))


def solves(round_: AllocationRound) -> QuerySet[Solve]:
    """The runs of a round's allocation, the last first."""
    return Solve.objects.filter(round=round_).select_related("asked_by")


def latest_solve(round_: AllocationRound) -> Solve | None:
    """The run asked for last."""
    return next(iter(_latest_solve(key=round_.pk)), None)


_latest_solve = Prepared(lambda *, key: Solve.objects.filter(round=key).select_related("asked_by")[:1], "key")


def rounds_solved_for(person: Any) -> list[str]:
    """The rounds that are being solved because that person asked for it: each plan will be filed in their name."""
    return list(Solve.objects.filter(asked_by=person, finished_at=None).order_by("round").values_list("round", flat=True))


def usual_steps(round_: AllocationRound) -> int | None:
    """How many reports the round's last run gave that went to its end; nothing where none has."""
    whole = solves(round_).filter(entry__isnull=False, files_best=False)
    return whole.values_list("steps", flat=True).first()
