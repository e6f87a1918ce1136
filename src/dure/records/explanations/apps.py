"""The Django app `explanations`."""

from django.apps import AppConfig


class ExplanationsConfig(AppConfig):
    name = "dure.records.explanations"
    label = "explanations"
