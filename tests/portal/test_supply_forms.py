"""Forms and pages of the supply arm say what agreements, budget lines and rules ask, before somebody is refused."""

import datetime as dt
import html

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from database import let_it_be
from dure.formats.stages.portfolio import PortfolioRules
from dure.portal.kit.wording import book, limits
from dure.records.parties.models import Person
from world import NOW, moment

AT = moment(NOW, 12)


@pytest.fixture(autouse=True)
def _now(world, monkeypatch):
    """The world comes first: it is filled by its own clock."""
    assert world
    let_it_be("2026-05-01", "2026-08-01")
    monkeypatch.setattr(timezone, "now", lambda: AT)


def visitor(name):
    client = Client()
    client.cookies["django_language"] = "en"
    if name:
        client.force_login(Person.objects.get(username=name))
    return client


def read(answer):
    assert answer.status_code == 200, answer.status_code
    return html.unescape(answer.content.decode())


def page(address, name=""):
    return read(visitor(name).get(address))


def checked(name, act, **typed):
    return read(visitor(name).post(f"/acts/{act}/", {"do": "check", **typed}))


def test_the_owner_of_servers_is_chosen_as_the_agreement_says(world):
    for address in ("/acts/register_servers/", "/acts/register_servers/?agreement=call-1-alpha"):
        for who in ("alpha-1", "agency-1"):
            found = page(address, who)
            assert 'value="keeper"' in found, (address, who)
            assert 'value="lab"' not in found
    world.act("amend_agreement", NOW, agreement="call-1-alpha", agreed_on=NOW, reason="이관", owner="centre")
    amended = page("/acts/register_servers/?agreement=call-1-alpha", "alpha-1")
    assert 'value="centre"' in amended
    assert 'value="keeper"' not in amended


def shown(day):
    with override("en"):
        return limits.limits_on(day)


def test_bidders_read_the_limits_of_the_rule_book():
    """On the page that everybody reads, and beside the field in which lots are offered."""
    listed = shown(dt.date(2026, 7, 1))
    assert len(listed) == len(PortfolioRules.hold_offers)
    public, form = page("/calls/call-2/"), page("/acts/submit_proposal/?call=call-2", "alpha-1")
    for each in listed:
        assert f"<dt>{each.title}</dt><dd>{each.value}</dd>" in public
        assert f"{each.title}: {each.value}" in form
    assert "An offer beyond one of these limits" not in page("/acts/submit_proposal/", "alpha-1"), "of which call is not known"


def test_limits_are_those_of_the_day(monkeypatch):
    """A rule that is not in force yet limits nothing; one that the book does not have, neither."""
    assert shown(dt.date(2000, 1, 1)) == []
    monkeypatch.setattr(PortfolioRules, "hold_offers", ("minimum_cluster_servers", "own_use_ceiling"))
    assert [each.title for each in shown(dt.date(2026, 7, 1))] == [
        book.rule(f"portfolio/{name}").title["en"] for name in PortfolioRules.hold_offers
    ]


OPENED = {"id": "call-9", "title-ko": "공모", "budget": "10", "opened_at": "2026-06-10T09:00", "closes_at": "2026-07-10T10:00"}


def test_whoever_opens_a_call_reads_what_the_lines_have_left(world):
    assert "The budget lines that pay this call have KRW 1,600,000,000 left." in page("/acts/open_provider_call/", "agency-1")
    said = "No approved budget divides the money yet"
    assert said not in checked("agency-1", "open_provider_call", **OPENED)
    world.act("appropriate", NOW, by="ministry-1", amount=10, appropriated_on="2026-06-09")
    assert said in page("/acts/open_provider_call/", "agency-1")
    assert said in checked("agency-1", "open_provider_call", **OPENED)
    earlier = {**OPENED, "opened_at": "2026-06-01T09:00"}
    assert said not in checked("agency-1", "open_provider_call", **earlier), "the earlier money pays it, which is divided"
