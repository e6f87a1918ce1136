"""The address of a person's mails: set by themselves or by the agency, and never without their being told."""

from urllib.parse import urlsplit

import pytest

import factories as make
from database import unguarded
from dure.cycle.installing import first
from dure.cycle.notifying.outbox import deliver_due
from dure.formats.errors import BadInput
from dure.records.journal.models import Act
from dure.records.notifications.models import Mail, Notification
from dure.records.parties.models import Person
from notices.inbox import served, text_of
from people.steps import PASSWORD, browser, grow_old, inputs, log_in, person

pytestmark = pytest.mark.django_db
OLD, NEW = "old@lab.example", "new@lab.example"


def applicant(**fields):
    return make.person("applicant", organisation=make.organisation(), password=PASSWORD, **fields)


def seated(who, language="en"):
    """Their browser, logged in."""
    visitor = browser(language)
    log_in(visitor, who)
    return visitor


def sets(visitor, who, email):
    """The act on its page, checked and confirmed."""
    page = visitor.get(f"/acts/set_address/?person={who.uid}")
    page = visitor.post("/acts/set_address/", {**inputs(page), "person": who.uid, "email": email, "do": "check"})
    return visitor.post("/acts/set_address/", {**inputs(page), "do": "confirm"})


def address(who):
    return Person.objects.get(pk=who.pk).email


def test_whoever_has_none_enters_it_from_the_page_of_wishes():
    who = applicant()
    visitor = seated(who)
    page = visitor.get("/account/notices/wishes/").content.decode()
    assert f'href="/acts/set_address/?person={who.uid}"' in page
    assert sets(visitor, who, NEW).status_code == 302
    assert address(who) == NEW
    assert Act.objects.get().about == f"person/{who.uid}"
    assert NEW in visitor.get("/account/notices/wishes/").content.decode()
    assert Mail.objects.filter(kind="address_was_changed").count() == 0, "nobody had it before"


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_owner_reads_at_the_earlier_address_who_changed_it_and_when(settings, language):
    officer, who = person("agency", name={"ko": "성춘향"}), applicant(email=OLD)
    settings.LANGUAGE_CODE = language
    with served(settings) as inbox:
        assert sets(seated(officer), who, NEW).status_code == 302
        told = Notification.objects.get(person=who, kind="address_changed")
        deliver_due(told.made_at)
    by = {message["To"]: text_of(message) for message in inbox.messages}
    assert set(by) == {OLD, NEW}
    for text in by.values():
        assert "성춘향" in text
        assert str(told.made_at.year) in text
        assert ("전자우편" in text) == (language == "ko")
    assert who.username in by[OLD]
    assert "성춘향" in seated(who).get("/account/notices/").content.decode()


def test_the_agencys_page_of_a_person_offers_it():
    officer, who = person("agency"), applicant()
    assert "/acts/set_address/" in seated(officer).get(f"/objects/person/{who.uid}/").content.decode()


def test_only_oneself_and_the_agency_and_only_with_a_fresh_log_in():
    who, own = applicant(email=OLD), applicant()
    for other in (own, person("ministry"), person("auditor")):
        assert sets(seated(other), who, NEW).status_code != 302
    visitor = seated(who)
    page = visitor.get(f"/acts/set_address/?person={who.uid}")
    given = {**inputs(page), "person": who.uid, "email": NEW}
    page = visitor.post("/acts/set_address/", {**given, "do": "check"})
    grow_old(visitor)
    visitor.post("/acts/set_address/", {**inputs(page), "do": "confirm"})
    assert address(who) == OLD
    assert not Act.objects.exists()


@pytest.mark.parametrize("email", ["no address", f"{NEW}\nBcc: x@y.example", OLD])
def test_what_is_no_address_or_no_change_is_refused(email):
    who = applicant(email=OLD)
    assert sets(seated(who), who, email).status_code == 422
    assert address(who) == OLD
    assert not Notification.objects.exists()


def test_a_closed_account_keeps_its_address():
    officer, who = person("agency"), applicant(email=OLD)
    with unguarded():
        Person.objects.filter(pk=who.pk).update(is_active=False)
    assert sets(seated(officer), who, NEW).status_code == 422
    assert address(who) == OLD


def test_the_first_administrators_link_may_bring_an_address():
    link = urlsplit(first.link("성춘향", NEW)).path
    assert first.invited() == ("성춘향", NEW)
    browser().post(link, {"username": "chunhyang", "password1": PASSWORD, "password2": PASSWORD, "by": "password"})
    assert Person.objects.get(username="chunhyang").email == NEW


def test_what_is_no_address_makes_no_link():
    with pytest.raises(BadInput, match="is not an address"):
        first.link("성춘향", "nonsense")
    assert first.invited() == ("", "")
