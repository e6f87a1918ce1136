"""The tables of `journal`, and the constraints that Django cannot spell."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models
from django.db.migrations import RunSQL

from dure.records.journal.guards import grant_rights, install, only_grows, trigger

# The role that may only add has no right on the head; it locks it through this function.
LOCK_HEAD = """
CREATE FUNCTION journal_lock_head(OUT head_seq bigint, OUT head_hash text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  INSERT INTO journal_head (id, seq, hash) VALUES (1, 0, repeat('0', 64)) ON CONFLICT (id) DO NOTHING;
  SELECT seq, hash INTO head_seq, head_hash FROM journal_head WHERE id = 1 FOR UPDATE;
END $$;
"""
CHAIN_VARIABLES = "head record; filed record;"
CHAIN = """
  SELECT * INTO head FROM journal_lock_head();
  IF NEW.seq <> head.head_seq + 1 OR NEW.previous_hash <> head.head_hash THEN
    RAISE EXCEPTION 'the journal goes on with entry % after hash %, not with entry % after %',
      head.head_seq + 1, head.head_hash, NEW.seq, NEW.previous_hash USING ERRCODE = '23514';
  END IF;
  IF NEW.refers_to_id IS NOT NULL THEN
    SELECT kind, stage, subject, at, who_id INTO filed FROM journal_entry WHERE seq = NEW.refers_to_id;
    IF NOT FOUND OR filed.kind <> 'recommendation' THEN
      RAISE EXCEPTION 'entry % is not a recommendation, so it cannot be answered', NEW.refers_to_id USING ERRCODE = '23514';
    ELSIF filed.who_id = NEW.who_id THEN
      RAISE EXCEPTION 'who filed entry % may not answer it', NEW.refers_to_id USING ERRCODE = '23514';
    ELSIF filed.stage <> NEW.stage OR filed.subject <> NEW.subject OR NEW.at < filed.at THEN
      RAISE EXCEPTION 'the answer to entry % must have its stage and subject, and not be earlier', NEW.refers_to_id
        USING ERRCODE = '23514';
    END IF;
  END IF;
  UPDATE journal_head SET seq = NEW.seq, hash = NEW.hash WHERE id = 1;
  RETURN NEW;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Head",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField(default=0)),
                (
                    "hash",
                    models.CharField(default="0000000000000000000000000000000000000000000000000000000000000000", max_length=64),
                ),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="journal_has_one_head")],
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("recommendation", "Recommendation"), ("approval", "Approval"), ("refusal", "Refusal")], max_length=16
                    ),
                ),
                ("stage", models.CharField(max_length=40)),
                ("subject", models.CharField(max_length=160)),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("facts", models.TextField(blank=True)),
                ("rules", models.TextField(blank=True)),
                ("recommendation", models.TextField(blank=True)),
                ("method", models.CharField(blank=True, max_length=160)),
                ("facts_digest", models.CharField(blank=True, max_length=64)),
                ("code_version", models.CharField(max_length=80)),
                ("note", models.TextField(blank=True, max_length=4000)),
                ("previous_hash", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64, unique=True)),
                (
                    "refers_to",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answer",
                        to="journal.entry",
                    ),
                ),
                (
                    "who",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="entries", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["seq"],
                "indexes": [models.Index(fields=["stage", "subject"], name="journal_by_stage")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("seq__gte", 1)), name="journal_starts_at_one"),
                    models.CheckConstraint(
                        condition=models.Q(("hash__regex", "^[0-9a-f]{64}$"), ("previous_hash__regex", "^[0-9a-f]{64}$")),
                        name="journal_hashes_are_sha256",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("facts_digest__regex", "^[0-9a-f]{64}$"),
                                ("kind", "recommendation"),
                                ("refers_to", None),
                                models.Q(("facts", ""), _negated=True),
                                models.Q(("rules", ""), _negated=True),
                                models.Q(("recommendation", ""), _negated=True),
                            ),
                            models.Q(
                                ("kind__in", ["approval", "refusal"]),
                                ("refers_to__isnull", False),
                                ("facts", ""),
                                ("facts_digest", ""),
                                ("method", ""),
                                ("recommendation", ""),
                                ("rules", ""),
                            ),
                            _connector="OR",
                        ),
                        name="journal_entry_is_a_recommendation_or_an_answer",
                    ),
                ],
            },
        ),
        *install(),
        RunSQL(LOCK_HEAD, "DROP FUNCTION journal_lock_head()"),
        trigger("extends_the_chain", "journal_entry", when="BEFORE INSERT", declare=CHAIN_VARIABLES, body=CHAIN, definer=True),
        only_grows("journal_entry"),
        RunSQL(
            "CREATE TRIGGER stays BEFORE DELETE ON journal_head FOR EACH ROW EXECUTE FUNCTION journal_refuse_change();"
            "CREATE TRIGGER is_never_emptied BEFORE TRUNCATE ON journal_head EXECUTE FUNCTION journal_refuse_change();",
            "DROP TRIGGER stays ON journal_head; DROP TRIGGER is_never_emptied ON journal_head;",
        ),
        grant_rights(),
    ]
