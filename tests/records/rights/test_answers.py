"""Who may answer, as database and outside verifier tell it: the same as the command does, for every decision that was filed."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from dure.cycle.approvals import AMOUNTS
from dure.cycle.evidence.exporting import export
from dure.cycle.gainers import JUDGED, gainers
from dure.cycle.handoffs import HANDOFFS
from dure.cycle.people.authorities import authorities
from dure.evidence.archive import Archive
from dure.evidence.history import gainers as verifier
from dure.evidence.history import people
from dure.evidence.history.people import Seats
from dure.evidence.holding import Held
from dure.evidence.records import register
from dure.evidence.trust import Trust
from dure.formats.errors import BadInput
from dure.records.journal import actions as journal
from dure.records.journal.models import Entry
from dure.records.parties import queries as parties
from dure.records.parties.models import Organisation, Person
from world import MONTH, moment

DAY, LATER = "2026-06-20", "2026-06-21"


def asked(statement, *given):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {statement}", given)
        return cursor.fetchone()[0]


@pytest.fixture
def undone(shared_world):
    """The filled world; whatever a test does in it is undone."""
    with transaction.atomic():
        yield shared_world
        transaction.set_rollback(True)


def limited(decision, amount):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO journal_authority (act, decision, from_at, desks, two_from) "
            "VALUES ('answers', %s, '2026-01-01', '{ministry,agency}', %s)",
            [decision, amount],
        )


@pytest.mark.parametrize("decision", sorted({each.decision for each in HANDOFFS}))
def test_sql_finds_the_amount_and_who_gains_as_the_command_does(undone, decision):
    if decision == "reclaim":
        undone.file("reclaim", "round-1", "2026-05-20", by="operator-1")
    entries = list(Entry.objects.filter(decision=decision, kind="recommendation"))
    assert entries
    for entry in entries:
        found = gainers(entry)
        assert set(asked("journal_gainers(%s, journal_plan(%s))", decision, entry.pk)) == found
        assert bool(found) == (decision in JUDGED), entry
        amount = asked("journal_amount(%s, journal_plan(%s))", decision, entry.pk)
        assert amount == (AMOUNTS[decision](entry) if decision in AMOUNTS else None)


def test_the_outside_verifier_finds_the_same(undone, tmp_path):
    undone.file("reclaim", "round-1", "2026-05-20", by="operator-1")
    held = exported(undone, tmp_path)
    owners, seen = verifier.Owners(held), set()
    for entry in Entry.objects.filter(kind="recommendation"):
        assert verifier.gainers(held, owners, held.by_seq[entry.pk]) == gainers(entry), entry
        seen.add(entry.decision)
    assert seen >= set(JUDGED)


def test_the_outside_verifier_reads_two_organisations_as_one_from_their_merger_on(undone, tmp_path):
    undone.act("propose_merger", DAY, organisation="shop", into="maker", reason="같은 사업자등록번호")
    undone.act("confirm_merger", LATER, by="agency-2", organisation="shop")
    held = exported(undone, tmp_path)
    seats = Seats(held)
    assert [seats.group("shop", moment(day).isoformat()) for day in (DAY, LATER)] == ["shop", "maker"]
    assert list(register.mergers(held)) == []
    next(each for each in held.table("organisations") if each["id"] == "lab")["merged_into"] = "maker"
    assert [each.code for each in register.mergers(held)] == ["row_without_origin"]


@pytest.mark.parametrize(("item", "owner"), [("call-1-beta", "beta"), ("a-lab", "lab")])
def test_the_outside_verifier_sees_who_judged_their_own(undone, tmp_path, item, owner):
    held = exported(undone, tmp_path)
    assert list(people.judging(held)) == []
    kept = next(each for each in held.table("roles") if each["person"] == "agency-1")
    held.table("roles").append({**kept, "organisation": owner, "desk": "applicant"})
    sheets = [each for each in held.table("acts") if each.get("command") == "submit_score_sheet"]
    own = [f"act {each['act']}" for each in sheets if each["person"] == "agency-1" and each["given"]["item"] == item]
    assert own
    assert [(each.code, each.where) for each in people.judging(held)] == [("beneficiary", where) for where in own]


def test_the_outside_verifier_sees_who_answered_or_signed_what_judges_their_own(undone, tmp_path):
    """Also where they lost, and whatever the decision was."""
    held = exported(undone, tmp_path)
    assert list(people.disinterested(held)) == []
    answer = next(each for each in held.entries if each["kind"] == "approval" and each["decision"] == "eligibility")
    held.table("signatures").append({"entry": answer["refers_to"], "who": "agency-2", "at": answer["at"]})
    kept = next(each for each in held.table("roles") if each["person"] == "agency-1")
    for person in (answer["who"], "agency-2"):
        held.table("roles").append({**kept, "person": person, "organisation": "shop", "desk": "applicant"})
    found = {each.where for each in people.disinterested(held) if each.code == "beneficiary"}
    assert {f"journal entry {answer['seq']}", f"signatures, entry {answer['refers_to']}"} <= found


def test_the_outside_verifier_sees_an_official_whom_one_person_seated_at_an_organisation(undone, tmp_path):
    undone.seat_too("agency-2", "applicant", "shop", DAY)
    held = exported(undone, tmp_path)
    assert list(people.roles(held)) == []
    own = next(each for each in held.table("roles") if (each["person"], each["organisation"]) == ("agency-2", "shop"))
    own["confirmed_by"] = None
    assert [(each.code, each.where) for each in people.roles(held)] == [("one_pair_of_eyes", "roles, agency-2 at applicant")]


def exported(world, folder):
    """The world's evidence as an outsider holds it, whole."""
    with (folder / "evidence.zip").open("wb") as file:
        export(file, book=world.book, at=moment("2026-09-01"), whole=True)
    return Held(Archive(folder / "evidence.zip"), Trust())


