"""Appropriates, splits into lines, commits and pays; nothing beyond what there is."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from dure.formats.errors import BadInput
from dure.records.funding.models import Appropriation, BudgetLine, Commitment, Payment
from dure.records.journal.approved import require_approved
from dure.records.journal.models import Entry


def appropriate(*, programme: str, amount: int, appropriated_on: dt.date) -> Appropriation:
    """Record what was appropriated."""
    return Appropriation.objects.create(programme=programme, amount=amount, appropriated_on=appropriated_on)


@transaction.atomic
def correct_appropriation(*, programme: str, appropriated_on: dt.date, amount: int, instead_of: int) -> Appropriation:
    """Replace an amount that was recorded wrongly; refused once an approved budget divides it."""
    where = f"appropriation of {appropriated_on}"
    known = Appropriation.objects.select_for_update().filter(programme=programme, appropriated_on=appropriated_on).first()
    if known is None:
        raise BadInput("nothing was appropriated on that day.", where=where, todo="Correct the day.", code="unknown_id")
    if known.amount != instead_of:
        raise BadInput("another amount is recorded.", where=where, todo="Look at it again.", code="stale")
    if known.lines.exists():
        raise BadInput("an approved budget divides it.", where=where, todo="Record a further appropriation.", code="not_now")
    known.amount = amount
    known.save(update_fields=["amount"])
    return known


@transaction.atomic
def set_lines(*, appropriation: Appropriation, lines: Mapping[str, int], entry: Entry) -> list[BudgetLine]:
    """Split the appropriation as the approved budget says; a line that is there gets its new size."""
    require_approved(entry, "budget")
    Appropriation.objects.select_for_update().get(pk=appropriation.pk)
    if (total := sum(lines.values())) > appropriation.amount:
        raise BadInput(
            f"the lines come to {total:,}, more than the {appropriation.amount:,} appropriated.",
            where=str(appropriation),
            code="beyond_appropriation",
        )
    known = {line.name: line for line in appropriation.lines.select_for_update().order_by("id")}
    # Shrinking lines first: at no moment may the lines exceed the appropriation.
    for name, amount in sorted(lines.items(), key=lambda item: item[1] - (known[item[0]].amount if item[0] in known else 0)):
        if name in known:
            BudgetLine.objects.filter(pk=known[name].pk).update(amount=amount, entry=entry)
        else:
            BudgetLine.objects.create(appropriation=appropriation, name=name, amount=amount, entry=entry)
    return list(appropriation.lines.all())


@transaction.atomic
def commit(*, line: BudgetLine, reference: str, amount: int, committed_on: dt.date, entry: Entry, gpus: int = 0) -> Commitment:
    """Promise money out of a line; refused beyond its room."""
    require_approved(entry, "budget", "portfolio")
    locked = BudgetLine.objects.select_for_update().get(pk=line.pk)
    if amount > locked.room_amount:
        raise BadInput(
            f"{amount:,} cannot be committed: {locked.room_amount:,} of {locked.amount:,} are free.",
            where=f"budget line {locked.name}",
            todo="Commit less, or move money between lines by a new budget.",
            code="beyond_line",
        )
    return Commitment.objects.create(
        line=locked, reference=reference, amount=amount, gpus=gpus, committed_on=committed_on, entry=entry
    )


@transaction.atomic
def pay(*, commitment: Commitment, reference: str, amount: int, paid_on: dt.date) -> Payment:
    """Pay on a commitment; refused beyond what it promised."""
    BudgetLine.objects.select_for_update().get(pk=commitment.line_id)
    paid = sum(commitment.payments.values_list("amount", flat=True))
    if paid + amount > commitment.amount:
        raise BadInput(
            f"{amount:,} cannot be paid: {commitment.amount - paid:,} of {commitment.amount:,} are left.",
            where=f"commitment {commitment.reference}",
            code="beyond_commitment",
        )
    return Payment.objects.create(commitment=commitment, reference=reference, amount=amount, paid_on=paid_on)
