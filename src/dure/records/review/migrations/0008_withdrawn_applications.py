"""Nobody is to judge an application that was withdrawn."""

from django.db import migrations

from dure.records.journal.guards import pin_functions

VIEW = """
CREATE OR REPLACE VIEW review_assignment WITH (security_invoker = true) AS
SELECT seat.id || '/' || item.id AS id, seat.id AS seat_id, item.id AS item,
  application.id AS application_id, proposal.id AS proposal_id
FROM review_seat seat
JOIN review_panel panel ON panel.id = seat.panel_id
CROSS JOIN LATERAL (
  SELECT a.id FROM demand_application a
  WHERE panel.kind = 'application' AND a.user_call_id = panel.subject AND a.withdrawn_at IS NULL
  UNION
  SELECT p.id FROM procurement_proposal p WHERE panel.kind = 'proposal' AND p.call_id = panel.subject AND NOT EXISTS (
    SELECT FROM procurement_proposal newer
    WHERE newer.call_id = p.call_id AND newer.provider_id = p.provider_id AND newer.version > p.version)
  UNION
  SELECT s.item FROM review_scoresheet s WHERE s.seat_id = seat.id
) item
LEFT JOIN demand_application application ON panel.kind = 'application' AND application.id = item.id
LEFT JOIN procurement_proposal proposal ON panel.kind = 'proposal' AND proposal.id = item.id
"""


class Migration(migrations.Migration):
    dependencies = [("review", "0007_no_points_for_oneself"), ("demand", "0006_withdrawal")]

    operations = [migrations.RunSQL(VIEW, migrations.RunSQL.noop), pin_functions()]
