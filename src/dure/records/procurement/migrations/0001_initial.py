"""The tables of `procurement`, and the constraints that Django cannot spell."""

import django.db.models.deletion
import django.db.models.functions.datetime
import dure.records.journal.fields
from django.conf import settings
from django.db import migrations, models

from dure.records.journal.guards import grant_rights, needs_approval, only_grows, trigger

ONLY_LATER = """
  IF NEW.closes_at < OLD.closes_at OR NEW.opened_at > OLD.opened_at THEN
    RAISE EXCEPTION 'the deadline of call % only moves later', OLD.id USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""
# Only the trigger on awards moves the counter.
KEEPS_COUNT = """
  IF (TG_OP = 'INSERT' AND NEW.awarded_won <> 0)
      OR (TG_OP = 'UPDATE' AND NEW.awarded_won <> OLD.awarded_won AND pg_trigger_depth() = 1) THEN
    RAISE EXCEPTION 'what call % has awarded is counted from its awards', NEW.id USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""
# The share lock keeps the deadline still until the submission is in.
IN_TIME = """
  SELECT opened_at, closes_at INTO call FROM procurement_call WHERE id = NEW.call_id FOR SHARE;
  IF NEW.submitted_at < call.opened_at OR NEW.submitted_at >= call.closes_at THEN
    RAISE EXCEPTION 'call % takes proposals from % until before %', NEW.call_id, call.opened_at, call.closes_at USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""
# The update locks the call, so that awards queue up; its CHECK refuses the one too many.
COUNTS_AWARD = """
  SELECT call_id INTO proposed FROM procurement_proposal WHERE id = NEW.proposal_id;
  IF proposed.call_id <> NEW.call_id THEN
    RAISE EXCEPTION 'proposal % belongs to call %', NEW.proposal_id, proposed.call_id USING ERRCODE = '23514';
  END IF;
  UPDATE procurement_call SET awarded_won = awarded_won + NEW.price_won WHERE id = NEW.call_id;
  RETURN NEW;
