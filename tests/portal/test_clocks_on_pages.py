"""What people, programs and an outside verifier see of a deadline that moved by the outage rule, and of watched clocks."""

import datetime as dt
import html
import io
import re

import pytest
from django.test import Client
from django.utils import timezone

from clocks import patiently, responder, responders
from dure.connectors.clocks.sntp import Source
from dure.cycle.clocks.comparing import compare
from dure.cycle.commands.rows import by_rule
from dure.cycle.commands.running import run
from dure.cycle.commands.tables.clocks import ROWS
from dure.cycle.evidence.exporting import export
from dure.cycle.installing.examining import clocks as doctor
from dure.evidence.archive import Archive
from dure.evidence.holding import Cache
from dure.evidence.signatures.signing import new_private_key, public_key
from dure.evidence.trust import Trust
from dure.evidence.verifying import verify
from dure.formats.commands.deadlines import ExtendForClocks
from dure.portal.health.pages import _of_clocks
from dure.records.clocks import queries
from dure.records.journal.models import Act
from dure.records.parties.models import Person
from serving.running import until

RULE = "By the outage rule"


@pytest.fixture
def moved(world):
    """A call of each kind whose deadline was half an hour away, and moved by two hours."""
    now = timezone.now()
    span = {"opened_at": (now - dt.timedelta(days=2)).isoformat(), "closes_at": (now + dt.timedelta(minutes=30)).isoformat()}
    world.act("open_provider_call", now - dt.timedelta(days=2), id="soon", title={"ko": "곧"}, budget=1, **span)
    span["opens_at"] = span.pop("opened_at")
    world.act("open_user_call", now - dt.timedelta(days=2), id="soon", title={"ko": "곧"}, **span)
    for about in ("call/soon", "user_call/soon"):
        later = queries.deadline(about).closes_at + dt.timedelta(hours=2)
        run(ROWS[0], ExtendForClocks(about=about, closes_at=later, judged="not agreed"), by_rule(world.book, timezone.now))
    return world


def page(address, name="", language="en"):
    client = Client()
    client.cookies["django_language"] = language
    if name:
        client.force_login(Person.objects.get(username=name))
    answer = client.get(address)
    assert answer.status_code == 200, address
    return html.unescape(answer.content.decode())


def test_everybody_reads_the_reason_on_the_page_of_the_call(moved):  # noqa: ARG001 - its records are read
    for address in ("/calls/soon/", "/user-calls/soon/"):
        assert RULE in page(address)
        assert "장애 연장 규칙" in page(address, language="ko")


def test_the_act_is_nobody_s_wherever_it_is_shown(moved):  # noqa: ARG001 - as above
    act = Act.objects.get(about="call/soon", command="extend_for_clocks")
    for address in ("/objects/call/soon/", f"/acts/done/{act.pk}/"):
        assert "The system, by rule" in page(address, "agency-1")
    assert "Move a deadline by the outage rule" in page("/auditor/acts/", "auditor-1")
    assert "시스템(규칙에 따라)" in page("/objects/call/soon/", "agency-1", "ko")


def test_officers_are_told_and_bidders_read_the_new_deadline(moved):  # noqa: ARG001 - as above
    assert "A deadline was moved" in page("/account/notices/", "alpha-1")
    assert "A deadline was moved" in page("/account/notices/", "lab-1")


def test_offices_read_whether_clocks_are_watched(moved, settings):  # noqa: ARG001 - as above
    settings.DURE_CLOCKS = ()
    assert "Clocks are not watched" in page("/calls/soon/", "agency-1")
    assert "Clocks are not watched" not in page("/calls/soon/") + page("/calls/soon/", "alpha-1")
    settings.DURE_CLOCKS = (Source("a"), Source("b"), Source("c"))
    assert "compared with 3 others every minute" in page("/user-calls/soon/", "agency-1")
    assert "compared with 3 others" not in page("/calls/call-1/", "agency-1"), "it has closed"


def test_the_evidence_of_it_verifies(moved, tmp_path):
    file, key = io.BytesIO(), new_private_key()
    export(file, book=moved.book, at=timezone.now(), key=key)
    (tmp_path / "evidence.zip").write_bytes(file.getvalue())
    report = verify(Archive(tmp_path / "evidence.zip"), Trust(installation=(public_key(key),)), cache=Cache(shared=True))
    assert [str(each) for each in report.findings] == []


def test_the_doctor_says_in_a_sentence_what_is_wrong(settings, monkeypatch, db):  # noqa: ARG001 - its clock is asked
    patiently(monkeypatch, 5)
    assert doctor.remark(()) == ""
    settings.DURE_CLOCKS = ()
    assert "clocks are not watched" in doctor.missing()
    with responders(0, 5, -5) as three, responder(leap=3) as lost, responder(900_000_000) as ahead:
        assert until(lambda: not doctor.remark([each.source for each in three]), "all of them answer quickly")
        said = doctor.remark([three[0].source, lost.source, ahead.source])
    assert "not shown to be within 100 ms of 3 others" in said
    assert f"{lost.source}: no answer, " in said
    assert re.search(rf"{ahead.source}: -\d+\.\d{{3}} ms, not within", said)
    settings.DURE_CLOCKS = (three[0].source,)
    assert doctor.missing() == ""


def test_metrics_tell_while_clocks_are_compared(db):  # noqa: ARG001 - it is asked
    assert list(_of_clocks()) == []
    with responders(0, 0, 900) as served:
        found = until(lambda: compare([each.source for each in served]) and told(asked=3, agreeing=2), "both answer quickly")
    assert found


def told(**wanted):
    return {each.name: each.samples[0].value for each in _of_clocks()} == {f"dure_clocks_{key}": n for key, n in wanted.items()}
