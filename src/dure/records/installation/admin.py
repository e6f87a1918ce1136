"""What the database is for, to be looked at."""

from django.contrib import admin

from dure.records.installation.models import Installation
from dure.records.journal.admin import LookOnly


@admin.register(Installation)
class InstallationAdmin(LookOnly):
    list_display = ("kind", "programme", "begun_at", "finished_at", "code_version")
