"""Each rule that no decision reads, but an act, a page or the always-open intake: another lawful value changes what they do."""

import datetime as dt
import itertools
from contextlib import contextmanager

import pytest
from django.db import transaction
from django.test import Client
from msgspec.structs import replace

from decisions.allocation_rounds import facts as round_facts
from decisions.allocation_rounds import rules as round_rules
from decisions.test_allocation_intake import application, arriving, opened
from dure.cycle import programme
from dure.cycle.approvals import requirement
from dure.cycle.clocks.watching import due
from dure.cycle.commands.running import longest_proof
from dure.cycle.deciding import open_book
from dure.cycle.people import registrations
from dure.decisions.allocation.intake.forecast import Forecast
from dure.decisions.allocation.intake.weekly import decide_week
from dure.decisions.allocation.intake.year import weekly
from dure.formats.approvals import ApprovalRules
from dure.formats.deadlines import DeadlineRules
from dure.formats.errors import BadInput
from dure.formats.intake import IntakeRules
from dure.formats.programme import ProgrammeRules
from dure.formats.registration import RegistrationRules, clean_number, written_number
from dure.portal.kit.kept import Kept
from dure.portal.subjects.programme import pages
from dure.portal.subjects.programme.calendar import calendar
from dure.records.clocks.models import Judged
from dure.records.clocks.queries import Deadline
from dure.records.journal import queries as journal
from dure.records.procurement import queries as procurement
from dure.records.registrations.queries import key_of
from dure.rules.book import DEFAULT
from inputs import waiting_registration
from rules.test_every_rule_matters import with_value
from world import MONTH, NOW, PRIORITY, finish_second_call

TOPICS = (ApprovalRules, DeadlineRules, IntakeRules, ProgrammeRules, RegistrationRules)
NUMBER = "124-81-00998"
LATE = "2026-07-12"


def refusal_of(do):
    """What comes of it: its result, or why it is refused."""
    try:
        return do()
    except BadInput as refused:
        return str(refused)


# The always-open intake


def of_a_year(book):
    """Twenty-four requests in five weeks, decided week by week."""
    shapes = [{"servers": 1 + n % 3, "weeks": 1 + n % 4, "score": f"{60 + 7 * n % 40}"} for n in range(24)]
    rows = tuple(arriving(n, n % 5, latest_week=5, **shape) for n, shape in enumerate(shapes))
    made = round_facts(rows)
    return weekly(made, round_rules(), book.fill(IntakeRules, on=made.start_on)[0], Forecast(rows, made.start_on, "seed"))


def of_what_would_lie_idle(book):
    """One request that is worth three quarters of the price of servers that nobody else wants."""
    intake = opened(1_000_000)
    intake.rules = replace(intake.rules, idle_price=book.fill(IntakeRules, on=dt.date.fromisoformat(NOW))[0].idle_price)
    return len(decide_week(intake, [application(0, score="80", latest_week=0)], now=0).accepted)


# Deadlines


def of_a_deadline(book):
    """One half an hour away, before which nobody could say whether the clock is right."""
    now = dt.datetime.fromisoformat(f"{NOW}T09:00:00Z")
    deadline = Deadline("call/soon", now - dt.timedelta(days=1), now + dt.timedelta(minutes=30))
    return due(deadline, (), Judged.NOT_KNOWN, now=now, moved=0, rules=book.fill(DeadlineRules, on=now.date())[0])


# Registration


def of_a_number(book, number=NUMBER):
    return refusal_of(lambda: clean_number(number, _registration(book)))


def of_a_number_without_check(book):
    return of_a_number(book, "124-81-00999")


def of_writing_a_number(book):
    return written_number("1248100998", _registration(book).number_groups)


def of_two_names(book):
    return key_of("주식회사 남원", _registration(book).legal_forms)


def of_a_registration(world):
    return refusal_of(lambda: waiting_registration(world))


def _registration(book):
    return registrations.rules_of(book, dt.date.fromisoformat(NOW))


# Answers to decisions


def of_an_answer(world):
    return requirement(journal.find(world.pending), world.context("ministry-1", NOW))


def of_an_answer_about_money(world):
    return requirement(journal.find(world.filed["settlement", MONTH]), world.context("ministry-1", NOW))


def of_an_answer_without_a_key(world):
    return refusal_of(lambda: world.approve(world.pending, NOW))


def of_a_proof(book):
    return longest_proof(book, dt.date.fromisoformat(NOW))


