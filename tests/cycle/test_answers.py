"""An answer to a decision is carried out whole, or refused with a code: whatever the facts name, and whatever came meanwhile."""

import copy
import random

import pytest
from django.db import transaction

from codes import CODES
from dure.cycle.gainers import JUDGED
from dure.cycle.handoffs import BY_NAME
from dure.cycle.naming import NAMED
from dure.formats.errors import BadInput
from dure.formats.stages.allocation import SECTOR_REASONS
from dure.records.allocation.models import RoundReason
from dure.records.journal.models import Entry, Signature
from dure.records.parties.models import Organisation
from dure.records.procurement.models import Award
from dure.records.settlement.models import Invoice, InvoiceLine
from filled import fingerprint
from inputs import BEFORE, SUBJECTS
from world import MONTH, finish_second_call, grant

DAY, LATER = "2026-06-20", "2026-06-21"
PATHS = [(name, path) for name, each in BY_NAME.items() for path in NAMED.get(each.decision, ())]
CHANGES = 12  # changed places of the facts of each decision


@pytest.fixture
def undone(shared_world):
    """The filled world; whatever a test does in it is undone."""
    with transaction.atomic():
        yield shared_world
        transaction.set_rollback(True)


def filer(name):
    return "operator-1" if name == "provisioning" else "agency-1"


def approver(name):
    return "agency-2" if name in {"provisioning", "metering"} else "ministry-1"


def subject_of(world, name):
    """What a decision of that kind can be about, with all that its facts ask for."""
    if name in BEFORE:
        BEFORE[name]["before"](world)
    return SUBJECTS[name] or world.book.programme


def facts_of(world, name):
    subject = subject_of(world, name)
    return subject, world.facts(name, subject, DAY, by=filer(name))


def try_to(do):
    """Do it in a savepoint: its result, or the code of the refusal, which is one of the list and leaves nothing."""
    before = fingerprint()
    try:
        with transaction.atomic():
            return do()
    except BadInput as refusal:
        assert refusal.code in CODES, f"{refusal.code}: {refusal}"
        assert fingerprint() == before, "something was half written"
        return refusal.code


def file_and_approve(world, name, subject, facts=None):
    """The code of a refusal by either act, or the word approved."""
    seq = try_to(lambda: world.file(name, subject, DAY, by=filer(name), facts=facts))
    if isinstance(seq, str):
        return seq
    done = try_to(lambda: world.approve(seq, LATER, by=approver(name)))
    return done if isinstance(done, str) else "approved"


def change(value, path, to):
    """The same with the first place of that path changed; nothing where there is none."""
    here, *rest = path
    if here == "*":
        if not isinstance(value, list) or not value:
            return False
        if not rest:
            value[0] = to
            return True
        return any(change(each, rest, to) for each in value)
    if not isinstance(value, dict) or here not in value:
        return False
    if rest:
        return change(value[here], rest, to)
    value[here] = to
    return True


@pytest.mark.parametrize(("name", "path"), PATHS)
def test_facts_that_name_what_no_record_holds_are_refused(undone, name, path):
    subject, facts = facts_of(undone, name)
    if not change(facts, path.split("."), "nobody-knows-it"):
        assert (name, path) in EMPTY, "the world has nothing there"
        return
    assert file_and_approve(undone, name, subject, facts) in {"unknown_id", "bad_facts"}


EMPTY = {("reclaim", "waiting.*.application"), ("provisioning", "grants.*.id"), ("provisioning", "grants.*.servers.*")}


@pytest.mark.parametrize("name", list(BY_NAME))
def test_what_is_filed_twice_is_approved_twice_or_refused(undone, name):
    subject = subject_of(undone, name)
    first, second = (undone.file(name, subject, DAY, by=filer(name)) for _ in range(2))
    done = [try_to(lambda seq=seq: undone.approve(seq, LATER, by=approver(name))) for seq in (first, second)]
    assert done[0] == {"entry": first, "approved": True, "signatures_missing": 0} or done[0] in ALREADY.get(name, ())
    assert done[1] == {"entry": second, "approved": True, "signatures_missing": 0} or done[1] in ALREADY.get(name, ())


ALREADY = {
    "portfolio": {"beyond_budget", "refused_by_records"},
    "shares": {"refused_by_records"},
    "new_shares": {"refused_by_records"},
    "reclaim": {"refused_by_records"},
    "allocation": {"granted_already"},
}


def places(value, path=()):
    """Every place of plain values, with the value there."""
    if isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield (*path, key), each
            yield from places(each, (*path, key))


def spoilt(value):
    """Other values for a place: of other kinds, empty, enormous, hostile."""
    hostile = ["", "x", "2026-06-20", "9999-12-31", "0001-01-01T00:00:00+00:00", "-1", "1/0", "가\u202e", "a\x00b", "ten#x"]
    return [None, True, -1, 0, 10**9, 10**30, 0.5, [], {}, [value, value], {"a": value}, *hostile]


