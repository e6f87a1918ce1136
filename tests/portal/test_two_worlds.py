"""Two worlds that differ in what a reader must not learn look the same to that reader, to the last byte.

In the second world a rival has bid in an open call, another organisation has applied, another evaluator has handed in a sheet,
and one who judges has been exchanged. Every address that anybody can read there is asked for by six who may not know, before and
after, with every question to its lists; and their programs ask every question to the API.
"""

import re

import pytest

from acting import answering_as_the_app
from filled import _worlds
from inputs import third
from walking import asked_of_lists, client, different, program, read_by_program, seen, walked
from world import EVALUATORS, JUDGED, apply, iso, lot, seat

LOW = ("", "nobody", "lab-1", "alpha-1", "reviewer-1", "maker-1")
KNOWING = ("agency-1", "beta-1", "firm-1", "reviewer-2")  # whose pages lead to what is hidden
WORDS = ("firm", "call-3", "beta", "panel-users-2")  # what a reader who suspects something asks for
HIDDEN_RECORDS = ("/api/v1/applications/c-firm", "/api/v1/proposals/call-3-beta")
READINGS = "/account/readings/"  # who has read of oneself: it grows while those who know walk about


def prepare(world):
    """What both worlds have: a call for providers and one for users, open for years; and a panel, and one who sits in none."""
    notice = {"title": {"ko": "공모"}, "budget": 1_000_000, "opened_at": iso("2026-06-01"), "closes_at": iso("2031-01-01")}
    world.act("open_provider_call", "2026-06-01", id="call-3", **notice)
    dates = {"opens_at": iso("2026-06-01"), "closes_at": iso("2031-01-01")}
    world.act("open_user_call", "2026-06-01", id="users-3", title={"ko": "이용"}, gpus_offered=8, **dates)
    seat(world, "panel-users-2", "application", "users-2", "2026-06-14", people=("reviewer-2",))
    third(world)


def hide(world):
    """What only the second world has."""
    bid = {"call": "call-3", "id": "call-3-beta", "provider": "beta", "lots": [lot("beta", "call-3-beta-lot", price=900)]}
    world.act("submit_proposal", "2026-06-16", by="beta-1", **bid)
    apply(world, "users-3", "c-firm", "firm", "2026-06-16")
    points = dict.fromkeys(JUDGED, "30")
    for item in ("call-2-alpha", "call-2-beta"):
        sheet = {"panel": "panel-call-2", "evaluator": EVALUATORS[1], "item": item, "points": points}
        world.act("submit_score_sheet", "2026-07-02", by="reviewer-2", **sheet)
    world.act("replace_evaluator", "2026-07-02", panel="panel-users-2", evaluator="e1", person="reviewer-3", code="e6")


@pytest.fixture(scope="module", params=[2, pytest.param(200, marks=pytest.mark.long)], ids=["two of each", "all"])
def worlds(filled, django_db_blocker, request):
    """By reader what is seen in the first world and in the second, at every address that anybody reads in the second."""
    most = request.param
    for world in _worlds(filled, django_db_blocker):
        prepare(world)
        with answering_as_the_app():
            readers = [_Reader(each, most) for each in LOW]
            pages = set().union(*(each.own for each in readers), *(walked(client(each), most) for each in KNOWING)) - {READINGS}
            first = {each.name: each.sees(pages) for each in readers}
            hide(world)
            hidden = set().union(*(walked(client(each), most) for each in KNOWING)) - pages
            second = {each.name: each.sees(pages) for each in readers}
        yield first, second, hidden, {each.name: each for each in readers}


class _Reader:
    """One who may not know: their pages, what they can ask the lists there, and what their program can ask the API."""

    def __init__(self, name, most):
        self.name, self.visitor, self.program = name, client(name), program(name)
        few = most if most > 2 else 1  # of each kind of question, in the short form
        self.own = walked(self.visitor, most)
        self.asked = asked_of_lists(self.visitor, self.own - {READINGS}, WORDS[:few], few)
        self.read = read_by_program(self.program, WORDS[:few], few)

    def sees(self, pages):
        return seen(self.visitor, pages | self.asked) | seen(self.program, self.read)


def test_the_hidden_things_have_addresses_for_those_who_may_know(worlds):
    *_seen, hidden, _readers = worlds
    assert {"/agency/applications/c-firm/", "/agency/proposals/call-3-beta/"} & hidden, sorted(hidden)
    asked, read = "/agency/applications/?applications-q=firm", "/api/v1/applications?organisation=firm"
    for visitor, address in ((client("agency-1"), asked), (program("agency-1"), read)):
        assert b"c-firm" in seen(visitor, [address])[address][2], "questions lead to what is hidden, too"
    first, *_others, readers = worlds
    assert len(first[""]) > 60
    assert min(len(each.asked) for each in readers.values()) > 10
    assert min(len(each.read) for each in readers.values()) > 60


@pytest.mark.parametrize("reader", LOW)
def test_what_may_not_be_known_changes_no_byte(worlds, reader):
    first, second, *_rest = worlds
    assert [said for each in sorted(first[reader]) if (said := different(each, first[reader][each], second[reader][each]))] == []


@pytest.mark.parametrize("reader", LOW)
def test_what_is_hidden_looks_as_if_it_were_not_there(worlds, reader):
    *_seen, hidden, readers = worlds
    never = re.compile(r"c-firm|call-3-beta")
    pages = [(readers[reader].visitor, each) for each in sorted(hidden) if never.search(each)]
    for asking, address in [*pages, *((readers[reader].program, each) for each in HIDDEN_RECORDS)]:
        got, not_there = seen(asking, [address])[address], never.sub("never-was", address)
        assert got == seen(asking, [not_there])[not_there], address
