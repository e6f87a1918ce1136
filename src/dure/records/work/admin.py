"""Jobs, to be looked at."""

from django.contrib import admin

from dure.records.journal.admin import LookOnly
from dure.records.work.models import Job


@admin.register(Job)
class JobAdmin(LookOnly):
    list_display = ("id", "kind", "subject", "asked_by", "asked_at", "attempts", "finished_at", "failure")
    list_filter = ("kind",)
