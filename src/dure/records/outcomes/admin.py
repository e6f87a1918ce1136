"""The operator's view of outcomes."""

from django.contrib import admin

from dure.records.journal.admin import LookOnly
from dure.records.outcomes.models import Achievement, Report


@admin.register(Report)
class ReportAdmin(LookOnly):
    list_display = (
        "grant",
        "due_on",
        "received_on",
    )


@admin.register(Achievement)
class AchievementAdmin(LookOnly):
    list_display = (
        "id",
        "grant",
        "kind",
        "count",
        "revenue_won",
        "verified_on",
    )
