"""The operator's view of what is wanted."""

from django.contrib import admin

from dure.records.demand.models import Application, Survey, UserCall
from dure.records.journal.admin import LookOnly


@admin.register(Survey)
class SurveyAdmin(LookOnly):
    list_display = (
        "id",
        "title_ko",
        "opened_on",
        "closed_on",
        "invited",
    )


@admin.register(UserCall)
class UserCallAdmin(LookOnly):
    list_display = (
        "id",
        "title_ko",
        "opens_at",
        "closes_at",
    )


@admin.register(Application)
class ApplicationAdmin(LookOnly):
    list_display = (
        "id",
        "organisation",
        "sector",
        "servers",
        "weeks",
        "submitted_at",
    )
    search_fields = (
        "id",
        "title",
    )
