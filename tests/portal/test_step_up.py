"""Acts that move money or answer decisions ask for a recent log-in; a token stands for itself, a script for the server."""

import datetime as dt
import time

import pytest
from django.utils import timezone

import factories as make
from dure.cycle.commands.registry import COMMANDS, row_of
from dure.cycle.commands.rows import Context
from dure.cycle.commands.running import longest_proof, read_command, run
from dure.cycle.programme import book
from dure.formats.approvals import ApprovalRules
from dure.formats.errors import Refused
from dure.rules.book import DEFAULT, read_book
from portal.api_callers import Caller

pytestmark = pytest.mark.django_db
LONGEST = read_book(DEFAULT).fill(ApprovalRules, on=dt.date(2026, 11, 28))[0].step_up_minutes
GIVEN = {"digest": "a" * 64, "name": "nightly", "expires_at": (timezone.now() + dt.timedelta(days=5)).isoformat()}


def carry_out(person, *, via, confirmed_at, at):
    row = row_of("make_token")
    return run(row, read_command(row, GIVEN), Context(book(), person, at, via, confirmed_at=confirmed_at))


@pytest.mark.parametrize(("minutes", "done"), [(0, True), (LONGEST, True), (LONGEST + 1, False), (None, False)])
def test_a_log_in_counts_for_as_long_as_the_rule_says(minutes, done):
    at, person = timezone.now(), make.person("agency")
    confirmed_at = None if minutes is None else at - dt.timedelta(minutes=minutes)
    if done:
        assert carry_out(person, via="page", confirmed_at=confirmed_at, at=at).result == "a" * 16
    else:
        with pytest.raises(Refused) as refused:
            carry_out(person, via="page", confirmed_at=confirmed_at, at=at)
        assert (refused.value.code, refused.value.detail) == ("step_up_needed", {"minutes": LONGEST})


def test_before_the_rule_begins_its_first_value_counts():
    first = book().rules["approvals/step_up_minutes"].values[0]
    assert longest_proof(book(), first.since) == dt.timedelta(minutes=first.value)
    assert longest_proof(book(), first.since - dt.timedelta(days=400)) == dt.timedelta(minutes=first.value)


def test_a_script_and_the_servers_command_line_have_no_log_in():
    for via in ("script", "command line"):
        GIVEN["digest"] = "b" * 64 if via == "script" else "c" * 64
        assert carry_out(make.person("agency"), via=via, confirmed_at=None, at=timezone.now()).act
    GIVEN["digest"] = "a" * 64


def test_a_session_whose_log_in_is_old_is_told_to_log_in_again():
    person, browser = make.person("agency"), Caller()
    browser.client.force_login(person)
    browser.client.get("/account/")
    csrf = browser.client.cookies["csrftoken"].value
    session = browser.client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - 60 * (LONGEST + 1)}]
    session.save()
    refused = browser.act("make_token", GIVEN, X_CSRFToken=csrf)
    assert (refused.status_code, refused.value["code"]) == (403, "step_up_needed")
    browser.client.force_login(person)
    browser.client.get("/account/")
    csrf = browser.client.cookies["csrftoken"].value
    assert browser.act("make_token", GIVEN, X_CSRFToken=csrf).value["result"] == "a" * 16


def test_what_moves_money_opens_proposals_or_answers_decisions_asks_for_it():
    asks = {row.name for row in COMMANDS if row.step_up}
    money = {"appropriate", "issue_price_book", "open_provider_call", "sign_agreements", "pay_commitment", "record_payment"}
    assert money | {"approve_decision", "refuse_decision", "check_proposals", "make_token"} <= asks
