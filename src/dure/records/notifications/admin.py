"""The outbox, to be looked at; what it encloses is for its receivers."""

from django.contrib import admin

from dure.records.journal.admin import LookOnly
from dure.records.notifications.models import Mail


@admin.register(Mail)
class MailAdmin(LookOnly):
    list_display = ("id", "kind", "made_at", "attempts", "sent_at", "given_up_at", "fault")
    exclude = ("enclosed", "to")
