"""Constraints that Django cannot spell, as operations for migrations.

Tables that only grow, columns that are never rewritten, rows that need an approved journal entry and say what it says,
and changes that need their act in the same transaction. Who may do what to which table is `records.rights`.
"""

from typing import NamedTuple

from django.db.migrations import RunSQL

APPLICATION_ROLE = "dure_app"

_REFUSE_CHANGE = """
CREATE FUNCTION journal_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% only grows: % is refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = '23000', HINT = 'Add a new version, or a reversal.';
END $$;
"""

_REQUIRE_APPROVAL = """
CREATE FUNCTION journal_require_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.entry_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM journal_entry filed JOIN journal_entry answer ON answer.refers_to_id = filed.seq
    WHERE filed.seq = NEW.entry_id AND filed.kind = 'recommendation' AND answer.kind = 'approval'
      AND filed.stage = ANY (string_to_array(TG_ARGV[0], ','))
  ) THEN
    RAISE EXCEPTION '% needs an approved recommendation of stage %; journal entry % is none',
      TG_TABLE_NAME, TG_ARGV[0], NEW.entry_id
      USING ERRCODE = '23514', HINT = 'Nothing takes effect before a named person approves.';
  END IF;
  RETURN NEW;
END $$;
"""

_GRANT_RIGHTS = f"""
CREATE OR REPLACE FUNCTION journal_grant_rights() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  relation record;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{APPLICATION_ROLE}') THEN
    RETURN;
  END IF;
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO {APPLICATION_ROLE}', current_schema());
  EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA %I TO {APPLICATION_ROLE}', current_schema());
  FOR relation IN
    SELECT c.oid::regclass AS name, c.relname, c.relkind, EXISTS (
      SELECT 1 FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'only_grows') AS only_grows
    FROM pg_class c WHERE c.relkind IN ('r', 'v') AND c.relnamespace = current_schema()::regnamespace
      AND pg_has_role(c.relowner, 'USAGE')
  LOOP
    EXECUTE format('REVOKE ALL ON %s FROM {APPLICATION_ROLE}', relation.name);
    EXECUTE format('GRANT %s ON %s TO {APPLICATION_ROLE}', CASE
      WHEN relation.relkind = 'v' OR relation.relname IN ('journal_head', 'django_migrations') THEN 'SELECT'
      WHEN relation.only_grows THEN 'SELECT, INSERT'
      ELSE 'SELECT, INSERT, UPDATE, DELETE' END, relation.name);
  END LOOP;
END $$;
"""


def install() -> list[RunSQL]:
    """The functions that all other guards call; in the journal's first migration."""
    return [
        RunSQL(_REFUSE_CHANGE, "DROP FUNCTION journal_refuse_change()"),
        RunSQL(_REQUIRE_APPROVAL, "DROP FUNCTION journal_require_approval()"),
        RunSQL(_GRANT_RIGHTS, "DROP FUNCTION journal_grant_rights()"),
    ]


def define_rights() -> RunSQL:
    """What older migrations gave the role `dure_app`, until migration 0008 of the journal took it back."""
    return RunSQL(_GRANT_RIGHTS, RunSQL.noop)


def only_grows(table: str) -> RunSQL:
    """Rows of that table are added and never changed, deleted or truncated."""
    return RunSQL(
        f"CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION journal_refuse_change();"
        f"CREATE TRIGGER is_never_emptied BEFORE TRUNCATE ON {table} EXECUTE FUNCTION journal_refuse_change();",
        f"DROP TRIGGER only_grows ON {table}; DROP TRIGGER is_never_emptied ON {table};",
    )


def needs_approval(table: str, *stages: str) -> RunSQL:
    """A row's `entry` is an approved recommendation of one of those stages."""
    return RunSQL(
        f"CREATE TRIGGER needs_approval BEFORE INSERT OR UPDATE OF entry_id ON {table} FOR EACH ROW "
        f"EXECUTE FUNCTION journal_require_approval('{','.join(stages)}');",
        f"DROP TRIGGER needs_approval ON {table};",
    )


