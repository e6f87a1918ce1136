"""The tables of `settlement`, and the constraints that Django cannot spell."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.expressions
import dure.records.journal.fields
from django.db import migrations, models

from dure.records.journal.guards import grant_rights, needs_approval, only_grows, trigger

SUM_VARIABLES = "total record; lines record;"
_COMPARE = """
  SELECT list_won, billed_won, support_won INTO total FROM settlement_invoice WHERE id = {invoice} {lock};
  SELECT coalesce(sum(list_won), 0)::bigint, coalesce(sum(billed_won), 0)::bigint, coalesce(sum(support_won), 0)::bigint INTO lines
    FROM settlement_invoiceline WHERE invoice_id = {invoice};
  IF total IS DISTINCT FROM lines THEN
    RAISE EXCEPTION 'invoice % of % is not the sum of its lines, %', {invoice}, total, lines USING ERRCODE = '23514';
  END IF;
  RETURN NULL;
"""
INVOICE_SUMS = _COMPARE.format(invoice="NEW.id", lock="")
# The lock makes writers of lines of one invoice take turns; on a table that only grows it needs the owner's right.
LINE_SUMS = _COMPARE.format(invoice="NEW.invoice_id", lock="FOR UPDATE")
REVERSES = """
  IF NEW.reverses_id IS NOT NULL THEN
    SELECT grant_id, part, during, gpu_hours, list_won, billed_won, support_won, counts INTO wrong
      FROM settlement_invoiceline WHERE id = NEW.reverses_id;
    IF NOT wrong.counts OR (wrong.grant_id, wrong.part, wrong.during, wrong.gpu_hours, wrong.list_won, wrong.billed_won, wrong.support_won)
        IS DISTINCT FROM (NEW.grant_id, NEW.part, NEW.during, -NEW.gpu_hours, -NEW.list_won, -NEW.billed_won, -NEW.support_won) THEN
      RAISE EXCEPTION 'a reversal takes back exactly one line that counts, line %', NEW.reverses_id USING ERRCODE = '23514';
    END IF;
  ELSE
    SELECT a.organisation_id AS holder, g.during, i.organisation_id AS payer INTO billed FROM allocation_grant g
      JOIN demand_application a ON a.id = g.application_id JOIN settlement_invoice i ON i.id = NEW.invoice_id WHERE g.id = NEW.grant_id;
    IF NOT NEW.counts OR billed.holder <> billed.payer OR NOT NEW.during <@ billed.during THEN
      RAISE EXCEPTION 'invoice % bills its own organisation, for time within grant %', NEW.invoice_id, NEW.grant_id USING ERRCODE = '23514';
    END IF;
  END IF;
  RETURN NEW;
"""
TAKES_BACK = """
  IF NEW.reverses_id IS NOT NULL THEN
    UPDATE settlement_invoiceline SET counts = false WHERE id = NEW.reverses_id;
  END IF;
  RETURN NULL;
"""
NEVER_CHANGES = """
  IF TG_OP = 'UPDATE' AND OLD.counts AND NOT NEW.counts AND to_jsonb(NEW) - 'counts' = to_jsonb(OLD) - 'counts'
      AND EXISTS (SELECT 1 FROM settlement_invoiceline WHERE reverses_id = OLD.id) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'an invoice line never changes; it may be reversed' USING ERRCODE = '23000';
