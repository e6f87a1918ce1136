"""Every decision is filed at a desk: prepared, edited, compared, filed, approved and shown; what is wrong is said, and kept."""

import copy
import datetime as dt
import html
import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from database import let_it_be
from dure.cycle.handoffs import BY_NAME
from dure.records.journal import queries as journal
from dure.records.parties import queries as parties
from world import MONTH, finish_second_call, moment

DAY = moment("2026-06-20")
ENGLISH = re.compile(r"\b[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}\b")


class Case(NamedTuple):
    """What it is about, the fact that a person edits there, and the words by which the diff shows it."""

    subject: str
    path: tuple[Any, ...]
    to: Any
    shown: tuple[str, str]
    before: Callable[[Any], None] = lambda _world: None
    filer: str = "agency-1"
    approver: str = "ministry-1"
    day: dt.datetime = DAY  # no earlier than what is done before


def second_call(world):
    finish_second_call(world, award=False)


POINTS = ("scores", 0, "points", "plan")
CASES = {
    "budget": Case("2026-01-03", ("appropriation_amount",), 1_999_999_000, ("예산", "1,999,999,000원")),
    "evaluation": Case("panel-call-1", POINTS, "41", ("평가표", "41")),
    "portfolio": Case(
        "call-2", ("proposals", 0, "lots", 0, "steps", 0, "price_amount"), 199_000_000, ("가격", "199,000,000원"), second_call,
        day=moment("2026-07-06"),
    ),
    "buildout": Case("", ("seed",), "another", ("모의실험 시드", "another"), filer="operator-1"),
    "demand": Case("survey-1", ("responses", 0, "weeks"), 11, ("응답", "11")),
    "shares": Case("2026-09-01", ("on",), "2026-06-19", ("규칙", "2026-06-19")),
    "eligibility": Case("users-1", ("applicants", 0, "youth_led"), True, ("청년", "예")),
    "ranking": Case("panel-users-1", POINTS, "41", ("평가표", "41")),
    "allocation": Case("round-1", ("draw_seed",), "another", ("추첨", "another")),
    "provisioning": Case(
        "alpha-pool", ("as_of",), "2026-06-20T09:00:00+09:00", ("기준", "2026-06-20 09:00 KST"), filer="operator-1",
        approver="agency-2",
    ),
    "metering": Case(MONTH, ("telemetry", 0, "energy_wh"), 2000, ("전력량", "2,000"), approver="agency-2"),
    "burden": Case(MONTH, ("usage", 0, "gpu_hours"), "8", ("사용", "8")),
    "settlement": Case(MONTH, ("usage", 0, "gpu_hours"), "8", ("사용", "8")),
    "outcomes": Case(MONTH, ("achievements", 1, "count"), 2, ("성과", "2")),
    "reclaim": Case("round-1", ("leases", 0, "days", 0, "utilisation"), "0.5", ("이용률", "0.5"), filer="operator-1"),
    "new_shares": Case("2026-09-01", ("on",), "2026-06-19", ("규칙", "2026-06-19")),
}  # fmt: skip


@pytest.fixture
def on_the_day(shared_world, monkeypatch):
    """The filled world on a day of its own; whatever a test does in it is undone."""
    monkeypatch.setattr(timezone, "now", lambda: DAY)
    with transaction.atomic():
        let_it_be("2026-06-20", "2026-07-07")
        yield shared_world
        transaction.set_rollback(True)


def visitor(username):
    """A browser without a script, in Korean."""
    client = Client()
    client.force_login(parties.person(username))
    client.cookies["django_language"] = "ko"
    return client


def text(response):
    return html.unescape(response.content.decode())


def inputs(response):
    """What the page's form holds: name and value of each input, text area and chosen option."""
    page = response.content.decode()
    found = dict(re.findall(r'<input[^>]* name="([^"]+)" value="([^"]*)"', page))
    areas = re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    found |= {name: value.removeprefix("\n") for name, value in areas}
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return {name: html.unescape(value) for name, value in found.items()}


def problems(page):
    """The summary of what is wrong, which holds no sentence in English."""
    said = re.sub("<[^>]+>", " ", re.search(r'<section class="problems".*?</section>', page, re.DOTALL)[0])
    assert re.search("[가-힣]", said)
    assert not ENGLISH.search(said), said
    return said


def edited(facts, case):
    made = copy.deepcopy(facts)
    spot = made
    for step in case.path[:-1]:
        spot = spot[step]
    assert (spot[case.path[-1]] if isinstance(spot, list) else spot.get(case.path[-1])) != case.to
    spot[case.path[-1]] = case.to
    return made


def opened(client, path, sent=None):
    """The form with its facts, as the records give them."""
    response = client.post(path, sent) if sent else client.get(path)
    assert "facts" in inputs(response), re.sub("<[^>]+>|\n", " ", text(response))[:3000]
    return response


@pytest.mark.parametrize("name", list(BY_NAME))
def test_a_decision_is_prepared_edited_filed_approved_and_shown(on_the_day, monkeypatch, name):
    case, world = CASES[name], on_the_day
    monkeypatch.setattr(timezone, "now", lambda: case.day)
    case.before(world)
    subject = case.subject or world.book.programme
    client, path = visitor(case.filer), f"/acts/file_{name}/?subject={subject}"
    page = opened(client, path)
    facts = json.loads(inputs(page)["facts"])
    stays_on_an_error(client, path, page, facts)
    sent = {**inputs(page), "facts": json.dumps(edited(facts, case)), "do": "check"}
    check = client.post(path, sent)
    title, value = case.shown
    rows = re.findall(r"<tr>.*?</tr>", text(check), re.DOTALL)
    assert [each for each in rows if title in each and value in each], rows
    done = client.post(path, {**inputs(check), "do": "confirm"})
    assert done.status_code == 302, problems(text(done))
    confirmation = text(client.get(done["Location"]))
    entry = journal.entries(kind="recommendation").last()
    assert (entry.decision, entry.subject) == (BY_NAME[name].decision, subject)
    assert [each["after"] for each in entry.edits] == [case.to]
    assert f'<dd class="number">{entry.seq}</dd>' in confirmation
    approved_on_its_page(case, entry, value)


