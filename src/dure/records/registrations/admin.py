"""Requests to register, to be looked at; their documents are for those who answer them."""

from django.contrib import admin

from dure.records.journal.admin import LookOnly
from dure.records.registrations.models import Registration


@admin.register(Registration)
class RegistrationAdmin(LookOnly):
    list_display = ("id", "name_ko", "kind", "asked_at", "decided_at")
    exclude = ("digest",)
