"""Invitations: who may send one, what the link opens, how often, and who comes in by it."""

import datetime as dt
import re
import threading
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import connection, connections
from django.utils import timezone

import factories as make
from database import unguarded
from dure.cycle.people.invitations import accept, first_link
from dure.cycle.people.secrets import digest_of, new_secret
from dure.formats.errors import BadInput, Refused
from dure.records.journal.models import Act
from dure.records.parties import actions
from dure.records.parties.models import Invitation, Person, Role
from people.providers import configure, granting
from people.steps import PASSWORD, browser, grow_old, inputs, log_in, person
from people.test_identity_provider import at_provider
from people.test_passkeys import Window
from portal.test_browser import chromium  # noqa: F401 - the fixture that starts Chromium

pytestmark = pytest.mark.django_db
ANSWER = {"username": "new.person", "password1": PASSWORD, "password2": PASSWORD, "by": "password"}


def invited(by, visitor=None, **given):
    """The address of a link that this person made on the page."""
    visitor = visitor or browser()
    log_in(visitor, by)
    page = visitor.post("/account/invitations/new/", {"name_ko": "초대받은 사람", "desk": "auditor", **given})
    assert page.status_code == 200, page.content.decode()[-800:]
    link = re.search(r'value="(http[^"]*/invitation/[^"]*)"', page.content.decode())[1]
    return urlsplit(link).path


def test_an_invited_person_comes_in_with_a_password():
    agency = make.person("agency", password=PASSWORD, name={"ko": "성초대"})
    person("ministry")
    link = invited(agency, email="new@example.kr")
    visitor = browser()
    page = visitor.get(link).content.decode()
    assert "초대받은 사람" in page
    assert "성초대 invites you" in page
    assert visitor.post(link, ANSWER)["Location"] == "/"
    made = Person.objects.get(username="new.person")
    assert (made.name["ko"], made.email, made.check_password(PASSWORD)) == ("초대받은 사람", "new@example.kr", True)
    act = Act.objects.order_by("id").last()
    assert (act.command, act.person, act.about.split("/")[0]) == ("accept_invitation", made, "invitation")
    assert made.live_roles == (), "an official's role waits for a second person"
    assert Role.objects.get(person=made).given_by == agency
    assert log_in(browser(), made).status_code == 302


def test_only_the_digest_of_the_secret_is_kept():
    link = invited(person("agency"))
    secret = link.split("/")[2]
    kept = Invitation.objects.get()
    assert kept.digest == digest_of(secret)
    with connection.cursor() as cursor:
        for table in ("parties_invitation", "journal_act", "django_session"):
            cursor.execute(f"SELECT count(*) FROM {table} AS t WHERE t::text LIKE %s", [f"%{secret}%"])  # noqa: S608
            assert cursor.fetchone()[0] == 0, table


def test_a_link_opens_once():
    link = invited(person("agency"))
    assert browser().post(link, ANSWER).status_code == 302
    assert browser().get(link).status_code == 404
    assert browser().post(link, {**ANSWER, "username": "another.one"}).status_code == 404
    assert not Person.objects.filter(username="another.one").exists()


@pytest.mark.parametrize("how", ["expired", "withdrawn", "inviter left"])
def test_a_link_that_is_over_opens_nothing(how):
    agency, visitor = person("agency"), browser()
    person("agency")
    link = invited(agency, visitor)
    made = Invitation.objects.get()
    if how == "expired":
        with unguarded():
            Invitation.objects.update(made_at=make.days(-9, timezone.now()), expires_at=timezone.now())
    elif how == "withdrawn":
        form = inputs(visitor.get(f"/acts/withdraw_invitation/?invitation={made.pk}"))
        assert visitor.post("/acts/withdraw_invitation/", {**form, "invitation": made.pk, "do": "confirm"}).status_code == 302
    else:
        actions.close_account(person=agency, at=timezone.now())
    assert browser().post(link, ANSWER).status_code in {404, 422}
    assert not Person.objects.filter(username="new.person").exists()
    assert Invitation.objects.get().accepted_at is None


