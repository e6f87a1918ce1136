"""What may be spent, what is promised, and what is paid; in the smallest unit of the currency."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class Appropriation(models.Model):
    """Money that a parliament gave to a programme on a day."""

    programme = models.CharField(max_length=160)
    amount = models.BigIntegerField()
    appropriated_on = models.DateField()

    class Meta:
        ordering: ClassVar = ["appropriated_on", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(won__gte=0), name="appropriation_is_not_negative"),
            models.UniqueConstraint(fields=["programme", "appropriated_on"], name="appropriation_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.appropriated_on}"


class BudgetLine(models.Model):
    """An envelope of the appropriation; the counters are kept by triggers on commitments and payments."""

    appropriation = models.ForeignKey(Appropriation, on_delete=models.PROTECT, related_name="lines")
    name = models.CharField(max_length=160)
    amount = models.BigIntegerField()
    committed_amount = models.BigIntegerField(default=0)
    paid_amount = models.BigIntegerField(default=0)
    entry = models.ForeignKey("journal.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["appropriation", "name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(paid_amount__gte=0, paid_amount__lte=F("committed_amount"), committed_amount__lte=F("amount")),
                name="line_paid_within_committed_within_amount",
            ),
            models.UniqueConstraint(fields=["appropriation", "name"], name="line_name_is_unique"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def room_amount(self) -> int:
        """What can still be committed."""
        return self.amount - self.committed_amount


class Commitment(models.Model):
    """Money promised out of one line; `gpus` where it buys GPUs. Only ever added."""

    line = models.ForeignKey(BudgetLine, on_delete=models.PROTECT, related_name="commitments")
    reference = models.CharField(max_length=160, unique=True)
    amount = models.BigIntegerField()
    gpus = models.IntegerField(default=0)
    committed_on = models.DateField()
    entry = models.ForeignKey("journal.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["committed_on", "reference"]
        constraints: ClassVar = [models.CheckConstraint(condition=Q(won__gt=0, gpus__gte=0), name="commitment_is_positive")]

    def __str__(self) -> str:
        return self.reference


class Payment(models.Model):
    """Money paid on one commitment. Only ever added."""

    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="payments")
    reference = models.CharField(max_length=160, unique=True)
    amount = models.BigIntegerField()
    paid_on = models.DateField()

    class Meta:
        ordering: ClassVar = ["paid_on", "reference"]
        constraints: ClassVar = [models.CheckConstraint(condition=Q(won__gt=0), name="payment_is_positive")]

    def __str__(self) -> str:
        return self.reference
