"""Two accounts of one person are one by two other people's word and for good, and count as one wherever another is asked for."""
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from dure.records.journal.guards import keeps, needs_act, pin_functions, redefine, trigger

# The account that stays, of one that was merged; else the account itself.
ONE = """
CREATE FUNCTION parties_one(person bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT coalesce(merged_into_id, id) FROM parties_person WHERE id = person
$$;
"""
# The locked row is the one that stays: of two mergers at once that make a chain, the second waits and is refused.
MERGED = """
  IF TG_OP = 'UPDATE' AND NEW.merged_into_id IS NOT DISTINCT FROM OLD.merged_into_id THEN
    RETURN NEW;
  ELSIF TG_OP = 'UPDATE' AND OLD.merged_into_id IS NOT NULL THEN
    RAISE EXCEPTION 'an account that is read as another stays so' USING ERRCODE = '23514';
  ELSIF NEW.merged_into_id IS NULL THEN
    RETURN NEW;
  ELSIF TG_OP = 'INSERT' OR NOT OLD.is_active OR NEW.is_active THEN
    RAISE EXCEPTION 'an account is read as another from when it is closed for that' USING ERRCODE = '23514';
  END IF;
  PERFORM FROM parties_person WHERE id = NEW.merged_into_id AND merged_into_id IS NULL AND is_active FOR NO KEY UPDATE;
  IF NOT FOUND OR EXISTS (SELECT FROM parties_person WHERE merged_into_id = NEW.id) THEN
    RAISE EXCEPTION 'an account is read as an open one that is read as no other, and none is read as it' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""
# At the end of the transaction: the merger was confirmed, and the account that goes has nothing left.
AGREES = """
  IF NEW.merged_into_id IS NOT NULL AND (
    NOT EXISTS (SELECT FROM parties_personmerger m
      WHERE m.person_id = NEW.id AND m.into_id = NEW.merged_into_id AND m.confirmed_at IS NOT NULL)
    OR EXISTS (SELECT FROM parties_role r WHERE r.person_id = NEW.id AND r.ended_at IS NULL)
    OR EXISTS (SELECT FROM parties_token t WHERE t.person_id = NEW.id AND t.revoked_at IS NULL)
  ) THEN
    RAISE EXCEPTION 'accounts are one by a confirmed merger, and the one that goes has nothing left' USING ERRCODE = '23514';
  END IF;
  RETURN NULL;
"""
ANSWERED = """
  IF OLD.confirmed_at IS NOT NULL OR OLD.dropped_at IS NOT NULL THEN
    RAISE EXCEPTION 'a merger that was confirmed or dropped stays so' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""
# Whoever proposes is whoever acts, and so is whoever confirms; what is confirmed has happened.
BY_THEM = """
  IF NOT journal_is_owner() AND NEW.dropped_at IS NULL AND NOT EXISTS (
    SELECT FROM journal_act a JOIN parties_role r ON r.person_id = a.person_id
    WHERE a.transaction = pg_current_xact_id() AND a.person_id = coalesce(NEW.confirmed_by_id, NEW.proposed_by_id)
      AND a.command = CASE WHEN NEW.confirmed_by_id IS NULL THEN 'propose_person_merger' ELSE 'confirm_person_merger' END
      AND r.desk IN ('agency', 'ministry') AND journal_holds(r, a.at) AND r.given_at < a.at
  ) THEN
    RAISE EXCEPTION 'a merger of accounts is proposed and confirmed by the acts of those two people' USING ERRCODE = '23514';
  ELSIF NEW.confirmed_at IS NOT NULL
      AND NOT EXISTS (SELECT FROM parties_person p WHERE p.id = NEW.person_id AND p.merged_into_id = NEW.into_id) THEN
    RAISE EXCEPTION 'accounts are one by a confirmed merger, and the one that goes has nothing left' USING ERRCODE = '23514';
  END IF;
  RETURN NULL;
"""
# The share lock: a merger waits for the acts of the account that goes, and an act that waited for it is refused.
OF_ONE = """
  IF NEW.person_id IS NULL THEN
    RETURN NEW;
  END IF;
  PERFORM FROM parties_person WHERE id = NEW.person_id AND merged_into_id IS NULL FOR KEY SHARE;
  IF NOT FOUND AND EXISTS (SELECT FROM parties_person WHERE id = NEW.person_id) THEN
    RAISE EXCEPTION 'an account that is read as another does nothing, and nothing is given to it' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""
SAME = "RAISE EXCEPTION 'two accounts of one person do not stand for two people' USING ERRCODE = '23514'"
# Whoever filed or signed under the one account does not answer under the other.
ANSWERS = f"""
  IF EXISTS (
    SELECT FROM journal_entry f WHERE f.seq = NEW.refers_to_id AND f.who_id <> NEW.who_id
      AND parties_one(f.who_id) = parties_one(NEW.who_id)
  ) OR EXISTS (
    SELECT FROM journal_signature s WHERE s.entry_id = NEW.refers_to_id AND s.who_id <> NEW.who_id
      AND parties_one(s.who_id) = parties_one(NEW.who_id)
  ) THEN
    {SAME};
  END IF;
  RETURN NEW;
