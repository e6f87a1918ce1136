"""The Django app `installation`."""

from django.apps import AppConfig


class InstallationConfig(AppConfig):
    name = "dure.records.installation"
    label = "installation"