@pytest.mark.parametrize("name", list(BY_NAME))
def test_spoilt_facts_are_filed_and_approved_or_refused_with_a_code(undone, name):
    subject, facts = facts_of(undone, name)
    draw = random.Random(name)
    listed = list(places(facts))
    for path, value in draw.sample(listed, min(CHANGES, len(listed))):
        edited = copy.deepcopy(facts)
        spot = edited
        for key in path[:-1]:
            spot = spot[key]
        spot[path[-1]] = draw.choice(spoilt(value))
        with transaction.atomic():
            file_and_approve(undone, name, subject, edited)
            transaction.set_rollback(True)


@pytest.mark.parametrize("name", list(BY_NAME))
def test_a_subject_that_there_is_not_is_refused(undone, name):
    for subject in ("nobody-knows-it", "2026-13", "0000-01", "9999-12", "가"):
        done = file_and_approve(undone, name, subject)
        assert done in CODES or (name, done) == ("outcomes", "approved")
    _, facts = facts_of(undone, name)
    done = file_and_approve(undone, name, "nobody-knows-it", facts)
    assert done in CODES or (name, done) == ("outcomes", "approved")


# What came meanwhile


def on_other_servers(world):
    """A supplementary plan for those who wait, who would now take the other model's servers."""
    facts = world.facts("allocation", "round-1", DAY)
    for each in facts["applications"]:
        each.update(models={"H200": "1"}, latest_week=12, earliest_week=12)
    return facts


def test_a_server_that_was_leased_meanwhile_is_not_leased_again(undone):
    facts = on_other_servers(undone)
    mine = [{**facts, "applications": [each]} for each in facts["applications"]]
    first, second = (undone.file("allocation", "round-1", DAY, facts=each) for each in mine)
    undone.approve(first, LATER)
    assert try_to(lambda: undone.approve(second, LATER)) == "leased_already"


def test_an_application_that_was_granted_meanwhile_is_not_granted_again(undone):
    facts = on_other_servers(undone)
    first, second = (undone.file("allocation", "round-1", DAY, facts=facts) for _ in range(2))
    undone.approve(first, LATER)
    assert try_to(lambda: undone.approve(second, LATER)) == "granted_already"


def test_money_that_was_awarded_meanwhile_is_not_awarded_again(undone):
    finish_second_call(undone, award=False)
    facts = undone.facts("portfolio", "call-2", DAY)
    undone.decide("portfolio", "call-2", "2026-07-10")
    for each in facts["proposals"]:
        for place, lot in enumerate(each["lots"]):
            lot["id"] = f"another-{place}"
            lot["steps"][0]["price_amount"] = 400_000_000
    facts["budget_amount"] = 1_000_000_000
    seq = undone.file("portfolio", "call-2", DAY, facts=facts)
    assert try_to(lambda: undone.approve(seq, LATER)) in {"beyond_budget", "unknown_id"}


def test_a_plan_that_leaves_a_sector_below_its_floor_is_approved_with_the_reasons_of_its_applications(undone):
    subject, facts = facts_of(undone, "allocation")
    nobody = {"id": "nobody-applies", "share": "0.5", "floor": "0.4", "ceiling": "1"}
    sectors = [
        {**each, "share": "0.5" if place == 0 else "0", "floor": "0", "ceiling": "1"}
        for place, each in enumerate(facts["sectors"])
    ]
    seq = undone.file("allocation", subject, DAY, facts={**facts, "sectors": [*sectors, nobody]})
    reasons = Entry.objects.get(pk=seq).recommendation_value()["reasons"]
    assert ("nobody-applies", "share_below_floor") in {(each["item"], each["code"]) for each in reasons}
    undone.approve(seq, LATER)
    of_applications = sorted((each["item"], each["code"]) for each in reasons if each["code"] not in SECTOR_REASONS)
    assert sorted(RoundReason.objects.filter(plan__entry=seq).values_list("application", "code")) == of_applications


def test_a_month_is_not_billed_twice_by_facts_that_forget_what_was_billed(undone):
    facts = undone.facts("settlement", MONTH, DAY)
    assert facts["previous"]
    seq = undone.file("settlement", MONTH, DAY, facts={**facts, "previous": []})
    assert try_to(lambda: undone.approve(seq, LATER)) == "refused_by_records"


def test_a_correction_reverses_the_line_and_bills_the_right_one(undone):
    facts = undone.facts("settlement", MONTH, DAY)
    firm = next(each for each in facts["usage"] if each["lease"] == grant("a-firm"))
    firm["gpu_hours"] = "8"
    before = sum(InvoiceLine.objects.filter(grant=grant("a-firm")).values_list("list_amount", flat=True))
    undone.decide("settlement", MONTH, DAY, facts=facts)
    lines = InvoiceLine.objects.filter(grant=grant("a-firm"))
    assert sorted(lines.values_list("list_amount", flat=True)) == sorted([-before, before, 48_000])
    assert [each.list_amount for each in lines.filter(counts=True)] == [48_000]
    assert undone.facts("settlement", MONTH, LATER)["previous"]


# Who never answers


def seat_too(world, desk, organisation):
    """The ministry's second person acts for that organisation as well."""
    world.seat_too("ministry-2", desk, organisation, DAY)


