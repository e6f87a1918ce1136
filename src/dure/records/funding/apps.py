"""The Django app `funding`."""

from django.apps import AppConfig


class FundingConfig(AppConfig):
    name = "dure.records.funding"
    label = "funding"
