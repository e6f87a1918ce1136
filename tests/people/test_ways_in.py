"""What may a token carry out? Nothing that leaves a way in behind once it has ended; each command about people says why."""

import datetime as dt

import pytest
from django.utils import timezone
from msgspec.structs import fields

import factories as make
from dure.cycle.commands.registry import BY_NAME, COMMANDS
from dure.cycle.commands.tables import people
from dure.cycle.people.tokens import for_tokens
from dure.portal.subjects.acts.kinds import KINDS
from portal.api_callers import Caller, token_of

pytestmark = pytest.mark.django_db

NEVER = {
    "make_token": "its secret is the caller's own, and it is a way in",
    "invite_person": "its link's secret is the caller's own, and who opens it gets an account",
    "renew_access": "its link's secret is the caller's own, and who opens it gets the account of another",
    "confirm_renewal": "the link of an official opens with it",
    "register_key": "answers that are signed with it count as the person's own",
    "give_role": "an account that the caller holds already gets in for another organisation",
    "confirm_role": "an official's role begins with it",
}
MAY = {
    "register_organisation": "enters an organisation, and lets in nobody",
    "confirm_registration": "enters an organisation; that its page invites somebody is a command of its own",
    "refuse_registration": "lets in nobody",
    "propose_merger": "changes nothing until another person confirms it",
    "confirm_merger": "two people; no account and no role comes of it",
    "drop_merger": "leaves all as it is",
    "add_person": "the account has no way to log in, and no role",
    "end_role": "takes away",
    "close_account": "takes away",
    "propose_person_merger": "changes nothing until another person confirms it",
    "confirm_person_merger": "closes an account; no role moves",
    "drop_person_merger": "leaves all as it is",
    "withdraw_invitation": "takes away",
    "withdraw_renewal": "takes away",
    "set_address": "nobody gets in by mail, and the earlier address is told",
    "revoke_token": "takes away",
    "end_key": "takes away",
    "save_view": "each reader of a shared view sees their own rows alone",
    "forget_view": "takes away",
}


def test_each_command_about_people_says_whether_a_token_may():
    assert {row.name for row in people.ROWS} == NEVER.keys() | MAY.keys(), "decide it, with the reason"
    assert {row.name for row in COMMANDS if row.in_person} == NEVER.keys()
    assert set(for_tokens()) == BY_NAME.keys() - NEVER.keys()


def test_no_token_hands_in_the_digest_of_a_secret():
    """However a later command is called: a field `digest` is a secret that the caller knows."""
    hand_in = {row.name for row in COMMANDS if "digest" in {each.name for each in fields(row.command)}}
    assert {"make_token", "invite_person", "renew_access"} <= hand_in <= NEVER.keys()


@pytest.mark.parametrize("command", sorted(NEVER))
def test_a_scope_that_names_it_from_before_opens_it_no_more(command):
    caller = Caller(token_of(make.person("agency"), command))
    refused = caller.act(command, {})
    assert (refused.status_code, refused.value["code"]) == (403, "out_of_scope")
    assert "no token may" in refused.value["todo"]
    listed = {each["name"]: each["may"] for each in caller.get("/api/v1/commands").value["commands"]}
    assert listed[command] is False
    imported = caller.send(f"/api/v1/imports/{command}", "", content_type="text/csv")
    assert (imported.status_code, imported.value["code"]) == (403, "out_of_scope")


@pytest.mark.parametrize("command", sorted(NEVER))
def test_no_scope_is_made_with_it_and_none_is_offered(command):
    until = (timezone.now() + dt.timedelta(days=5)).isoformat()
    person = make.person("agency")
    maker = Caller()
    maker.client.force_login(person)
    maker.client.get("/account/")
    asked = {"digest": "a" * 64, "name": "x", "expires_at": until, "commands": [command]}
    refused = maker.act("make_token", asked, X_CSRFToken=maker.client.cookies["csrftoken"].value)
    assert refused.value["code"] == "token_scope"
    assert command not in set(KINDS["command"].known(person))
