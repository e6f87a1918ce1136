"""The operator's view of bills and payments."""

from django.contrib import admin

from dure.records.journal.admin import LookOnly
from dure.records.settlement.models import Clawback, Invoice, InvoiceLine, PaymentReceived, PriceBook, ProviderStatement


@admin.register(Invoice)
class InvoiceAdmin(LookOnly):
    list_display = (
        "id",
        "organisation",
        "billed_won",
        "support_won",
        "due_on",
    )


@admin.register(InvoiceLine)
class InvoiceLineAdmin(LookOnly):
    list_display = (
        "invoice",
        "grant",
        "during",
        "billed_won",
        "counts",
    )


@admin.register(PriceBook, PaymentReceived, Clawback, ProviderStatement)
class PlainAdmin(LookOnly):
    list_display = ("__str__",)
