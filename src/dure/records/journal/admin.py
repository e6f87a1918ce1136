"""The operator's view of the journal: to look at, never to change."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from dure.records.journal.models import Entry


class LookOnly(admin.ModelAdmin):  # type: ignore[type-arg] # generic in its stubs only
    """Records are written by actions; here they are only shown."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        del request
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        del request, obj
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        del request, obj
        return False


@admin.register(Entry)
class EntryAdmin(LookOnly):
    list_display = (
        "seq",
        "at",
        "kind",
        "decision",
        "subject",
        "who",
    )
    list_filter = (
        "kind",
        "decision",
    )
