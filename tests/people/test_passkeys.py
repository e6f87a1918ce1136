"""Passkeys in a real browser with a virtual authenticator: added, logged in by, asked for before acts, removed."""

import pytest
from allauth.mfa.models import Authenticator

from people.devices import Device
from people.steps import PASSWORD, grow_old, person
from portal.serving import PATIENCE
from portal.test_browser import WATCH, chromium  # noqa: F401 - the fixture that starts Chromium

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Window:
    """A browser window of somebody whose device keeps passkeys."""

    def __init__(self, browser, address):
        self.context = browser.new_context(base_url=address)
        self.context.add_cookies([{"name": "django_language", "value": "en", "url": address}])
        self.context.add_init_script(WATCH)
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE * 1000)
        self.device = Device(self.page)

    def log_in(self, who):
        self.page.goto("/login/")
        self.page.fill("#id_username", who.username)
        self.page.fill("#id_password", PASSWORD)
        self.page.get_by_role("button", name="Log in", exact=True).click()
        self.page.wait_for_url("**/agency/")

    def unverified(self):
        """The device does not find the fingerprint to be its owner's."""
        self.device.is_a_strangers()

    def breaches(self):
        return self.page.evaluate("window.breaches || []")


@pytest.fixture
def window(chromium, live_server):  # noqa: F811 - the fixture by its name
    made = Window(chromium, live_server.url)
    yield made
    made.context.close()


@pytest.fixture
def agency():
    return person("agency")


@pytest.fixture
def with_passkey(window, agency):
    window.log_in(agency)
    window.page.goto("/account/passkeys/add/")
    window.page.fill("#id_name", "업무용 노트북")
    window.page.get_by_role("button", name="Add a passkey").click()
    window.page.wait_for_url("**/account/recovery-codes/")
    assert window.breaches() == []
    return window


def log_out(window):
    window.page.get_by_role("button", name="Log out").click()
    window.page.wait_for_url("**/")


def test_a_passkey_logs_its_owner_in_without_a_name(with_passkey):
    page = with_passkey.page
    log_out(with_passkey)
    page.goto("/login/?next=/account/")
    page.get_by_role("button", name="Log in by a passkey").click()
    page.get_by_text("업무용 노트북").wait_for()
    assert with_passkey.breaches() == []


def test_it_is_the_second_step_after_the_password(with_passkey, agency):
    page = with_passkey.page
    log_out(with_passkey)
    page.goto("/login/")
    page.fill("#id_username", agency.username)
    page.fill("#id_password", PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.wait_for_url("**/login/second-step/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/agency/")


def test_it_proves_its_owner_before_an_act_and_the_form_is_still_filled(with_passkey, client):
    page = with_passkey.page
    client.cookies["sessionid"] = next(each["value"] for each in with_passkey.context.cookies() if each["name"] == "sessionid")
    grow_old(client)
    page.goto("/acts/make_token/")
    page.fill("[name=digest]", "a" * 64)
    page.fill("[name=name]", "야간 집계")
    page.fill("[name=expires_at]", "2026-12-20 10:00")
    page.get_by_role("button", name="Check", exact=True).last.click()
    page.wait_for_url("**/account/confirm/passkey/**")
    page.get_by_role("button", name="Confirm by a passkey").click()
    page.wait_for_url("**/acts/make_token/**")
    assert page.input_value("[name=name]") == "야간 집계"
    assert with_passkey.breaches() == []


def test_a_device_that_does_not_know_its_owner_lets_nobody_in(with_passkey):
    page = with_passkey.page
    log_out(with_passkey)
    with_passkey.unverified()
    page.goto("/login/")
    page.get_by_role("button", name="Log in by a passkey").click()
    page.get_by_text("The passkey was not used.").wait_for()
    page.goto("/account/")
    assert "/login/" in page.url


def test_a_removed_passkey_opens_nothing(with_passkey):
    page = with_passkey.page
    page.goto("/account/")
    page.get_by_role("link", name="Remove").first.click()
    page.get_by_role("button", name="Remove the passkey").click()
    page.wait_for_url("**/account/")
    assert not Authenticator.objects.exists()
    log_out(with_passkey)
    page.goto("/login/")
    page.get_by_role("button", name="Log in by a passkey").click()
    page.get_by_text("This code or passkey is not right.").wait_for()