def keeps(table: str, *columns: str) -> RunSQL:
    """Those columns of a row are never rewritten, and the row is never deleted."""
    before, after = (", ".join(f"{version}.{column}" for column in columns) for version in ("OLD", "NEW"))
    return RunSQL(
        f"CREATE TRIGGER keeps BEFORE UPDATE ON {table} FOR EACH ROW WHEN (ROW({before}) IS DISTINCT FROM ROW({after})) "
        f"EXECUTE FUNCTION journal_refuse_rewriting('{', '.join(columns)}');"
        f"CREATE TRIGGER is_kept BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION journal_refuse_rewriting('rows');"
        f"CREATE TRIGGER is_never_emptied BEFORE TRUNCATE ON {table} EXECUTE FUNCTION journal_refuse_rewriting('rows');",
        f"DROP TRIGGER keeps ON {table}; DROP TRIGGER is_kept ON {table}; DROP TRIGGER is_never_emptied ON {table};",
    )


def needs_act(table: str, commands: str, desks: str, *, when: str = "INSERT", subject: str = "") -> RunSQL:
    """A change by any log-in but the owner's needs one of those acts, by somebody at one of those desks, in its transaction.

    `subject`: the act is about that kind of subject, by the row's id. Names are separated by commas. Checked at the end.
    """
    return RunSQL(
        f"CREATE CONSTRAINT TRIGGER needs_its_act AFTER {when} ON {table} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
        f"EXECUTE FUNCTION journal_require_act('{commands}', '{desks}', '{subject}');",
        f"DROP TRIGGER needs_its_act ON {table};",
    )


class Owed(NamedTuple):
    """The act that a changed row asks for: one of those commands, by somebody at one of those desks, all parted by commas.

    `about`: what the act is about, as an expression over the row `m`, or several, one a line. `day`: an expression for the day
    of the act. `where`: of which rows; in an update over `w`, too, the row as it was.
    """

    commands: str
    desks: str
    about: str
    day: str = "NULL::date"
    where: str = "true"


def last_approved(*decisions: str) -> str:
    """An expression for what the approval is about that was given last of those decisions, and is carried out now."""
    listed = ", ".join(f"'{each}'" for each in decisions)
    return (
        "coalesce((SELECT 'entry/' || e.refers_to_id FROM journal_entry e WHERE e.kind = 'approval' "
        f"AND e.decision IN ({listed}) ORDER BY e.seq DESC LIMIT 1), 'entry/0')"
    )


def owes_act(table: str, name: str, *owed: Owed, columns: str = "", key: str = "id") -> RunSQL:
    """Rows that a statement adds, or in which it changes `columns`, need their acts in the transaction, unless the owner did it.

    Asked for each subject once, at the end: not row by row as `needs_act` does. `name` is the trigger's.
    """
    event, versions, rows, changed = "INSERT", "NEW TABLE AS made", "made m", "true"
    if columns:
        event, versions, rows = "UPDATE", "OLD TABLE AS was NEW TABLE AS made", f"made m JOIN was w ON w.{key} = m.{key}"
        before, after = (", ".join(f"{row}.{each}" for each in columns.split()) for row in ("w", "m"))
        changed = f"ROW({before}) IS DISTINCT FROM ROW({after})"
    asked = "".join(
        "    INSERT INTO journal_owed (commands, desks, about, day) SELECT DISTINCT "
        f"string_to_array('{each.commands}', ','), string_to_array('{each.desks}', ','), {each.about}, {each.day} "
        f"FROM {rows} WHERE {changed} AND ({each.where});\n"
        for each in owed
    )
    function = f"{table}_{name}"
    return RunSQL(
        f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$\n"
        f"BEGIN\n  IF NOT journal_is_owner() THEN\n{asked}  END IF;\n  RETURN NULL;\nEND $$;\n"
        f"CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING {versions} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {function}();",
        f"DROP TRIGGER {name} ON {table}; DROP FUNCTION {function}();",
    )


def as_approved(table: str, body: str, declare: str = "") -> RunSQL:
    """What one statement adds to that table, `made`, is what the approved entries say: `body` sets `wrong` to one that is not."""
    function = f"{table}_is_as_approved"
    return RunSQL(
        f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$\nDECLARE wrong bigint; {declare}\n"
        f"BEGIN\n{body}\n"
        "  IF wrong IS NOT NULL THEN\n"
        "    RAISE EXCEPTION '% is not what journal entry % approved', TG_TABLE_NAME, wrong USING ERRCODE = '23514',\n"
        "      HINT = 'Approval carries a recommendation out as it was filed; file another.';\n"
        f"  END IF;\n  RETURN NULL;\nEND $$;\n"
        f"CREATE TRIGGER is_as_approved AFTER INSERT ON {table} REFERENCING NEW TABLE AS made "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {function}();",
        f"DROP TRIGGER is_as_approved ON {table}; DROP FUNCTION {function}();",
    )


