"""Two worlds that differ in what a reader must not learn look the same to that reader, to the last byte.

In the second world a rival has bid in an open call, another organisation has applied, another evaluator has handed in a sheet.
Every address that anybody can read there is asked for by six who may not know, before and after.
"""

import re

import pytest

from acting import answering_as_the_app
from filled import _worlds
from walking import client, different, seen, walked
from world import EVALUATORS, JUDGED, apply, iso, lot

LOW = ("", "nobody", "lab-1", "alpha-1", "reviewer-1", "maker-1")
KNOWING = ("agency-1", "beta-1", "firm-1", "reviewer-2")  # whose pages lead to what is hidden


def open_calls(world):
    """What both worlds have: a call for providers and one for users, open for years."""
    notice = {"title_ko": "공모", "budget": 1_000_000, "opened_at": iso("2026-06-01"), "closes_at": iso("2031-01-01")}
    world.act("open_provider_call", "2026-06-01", id="call-3", **notice)
    dates = {"opens_at": iso("2026-06-01"), "closes_at": iso("2031-01-01")}
    world.act("open_user_call", "2026-06-01", id="users-3", title_ko="이용", gpus_offered=8, **dates)


def hide(world):
    """What only the second world has."""
    bid = {"call": "call-3", "id": "call-3-beta", "provider": "beta", "lots": [lot("beta", "call-3-beta-lot", price=900)]}
    world.act("submit_proposal", "2026-06-16", by="beta-1", **bid)
    apply(world, "users-3", "c-firm", "firm", "2026-06-16")
    points = dict.fromkeys(JUDGED, "30")
    for item in ("call-2-alpha", "call-2-beta"):
        sheet = {"panel": "panel-call-2", "evaluator": EVALUATORS[1], "item": item, "points": points}
        world.act("submit_score_sheet", "2026-07-02", by="reviewer-2", **sheet)


@pytest.fixture(scope="module", params=[2, pytest.param(200, marks=pytest.mark.long)], ids=["two of each", "all"])
def worlds(filled, django_db_blocker, request):
    """By reader what is seen in the first world and in the second, at every address that anybody reads in the second."""
    for world in _worlds(filled, django_db_blocker):
        open_calls(world)
        readers = {each: client(each) for each in LOW}
        with answering_as_the_app():
            own = {each: walked(readers[each], request.param) for each in LOW}
            # Who has read of oneself grows while those who know walk about.
            first_addresses = set().union(*own.values(), *(walked(client(each), request.param) for each in KNOWING)) - {
                "/account/readings/"
            }
            first = {each: seen(readers[each], first_addresses) for each in LOW}
            hide(world)
            hidden = set().union(*(walked(client(each), request.param) for each in KNOWING)) - first_addresses
            second = {each: seen(readers[each], first_addresses) for each in LOW}
        yield first, second, hidden, readers


def test_the_hidden_things_have_addresses_for_those_who_may_know(worlds):
    *_seen, hidden, _readers = worlds
    assert {"/agency/applications/c-firm/", "/agency/proposals/call-3-beta/"} & hidden, sorted(hidden)
    assert len(worlds[0][""]) > 60


@pytest.mark.parametrize("reader", LOW)
def test_what_may_not_be_known_changes_no_byte(worlds, reader):
    first, second, *_rest = worlds
    assert [said for each in sorted(first[reader]) if (said := different(each, first[reader][each], second[reader][each]))] == []


@pytest.mark.parametrize("reader", LOW)
def test_what_is_hidden_looks_as_if_it_were_not_there(worlds, reader):
    *_seen, hidden, readers = worlds
    never = re.compile(r"c-firm|call-3-beta")
    for address in sorted(each for each in hidden if never.search(each)):
        got, not_there = seen(readers[reader], [address])[address], never.sub("never-was", address)
        assert got == seen(readers[reader], [not_there])[not_there], address
