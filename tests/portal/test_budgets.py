"""No page asks the database more than its budget allows, and the first page is kept until something is recorded, not longer.

Statements are counted by the server (`held.py`), on the first visit of a page in its process and on the second. Seconds are
measured in benchmarks/pages.py.
"""

import datetime as dt
import gzip
import html
import re
from types import SimpleNamespace
from urllib.parse import urljoin, urlsplit
from urllib.request import Request, urlopen

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, resolve

from dure.cycle.approvals import barred
from dure.cycle.programme import book
from dure.portal.subjects.objects.pages import KINDS
from dure.portal.urls import OPEN_TO_ALL, ROUTES
from dure.records.parties.models import Person
from portal.people import PEOPLE
from world import open_round

MOST, MOST_BYTES = 15, 200_000
FILES = re.compile(r"\.(csv|json|jsonl|svg|ics|js|css|woff2|zip)$")
# One subject of each kind, and who sees it.
SUBJECTS = {
    "appropriation": ("ministry", "SELECT appropriated_on::text FROM funding_appropriation ORDER BY id LIMIT 1"),
    "call": ("agency", "SELECT id FROM procurement_call ORDER BY awarded_amount DESC NULLS LAST LIMIT 1"),
    "question": ("agency", "SELECT id FROM procurement_question ORDER BY id LIMIT 1"),
    "proposal": ("agency", "SELECT proposal_id FROM procurement_award ORDER BY id LIMIT 1"),
    "panel": ("agency", "SELECT panel_id FROM review_seat GROUP BY panel_id ORDER BY count(*) DESC, panel_id LIMIT 1"),
    "agreement": ("agency", "SELECT id FROM procurement_agreement ORDER BY id LIMIT 1"),
    "pool": ("operator", "SELECT id FROM supply_pool ORDER BY id LIMIT 1"),
    "milestone": ("ministry", "SELECT key FROM supply_milestone ORDER BY id LIMIT 1"),
    "survey": ("agency", "SELECT id FROM demand_survey ORDER BY id LIMIT 1"),
    "user_call": ("agency", "SELECT user_call_id FROM demand_application GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"),
    "application": ("agency", "SELECT application_id FROM allocation_grant GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"),
    "round": ("agency", "SELECT round_id FROM allocation_plan GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"),
    "grant": ("agency", "SELECT grant_id FROM operation_notice ORDER BY id LIMIT 1"),
    "month": ("agency", "SELECT subject FROM journal_entry WHERE decision = 'settlement' AND subject ~ '^[0-9-]+$' LIMIT 1"),
    "invoice": ("agency", "SELECT invoice_id FROM settlement_invoiceline GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"),
    "organisation": ("agency", "SELECT organisation_id FROM demand_application GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"),
    "person": ("agency", "SELECT uid FROM parties_person ORDER BY username LIMIT 1"),
}  # fmt: skip


@pytest.fixture(scope="module")
def records(served_database):
    """Reads the served database past the portal."""
    with psycopg.connect(served_database, autocommit=True) as connection:
        yield lambda statement: connection.execute(statement).fetchall()


def cost(visitor, address):
    """Statements of the first and of the second visit; `None` where the page is not for this person."""
    answers = [visitor.ask(address, headers={"X-Count-Queries": "yes"}) for _visit in range(2)]
    if answers[0].status in {302, 404}:
        return None, ""
    assert answers[0].status == 200, f"{address}: {answers[0].status}"
    return max(int(each.headers["X-Queries"]) for each in answers), answers[0].text


def over(costs):
    return {address: statements for address, statements in costs.items() if statements > MOST}


def links(address, text):
    """Pages of the portal that a page leads to, without what it asks of itself."""
    for found in re.findall(r'href="([^"#]+)', text):
        path = urlsplit(urljoin(address, html.unescape(found))).path
        if path.startswith("/") and not FILES.search(path) and not path.startswith(("/static/", "/api/")):
            yield path


@pytest.mark.parametrize("desk", ["", *PEOPLE])
def test_every_page_that_a_desk_leads_to(visitors, desk):
    """Each menu, list and detail page, one of each route."""
    visitor, costs, seen = visitors[desk], {}, set()
    spaces = [desk] if desk else list(OPEN_TO_ALL)
    waiting = [f"/{desk}/{each.address}".replace("//", "/") for space in spaces for each in ROUTES[space]
               if "<" not in each.address and "GET" in each.methods and not FILES.search(each.address)
               and not each.address.startswith("api")]  # fmt: skip
    while waiting:
        address = waiting.pop(0)
        try:
            route = resolve(address)
        except Resolver404:
            continue
        name = route.view_name if "<" in route.route else address
        if name in seen or route.view_name in {"acts:act", "objects:one"} or "GET" not in route.func.route.methods:
            continue
        statements, text = cost(visitor, address)
        if statements is not None:
            seen.add(name)
            costs[address] = statements
            waiting += links(address, text)
    assert len(costs) >= 4
    assert not over(costs)


