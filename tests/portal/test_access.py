"""Every address has its policy, and the policy is kept: what is not yours does not exist."""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from dure.portal.kit.gate import Route
from dure.portal.urls import OF_EVERYBODY, OPEN_TO_ALL, ROUTES

DESKS = ("ministry", "agency", "reviewer", "provider", "applicant", "operator", "auditor")
# What the parts of an address stand for in the served programme.
EXAMPLES = {
    "seq": "1", "table": "reasons", "drawing": "envelopes", "key": "budget", "decision": "budget", "form": "json",
    "number": "1", "name": "register_organisation", "kind": "organisation",
    "panel_id": "open-panel", "provider_id": "nobody", "secret": "nothing", "pk": "1",
    "item": "later-project", "round_id": "user-2025-1", "job_id": "1", "plan": "latest", "call_id": "csp-2025-1",
    "user_call_id": "user-2025-1",
}  # fmt: skip


def walk(patterns, prefix=""):
    for each in patterns:
        if isinstance(each, URLResolver):
            yield from walk(each.url_patterns, prefix + str(each.pattern))
        elif isinstance(each, URLPattern):
            yield prefix + str(each.pattern), each.callback


def example_of(desk, route):
    address = route.address
    known = dict(EXAMPLES)
    if "<str:round_id>" in address:
        known |= {"table": "methods", "key": "nothing-of-mine"}
        if route.methods == ("POST",):  # it would start or stop a run
            known["round_id"] = "nothing-of-mine"
    elif desk in {"agency", "provider", "applicant"}:
        known["key"] = "nothing-of-mine"
    for kind in ("int", "slug", "path", "str"):
        for name, value in known.items():
            address = address.replace(f"<{kind}:{name}>", value)
    return ("/" if desk in (*OPEN_TO_ALL, *OF_EVERYBODY) else f"/{desk}/") + address


# Open to everybody who is logged in: what each may do or see there is asked per act and per subject (test_forms.py).
SIGNED_IN = frozenset({"acts", "objects"})
# The API answers for itself, with problems instead of pages: test_api.py.
ALL = [(desk, route) for desk, routes in ROUTES.items() for route in routes if not route.address.startswith("api/v1/")]


def test_no_address_is_without_its_policy():
    for address, view in walk(get_resolver().url_patterns):
        assert isinstance(getattr(view, "route", None), Route), f"{address}: put it into the ROUTES of its desk."


def test_each_policy_says_one_thing():
    for desk, route in ALL:
        if desk in OPEN_TO_ALL:
            assert (route.desk, route.relation) == ("", "anyone"), route
        elif desk in OF_EVERYBODY:
            assert (route.desk, route.relation) in {("", "anyone"), ("", "signed in")}, route
            assert (route.relation == "signed in") == route.address.startswith("account/"), route
        elif desk in SIGNED_IN:
            assert (route.desk, route.relation) == ("", "signed in"), route
        else:
            assert route.desk == desk, route
            assert route.relation in {"desk", "own"}, route
        assert set(route.methods) <= {"GET", "HEAD", "POST"} or route.address.startswith("api/")


def test_what_a_menu_holds_can_be_opened_as_it_stands():
    for desk, route in ALL:
        if route.menu:
            assert "<" not in route.address, f"{desk}/{route.address} needs more than its name."
            assert "GET" in route.methods
            assert not set(route.menu_at) - set(DESKS)


def test_what_belongs_to_somebody_asks_whose_it_is():
    """Desks of single organisations or persons have no page that is the same for all who sit there."""
    for desk, route in ALL:
        if desk in {"reviewer", "provider", "applicant"}:
            assert route.relation == "own", f"{desk}/{route.address}"


@pytest.mark.parametrize(("desk", "route"), ALL, ids=[f"{desk}/{route.address}" for desk, route in ALL])
def test_the_matrix(visitors, desk, route):
    """Ten kinds of visitor at every address: the public's are open, a desk's exist for that desk alone."""
    address = example_of(desk, route)
    method = "POST" if "GET" not in route.methods else "GET"
    for who, visitor in visitors.items():
        if method == "POST" and route.name == "account_logout":
            continue
        answer = visitor.ask(address, method=method, fields={} if method == "POST" else None)
        if desk in OPEN_TO_ALL:
            assert answer.status in {200, 302}, f"{who or 'anyone'} at {address}: {answer.status}"
        elif desk in OF_EVERYBODY and (who or route.relation == "anyone"):
            assert answer.status in {200, 302, 401, 403, 404}, f"{who or 'anyone'} at {address}: {answer.status}"
        elif method == "POST" and answer.status == 403 and not who:
            assert "log in" in answer.text.lower()
        elif not who:
            assert answer.status == 302, f"anyone at {address}: {answer.status}"
            assert answer.headers["Location"].startswith("/login/?next=")
        elif desk in SIGNED_IN:
            assert answer.status in {200, 302, 404}, f"{who} at {address}: {answer.status}"
        elif who != desk:
            assert answer.status == 404, f"{who} at {address}: {answer.status}"
            assert "no such page" in answer.text
        elif "nothing-of-mine" in address:
            assert answer.status == 404
        else:
            assert answer.status in {200, 302, 409}, f"{who} at {address}: {answer.status} {answer.text[:300]}"


def test_not_yours_and_not_there_are_the_same_bytes(visitors):
    """Another applicant's application and one that never was look alike to the last byte."""
    mine = visitors["applicant"]
    theirs = next(row for row in _applications(visitors["agency"]) if mine.ask(f"/applicant/applications/{row}/").status == 404)
    for visitor, prefix in ((mine, "/applicant/applications"), (visitors["provider"], "/provider/clusters")):
        other, nothing = visitor.ask(f"{prefix}/{theirs}/"), visitor.ask(f"{prefix}/{'x' * len(theirs)}/")
        assert (other.status, other.text) == (nothing.status, nothing.text)
        assert _without_date(other.headers) == _without_date(nothing.headers)


def _without_date(headers):
    """Servers write the name in either case; the id of a request is drawn for each."""
    return {name: value for name, value in headers.items() if name.lower() not in {"date", "x-request-id"}}


def _applications(agency):
    rows = (
        agency.ask("/agency/applications/?applications-format=csv&applications-rows=all")
        .text.removeprefix("\ufeff")
        .splitlines()[1:]
    )
    return [row.split(",")[0] for row in rows if row]


def test_wrong_methods_are_refused(visitors):
    assert visitors[""].ask("/", method="POST", fields={}).status in {403, 405}
    assert visitors["ministry"].ask("/ministry/decisions/1/answer/").status == 405


def test_a_form_without_its_token_is_refused(visitors):
    answer = visitors["ministry"].ask(
        "/ministry/decisions/1/answer/", method="POST", fields={"csrfmiddlewaretoken": "x", "decision": "approve"}
    )
    assert answer.status == 403
    assert "refused" in answer.text


def test_headers_hold_on_every_kind_of_page(visitors):
    for visitor, address in (
        (visitors[""], "/"),
        (visitors[""], "/nope/"),
        (visitors["auditor"], "/auditor/"),
        (visitors[""], "/static/dure/site.css"),
    ):
        answer = visitor.ask(address)
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "style-src 'self'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        if address == "/auditor/":
            assert "no-store" in answer.headers["Cache-Control"]
