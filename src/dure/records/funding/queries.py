"""Reads the money: lines with their room, and the facts of the budget decision."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet, Sum

from dure.records.funding.models import Appropriation, BudgetLine, Commitment, Payment


def appropriations(*, programme: str | None = None) -> QuerySet[Appropriation]:
    """Appropriations by day."""
    found = Appropriation.objects.all()
    return found if programme is None else found.filter(programme=programme)


def appropriation(*, programme: str, appropriated_on: dt.date) -> Appropriation | None:
    """What was appropriated for the programme on that day, or nothing."""
    return Appropriation.objects.filter(programme=programme, appropriated_on=appropriated_on).first()


def appropriation_at(*, programme: str, on: dt.date) -> Appropriation | None:
    """The last that had been appropriated by that day; before the first, the first."""
    found = Appropriation.objects.filter(programme=programme)
    return found.filter(appropriated_on__lte=on).order_by("-appropriated_on").first() or found.order_by("appropriated_on").first()


def lines(*, appropriation: Appropriation | None = None) -> QuerySet[BudgetLine]:
    """Lines with their counters, of all appropriations or of one."""
    found = BudgetLine.objects.select_related("appropriation").order_by("appropriation__appropriated_on", "name")
    return found if appropriation is None else found.filter(appropriation=appropriation)


def commitments(*, programme: str | None = None, line_name: str | None = None) -> QuerySet[Commitment]:
    """Commitments by day, with their lines."""
    found = Commitment.objects.select_related("line")
    if programme is not None:
        found = found.filter(line__appropriation__programme=programme)
    return found if line_name is None else found.filter(line__name=line_name)


def committed_totals(*, programme: str) -> dict[str, int]:
    """Committed amount and GPUs bought over all commitments."""
    found = Commitment.objects.filter(line__appropriation__programme=programme).aggregate(amount=Sum("amount"), gpus=Sum("gpus"))
    return {name: int(value or 0) for name, value in found.items()}


def commitment(reference: str) -> Commitment | None:
    """That commitment, or nothing."""
    return Commitment.objects.select_related("line").filter(reference=reference).first()


def payments(*, programme: str | None = None) -> QuerySet[Payment]:
    """Payments by day, with their commitments."""
    found = Payment.objects.select_related("commitment__line")
    return found if programme is None else found.filter(commitment__line__appropriation__programme=programme)


def budget_facts(appropriation: Appropriation) -> dict[str, Any]:
    """What the budget decision is told: the appropriation, and what is committed and paid of it."""
    committed = Commitment.objects.filter(line__appropriation=appropriation).select_related("line").order_by("reference")
    paid = (
        Payment.objects.filter(commitment__line__appropriation=appropriation).select_related("commitment").order_by("reference")
    )
    return {
        "appropriation_amount": appropriation.amount,
        "commitments": [
            {
                "id": c.reference,
                "line": c.line.name,
                "amount": c.amount,
                "committed_on": c.committed_on.isoformat(),
                "gpus": c.gpus,
            }
            for c in committed
        ],
        "payments": [
            {"id": p.reference, "commitment": p.commitment.reference, "amount": p.amount, "paid_on": p.paid_on.isoformat()}
            for p in paid
        ],
    }
