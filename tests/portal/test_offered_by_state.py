"""Forms offer the rounds and grants on which the act is possible in their state, and say why where there is none."""

import datetime as dt
import html
import re
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

import factories as make
from dure.cycle.commands.readiness import ended_months
from dure.cycle.commands.registry import BY_NAME
from dure.cycle.handoffs import BY_NAME as BY_HANDOFF
from dure.formats.errors import BadInput
from dure.portal.subjects.acts.choices import choices
from dure.portal.subjects.acts.door import Partial, offered
from dure.portal.subjects.acts.in_states import KINDS
from dure.portal.subjects.acts.kinds import Words
from dure.records.allocation.models import AllocationRound, Grant, Lease, WaitingPlace
from dure.records.evidence.models import SigningKey
from dure.records.journal.models import Act
from dure.records.operation.models import UsageRecord
from dure.records.parties.models import Person
from dure.records.registrations.models import Registration
from inputs import registration, waiting_registration
from world import NOW, SECTORS, grant, moment

AT = moment(NOW, 12)


@pytest.fixture(autouse=True)
def _now(world, monkeypatch):
    """The world comes first: it is filled by its own clock."""
    assert world
    monkeypatch.setattr(timezone, "now", lambda: AT)


def values(struct, field, by="agency-1"):
    """What the form offers to that person; nothing where it says why it is empty."""
    with override("en"):
        found = choices(offered(struct, field), Person.objects.get(username=by))
    assert bool(found.options) != bool(found.nothing)
    return {key for key, _called in found.options}


def grants(*applications):
    return {grant(each) for each in applications}


KNOWN = {"round": AllocationRound, "grant": Grant}
STATED = ["set_round_terms", "stop_solving", "answer_notice", "judge_answer", "close_appeal"]


@pytest.mark.parametrize("name", STATED)
def test_a_form_offers_what_the_table_of_commands_would_let_pass(world, name):
    """Of all rounds or grants those in the state that the command asks for, before and while a round is solved."""
    row = BY_NAME[name]
    field, known = next((field, known) for field, known in KNOWN.items() if field in row.command.__struct_fields__)

    def possible():
        context = world.context("agency-1", AT)
        keys = known.objects.values_list("pk", flat=True)
        return {key for key in keys if row.state.now(Partial({field: key}), context) in row.while_}

    assert values(row.command.__name__, field) == possible()
    world.begin_solving("round-1")
    assert values(row.command.__name__, field) == possible()


def test_a_round_is_offered_for_solving_until_it_is_being_solved(world):
    """The second round has no ranking; the first can be solved again for those who got nothing."""
    assert values("SolveRound", "round") == {"round-1"}
    world.begin_solving("round-1")
    assert values("SolveRound", "round") == set()
    assert values("StopSolving", "round") == {"round-1"}


@pytest.mark.parametrize("missing", ["pools", "sectors"])
def test_a_round_is_offered_for_solving_when_it_has_terms(world, missing):
    """Programmes that were installed before may hold one without."""
    terms = {"draw_seed": "seed", "pools": ["alpha-pool"], "sectors": list(SECTORS)}
    world.act("open_round", NOW, id="round-3", call="users-1", start_on="2026-08-03", weeks=8, **terms)
    assert values("SolveRound", "round") == {"round-1", "round-3"}
    AllocationRound.objects.filter(pk="round-3").update(**{missing: []})
    assert values("SolveRound", "round") == {"round-1"}


def test_reports_are_asked_of_rounds_that_granted_something(world):
    assert world
    assert values("AskForReports", "round") == {"round-1"}
    assert values("SetRoundTerms", "round") == {"round-2"}


def test_a_grant_is_returned_while_it_holds_servers(world):
    held = values("ReturnServers", "grant")
    assert grant("a-lab") in held
    assert values("ReturnServers", "grant", "lab-1") == grants("a-lab")
    server = values("ReturnServers", "servers.item", "lab-1")
    assert server == set(Lease.objects.filter(grant=grant("a-lab")).values_list("server", flat=True))
    world.act("return_servers", AT, by="lab-1", grant=grant("a-lab"))
    assert values("ReturnServers", "grant") == held - grants("a-lab")
    assert values("ReturnServers", "grant", "lab-1") == set()
    assert values("ReturnServers", "servers.item", "lab-1") == set()


def test_nothing_is_returned_after_the_last_week(world, monkeypatch):
    assert world
    end = max(each.during.upper for each in Lease.objects.all())
    monkeypatch.setattr(timezone, "now", lambda: end + dt.timedelta(minutes=1))
    assert values("ReturnServers", "grant") == set()


