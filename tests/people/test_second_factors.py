"""An authenticator and its recovery codes: set up, asked for at the log-in and before acts, and never shown to the database."""

import base64
import hmac
import re
import struct
import time

import pytest
from allauth.mfa.models import Authenticator

from people.steps import PASSWORD, browser, grow_old, log_in, person

pytestmark = pytest.mark.django_db
KEY = re.compile(r"<code>([A-Z2-7]{32})</code>")


def code_of(key, *, steps=0):
    """The six digits that an authenticator with that key shows, by RFC 6238."""
    counter = struct.pack(">Q", int(time.time()) // 30 + steps)
    mac = hmac.new(base64.b32decode(key), counter, "sha1").digest()
    place = mac[-1] & 15
    return f"{(int.from_bytes(mac[place : place + 4]) & 0x7FFFFFFF) % 1_000_000:06}"


def wrong(key):
    """A code that is none of those that count now."""
    right = {code_of(key, steps=each) for each in range(-3, 4)}
    return next(
        each for each in ("000000", "111111", "222222", "333333", "444444", "555555", "666666", "777777") if each not in right
    )


@pytest.fixture
def agency():
    return person("agency")


@pytest.fixture
def set_up(agency):
    """A browser in which somebody has set up an authenticator, its key, and the recovery codes."""
    visitor = browser()
    log_in(visitor, agency)
    key = KEY.search(visitor.get("/account/authenticator/add/").content.decode())[1]
    assert visitor.post("/account/authenticator/add/", {"code": wrong(key)}).status_code == 200
    assert not Authenticator.objects.exists()
    done = visitor.post("/account/authenticator/add/", {"code": code_of(key)})
    assert done["Location"] == "/account/recovery-codes/"
    codes = re.findall(r"<code>(\d{8})</code>", visitor.get(done["Location"]).content.decode())
    assert len(codes) == 10
    return visitor, key, codes


def after_password(agency):
    visitor = browser()
    assert log_in(visitor, agency)["Location"] == "/login/second-step/"
    assert visitor.get("/agency/").status_code == 302, "nobody is logged in by half"
    return visitor


def test_a_code_is_asked_for_after_the_password(agency, set_up):
    _visitor, key, _codes = set_up
    visitor = after_password(agency)
    page = visitor.post("/login/second-step/", {"code": wrong(key)})
    assert "This code or passkey is not right." in page.content.decode()
    assert visitor.post("/login/second-step/", {"code": code_of(key, steps=1)})["Location"] == "/agency/"


def test_a_recovery_code_counts_once(agency, set_up):
    code = set_up[2][0]
    assert after_password(agency).post("/login/second-step/", {"code": code})["Location"] == "/agency/"
    assert after_password(agency).post("/login/second-step/", {"code": code}).status_code == 200


def test_codes_are_not_guessed_without_end(agency, set_up):
    key, visitor = set_up[1], after_password(agency)
    for _ in range(5):
        visitor.post("/login/second-step/", {"code": wrong(key)})
    page = visitor.post("/login/second-step/", {"code": code_of(key, steps=1)})
    assert "There were too many attempts." in page.content.decode()


def test_the_password_alone_is_no_proof_any_more(set_up):
    visitor, key, _codes = set_up
    grow_old(visitor)
    asked = visitor.get("/account/passkeys/add/")
    assert asked["Location"].startswith("/account/confirm/code/?next=")
    by_password = visitor.post("/account/confirm/", {"password": PASSWORD})
    assert by_password["Location"].startswith("/account/confirm/code/")
    assert visitor.get("/account/passkeys/add/").status_code == 302
    grow_old(visitor)
    proven = visitor.post(asked["Location"], {"code": code_of(key, steps=1), "next": "/account/passkeys/add/"})
    assert proven["Location"] == "/account/passkeys/add/"
    assert visitor.get("/account/passkeys/add/").status_code == 200


def test_the_key_is_not_readable_in_the_database(set_up, settings):
    key = set_up[1]
    kept = Authenticator.objects.get(type="totp")
    assert key not in str(kept.data)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "a new key of the deployment"
    assert kept.wrap().validate_code(code_of(key, steps=-1)) or kept.wrap().validate_code(code_of(key, steps=1))


def test_new_recovery_codes_make_the_old_ones_void(agency, set_up):
    visitor, _key, codes = set_up
    visitor.post("/account/recovery-codes/new/")
    assert after_password(agency).post("/login/second-step/", {"code": codes[1]}).status_code == 200
    file = visitor.get("/account/recovery-codes/file/")
    assert file.headers["Content-Disposition"].startswith("attachment")
    fresh = re.findall(r"\b\d{8}\b", file.content.decode())
    assert len(fresh) == 10
    assert after_password(agency).post("/login/second-step/", {"code": fresh[0]})["Location"] == "/agency/"


def test_it_is_removed_after_a_proof(agency, set_up):
    visitor = set_up[0]
    assert visitor.post("/account/authenticator/remove/")["Location"] == "/account/"
    assert not Authenticator.objects.exists()
    assert log_in(browser(), agency)["Location"] == "/agency/"
