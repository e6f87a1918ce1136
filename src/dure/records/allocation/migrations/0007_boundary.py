"""Grants, their servers and the sectors' shares are what was approved; a server that was ever leased stays public."""

from django.db import migrations

from dure.records.journal.guards import as_approved, keeps, needs_act, pin_functions, redefine, trigger

# Each plan is read once a statement, and its items are joined with what was made.
SHARED = """
  WITH plans AS MATERIALIZED (
    SELECT id, entry_id, journal_plan(entry_id) AS plan FROM allocation_shareset WHERE id IN (SELECT share_set_id FROM made))
  SELECT p.entry_id INTO wrong FROM made m JOIN plans p ON p.id = m.share_set_id
    WHERE (p.plan -> 'shares' ->> m.sector)::numeric IS DISTINCT FROM m.share LIMIT 1;
"""
# Weeks begin at midnight where the servers stand, so within 14 hours of midnight in UTC.
GRANTED = """
  WITH plans AS MATERIALIZED (
    SELECT seq, decision, subject, journal_plan(seq) AS plan FROM journal_entry WHERE seq IN (SELECT entry_id FROM made)),
  items AS MATERIALIZED (
    SELECT seq, decision, subject, item ->> 'application' AS application, item ->> 'pool' AS pool, (item ->> 'value')::bigint AS value,
      CASE decision WHEN 'reclaim' THEN (item ->> 'servers')::int ELSE jsonb_array_length(item -> 'servers') END AS servers,
      (item ->> 'from_week')::int AS from_week, (item ->> 'to_week')::int AS to_week
    FROM plans, jsonb_array_elements(coalesce(plan -> 'grants', plan -> 'regrants')) item)
  SELECT m.entry_id INTO wrong FROM made m JOIN allocation_allocationround r ON r.id = m.round_id
    LEFT JOIN items i ON i.seq = m.entry_id AND i.application = m.application_id AND i.servers = m.servers AND i.subject = m.round_id
      AND (i.decision = 'reclaim' OR (i.pool = m.pool_id AND i.value = m.value
        AND abs(extract(epoch FROM lower(m.during) - (r.start_on + 7 * i.from_week)::timestamp AT TIME ZONE 'UTC')) <= 14 * 3600
        AND abs(extract(epoch FROM upper(m.during) - (r.start_on + 7 * i.to_week)::timestamp AT TIME ZONE 'UTC')) <= 14 * 3600))
    WHERE i.seq IS NULL LIMIT 1;
"""
# The servers of a plan by name; of a reclaim those that it took back.
LEASED = """
  WITH granted AS MATERIALIZED (
    SELECT id, application_id, entry_id FROM allocation_grant WHERE id IN (SELECT grant_id FROM made)),
  plans AS MATERIALIZED (
    SELECT seq, decision, journal_plan(seq) AS plan FROM journal_entry WHERE seq IN (SELECT entry_id FROM granted)),
  items AS MATERIALIZED (
    SELECT seq, item ->> 'application' AS application, jsonb_array_elements_text(item -> 'servers') AS server
    FROM plans, jsonb_array_elements(coalesce(plan -> 'grants', '[]')) item WHERE decision <> 'reclaim'
    UNION ALL
    SELECT seq, NULL, taken.server_id FROM plans JOIN allocation_lease taken ON taken.entry_id = seq WHERE decision = 'reclaim')
  SELECT g.entry_id INTO wrong FROM made m JOIN granted g ON g.id = m.grant_id
    LEFT JOIN items i ON i.seq = g.entry_id AND i.server = m.server_id AND coalesce(i.application, g.application_id) = g.application_id
    WHERE i.seq IS NULL LIMIT 1;
"""
STAYS_PUBLIC = """
  IF NEW.own_use AND NOT OLD.own_use AND EXISTS (
      SELECT FROM allocation_lease WHERE server_id = NEW.id AND withdrawn_at IS NULL) THEN
    RAISE EXCEPTION 'server % was leased and never becomes own use', NEW.id USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""
TERMS = """
  IF (NEW.pools, NEW.sectors, NEW.draw_seed) IS DISTINCT FROM (OLD.pools, OLD.sectors, OLD.draw_seed)
      AND EXISTS (SELECT FROM allocation_grant WHERE round_id = OLD.id) THEN
    RAISE EXCEPTION 'servers of round % are granted, and its terms stay', OLD.id USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""
# As before; and an end that was recorded is not recorded otherwise, and by no log-in but the owner's in the past.
LEASE_VARIABLES = "given record; leased record;"
LEASE = """
  SELECT pool_id, during INTO given FROM allocation_grant WHERE id = NEW.grant_id;
  IF TG_OP = 'UPDATE' THEN
    IF NEW.grant_id <> OLD.grant_id OR NEW.server_id <> OLD.server_id OR lower(NEW.during) <> lower(OLD.during)
        OR upper(NEW.during) > upper(OLD.during) OR (OLD.withdrawn_at IS NOT NULL AND NEW IS DISTINCT FROM OLD) THEN
      RAISE EXCEPTION 'a lease may only end earlier' USING ERRCODE = '23514';
    ELSIF NOT journal_is_owner() AND upper(NEW.during) <> upper(OLD.during) AND NOT journal_is_now(upper(NEW.during)) THEN
      RAISE EXCEPTION 'a lease ends early now, not at another time' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
  END IF;
  SELECT pool_id, own_use, in_service_from, in_service_to INTO leased FROM supply_server WHERE id = NEW.server_id FOR SHARE;
  IF leased.pool_id <> given.pool_id THEN
    RAISE EXCEPTION 'server % is not of pool %', NEW.server_id, given.pool_id USING ERRCODE = '23514';
  ELSIF NOT NEW.during <@ given.during THEN
    RAISE EXCEPTION 'the lease of server % reaches beyond its grant %', NEW.server_id, NEW.grant_id USING ERRCODE = '23514';
  ELSIF leased.own_use OR leased.in_service_from IS NULL
      OR NOT NEW.during <@ tstzrange(leased.in_service_from, leased.in_service_to) THEN
    RAISE EXCEPTION 'server % is not in public service during %', NEW.server_id, NEW.during USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""


class Migration(migrations.Migration):
    dependencies = [("allocation", "0006_search_and_places"), ("supply", "0002_boundary"), ("journal", "0008_boundary")]

    operations = [
        keeps("allocation_allocationround", "id", "user_call_id", "start_on", "weeks", "opened_at"),
        trigger("keeps_its_terms", "allocation_allocationround", when="BEFORE UPDATE", body=TERMS),
        needs_act("allocation_allocationround", "open_round,set_round_terms", "agency", when="INSERT OR UPDATE", subject="round"),
        as_approved("allocation_sectorshare", SHARED),
        as_approved("allocation_grant", GRANTED),
        as_approved("allocation_lease", LEASED),
        redefine("allocation_lease_is_possible", LEASE, declare=LEASE_VARIABLES, definer=True),
        keeps("allocation_waitingplace", "id", "round_id", "application_id", "place", "entry_id"),
        keeps("allocation_solve", "id", "round_id", "asked_by_id", "asked_at"),
        trigger("stays_public", "supply_server", when="BEFORE UPDATE OF own_use", body=STAYS_PUBLIC, definer=True),
        pin_functions(),
    ]
