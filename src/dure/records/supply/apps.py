"""The Django app `supply`."""

from django.apps import AppConfig


class SupplyConfig(AppConfig):
    name = "dure.records.supply"
    label = "supply"
