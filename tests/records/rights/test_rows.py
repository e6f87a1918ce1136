"""Row-level security over real log-ins: sealed proposals and open score sheets exist for their own people only."""

import datetime as dt

import psycopg
import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from dure.records.journal.readers import read_as, read_as_nobody
from dure.records.parties.models import Person
from dure.records.procurement import access as procurement
from dure.records.procurement.models import Proposal
from dure.records.review import access as review
from dure.records.review import queries
from dure.records.review.models import Panel, ScoreSheet
from inputs import valid
from logins import as_login, logged_in

OPEN, LOCKED = "panel-call-2", "panel-call-1"
DAY = dt.timedelta(days=1)


def person(name):
    return Person.objects.get(username=name)


@pytest.fixture(scope="module")
def sealed(bounded):
    """Two proposals to a call that is open now, and two sheets of a panel that scores."""
    now = timezone.now()
    times = {"opened_at": (now - DAY).isoformat(), "closes_at": (now + DAY).isoformat()}
    bounded.act("open_provider_call", now, id="call-now", title={"ko": "공모"}, budget=1, **times)
    given = valid(bounded)["submit_proposal"].given
    for provider in ("alpha", "beta"):
        mine = {**given, "call": "call-now", "id": f"{provider}-now", "provider": provider}
        bounded.act("submit_proposal", now, by=f"{provider}-1", **mine)
    for evaluator in ("e1", "e2"):
        sheet = {"panel": OPEN, "evaluator": evaluator, "item": "call-2-alpha", "points": {"plan": "50", "operation": "35"}}
        bounded.act("submit_score_sheet", now, by="agency-1", **sheet)
    return bounded


def seen(opened, statement):
    return sorted(value for (value,) in opened.execute(statement).fetchall())


def as_person(opened, name):
    opened.execute("SELECT set_config('dure.person', id::text, false) FROM parties_person WHERE username = %s", [name])


PROPOSALS = "SELECT id FROM procurement_proposal WHERE call_id = 'call-now'"
SHEETS = f"SELECT s.code FROM review_scoresheet r JOIN review_seat s ON s.id = r.seat_id WHERE r.panel_id = '{OPEN}'"  # noqa: S608


@pytest.mark.usefixtures("sealed")
@pytest.mark.parametrize("login", ["app", "worker", "auditor"])
def test_until_the_deadline_a_proposal_exists_for_its_provider_only(login):
    with logged_in(login) as opened:
        assert seen(opened, PROPOSALS) == []
        for name, expected in (("alpha-1", ["alpha-now"]), ("beta-1", ["beta-now"]), ("agency-1", []), ("ministry-1", [])):
            as_person(opened, name)
            assert seen(opened, PROPOSALS) == expected, name
        assert len(seen(opened, "SELECT id FROM procurement_proposal WHERE call_id = 'call-1'")) == 2


@pytest.mark.usefixtures("sealed")
def test_after_the_deadline_it_exists_for_all():
    close("- interval '1 second'")
    try:
        with logged_in("auditor") as opened:
            assert seen(opened, PROPOSALS) == ["alpha-now", "beta-now"]
    finally:
        close("+ interval '1 day'")


