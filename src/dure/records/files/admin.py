"""Files of jobs, to be looked at: what they are called, never what they hold."""

from django.contrib import admin

from dure.records.files.models import File
from dure.records.journal.admin import LookOnly


@admin.register(File)
class FileAdmin(LookOnly):
    list_display = ("id", "job", "part", "name", "size", "made_at", "until")