GAINING = {
    "portfolio": ("provider", "alpha"),
    "settlement": ("provider", "beta"),
    "allocation": ("applicant", "college"),
    "reclaim": ("applicant", "college"),
    "evaluation": ("provider", "beta"),
    "eligibility": ("applicant", "shop"),  # which is refused: it gains where a rival is
    "ranking": ("applicant", "maker"),
    "buildout": ("provider", "beta"),
    "provisioning": ("applicant", "lab"),
    "metering": ("applicant", "firm"),
    "burden": ("applicant", "firm"),
}


def test_every_decision_that_judges_somebody_is_tried():
    assert {BY_NAME[name].decision for name in GAINING} == set(JUDGED)


@pytest.mark.parametrize("name", list(GAINING))
def test_who_gains_by_a_decision_does_not_answer_it(undone, name):
    desk, organisation = GAINING[name]
    at = "2026-05-21" if name in {"reclaim", "provisioning"} else LATER
    other, concerned = ("agency-2", "agency-1") if approver(name) == "agency-2" else ("ministry-1", "ministry-2")
    seq = gainful(undone, name)
    undone.seat_too(concerned, desk, organisation, "2026-05-19")
    assert try_to(lambda: undone.approve(seq, at, by=concerned)) == "beneficiary"
    note = {"entry": seq, "note": "아니오"}
    assert try_to(lambda: undone.do("refuse_decision", note, by=concerned, at=at)) == "beneficiary"
    assert undone.approve(seq, at, by=other)["approved"]


def test_whoever_is_of_the_same_group_does_not_answer_either(undone):
    """The owner of a gaining organisation, and another of the same owner; not somebody of another group."""
    Organisation.objects.filter(pk__in=["beta", "shop"]).update(group="keeper")
    Organisation.objects.filter(pk="maker").update(group="elsewhere")
    seq = undone.file("settlement", MONTH, DAY)
    for organisation, said in (("keeper", "beneficiary"), ("shop", "beneficiary"), ("maker", "done")):
        seat_too(undone, "applicant", organisation)
        assert try_to(lambda: undone.approve(seq, LATER, by="ministry-2") and "done") == said, organisation
        undone.act("end_role", DAY, person="ministry-2", desk="applicant", organisation=organisation)


def test_results_are_not_verified_by_the_group_that_reported_them(undone):
    Organisation.objects.filter(pk__in=["lab", "shop"]).update(group="owner-of-both")
    undone.seat_too("agency-2", "applicant", "shop", DAY)
    given = {"achievements": ["a-lab-paper-2"]}
    assert try_to(lambda: undone.do("verify_achievements", given, by="agency-2", at=DAY)) == "beneficiary"


def gainful(world, name):
    """A decision by which that organisation gains; the facts do not say so where they can be edited."""
    if name == "portfolio":
        finish_second_call(world, award=False)
        facts = world.facts("portfolio", "call-2", DAY)
        for each in facts["proposals"]:
            each["provider"] = "beta"
        return world.file("portfolio", "call-2", DAY, facts=facts)
    if name == "allocation":
        facts = on_other_servers(world)
        for each in facts["applications"]:
            each["organisation"] = "shop"
        return world.file("allocation", "round-1", DAY, facts=facts)
    if name == "reclaim":
        facts = world.facts("reclaim", "round-1", "2026-05-20", by="operator-1")
        lease = next(each for each in facts["leases"] if each["id"] == grant("a-institute"))
        lease["days"] = [{"day": f"2026-05-{n:02d}", "utilisation": "0", "busy_servers": 0} for n in range(1, 20)]
        return world.file("reclaim", "round-1", "2026-05-20", by="operator-1", facts=facts)
    if name == "provisioning":
        return world.file("provisioning", "alpha-pool", "2026-05-20", by="operator-1")
    return world.file(name, SUBJECTS[name] or world.book.programme, DAY, by="operator-1" if name == "metering" else filer(name))


def test_a_large_amount_is_signed_by_two(undone):
    rule = undone.book.rules["approvals/two_signatures_from"]
    two = rule._replace(values=tuple(each._replace(value={"settlement": 1, "portfolio": 1}) for each in rule.values))
    book, undone.book = undone.book, undone.book._replace(rules={**undone.book.rules, rule.name: two})
    try:
        finish_second_call(undone, award=False)
        seq = undone.file("portfolio", "call-2", DAY)
        awards, invoices = Award.objects.count(), Invoice.objects.count()
        assert undone.approve(seq, LATER) == {"entry": seq, "approved": False, "signatures_missing": 1}
        assert (Award.objects.count(), Invoice.objects.count()) == (awards, invoices)
        assert try_to(lambda: undone.approve(seq, LATER)) == "four_eyes"
        assert try_to(lambda: undone.approve(seq, LATER, by="agency-1")) == "four_eyes"
        assert undone.approve(seq, LATER, by="agency-2")["approved"]
        assert Award.objects.count() > awards
        assert [each.who.username for each in Signature.objects.filter(entry=seq)] == ["ministry-1"]
    finally:
        undone.book = book
