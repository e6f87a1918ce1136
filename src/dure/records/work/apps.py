"""The Django app `work`."""

from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "dure.records.work"
    label = "work"
