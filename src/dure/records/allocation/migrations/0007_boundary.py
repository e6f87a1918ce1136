"""Grants, their servers and the sectors' shares are what was approved; a server that was ever leased stays public."""

from django.db import migrations

from dure.records.journal.guards import as_approved, keeps, needs_act, pin_functions, redefine, trigger

SHARED = """
  SELECT s.entry_id INTO wrong FROM made m JOIN allocation_shareset s ON s.id = m.share_set_id
    WHERE (journal_plan(s.entry_id) -> 'shares' ->> m.sector)::numeric IS DISTINCT FROM m.share LIMIT 1;
"""
# Weeks begin at midnight where the servers stand, so within 14 hours of midnight in UTC.
GRANTED = """
  SELECT m.entry_id INTO wrong FROM made m JOIN journal_entry e ON e.seq = m.entry_id
      JOIN allocation_allocationround r ON r.id = m.round_id WHERE e.subject <> m.round_id OR NOT EXISTS (
    SELECT FROM (SELECT entry_id, jsonb_array_elements(coalesce(plan -> 'grants', plan -> 'regrants')) AS granted
                 FROM (SELECT DISTINCT entry_id, journal_plan(entry_id) AS plan FROM made) entries) approved
    WHERE approved.entry_id = m.entry_id AND granted ->> 'application' = m.application_id AND CASE
      WHEN e.decision = 'reclaim' THEN (granted ->> 'servers')::int = m.servers
      ELSE granted ->> 'pool' = m.pool_id AND jsonb_array_length(granted -> 'servers') = m.servers
        AND (granted ->> 'value')::bigint = m.value
        AND abs(extract(epoch FROM lower(m.during) - (r.start_on + 7 * (granted ->> 'from_week')::int)::timestamp AT TIME ZONE 'UTC'))
          <= 14 * 3600
        AND abs(extract(epoch FROM upper(m.during) - (r.start_on + 7 * (granted ->> 'to_week')::int)::timestamp AT TIME ZONE 'UTC'))
          <= 14 * 3600 END) LIMIT 1;
"""
# The servers of a plan by name; of a reclaim those that it took back.
LEASED = """
  SELECT g.entry_id INTO wrong FROM made m JOIN allocation_grant g ON g.id = m.grant_id JOIN journal_entry e ON e.seq = g.entry_id
    WHERE CASE WHEN e.decision = 'reclaim' THEN NOT EXISTS (
        SELECT FROM allocation_lease taken WHERE taken.server_id = m.server_id AND taken.entry_id = g.entry_id)
      ELSE NOT EXISTS (
        SELECT FROM (SELECT entry_id, each ->> 'application' AS application, jsonb_array_elements_text(each -> 'servers') AS server
                     FROM (SELECT DISTINCT g.entry_id FROM made m JOIN allocation_grant g ON g.id = m.grant_id) entries,
                       jsonb_array_elements(coalesce(journal_plan(entry_id) -> 'grants', '[]')) each) approved
        WHERE approved.entry_id = g.entry_id AND approved.application = g.application_id AND approved.server = m.server_id)
      END LIMIT 1;
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
