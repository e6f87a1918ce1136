"""One act is one document: of that id, that moment and that person; what supported an answer, appeal or report stays with it."""

from django.db import migrations

from dure.records.journal.guards import pin_functions, redefine

# As in the first migration; and documents of a grant come and go while what they support is open, as the commands ask it.
# Days are the programme's: 26 hours to either side of noon, wherever its clocks stand.
STANDS = """
  IF NEW.kind = 'application' THEN
    SELECT organisation_id, withdrawn_at, user_call_id INTO whose, withdrawn, judged_in FROM demand_application
    WHERE id = NEW.subject;
  ELSIF NEW.kind = 'grant' THEN
    SELECT a.organisation_id INTO whose FROM allocation_grant g JOIN demand_application a ON a.id = g.application_id
    WHERE g.id = NEW.subject;
  ELSIF NEW.kind = 'call' THEN
    PERFORM FROM procurement_call WHERE id = NEW.subject;
  ELSE
    PERFORM FROM demand_usercall WHERE id = NEW.subject;
  END IF;
  IF NOT FOUND OR whose IS DISTINCT FROM NEW.organisation_id THEN
    RAISE EXCEPTION 'document % belongs to nothing of that organisation', NEW.id USING ERRCODE = '23514';
  END IF;
  moment := CASE WHEN TG_OP = 'INSERT' THEN NEW.attached_at ELSE NEW.removed_at END;
  IF NOT journal_is_owner() AND NOT journal_is_now(moment) THEN
    RAISE EXCEPTION 'document % is attached and removed now', NEW.id USING ERRCODE = '23514';
  END IF;
  IF NEW.kind = 'application' THEN
    SELECT closes_at INTO deadline FROM demand_usercall WHERE id = judged_in FOR SHARE;
    IF withdrawn IS NOT NULL OR moment >= deadline OR (NOT journal_is_owner() AND clock_timestamp() >= deadline) THEN
      RAISE EXCEPTION 'documents of application % are changed before the deadline', NEW.subject USING ERRCODE = '23514';
    END IF;
  ELSIF NEW.kind = 'grant' THEN
    since := documents_asked_since(NEW.subject, NEW.part);
    IF since IS NULL OR (TG_OP = 'UPDATE' AND NEW.attached_at < (since + time '12:00') AT TIME ZONE 'UTC' - interval '26 hours')
    THEN
      RAISE EXCEPTION 'documents of grant % are changed while what they support is open', NEW.subject USING ERRCODE = '23514';
    END IF;
  END IF;
  RETURN NEW;
"""
# As `cycle.documents.attaching` says it; none: nothing of that part is asked of the grant's people.
ASKED = """
CREATE FUNCTION documents_asked_since(of_grant text, of_part text) RETURNS date LANGUAGE sql STABLE AS $$
  SELECT CASE of_part
    WHEN 'answer' THEN (
      SELECT min(n.sent_on) FROM operation_notice n WHERE n.grant_id = of_grant
        AND (n.answered_on IS NULL OR n.answer_accepted IS NULL)
        AND NOT EXISTS (SELECT FROM operation_appeal a WHERE a.notice_id = n.id AND a.upheld))
    WHEN 'appeal' THEN least(
      (SELECT min(opened_on) FROM operation_appeal WHERE grant_id = of_grant AND closed_on IS NULL),
      (SELECT min(n.sent_on) FROM operation_notice n WHERE n.grant_id = of_grant AND n.answer_accepted IS DISTINCT FROM true
        AND NOT EXISTS (SELECT FROM operation_appeal a
          WHERE a.notice_id = n.id OR a.grant_id = of_grant AND a.closed_on IS NULL)))
    WHEN 'report' THEN (
      SELECT coalesce(max(received_on), '0001-01-01') FROM outcomes_report WHERE grant_id = of_grant
      HAVING bool_or(received_on IS NULL)) END
$$;
"""
# By somebody who sits for the organisation whose it is, or at the agency where it is everybody's. The act's result is its id.
ACT = """
  IF journal_is_owner() OR EXISTS (
    SELECT FROM journal_act a JOIN parties_role r ON r.person_id = a.person_id
      LEFT JOIN parties_organisation o ON o.id = r.organisation_id
      LEFT JOIN parties_organisation stays ON stays.id = coalesce(o.merged_into_id, o.id)
    WHERE a.transaction = pg_current_xact_id() AND a.about = NEW.kind || '/' || NEW.subject AND a.result = to_jsonb(NEW.id)
      AND CASE TG_OP WHEN 'UPDATE' THEN a.at = NEW.removed_at ELSE a.at = NEW.attached_at AND a.person_id = NEW.attached_by_id END
      AND a.command = CASE WHEN TG_OP = 'UPDATE' AND NEW.organisation_id IS NULL THEN 'unpublish_document'
        WHEN TG_OP = 'UPDATE' THEN 'remove_document' ELSE CASE NEW.kind WHEN 'application' THEN 'attach_to_application'
        WHEN 'grant' THEN 'attach_to_grant' WHEN 'call' THEN 'publish_with_provider_call' ELSE 'publish_with_user_call' END END
      AND journal_holds(r, a.at) AND r.given_at < a.at AND CASE WHEN NEW.organisation_id IS NULL THEN r.desk = 'agency'
        ELSE r.desk = 'applicant' AND NEW.organisation_id = ANY (stays.joined || stays.id) END
  ) THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'document % changes only by an act of its people in the same transaction', NEW.id USING ERRCODE = '23514';
"""
DECLARED = "whose text; withdrawn timestamptz; judged_in text; deadline timestamptz; moment timestamptz; since date;"


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0002_waiting_files"),
        ("operation", "0008_rows_by_sets"),
        ("outcomes", "0006_rows_by_sets"),
    ]

    operations = [
        migrations.RunSQL(ASKED, "DROP FUNCTION documents_asked_since(text, text)"),
        redefine("documents_document_stands", STANDS, declare=DECLARED, definer=True),
        redefine("documents_document_needs_its_act", ACT, definer=True),
        pin_functions(),
    ]
