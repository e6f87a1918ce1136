"""The database as a boundary: the hash is recomputed, plans can be read in SQL, and acts, desks and dates are checked."""

import zlib
from typing import Any

from django.db import migrations
from django.db.migrations import RunPython, RunSQL

from dure.records.journal.guards import needs_act, pin_functions, redefine

# The owner installs, migrates, and plays rehearsals of the past. What asks the clock, or for an act, binds every other log-in.
OWNER = """
CREATE FUNCTION journal_is_owner() RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT pg_has_role(session_user, relowner, 'MEMBER') FROM pg_class WHERE oid = 'journal_entry'::regclass
$$;
"""
# Whose rows a reader sees. Inside a function with the owner's rights the owner reads, whoever is logged in.
READERS = """
CREATE FUNCTION journal_reads_as_owner() RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT pg_has_role(current_user, relowner, 'MEMBER') FROM pg_class WHERE oid = 'journal_entry'::regclass
$$;
CREATE FUNCTION journal_reader() RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT nullif(current_setting('dure.person', true), '')::bigint
$$;
CREATE FUNCTION journal_agency_does(command text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT current_setting('dure.command', true) = command AND EXISTS (
    SELECT FROM parties_role r WHERE person_id = journal_reader() AND desk = 'agency' AND journal_holds(r, now()))
$$;
"""
# pg_temp comes last: where it is not named PostgreSQL looks there first, and a temporary table would stand for ours.
PIN = """
CREATE FUNCTION journal_pin_functions() RETURNS void LANGUAGE plpgsql AS $$
DECLARE ours record;
BEGIN
  FOR ours IN
    SELECT p.oid::regprocedure AS name FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
    WHERE p.pronamespace = current_schema()::regnamespace AND l.lanname IN ('plpgsql', 'sql') AND p.prokind = 'f'
      AND p.proname <> 'words_for_search'
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
      AND NOT coalesce(p.proconfig, '{}') @> ARRAY[format('search_path=%s, pg_temp', quote_ident(current_schema()))]
  LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', ours.name, current_schema());
  END LOOP;
END $$;
"""
REFUSE_REWRITING = """
CREATE FUNCTION journal_refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% keeps % as they are: % is refused', TG_TABLE_NAME, TG_ARGV[0], TG_OP USING ERRCODE = '23000';
END $$;
"""
# The one place that says when a role gives anything.
HOLDS = """
CREATE FUNCTION journal_holds(held parties_role, at timestamptz) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT held.given_at <= at AND held.confirmed_at <= at AND (held.until IS NULL OR held.until > at)
    AND (held.ended_at IS NULL OR held.ended_at >= at)
$$;
"""
REQUIRE_ACT = """
CREATE FUNCTION journal_require_act() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF journal_is_owner() OR EXISTS (
    SELECT FROM journal_act a JOIN parties_role r ON r.person_id = a.person_id
    WHERE a.transaction = pg_current_xact_id() AND a.command = ANY (string_to_array(TG_ARGV[0], ','))
      AND r.desk = ANY (string_to_array(TG_ARGV[1], ',')) AND journal_holds(r, a.at) AND r.given_at < a.at
      AND (TG_ARGV[2] = '' OR a.about = TG_ARGV[2] || '/' || (to_jsonb(NEW) ->> 'id')
        OR a.command IN ('end_role', 'close_account'))
  ) THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION '% changes only by an act in the same transaction: %', TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = '23514',
    HINT = 'Whatever is done to the programme is one command, by a person at a desk that may.';
END $$;
"""
CANONICAL = """
CREATE FUNCTION journal_canonical(value jsonb) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN CASE jsonb_typeof(value)
    WHEN 'object' THEN '{' || coalesce((
      SELECT string_agg(to_json(e.key)::text || ':' || journal_canonical(e.value), ',' ORDER BY e.key COLLATE "C")
      FROM jsonb_each(value) e), '') || '}'
    WHEN 'array' THEN '[' || coalesce((
      SELECT string_agg(journal_canonical(e.value), ',' ORDER BY e.place)
      FROM jsonb_array_elements(value) WITH ORDINALITY e(value, place)), '') || ']'
    ELSE value::text END;
END $$;
"""
# An instant as Python writes it in UTC: without a fraction where there is none, else to the microsecond.
INSTANT = """
CREATE FUNCTION journal_instant(at timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS')
    || CASE WHEN extract(microseconds FROM at)::bigint % 1000000 = 0 THEN '' ELSE to_char(at AT TIME ZONE 'UTC', '.US') END || 'Z'
$$;
"""
# The fields of `chain.hashed_fields`, in the order of their names.
HASH = """
CREATE FUNCTION journal_hash_of(filed journal_entry, who text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT encode(sha256(convert_to('{'
    || '"at":' || to_json(journal_instant(filed.at))::text
    || ',"code_version":' || to_json(filed.code_version)::text
    || ',"decision":' || to_json(filed.decision)::text
    || ',"edits":' || journal_canonical(filed.edits)
    || ',"facts_digest":' || to_json(coalesce(filed.facts_id, ''))::text
    || ',"format":' || filed.format_version::text
    || ',"journal":' || filed.journal::text
    || ',"kind":' || to_json(filed.kind)::text
    || ',"method":' || to_json(filed.method)::text
    || ',"note":' || to_json(filed.note)::text
    || ',"previous_hash":' || to_json(filed.previous_hash)::text
    || ',"programme":' || to_json(filed.programme)::text
    || ',"recommendation_digest":' || to_json(coalesce(filed.recommendation_id, ''))::text
    || ',"refers_to":' || coalesce(filed.refers_to_id::text, 'null')
    || ',"rules_digest":' || to_json(coalesce(filed.rules_id, ''))::text
    || ',"seq":' || filed.seq::text
    || ',"stage":' || to_json(filed.stage)::text
    || ',"subject":' || to_json(filed.subject)::text
    || ',"who":' || to_json(who)::text
    || '}', 'UTF8')), 'hex')
$$;
"""
# The rule `approvals` and the table of hand-offs as the database knows them; only the owner writes here (`records.rights`).
AUTHORITY = """
CREATE TABLE journal_authority (
  act text NOT NULL CHECK (act IN ('files', 'answers')),
  decision text NOT NULL,
  from_at timestamptz NOT NULL,
  desks text[] NOT NULL CHECK (desks <@ ARRAY['ministry', 'agency', 'operator']),
  PRIMARY KEY (act, decision, from_at)
);
CREATE FUNCTION journal_may(act_ text, decision_ text, person bigint, at_ timestamptz) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT FROM parties_role r JOIN parties_person p ON p.id = r.person_id
    WHERE r.person_id = person AND p.is_active AND journal_holds(r, at_)
      AND r.desk = ANY (coalesce((
        SELECT a.desks FROM journal_authority a WHERE a.act = act_ AND a.decision = decision_ AND a.from_at <= at_
        ORDER BY a.from_at DESC LIMIT 1), ARRAY['ministry', 'agency', 'operator'])))
$$;
"""
# Clocks of two machines differ by less than a minute; an act waits less than an hour for its locks.
NEAR = """
CREATE FUNCTION journal_is_now(at timestamptz) RETURNS boolean LANGUAGE sql VOLATILE AS $$
  SELECT at BETWEEN clock_timestamp() - interval '1 hour' AND clock_timestamp() + interval '1 minute'
$$;
"""
CHAIN_VARIABLES = "head record; filed record; person text; before timestamptz;"
CHAIN = """
  SELECT * INTO head FROM journal_lock_head();
  IF NEW.seq <> head.head_seq + 1 OR NEW.previous_hash <> head.head_hash THEN
    RAISE EXCEPTION 'the journal goes on with entry % after hash %, not with entry % after %',
      head.head_seq + 1, head.head_hash, NEW.seq, NEW.previous_hash USING ERRCODE = '23514';
  END IF;
  IF NEW.refers_to_id IS NOT NULL THEN
    SELECT kind, programme, stage, decision, subject, at, who_id INTO filed FROM journal_entry WHERE seq = NEW.refers_to_id;
    IF NOT FOUND OR filed.kind <> 'recommendation' THEN
      RAISE EXCEPTION 'entry % is not a recommendation, so it cannot be answered', NEW.refers_to_id USING ERRCODE = '23514';
    ELSIF filed.who_id = NEW.who_id THEN
      RAISE EXCEPTION 'who filed entry % may not answer it', NEW.refers_to_id USING ERRCODE = '23514';
    ELSIF (filed.programme, filed.stage, filed.decision, filed.subject) <>
          (NEW.programme, NEW.stage, NEW.decision, NEW.subject) OR NEW.at < filed.at THEN
      RAISE EXCEPTION 'the answer to entry % must have its key, and not be earlier', NEW.refers_to_id
        USING ERRCODE = '23514';
    END IF;
  END IF;
  IF NOT journal_is_owner() THEN
    SELECT at INTO before FROM journal_entry WHERE seq = head.head_seq;
    IF NOT journal_is_now(NEW.at) OR NEW.at < before THEN
      RAISE EXCEPTION 'entry % is dated %, which is not now, or before the entry before it', NEW.seq, NEW.at
        USING ERRCODE = '23514';
    ELSIF NOT journal_may(CASE NEW.kind WHEN 'recommendation' THEN 'files' ELSE 'answers' END, NEW.decision, NEW.who_id, NEW.at) THEN
      RAISE EXCEPTION 'whoever stands in entry % sits at no desk that may file or answer %', NEW.seq, NEW.decision
        USING ERRCODE = '23514';
    END IF;
    NEW.recorded_at := clock_timestamp();
  END IF;
  SELECT uid INTO person FROM parties_person WHERE id = NEW.who_id;
  IF NEW.journal <> 2 OR NEW.hash IS DISTINCT FROM journal_hash_of(NEW, person) THEN
    RAISE EXCEPTION 'entry % does not have the hash %', NEW.seq, NEW.hash USING ERRCODE = '23514',
      HINT = 'The hash covers every field as `records.journal.chain` says.';
  END IF;
  UPDATE journal_head SET seq = NEW.seq, hash = NEW.hash WHERE id = 1;
  RETURN NEW;
"""
ACT = """
  NEW.transaction := pg_current_xact_id();
  IF NOT journal_is_owner() THEN
    IF NOT journal_is_now(NEW.at) THEN
      RAISE EXCEPTION 'an act is dated %, which is not now', NEW.at USING ERRCODE = '23514';
    ELSIF NOT EXISTS (
      SELECT FROM parties_role r JOIN parties_person p ON p.id = r.person_id WHERE r.person_id = NEW.person_id AND p.is_active
        AND journal_holds(r, NEW.at)) AND NOT (NEW.command = 'accept_invitation' AND EXISTS (
      SELECT FROM parties_invitation i WHERE i.person_id = NEW.person_id AND i.accepted_at = NEW.at)) THEN
      RAISE EXCEPTION 'whoever acts sits at no desk' USING ERRCODE = '23514';
    END IF;
    NEW.recorded_at := clock_timestamp();
  END IF;
  RETURN NEW;
"""
SIGNATURE = """
  SELECT kind, decision, who_id, at INTO filed FROM journal_entry WHERE seq = NEW.entry_id;
  IF filed.kind IS DISTINCT FROM 'recommendation' OR filed.who_id = NEW.who_id OR NEW.at < filed.at
      OR EXISTS (SELECT FROM journal_entry WHERE refers_to_id = NEW.entry_id) THEN
    RAISE EXCEPTION 'entry % cannot be signed: it has its answer, or is your own', NEW.entry_id USING ERRCODE = '23514';
  ELSIF NOT journal_is_owner()
      AND NOT (journal_is_now(NEW.at) AND journal_may('answers', filed.decision, NEW.who_id, NEW.at)) THEN
    RAISE EXCEPTION 'whoever signs entry % sits at no desk that may, or dates it wrongly', NEW.entry_id USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""
STATEMENT = """
  IF NOT journal_is_owner() AND NOT journal_is_now(NEW.stated_at) THEN
    RAISE EXCEPTION 'a statement is dated %, which is not now', NEW.stated_at USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""