def rows_of(table: str, sees: str) -> RunSQL:
    """Row-level security for every log-in, the owner's too: rows where `sees` holds are read and added, others do not exist.

    The owner sees all, and so do functions with the owner's rights. Who reads is what `records.journal.readers` says.
    """
    sees = f"(SELECT journal_reads_as_owner()) OR {sees}"
    return RunSQL(
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
        f"CREATE POLICY is_read ON {table} FOR SELECT USING ({sees});"
        f"CREATE POLICY is_added ON {table} FOR INSERT WITH CHECK ({sees});",
        f"DROP POLICY is_read ON {table}; DROP POLICY is_added ON {table};"
        f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
    )


def rows_of_organisations(table: str, theirs: str) -> RunSQL:
    """Row-level security for every log-in: offices read all rows, whoever acts for an organisation those where `theirs` holds.

    Nobody reads any. `theirs` is evaluated row by row: functions stand within `(SELECT ...)`, and are called once a query then.
    An array that may be long is looked through for each row: `rows_of_set` asks a set instead.
    """
    return RunSQL(
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
        f"CREATE POLICY is_theirs ON {table} USING ((SELECT parties_reads_all()) OR {theirs});",
        f"DROP POLICY is_theirs ON {table};"
        f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
    )


def rows_of_set(table: str, column: str, of_reader: str) -> RunSQL:
    """`rows_of_organisations` from now on by the array that the call `of_reader` gives, looked up as a set however long it is."""
    policy = f"ALTER POLICY is_theirs ON {table} USING ((SELECT parties_reads_all()) OR {column}"
    return RunSQL(f"{policy} IN {set_of(of_reader)})", f"{policy} = ANY ((SELECT {of_reader})::text[]))")


def set_of(of_reader: str) -> str:
    """The members of the array that the call gives, as a subquery that is run once and hashed.

    `unnest(call())` would be evaluated by the planner, which wants to know how long it is: a function that reads a table whose
    policy calls it would be planned for ever. `OFFSET 0` keeps the call out of its sight.
    """
    return f"(SELECT unnest(reader.ids) FROM (SELECT {of_reader} AS ids OFFSET 0) reader)"


def also_read(table: str, because: str, sees: str) -> RunSQL:
    """Those rows of a table with row-level security are read, too, and not changed: `because` names the policy.

    PostgreSQL asks policies from the last name to the first, so that offices are answered by `is_theirs` alone.
    """
    return RunSQL(f"CREATE POLICY {because} ON {table} FOR SELECT USING ({sees})", f"DROP POLICY {because} ON {table}")


def redefine(function: str, body: str, *, declare: str = "", definer: bool = False) -> RunSQL:
    """Gives a trigger's function another body; the migration that made it stays as it was."""
    security = "SECURITY DEFINER " if definer else ""
    return RunSQL(
        f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql {security}AS $$\n"
        f"{f'DECLARE {declare}' if declare else ''}\nBEGIN\n{body}\nEND $$;",
        RunSQL.noop,
    )


def pin_functions() -> RunSQL:
    """Our functions look for tables in our schema, and never in a temporary one first; last in each app's newest migration."""
    return RunSQL("SELECT journal_pin_functions()", RunSQL.noop)


def trigger(
    name: str, table: str, *, when: str, body: str, declare: str = "", deferred: bool = False, definer: bool = False
) -> RunSQL:
    """A row trigger `name` of that table with its own function; `deferred` waits for the commit."""
    function = f"{table}_{name}"
    kind = "CONSTRAINT TRIGGER" if deferred else "TRIGGER"
    timing = "DEFERRABLE INITIALLY DEFERRED " if deferred else ""
    security = "SECURITY DEFINER SET search_path FROM CURRENT " if definer else ""
    return RunSQL(
        f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql {security}AS $$\n"
        f"{f'DECLARE {declare}' if declare else ''}\nBEGIN\n{body}\nEND $$;\n"
        f"CREATE {kind} {name} {when} ON {table} {timing}FOR EACH ROW EXECUTE FUNCTION {function}();",
        f"DROP TRIGGER {name} ON {table}; DROP FUNCTION {function}();",
    )


def grant_rights() -> RunSQL:
    """As `define_rights`; `records.rights` takes its place."""
    return RunSQL("SELECT journal_grant_rights()", RunSQL.noop)