# The programme's promises


def of_an_agreement(world):
    finish_second_call(world)
    terms = {"signed_on": LATE, "starts_on": LATE, "owner": "keeper", "user_right": "centre"}
    world.act("sign_agreements", LATE, call="call-2", **terms)
    return [procurement.terms_in_force(each).ends_on for each in procurement.agreements(call=procurement.call("call-2"))]


def of_the_first_shares(world):
    """Before any shares are in force those that were announced stand for them."""
    day = "2026-01-25"
    world.act("set_policy_priority", day, by="ministry-1", from_on=day, priority=PRIORITY)
    return world.facts("shares", day, day)


def of_the_calendar(world):
    """Where no milestone is on record yet."""
    with reading(world.book):
        return calendar([], None).table.rows


def of_the_first_page(world):
    with reading(world.book) as patch:
        patch.setattr(pages, "_capacities", {})
        for kept in ("_contents", "_pages"):
            patch.setattr(pages, kept, Kept())
        return Client().get("/").content.decode()


@contextmanager
def reading(book):
    """Pages read that rule book."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(programme, "book", lambda: book)
        yield patch


# Another lawful value of each rule, and what is different then. What takes a world acts or looks there.
RULES = {
    "approvals/desks": (lambda now: {**now, "outcomes": ["auditor"]}, of_an_answer),
    "approvals/signed_decisions": (["outcomes"], of_an_answer_without_a_key),
    "approvals/step_up_minutes": (5, of_a_proof),
    "approvals/two_signatures_from": ({"settlement": 1}, of_an_answer_about_money),
    "deadlines/clock_extension_minutes": (90, of_a_deadline),
    "deadlines/clock_extensions_most": (0, of_a_deadline),
    "intake/demand_samples": (1, of_a_year),
    "intake/idle_price": ("1", of_what_would_lie_idle),
    "intake/notice_weeks": (0, of_a_year),
    "intake/resolve_every_weeks": (5, of_a_year),
    "intake/small_request_gpu_weeks": (0, of_a_year),
    "intake/small_request_price": ("1", of_a_year),
    "programme/agreement_months": (12, of_an_agreement),
    "programme/milestones_promised": (lambda now: {**now, "first_service": "2025-03-31"}, of_the_calendar),
    "programme/sector_shares": ({"industry": "0.4", "academia_research": "0.4", "national_projects": "0.2"}, of_the_first_shares),
    "programme/target_gpus": (123_456, of_the_first_page),
    "registration/kinds": (["company"], of_a_registration),
    "registration/legal_forms": (["(주)"], of_two_names),
    "registration/number_groups": ([5, 5], of_writing_a_number),
    "registration/number_modulus": (9, of_a_number),
    "registration/number_scheme": ("none", of_a_number_without_check),
    "registration/number_tens_added": ([1], of_a_number),
    "registration/number_weights": ([1, 1, 1, 1, 1, 1, 1, 1, 1], of_a_number),
}
IN_A_WORLD = {
    of_a_registration, of_an_answer, of_an_answer_about_money, of_an_answer_without_a_key, of_an_agreement, of_the_first_shares,
    of_the_calendar, of_the_first_page,
}  # fmt: skip


@pytest.fixture(scope="module")
def book():
    return open_book(DEFAULT)


def test_every_such_rule_has_another_value_here():
    assert set(RULES) == set(itertools.chain.from_iterable(each.names().values() for each in TOPICS))


@pytest.mark.parametrize("name", [name for name, (_value, what) in RULES.items() if what not in IN_A_WORLD])
def test_another_value_changes_what_is_worked_out(name, book):
    value, what = RULES[name]
    before = what(book)
    assert what(book) == before, "it differs by itself"
    assert what(with_value(book, name, value)) != before


@pytest.mark.parametrize("name", [name for name, (_value, what) in RULES.items() if what in IN_A_WORLD])
def test_another_value_changes_what_is_done_or_shown(name, shared_world):
    value, what = RULES[name]
    before = _undone(shared_world, shared_world.book, what)
    assert _undone(shared_world, shared_world.book, what) == before, "it differs by itself"
    assert _undone(shared_world, with_value(shared_world.book, name, value), what) != before


def _undone(world, book, what):
    """What comes of it by that book; nothing of it stays."""
    earlier = world.book
    with transaction.atomic():
        world.book = book
        try:
            return what(world)
        finally:
            world.book = earlier
            transaction.set_rollback(True)
