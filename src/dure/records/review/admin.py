"""The operator's view of panels. Score sheets and who sits where are not shown here."""

from django.contrib import admin

from dure.records.journal.admin import LookOnly
from dure.records.review.models import Panel


@admin.register(Panel)
class PanelAdmin(LookOnly):
    list_display = (
        "id",
        "kind",
        "subject",
        "seated_at",
        "locked_at",
    )