def test_notices_answers_and_appeals_each_offer_their_grants(world):
    assert values("AnswerNotice", "grant") == grants("a-institute")
    assert values("AnswerNotice", "grant", "lab-1") == set()
    assert values("JudgeAnswer", "grant") == grants("a-firm")
    assert values("CloseAppeal", "grant") == grants("a-firm")
    assert values("OpenAppeal", "grant") == grants("a-institute")
    world.act("answer_notice", AT, by="institute-1", grant=grant("a-institute"), answer="곧 씁니다.")
    assert values("AnswerNotice", "grant") == set()
    assert values("JudgeAnswer", "grant") == grants("a-firm", "a-institute")


def test_a_report_is_submitted_for_grants_that_owe_one(world):
    world.act("ask_for_reports", AT, round="round-1", due_on="2026-09-01")
    assert values("SubmitReport", "grant", "lab-1") == grants("a-lab")
    world.act("submit_report", AT, by="lab-1", grant=grant("a-lab"), due_on="2026-09-01", text="보고")
    assert grant("a-lab") not in values("SubmitReport", "grant")


def test_a_place_is_given_up_by_whoever_has_one(world):
    waiting = WaitingPlace.objects.filter(left_at=None)
    assert values("LeaveWaitingList", "round") == {"round-1"}
    assert values("LeaveWaitingList", "application") == set(waiting.values_list("application", flat=True))
    assert values("LeaveWaitingList", "application", "college-1") == {"a-college"}
    assert values("LeaveWaitingList", "application", "lab-1") == set()
    world.act("leave_waiting_list", AT, by="college-1", round="round-1", application="a-college")
    assert values("LeaveWaitingList", "round", "college-1") == set()


def page(by, address):
    client = Client()
    client.force_login(Person.objects.get(username=by))
    client.cookies["django_language"] = "en"
    answer = client.get(address)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def chosen_from(read, field):
    """The values that a field of the form lists; nothing where there is no list."""
    found = re.search(rf'<select id="f-{field}".*?</select>', read, re.DOTALL)
    return set(re.findall(r'value="([^"]+)"', found[0])) if found else None


def test_a_report_is_submitted_for_a_day_that_was_asked_for(world):
    a_lab = quote(grant("a-lab"), safe="")
    for day in ("2026-09-01", "2026-12-01"):
        world.act("ask_for_reports", AT, round="round-1", due_on=day)
    assert chosen_from(page("lab-1", "/acts/submit_report/"), "due_on") == {"2026-09-01", "2026-12-01"}
    subject = page("lab-1", f"/objects/grant/{grant('a-lab')}/")
    assert "1 September 2026" in subject
    assert f"/acts/submit_report/?grant={a_lab}" in subject
    world.act("submit_report", AT, by="lab-1", grant=grant("a-lab"), due_on="2026-09-01", text="보고")
    assert chosen_from(page("agency-1", f"/acts/submit_report/?grant={a_lab}"), "due_on") == {"2026-12-01"}
    assert chosen_from(page("agency-1", "/acts/submit_report/"), "due_on") >= {"2026-09-01", "2026-12-01"}, "others owe it"
    world.act("submit_report", AT, by="lab-1", grant=grant("a-lab"), due_on="2026-12-01", text="보고")
    assert "/acts/submit_report/" not in page("lab-1", f"/objects/grant/{grant('a-lab')}/")
    named = page("lab-1", f"/acts/submit_report/?grant={a_lab}")
    assert "This grant owes no report now." in named
    assert 'name="due_on"' not in named


def test_a_place_is_given_up_in_the_round_of_its_application(world):
    assert world
    assert chosen_from(page("college-1", "/acts/leave_waiting_list/?application=a-college"), "round") == {"round-1"}
    assert 'name="application"' not in page("lab-1", "/acts/leave_waiting_list/"), "nothing of theirs waits"


@pytest.mark.parametrize("kind", [kind for kind, known in KINDS.items() if not isinstance(known, Words)])
def test_where_there_is_nothing_to_choose_a_form_says_so(kind):
    """Somebody without a seat sees nothing of most kinds: a reason, and no empty box to guess an id in."""
    found = choices(kind, make.person())
    assert found.many or bool(found.options) != bool(found.nothing)


@pytest.mark.parametrize(
    ("name", "by", "closed", "open_"),
    [("submit_application", "lab-1", "users-1", "users-2"), ("submit_proposal", "alpha-1", "call-1", "call-2")],
)
def test_a_form_that_is_opened_for_a_closed_call_says_so_at_once(name, by, closed, open_):
    client = Client()
    client.force_login(Person.objects.get(username=by))
    client.cookies["django_language"] = "en"
    said = "nothing can be handed in to it any more"
    assert said in client.get(f"/acts/{name}/?call={closed}").content.decode()
    assert said not in client.get(f"/acts/{name}/?call={open_}").content.decode()


SECRET = "0123456789abcdef" * 4


