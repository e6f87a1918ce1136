"""What is a provider owed? By the statements in the records."""

from django.utils.translation import gettext_lazy as _

from dure.portal.kit.lists.columns import called, state
from dure.portal.kit.lists.declared import Choice, Column, List, Range

STATES = {"in_force": _("In force"), "replaced": _("Replaced by a later settlement")}
TONES = {"in_force": "good", "replaced": ""}
STATEMENTS = List(
    key="statements",
    title=_("Monthly statement"),
    columns=(
        Column(key="month", label=_("Month"), kind="code", source="entry__subject"),
        called("provider", _("Provider"), "provider__name"),
        state(STATES, TONES, _("State")),
        Column(key="fee_amount", label=_("Fee"), kind="money"),
        Column(key="deducted_amount", label=_("Deducted"), kind="money"),
        Column(key="payable_amount", label=_("Payable"), kind="money"),
    ),
    order="-month",
    filters=(
        Choice(key="state", label=_("State"), choices=STATES.items),
        Range(key="payable", label=_("Payable"), field="payable_amount"),
    ),
    empty=_("No statement has been made for you. One appears when a settlement that names your fee is approved."),
)
