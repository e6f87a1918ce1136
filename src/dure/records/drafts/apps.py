"""The Django app `drafts`."""

from django.apps import AppConfig


class DraftsConfig(AppConfig):
    name = "dure.records.drafts"
    label = "drafts"
