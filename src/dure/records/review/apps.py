"""The Django app `review`."""

from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "dure.records.review"
    label = "review"
