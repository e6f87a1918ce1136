"""A lost log-in is renewed by a link to the same person: once, in time, for officials by two, and every old way ends."""

import re
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.utils import timezone

import factories as make
from database import refused, unguarded
from dure.records.journal.models import Act
from dure.records.notifications.models import Mail, Notification
from dure.records.parties.models import Person, Renewal, Role, Token
from people.steps import PASSWORD, browser, grow_old, inputs, log_in, person

pytestmark = pytest.mark.django_db
NEW = "another evening with tea"


def made(by, who, visitor=None):
    """The address of the link that this officer made on the page."""
    visitor = visitor or browser()
    log_in(visitor, by)
    page = visitor.post("/account/renew/", {"person": who.username, "reason": "되걸어 확인했습니다."})
    assert page.status_code == 200, page.content.decode()[-800:]
    return urlsplit(re.search(r'value="(http[^"]*/renewal/[^"]*)"', page.content.decode())[1]).path


def used(link, password=NEW):
    return browser().post(link, {"password1": password, "password2": password})


def applicant(**fields):
    return make.person("applicant", organisation=make.organisation(), password=PASSWORD, **fields)


def act(visitor, name, **given):
    """One act on its page, checked and confirmed."""
    page = visitor.post(f"/acts/{name}/", {**inputs(visitor.get(f"/acts/{name}/")), **given, "do": "check"})
    return visitor.post(f"/acts/{name}/", {**inputs(page), "do": "confirm"})


def test_the_same_person_gets_a_new_way_and_every_old_one_ends():
    officer, who, session = person("agency"), applicant(email="kim@lab.example"), browser()
    log_in(session, who)
    Authenticator.objects.create(user=who, type="totp", data={"secret": "x"})
    SocialAccount.objects.create(user=who, provider="oidc", uid="1")
    now = timezone.now()
    with unguarded():
        Token.objects.create(
            id="a" * 16, digest="a" * 64, person=who, name="x", read=True, made_at=now, expires_at=make.days(9, now)
        )
    link = made(officer, who)
    assert session.get("/account/").status_code == 200, "until it is used, nobody is shut out"
    assert used(link).status_code == 302
    assert session.get("/account/").status_code == 302
    again = Person.objects.get(pk=who.pk)
    assert (again.uid, again.check_password(NEW), again.check_password(PASSWORD)) == (who.uid, True, False)
    assert (Authenticator.objects.count(), SocialAccount.objects.count()) == (0, 0)
    assert Token.objects.get().revoked_at is not None
    assert log_in(browser(), who).status_code == 403
    assert log_in(browser(), who, password=NEW).status_code == 302
    assert [each.command for each in Act.objects.order_by("id")] == ["renew_access", "use_renewal"]
    assert Act.objects.order_by("id").last().person == who
    assert Mail.objects.filter(kind="access_was_renewed", to="kim@lab.example").count() == 2, "when it was made, and used"
    assert Notification.objects.filter(person=who, kind="log_in_changed").count() == 2
    assert used(link).status_code == 404, "once"


def test_an_officials_needs_a_third_person():
    officer, other, who = person("agency"), person("ministry"), person("auditor")
    visitor = browser()
    link = made(officer, who, visitor)
    assert used(link).status_code == 404
    renewal = Renewal.objects.get()
    assert Notification.objects.get(kind="renewal_to_confirm").person == other
    assert act(visitor, "confirm_renewal", renewal=renewal.pk).status_code == 422, "not by who made it"
    log_in(second := browser(), other)
    assert renewal.pk in second.get("/account/renew/").content.decode()
    assert act(second, "confirm_renewal", renewal=renewal.pk).status_code == 302
    assert used(link).status_code == 302
    assert Person.objects.get(pk=who.pk).check_password(NEW)


def test_a_link_made_before_somebody_became_an_official_opens_nothing():
    officer, who = person("agency"), applicant()
    link, now = made(officer, who), timezone.now()
    with unguarded():
        Role.objects.create(person=who, desk="ministry", given_at=now, confirmed_at=now)
    assert used(link).status_code == 404
    assert Person.objects.get(pk=who.pk).check_password(PASSWORD)
    renewal = Renewal.objects.get(person=who)
    refused("made before an official role", "UPDATE parties_renewal SET used_at = now() WHERE id = %s", renewal.pk)


def test_giving_an_official_role_voids_the_links_that_are_open():
    officer, visitor, who = person("agency"), browser(), applicant()
    person("ministry")
    made(officer, who, visitor)
    act(visitor, "give_role", person=who.uid, desk="ministry")
    assert Renewal.objects.get(person=who).withdrawn_at is not None


def test_where_nobody_could_confirm_it_opens_at_once_and_is_marked():
    officer, who = person("agency"), person("auditor")
    assert used(made(officer, who)).status_code == 302
    assert Renewal.objects.get().alone


@pytest.mark.parametrize("how", ["expired", "withdrawn", "made again"])
def test_a_link_that_is_over_opens_nothing(how):
    officer, who, visitor = person("agency"), applicant(), browser()
    link = made(officer, who, visitor)
    if how == "expired":
        with unguarded():
            Renewal.objects.update(made_at=make.days(-2, timezone.now()), expires_at=timezone.now())
    elif how == "withdrawn":
        assert act(visitor, "withdraw_renewal", renewal=Renewal.objects.get().pk).status_code == 302
    else:
        assert used(made(officer, who)).status_code == 302
    assert browser().get(link).status_code == 404
    assert used(link).status_code == 404


def test_a_bad_password_is_said_and_the_link_still_opens():
    link = made(person("agency"), applicant())
    assert "at least 12 characters" in used(link, "short").content.decode()
    assert used(link).status_code == 302


def test_nobody_renews_their_own_and_only_officers_do():
    officer, who = person("agency"), applicant()
    for visitor, by in ((browser(), who), (browser(), person("auditor"))):
        log_in(visitor, by)
        assert visitor.get("/account/renew/").status_code == 404
    log_in(visitor := browser(), officer)
    assert visitor.post("/account/renew/", {"person": officer.username, "reason": "x"}).status_code == 422
    assert visitor.post("/account/renew/", {"person": "nobody", "reason": "x"}).status_code == 422
    assert visitor.post("/account/renew/", {"person": who.username, "reason": ""}).status_code == 422
    grow_old(visitor)
    answer = visitor.post("/account/renew/", {"person": who.username, "reason": "x"})
    assert answer["Location"].startswith("/account/confirm/")
    assert Renewal.objects.count() == 0


def test_the_database_itself_holds_it():
    made(person("agency"), applicant())
    refused("keeps .* as they are", "UPDATE parties_renewal SET person_id = made_by_id")
    refused("keeps rows as they are", "DELETE FROM parties_renewal")
    refused(
        "renewal_is_made_and_confirmed_by_others", "UPDATE parties_renewal SET confirmed_by_id = made_by_id, confirmed_at = now()"
    )
    Renewal.objects.update(used_at=timezone.now())
    refused("stays so", "UPDATE parties_renewal SET used_at = NULL")