"""
AGREED = """
  SELECT provider_id, call_id INTO agreed FROM procurement_agreement WHERE id = NEW.agreement_id;
  SELECT p.provider_id, a.call_id INTO awarded FROM procurement_award a JOIN procurement_proposal p ON p.id = a.proposal_id
    WHERE a.id = NEW.award_id;
  IF agreed IS DISTINCT FROM awarded THEN
    RAISE EXCEPTION 'award % is of another provider or call', NEW.award_id USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("journal", "0001_initial"),
        ("parties", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Agreement",
            fields=[
                ("id", models.CharField(max_length=160, primary_key=True, serialize=False)),
                ("signed_on", models.DateField()),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="agreements", to="parties.organisation"
                    ),
                ),
            ],
            options={
                "ordering": ["signed_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="Award",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("lot", models.CharField(max_length=160)),
                ("gpu_model", models.CharField(blank=True, max_length=40)),
                ("gpus_per_server", models.IntegerField(default=8)),
                ("servers", models.IntegerField()),
                ("own_use_servers", models.IntegerField(default=0)),
                ("price_won", models.BigIntegerField()),
                ("awarded_on", models.DateField()),
                ("entry", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.entry")),
            ],
            options={
                "ordering": ["call", "proposal", "lot"],
            },
        ),
        migrations.CreateModel(
            name="AgreedAward",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="agreed_awards", to="procurement.agreement"
                    ),
                ),
                (
                    "award",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="agreed", to="procurement.award"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Call",
            fields=[
                ("id", models.CharField(max_length=160, primary_key=True, serialize=False)),
                ("title_ko", models.CharField(max_length=200)),
                ("title_en", models.CharField(blank=True, max_length=200)),
                ("budget_won", models.BigIntegerField()),
                ("awarded_won", models.BigIntegerField(default=0)),
                ("opened_at", models.DateTimeField()),
                ("closes_at", models.DateTimeField()),
                ("briefing_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["opened_at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("awarded_won__gte", 0), ("awarded_won__lte", models.F("budget_won"))),
                        name="call_awards_within_budget",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("closes_at__gt", models.F("opened_at"))), name="call_closes_after_it_opened"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="award",
            name="call",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="awards", to="procurement.call"),
        ),
        migrations.AddField(
            model_name="agreement",
            name="call",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="agreements", to="procurement.call"
            ),
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.CharField(max_length=160, primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1)),
                ("submitted_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("content", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="proposals", to="procurement.call"
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="proposals", to="parties.organisation"
                    ),
                ),
            ],
            options={
                "ordering": ["call", "id"],
            },
        ),
        migrations.AddField(
            model_name="award",
            name="proposal",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="awards", to="procurement.proposal"
            ),
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_at", models.DateTimeField()),
                ("question", models.TextField(max_length=4000)),
                ("answer", models.TextField(blank=True, max_length=4000)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="questions", to="procurement.call"
                    ),
                ),
            ],
            options={
                "ordering": ["asked_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="AgreementVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.IntegerField()),
                ("agreed_on", models.DateField()),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(help_text="The first day that is no longer covered.")),
                ("owner", models.CharField(max_length=160)),
                ("user_right", models.CharField(max_length=160)),
                ("own_use_share", dure.records.journal.fields.ExactField(decimal_places=18, max_digits=19)),
                ("terms", models.JSONField(default=dict)),
                ("reason", models.TextField(blank=True, max_length=4000)),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="procurement.agreement"
                    ),
                ),
            ],
            options={
                "ordering": ["agreement", "version"],
                "constraints": [
                    models.UniqueConstraint(fields=("agreement", "version"), name="agreement_version_is_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gt", models.F("starts_on"))), name="agreement_ends_after_it_starts"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("own_use_share__gte", 0), ("own_use_share__lte", 1)), name="own_use_share_is_a_share"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("version", 1), models.Q(("version__gt", 1), models.Q(("reason", ""), _negated=True)), _connector="OR"
                        ),
                        name="amendment_has_its_reason",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.UniqueConstraint(fields=("call", "provider", "version"), name="proposal_version_is_unique"),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(condition=models.Q(("version__gte", 1)), name="proposal_version_starts_at_one"),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")), name="proposal_digest_is_sha256"
            ),
        ),
        migrations.AddConstraint(
            model_name="award",
            constraint=models.UniqueConstraint(fields=("proposal", "lot"), name="award_once_per_lot"),
        ),
        migrations.AddConstraint(
            model_name="award",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("gpus_per_server__gt", 0),
                    ("own_use_servers__gte", 0),
                    ("own_use_servers__lte", models.F("servers")),
                    ("price_won__gte", 0),
                    ("servers__gt", 0),
                ),
                name="award_quantities_are_possible",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", ""), ("answered_at", None)),
                    models.Q(models.Q(("answer", ""), _negated=True), ("answered_at__gte", models.F("asked_at"))),
                    _connector="OR",
                ),
                name="question_is_answered_with_a_date",
            ),
        ),
        trigger("only_moves_later", "procurement_call", when="BEFORE UPDATE OF closes_at, opened_at", body=ONLY_LATER),
        trigger("keeps_count", "procurement_call", when="BEFORE INSERT OR UPDATE OF awarded_won", body=KEEPS_COUNT),
        trigger("is_in_time", "procurement_proposal", when="BEFORE INSERT", declare="call record;", body=IN_TIME),
        trigger("counts", "procurement_award", when="BEFORE INSERT", declare="proposed record;", body=COUNTS_AWARD),
        trigger(
            "is_of_the_provider",
            "procurement_agreedaward",
            when="BEFORE INSERT",
            declare="agreed record; awarded record;",
            body=AGREED,
        ),
        only_grows("procurement_proposal"),
        only_grows("procurement_award"),
        only_grows("procurement_agreement"),
        only_grows("procurement_agreedaward"),
        only_grows("procurement_agreementversion"),
        needs_approval("procurement_award", "portfolio"),
        grant_rights(),
    ]
