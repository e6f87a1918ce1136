"""What pages say is in force is what was approved and carried out, whatever is filed, refused or decided for later afterwards."""

import json
import re
import unicodedata
from fractions import Fraction

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from dure.cycle.filing import file_decision
from dure.portal.kit.gate import LISTED
from dure.portal.subjects.rounds.summary import given, summaries
from dure.portal.urls import ROUTES
from dure.records.allocation import queries as rounds
from dure.records.allocation.models import Lease
from dure.records.demand.models import Survey
from dure.records.demand.queries import estimate
from dure.records.journal import queries as journal
from dure.records.journal.models import Entry
from dure.records.parties.models import Person
from dure.records.procurement.models import Award
from dure.records.procurement.queries import selecting_entry
from dure.records.review.models import Ranked
from dure.records.summary import of_programme
from world import PRIORITY, ask_for_demand, finish_second_call, grant, idle_until, moment, open_round

AT = "2026-05-20"


def visitor(name, language="en"):
    made = Client()
    made.cookies["django_language"] = language
    made.force_login(Person.objects.get(username=name))
    return made


def test_a_refused_selection_takes_nothing_from_the_calls_page(world):
    agency, call = visitor("agency-1"), "/agency/calls/call-1/"
    before = re.findall(r'<p class="lead">[^<]*', agency.get(call).content.decode())
    facts = Entry.objects.get(seq=world.filed["portfolio", "call-1"]).facts_value()
    facts = {key: value for key, value in facts.items() if key not in {"stage", "version"}}
    again = file_decision("portfolio", "portfolio", "call-1", facts, context=world.context("agency-1", AT)).seq
    world.do("refuse_decision", {"entry": again, "note": "no"}, by="ministry-1", at=AT)
    page = agency.get(call).content.decode()
    assert re.findall(r'<p class="lead">[^<]*', page) == before
    assert f'href="/agency/decisions/{again}/"' in page


def test_a_calls_page_shows_the_entries_to_which_its_ranking_and_its_awards_refer(world):
    """A selection that awards nothing stands on the page until another awards something, and not after that."""
    finish_second_call(world, award=False)
    assert selecting_entry("call-2") is None
    whole = world.facts("portfolio", "call-2", "2026-07-10")
    without_money = {**whole, "budget_amount": 0}
    for facts in (without_money, whole, without_money):
        world.decide("portfolio", "call-2", "2026-07-10", facts=facts)
        awards = Award.objects.filter(call="call-2")
        assert selecting_entry("call-2") == (awards[0].entry_id if awards else world.filed["portfolio", "call-2"])
    last, awarded = world.filed["portfolio", "call-2"], awards[0].entry_id
    ranked = Ranked.objects.get(panel="panel-call-2", rank=1).entry_id
    page = visitor("agency-1").get("/agency/calls/call-2/").content.decode()
    assert re.findall(r'<h2><a href="/agency/decisions/([0-9]+)/">', page) == [str(ranked), str(awarded)]
    assert awarded < last
    assert f'<li><a href="/agency/decisions/{last}/">' in page


def test_a_round_has_never_allotted_more_than_it_opened(world):
    """What was reclaimed and given to others counts once."""
    for day in ("2026-05-20", "2026-05-27"):
        for each in rounds.round_totals(plan.round for plan in rounds.plans()).values():
            assert 0 < each["granted_gpus"] <= each["opened_gpus"]
        world.decide("allocation", "round-1", day)
    assert [each.note for each in summaries()[-1].figures][-1] == "of the round's last plan"
    assert not re.search("[−-][0-9]+ left", visitor("agency-1").get("/").content.decode())


def totals_of_round_1():
    return rounds.round_totals([rounds.allocation_round("round-1")])["round-1"]


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_what_is_reclaimed_and_granted_again_counts_in_every_total_and_is_named(world):
    """The servers change hands: as many GPUs are held, and one application and its servers more were served."""
    before, at = totals_of_round_1(), moment(AT, 12)
    world.approve(idle_until(world, AT), at)
    after, servers = totals_of_round_1(), Lease.objects.filter(grant=grant("a-college")).count()
    assert servers > 0
    assert [after[key] - before[key] for key in ("chosen", "chosen_again", "granted_servers", "servers_again")] == [
        1, 1, servers, servers,
    ]  # fmt: skip
    assert (after["granted_gpus"], after["held_gpus"]) == (before["granted_gpus"], before["held_gpus"])
    chosen, total = after["chosen"], after["granted_servers"]
    agency = visitor("agency-1")
    pages = {each: words(agency.get(each).content.decode()) for each in ("/", "/agency/rounds/round-1/", "/agency/applications/")}
    assert f"{total} servers to {chosen} projects; 1 of them by re-grant" in pages["/"]
    for page in ("/", "/agency/rounds/round-1/"):
        assert re.search(f"Applications chosen {chosen} of [0-9]+; 1 of them by re-grant", pages[page]), page
        assert f"Servers given, over all periods {total} {servers} of them by re-grant" in pages[page], page
    assert f"Chosen {chosen} 1 of them by re-grant Servers given {total} {servers} of them" in pages["/agency/applications/"]
    row = rounds.with_figures(rounds.rounds()).get(pk="round-1")
    assert (row.served, row.granted) == (chosen, total)


