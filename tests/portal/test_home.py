"""The first page is made once after each act for all who read it, sets no cookie, and never shows what has changed since."""

import gzip
import re
import threading

import pytest
from django.db import connection
from django.db.models import Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dure.records.parties.models import Person
from dure.records.supply.models import Delivery, Server

MOST_STATEMENTS = 6
AT = "2026-06-10"


def visitor(language="en", **more):
    made = Client(**more)
    made.cookies["django_language"] = language
    return made


def approved(answer):
    """How many approved decisions the page names."""
    return int(re.search(r"(\d+) approved decisions as files", answer.content.decode()).group(1))


def statements(client, **given):
    with CaptureQueriesContext(connection) as captured:
        answer = client.get("/", **given)
    assert answer.status_code == 200
    return len(captured), answer


def test_it_is_made_once_after_each_act(world):
    cold, first = statements(visitor())
    kept, second = statements(visitor())
    assert (kept, second.content) == (1, first.content)
    assert cold <= MOST_STATEMENTS
    world.decide("buildout", world.book.programme, AT)
    again, third = statements(visitor())
    assert 1 < again <= MOST_STATEMENTS, "with a new forecast, whose documents are read once"
    assert approved(third) == approved(first) + 1
    assert statements(visitor())[0] == 1


def test_the_next_request_after_an_act_shows_the_new_figure(world):
    """Also to a browser that holds a copy, to people who are logged in, and in the other language."""
    anyone, korean, agency = visitor(), visitor("ko"), visitor()
    agency.force_login(Person.objects.get(username="agency-1"))
    before = anyone.get("/")
    copies = {client: client.get("/").headers["ETag"] for client in (anyone, korean)}
    assert agency.get("/").status_code == 200
    for client, tag in copies.items():
        assert client.get("/", headers={"If-None-Match": tag}).status_code == 304
    world.file("buildout", world.book.programme, AT)
    assert anyone.get("/", headers={"If-None-Match": copies[anyone]}).status_code in {200, 304}
    world.decide("buildout", world.book.programme, AT)
    for client, tag in copies.items():
        assert client.get("/", headers={"If-None-Match": tag}).status_code == 200
    assert approved(anyone.get("/")) == approved(agency.get("/")) == approved(before) + 1


def test_nothing_of_a_person_is_kept(world):  # noqa: ARG001 - its people
    name = Person.objects.get(username="agency-1").name["ko"]
    agency = visitor()
    agency.force_login(Person.objects.get(username="agency-1"))
    assert name in agency.get("/").content.decode()
    answer = visitor().get("/")
    assert name not in answer.content.decode()
    assert "csrfmiddlewaretoken" not in answer.content.decode()
    assert not answer.cookies
    assert answer.headers["Cache-Control"] == "public, no-cache"
    assert {"Cookie", "Accept-Encoding"} <= set(answer.headers["Vary"].split(", "))
    assert agency.get("/").headers.get("ETag") is None


def test_languages_and_encodings_are_kept_apart(world):  # noqa: ARG001 - its programme is shown
    english, korean = visitor().get("/"), visitor("ko").get("/")
    assert b'<html lang="en">' in english.content
    assert b'<html lang="ko">' in korean.content
    packed = visitor().get("/", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == english.content
    assert len(packed.content) < len(english.content) / 3


@pytest.mark.parametrize("query", ["?calendar-sort=-promised", "?x=1"])
def test_what_an_address_asks_is_answered_and_not_kept(world, query):  # noqa: ARG001
    with CaptureQueriesContext(connection) as captured:
        answer = visitor().get(f"/{query}")
    assert answer.status_code == 200
    assert len(captured) <= MOST_STATEMENTS
    assert "ETag" not in answer.headers


def test_readers_at_once_have_it_made_once(world):  # noqa: ARG001
    """The others wait for the one who makes it."""
    pages, made = [], []

    def count(execute, sql, params, many, context):
        made.append(sql)
        return execute(sql, params, many, context)

    def read():
        with connection.execute_wrapper(count):
            pages.append(visitor().get("/").content)
        connection.close()

    readers = [threading.Thread(target=read) for _reader in range(6)]
    for each in readers:
        each.start()
    for each in readers:
        each.join()
    assert len(pages) == 6
    assert len(set(pages)) == 1
    assert sum("funding_appropriation" in sql for sql in made) == 1


def test_the_money_is_that_of_all_appropriations(world):
    """A supplementary budget adds to what was appropriated before, as commitments and payments add up over both."""
    before = money(visitor())
    assert set(before) > {"Appropriated"}
    world.act("appropriate", AT, by="ministry-1", amount=500_000_000_000, appropriated_on="2026-06-10")
    after = money(visitor())
    assert after["Appropriated"] - before["Appropriated"] == 500_000_000_000
    assert {**after, "Appropriated": 0} == {**before, "Appropriated": 0}


def money(client):
    """What the money card says, to the smallest unit."""
    card = client.get("/").content.decode().split('id="h-money"')[1].split("</section>")[0]
    found = re.findall(r"<dt>([^<]+)</dt>.*?([\d,]{4,})", card, re.DOTALL)
    return {name.strip(): int(amount.replace(",", "")) for name, amount in found}


def test_a_budget_speaks_of_the_day_on_which_it_was_filed_and_names_its_appropriation(world):
    """What was committed since stands on the first page; two budgets are told apart by their appropriations."""
    world.act("appropriate", AT, by="ministry-1", amount=500_000_000, appropriated_on="2026-06-09")
    world.decide("budget", "2026-06-09", AT)
    page = visitor().get("/stages/budget/").content.decode()
    headings = re.findall(r'<h2 id="h-\d+"><a[^>]*>([^<]*?) <span', page)
    assert headings == ["Budget · appropriation of 9 June 2026", "Budget · appropriation of 3 January 2026"]
    leads = re.findall(r'<p class="lead">([^<]*)', page)
    assert [each.split(", ")[0] for each in leads] == [f"When this was filed ({day})" for day in (AT, "2026-01-04")]
    assert " is committed" not in page
    assert len(re.findall(r'<dd class="more">KRW 0, as of 2026-01-04</dd>', page)) == 2, "committed and paid"
    assert all(each in visitor().get("/open-data/").content.decode() for each in headings)


def test_servers_that_are_registered_are_told_from_those_that_have_come(world):  # noqa: ARG001 - filled
    """A serial number is registered at the order already."""
    registered, coming = Server.objects.count(), Delivery.objects.aggregate(n=Sum("servers"))["n"]
    came = Delivery.objects.filter(actual_on__isnull=False).aggregate(n=Sum("servers"))["n"]
    assert 0 < came < coming
    said = f"{registered} servers registered by serial number; {came} of {coming} announced have been delivered"
    assert said in visitor().get("/").content.decode()
    desk = visitor()
    desk.force_login(Person.objects.get(username="alpha-1"))
    figures = re.findall(r'<dt>([^<]*)</dt><dd class="value">([^<]*)', desk.get("/provider/").content.decode())
    mine = Server.objects.filter(cluster__provider="alpha").count()
    assert dict(figures) | {"Servers registered": str(mine), "Delivered": "8"} == dict(figures)
