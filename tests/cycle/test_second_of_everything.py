"""Done when a second time changes nothing that was said of the first: round, call, month, survey, shares.

Every page about the first is read before, and again after the second of everything; then the first round gets a supplementary
plan and the first month a correction, after which decisions and files of the first still say what they said.
"""

import html
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from dure.cycle.stages import STAGES
from dure.records.allocation.models import Grant
from dure.records.journal.models import Entry
from dure.records.parties.models import Person
from dure.records.procurement.models import Agreement
from dure.records.settlement.models import Invoice
from world import (
    APPLICANTS,
    GRANTED,
    MONTH,
    NEXT_MONTH,
    apply,
    ask_for_demand,
    duty,
    finish_second_call,
    grant,
    judge_applications,
    meter,
)

FIRST = (*GRANTED, "call-1", "alpha-order", "alpha-pool/a/001")  # what rows about the first name
TAG = re.compile(r"<[^>]*>")


@pytest.fixture
def pages():
    """Asks as a person, or as nobody: the text of a page that is there."""
    clients = {"": Client()}

    def ask(name, by="", **given):
        if by not in clients:
            clients[by] = Client()
            clients[by].force_login(Person.objects.get(username=by))
        with translation.override("en"):
            address = reverse(name, kwargs=given)
            answer = clients[by].get(address, headers={"accept-language": "en"})
        assert answer.status_code == 200, f"{address} for {by or 'everybody'}: {answer.status_code}"
        return b"".join(answer).decode()

    return ask


def words(markup):
    """The visible text, its space made one."""
    return " ".join(html.unescape(TAG.sub(" ", markup)).split())


def figures(markup):
    """Every number of the page's main part with two digits or more."""
    main = markup.partition("<main")[2] or markup
    return set(re.findall(r"\d[\d,.]*\d", words(main)))


def rows(markup):
    """The rows of tables that name something of the first."""
    found = {words(row) for row in re.findall(r"<tr\b.*?</tr>", markup, re.DOTALL)}
    return {row for row in found if any(name in row for name in FIRST)}


def card(markup, seq):
    """The card of the home page that leads to that decision."""
    address = reverse("public:decision", kwargs={"seq": seq})
    return next(
        words(part.partition(">")[2]) for part in markup.split("<section") if f'href="{address}"' in part and "h-round" in part
    )


def decided(pages, seqs):
    """What the pages and files of those decisions say: these never change."""
    said = {}
    for seq in seqs:
        said["page", seq] = figures(pages("public:decision", seq=seq))
        said["official", seq] = figures(pages("ministry:decision", by="ministry-1", seq=seq))
        said["json", seq] = pages("api:open_entry", seq=seq)
    return said


def listed(pages, world):
    """What pages that gather things say of the first: more may be added."""
    said = {("stage", each.key): figures(pages("public:stage", key=each.key)) for each in STAGES}
    asked = [
        ("applicant:list", "firm-1", {}), ("applicant:application", "firm-1", {"key": "a-firm"}),
        ("applicant:application", "lab-1", {"key": "a-lab"}), ("provider:list", "alpha-1", {}),
        ("agency:applications", "agency-1", {}), ("agency:application", "agency-1", {"key": "a-lab"}),
        ("agency:proposals", "agency-1", {}), ("agency:call", "agency-1", {"call_id": "call-1"}),
        ("agency:rounds", "agency-1", {}), ("operator:rounds", "operator-1", {}),
    ]  # fmt: skip
    for name, by, given in asked:
        said[name, str(given)] = rows(pages(name, by=by, **given))
    plan = {"round_id": "round-1", "plan": str(world.filed["allocation", "round-1"])}
    for name in ("plan", "plan_waiting", "plan_servers"):
        said[name, ""] = figures(pages(f"agency:{name}", by="agency-1", **plan))
    return said


def lost(before, after):
    """What was said before and is not said any more."""
    return {key: sorted(said - after[key])[:5] for key, said in before.items() if not said <= after[key]}


def everything_again(world):
    """A second call with awards and agreements, a second round, month, survey, and second shares."""
    finish_second_call(world)
    signed = {"signed_on": "2026-07-20", "starts_on": "2026-08-01", "owner": "keeper", "user_right": "centre"}
    world.act("sign_agreements", "2026-07-20", call="call-2", **signed)
    for organisation in APPLICANTS:
        apply(world, "users-2", f"b-{organisation}", organisation, "2026-06-15")
    judge_applications(world, "users-2", "2026-07-03")
    world.decide("allocation", "round-2", "2026-07-04")
    bill(world, NEXT_MONTH, "2026-06-12", hours=60)
    ask_for_demand(world, "survey-2", "2026-06-15", "2026-06-25", "2026-10-01")
    world.decide("new_shares", "2026-09-01", "2026-07-10")
    meter(world, "2026-06", "2026-07-10")
    world.decide("outcomes", "2026-Q2", "2026-07-11")


def bill(world, month, day, **used):
    """A month from its records to its invoices."""
    meter(world, month, day, **used)
    world.act("design_burden", day, period=month)
    world.decide("burden", month, day)
    world.act("note_settlement", day, period=month, providers=[duty("alpha")])
    world.decide("settlement", month, day)


def supplement(world):
    """The first round's plan is supplemented: who waits takes the other model, later."""
    facts = world.facts("allocation", "round-1", "2026-07-12")
    for each in facts["applications"]:
        each.update(models={"H200": "1"}, weeks=2, earliest_week=15, latest_week=15)
    made = world.decide("allocation", "round-1", "2026-07-12", facts=facts)
    assert made["grants"]


def test_a_second_time_changes_nothing_that_was_said_of_the_first(world, pages):
    seqs = [each.seq for each in Entry.objects.filter(kind="recommendation") if each.is_approved]
    plan, invoices = world.filed["allocation", "round-1"], set(Invoice.objects.values_list("pk", "billed_amount"))
    kept, said = decided(pages, seqs), listed(pages, world)
    home = card(pages("public:home"), plan)
    everything_again(world)
    assert Grant.objects.filter(round="round-2").exists()
    assert Agreement.objects.filter(call="call-2").count() == 2
    assert invoices < set(Invoice.objects.values_list("pk", "billed_amount"))
    assert card(pages("public:home"), plan) == home
    assert not lost(said, listed(pages, world))
    assert decided(pages, seqs) == kept
    supplement(world)
    bill(world, MONTH, "2026-07-15", hours=40)
    assert Grant.objects.filter(round="round-1").count() > len(GRANTED)
    assert {grant(each) for each in GRANTED} <= set(Grant.objects.filter(round="round-1").values_list("pk", flat=True))
    assert invoices < set(Invoice.objects.values_list("pk", "billed_amount"))
    assert decided(pages, seqs) == kept
