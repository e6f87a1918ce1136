"""Which requests wait apart from the pages, and what is said to those that are given no thread."""

import json

import pytest
from django.urls import get_resolver

from dure.portal import lanes as portal
from dure.portal.api.problems import KINDS, Problem
from dure.portal.front.body import Unreadable
from dure.portal.front.limits import Lane, Limits
from dure.portal.kit.gate import Route
from dure.portal.refusing import CODES, SENTENCES, said

# Below /account/ and with a form, and no secret is hashed for them: they are pages like others.
PLAIN = (
    "account/identities/", "account/sessions/", "account/signing/", "account/invitations/", "account/renew/", "account/notices/",
    "account/files/", "account/readings/", "account/tables/",
)  # fmt: skip


LANES = {each.name: each for each in portal.LANES}


def forms():
    """Every address that takes a form, and the route behind it."""

    def walk(patterns, before=""):
        for each in patterns:
            address = before + str(each.pattern)
            if hasattr(each, "url_patterns"):
                yield from walk(each.url_patterns, address)
            elif isinstance(route := getattr(each.callback, "route", None), Route) and "POST" in route.methods:
                yield address

    return list(walk(get_resolver().url_patterns))


def takes(lane: Lane, path, *, method="GET", query=b""):
    return lane.takes({"method": method, "path": path, "query_string": query})


def test_what_hashes_a_secret_waits_apart_and_no_other_form_does():
    seen = [each for each in forms() if each.startswith(("account/", "login/", "invitation/", "renewal/"))]
    assert len(seen) > 20
    for address in seen:
        assert takes(LANES["secret"], f"/{address}", method="POST") != address.startswith(PLAIN), address
        assert not takes(LANES["secret"], f"/{address}"), "a page that is only read"
    assert not any(takes(LANES["secret"], f"/{each}", method="POST") for each in forms() if each.startswith(("acts/", "agency/")))


@pytest.mark.parametrize(
    ("path", "query", "apart"),
    [
        ("/agency/applications/", b"applications-format=xlsx&applications-rows=all", True),
        ("/agency/applications/", b"applications-print=1", True), ("/api/v1/exports/people", b"", True),
        ("/auditor/evidence.zip", b"", True),
        ("/agency/decisions/1/reasons.csv", b"", True),
        ("/open-data/journal-hashes.jsonl", b"", True),
        ("/agency/applications/", b"applications-q=app", False), ("/api/v1/people", b"", False), ("/", b"", False),
    ],
)  # fmt: skip
def test_files_wait_apart(path, query, apart):
    assert takes(LANES["file"], path, query=query) == apart


@pytest.mark.parametrize(
    ("headers", "language", "says"),
    [
        ({}, "ko", "잠시 후"), ({"accept-language": "en-GB,en;q=0.9"}, "en", "in a few seconds"),
        ({"accept-language": "en", "cookie": "a=b; django_language=ko"}, "ko", "잠시 후"),
        ({"accept-language": "\x00,;q=x" * 9, "cookie": "==;=;django_language=<b>"}, "ko", "잠시 후"),
    ],
)  # fmt: skip
def test_a_refusal_is_said_in_the_readers_language(headers, language, says):
    kind, page = said(Unreadable(503, "The server is busy."), "/agency/", headers)
    assert kind == "text/html; charset=utf-8"
    assert f'<html lang="{language}">' in page
    assert says in page
    kind, problem = said(Unreadable(503, "The server is busy."), "/api/v1/acts", headers)
    assert kind == "application/problem+json"
    assert set(json.loads(problem)) == set(Problem.__struct_fields__)
    assert says in json.loads(problem)["what"]


def test_every_status_of_the_front_has_its_sentence():
    assert set(SENTENCES) == set(CODES) == {400, 408, 413, 503}
    assert all("<h1>" in said(Unreadable(each, ""), "/", {})[1] for each in SENTENCES)
    assert all(KINDS[CODES[each]].status == each for each in CODES)
    assert Limits().largest == 32 * 2**20
