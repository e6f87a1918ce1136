"""Whether an evaluator has handed in a sheet is told to whoever may replace them, and not what it says."""

from django.db import migrations

from dure.records.journal.guards import pin_functions

HANDED_IN = """
CREATE FUNCTION review_seat_has_sheet(seat bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER AS $$
  SELECT EXISTS (SELECT FROM review_scoresheet s WHERE s.seat_id = seat)
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("review", "0009_replaced_evaluators"), ("journal", "0008_boundary")]

    operations = [migrations.RunSQL(HANDED_IN, "DROP FUNCTION review_seat_has_sheet(bigint)"), pin_functions()]
