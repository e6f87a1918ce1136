"""Indexes for the orders of the list of invoices."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("settlement", "0002_burden_schedule")]

    operations = [
        migrations.AddIndex("invoice", models.Index(fields=["issued_on", "id"], name="invoice_by_issue")),
        migrations.AddIndex("invoice", models.Index(fields=["due_on", "id"], name="invoice_by_due_day")),
    ]
