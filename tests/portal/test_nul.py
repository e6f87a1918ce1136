"""The character NUL, which no text of the database holds, breaks no page and no operation, wherever in an address it stands."""

import re

import pytest
from django.urls import get_resolver

from portal.api_callers import Caller, token_of
from walking import client

NUL = "%00"
PART = re.compile(r"<(?:\w+:)?\w+>")


def addresses():
    """Every address of the portal that takes a part, with NUL in each of its parts that is a text."""
    for pattern in get_resolver().url_patterns:
        for each in getattr(pattern, "url_patterns", [pattern]):
            whole = f"/{pattern.pattern if each is not pattern else ''}{each.pattern}"
            if PART.search(whole):
                yield PART.sub(lambda part: "1" if "int" in part[0] else f"a{NUL}b", whole)


@pytest.mark.parametrize("name", ["agency-1", "lab-1", "alpha-1", "ministry-1"])
def test_nothing_is_named_with_it(world, name):
    assert world
    asked, visitor = list(addresses()), client(name)
    assert len(asked) > 60
    answered = {address: visitor.get(address).status_code for address in asked}
    assert {address: status for address, status in answered.items() if status >= 500} == {}


def test_in_what_is_asked_a_page_leaves_it_out(world):
    assert world
    visitor = client("agency-1")
    found = [
        re.findall(
            r"/agency/applications/([^/\"?]+)/", visitor.get(f"/agency/applications/?applications-q={word}").content.decode()
        )
        for word in ("firm", f"fi{NUL}rm", "nobody")
    ]
    assert found[0] == found[1] != found[2]
    for address in (
        "/acts/file_budget/?subject=",
        "/acts/open_round/?call=",
        "/agency/notices/?notices-state=",
        "/calls/?calls-q=",
    ):
        assert visitor.get(f"{address}a{NUL}").status_code < 500, address


def test_a_program_is_told_where_it_stands(world):
    assert world
    caller = Caller(token_of(client_person("agency-1")))
    refused = caller.get(f"/api/v1/decisions/evaluation/facts?subject=a{NUL}")
    assert (refused.status_code, refused.json()["code"], refused.json()["where"]) == (422, "bad_parameter", "subject")
    assert caller.get(f"/api/v1/applications/a{NUL}b").status_code == 404
    assert caller.get(f"/api/v1/applications?organisation=a{NUL}").status_code == 422


def client_person(name):
    from dure.records.parties.queries import person

    return person(name)