# PostgreSQL cannot inflate what is compressed outside of it. A recommendation stands there as text, too, and compressed by itself.
PLAIN = """
ALTER TABLE journal_document ADD COLUMN plain text;
ALTER TABLE journal_document ADD CONSTRAINT document_text_has_its_digest
  CHECK (plain IS NULL OR encode(sha256(convert_to(plain, 'UTF8')), 'hex') = digest);
CREATE FUNCTION journal_plan(entry bigint) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE found text;
BEGIN
  SELECT d.plain INTO found FROM journal_entry e JOIN journal_document d ON d.digest = e.recommendation_id WHERE e.seq = entry;
  IF found IS NULL THEN
    RAISE EXCEPTION 'journal entry % has no recommendation that the database can read', entry USING ERRCODE = '23514';
  END IF;
  RETURN found::jsonb;
END $$;
"""
# The roles that came before log-ins of their own: their rights end here, and those of `records.rights` take their place.
OLD_RIGHTS = """
CREATE OR REPLACE FUNCTION journal_grant_rights() RETURNS void LANGUAGE sql AS 'SELECT';
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'dure_app') THEN
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM dure_app', current_schema());
    EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA %I FROM dure_app', current_schema());
  END IF;
END $$;
"""


def to_text(apps: Any, schema_editor: Any) -> None:
    """What waits for an answer may be approved tomorrow: the database must be able to read it then."""
    entries, documents = apps.get_model("journal", "Entry"), apps.get_model("journal", "Document")
    waiting = entries.objects.filter(kind="recommendation", answer=None).values_list("recommendation_id", flat=True)
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("ALTER TABLE journal_document DISABLE TRIGGER only_grows")
        for digest in waiting:
            text = zlib.decompress(documents.objects.get(pk=digest).content).decode()
            cursor.execute("UPDATE journal_document SET plain = %s WHERE digest = %s", [text, digest])
        cursor.execute("ALTER TABLE journal_document ENABLE TRIGGER only_grows")


