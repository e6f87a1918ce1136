"""Which invoices are the reader's is found once for each query, and their lines and payments are looked up as a set."""

from django.db import migrations

from dure.records.journal.guards import pin_functions, rows_of_set

BILLED = """
CREATE OR REPLACE FUNCTION settlement_invoices_of_reader() RETURNS text[] LANGUAGE sql STABLE SECURITY DEFINER AS $$
  SELECT coalesce(array_agg(id), '{}') FROM settlement_invoice
  WHERE organisation_id = ANY ((SELECT parties_organisations_of_reader('applicant'))::text[])
$$;
"""
OF_INVOICES = "settlement_invoices_of_reader()"


class Migration(migrations.Migration):
    dependencies = [("settlement", "0006_corrected_prices"), ("allocation", "0012_rows_by_sets")]

    operations = [
        migrations.RunSQL(BILLED, migrations.RunSQL.noop),
        rows_of_set("settlement_invoiceline", "invoice_id", OF_INVOICES),
        rows_of_set("settlement_paymentreceived", "invoice_id", OF_INVOICES),
        rows_of_set("settlement_clawback", "grant_id", "allocation_grants_of_reader(false)"),
        pin_functions(),
    ]
