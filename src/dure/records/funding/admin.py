"""The operator's view of the money."""

from django.contrib import admin

from dure.records.funding.models import Appropriation, BudgetLine, Commitment, Payment
from dure.records.journal.admin import LookOnly


@admin.register(Appropriation, Payment)
class MoneyAdmin(LookOnly):
    list_display = (
        "__str__",
        "won",
    )


@admin.register(BudgetLine)
class BudgetLineAdmin(LookOnly):
    list_display = (
        "name",
        "won",
        "committed_won",
        "paid_won",
    )


@admin.register(Commitment)
class CommitmentAdmin(LookOnly):
    list_display = (
        "reference",
        "line",
        "won",
        "gpus",
        "committed_on",
    )
