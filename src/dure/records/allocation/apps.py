"""The Django app `allocation`."""

from django.apps import AppConfig


class AllocationConfig(AppConfig):
    name = "dure.records.allocation"
    label = "allocation"
