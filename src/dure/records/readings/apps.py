"""The Django app `readings`."""

from django.apps import AppConfig


class ReadingsConfig(AppConfig):
    name = "dure.records.readings"
    label = "readings"
