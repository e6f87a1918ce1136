"""A deadline moves later by two people with a public reason; awards are as approved; proposals come in by the server's clock."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from dure.records.journal.guards import as_approved, keeps, needs_act, pin_functions, redefine, rows_of, trigger

DEADLINE = """
  IF NEW.closes_at < OLD.closes_at OR NEW.opened_at > OLD.opened_at THEN
    RAISE EXCEPTION 'the deadline of call % only moves later', OLD.id USING ERRCODE = '23514';
  ELSIF NEW.closes_at <> OLD.closes_at AND NOT EXISTS (
      SELECT FROM procurement_extension WHERE call_id = OLD.id AND closes_at = NEW.closes_at AND confirmed_at IS NOT NULL) THEN
    RAISE EXCEPTION 'the deadline of call % moves by two people, for a reason that is published', OLD.id USING ERRCODE = '23514';
  ELSIF NOT journal_is_owner() AND NEW.closes_at <> OLD.closes_at AND clock_timestamp() >= OLD.closes_at THEN
    RAISE EXCEPTION 'the deadline of call % has passed, and does not move any more', OLD.id USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""
EXTENSION = """
  IF TG_OP = 'INSERT' AND NEW.confirmed_at IS NOT NULL THEN
    RAISE EXCEPTION 'an extension is proposed first, and confirmed by another person' USING ERRCODE = '23514';
  ELSIF TG_OP = 'UPDATE' AND OLD.confirmed_at IS NOT NULL AND NEW IS DISTINCT FROM OLD THEN
    RAISE EXCEPTION 'an extension that was confirmed stays as it is' USING ERRCODE = '23514';
  ELSIF NOT journal_is_owner() AND NOT journal_is_now(coalesce(NEW.confirmed_at, NEW.proposed_at)) THEN
    RAISE EXCEPTION 'an extension is dated %, which is not now', coalesce(NEW.confirmed_at, NEW.proposed_at)
      USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""
# Whoever proposes is whoever acts, and so is whoever confirms.
BY_THEM = """
  IF NOT journal_is_owner() AND NOT EXISTS (
      SELECT FROM journal_act WHERE transaction = pg_current_xact_id() AND person_id = coalesce(NEW.confirmed_by_id, NEW.proposed_by_id)
        AND command = CASE WHEN NEW.confirmed_by_id IS NULL THEN 'extend_provider_call' ELSE 'confirm_extension' END) THEN
    RAISE EXCEPTION 'an extension is proposed and confirmed by the acts of those two people' USING ERRCODE = '23514';
  END IF;
  RETURN NULL;
"""
# The share lock keeps the deadline still until the submission is in. What the clock says counts, not what is claimed.
IN_TIME = """
  SELECT opened_at, closes_at INTO call FROM procurement_call WHERE id = NEW.call_id FOR SHARE;
  IF NEW.submitted_at < call.opened_at OR NEW.submitted_at >= call.closes_at
      OR (NOT journal_is_owner() AND (clock_timestamp() >= call.closes_at OR NOT journal_is_now(NEW.submitted_at))) THEN
    RAISE EXCEPTION 'call % takes proposals from % until before %', NEW.call_id, call.opened_at, call.closes_at USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""
COUNTS_AWARD = """
  SELECT call_id INTO proposed FROM procurement_proposal WHERE id = NEW.proposal_id;
  IF proposed.call_id <> NEW.call_id THEN
    RAISE EXCEPTION 'proposal % belongs to call %', NEW.proposal_id, proposed.call_id USING ERRCODE = '23514';
  END IF;
  UPDATE procurement_call SET awarded_won = awarded_won + NEW.price_won WHERE id = NEW.call_id;
  RETURN NEW;
"""
AWARDED = """
  WITH plans AS MATERIALIZED (SELECT entry_id, journal_plan(entry_id) AS plan FROM (SELECT DISTINCT entry_id FROM made) entries),
  items AS MATERIALIZED (SELECT entry_id, item FROM plans, jsonb_array_elements(plan -> 'awards') item)
  SELECT m.entry_id INTO wrong FROM made m WHERE NOT EXISTS (
    SELECT FROM items i WHERE i.entry_id = m.entry_id AND item ->> 'proposal' = m.proposal_id AND item ->> 'lot' = m.lot
      AND (item ->> 'servers')::int = m.servers AND (item ->> 'price_won')::bigint = m.price_won
      AND (item ->> 'own_use_servers')::int = m.own_use_servers) LIMIT 1;
"""
# Sealed until the deadline: by the database's clock, whatever a query asks. Bidders see their own; the agency adds for them.
SEALED = """
  call_id IN (SELECT id FROM procurement_call WHERE closes_at <= clock_timestamp())
  OR provider_id IN (
    SELECT organisation_id FROM parties_role r WHERE person_id = journal_reader() AND desk = 'provider' AND journal_holds(r, now()))
  OR (SELECT journal_agency_does('submit_proposal'))
"""
ANSWERED = """
  IF OLD.answered_at IS NOT NULL AND NEW IS DISTINCT FROM OLD THEN
    RAISE EXCEPTION 'an answer that was published stays as it is' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("procurement", "0001_initial"),
        ("journal", "0008_boundary"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Extension",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("closes_at", models.DateTimeField()),
                ("reason", models.TextField(max_length=4000)),
                ("proposed_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="extensions", to="procurement.call"
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["call", "id"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("reason", ""), _negated=True), name="extension_has_its_reason"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("confirmed_at", None), ("confirmed_by", None)),
                            models.Q(
                                ("confirmed_at__gte", models.F("proposed_at")),
                                ("confirmed_by__isnull", False),
                                models.Q(("confirmed_by", models.F("proposed_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="extension_is_confirmed_by_another",
                    ),
                ],
            },
        ),
        keeps("procurement_extension", "id", "call_id", "closes_at", "reason", "proposed_by_id", "proposed_at"),
        trigger("is_confirmed_once", "procurement_extension", when="BEFORE INSERT OR UPDATE", body=EXTENSION),
        trigger(
            "is_by_them", "procurement_extension", when="AFTER INSERT OR UPDATE", body=BY_THEM, deferred=True, definer=True
        ),
        redefine("procurement_call_only_moves_later", DEADLINE),
        keeps("procurement_call", "id", "budget_won"),
        needs_act("procurement_call", "open_provider_call", "agency", subject="call"),
        redefine("procurement_proposal_is_in_time", IN_TIME, declare="call record;", definer=True),
        redefine("procurement_award_counts", COUNTS_AWARD, declare="proposed record;", definer=True),
        as_approved("procurement_award", AWARDED),
        keeps("procurement_question", "id", "call_id", "asked_by_id", "asked_at", "question"),
        trigger("stays_answered", "procurement_question", when="BEFORE UPDATE", body=ANSWERED),
        needs_act("procurement_agreement", "sign_agreements", "agency"),
        needs_act("procurement_agreementversion", "sign_agreements,amend_agreement", "agency"),
        rows_of("procurement_proposal", SEALED),
        pin_functions(),
    ]
