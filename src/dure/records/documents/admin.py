"""Documents, to be looked at; their content is read on the pages of what they belong to."""

from django.contrib import admin

from dure.records.documents.models import Document
from dure.records.journal.admin import LookOnly


@admin.register(Document)
class DocumentAdmin(LookOnly):
    list_display = ("id", "title", "media", "size", "attached_at", "removed_at")
    exclude = ("content",)
