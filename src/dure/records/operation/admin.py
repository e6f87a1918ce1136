"""The operator's view of what was done and used."""

from django.contrib import admin

from dure.records.journal.admin import LookOnly
from dure.records.operation.models import Appeal, Notice, ProvisioningChange, ServerStateSummary, UsageRecord


@admin.register(ProvisioningChange)
class ChangeAdmin(LookOnly):
    list_display = (
        "order",
        "action",
        "kind",
        "name",
        "planned_at",
        "applied_at",
        "undone_at",
    )


@admin.register(UsageRecord)
class UsageAdmin(LookOnly):
    list_display = (
        "grant",
        "during",
        "gpu_hours",
        "utilisation",
    )


@admin.register(ServerStateSummary, Notice, Appeal)
class PlainAdmin(LookOnly):
    list_display = ("__str__",)
