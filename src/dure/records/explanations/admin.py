"""Explanations are made again when they are asked for; the operator sees which are kept."""

from django.contrib import admin

from dure.records.explanations.models import Explanation
from dure.records.journal.admin import LookOnly


@admin.register(Explanation)
class ExplanationAdmin(LookOnly):
    list_display = ("entry", "part", "language", "made_with")
    fields = ("entry", "part", "language", "made_with", "brief")
