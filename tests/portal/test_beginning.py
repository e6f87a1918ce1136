"""A programme that has just begun: every page that can be opened without a subject stands, from the empty database on."""

import pytest
from django.test import Client

import factories as make
from dure.portal.urls import ROUTES
from dure.records.parties.models import Desk, Person
from world import World, enter_people, open_provider_call

DESKS = [desk.value for desk in Desk]


def addresses(desk):
    """The pages of a desk whose addresses name nothing."""
    return [f"/{desk}/{each.address}" for each in ROUTES[desk] if "<" not in each.address and "GET" in each.methods]


def opened(username, desk):
    """Every such page, and everybody's; which of them failed."""
    visitor = Client(raise_request_exception=False)
    visitor.force_login(Person.objects.get(username=username))
    anyone = Client(raise_request_exception=False)
    public = [f"/{each.address}" for each in ROUTES["public"] if "<" not in each.address and "GET" in each.methods]
    asked = [
        *((anyone, each) for each in public),
        *((visitor, each) for each in [*public, *addresses(desk), "/acts/", "/account/"]),
    ]
    failed = []
    for who, each in asked:
        answer = who.get(each)
        if answer.streaming:
            list(answer.streaming_content)  # a file is closed once it is sent
        if answer.status_code >= 500:
            failed.append(f"{each}: {answer.status_code}")
    return failed


def begun(book, step):
    """The world as it is after so many of its first steps."""
    world = World(book)
    make.the("agency")
    steps = (
        enter_people,
        lambda world: world.act("appropriate", "2026-01-03", by="ministry-1", amount=2_000_000_000, appropriated_on="2026-01-03"),
        lambda world: world.file("budget", "2026-01-03", "2026-01-04"),
        lambda world: world.approve(1, "2026-01-05"),
        lambda world: open_provider_call(world, "call-1", "2026-01-05", "2026-02-02"),
    )
    for each in steps[:step]:
        each(world)
    return world


@pytest.mark.django_db
@pytest.mark.parametrize("step", range(6))
def test_no_page_fails_while_there_is_little(book, step):
    begun(book, step)
    if step == 0:
        assert opened("agency-1", "agency") == []
        return
    seats = {desk: f"{desk}-1" for desk in DESKS} | {"provider": "alpha-1", "applicant": "lab-1"}
    assert [said for desk, username in seats.items() for said in opened(username, desk)] == []
