# ruff: noqa: S608 - statements of our own
"""Row-level security by organisation: a query that forgot to ask finds the reader's own rows, an office's all, nobody's none."""

import datetime as dt

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import factories as make
from dure.cycle.evidence.exporting import export
from dure.cycle.people.secrets import new_secret
from dure.formats.errors import BadInput
from dure.records import summary
from dure.records.allocation import access as allocation_access
from dure.records.allocation import queries as allocation
from dure.records.demand import access as demand_access
from dure.records.demand.models import Application
from dure.records.documents import access as documents_access
from dure.records.invariants.queries import partly_unseen
from dure.records.journal.readers import forget_reader, read_as, read_as_nobody, reading_as
from dure.records.operation import access as operation_access
from dure.records.outcomes import access as outcomes_access
from dure.records.parties import queries as parties
from dure.records.parties.access import OVERSIGHT
from dure.records.parties.models import Desk, Organisation, Person, Token
from dure.records.settlement import access as settlement_access
from inputs import valid
from logins import APP, as_login, logged_in
from logins import read_as as named

# By table, what its `access` module lets a person see.
VISIBLE = {
    "demand_application": demand_access.visible_applications,
    "demand_eligibilityoutcome": demand_access.visible_outcomes,
    "documents_document": documents_access.visible_documents,
    "allocation_grant": allocation_access.visible_grants,
    "allocation_lease": allocation_access.visible_leases,
    "allocation_waitingplace": allocation_access.visible_waiting,
    "operation_usagerecord": operation_access.visible_usage,
    "operation_notice": operation_access.visible_notices,
    "operation_appeal": operation_access.visible_appeals,
    "operation_provisioningchange": operation_access.visible_changes,
    "settlement_invoice": settlement_access.visible_invoices,
    "settlement_paymentreceived": settlement_access.visible_payments,
    "settlement_providerstatement": settlement_access.visible_statements,
    "outcomes_report": outcomes_access.visible_reports,
    "outcomes_achievement": outcomes_access.visible_achievements,
}
# Tables that no `access` module speaks of: a condition on a row of the organisation whose people are `lab-1`.
LABS = "(SELECT id FROM demand_application WHERE organisation_id = 'lab')"
LABS_GRANTS = f"grant_id IN (SELECT id FROM allocation_grant WHERE application_id IN {LABS})"
OF_LAB = {
    "allocation_roundreason": f"application_id IN {LABS}",
    "operation_dailyuse": LABS_GRANTS,
    "settlement_invoiceline": "invoice_id IN (SELECT id FROM settlement_invoice WHERE organisation_id = 'lab')",
    "settlement_clawback": LABS_GRANTS,
}
# Tables that name an organisation, or what belongs to one, and that everybody may read: why.
EVERYBODYS = {
    "parties_role": "pages name who acts for whom", "parties_invitation": "read by the secret of its link",
    "parties_merger": "the agency's", "procurement_agreement": "awards and agreements are published",
    "supply_site": "capacity is public", "supply_pool": "capacity is public", "supply_cluster": "capacity is public",
    "registrations_registration": "read by the secret of its link", "review_assignment": "a view, with its reader's rights",
    "procurement_award": "awards are published",
}  # fmt: skip
TENANTS = ("lab-1", "maker-1", "alpha-1", "reviewer-1", "nobody")
DAY = dt.timedelta(days=1)


def person(name):
    return Person.objects.get(username=name)


def keys(login, reader, table, where="true"):
    with logged_in(login) as opened:
        if reader:
            named(opened, reader)
        return {key for (key,) in opened.execute(f"SELECT t.id FROM {table} t WHERE {where}").fetchall()}


def protected():
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid WHERE polname = 'is_theirs'")
        return {table for (table,) in cursor.fetchall()}


def of_organisations():
    """Tables with a key to an organisation, or to a row of a table that is protected."""
    found = set()
    for model in apps.get_models():
        targets = [each.related_model for each in model._meta.concrete_fields if each.is_relation]
        if any(each is Organisation or each._meta.db_table in {*VISIBLE, "procurement_proposal"} for each in targets):
            found.add(model._meta.db_table)
    return found


