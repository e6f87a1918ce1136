"""What the tables of funding refuse."""

from django.utils.translation import gettext_noop

CONSTRAINTS = {
    "appropriation_is_not_negative": gettext_noop("An appropriation cannot be negative."),
    "appropriation_once_a_day": gettext_noop("An appropriation of that day is recorded already."),
    "commitment_is_positive": gettext_noop("A commitment must be of more than 0, and its GPUs cannot be negative."),
    "funding_commitment_reference_key": gettext_noop("Another commitment has this reference. Enter a different one."),
    "funding_payment_reference_key": gettext_noop("Another payment has this reference. Enter a different one."),
    "line_name_is_unique": gettext_noop("The appropriation has a line of that name already."),
    "line_paid_within_committed_within_amount": gettext_noop(
        "A budget line pays no more than it committed, and commits no more than it has."
    ),
    "payment_is_positive": gettext_noop("A payment must be of more than 0."),
}
TRIGGERS = (
    gettext_noop("budget lines of % exceed the appropriation of %"),
    gettext_noop("a budget line begins with nothing committed or paid"),
    gettext_noop("what line % has committed and paid is counted from its commitments and payments"),
    gettext_noop("an approved budget divides the appropriation of %"),
    gettext_noop("payments of % exceed the commitment of %"),
    gettext_noop("budget line % follows a later budget than that of entry %"),
)