@transaction.atomic
def close(when):
    """Move the deadline past every guard, as time would."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(f"UPDATE procurement_call SET closes_at = clock_timestamp() {when} WHERE id = 'call-now'")  # noqa: S608


@pytest.mark.usefixtures("sealed")
@pytest.mark.parametrize("login", ["app", "worker", "auditor"])
def test_until_the_lock_a_sheet_exists_for_its_evaluator_only(login):
    with logged_in(login) as opened:
        assert seen(opened, SHEETS) == []
        for name, expected in (("reviewer-1", ["e1"]), ("reviewer-2", ["e2"]), ("agency-1", []), ("alpha-1", [])):
            as_person(opened, name)
            assert seen(opened, SHEETS) == expected, name
        assert seen(opened, SHEETS.replace(OPEN, LOCKED))


def test_a_question_is_its_askers_until_it_is_answered_and_then_everybodys(bounded):
    asked = f"SELECT id FROM procurement_question WHERE id = {bounded.question}"  # noqa: S608
    answered = "SELECT id FROM procurement_question WHERE answered_at IS NOT NULL"
    with logged_in("app") as opened:
        assert (seen(opened, asked), len(seen(opened, answered))) == ([], 1), "nobody's"
        for name, found in (("alpha-1", 1), ("agency-1", 1), ("auditor-1", 1), ("beta-1", 0), ("lab-1", 0), ("reviewer-1", 0)):
            as_person(opened, name)
            assert (len(seen(opened, asked)), len(seen(opened, answered))) == (found, 1), name
        as_person(opened, "alpha-1")
        change = f"UPDATE procurement_question SET answer = 'x', answered_at = now() WHERE id = {bounded.question}"  # noqa: S608
        assert opened.execute(change).rowcount == 0, "only an office answers"


@pytest.mark.usefixtures("sealed")
def test_nobody_proposes_or_scores_in_anothers_place():
    proposal = (
        "INSERT INTO procurement_proposal (id, call_id, provider_id, version, submitted_at, content, digest) "
        "VALUES ('x', 'call-now', 'alpha', 2, clock_timestamp(), '{}', repeat('a', 64))"
    )
    sheet = (
        "INSERT INTO review_scoresheet (panel_id, seat_id, item, version, points, submitted_at) "
        "SELECT panel_id, id, 'call-2-beta', 1, '{}', clock_timestamp() FROM review_seat "
        "WHERE panel_id = 'panel-call-2' AND code = 'e2'"
    )
    for name, statement in (("beta-1", proposal), ("agency-1", proposal), ("reviewer-1", sheet), ("agency-1", sheet)):
        with logged_in("app") as opened:
            as_person(opened, name)
            with pytest.raises(psycopg.Error, match="violates row-level security"):
                opened.execute(statement)
    for name, statement in (("alpha-1", proposal), ("reviewer-2", sheet)):
        with logged_in("app") as opened:
            as_person(opened, name)
            assert opened.execute(statement).rowcount == 1


@pytest.mark.usefixtures("sealed")
def test_the_app_reads_as_whoever_asks_and_counts_without_seeing():
    now = timezone.now()
    with as_login("app"):
        assert not Proposal.objects.filter(call="call-now").exists()
        mine = procurement.visible_proposals(person("alpha-1"), now=now).filter(call="call-now")
        assert list(mine.values_list("pk", flat=True)) == ["alpha-now"]
        read_as_nobody()
        assert not Proposal.objects.filter(call="call-now").exists()
        given = queries.with_progress(review.visible_assignments(person("reviewer-1")))
        assert given.get(item="call-2-alpha", seat__panel=OPEN).progress == "given"
        assert review.visible_sheets(person("reviewer-1")).filter(panel=OPEN).count() == 1
        assert not review.visible_sheets(person("agency-1")).filter(panel=OPEN).exists()
        read_as_nobody()
        assert queries.panels_with_counts().get(pk=OPEN).sheets_now == 2
        assert queries.sheets_that_count(Panel.objects.get(pk=OPEN)) == 2
        assert not ScoreSheet.objects.filter(panel=OPEN).exists()


@pytest.mark.usefixtures("sealed")
def test_a_request_leaves_nobody_behind_on_its_connection():
    with as_login("app"):
        client = Client()
        client.force_login(person("reviewer-1"))
        answer = client.get("/reviewer/")
        assert answer.status_code == 200
        assert not ScoreSheet.objects.filter(panel=OPEN).exists()


@pytest.mark.usefixtures("sealed")
def test_pages_of_every_desk_open_with_the_apps_log_in():
    names = {"ministry": "ministry-1", "agency": "agency-1", "operator": "operator-1", "auditor": "auditor-1",
             "reviewer": "reviewer-1", "provider": "alpha-1", "applicant": "lab-1"}  # fmt: skip
    with as_login("app"):
        assert Client().get("/").status_code == 200
        for desk, name in names.items():
            client = Client()
            client.force_login(person(name))
            for path in (f"/{desk}/", "/acts/"):
                assert client.get(path, follow=True).status_code == 200, (desk, path)


@pytest.mark.usefixtures("sealed")
def test_a_reader_named_on_a_connection_holds_until_another_is_named():
    with as_login("app"):
        read_as(person("beta-1"))
        assert list(Proposal.objects.filter(call="call-now").values_list("pk", flat=True)) == ["beta-now"]
        read_as(person("alpha-1"))
        assert list(Proposal.objects.filter(call="call-now").values_list("pk", flat=True)) == ["alpha-now"]