"""
SIGNS = ANSWERS.replace("NEW.refers_to_id", "NEW.entry_id")


def by_another(table: str, *others: str) -> migrations.RunSQL:
    """Whoever confirms a row of that table is nobody of those under another account."""
    same = " OR ".join(
        f"(NEW.{each} <> NEW.confirmed_by_id AND parties_one(NEW.{each}) = parties_one(NEW.confirmed_by_id))" for each in others
    )
    body = f"\n  IF {same} THEN\n    {SAME};\n  END IF;\n  RETURN NEW;\n"
    return trigger("is_by_another_person", table, when="BEFORE INSERT OR UPDATE", body=body, definer=True)


# As before, and for what closes an account when it is read as another, or ends every log-in when one is renewed.
REQUIRE_ACT = """
  IF journal_is_owner() OR EXISTS (
    SELECT FROM journal_act a JOIN parties_role r ON r.person_id = a.person_id
    WHERE a.transaction = pg_current_xact_id() AND a.command = ANY (string_to_array(TG_ARGV[0], ','))
      AND r.desk = ANY (string_to_array(TG_ARGV[1], ',')) AND journal_holds(r, a.at) AND r.given_at < a.at
      AND (TG_ARGV[2] = '' OR a.about = TG_ARGV[2] || '/' || (to_jsonb(NEW) ->> 'id')
        OR a.command IN ('end_role', 'close_account', 'confirm_person_merger', 'use_renewal'))
  ) THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION '% changes only by an act in the same transaction: %', TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = '23514',
    HINT = 'Whatever is done to the programme is one command, by a person at a desk that may.';
"""
EVERY_DESK = "ministry,agency,reviewer,provider,applicant,operator,auditor"
OF_ROLES = ("end_role,close_account,confirm_role,give_role", "agency,ministry")
OF_TOKENS = ("make_token,revoke_token,end_role,close_account", EVERY_DESK)


def also_by(more: str, table: str, given: tuple[str, str], **how: str) -> migrations.RunSQL:
    """Changes of that table need one of these acts; `more`: those that are new."""
    commands, desks = given
    old, new = needs_act(table, commands, desks, **how), needs_act(table, f"{commands},{more}", desks, **how)
    return migrations.RunSQL(f"{old.reverse_sql}{new.sql}", f"{new.reverse_sql}{old.sql}")


class Migration(migrations.Migration):

    dependencies = [
        ('parties', '0010_readers'),
        ('journal', '0009_answers'),
        ('procurement', '0002_boundary'),
        ('review', '0006_rows'),
    ]

    operations = [
        migrations.AddField(
            model_name='person',
            name='merged_into',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into', None), models.Q(('is_active', False), models.Q(('merged_into', models.F('id')), _negated=True)), _connector='OR'), name='person_is_merged_into_another_and_closed'),
        ),
        migrations.CreateModel(
            name='PersonMerger',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField(max_length=4000)),
                ('proposed_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('dropped_at', models.DateTimeField(blank=True, null=True)),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('into', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mergers', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-proposed_at', '-id'],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(models.Q(('person', models.F('into')), _negated=True), models.Q(('reason', ''), _negated=True)), name='person_merger_is_of_two_with_a_reason'),
                    models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at', None), ('confirmed_by', None)), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False), ('dropped_at', None), models.Q(('confirmed_by', models.F('proposed_by')), _negated=True), models.Q(('confirmed_by', models.F('person')), _negated=True), models.Q(('confirmed_by', models.F('into')), _negated=True)), _connector='OR'), name='person_merger_is_confirmed_by_another'),
                    models.UniqueConstraint(condition=models.Q(('confirmed_at', None), ('dropped_at', None)), fields=('person',), name='person_merger_of_one_waits_once'),
                ],
            },
        ),
        migrations.RunSQL(ONE, "DROP FUNCTION parties_one(bigint)"),
        redefine("journal_require_act", REQUIRE_ACT),
        also_by("confirm_person_merger", "parties_role", OF_ROLES, when="UPDATE"),
        also_by("confirm_person_merger,use_renewal", "parties_token", OF_TOKENS, when="INSERT OR UPDATE", subject="token"),
        trigger("is_merged_once", "parties_person", when="BEFORE INSERT OR UPDATE", body=MERGED, definer=True),
        trigger("agrees_with_mergers", "parties_person", when="AFTER UPDATE", body=AGREES, deferred=True, definer=True),
        keeps("parties_personmerger", "id", "person_id", "into_id", "reason", "proposed_by_id", "proposed_at"),
        trigger("stays_answered", "parties_personmerger", when="BEFORE UPDATE", body=ANSWERED),
        trigger("is_by_them", "parties_personmerger", when="AFTER INSERT OR UPDATE", body=BY_THEM, deferred=True, definer=True),
        needs_act("parties_personmerger", "propose_person_merger,confirm_person_merger,drop_person_merger", "agency,ministry", when="INSERT OR UPDATE"),
        *(trigger("is_of_one_person", table, when="BEFORE INSERT", body=OF_ONE, definer=True)
          for table in ("journal_act", "parties_role", "review_seat")),
        trigger("is_by_another_person", "journal_entry", when="BEFORE INSERT", body=ANSWERS, definer=True),
        trigger("is_by_another_person", "journal_signature", when="BEFORE INSERT", body=SIGNS, definer=True),
        by_another("parties_role", "given_by_id", "person_id"),
        by_another("parties_merger", "proposed_by_id"),
        by_another("parties_personmerger", "proposed_by_id", "person_id", "into_id"),
        by_another("parties_renewal", "made_by_id", "person_id"),
        by_another("procurement_extension", "proposed_by_id"),
        pin_functions(),
    ]
