"""What the app's log-in cannot do: each line of `abuses.py` over a real connection, against the filled programme."""

import datetime as dt

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from abuses_of_rights import ABUSES
from dure.records.parties import actions as parties
from dure.records.parties.models import Person
from dure.records.procurement.models import Extension
from logins import PREFIX, logged_in, read_as
from papers import handed_in
from world import MONTH, NOW, PDF, application_of, grant


@pytest.fixture(scope="module")
def opened(bounded):
    """Besides the filled programme: what is open by the real clock, and an extension that waits and one that comes too late."""
    now = timezone.now()
    day = dt.timedelta(days=1)
    bounded.act(
        "open_provider_call", now, id="call-now", title={"ko": "공모"}, budget=1, opened_at=text(now - day),
        closes_at=text(now + day),
    )  # fmt: skip
    bounded.act("open_user_call", now, id="users-now", title={"ko": "공모"}, opens_at=text(now - day), closes_at=text(now + day))
    for call, closes_at in (("call-now", now + 2 * day), ("call-passed", dt.datetime(2026, 7, 20, tzinfo=dt.UTC))):
        if call == "call-passed":
            times = {"opened_at": text(now - 400 * day), "closes_at": text(dt.datetime(2026, 7, 1, tzinfo=dt.UTC))}
            bounded.act("open_provider_call", "2026-06-01", id=call, title={"ko": "공모"}, budget=1, **times)
        given = {"call": call, "closes_at": text(closes_at), "reason": "질의가 많아서"}
        bounded.do("extend_provider_call", given, by="agency-1", at=now if call == "call-now" else "2026-06-10")
    bounded.file("outcomes", "2026-04", now)
    bounded.file("settlement", MONTH, now)
    bounded.file("eligibility", "users-1", now)
    for person, desk, organisation in (
        ("ministry-2", "provider", "beta"), ("agency-2", "applicant", "lab"), ("agency-2", "provider", "alpha"),
        ("reviewer-2", "provider", "beta"),
    ):  # fmt: skip
        bounded.seat_too(person, desk, organisation, now - day)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE journal_authority SET two_from = 0 WHERE decision = 'settlement' AND act = 'answers'")
    late = Extension.objects.get(call="call-passed")
    Extension.objects.filter(pk=late.pk).update(
        confirmed_by=Person.objects.get(username="agency-2"), confirmed_at=late.proposed_at
    )
    add_documents(bounded, now)
    nobody = Person.objects.get(username="nobody")
    parties.end_role(role=parties.give_role(person=nobody, desk="auditor", at=now - 2 * day), at=now - day)
    return bounded


def add_documents(bounded, now):
    """One that stands and one that was removed, of an application to the open call; one that supports a received report."""
    bounded.act("submit_application", now, by="lab-1", **application_of("users-now", "now", "lab"))
    for number in (1, 2):
        given = {"application": "now", "title": "연구계획서", "file": handed_in("lab-1", content=PDF + b"%d" % number, at=now)}
        assert bounded.act("attach_to_application", now, by="lab-1", **given) == f"application/now/{number}"
    bounded.act("remove_document", now, by="lab-1", document="application/now/2")
    file = handed_in("firm-1", at=NOW)
    report = bounded.act("attach_to_grant", NOW, by="firm-1", grant=grant("a-firm"), to="report", title="보고서", file=file)
    assert report == "grant/round-1/a-firm/1"
    bounded.act("submit_report", NOW, by="firm-1", grant=grant("a-firm"), due_on="2026-06-15", text="보고")


def text(at):
    return at.isoformat()


def filled_in(statement):
    known = connection.settings_dict
    for word, value in (("<owner>", known["USER"]), ("<me>", f"{PREFIX}_app"), ("<database>", known["NAME"])):
        statement = statement.replace(word, value)
    return statement


@pytest.mark.parametrize(("statement", "answer"), [each[1:] for each in ABUSES], ids=[each[0] for each in ABUSES])
@pytest.mark.usefixtures("opened")
def test_the_app_cannot(statement, answer):
    with logged_in("app") as app:
        read_as(app, "agency-1")  # who has the password says of the reader what they like
        with pytest.raises(psycopg.Error, match=answer):
            app.execute(f"{filled_in(statement)}; SET CONSTRAINTS ALL IMMEDIATE")


def test_no_abuse_is_listed_twice():
    assert len({each[0] for each in ABUSES}) == len({each[1] for each in ABUSES}) == len(ABUSES)