"""
PAYMENT = """
  SELECT billed_won INTO billed FROM settlement_invoice WHERE id = NEW.invoice_id FOR UPDATE;
  SELECT coalesce(sum(won), 0) INTO paid FROM settlement_paymentreceived WHERE invoice_id = NEW.invoice_id;
  IF paid + NEW.won < 0 OR paid + NEW.won > greatest(billed, 0) THEN
    RAISE EXCEPTION 'payments of % won on invoice % of % won', paid + NEW.won, NEW.invoice_id, billed USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("allocation", "0001_initial"),
        ("journal", "0001_initial"),
        ("parties", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="PriceBook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("from_on", models.DateField(unique=True)),
                ("source", models.CharField(max_length=400)),
                ("assumed", models.BooleanField(default=True)),
            ],
            options={
                "ordering": ["from_on"],
            },
        ),
        migrations.CreateModel(
            name="Invoice",
            fields=[
                ("id", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("during", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ("list_won", models.BigIntegerField()),
                ("billed_won", models.BigIntegerField()),
                ("support_won", models.BigIntegerField()),
                ("usage_digest", models.CharField(blank=True, max_length=64)),
                ("issued_on", models.DateField()),
                ("due_on", models.DateField()),
                ("entry", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.entry")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="invoices", to="parties.organisation"
                    ),
                ),
            ],
            options={
                "ordering": ["issued_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="InvoiceLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("part", models.SmallIntegerField(default=1)),
                ("gpu_model", models.CharField(max_length=40)),
                ("during", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ("gpu_hours", dure.records.journal.fields.ExactField(decimal_places=18, max_digits=36)),
                ("rate", dure.records.journal.fields.ExactField(decimal_places=18, max_digits=19)),
                ("list_won", models.BigIntegerField()),
                ("billed_won", models.BigIntegerField()),
                ("support_won", models.BigIntegerField()),
                ("counts", models.BooleanField(default=True, help_text="Neither a reversal nor reversed; kept by a trigger.")),
                (
                    "grant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="invoice_lines", to="allocation.grant"
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="settlement.invoice"),
                ),
                (
                    "reverses",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversed_by",
                        to="settlement.invoiceline",
                    ),
                ),
            ],
            options={
                "ordering": ["invoice", "grant", "part", "during"],
            },
        ),
        migrations.CreateModel(
            name="PaymentReceived",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(max_length=160, unique=True)),
                ("won", models.BigIntegerField()),
                ("received_on", models.DateField()),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="payments", to="settlement.invoice"
                    ),
                ),
            ],
            options={
                "ordering": ["received_on", "reference"],
            },
        ),
        migrations.CreateModel(
            name="Price",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("gpu_model", models.CharField(max_length=40)),
                ("won_per_gpu_hour", models.BigIntegerField()),
                (
                    "price_book",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="prices", to="settlement.pricebook"
                    ),
                ),
            ],
            options={
                "ordering": ["price_book", "gpu_model"],
            },
        ),
        migrations.CreateModel(
            name="ProviderStatement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fee_won", models.BigIntegerField()),
                ("deducted_won", models.BigIntegerField()),
                ("payable_won", models.BigIntegerField()),
                ("entry", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.entry")),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="statements", to="parties.organisation"
                    ),
                ),
            ],
            options={
                "ordering": ["entry", "provider"],
            },
        ),
        migrations.CreateModel(
            name="Clawback",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("won", models.BigIntegerField()),
                ("entry", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.entry")),
                (
                    "grant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="clawbacks", to="allocation.grant"
                    ),
                ),
            ],
            options={
                "ordering": ["entry", "grant"],
                "constraints": [
                    models.UniqueConstraint(fields=("grant", "entry"), name="clawback_once_per_settlement"),
                    models.CheckConstraint(condition=models.Q(("won__gt", 0)), name="clawback_is_positive"),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.UniqueConstraint(fields=("organisation", "entry"), name="invoice_once_per_settlement"),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "list_won",
                        django.db.models.expressions.CombinedExpression(models.F("billed_won"), "+", models.F("support_won")),
                    )
                ),
                name="invoice_list_is_billed_and_support",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_on__gte", models.F("issued_on"))), name="invoice_is_due_after_issue"
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("during__isempty", False),
                    ("during__lower_inc", True),
                    ("during__lower_inf", False),
                    ("during__upper_inc", False),
                    ("during__upper_inf", False),
                ),
                name="invoice_period_is_half_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoiceline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "list_won",
                        django.db.models.expressions.CombinedExpression(models.F("billed_won"), "+", models.F("support_won")),
                    )
                ),
                name="line_list_is_billed_and_support",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoiceline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("billed_won__gte", 0),
                        ("gpu_hours__gte", 0),
                        ("list_won__gte", 0),
                        ("reverses", None),
                        ("support_won__gte", 0),
                    ),
                    models.Q(
                        ("billed_won__lte", 0),
                        ("counts", False),
                        ("gpu_hours__lte", 0),
                        ("list_won__lte", 0),
                        ("reverses__isnull", False),
                        ("support_won__lte", 0),
                    ),
                    _connector="OR",
                ),
                name="line_charges_or_reverses",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoiceline",
            constraint=models.CheckConstraint(
                condition=models.Q(("rate__gte", 0), ("rate__lte", 1)), name="line_rate_is_a_share"
            ),
        ),
        migrations.AddConstraint(
            model_name="invoiceline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("during__isempty", False),
                    ("during__lower_inc", True),
                    ("during__lower_inf", False),
                    ("during__upper_inc", False),
                    ("during__upper_inf", False),
                ),
                name="line_period_is_half_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoiceline",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("counts", True)),
                expressions=[(models.F("grant"), "="), (models.F("part"), "="), (models.F("during"), "&&")],
                name="no_second_is_billed_twice",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentreceived",
            constraint=models.CheckConstraint(condition=models.Q(("won", 0), _negated=True), name="payment_received_is_of_money"),
        ),
        migrations.AddConstraint(
            model_name="price",
            constraint=models.UniqueConstraint(fields=("price_book", "gpu_model"), name="price_once_per_model"),
        ),
        migrations.AddConstraint(
            model_name="price",
            constraint=models.CheckConstraint(condition=models.Q(("won_per_gpu_hour__gte", 0)), name="price_is_not_negative"),
        ),
        migrations.AddConstraint(
            model_name="providerstatement",
            constraint=models.UniqueConstraint(fields=("provider", "entry"), name="statement_once_per_settlement"),
        ),
        migrations.AddConstraint(
            model_name="providerstatement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("deducted_won__gte", 0),
                    ("fee_won__gte", 0),
                    (
                        "payable_won",
                        django.db.models.expressions.CombinedExpression(models.F("fee_won"), "-", models.F("deducted_won")),
                    ),
                    ("payable_won__gte", 0),
                ),
                name="statement_adds_up",
            ),
        ),
        trigger(
            "sums_to_the_invoice",
            "settlement_invoiceline",
            when="AFTER INSERT",
            declare=SUM_VARIABLES,
            body=LINE_SUMS,
            deferred=True,
            definer=True,
        ),
        trigger(
            "is_the_sum_of_its_lines",
            "settlement_invoice",
            when="AFTER INSERT",
            declare=SUM_VARIABLES,
            body=INVOICE_SUMS,
            deferred=True,
        ),
        trigger(
            "reverses_exactly",
            "settlement_invoiceline",
            when="BEFORE INSERT",
            declare="wrong record; billed record;",
            body=REVERSES,
        ),
        trigger("takes_back", "settlement_invoiceline", when="AFTER INSERT", body=TAKES_BACK),
        trigger("never_changes", "settlement_invoiceline", when="BEFORE UPDATE OR DELETE", body=NEVER_CHANGES),
        trigger(
            "is_within_the_bill",
            "settlement_paymentreceived",
            when="BEFORE INSERT",
            declare="billed bigint; paid bigint;",
            body=PAYMENT,
            definer=True,
        ),
        only_grows("settlement_price"),
        only_grows("settlement_invoice"),
        only_grows("settlement_paymentreceived"),
        only_grows("settlement_clawback"),
        only_grows("settlement_providerstatement"),
        needs_approval("settlement_invoice", "settlement"),
        needs_approval("settlement_clawback", "settlement"),
        needs_approval("settlement_providerstatement", "settlement"),
        grant_rights(),
    ]