@pytest.mark.usefixtures("undone")
def test_sql_finds_for_whom_a_person_acts_as_the_command_does():
    Organisation.objects.filter(pk__in=["beta", "shop"]).update(group="keeper")
    Organisation.objects.filter(pk="maker").update(group="lab")
    Organisation.objects.filter(pk="college").update(joined=["firm"])
    Organisation.objects.filter(pk="firm").update(merged_into="college", merged_at=moment(DAY))
    people = list(Person.objects.all())
    for person in people:
        found = set(asked("journal_acts_for(%s, now())", person.pk))
        assert found == (parties.acting_as_one(person.organisation_ids) if person.organisation_ids else set()), person
    assert any(len(asked("journal_acts_for(%s, now())", person.pk)) > 2 for person in people)


def test_the_rule_of_two_signatures_is_handed_to_the_database(undone):
    by_decision = {each.decision: each for each in authorities(undone.book) if each.act == "answers"}
    rule = undone.book.rules["approvals/two_signatures_from"].values[-1].value
    assert {decision: each.two_from for decision, each in by_decision.items() if each.two_from is not None} == rule


def test_a_limit_that_is_raised_or_lifted_holds_from_its_day(undone):
    rule = undone.book.rules["approvals/two_signatures_from"]
    first = rule.values[0]
    later = first._replace(since=first.since.replace(year=first.since.year + 1), value={"budget": 7})
    book = undone.book._replace(rules={**undone.book.rules, rule.name: rule._replace(values=(first, later))})
    of = {(each.decision, each.from_at.year): each for each in authorities(book) if each.act == "answers"}
    assert of["settlement", first.since.year].two_from == first.value["settlement"]
    assert of["settlement", later.since.year].two_from is None
    assert of["budget", later.since.year].two_from == 7
    assert of["budget", first.since.year].desks == of["budget", later.since.year].desks


def test_what_the_command_lets_pass_the_database_refuses_until_two_have_signed(undone):
    seq = undone.file("settlement", MONTH, DAY)
    limited("settlement", 0)
    with transaction.atomic(), pytest.raises(BadInput, match="needs the signatures of two people") as refusal:
        undone.approve(seq, LATER)
    assert refusal.value.code == "refused_by_records"
    with transaction.atomic():
        journal.sign(entry=Entry.objects.get(pk=seq), who=Person.objects.get(username="agency-2"), at=moment(LATER))
    assert undone.approve(seq, LATER)["approved"]


def test_below_the_limit_one_is_enough_and_a_refusal_is_always_one_persons(undone):
    seq = undone.file("settlement", MONTH, DAY)
    amount = asked("journal_amount('settlement', journal_plan(%s))", seq)
    limited("settlement", int(amount) + 1)
    assert undone.approve(seq, LATER)["approved"]
    again = undone.file("settlement", MONTH, LATER)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE journal_authority SET two_from = 0 WHERE decision = 'settlement'")
    assert undone.do("refuse_decision", {"entry": again, "note": "아니오"}, by="ministry-1", at=LATER).result


def test_the_last_signature_of_two_at_once_is_the_approval(world):
    """Both act in transactions of their own; whoever comes second finds the other's signature, and carries it out."""
    limited("settlement", 0)
    rule = world.book.rules["approvals/two_signatures_from"]
    two = rule._replace(values=tuple(each._replace(value={"settlement": 0}) for each in rule.values))
    world.book = world.book._replace(rules={**world.book.rules, rule.name: two})
    seq = world.file("settlement", MONTH, DAY)
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda by: alone(lambda: world.approve(seq, LATER, by=by)), ["ministry-1", "agency-2"]))
    assert sorted(each["approved"] for each in done) == [False, True]


def alone(do):
    """Do it on a connection of this thread's own, which is closed afterwards."""
    try:
        return do()
    finally:
        connection.close()
