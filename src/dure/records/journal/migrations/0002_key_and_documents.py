"""Format 2 of the journal: the key of an entry, its documents by digest, people by stable id; entries of format 1 stay as hashed."""

import hashlib
import json
import zlib
from typing import Any

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models
from django.db.migrations import RunPython, RunSQL

from dure.records.journal.guards import grant_rights, only_grows

SHA256 = r"^[0-9a-f]{64}$"
PARTS = ("facts", "rules", "recommendation")
# Format 1 named the decision only; `shares` and `evaluation` serve two stages each, and their facts tell which.
STAGE_OF = {
    "demand": "survey",
    "eligibility": "application",
    "burden": "settlement",
    "reclaim": "rebalancing",
}
CHAIN = """
CREATE OR REPLACE FUNCTION journal_entry_extends_the_chain() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE head record; filed record;
BEGIN
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
  UPDATE journal_head SET seq = NEW.seq, hash = NEW.hash WHERE id = 1;
  RETURN NEW;
END $$;
"""
REQUIRE_APPROVAL = """
CREATE OR REPLACE FUNCTION journal_require_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.entry_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM journal_entry filed JOIN journal_entry answer ON answer.refers_to_id = filed.seq
    WHERE filed.seq = NEW.entry_id AND filed.kind = 'recommendation' AND answer.kind = 'approval'
      AND filed.decision = ANY (string_to_array(TG_ARGV[0], ','))
  ) THEN
    RAISE EXCEPTION '% needs an approved recommendation of %; journal entry % is none',
      TG_TABLE_NAME, TG_ARGV[0], NEW.entry_id
      USING ERRCODE = '23514', HINT = 'Nothing takes effect before a named person approves.';
  END IF;
  RETURN NEW;
END $$;
"""


def _stage(decision: str, facts: Any) -> str:
    if decision == "evaluation" and isinstance(facts, dict) and facts.get("subject") == "applications":
        return "application"
    return STAGE_OF.get(decision, decision)


def to_documents(apps: Any, schema_editor: Any) -> None:
    """Move each entry's texts to documents, and give it its key; what format 1 hashed is kept."""
    del schema_editor
    entries, documents = apps.get_model("journal", "Entry"), apps.get_model("journal", "Document")
    programmes: dict[int, tuple[str, str]] = {}
    for entry in entries.objects.select_related("who").order_by("seq"):
        facts = json.loads(entry.facts_text) if entry.facts_text else None
        ids = {}
        for part in PARTS:
            if raw := getattr(entry, f"{part}_text").encode():
                ids[f"{part}_id"] = hashlib.sha256(raw).hexdigest()
                documents.objects.get_or_create(
                    digest=ids[f"{part}_id"], defaults={"size": len(raw), "content": zlib.compress(raw, 6)}
                )
        programme, stage = programmes.get(entry.refers_to_id, ("unnamed", _stage(entry.stage, facts)))
        programmes[entry.seq] = (programme, stage)
        entries.objects.filter(pk=entry.seq).update(
            journal=1, programme=programme, decision=entry.stage, stage=stage, who_then=entry.who.username, **ids
        )


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial"), ("parties", "0002_person_uid")]

    operations = [
        migrations.CreateModel(
            name="Document",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("size", models.BigIntegerField(help_text="Bytes of the canonical JSON.")),
                ("content", models.BinaryField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", SHA256), ("size__gte", 1)), name="document_has_its_digest"
                    )
                ]
            },
        ),
        only_grows("journal_document"),
        migrations.RemoveConstraint("entry", "journal_entry_is_a_recommendation_or_an_answer"),
        migrations.RemoveIndex("entry", "journal_by_stage"),
        *(migrations.RenameField("entry", part, f"{part}_text") for part in PARTS),
        migrations.RemoveField("entry", "facts_digest"),
        migrations.AddField("entry", "journal", models.SmallIntegerField(default=2)),
        migrations.AddField("entry", "programme", models.CharField(max_length=160, default=""), preserve_default=False),
        migrations.AddField("entry", "decision", models.CharField(max_length=40, default=""), preserve_default=False),
        migrations.AddField("entry", "format_version", models.SmallIntegerField(default=1)),
        migrations.AddField(
            "entry",
            "who_then",
            models.CharField(blank=True, max_length=80, help_text="Log-in name in the hash of entries of format 1.", default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            "entry",
            "edits",
            models.JSONField(
                default=list, help_text="Where a person changed the facts that the records gave, with both values."
            ),
        ),
        *(
            migrations.AddField(
                "entry",
                part,
                models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.document"
                ),
            )
            for part in PARTS
        ),
        RunSQL("ALTER TABLE journal_entry DISABLE TRIGGER only_grows", RunSQL.noop),
        RunPython(to_documents, RunPython.noop),
        RunSQL("ALTER TABLE journal_entry ENABLE TRIGGER only_grows", RunSQL.noop),
        RunSQL(CHAIN, RunSQL.noop),
        RunSQL(REQUIRE_APPROVAL, RunSQL.noop),
        migrations.CreateModel(
            name="Act",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("programme", models.CharField(max_length=160)),
                ("command", models.CharField(max_length=60)),
                ("about", models.CharField(max_length=200, help_text="KIND/ID of the subject acted on.")),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("via", models.CharField(max_length=16)),
                ("result", models.JSONField(null=True)),
                ("key", models.CharField(blank=True, max_length=160, help_text="Idempotency key given by the caller.")),
                ("code_version", models.CharField(max_length=80)),
                (
                    "input",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.document"),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="acts", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "indexes": [models.Index(fields=["about", "-id"], name="act_by_subject")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("key", ""), _negated=True), fields=("person", "key"), name="act_key_is_used_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(models.Q(("command", ""), _negated=True), models.Q(("about", ""), _negated=True)),
                        name="act_has_command_and_subject",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("via__in", ["page", "api", "command line", "import", "script"])),
                        name="act_came_by_a_known_door",
                    ),
                ],
            },
        ),
        only_grows("journal_act"),
        migrations.CreateModel(
            name="Statement",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("programme", models.CharField(max_length=160)),
                ("kind", models.CharField(max_length=40)),
                ("subject", models.CharField(max_length=160)),
                ("stated_at", models.DateTimeField()),
                (
                    "content",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.document"),
                ),
                (
                    "stated_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="statements", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "indexes": [models.Index(fields=["programme", "kind", "subject", "-id"], name="statement_by_subject")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(models.Q(("kind", ""), _negated=True), models.Q(("subject", ""), _negated=True)),
                        name="statement_has_kind_and_subject",
                    )
                ],
            },
        ),
        only_grows("journal_statement"),
        migrations.CreateModel(
            name="Signature",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("note", models.TextField(blank=True, max_length=4000)),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="signatures", to="journal.entry"
                    ),
                ),
                (
                    "who",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="signatures", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=["entry", "who"], name="signature_once_per_person")
                ],
            },
        ),
        only_grows("journal_signature"),
        grant_rights(),
    ]
