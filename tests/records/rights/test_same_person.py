# ruff: noqa: S608 - statements of our own
"""Two accounts of one person, as the app's log-in might have them otherwise: one line for each thing that a trigger holds."""

from unittest import mock

import psycopg
import pytest

from abuses_of_rights import act
from database import refused
from dure.cycle.people import same_person
from dure.records.parties.models import Person
from logins import logged_in, read_as
from people.test_same_person import FIRST, LONGER, RENEWED, SECOND, SHOPS, merged, second_account, signed
from world import NOW, grant, iso

NUMBER = "(SELECT id FROM parties_person WHERE username = '{}')".format
SET = "UPDATE parties_person SET {} WHERE username = '{}'"
CONFIRM = "UPDATE parties_personmerger SET confirmed_by_id = {}, confirmed_at = now() WHERE person_id = {}"
PROPOSE = (
    "INSERT INTO parties_personmerger (person_id, into_id, reason, proposed_at, proposed_by_id) "
    f"VALUES ({NUMBER('lab-1')}, {NUMBER('firm-1')}, 'x', now(), {NUMBER('agency-1')})"
)
ROLE = (
    "INSERT INTO parties_role (desk, given_at, given_by_id, alone, person_id, organisation_id, confirmed_at) "
    f"VALUES ('provider', now(), {NUMBER('agency-1')}, false, {NUMBER(SECOND)}, 'alpha', now())"
)
SEAT = f"INSERT INTO review_seat (code, panel_id, person_id) VALUES ('e9', 'panel-call-2', {NUMBER(SECOND)})"
SIGN = (
    "INSERT INTO journal_signature (at, note, entry_id, who_id) "
    f"SELECT clock_timestamp(), '', max(seq), {NUMBER(FIRST)} FROM journal_entry WHERE who_id = {NUMBER(SECOND)}"
)
ABOUT = f"grant/{grant('a-institute')}"
ACCEPT = f"UPDATE operation_notice SET answer_accepted = true WHERE grant_id = '{grant('a-institute')}'"
UNDER_THE_OTHER = f"SET confirmed_by_id = {NUMBER(FIRST)}, confirmed_at = now()"
ONCE = "an account that is read as another stays so"
OPEN = "an account is read as an open one that is read as no other, and none is read as it"
CLOSES = "an account is read as another from when it is closed for that"
AGREE = "accounts are one by a confirmed merger, and the one that goes has nothing left"
THEM = "a merger of accounts is proposed and confirmed by the acts of those two people"
GONE = "an account that is read as another does nothing, and nothing is given to it"
TWO = "two accounts of one person do not stand for two people"


def into(stays, more=""):
    return f"merged_into_id = {NUMBER(stays)}{more}"


