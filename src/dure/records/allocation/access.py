"""Who may see which grants? Results are published by name of organisation; leases and places only to those concerned."""

from typing import Any

from django.db.models import QuerySet

from dure.records.allocation.models import Grant, Lease, Solve, WaitingPlace
from dure.records.parties.access import may_oversee, organisations_of, sits_at
from dure.records.parties.models import Desk


def visible_grants(person: Any) -> QuerySet[Grant]:
    """All to those who oversee; their own to applicants; those on their clusters to providers."""
    if may_oversee(person):
        return Grant.objects.all()
    own = Grant.objects.filter(application__organisation__in=organisations_of(person, Desk.APPLICANT))
    return own | Grant.objects.filter(pool__provider__in=organisations_of(person, Desk.PROVIDER))


def visible_leases(person: Any) -> QuerySet[Lease]:
    """As the grants that they carry out."""
    return Lease.objects.filter(grant__in=visible_grants(person))


def visible_waiting(person: Any) -> QuerySet[WaitingPlace]:
    """All to those who oversee; an applicant sees its own place and nobody else's."""
    if may_oversee(person):
        return WaitingPlace.objects.all()
    return WaitingPlace.objects.filter(application__organisation__in=organisations_of(person, Desk.APPLICANT))


def visible_solves(person: Any) -> QuerySet[Solve]:
    """Officials, operator and auditors see how rounds are solved; nobody else."""
    return Solve.objects.all() if may_oversee(person) else Solve.objects.none()


def may_solve(person: Any) -> bool:
    """Agency and operator have a round solved, stop it, and file what comes out."""
    return sits_at(person, Desk.AGENCY, Desk.OPERATOR)
