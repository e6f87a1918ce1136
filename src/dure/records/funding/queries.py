"""Reads the money: lines with their room, and the facts of the budget decision."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet, Sum

from dure.records.funding.models import Appropriation, BudgetLine, Commitment, Payment


def appropriations(*, programme: str | None = None) -> QuerySet[Appropriation]:
    """Appropriations by day."""
    found = Appropriation.objects.all()
    return found if programme is None else found.filter(programme=programme)


def appropriation(*, programme: str) -> Appropriation | None:
    """The programme's latest appropriation."""
    return Appropriation.objects.filter(programme=programme).order_by("-appropriated_on").first()


def appropriated_by_entry(entries: Iterable[int]) -> dict[int, dt.date]:
    """Of approved budgets by number the day of the appropriation that they divide, where its lines still are theirs."""
    found = BudgetLine.objects.filter(entry__in=list(entries)).order_by()
    return dict(found.values_list("entry", "appropriation__appropriated_on").distinct())


def lines(*, programme: str | None = None) -> QuerySet[BudgetLine]:
    """Lines with their counters."""
    found = BudgetLine.objects.select_related("appropriation")
    return (found if programme is None else found.filter(appropriation__programme=programme)).order_by("name")


def line(name: str, *, programme: str) -> BudgetLine | None:
    """The line of that name in the programme's latest appropriation."""
    return lines(programme=programme).filter(name=name).order_by("-appropriation__appropriated_on").first()


def commitments(*, programme: str | None = None, line_name: str | None = None) -> QuerySet[Commitment]:
    """Commitments by day, with their lines."""
    found = Commitment.objects.select_related("line")
    if programme is not None:
        found = found.filter(line__appropriation__programme=programme)
    return found if line_name is None else found.filter(line__name=line_name)


def committed_totals(*, programme: str) -> dict[str, int]:
    """Committed amount and GPUs bought over all commitments."""
    found = Commitment.objects.filter(line__appropriation__programme=programme).aggregate(won=Sum("won"), gpus=Sum("gpus"))
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
        "appropriation_won": appropriation.won,
        "commitments": [
            {"id": c.reference, "line": c.line.name, "won": c.won, "committed_on": c.committed_on.isoformat(), "gpus": c.gpus}
            for c in committed
        ],
        "payments": [
            {"id": p.reference, "commitment": p.commitment.reference, "won": p.won, "paid_on": p.paid_on.isoformat()}
            for p in paid
        ],
    }
