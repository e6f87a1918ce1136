"""The Django app `operation`."""

from django.apps import AppConfig


class OperationConfig(AppConfig):
    name = "dure.records.operation"
    label = "operation"
