"""What is a provider owed? By the statements in the records."""

from django.utils.translation import gettext as _

from dure.portal.kit.shown import Column, Table
from dure.records.settlement import queries


def statements_table(providers: list[str]) -> Table:
    """What these providers are owed, month by month, the last first."""
    rows = [
        {
            "month": each.entry.subject,
            "provider": str(each.provider),
            "fee_won": each.fee_won,
            "deducted_won": each.deducted_won,
            "payable_won": each.payable_won,
        }
        for provider in providers
        for each in queries.provider_statements(provider_id=provider).select_related("entry").order_by("-entry")
    ]
    columns = [
        Column("month", _("Month"), "code"),
        Column("provider", _("Provider")),
        Column("fee_won", _("Fee"), "won"),
        Column("deducted_won", _("Deducted"), "won"),
        Column("payable_won", _("Payable"), "won"),
    ]
    return Table("statement", _("Monthly statement"), columns, rows)
