"""Heads and receipts are shown to whoever operates the installation; keys are public."""

from django.contrib import admin

from dure.records.evidence.models import Head, Receipt, SigningKey
from dure.records.journal.admin import LookOnly


@admin.register(SigningKey)
class SigningKeyAdmin(LookOnly):
    list_display = ("id", "person", "registered_at", "ended_at")


@admin.register(Head)
class HeadAdmin(LookOnly):
    list_display = ("size", "at", "hash")


@admin.register(Receipt)
class ReceiptAdmin(LookOnly):
    list_display = ("head", "witness", "at")
