"""The operator's view of who takes part."""

from django.contrib import admin

from dure.records.journal.admin import LookOnly
from dure.records.parties.models import Organisation, Person, Role


@admin.register(Organisation)
class OrganisationAdmin(LookOnly):
    list_display = (
        "id",
        "name_ko",
        "kind",
        "size",
    )
    search_fields = (
        "id",
        "name_ko",
        "name_en",
    )


@admin.register(Person)
class PersonAdmin(LookOnly):
    list_display = (
        "username",
        "name_ko",
        "is_active",
    )
    exclude = ("password",)


@admin.register(Role)
class RoleAdmin(LookOnly):
    list_display = (
        "person",
        "desk",
        "organisation",
        "given_at",
        "ended_at",
    )
