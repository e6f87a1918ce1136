"""With its rights and no others the worker's log-in writes and sends every mail, and does what it does by the clock."""

import datetime as dt

import pytest
from django.db import transaction
from django.utils import timezone

from dure.cycle.notifying import letters
from dure.cycle.notifying.kinds import KINDS
from dure.cycle.notifying.outbox import Delivered, deliver_due
from dure.cycle.people.secrets import new_secret
from dure.cycle.working import tasks
from dure.records.notifications.models import Mail
from dure.records.parties import actions as parties
from dure.records.parties.models import Person
from logins import as_login
from notices.inbox import text_of
from notices.test_mails import MORNING, reader, told
from people.test_registrations import request_of
from world import NOW, moment


def test_it_sends_every_kind_of_mail(bounded, inbox):
    person, before = reader("en"), Mail.objects.count()
    for kind in KINDS:
        told(person, kind.key)
    tomorrow = MORNING + dt.timedelta(days=1)
    with as_login("worker"):
        for kind in KINDS:
            told(person, kind.key, cause="the worker", at=tomorrow)
        assert deliver_due(tomorrow) == Delivered(sent=2 * len(KINDS))
    assert len(inbox.messages) == 2 * len(KINDS)
    assert Mail.objects.count() == before + 2 * len(KINDS)
    assert bounded


def test_it_sends_the_links_that_it_cannot_read_by_what_they_are_known(bounded, inbox):
    secret, now = new_secret(), timezone.now()
    made = parties.invite(
        digest=secret.digest, name={"ko": "김초대", "en": "Kim"}, email="kim@lab.example", desk="auditor",
        invited_by=Person.objects.get(username="agency-1"), made_at=now, expires_at=now + dt.timedelta(days=7),
    )  # fmt: skip
    letters.post("invitation", f"invitation/{made.pk}", to=made.email, language="en", at=now, secret=secret.token)
    request_of(bounded.book, language="en")
    with as_login("worker"):
        found = deliver_due(timezone.now())
    assert (found.later, found.given_up, found.waiting) == (0, 0, 0)
    assert len(inbox.to("kim@lab.example")) == 1
    assert len(inbox.messages) >= 2, "and the registration's"
    assert any(f"/invitation/{secret.token}/" in text_of(message) for message in inbox.messages)
    parties.withdraw_invitation(invitation=made, at=timezone.now())
    letters.post("invitation", f"invitation/{made.pk}", to=made.email, language="en", at=now, secret=secret.token)
    with as_login("worker"):
        assert deliver_due(timezone.now()) == Delivered(given_up=1), "a link that opens nothing is not sent"


def test_it_says_who_closed_an_account(bounded, inbox):
    Person.objects.filter(username="lab-1").update(email="lab@lab.example")
    bounded.act("close_account", NOW, person="lab-1")
    with as_login("worker"):
        deliver_due(moment(NOW))
    [message] = inbox.to("lab@lab.example")
    closer = Person.objects.get(username="agency-1")
    assert f"{closer.name['ko']}님이" in text_of(message)


@pytest.mark.parametrize("name", ["deliver", "remind", "watch", "forget_readings", "publish"])
def test_it_does_what_it_does_by_the_clock(bounded, inbox, name):
    with as_login("worker"), transaction.atomic():
        getattr(tasks, f"_{name}")()
        transaction.set_rollback(True)
    assert bounded
    assert inbox
