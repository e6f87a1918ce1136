"""The operator's view of who got what."""

from django.contrib import admin

from dure.records.allocation.models import AllocationRound, Grant, Lease, ShareSet, Solve, WaitingPlace
from dure.records.journal.admin import LookOnly


@admin.register(ShareSet, AllocationRound, Solve)
class PlainAdmin(LookOnly):
    list_display = ("__str__",)


@admin.register(Grant)
class GrantAdmin(LookOnly):
    list_display = (
        "id",
        "pool",
        "servers",
        "during",
    )


@admin.register(Lease)
class LeaseAdmin(LookOnly):
    list_display = (
        "server",
        "grant",
        "during",
        "ended_because",
    )


@admin.register(WaitingPlace)
class WaitingAdmin(LookOnly):
    list_display = (
        "round",
        "place",
        "application",
        "left_at",
    )
