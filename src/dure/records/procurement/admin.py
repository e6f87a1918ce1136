"""The operator's view of calls and agreements. Proposals are not shown here."""

from django.contrib import admin

from dure.records.journal.admin import LookOnly
from dure.records.procurement.models import Agreement, Award, Call


@admin.register(Call)
class CallAdmin(LookOnly):
    list_display = (
        "id",
        "title_ko",
        "budget_won",
        "awarded_won",
        "opened_at",
        "closes_at",
    )


@admin.register(Award)
class AwardAdmin(LookOnly):
    list_display = (
        "proposal",
        "lot",
        "servers",
        "own_use_servers",
        "price_won",
    )


@admin.register(Agreement)
class AgreementAdmin(LookOnly):
    list_display = (
        "id",
        "provider",
        "signed_on",
    )
