"""The Django app `settlement`."""

from django.apps import AppConfig


class SettlementConfig(AppConfig):
    name = "dure.records.settlement"
    label = "settlement"
