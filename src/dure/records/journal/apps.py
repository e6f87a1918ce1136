"""The Django app `journal`."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "dure.records.journal"
    label = "journal"