def test_gpus_left_are_those_that_no_round_holds(world):
    """Leases of another round on the same pools take from what is left, and are named."""
    first = rounds.allocation_round("round-1")
    before = totals_of_round_1()
    open_round(world, "round-3", "users-2", first.start_on.isoformat(), "2026-06-03")
    sums = rounds.round_totals(rounds.rounds())
    assert sums["round-1"] == before
    assert (sums["round-3"]["granted_gpus"], sums["round-3"]["held_gpus"]) == (0, before["held_gpus"])
    with override("en"):
        said = given(sums["round-3"], received=None)[0].note
    left = before["opened_gpus"] - before["held_gpus"]
    assert said.endswith(f"; {left} left; {before['held_gpus']} in other rounds")


def test_shares_for_a_later_day_do_not_count_yet_and_name_their_own_decision(world):
    programme, now = world.book.programme, timezone.localdate()
    before = of_programme(programme)
    later = f"{now.year + 1}-03-01"
    world.act("set_policy_priority", now.isoformat(), by="ministry-1", from_on=later, priority=PRIORITY)
    world.decide("shares", later, now.isoformat())
    after = of_programme(programme)
    assert (after["shares"], after["shares_decided"]) == (before["shares"], before["shares_decided"])
    assert before["shares_decided"]["seq"] in world.filed.values()


def test_each_survey_says_what_it_said_whichever_is_approved_last(world):
    """Approving an older survey once more does not take the first page back to it; the tile names both."""
    ask_for_demand(world, "survey-2", "2026-03-10", "2026-03-20", "2026-04-01")
    world.decide("demand", "survey-1", AT)
    estimates = {each["id"]: each["gpus"] for each in of_programme(world.book.programme)["surveys"]}
    assert list(estimates) == ["survey-2", "survey-1"]
    in_force = {key: Fraction(estimate(Survey.objects.get(pk=key)).gpus) for key in estimates}
    assert {key: Fraction(gpus) for key, gpus in estimates.items()} == in_force
    page = visitor("agency-1").get("/").content.decode()
    assert re.search("survey-2: [0-9,]+ GPUs wanted; survey-1: [0-9,]+ GPUs wanted", page)


def test_shares_of_a_round_say_that_they_are_its_last_plans_where_it_has_several(world):
    said = "round&#x27;s last plan left it"
    agency = visitor("agency-1")
    assert said not in agency.get("/").content.decode()
    world.decide("allocation", "round-1", AT)
    assert said in agency.get("/").content.decode()


def test_pressing_twice_says_the_same_and_a_late_answer_names_who_came_first(world):
    seq = world.file("buildout", world.book.programme, AT)
    address = f"/ministry/decisions/{seq}/answer/"
    ministry, other = visitor("ministry-1"), visitor("ministry-2")
    sheet = ministry.post(address, {"decision": "refuse", "note": "첫 줄\r\n둘째 줄"})
    given = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', sheet.content.decode()))
    first, second = (ministry.post(address, given | {"note": "첫 줄\r\n둘째 줄"}) for _time in range(2))
    assert (first.status_code, second.status_code, second.url) == (302, 302, first.url)
    assert journal.find(seq).answered.note == "첫 줄\n둘째 줄"
    late = other.post(address, {"decision": "approve", "note": ""})
    assert late.status_code == 409
    assert re.search(r"ministry-1.* refused it on ", late.content.decode())


@pytest.mark.parametrize(("note", "says"), [("가" * 4001, "4,001"), ("a\u202eb", "cannot be stored")])
def test_a_note_that_cannot_be_recorded_is_kept_and_said_before_the_sheet(world, note, says):
    seq = world.file("buildout", world.book.programme, AT)
    answer = visitor("ministry-1").post(f"/ministry/decisions/{seq}/answer/", {"decision": "refuse", "note": note})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert says in page
    assert re.search(r"<textarea[^>]*>([^<]*)</textarea>", page)[1] == note
    assert 'name="confirmed"' not in page


DESKS = {
    "agency": "agency-1", "operator": "operator-1", "ministry": "ministry-1", "auditor": "auditor-1", "applicant": "lab-1",
    "provider": "alpha-1", "reviewer": "reviewer-1", "people": "agency-1",
}  # fmt: skip


def lists_of(desk, who):
    """The addresses of the desk without an id, and the keys of the lists that each shows."""
    for route in ROUTES[desk]:
        address = f"/{route.address}" if desk == "people" else f"/{desk}/{route.address}"
        if "<" in address or route.methods != LISTED:
            continue
        page = who.get(address).content.decode()
        yield from ((address, key) for key in sorted(set(re.findall(r'name="([a-z_]+)-rows"', page))))


@pytest.mark.parametrize("desk", DESKS)
def test_every_list_is_a_file_that_can_be_read(shared_world, desk):  # noqa: ARG001 - filled
    who, read = visitor(DESKS[desk], "ko"), 0
    for address, key in lists_of(desk, who):
        answer = who.get(f"{address}?{key}-format=json")
        assert answer.status_code == 200, address
        rows = json.loads(b"".join(answer.streaming_content))
        assert isinstance(rows, list), address
        assert who.get(f"{address}?{key}-format=json&{key}-rows=chosen").status_code == 302, "nothing is chosen"
        read += 1
    assert read > 0


def test_words_in_parts_find_what_is_written_whole(shared_world):  # noqa: ARG001 - filled
    agency = visitor("agency-1")
    rows = json.loads(
        b"".join(agency.get("/agency/organisations/?organisations-format=json&organisations-rows=all").streaming_content)
    )
    name = next(str(value) for row in rows for value in row.values() if isinstance(value, str) and re.search("[가-힣]{2}", value))
    word = re.search("[가-힣]{2,}", name)[0]
    found = [agency.get("/agency/organisations/", {"organisations-q": each}).content.decode().count("<tr>")
             for each in (word, unicodedata.normalize("NFD", word))]  # fmt: skip
    assert found[0] == found[1] > 1
