"""The Django app `parties`."""

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "dure.records.parties"
    label = "parties"
