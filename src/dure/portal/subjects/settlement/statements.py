"""What is a provider owed? By the statements in the records."""

from django.utils.translation import gettext_lazy as _

from dure.portal.kit.lists.declared import Column, List, Range
from dure.portal.kit.wording.words import chosen_name

STATEMENTS = List(
    key="statements",
    title=_("Monthly statement"),
    columns=(
        Column(key="month", label=_("Month"), kind="code", source="entry__subject"),
        Column(
            key="provider", label=_("Provider"), source="provider__name_ko", uses=("provider_en",),
            show=lambda row: chosen_name(row["provider"], row["provider_en"]),
        ),
        Column(key="fee_won", label=_("Fee"), kind="won"),
        Column(key="deducted_won", label=_("Deducted"), kind="won"),
        Column(key="payable_won", label=_("Payable"), kind="won"),
    ),
    order="-month",
    extra={"provider_en": "provider__name_en"},
    filters=(Range(key="payable", label=_("Payable"), field="payable_won"),),
    empty=_("No month has been settled. A statement appears when the settlement of a month is approved."),
)  # fmt: skip
