"""What each seat is to judge, as a view."""

from django.db import migrations, models

from dure.records.journal.guards import grant_rights

VIEW = """
CREATE VIEW review_assignment AS
SELECT seat.id || '/' || item.id AS id, seat.id AS seat_id, item.id AS item,
  application.id AS application_id, proposal.id AS proposal_id
FROM review_seat seat
JOIN review_panel panel ON panel.id = seat.panel_id
CROSS JOIN LATERAL (
  SELECT a.id FROM demand_application a WHERE panel.kind = 'application' AND a.user_call_id = panel.subject
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
    dependencies = [
        ("journal", "0007_rights_on_views"),
        ("procurement", "0001_initial"),
        ("demand", "0003_words_and_orders"),
        ("review", "0003_ranked_by_item"),
    ]

    operations = [
        migrations.CreateModel(
            name="Assignment",
            fields=[
                ("id", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("item", models.CharField(max_length=160)),
            ],
            options={"ordering": ["seat", "item"], "managed": False},
        ),
        migrations.RunSQL(VIEW, "DROP VIEW review_assignment"),
        grant_rights(),
    ]
