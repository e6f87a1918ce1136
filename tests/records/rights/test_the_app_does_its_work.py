"""With its rights and no others the app's log-in carries out every command, and the database finds nothing wrong with it."""

import datetime as dt

import pytest
from django.db import connection, transaction
from django.utils import timezone

from database import let_it_be
from dure.cycle.commands.registry import BY_NAME, COMMANDS
from dure.cycle.people import renewals
from dure.cycle.working.importing import NEVER_LATER
from dure.formats.errors import BadInput
from dure.records.journal import queries as journal
from dure.records.parties.models import Role, Token
from inputs import valid
from logins import as_login
from papers import handed_in

DAY = dt.timedelta(days=1)
# What the clock decides, or what takes place outside of the transaction, has a test of its own below.
BY_THE_CLOCK = {
    "submit_proposal",
    "submit_application",
    "withdraw_application",
    "attach_to_application",
    "extend_provider_call",
    "confirm_extension",
    "solve_round",
    "end_role",
    "close_account",
}
# Made possible by giving a role, which is never left to the worker; the app's log-in does it.
AFTER_A_ROLE = {"replace_evaluator"}


@pytest.fixture(scope="module")
def of_june(bounded):
    """The world of June 2026, in whose database it is still June: nothing else is changed."""
    let_it_be("2026-05-01", "2026-08-01")
    return bounded


def who(row, case):
    """Whose it is, or the second person at the first desk that may; the first one filed what waits."""
    return case.own or next(f"{seat.desk}-2" for seat in row.by if seat.relation == "desk")


@pytest.mark.parametrize("name", [row.name for row in COMMANDS if row.name not in BY_THE_CLOCK])
def test_the_app_carries_out(of_june, name):
    row, case = BY_NAME[name], valid(of_june)[name]
    with as_login("app"), transaction.atomic():
        case.before(of_june)
        outcome = of_june.do(name, case.given, by=who(row, case), at=case.at)
        with connection.cursor() as cursor:
            cursor.execute("SELECT session_user::text")
            assert cursor.fetchone()[0].endswith("_app")
        assert journal.act(outcome.act).command == name
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", [row.name for row in COMMANDS if row.name not in BY_THE_CLOCK | NEVER_LATER | AFTER_A_ROLE])
def test_a_worker_carries_out_what_a_long_table_brings(of_june, name):
    """What its log-in may not do is never left to it: those tables are carried out at once."""
    row, case = BY_NAME[name], valid(of_june)[name]
    with as_login("worker"), transaction.atomic():
        case.before(of_june)
        assert of_june.do(name, case.given, by=who(row, case), at=case.at).act
        transaction.set_rollback(True)


def test_now_the_app_takes_a_proposal_extends_the_call_and_files_and_approves(bounded):
    """By the real clock: the twin of what `abuses.py` tries with deadlines, roles and the journal."""
    now = timezone.now()
    restore(bounded)
    with as_login("app"), transaction.atomic():
        times = {"opened_at": (now - DAY).isoformat(), "closes_at": (now + DAY).isoformat()}
        bounded.act("open_provider_call", now, id="call-now", title={"ko": "공모"}, budget=1, **times)
        later = {"call": "call-now", "closes_at": (now + 2 * DAY).isoformat()}
        bounded.act("extend_provider_call", now, **later, reason="질의가 많아서")
        with pytest.raises(BadInput, match="you proposed it"):
            bounded.act("confirm_extension", now, **later)
        bounded.act("confirm_extension", now, by="ministry-1", **later)
        proposal = valid(bounded)["submit_proposal"].given
        bounded.act("submit_proposal", now, by="alpha-1", **{**proposal, "call": "call-now"})
        bounded.act(
            "open_user_call", now, id="users-now", title={"ko": "공모"}, opens_at=times["opened_at"], closes_at=times["closes_at"]
        )
        application = valid(bounded)["submit_application"].given
        bounded.act("submit_application", now, by="lab-1", **{**application, "call": "users-now"})
        paper = {"application": application["id"], "title": "계획서", "file": handed_in("lab-1", at=now)}
        document = bounded.act("attach_to_application", timezone.now(), by="lab-1", **paper)
        bounded.act("remove_document", timezone.now(), by="lab-1", document=document)
        bounded.act("withdraw_application", timezone.now(), by="lab-1", application=application["id"])
        seq = bounded.file("outcomes", "2026-04", now)
        bounded.approve(seq, now)
        bounded.act("give_role", now, person="nobody", desk="auditor")
        bounded.act("end_role", timezone.now(), person="nobody", desk="auditor")
        bounded.act("close_account", timezone.now(), person="nobody")
        transaction.set_rollback(True)


@pytest.fixture
def tokened(bounded):
    """By the real clock, as the app: `lab-1` has a token that lives, made by an act of an earlier transaction."""
    restore(bounded)
    now = timezone.now()
    if not Token.objects.filter(digest="9" * 64).exists():
        bounded.act("make_token", now, by="lab-1", digest="9" * 64, name="x", expires_at=(now + DAY).isoformat())
    with as_login("app"), transaction.atomic():
        yield bounded
        transaction.set_rollback(True)


def test_now_the_app_closes_an_account_that_is_read_as_another(tokened):
    two = {"person": "lab-1", "into": "firm-1", "reason": "같은 사람입니다."}
    tokened.act("propose_person_merger", timezone.now(), **two)
    assert tokened.act("confirm_person_merger", timezone.now(), by="ministry-1", person="lab-1") == "firm-1"
    assert not Role.objects.filter(person__uid="lab-1", ended_at=None).exists()
    assert Token.objects.get(digest="9" * 64).revoked_at is not None
    with pytest.raises(BadInput, match="this desk may not do that"), transaction.atomic():
        tokened.act("ask_question", timezone.now(), by="lab-1", call="call-2", question="?")


def test_now_the_app_renews_a_log_in_and_ends_the_token_that_lives(tokened):
    made = {"person": "lab-1", "digest": "6" * 64, "reason": "되걸어 확인했습니다."}
    tokened.act("renew_access", timezone.now(), **made)
    renewals.use("6" * 64, password="a long evening", programme=tokened.book.programme, at=timezone.now())  # noqa: S106
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert Token.objects.get(digest="9" * 64).revoked_at is not None


def restore(_world):
    """The database asks the clock again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION journal_is_now(at timestamptz) RETURNS boolean LANGUAGE sql VOLATILE "
            "SET search_path = public, pg_temp AS "
            "'SELECT at BETWEEN clock_timestamp() - interval ''1 hour'' AND clock_timestamp() + interval ''1 minute'''"
        )
