"""The Django app `outcomes`."""

from django.apps import AppConfig


class OutcomesConfig(AppConfig):
    name = "dure.records.outcomes"
    label = "outcomes"