def test_every_kind_of_decision(visitors, records):
    """As the offices see it, and as everybody may."""
    kinds = records(
        "SELECT max(e.seq) FROM journal_entry e WHERE e.kind = 'recommendation' GROUP BY e.stage, e.decision, "
        "EXISTS (SELECT FROM journal_entry a WHERE a.refers_to_id = e.seq)"
    )
    costs = {}
    for (seq,) in kinds:
        for who, address in (("agency", f"/agency/decisions/{seq}/"), ("", f"/decisions/{seq}/")):
            statements, _text = cost(visitors[who], address)
            if statements is not None:
                costs[address] = statements
    assert len(costs) > len(kinds)
    assert not over(costs)


def test_every_stage(visitors):
    from dure.cycle.stages import STAGES

    costs = {f"/stages/{each.key}/": cost(visitors[""], f"/stages/{each.key}/")[0] for each in STAGES}
    assert not over(costs)


def test_every_kind_of_subject(visitors, records):
    assert set(SUBJECTS) == set(KINDS), "name one subject of each kind"
    costs = {}
    for kind, (desk, statement) in SUBJECTS.items():
        ((key,),) = records(statement)
        costs[kind] = cost(visitors[desk], f"/objects/{kind}/{key}/")[0]
    assert None not in costs.values(), costs
    assert not over(costs)


def test_what_can_be_filed(visitors):
    """The list of decisions to be filed tells what is ready without computing any facts."""
    costs = {desk: cost(visitors[desk], "/acts/filing/")[0] for desk in ("agency", "operator")}
    assert not over(costs)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_first_visit_takes_at_most_200_kb(served, language):
    """The page, its styles and scripts as they are served, and the parts of the font that its texts need."""

    def fetch(address):
        headers = {"Accept-Encoding": "gzip", "Cookie": f"django_language={language}"}
        asked = Request(urljoin(served, address), headers=headers)  # noqa: S310 - our own server
        with urlopen(asked) as answer:  # noqa: S310 - our own server
            content = answer.read()
            packed = answer.headers["Content-Encoding"] == "gzip"
        fetched[address] = len(content)
        return gzip.decompress(content).decode() if packed else ""

    fetched: dict[str, int] = {}
    page = fetch("/")
    for address in sorted(set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))):
        sheet = fetch(address)
        assert sheet or not address.endswith((".css", ".js")), f"{address} is not compressed"
        if address.endswith("dure-sans.css"):
            for part in parts_of_the_font(sheet, page):
                fetch(urljoin(address, part))
    assert sum(fetched.values()) <= MOST_BYTES, fetched
    assert sum(address.endswith(".woff2") for address in fetched) == 2, fetched


def parts_of_the_font(sheet, text):
    """The files that a browser fetches for these characters, in every weight: of overlapping ranges the last one wins."""
    faces = re.findall(r'font-weight: ([^;]+);.*?url\("([^"]+)"\).*?unicode-range: ([^;]+);', sheet)
    text = re.sub(r'<p class="only-print">.*?</p>', "", text, flags=re.DOTALL)
    text = re.sub(r"<details>(<summary>.*?</summary>).*?</details>", r"\1", text, flags=re.DOTALL)  # closed: not drawn
    shown = {ord(each) for each in re.sub(r"<[^>]*>", "", text) if not each.isspace() or each == " "}
    found = set()
    for weight in {weight for weight, _file, _ranges in faces}:
        left = set(shown)
        for of, file, ranges in reversed(faces):
            ends = [(int(a, 16), int(b or a, 16)) for a, b in re.findall(r"U\+(\w+)(?:-(\w+))?", ranges)]
            mine = {code for code in left if any(first <= code <= last for first, last in ends)}
            if of == weight and mine:
                left -= mine
                found.add(file)
    return found


def test_more_rounds_cost_no_more_statements(world):
    """The served programme has one round; a list that asks for each row would be found here."""
    agency = Client()
    agency.force_login(Person.objects.get(username="agency-1"))

    def statements():
        agency.get("/agency/rounds/")
        with CaptureQueriesContext(connection) as captured:
            assert agency.get("/agency/rounds/").status_code == 200
        return len(captured)

    before = statements()
    for number, week in enumerate(("2026-07-06", "2026-07-13", "2026-07-20")):
        call = f"more-{number}"
        world.act("open_user_call", "2026-06-10", id=call, title={"ko": call}, opens_at="2026-06-11T00:00:00Z",
                  closes_at="2026-06-12T00:00:00Z")  # fmt: skip
        open_round(world, call, call, week, "2026-06-10")
    assert statements() == before <= MOST


def test_a_working_list_reads_no_recommendation(world):  # noqa: ARG001 - there are people
    """That of a settlement has a line for each lease: whether a person may answer does not depend on it."""

    def read():
        raise AssertionError("a whole recommendation was read")

    waiting = SimpleNamespace(seq=1, decision="settlement", who_id=None, recommendation=SimpleNamespace(text=read))
    context = SimpleNamespace(book=book(), day=dt.date(2026, 6, 10))
    assert [bool(barred(waiting, Person.objects.get(username=each), context)) for each in ("agency-1", "lab-1")]
