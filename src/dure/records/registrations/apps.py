"""The Django app `registrations`."""

from django.apps import AppConfig


class RegistrationsConfig(AppConfig):
    name = "dure.records.registrations"
    label = "registrations"
