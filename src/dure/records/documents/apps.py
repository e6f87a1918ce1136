"""The Django app `documents`."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "dure.records.documents"
    label = "documents"
