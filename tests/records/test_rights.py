"""The role `dure_app` may add to the journal and to submissions, never alter them: tried, not read from a catalogue."""

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, transaction

import factories as make
from dure.records.journal.guards import create_role_statement
from dure.records.journal.models import Entry
from dure.records.procurement import actions as procurement
from dure.records.review.models import Assignment
from dure.records.settlement import actions as settlement
from dure.records.supply import actions as supply

pytestmark = pytest.mark.django_db

ONLY_GROW = [
    "journal_entry", "procurement_proposal", "procurement_award", "procurement_agreement", "procurement_agreedaward",
    "procurement_agreementversion", "demand_application", "demand_surveyresponse", "demand_eligibilityoutcome",
    "review_scoresheet", "review_recusal", "review_sitevisit", "funding_commitment", "funding_payment", "supply_order",
    "allocation_shareset", "allocation_sectorshare", "allocation_grant", "settlement_price", "settlement_invoice",
    "settlement_paymentreceived", "settlement_clawback", "settlement_providerstatement", "settlement_burdenschedule",
    "journal_document", "journal_act", "journal_statement", "journal_signature", "review_ranked", "demand_surveyestimate",
    "allocation_plan", "allocation_roundreason", "outcomes_sectorresult",
]  # fmt: skip


@pytest.fixture
def as_application():
    """What follows runs as the application's role."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE dure_app")


def denied(statement):
    with (
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.usefixtures("as_application")
@pytest.mark.parametrize("table", ONLY_GROW)
def test_what_only_grows_cannot_be_altered_by_the_application(table):
    key = next(model for model in apps.get_models() if model._meta.db_table == table)._meta.pk.column
    denied(f"UPDATE {table} SET {key} = {key}")  # noqa: S608 - our own table
    denied(f"DELETE FROM {table}")  # noqa: S608 - our own table
    denied(f"TRUNCATE {table}")
    denied(f"DROP TABLE {table}")
    denied(f"ALTER TABLE {table} DISABLE TRIGGER ALL")


def test_the_list_above_is_complete():
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'only_grows'")
        assert sorted(row[0] for row in cursor.fetchall()) == sorted(ONLY_GROW)


@pytest.mark.usefixtures("as_application")
def test_the_application_cannot_move_the_head_itself():
    denied("UPDATE journal_head SET seq = 0")
    denied("INSERT INTO journal_head (id, seq, hash) VALUES (1, 0, '')")
    denied("DELETE FROM journal_head")


@pytest.mark.usefixtures("as_application")
def test_the_application_reads_views():
    make.panel(kind="application", subject=make.application().user_call_id, evaluators=2)
    assert Assignment.objects.count() == 2
    denied("DROP VIEW review_assignment")


@pytest.mark.usefixtures("as_application")
def test_the_application_does_all_its_work_with_these_rights():
    """From the journal to a paid invoice, as the role that serves the portal."""
    invoice = make.invoice(make.grant(make.round_(), make.application()))
    make.line()
    make.panel()
    settlement.receive_payment(invoice=invoice, reference="a", won=30, received_on=make.MONDAY)
    agreement = make.agreement()
    procurement.amend_agreement(agreement=agreement, agreed_on=make.MONDAY, reason="이유")
    order = supply.place_order(id="o", agreement=agreement, gpu_model=make.gpu_model(), servers=2, ordered_on=make.MONDAY)
    due = {"earliest_on": make.MONDAY, "likely_on": make.MONDAY, "latest_on": make.MONDAY}
    supply.expect_delivery(id="d", order=order, cluster=make.cluster(), servers=2, **due)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("dure_app",)
    assert Entry.objects.exists()


def test_migrations_say_so_when_the_role_may_not_be_made():
    """A user without the right to create roles gets a notice, and every trigger all the same."""
    notices = []
    with connection.cursor() as cursor:
        connection.connection.add_notice_handler(lambda notice: notices.append(notice.message_primary))
        cursor.execute("DO $$ BEGIN CREATE ROLE dure_test_plain NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$")
        cursor.execute("SET LOCAL ROLE dure_test_plain")
        cursor.execute(create_role_statement("dure_app_that_is_missing"))
        cursor.execute("RESET ROLE")
    assert any("may not create roles" in notice and "CREATE ROLE dure_app_that_is_missing" in notice for notice in notices)