@pytest.mark.usefixtures("bounded")
def test_a_table_that_names_an_organisation_is_protected_or_says_why_not():
    assert protected() == {*VISIBLE, *OF_LAB}
    assert of_organisations() - protected() - {"parties_organisation", "procurement_proposal"} == set(EVERYBODYS)


@pytest.mark.usefixtures("bounded")
@pytest.mark.parametrize("table", sorted({*VISIBLE, *OF_LAB}))
def test_a_query_that_forgot_to_ask_finds_the_readers_own_rows(table):
    whole = keys("auditor", "", table)
    assert keys("app", "", table) == set(), "nobody"
    for office in ("agency-1", "ministry-1", "operator-1", "auditor-1"):
        assert keys("app", office, table) == whole, office
    assert keys("worker", "", table) == whole
    for tenant in TENANTS:
        found = keys("app", tenant, table)
        if table in VISIBLE:
            expected = set(VISIBLE[table](person(tenant)).values_list("pk", flat=True))
            if table == "demand_application" and tenant in {"alpha-1", "reviewer-1"}:
                expected = {"alpha-1": on_servers_of("alpha"), "reviewer-1": judged_by("reviewer-1")}[tenant]
        else:
            expected = keys("auditor", "", table, OF_LAB[table]) if tenant == "lab-1" else found
            if tenant == "alpha-1":
                expected = {key for key in whole if table == "operation_dailyuse" and key in found}
        assert found == expected, tenant


