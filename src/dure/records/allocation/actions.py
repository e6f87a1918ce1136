"""Sets shares, opens rounds, grants and leases servers, ends leases early, keeps the waiting list."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from dure.formats.errors import BadInput
from dure.formats.kinds import decimal_text, exact
from dure.formats.stages.allocation import SECTOR_REASONS, AllocationRecommendation
from dure.records.allocation.models import AllocationRound, Grant, Lease, Plan, RoundReason, SectorShare, ShareSet, WaitingPlace
from dure.records.allocation.weeks import week_start
from dure.records.demand.models import UserCall
from dure.records.journal.approved import require_approved
from dure.records.journal.fields import period
from dure.records.journal.models import Entry
from dure.records.supply.models import Server

GAP_DECIMALS = 18


@transaction.atomic
def set_shares(*, programme: str, from_on: dt.date, shares: Mapping[str, str], entry: Entry) -> ShareSet:
    """Put approved shares in force from a day on; they sum to one exactly."""
    require_approved(entry, "shares")
    if (total := sum(exact(share) for share in shares.values())) != 1:
        raise BadInput(f"the shares sum to {total}, not to 1.", where=f"shares from {from_on}", code="shares_do_not_sum")
    made = ShareSet.objects.create(programme=programme, from_on=from_on, entry=entry)
    SectorShare.objects.bulk_create(
        SectorShare(share_set=made, sector=sector, share=share) for sector, share in sorted(shares.items())
    )
    return made


def open_round(
    *,
    id: str,
    start_on: dt.date,
    weeks: int,
    opened_at: dt.datetime,
    user_call: UserCall | None = None,
    pools: Iterable[str] = (),
    sectors: Iterable[Mapping[str, Any]] = (),
    draw_seed: str = "",
) -> AllocationRound:
    """Open an allocation round; its first week begins on `start_on`, a Monday."""
    return AllocationRound.objects.create(
        id=id,
        user_call=user_call,
        start_on=start_on,
        weeks=weeks,
        opened_at=opened_at,
        pools=list(pools),
        sectors=list(sectors),
        draw_seed=draw_seed,
    )


@transaction.atomic
def set_round_terms(
    *, round: AllocationRound, pools: Iterable[str], sectors: Iterable[Mapping[str, Any]], draw_seed: str
) -> AllocationRound:
    """Change the terms of a round for which nothing has been granted."""
    locked = AllocationRound.objects.select_for_update().get(pk=round.pk)
    if Grant.objects.filter(round=locked).exists():
        raise BadInput(
            "servers have been granted already.", where=f"round {round.pk}", todo="Open another round.", code="granted_already"
        )
    locked.pools, locked.sectors, locked.draw_seed = list(pools), list(sectors), draw_seed
    locked.save(update_fields=["pools", "sectors", "draw_seed"])
    return locked


@transaction.atomic
def grant_leases(*, round: AllocationRound, grants: Iterable[Mapping[str, Any]], entry: Entry) -> list[Grant]:
    """Carry out an approved allocation, or a re-grant after a reclaim.

    Each grant is `{application, pool, servers: [ids], from_week, to_week, value}`. Locks the
    servers in ascending order of their ids; a transaction that comes second finds them taken.
    """
    require_approved(entry, "allocation", "reclaim")
    listed = sorted(grants, key=lambda grant: grant["application"])
    wanted = sorted({server for grant in listed for server in grant["servers"]})
    found = set(Server.objects.select_for_update().filter(pk__in=wanted).order_by("id").values_list("id", flat=True))
    if missing := sorted(set(wanted) - found):
        raise BadInput(f"server {missing[0]} is not in the register.", where=f"round {round.pk}", code="unknown_id")
    granted = set(Grant.objects.filter(round=round).values_list("application", flat=True))
    if again := next((each["application"] for each in listed if each["application"] in granted), None):
        raise BadInput(
            f"application {again} has a grant of this round already.",
            where=f"round {round.pk}",
            todo="Allocate again from today's grants.",
            code="granted_already",
        )
    made, leases = [], []
    for grant in listed:
        during = period(week_start(round, grant["from_week"]), week_start(round, grant["to_week"]))
        made.append(
            Grant(
                id=f"{round.pk}/{grant['application']}",
                round=round,
                application_id=grant["application"],
                pool_id=grant["pool"],
                servers=len(grant["servers"]),
                during=during,
                value=grant.get("value", 0),
                entry=entry,
            )
        )
        leases += [Lease(grant_id=made[-1].pk, server_id=server, during=during) for server in sorted(grant["servers"])]
    Grant.objects.bulk_create(made, batch_size=2000)
    try:
        with transaction.atomic():
            Lease.objects.bulk_create(sorted(leases, key=lambda lease: lease.server_id), batch_size=2000)
    except IntegrityError as error:
        if "server_is_leased_once_at_a_time" in str(error):
            raise BadInput(
                "a server of these grants is already leased at that time.",
                where=f"round {round.pk}",
                todo="Allocate again from today's leases.",
                code="leased_already",
            ) from error
        raise
    return made


@transaction.atomic
def record_plan(*, round: AllocationRound, made: AllocationRecommendation, applications: int, entry: Entry) -> Plan:
    """What an approved allocation comes to, of so many applications, and why some got less; `made` is its recommendation.

    Reasons of whole sectors, such as a share below its floor, are no reasons of an application: the entry keeps them.
    """
    require_approved(entry, "allocation")
    plan = Plan.objects.create(
        round=round,
        entry=entry,
        method=made.method,
        objective=made.objective,
        bound=made.bound,
        gap=decimal_text(exact(made.gap), GAP_DECIMALS),
        idle_gpu_weeks=made.idle_gpu_weeks,
        applications=applications,
        sector_use=made.sector_use,
    )
    reasons = [
        RoundReason(plan=plan, application_id=each.item, code=each.code, detail=each.detail)
        for each in made.reasons
        if each.code not in SECTOR_REASONS
    ]
    RoundReason.objects.bulk_create(reasons, batch_size=5000)
    return plan


def hold_running(*, round: AllocationRound, grants: Collection[str], at: dt.datetime) -> dict[str, list[str]]:
    """The servers of each of these grants whose leases run at that moment, ascending; nobody changes them, nor who waits.

    Locks all these servers, the round and the leases until the transaction ends, and reads the leases under the lock.
    """
    running = _not_ended().filter(grant__in=list(grants), during__contains=at)
    _hold_servers(running)
    _hold_round(round)
    held: dict[str, list[str]] = {grant: [] for grant in grants}
    for lease in running.select_for_update().order_by("server"):
        held[lease.grant_id].append(lease.server_id)
    return held


def _not_ended() -> QuerySet[Lease]:
    """Leases whose end is the one that was granted."""
    return Lease.objects.filter(withdrawn_at=None, ended_because="")


def _hold_servers(leases: QuerySet[Lease]) -> None:
    ids = list(leases.order_by("server").values_list("server", flat=True))
    list(Server.objects.select_for_update().filter(pk__in=ids).order_by("id"))


def _hold_round(round: AllocationRound) -> None:
    """Who waits for servers of the round stays as it is; what only names the round, as a grant does, is not waited for."""
    AllocationRound.objects.select_for_update(no_key=True).get(pk=round.pk)


@transaction.atomic
def end_lease_early(
    *, grant: Grant, at: dt.datetime, because: str, servers: Iterable[str] | None = None, entry: Entry | None = None
) -> list[Lease]:
    """End a grant's leases at that moment: those of some servers, or all that still run.

    `because` is returned, replaced, or reclaimed; the last needs the approved `entry`. A lease that was ended keeps its end
    and its reason, also where the other act bears an earlier time and only came to the lock later.
    """
    if entry is not None:
        require_approved(entry, "reclaim")
    elif because == Lease.Because.RECLAIMED:
        raise BadInput("needs the approved reclaim that it carries out.", where=f"grant {grant.pk}")
    found = _not_ended().filter(grant=grant, during__endswith__gt=at)
    if servers is not None:
        found = found.filter(server__in=list(servers))
    _hold_servers(found)
    ended = []
    for lease in found.select_for_update().order_by("server"):
        lease.ended_because, lease.entry = because, entry
        if at > lease.during.lower:
            lease.during = period(lease.during.lower, at)
        else:
            lease.withdrawn_at = at
        lease.save(update_fields=["during", "withdrawn_at", "ended_because", "entry"])
        ended.append(lease)
    return ended


@transaction.atomic
def set_waiting_list(*, round: AllocationRound, applications: Iterable[str], entry: Entry) -> list[WaitingPlace]:
    """Put applications on the round's waiting list in that order, after those who wait already."""
    require_approved(entry, "allocation", "reclaim")
    AllocationRound.objects.select_for_update().get(pk=round.pk)
    last = WaitingPlace.objects.filter(round=round).order_by("-place").values_list("place", flat=True).first() or 0
    return WaitingPlace.objects.bulk_create(
        WaitingPlace(round=round, application_id=application, place=place, entry=entry)
        for place, application in enumerate(applications, start=last + 1)
    )


@transaction.atomic
def leave_waiting_list(*, round: AllocationRound, application: str, at: dt.datetime) -> bool:
    """An application waits no longer: it got a grant, or withdrew. False where it did not wait."""
    _hold_round(round)
    return bool(WaitingPlace.objects.filter(round=round, application=application, left_at=None).update(left_at=at))