def on_insert(table: str, name: str, body: str, declare: str = "") -> tuple[RunSQL, RunSQL]:
    """A trigger before each insert."""
    return (
        redefine(f"{table}_{name}", body, declare=declare, definer=True),
        RunSQL(
            f"CREATE TRIGGER {name} BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_{name}()",
            f"DROP TRIGGER {name} ON {table}",
        ),
    )


class Migration(migrations.Migration):
    dependencies = [("journal", "0007_rights_on_views"), ("parties", "0006_invitations")]

    operations = [
        RunSQL(OWNER, "DROP FUNCTION journal_is_owner()"),
        RunSQL(HOLDS, "DROP FUNCTION journal_holds(parties_role, timestamptz)"),
        RunSQL(READERS, RunSQL.noop),
        RunSQL(PIN, "DROP FUNCTION journal_pin_functions()"),
        RunSQL(REFUSE_REWRITING, "DROP FUNCTION journal_refuse_rewriting()"),
        RunSQL(REQUIRE_ACT, "DROP FUNCTION journal_require_act()"),
        RunSQL(CANONICAL + INSTANT + HASH, RunSQL.noop),
        RunSQL(AUTHORITY + NEAR, RunSQL.noop),
        RunSQL(PLAIN, "ALTER TABLE journal_document DROP COLUMN plain; DROP FUNCTION journal_plan(bigint)"),
        redefine("journal_entry_extends_the_chain", CHAIN, declare=CHAIN_VARIABLES, definer=True),
        *on_insert("journal_act", "is_dated", ACT),
        *on_insert("journal_signature", "is_allowed", SIGNATURE, "filed record;"),
        *on_insert("journal_statement", "is_dated", STATEMENT),
        needs_act("journal_signature", "approve_decision", "ministry,agency,operator"),
        RunSQL(OLD_RIGHTS, RunSQL.noop),
        RunPython(to_text, RunPython.noop),
        pin_functions(),
    ]
