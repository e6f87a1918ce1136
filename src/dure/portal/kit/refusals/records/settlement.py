"""What the tables of settlement refuse."""

from django.utils.translation import gettext_noop

CONSTRAINTS = {
    "burden_list_is_billed_and_support": gettext_noop(
        "The list cost of a burden schedule must be the sum of billed amount and support."
    ),
    "clawback_is_positive": gettext_noop("A clawback must be of more than 0."),
    "clawback_once_per_settlement": gettext_noop("This settlement has a clawback from the grant already."),
    "invoice_is_due_after_issue": gettext_noop("An invoice cannot be due before it is issued."),
    "invoice_list_is_billed_and_support": gettext_noop(
        "The list cost of an invoice must be the sum of billed amount and support."
    ),
    "invoice_once_per_settlement": gettext_noop("The organisation has an invoice of this settlement already."),
    "invoice_period_is_half_open": gettext_noop("The period of an invoice needs a start and a later end."),
    "line_charges_or_reverses": gettext_noop(
        "An invoice line charges amounts of at least 0, or reverses an earlier line with amounts of at most 0."
    ),
    "line_list_is_billed_and_support": gettext_noop(
        "The list cost of an invoice line must be the sum of billed amount and support."
    ),
    "line_period_is_half_open": gettext_noop("The period of an invoice line needs a start and a later end."),
    "line_rate_is_a_share": gettext_noop("The rate of an invoice line must lie between 0 and 1."),
    "no_second_is_billed_twice": gettext_noop("This time was billed already."),
    "payment_received_is_of_money": gettext_noop("A payment received cannot be of 0."),
    "price_is_not_negative": gettext_noop("A price per GPU-hour cannot be negative."),
    "price_once_per_model": gettext_noop("The price book has a price for this model already."),
    "settlement_burdenschedule_entry_id_key": gettext_noop("The burden schedule of this decision is recorded already."),
    "settlement_invoiceline_reverses_id_key": gettext_noop("The invoice line has been reversed already."),
    "settlement_paymentreceived_reference_key": gettext_noop(
        "Another payment received has this reference. Enter a different one."
    ),
    "statement_adds_up": gettext_noop(
        "A provider's statement must pay the fee less deductions, and none of these can be negative."
    ),
    "statement_once_per_settlement": gettext_noop("The provider has a statement of this settlement already."),
}
TRIGGERS = (
    gettext_noop("invoice % of % is not the sum of its lines, %"),
    gettext_noop("a reversal takes back exactly one line that counts, line %"),
    gettext_noop("invoice % bills its own organisation, for time within grant %"),
    gettext_noop("an invoice line never changes; it may be reversed"),
    gettext_noop("payments of % on invoice % of %"),
    gettext_noop("grant % would be billed for more than was leased"),
)