def test_all_links_that_open_nothing_look_alike():
    link = invited(person("agency"))
    browser().post(link, ANSWER)
    used, never, nonsense = (browser().get(each) for each in (link, f"/invitation/{new_secret().token}/", "/invitation/x/"))
    pages = {
        re.sub(r"/invitation/[^\"]*|csrfmiddlewaretoken\" value=\"\w+", "", each.content.decode())
        for each in (used, never, nonsense)
    }
    assert len(pages) == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"password2": "something else 12"}, "The two passwords differ."),
        ({"password1": "short", "password2": "short"}, "at least 12 characters"),
        ({"username": "chief", "password1": "chiefchiefchief1", "password2": "chiefchiefchief1"}, "may not contain your name"),
        ({"username": "Capital Letters"}, "small letters, digits"),
        ({"username": "taken"}, "This id is taken."),
    ],
)
def test_a_bad_answer_is_said_and_the_link_still_opens(changed, said):
    make.person(username="taken")
    link = invited(person("agency"))
    page = browser().post(link, {**ANSWER, **changed})
    assert page.status_code == 422
    assert said in page.content.decode()
    assert browser().post(link, ANSWER).status_code == 302


def test_who_is_logged_in_does_not_become_somebody_else():
    visitor = browser()
    link = invited(person("agency"), visitor)
    assert visitor.post(link, ANSWER).status_code == 409
    assert Invitation.objects.get().accepted_at is None


def test_providers_and_applicants_invite_colleagues_to_their_own_desk_alone():
    lab, other = make.organisation(), make.organisation()
    applicant = person("applicant", organisation=lab)
    link = invited(applicant, desk="applicant", organisation=lab.pk, until="2030-01-01")
    assert browser().post(link, ANSWER)["Location"] == "/applicant/"
    colleague = Person.objects.get(username="new.person")
    assert colleague.organisations_at("applicant") == {lab.pk}
    assert colleague.live_roles[0].until.date() == dt.date(2030, 1, 1)
    visitor = browser()
    log_in(visitor, applicant)
    for given in ({"desk": "applicant", "organisation": other.pk}, {"desk": "agency", "organisation": ""}):
        page = visitor.post("/account/invitations/new/", {"name_ko": "누구", **given})
        assert page.status_code == 422
    assert Invitation.objects.count() == 1


def test_an_auditor_and_an_evaluator_invite_nobody():
    for desk in ("auditor", "reviewer", "operator"):
        visitor = browser()
        log_in(visitor, person(desk))
        assert visitor.get("/account/invitations/").status_code == 404
        assert visitor.post("/account/invitations/new/", {"name_ko": "누구", "desk": "agency"}).status_code == 404


def test_inviting_asks_for_a_recent_proof_and_goes_on_from_there():
    visitor, agency = browser(), person("agency")
    log_in(visitor, agency)
    grow_old(visitor)
    sent = visitor.post("/account/invitations/new/", {"name_ko": "초대받은 사람", "desk": "auditor"})
    assert sent["Location"].startswith("/account/confirm/")
    page = visitor.post(sent["Location"], {"password": PASSWORD, "next": "/account/invitations/new/"})
    assert "/invitation/dure_" in page.content.decode()
    assert Invitation.objects.get().invited_by == agency


class TestFirstAdministrator:
    def test_the_first_link_makes_the_first_administrator(self):
        secret = first_link(name="첫 관리자", at=timezone.now())
        visitor = browser()
        assert "You are the first administrator" in visitor.get(f"/invitation/{secret}/").content.decode()
        assert visitor.post(f"/invitation/{secret}/", ANSWER)["Location"] == "/agency/"
        assert Person.objects.get(username="new.person").desks == {"agency"}

    def test_there_is_none_once_somebody_can_log_in(self):
        first = first_link(name="첫 관리자", at=timezone.now())
        make.person("agency")  # whom nothing lets in
        second = first_link(name="첫 관리자", at=timezone.now())
        assert browser().get(f"/invitation/{first}/").status_code == 404, "a new first link replaces the earlier one"
        person("agency")
        with pytest.raises(Refused) as refused:
            first_link(name="또 하나", at=timezone.now())
        assert refused.value.code == "not_first"
        assert browser().post(f"/invitation/{second}/", ANSWER).status_code == 422
        assert not Person.objects.filter(username="new.person").exists()