def stays_on_an_error(client, path, page, facts):
    """What cannot be read and what the decision cannot take is said in Korean, and stays in the form."""
    wrong = '{"stage": '
    answer = client.post(path, {**inputs(page), "facts": wrong, "do": "check"})
    assert answer.status_code == 422
    problems(text(answer))
    assert inputs(answer)["facts"].strip() == wrong.strip()
    strange = json.dumps({**facts, "colour": "red"})
    check = client.post(path, {**inputs(page), "facts": strange, "do": "check"})
    answer = client.post(path, {**inputs(check), "do": "confirm"})
    assert answer.status_code == 422
    assert "colour" in problems(text(answer))
    assert json.loads(inputs(answer)["facts"])["colour"] == "red"


def approved_on_its_page(case, entry, value):
    """By another person, who sees the edit, the confirmation, and then the decision among those approved."""
    desk = case.approver.partition("-")[0]
    client, page = visitor(case.approver), f"/{desk}/decisions/{entry.seq}/"
    assert value in text(client.get(page))
    asked = client.post(f"{page}answer/", {"decision": "approve", "note": ""})
    assert asked.status_code == 200, text(asked)
    answer = client.post(f"{page}answer/", {"decision": "approve", "note": "", "confirmed": entry.hash})
    assert answer.status_code == 302, re.sub("<[^>]+>", " ", text(answer))
    assert journal.get(entry.seq).is_approved
    assert "승인" in text(client.get(page))
    assert f"/decisions/{entry.seq}/" in text(client.get(f"/{desk}/?sort=-seq"))
    assert client.get(f"/stages/{entry.stage}/").status_code == 200


SUBJECTS = {
    "evaluation": {"panel-call-1", "panel-call-2"}, "portfolio": {"call-1", "call-2"}, "demand": {"survey-1"},
    "shares": {"2026-02-01", "2026-09-01"}, "eligibility": {"users-1", "users-2"}, "ranking": {"panel-users-1"},
    "allocation": {"round-1", "round-2"}, "provisioning": {"alpha-pool", "beta-pool"}, "metering": {"2026-04", "2026-05"},
    "burden": {"2026-04"}, "settlement": {"2026-04"}, "reclaim": {"round-1", "round-2"},
    "outcomes": {"2026-04", "2026-05"}, "new_shares": {"2026-02-01", "2026-09-01"},
}  # fmt: skip


@pytest.mark.parametrize("name", list(SUBJECTS))
@pytest.mark.usefixtures("on_the_day")
def test_any_subject_can_be_chosen_by_its_name(name):
    page = text(visitor(CASES[name].filer).get(f"/acts/file_{name}/"))
    offered = dict(re.findall(r'<option value="([^"]+)"[^>]*>([^<]*)</option>', page))
    assert set(offered) == SUBJECTS[name]
    if name in {"outcomes", "metering"}:
        assert offered["2026-04"] == "2026년 4월"


@pytest.mark.usefixtures("on_the_day")
@pytest.mark.parametrize("subject", ["2026-13", "soon", "2026-H3", "2030-01", "2019"])
def test_outcomes_are_of_a_period_of_the_calendar_with_leases(subject):
    client, path = visitor("agency-1"), f"/acts/file_outcomes/?subject={subject}"
    page = client.get(path)
    assert "기간" in re.search(r'<p class="note warn">(.*?)</p>', text(page))[1]
    check = client.post(path, {**inputs(page), "subject": subject, "do": "check"})
    done = client.post(path, {**inputs(check), "subject": subject, "do": "confirm"})
    assert done.status_code == 422
    assert "기간" in problems(text(done))


def test_many_subjects_are_searched_by_a_word(on_the_day):
    day = dt.date(2027, 1, 1)
    for n in range(70):
        from_on = (day + dt.timedelta(days=n)).isoformat()
        on_the_day.act("set_policy_priority", "2026-06-19", by="ministry-1", from_on=from_on, priority={"industry": "1"})
    client = visitor("agency-1")
    page = client.get("/acts/file_shares/")
    assert '<option value="2027' not in text(page), "they are too many for a list"
    assert 'value="search:subject"' in text(page)
    found = text(client.post("/acts/file_shares/", {**inputs(page), "subject": "3월", "do": "search:subject"}))
    offered = set(re.findall(r'<option value="([^"]+)"', found))
    assert offered == {(day + dt.timedelta(days=n)).isoformat() for n in range(59, 70)}


def test_what_is_taken_out_is_shown_with_its_parts(on_the_day, monkeypatch):
    """A whole item that goes is one edit, told by its titles, with names for ids and amounts in words."""
    monkeypatch.setattr(timezone, "now", lambda: moment("2026-07-06"))
    second_call(on_the_day)
    facts = on_the_day.facts("portfolio", "call-2", "2026-07-06")
    gone = facts["proposals"].pop()
    client, path = visitor("agency-1"), "/acts/file_portfolio/?subject=call-2"
    page = opened(client, path)
    check = client.post(path, {**inputs(page), "facts": json.dumps(facts), "do": "check"})
    row = next(each for each in re.findall(r"<tr>.*?</tr>", text(check), re.DOTALL) if "200,000,000원" in each)
    assert f"{gone['provider']} 기관" in row
    assert "(없음)" in row
