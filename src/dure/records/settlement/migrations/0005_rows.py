"""Invoices, their lines and payments exist for who is billed, statements for their provider, and all of them for offices."""

from django.db import migrations

from dure.records.journal.guards import pin_functions, rows_of_organisations

BILLED = """
CREATE FUNCTION settlement_invoices_of_reader() RETURNS text[] LANGUAGE sql STABLE SECURITY DEFINER AS $$
  SELECT coalesce(array_agg(id), '{}') FROM settlement_invoice
  WHERE organisation_id = ANY (parties_organisations_of_reader('applicant'))
$$;
"""
# What the public page says of all invoices, whoever reads it.
TOTALS = """
CREATE FUNCTION settlement_public_totals() RETURNS TABLE (invoices bigint, billed numeric)
LANGUAGE sql STABLE SECURITY DEFINER AS 'SELECT count(*), sum(billed_won) FROM settlement_invoice';
"""
THEIR_INVOICE = "invoice_id = ANY ((SELECT settlement_invoices_of_reader())::text[])"


class Migration(migrations.Migration):
    dependencies = [("settlement", "0004_boundary"), ("allocation", "0009_rows")]

    operations = [
        migrations.RunSQL(BILLED, "DROP FUNCTION settlement_invoices_of_reader()"),
        migrations.RunSQL(TOTALS, "DROP FUNCTION settlement_public_totals()"),
        rows_of_organisations(
            "settlement_invoice", "organisation_id = ANY ((SELECT parties_organisations_of_reader('applicant'))::text[])"
        ),
        rows_of_organisations("settlement_invoiceline", THEIR_INVOICE),
        rows_of_organisations("settlement_paymentreceived", THEIR_INVOICE),
        rows_of_organisations("settlement_clawback", "grant_id = ANY ((SELECT allocation_grants_of_reader(false))::text[])"),
        rows_of_organisations(
            "settlement_providerstatement", "provider_id = ANY ((SELECT parties_organisations_of_reader('provider'))::text[])"
        ),
        pin_functions(),
    ]
