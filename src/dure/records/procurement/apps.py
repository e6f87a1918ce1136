"""The Django app `procurement`."""

from django.apps import AppConfig


class ProcurementConfig(AppConfig):
    name = "dure.records.procurement"
    label = "procurement"
