"""The log goes on leaf by leaf; a head is the link of a leaf that is there, and a receipt is for a head that is there."""

from django.db import migrations

from dure.records.journal.guards import pin_functions, trigger

FOLLOWS = """
  IF NEW.place = 1 THEN
    before := repeat('0', 64);
  ELSE
    SELECT hash INTO before FROM evidence_leaf WHERE place = NEW.place - 1;
  END IF;
  IF NEW.entry_id IS NOT NULL THEN
    SELECT hash INTO recorded FROM journal_entry WHERE seq = NEW.entry_id;
  ELSE
    recorded := NEW.leaf;
  END IF;
  IF before IS NULL OR recorded IS DISTINCT FROM NEW.leaf
      OR encode(sha256(decode(before, 'hex') || decode(NEW.leaf, 'hex')), 'hex') <> NEW.hash THEN
    RAISE EXCEPTION 'leaf % does not follow from the leaf before it and what was recorded', NEW.place USING ERRCODE = '23514';
  END IF;
  RETURN NULL;
"""
# A head beyond the log's end, or of another log, would be the last for ever, as heads only grow. Of those that were let in before
# this trigger was there none counts that does not lie on the log: the next head is longer than the last one that does.
ON_THE_LOG = """
  told := NEW.statement::jsonb;
  IF told ->> 'statement' IS DISTINCT FROM 'dure/head/1' OR told ->> 'size' IS DISTINCT FROM NEW.size::text
      OR told ->> 'hash' IS DISTINCT FROM NEW.hash
      OR NOT EXISTS (SELECT FROM evidence_leaf WHERE place = NEW.size AND hash = NEW.hash) THEN
    RAISE EXCEPTION 'the head of % lies nowhere on the log', NEW.size USING ERRCODE = '23514';
  ELSIF EXISTS (
    SELECT FROM evidence_head h JOIN evidence_leaf l ON l.place = h.size AND l.hash = h.hash WHERE h.size > NEW.size) THEN
    RAISE EXCEPTION 'the head of % is shorter than the one before it', NEW.size USING ERRCODE = '23514';
  ELSIF NOT journal_is_owner() AND NOT journal_is_now(NEW.at) THEN
    RAISE EXCEPTION 'the head of % is dated %, which is not now', NEW.size, NEW.at USING ERRCODE = '23514';
  END IF;
  RETURN NULL;
"""
# A witness whose answer was lost gives the same receipt later: so it may be as old as its head, and no younger than now.
OF_ITS_HEAD = """
  told := NEW.statement::jsonb;
  SELECT size, hash, at INTO head FROM evidence_head WHERE size = NEW.head_id;
  IF told ->> 'statement' IS DISTINCT FROM 'dure/receipt/1' OR told ->> 'size' IS DISTINCT FROM head.size::text
      OR told ->> 'hash' IS DISTINCT FROM head.hash OR (told ->> 'at')::timestamptz IS DISTINCT FROM NEW.at THEN
    RAISE EXCEPTION 'the receipt of % is not for the head of %', NEW.witness, NEW.head_id USING ERRCODE = '23514';
  ELSIF NOT journal_is_owner()
      AND NEW.at NOT BETWEEN head.at - interval '1 hour' AND clock_timestamp() + interval '1 minute' THEN
    RAISE EXCEPTION 'the receipt of % is dated %, which is before its head or after now', NEW.witness, NEW.at
      USING ERRCODE = '23514';
  END IF;
  RETURN NULL;
"""
AFTER = "AFTER INSERT"


class Migration(migrations.Migration):
    dependencies = [("evidence", "0001_initial")]

    operations = [
        trigger("follows", "evidence_leaf", when=AFTER, body=FOLLOWS, declare="before text; recorded text;", definer=True),
        trigger("lies_on_the_log", "evidence_head", when=AFTER, body=ON_THE_LOG, declare="told jsonb;", definer=True),
        trigger("is_of_its_head", "evidence_receipt", when=AFTER, body=OF_ITS_HEAD, declare="told jsonb; head record;", definer=True),
        pin_functions(),
    ]
