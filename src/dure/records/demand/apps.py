"""The Django app `demand`."""

from django.apps import AppConfig


class DemandConfig(AppConfig):
    name = "dure.records.demand"
    label = "demand"