def test_an_invitation_is_offered_until_it_is_accepted_or_withdrawn_and_to_those_who_sent_it(world):
    field = ("WithdrawInvitation", "invitation")
    assert values(*field) == set()
    until = (AT + dt.timedelta(days=7)).isoformat()
    invited = {"digest": SECRET, "name": {"ko": "새 사람"}, "desk": "applicant", "organisation": "lab", "expires_at": until}
    world.act("invite_person", AT, by="lab-1", **invited)
    assert values(*field) == values(*field, "lab-1") == {SECRET[:16]}
    assert values(*field, "firm-1") == set()
    assert "새 사람" in page("lab-1", "/acts/withdraw_invitation/")
    world.act("withdraw_invitation", AT, by="lab-1", invitation=SECRET[:16])
    assert values(*field, "lab-1") == set()


def test_a_renewed_log_in_is_confirmed_by_another_than_who_made_it(world):
    confirmed, withdrawn = ("ConfirmRenewal", "renewal"), ("WithdrawRenewal", "renewal")
    assert values(*confirmed) == set()
    world.act("renew_access", AT, by="agency-1", person="operator-1", digest=SECRET, reason="분실")
    assert values(*withdrawn) == {SECRET[:16]}
    assert values(*confirmed) == set(), "the person who made it"
    assert values(*confirmed, "agency-2") == {SECRET[:16]}
    world.act("confirm_renewal", AT, by="agency-2", renewal=SECRET[:16])
    assert values(*confirmed, "agency-2") == set()


def test_a_role_is_confirmed_by_another_than_who_gave_it_or_gets_it(world):
    field = ("ConfirmRole", "person")
    assert values(*field) == set()
    world.act("give_role", AT, by="agency-1", person="ministry-1", desk="operator")
    assert values(*field) == set(), "the person who gave it"
    assert values(*field, "ministry-1") == set(), "the person who gets it"
    assert values(*field, "agency-2") == {"ministry-1"}
    assert "operator" in page("agency-2", "/acts/confirm_role/").casefold()
    world.act("confirm_role", AT, by="agency-2", person="ministry-1", desk="operator")
    assert values(*field, "agency-2") == set()


def test_a_request_to_be_registered_is_offered_until_it_is_answered(world):
    assert world
    for struct in ("ConfirmRegistration", "RefuseRegistration"):
        assert values(struct, "registration") == set(Registration.objects.filter(decided_at=None).values_list("pk", flat=True))
    waiting_registration(world)
    before = {"9" * 16}
    assert before <= values("ConfirmRegistration", "registration") & values("RefuseRegistration", "registration")
    read = page("agency-1", "/acts/confirm_registration/")
    assert chosen_from(read, "registration") >= before
    assert re.search(r'<input[^>]*id="f-organisation"', read)
    assert 'value="search:organisation"' not in read, "its id is new, and is not looked for"
    world.act("refuse_registration", AT, registration="9" * 16, reason="다른 기관입니다.")
    assert not before & values("ConfirmRegistration", "registration")


def test_a_key_is_ended_by_its_person_or_the_agency(world):
    field = ("EndKey", "key")
    in_force = set(SigningKey.objects.filter(ended_at=None).values_list("pk", flat=True))
    assert values(*field) == in_force
    made = world.act("register_key", AT, by="operator-1", **registration("operator-1"))
    assert values(*field) == in_force | {made}
    assert values(*field, "operator-1") == {made}
    assert values(*field, "ministry-1") == set()


@pytest.mark.parametrize("name", ["burden", "settlement"])
def test_a_month_is_offered_for_charging_once_it_is_metered(world, name):
    """What the facts refuse as not metered is not offered; a month that was charged says so."""
    assert world
    offered_now = chosen_from(page("agency-1", f"/acts/file_{name}/"), "subject") or set()
    context = world.context("agency-1", AT)
    metered = {each for each in ended_months(AT) if _is_metered(BY_HANDOFF[name], each, context)}
    assert offered_now == metered
    assert metered < set(ended_months(AT)), "a month that is not metered is there, and left out"
    UsageRecord.objects.update(superseded_at=AT)
    assert "No month is metered yet" in page("agency-1", f"/acts/file_{name}/")


def _is_metered(handoff, month, context):
    try:
        handoff.facts(month, context)
    except BadInput as error:
        return error.code != "not_metered"
    return True


def test_the_check_tells_what_the_act_would_be_refused_for_and_writes_nothing(world):
    """A grant that is not there, a day that has not come, an id of another's: all pass the form itself."""
    assert world
    client = Client()
    client.force_login(Person.objects.get(username="lab-1"))
    client.cookies["django_language"] = "en"
    acts = Act.objects.count()
    given = {"id": "a-lab-model", "grant": grant("a-lab"), "kind": "model", "count": "1", "evidence": "주소"}
    for wrong in ({"grant": "nope/x"}, {"achieved_on": "2030-09-20"}, {"id": "another-1"}):
        answer = client.post("/acts/report_achievement/", {**given, **wrong, "do": "check"})
        assert answer.status_code in {409, 422}, wrong
        assert 'value="confirm"' not in answer.content.decode()
        assert "which is not now" not in answer.content.decode(), "by the act itself, and not by the clock of this test"
    assert Act.objects.count() == acts
