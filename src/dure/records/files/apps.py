"""The Django app `files`."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "dure.records.files"
    label = "files"
