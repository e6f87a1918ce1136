"""Logging in by the deployment's identity provider: a real provider process, a real browser, and what is refused."""

import pytest
from allauth.socialaccount.models import SocialAccount

from people.providers import configure, granting, strict
from people.steps import PASSWORD, person
from portal.serving import PATIENCE
from portal.test_browser import WATCH, chromium  # noqa: F401 - the fixture that starts Chromium

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
by_mock = pytest.mark.usefixtures("mock")
WRONG = "a wrong secret of this client"
BUTTON = "Log in by 기관 통합인증"


@pytest.fixture
def page(chromium, live_server):  # noqa: F811 - the fixture by its name
    context = chromium.new_context(base_url=live_server.url)
    context.add_cookies([{"name": "django_language", "value": "en", "url": live_server.url}])
    context.add_init_script(WATCH)
    page = context.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    yield page
    context.close()


@pytest.fixture
def mock(settings):
    with granting() as issuer:
        configure(settings, issuer)
        yield issuer


def at_provider(page, name):
    """What the person does on the pages of the granting provider."""
    page.wait_for_url("**/oauth2/authorize**")
    page.fill("[name=sub]", name)
    page.get_by_role("button", name="Authorize").click()


def by_password(page, who):
    page.goto("/login/")
    page.fill("#id_username", who.username)
    page.fill("#id_password", PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.get_by_role("button", name="Log out").wait_for()


def by_identity(page):
    page.goto("/login/")
    page.get_by_role("button", name=BUTTON).click()


def linked(page, who, name):
    by_password(page, who)
    page.goto("/account/identities/")
    page.get_by_role("button", name="Link an identity of 기관 통합인증").click()
    at_provider(page, name)
    page.get_by_text("The identity is linked.").wait_for()


@by_mock
def test_who_has_linked_an_identity_logs_in_by_it(page):
    agency = person("agency")
    linked(page, agency, "hong-at-the-agency")
    assert SocialAccount.objects.get().user == agency
    assert page.evaluate("window.breaches || []") == []
    page.get_by_role("button", name="Log out").click()
    by_identity(page)
    at_provider(page, "hong-at-the-agency")
    page.wait_for_url("**/agency/")


@by_mock
def test_an_identity_that_nobody_has_linked_lets_nobody_in_whatever_its_address(page):
    agency = person("agency", email="hong@example.kr")
    by_identity(page)
    at_provider(page, "hong@example.kr")
    page.get_by_text("No person here has this identity").wait_for()
    assert not SocialAccount.objects.filter(user=agency).exists()
    page.goto("/account/")
    assert "/login/" in page.url


@by_mock
def test_an_identity_has_one_person(page):
    first, second = person("agency"), person("agency")
    linked(page, first, "kim")
    page.get_by_role("button", name="Log out").click()
    by_password(page, second)
    page.goto("/account/identities/")
    page.get_by_role("button", name="Link an identity of 기관 통합인증").click()
    at_provider(page, "kim")
    page.get_by_text("This identity belongs to another person here.").wait_for()
    assert SocialAccount.objects.get().user == first


@by_mock
def test_the_only_way_to_log_in_is_not_unlinked(page):
    agency = person("agency")
    linked(page, agency, "lee")
    agency.set_unusable_password()
    agency.save()
    page.context.clear_cookies(name="sessionid")
    by_identity(page)
    at_provider(page, "lee")
    page.goto("/account/identities/")
    page.get_by_role("button", name="Unlink").click()
    page.get_by_text("Set a password or add a passkey first").wait_for()
    assert SocialAccount.objects.count() == 1


def at_strict_provider(page, name):
    page.wait_for_url("**/interaction/**")
    page.fill("[name=login]", name)
    page.fill("[name=password]", "any")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()


class TestRefusals:
    """Of a certified provider."""

    def test_the_right_secret_and_address_are_taken(self, page, settings, live_server):
        with strict(f"{live_server.url}/login/oidc/callback/") as issuer:
            configure(settings, issuer)
            by_identity(page)
            at_strict_provider(page, "hong")
            page.get_by_text("No person here has this identity").wait_for()

    def test_a_wrong_secret_is_refused(self, page, settings, live_server):
        agency = person("agency")
        SocialAccount.objects.create(user=agency, provider="oidc", uid="hong")
        with strict(f"{live_server.url}/login/oidc/callback/") as issuer:
            configure(settings, issuer, secret=WRONG)
            by_identity(page)
            at_strict_provider(page, "hong")
            page.get_by_text("The identity provider did not confirm you").wait_for()
            page.goto("/account/")
            assert "/login/" in page.url

    def test_a_wrong_redirect_address_is_refused(self, page, settings):
        with strict("https://elsewhere.example/login/oidc/callback/") as issuer:
            configure(settings, issuer)
            by_identity(page)
            page.get_by_text("redirect_uri").first.wait_for()
            assert page.url.startswith(issuer)

    def test_an_answer_that_nobody_asked_for_is_refused(self, page, settings, live_server):
        with strict(f"{live_server.url}/login/oidc/callback/") as issuer:
            configure(settings, issuer)
            page.goto("/login/oidc/callback/?code=stolen&state=made-up")
            page.get_by_text("The identity provider did not confirm you").wait_for()
