"""The Django app `clocks`."""

from django.apps import AppConfig


class ClocksConfig(AppConfig):
    name = "dure.records.clocks"
    label = "clocks"