class TestRaces:
    """Several people with one link, each in a transaction of their own."""

    pytestmark = pytest.mark.django_db(transaction=True)

    def at_once(self, *tries):
        barrier, outcomes = threading.Barrier(len(tries)), []

        def run(attempt):
            barrier.wait()
            try:
                outcomes.append(attempt().username)
            except BadInput as error:
                outcomes.append(error.code)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=run, args=(each,)) for each in tries]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        return sorted(outcomes)

    def accepting(self, secret, name):
        return lambda: accept(digest_of(secret), username=name, programme="somewhere", at=timezone.now(), password=PASSWORD)

    @pytest.mark.parametrize("round_", range(5))
    def test_one_link_makes_one_person(self, round_):
        agency = person("agency")
        secret = new_secret()
        actions.invite(
            digest=secret.digest, name={"ko": "누구"}, desk="auditor", invited_by=agency, made_at=timezone.now(),
            expires_at=make.days(1, timezone.now()),
        )  # fmt: skip
        outcomes = self.at_once(*(self.accepting(secret.token, f"person-{round_}-{each}") for each in range(8)))
        assert outcomes.count("invitation_over") == 7
        assert Person.objects.filter(username__startswith=f"person-{round_}-").count() == 1

    def test_two_first_links_make_one_administrator(self):
        now = timezone.now()
        first = first_link(name="하나", at=now)
        Invitation.objects.update(withdrawn_at=now)
        second = first_link(name="둘", at=now)
        with unguarded():
            Invitation.objects.update(withdrawn_at=None)  # as if both had been made at the same moment
        outcomes = self.at_once(self.accepting(first, "first-one"), self.accepting(second, "second-one"))
        assert outcomes.count("not_first") == 1
        assert Role.objects.filter(desk="agency").count() == 1


@pytest.mark.browser
class TestInABrowser:
    pytestmark = pytest.mark.django_db(transaction=True)

    def test_an_invited_person_comes_in_with_a_passkey(self, chromium, live_server):  # noqa: F811 - the fixture by its name
        link = invited(person("agency"), desk="applicant", organisation=make.organisation().pk)
        window = Window(chromium, live_server.url)
        window.page.goto(link)
        window.page.fill("#id_username", "with.passkey")
        window.page.get_by_role("button", name="By a passkey instead").click()
        window.page.get_by_role("button", name="Add a passkey").click()
        window.page.wait_for_url("**/applicant/")
        made = Person.objects.get(username="with.passkey")
        assert (made.has_usable_password(), Authenticator.objects.get().user) == (False, made)
        window.page.get_by_role("button", name="Log out").click()
        window.page.goto("/login/")
        window.page.get_by_role("button", name="Log in by a passkey").click()
        window.page.wait_for_url("**/applicant/")
        assert window.breaches() == []
        window.context.close()

    def test_an_invited_person_comes_in_by_the_identity_provider(self, chromium, live_server, settings):  # noqa: F811
        link = invited(person("agency"), desk="applicant", organisation=make.organisation().pk)
        window = Window(chromium, live_server.url)
        with granting() as issuer:
            configure(settings, issuer)
            window.page.goto(link)
            window.page.fill("#id_username", "by.identity")
            window.page.get_by_role("button", name="By 기관 통합인증 instead").click()
            at_provider(window.page, "hong")
            window.page.wait_for_url("**/applicant/")
            assert SocialAccount.objects.get().user.username == "by.identity"
        window.context.close()
