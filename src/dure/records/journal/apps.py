"""The Django app `journal`."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "dure.records.journal"
    label = "journal"

    def ready(self) -> None:
        """A connection that is used again does not read as the person before."""
        from django.core.signals import request_finished

        from dure.records.journal.readers import read_as_nobody

        request_finished.connect(read_as_nobody, dispatch_uid="journal reader")