CLOSED = ", is_active = false"
SHOP = NUMBER("shop-1")  # whose merger into `maker-1` waits, proposed by `agency-1`; nobody has a role or a token there
MAKING = act("make_token", about="token/dddddddddddddddd", by="shop-1")
CONFIRMING = act("confirm_person_merger", about="person/shop-1", by="ministry-1")
ABUSES = [
    ("separated again", SET.format("merged_into_id = NULL", SECOND), ONCE),
    ("merged once more", SET.format(into("agency-1"), SECOND), ONCE),
    ("opened again", SET.format("is_active = true", SECOND), "person_is_merged_into_another_and_closed"),
    ("merged and open", SET.format(into("maker-1"), "shop-1"), CLOSES),
    ("closed long ago", SET.format(into("maker-1", CLOSED), "auditor-2"), CLOSES),
    ("into itself", SET.format(into("shop-1", CLOSED), "shop-1"), "person_is_merged_into_another_and_closed"),
    ("into one that is merged", SET.format(into(SECOND, CLOSED), "shop-1"), OPEN),
    ("into one that is closed", SET.format(into("auditor-2", CLOSED), "shop-1"), OPEN),
    ("one that others are read as", SET.format(into("agency-1", CLOSED), FIRST), OPEN),
    ("without a merger", SET.format(into("firm-1", CLOSED), "lab-1"), AGREE),
    ("before it is confirmed", SET.format(into("maker-1", CLOSED), "shop-1"), AGREE),
    (
        "into another than confirmed",
        f"{CONFIRMING}{SET.format(into('lab-1', CLOSED), 'shop-1')}; {CONFIRM.format(NUMBER('ministry-1'), SHOP)}",
        AGREE,
    ),
    (
        "with a role left",
        f"{CONFIRMING}{SET.format(into('maker-1', CLOSED), 'shop-1')}; {CONFIRM.format(NUMBER('ministry-1'), SHOP)}",
        AGREE,
    ),
    ("confirmed and still two", f"{CONFIRMING}{CONFIRM.format(NUMBER('ministry-1'), SHOP)}", AGREE),
    (
        "confirmed in another's name",
        f"{act('confirm_person_merger', by='ministry-2')}{CONFIRM.format(NUMBER('ministry-1'), SHOP)}",
        THEM,
    ),
    ("confirmed by the proposer", CONFIRM.format(NUMBER("agency-1"), SHOP), "person_merger_is_confirmed_by_another"),
    ("confirmed by the person", CONFIRM.format(NUMBER("maker-1"), SHOP), "person_merger_is_confirmed_by_another"),
    ("proposed in another's name", f"{act('propose_person_merger', by=FIRST)}{PROPOSE}", THEM),
    ("proposed for no reason", PROPOSE.replace("'x'", "''"), "person_merger_is_of_two_with_a_reason"),
    ("dropped without an act", f"UPDATE parties_personmerger SET dropped_at = now() WHERE person_id = {SHOP}", "only by an act"),
    (
        "dropped after it was confirmed",
        f"UPDATE parties_personmerger SET dropped_at = now() WHERE person_id = {NUMBER(SECOND)}",
        "a merger that was confirmed or dropped stays so",
    ),
    ("proposed for another", f"UPDATE parties_personmerger SET into_id = {NUMBER('lab-1')}", "permission denied"),
    ("taken away", "DELETE FROM parties_personmerger", "permission denied"),
    ("a role for it", ROLE, GONE),
    ("a seat for it", SEAT, GONE),
    ("signed under the other", SIGN, TWO),
    (
        "a role confirmed under the other",
        f"UPDATE parties_role {UNDER_THE_OTHER} WHERE person_id = {NUMBER('nobody')}",
        TWO,
    ),
    ("a merger confirmed under the other", f"UPDATE parties_merger {UNDER_THE_OTHER}", TWO),
    ("accounts merged under the other", CONFIRM.format(NUMBER(FIRST), NUMBER("college-1")), TWO),
    ("a log-in confirmed under the other", f"UPDATE parties_renewal {UNDER_THE_OTHER}", TWO),
    (
        "an answer judged under the other",
        f"{act('judge_answer', ABOUT, by=FIRST)}{ACCEPT}",
        "entered it",
    ),
    (
        "a deadline confirmed under the other",
        f"UPDATE procurement_extension {UNDER_THE_OTHER} WHERE closes_at > now()",
        TWO,
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def one(bounded):
    """What `SECOND` began waits although it is read as `FIRST`; another merger waits, and an account is closed."""
    second_account(bounded)
    for command, given in (
        ("extend_provider_call", {**LONGER, "closes_at": iso("2030-01-01")}),
        ("answer_notice", {"grant": grant("a-institute"), "answer": "전화로 들었습니다."}),
        ("give_role", {"person": "nobody", "desk": "auditor"}),
        ("propose_merger", SHOPS),
        ("propose_person_merger", {"person": "college-1", "into": "lab-1", "reason": "x"}),
        ("renew_access", RENEWED),
    ):
        bounded.act(command, NOW, by=SECOND, **given)
    bounded.file("outcomes", "2026-04", NOW, by=SECOND)
    signed(bounded)
    with mock.patch.object(same_person, "require_possible"):
        merged(bounded)
    bounded.act("propose_person_merger", NOW, by="agency-1", person="shop-1", into="maker-1", reason="x")
    bounded.act("close_account", NOW, person="auditor-2")
    return bounded


@pytest.mark.parametrize(("statement", "answer"), [each[1:] for each in ABUSES], ids=[each[0] for each in ABUSES])
@pytest.mark.usefixtures("one")
def test_the_app_cannot(statement, answer):
    with logged_in("app") as app:
        read_as(app, "agency-1")
        with pytest.raises(psycopg.Error, match=answer):
            app.execute(f"{statement}; SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.usefixtures("one")
def test_with_its_roles_ended_a_token_is_still_too_much():
    """Everything else is as `confirm_person_merger` does it, and then it is let through."""
    ended = f"UPDATE parties_role SET ended_at = clock_timestamp() WHERE person_id = {SHOP} AND ended_at IS NULL"
    person = SET.format(into("maker-1", CLOSED), "shop-1")
    token = (
        "INSERT INTO parties_token (id, digest, name, read, commands, made_at, expires_at, person_id) VALUES "
        f"(repeat('d', 16), repeat('d', 64), 'x', true, '{{}}', now(), now() + interval '1 day', {SHOP})"
    )
    whole = f"{CONFIRMING}{ended}; {person}; {CONFIRM.format(NUMBER('ministry-1'), SHOP)}; SET CONSTRAINTS ALL IMMEDIATE"
    with logged_in("app") as app:
        app.execute(whole)
    with logged_in("app") as app, pytest.raises(psycopg.Error, match=AGREE):
        app.execute(f"{MAKING}{token}; {whole}")


@pytest.mark.usefixtures("one")
def test_these_bind_the_owner_too():
    gone = Person.objects.get(username=SECOND)
    act_of = "INSERT INTO journal_act (programme, command, about, at, via, result, key, code_version, input_id, person_id) "
    act_of += "SELECT programme, command, about, at, via, result, key, code_version, input_id, %s FROM journal_act LIMIT 1"
    refused(GONE, act_of, gone.pk)
    refused(ONCE, SET.format("merged_into_id = NULL", SECOND))
    refused("keeps .* as they are", "UPDATE parties_personmerger SET reason = 'y'")
    refused("keeps rows as they are", "DELETE FROM parties_personmerger")


@pytest.mark.usefixtures("one")
def test_which_account_it_is_can_be_read_by_whoever_reads_people():
    for login in ("app", "worker", "auditor", "metering"):
        with logged_in(login) as opened:
            found = opened.execute(f"SELECT merged_into_id = {NUMBER(FIRST)} FROM parties_person WHERE username = '{SECOND}'")
            assert found.fetchone() == (True,)
