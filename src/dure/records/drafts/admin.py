"""Drafts are their writers' own: the operator sees that there are some, and not what they hold."""

from django.contrib import admin

from dure.records.drafts.models import Draft
from dure.records.journal.admin import LookOnly


@admin.register(Draft)
class DraftAdmin(LookOnly):
    list_display = ("person", "command", "saved_at")
    fields = ("person", "command", "saved_at")