@pytest.mark.usefixtures("bounded")
def test_what_the_reader_owns_is_found_once_for_each_query():
    """A function in `= ANY (...)` is called row by row; and an array that it gives is searched from its beginning, row by row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT proname FROM pg_proc WHERE prosrc ~ 'ANY *[(] *[a-z_]+_of_reader[(]'")
        assert cursor.fetchall() == []
        cursor.execute(
            "SELECT tablename, policyname FROM pg_policies WHERE qual ~ '= ANY .*(grants|applications|invoices)_[a-z_]*reader'"
        )
        assert cursor.fetchall() == []


def on_servers_of(provider):
    """A provider reads for which applications its servers work."""
    grants = allocation.grants().filter(pool__provider=provider)
    return set(grants.values_list("application", flat=True))


def judged_by(name):
    """An evaluator reads the applications of the calls that their panels judge."""
    calls = person(name).seats.filter(panel__kind="application").values("panel__subject")
    return set(Application.objects.filter(user_call__in=calls).values_list("pk", flat=True))


@pytest.mark.usefixtures("bounded")
def test_there_is_something_to_keep_apart():
    for table in {*VISIBLE, *OF_LAB} - {"settlement_clawback", "operation_dailyuse", "operation_appeal"}:
        assert keys("auditor", "", table), table
    assert keys("app", "lab-1", "settlement_invoice") != keys("auditor", "", "settlement_invoice")
    assert keys("app", "lab-1", "demand_application")


@pytest.mark.django_db
@pytest.mark.parametrize("desk", Desk.values)
def test_sql_and_access_agree_on_which_desks_read_everything(desk):
    someone = make.person(desk, organisation=make.organisation()) if desk in {"applicant", "provider"} else make.person(desk)
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {APP}")
        read_as(someone)
        found = parties.reads_all()
        cursor.execute("RESET ROLE")
    assert found == (desk in OVERSIGHT)


@pytest.mark.usefixtures("bounded")
def test_who_acts_for_one_of_two_merged_organisations_reads_the_rows_of_both():
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE parties_organisation SET merged_into_id = 'lab', merged_at = now() WHERE id = 'maker'")
        cursor.execute("UPDATE parties_organisation SET joined = '{maker}' WHERE id = 'lab'")
        for name in ("lab-1", "maker-1"):
            cursor.execute("SELECT set_config('dure.person', %s, true)", [str(person(name).pk)])
            cursor.execute("SELECT parties_organisations_of_reader('applicant')")
            assert set(cursor.fetchone()[0]) == {"lab", "maker"} == person(name).organisations_at("applicant")
        transaction.set_rollback(True)


@pytest.mark.usefixtures("bounded")
def test_what_the_public_page_adds_up_is_the_same_for_all():
    whole = summary.of_programme("kr_2025"), allocation.round_totals(allocation.rounds())
    assert whole[0]["applications"] == Application.objects.count() > 0
    with as_login("app"):
        for name in ("", *TENANTS, "agency-1"):
            if name:
                read_as(person(name))
            assert (summary.of_programme("kr_2025"), allocation.round_totals(allocation.rounds())) == whole, name


@pytest.mark.usefixtures("bounded")
def test_a_session_names_its_person_without_another_statement_and_a_request_leaves_nobody_behind():
    with as_login("app"):
        client = Client()
        client.force_login(person("lab-1"))
        with CaptureQueriesContext(connection) as asked:
            assert b"a-lab" in client.get("/applicant/").content
        naming = [each["sql"] for each in asked if "dure.person" in each["sql"]]
        assert ["FROM parties_person" in each for each in naming] == [True, False], "found with the person; forgotten at the end"
        assert not Application.objects.exists()


@pytest.mark.usefixtures("bounded")
def test_a_token_reads_the_rows_of_its_owner():
    now = timezone.now()
    with transaction.atomic():
        secret = new_secret()
        given = {"person": person("lab-1"), "name": "x", "read": True, "made_at": now, "expires_at": now + DAY}
        Token.objects.create(id=secret.digest[:16], digest=secret.digest, **given)
    with as_login("app"):
        rows = Client().get("/api/v1/applications", headers={"Authorization": f"Bearer {secret.token}"}).json()
        assert {each["organisation"] for each in rows["items"]} == {"lab"}
        assert not Application.objects.exists()


@pytest.mark.usefixtures("bounded")
def test_a_connection_that_goes_back_to_its_pool_forgets_its_reader():
    """Django gives it back before the request's end is told to anybody, so that the pool itself has it reset."""
    with as_login("app"):
        connection.settings_dict["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 1, "timeout": 10, "reset": forget_reader}
        try:
            read_as(person("lab-1"))
            assert Application.objects.exists()
            process = connection.connection.info.backend_pid
            connection.close()
            assert not Application.objects.exists()
            assert connection.connection.info.backend_pid == process, "the same connection, from the pool"
        finally:
            connection.close_pool()
            del connection.settings_dict["OPTIONS"]["pool"]


@pytest.mark.usefixtures("bounded")
def test_a_job_done_on_the_spot_reads_as_who_asked_and_then_as_before():
    with as_login("app"):
        read_as(person("lab-1"))
        own = Application.objects.count()
        with reading_as(person("agency-1").pk):
            assert Application.objects.count() > own
        with reading_as(None):
            assert Application.objects.count() == own
        assert Application.objects.count() == own
        read_as_nobody()
        assert Application.objects.count() == 0


def test_an_export_is_whole_or_refused(bounded, tmp_path):
    with as_login("app"), (tmp_path / "x.zip").open("wb") as file, pytest.raises(BadInput, match="does not see the rows"):
        export(file, book=bounded.book, at=timezone.now())
    with as_login("worker"), (tmp_path / "y.zip").open("wb") as file:
        assert export(file, book=bounded.book, at=timezone.now()).entries > 0


@pytest.mark.usefixtures("bounded")
def test_who_looks_at_the_invariants_sees_the_rows_of_all_organisations():
    with as_login("worker"):
        sealed = partly_unseen()
    with as_login("app"):
        assert set(sealed) < set(partly_unseen()), "nobody is told what is hidden from them"


def test_an_id_that_another_organisation_has_used_is_taken(bounded):
    now = timezone.now()
    times = {"opens_at": (now - DAY).isoformat(), "closes_at": (now + DAY).isoformat()}
    taken = {**valid(bounded)["submit_application"].given, "call": "users-now", "id": "a-maker"}
    with as_login("app"), transaction.atomic():
        bounded.act("open_user_call", now, id="users-now", title={"ko": "공모"}, **times)
        with pytest.raises(BadInput, match="the id is taken") as refused:
            bounded.act("submit_application", now, by="lab-1", **taken)
        assert refused.value.code == "id_taken"
        transaction.set_rollback(True)
