"""What it cost, who bears what, and what was paid; in the smallest unit of the currency."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from dure.records.allocation.models import Grant, lease_id
from dure.records.journal.fields import ExactField, half_open
from dure.records.parties.models import Organisation


class PriceBook(models.Model):
    """List prices from a day on; the next book ends it. Of several from one day the last issued holds. Only ever added."""

    from_on = models.DateField()
    source = models.CharField(max_length=400)
    assumed = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["from_on", "id"]
        indexes: ClassVar = [models.Index(fields=["from_on", "id"], name="price_book_by_day")]

    def __str__(self) -> str:
        return str(self.from_on)


class Price(models.Model):
    """The list price of one GPU model for one hour. Only ever added."""

    price_book = models.ForeignKey(PriceBook, on_delete=models.PROTECT, related_name="prices")
    gpu_model = models.CharField(max_length=40)
    price_per_gpu_hour = models.BigIntegerField()

    class Meta:
        ordering: ClassVar = ["price_book", "gpu_model"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["price_book", "gpu_model"], name="price_once_per_model"),
            models.CheckConstraint(condition=Q(price_per_gpu_hour__gte=0), name="price_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.gpu_model} {self.price_per_gpu_hour}"


class BurdenSchedule(models.Model):
    """The users' rates as approved: by organisation, with what the period's usage would cost under them. Only ever added."""

    programme = models.CharField(max_length=160)
    subject = models.CharField(max_length=160)
    approved_on = models.DateField()
    rates = models.JSONField(help_text="Rate by organisation, as decimal text.")
    list_amount = models.BigIntegerField()
    billed_amount = models.BigIntegerField()
    support_amount = models.BigIntegerField()
    entry = models.OneToOneField("journal.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["programme", "approved_on", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(list_amount=F("billed_amount") + F("support_amount")), name="burden_list_is_billed_and_support"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.subject}"


class Invoice(models.Model):
    """What one organisation is asked for a period: the sum of its lines, to the smallest unit. Only ever added."""

    id = models.CharField(primary_key=True, max_length=200)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="invoices")
    during = DateTimeRangeField()
    list_amount = models.BigIntegerField()
    billed_amount = models.BigIntegerField()
    support_amount = models.BigIntegerField()
    usage_digest = models.CharField(max_length=64, blank=True)
    issued_on = models.DateField()
    due_on = models.DateField()
    entry = models.ForeignKey("journal.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["issued_on", "id"]
        indexes: ClassVar = [
            models.Index(fields=["issued_on", "id"], name="invoice_by_issue"),
            models.Index(fields=["due_on", "id"], name="invoice_by_due_day"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "entry"], name="invoice_once_per_settlement"),
            models.CheckConstraint(
                condition=Q(list_amount=F("billed_amount") + F("support_amount")), name="invoice_list_is_billed_and_support"
            ),
            models.CheckConstraint(condition=Q(due_on__gte=F("issued_on")), name="invoice_is_due_after_issue"),
            half_open("invoice_period_is_half_open"),
        ]

    def __str__(self) -> str:
        return self.id


class InvoiceLine(models.Model):
    """One grant's charge for a period, or the reversal of an earlier line.

    A line never changes; one that is reversed no longer counts.
    """

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="lines")
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="invoice_lines")
    part = models.SmallIntegerField(default=1)
    gpu_model = models.CharField(max_length=40)
    during = DateTimeRangeField()
    gpu_hours = ExactField(max_digits=36, decimal_places=18)
    rate = ExactField(max_digits=19, decimal_places=18)
    list_amount = models.BigIntegerField()
    billed_amount = models.BigIntegerField()
    support_amount = models.BigIntegerField()
    reverses = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by")
    counts = models.BooleanField(default=True, help_text="Neither a reversal nor reversed; kept by a trigger.")

    class Meta:
        ordering: ClassVar = ["invoice", "grant", "part", "during"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(list_amount=F("billed_amount") + F("support_amount")), name="line_list_is_billed_and_support"
            ),
            models.CheckConstraint(
                condition=Q(reverses=None, list_amount__gte=0, billed_amount__gte=0, support_amount__gte=0, gpu_hours__gte=0)
                | Q(
                    reverses__isnull=False,
                    list_amount__lte=0,
                    billed_amount__lte=0,
                    support_amount__lte=0,
                    gpu_hours__lte=0,
                    counts=False,
                ),
                name="line_charges_or_reverses",
            ),
            models.CheckConstraint(condition=Q(rate__gte=0, rate__lte=1), name="line_rate_is_a_share"),
            half_open("line_period_is_half_open"),
            ExclusionConstraint(
                name="no_second_is_billed_twice",
                expressions=[
                    (F("grant"), RangeOperators.EQUAL),
                    (F("part"), RangeOperators.EQUAL),
                    (F("during"), RangeOperators.OVERLAPS),
                ],
                condition=Q(counts=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id} {self.grant_id} {self.during}"

    @property
    def lease(self) -> str:
        """The id under which metering and bills name the grant's part."""
        return lease_id(self.grant_id, self.part)


class PaymentReceived(models.Model):
    """Money that came in on an invoice, or went back (negative). Only ever added."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="payments")
    reference = models.CharField(max_length=160, unique=True)
    amount = models.BigIntegerField()
    received_on = models.DateField()

    class Meta:
        ordering: ClassVar = ["received_on", "reference"]
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(amount=0), name="payment_received_is_of_money")]

    def __str__(self) -> str:
        return self.reference


class Clawback(models.Model):
    """Support to be given back for off-purpose use. Only ever added."""

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="clawbacks")
    amount = models.BigIntegerField()
    entry = models.ForeignKey("journal.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["entry", "grant"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["grant", "entry"], name="clawback_once_per_settlement"),
            models.CheckConstraint(condition=Q(won__gt=0), name="clawback_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.grant_id} {self.amount}"


class ProviderStatement(models.Model):
    """What a provider is owed for a period, after deductions. Only ever added."""

    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="statements")
    fee_amount = models.BigIntegerField()
    deducted_amount = models.BigIntegerField()
    payable_amount = models.BigIntegerField()
    entry = models.ForeignKey("journal.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["entry", "provider"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["provider", "entry"], name="statement_once_per_settlement"),
            models.CheckConstraint(
                condition=Q(
                    fee_amount__gte=0,
                    deducted_amount__gte=0,
                    payable_amount__gte=0,
                    payable_amount=F("fee_amount") - F("deducted_amount"),
                ),
                name="statement_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider_id} {self.payable_amount}"
