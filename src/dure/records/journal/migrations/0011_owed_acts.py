"""Acts that a transaction owes for what its statements changed: each is asked for once, at the end, however many rows there were."""

from django.db import migrations

from dure.records.journal.guards import pin_functions, trigger

# `about`: what the act is about, or several, one a line. A row lives from its statement to the end of the transaction; nobody reads or writes here (`records.rights`).
OWED = """
CREATE TABLE journal_owed (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  commands text[] NOT NULL,
  desks text[] NOT NULL,
  about text NOT NULL,
  day date
);
"""
# An approval is an act of the moment at which the entry was approved: it carries out nothing again later.
# Noon, and half a day to either side of it wherever the programme's clocks stand.
PAID = """
  DELETE FROM journal_owed WHERE id = NEW.id;
  IF EXISTS (
    SELECT FROM journal_act a JOIN parties_role r ON r.person_id = a.person_id
    WHERE a.transaction = pg_current_xact_id() AND a.command = ANY (NEW.commands)
      AND a.about = ANY (string_to_array(NEW.about, E'\\n'))
      AND (NEW.day IS NULL OR abs(extract(epoch FROM a.at - (NEW.day + time '12:00') AT TIME ZONE 'UTC')) <= 26 * 3600)
      AND (a.command <> 'approve_decision' OR EXISTS (
        SELECT FROM journal_entry e
        WHERE e.refers_to_id = substring(a.about FROM '^entry/([0-9]{1,18})$')::bigint AND e.kind = 'approval' AND e.at = a.at))
      AND r.desk = ANY (NEW.desks) AND journal_holds(r, a.at) AND r.given_at < a.at
  ) THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION '% changes only by an act in the same transaction: %', NEW.about, array_to_string(NEW.commands, ',')
    USING ERRCODE = '23514', HINT = 'Whatever is done to the programme is one command, by a person at a desk that may.';
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0010_who_gains"), ("parties", "0016_addresses_by_act")]

    operations = [
        migrations.RunSQL(OWED, "DROP TABLE journal_owed"),
        trigger("is_paid", "journal_owed", when="AFTER INSERT", body=PAID, deferred=True, definer=True),
        pin_functions(),
    ]
