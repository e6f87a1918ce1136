"""Provisioning twice is provisioning once; undoing it brings everything back; the checker plays every step."""

import datetime as dt

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.checks.provisioning import faults
from dure.cycle.deciding import check, decide
from dure.decisions.provisioning import applied, recommend, taken_back
from dure.decisions.provisioning.names import slurm_account
from dure.formats.canonical import plain
from dure.formats.errors import BadInput, Infeasible
from dure.formats.kinds import Reason
from dure.formats.stages.provisioning import Observed, ProvisionGrant, ProvisioningFacts, ProvisioningRules
from shuffling import shuffled

START = dt.datetime(2026, 4, 1, tzinfo=dt.timezone(dt.timedelta(hours=9)))
RULES = ProvisioningRules(
    name_prefix="dure_", qos_flags=("NoDecay", "DenyOnLimit"), lead_minutes=120, access_ends_within_minutes=15
)
PEOPLE = ("kim", "lee", "park", "Choi MJ")
GRANTS = ("과제-1", "과제-2", "AW-3", "가 나")
FOREIGN = (
    Observed(kind="account", name="root", attributes={"organization": "root"}),
    Observed(kind="account", name="dure_ops"),
    Observed(kind="association", name="dure_ops/kim", attributes={"account": "dure_ops"}),
    Observed(kind="qos", name="normal", attributes={"flags": []}),
    Observed(kind="reservation", name="dure_burn_in", attributes={"nodes": ["n1"]}),
)


def hour(count):
    return START + dt.timedelta(hours=count)


def grant(name, servers, start, end, **rest):
    fields = {"organisation": "가람대학교", "partition": "b200", "people": ("kim",), "gpus_per_server": 8, **rest}
    return ProvisionGrant(id=name, servers=tuple(servers), from_at=hour(start), to_at=hour(end), **fields)


def facts(*grants, as_of=0, observed=FOREIGN, **rest):
    base = {"stage": "provisioning", "version": 1, "cluster": "c1", "as_of": hour(as_of)}
    return ProvisioningFacts(**base, grants=grants, observed=tuple(observed), **rest)


def planned(given_facts, rules=RULES):
    """The recommendation, after the checker has played it."""
    made = recommend(given_facts, rules)
    assert faults(given_facts, rules, made) == []
    return made


def objects(observed):
    return {(thing.kind, thing.name): thing.attributes for thing in observed}


@st.composite
def plans(draw):
    """Grants that never hold one node twice: each node's day is cut once, and the halves handed out."""
    halves = [(node, half) for node in ("n1", "n2", "n3") for half in (0, 1)]
    holder = {half: draw(st.sampled_from([*GRANTS, None])) for half in halves}
    grants = []
    for name in GRANTS:
        half = draw(st.integers(0, 1))
        servers = sorted(node for node, part in halves if holder[node, part] == name and part == half)
        if servers:
            people = draw(st.lists(st.sampled_from(PEOPLE), unique=True, max_size=3))
            mode, hours = draw(st.sampled_from(["dedicated", "dedicated", "elastic"])), draw(st.sampled_from([None, 0, 500]))
            start, end = (0, 12) if half == 0 else (12, 24)
            grants.append(grant(name, servers, start, end, people=tuple(people), mode=mode, gpu_hours=hours))
    return tuple(grants)


@settings(max_examples=60)
@given(st.lists(plans(), min_size=1, max_size=4), st.lists(st.integers(-4, 26), min_size=4, max_size=4), st.integers(0, 9))
def test_each_plan_is_whole_idempotent_and_can_be_undone(rounds, moments, seed):
    """Grants change from round to round, at any moment; the cluster follows."""
    observed = FOREIGN
    for grants, moment in zip(rounds, sorted(moments), strict=False):
        now = facts(*grants, as_of=moment, observed=observed)
        made = planned(now)
        after = applied(observed, made.changes)
        assert objects(applied(after, taken_back(made.changes))) == objects(observed)
        assert [thing for thing in after if thing in FOREIGN] == sorted(FOREIGN, key=lambda thing: (thing.kind, thing.name))
        again = planned(facts(*grants, as_of=moment, observed=after))
        assert again.changes == ()
        mixed = msgspec.convert(shuffled(plain(now), seed=seed), ProvisioningFacts)
        assert objects(applied(observed, planned(mixed).changes)) == objects(after)
        assert recommend(mixed, RULES).reasons == made.reasons
        observed = after


def test_things_come_in_the_order_in_which_they_lean_and_go_in_reverse():
    one = grant("과제-1", ["n1"], 0, 24, people=("kim", "lee"))
    made = planned(facts(one))
    assert [change.kind for change in made.changes] == ["account", "qos", "association", "association", "reservation"]
    ended = planned(facts(one, as_of=24, observed=applied(FOREIGN, made.changes)))
    assert [(change.action, change.kind) for change in ended.changes] == [
        ("delete", kind) for kind in ("reservation", "association", "association", "qos", "account")
    ]
    assert objects(applied(applied(FOREIGN, made.changes), ended.changes)) == objects(FOREIGN)


def test_people_enter_at_the_start_and_leave_at_the_end():
    one = grant("과제-1", ["n1"], 10, 20)

    def inside(moment):
        return [change for change in planned(facts(one, as_of=moment)).changes if change.kind == "association"]

    assert planned(facts(one, as_of=7)).changes == ()
    assert [len(inside(moment)) for moment in (7, 8, 9, 10, 19, 20, 30)] == [0, 0, 0, 1, 1, 0, 0]
    ready = planned(facts(one, as_of=8))
    assert {change.kind for change in ready.changes} == {"account", "qos", "reservation"}
    later = planned(facts(one, as_of=10, observed=applied(FOREIGN, ready.changes)))
    assert [(change.action, change.kind) for change in later.changes] == [("create", "association")]


def test_a_reservation_made_late_begins_now_and_is_then_left_alone():
    one = grant("과제-1", ["n1"], 0, 20)
    first = planned(facts(one, as_of=5))
    assert first.changes[-1].set["start"] == "2026-03-31T20:00:00Z"
    assert planned(facts(one, as_of=9, observed=applied(FOREIGN, first.changes))).changes == ()


def test_servers_change_hands_without_being_reserved_twice():
    before = facts(grant("a", ["n1", "n2"], 0, 24), grant("b", ["n3", "n4"], 0, 24))
    observed = applied(FOREIGN, planned(before).changes)
    swapped = planned(facts(grant("a", ["n1", "n3"], 0, 24), grant("b", ["n2", "n4"], 0, 24), as_of=1, observed=observed))
    moves = [
        (change.action, change.name[:6], change.set.get("nodes")) for change in swapped.changes if change.kind == "reservation"
    ]
    assert moves == [
        ("modify", "dure_a", ["n1"]),
        ("modify", "dure_b", ["n4"]),
        ("modify", "dure_a", ["n1", "n3"]),
        ("modify", "dure_b", ["n2", "n4"]),
    ]
    crossed = planned(facts(grant("a", ["n3", "n4"], 0, 24), grant("b", ["n1", "n2"], 0, 24), as_of=1, observed=observed))
    actions = [change.action for change in crossed.changes if change.kind == "reservation"]
    assert actions == ["delete", "delete", "create", "create"]


def test_who_was_added_by_hand_is_taken_out_of_our_account():
    one = grant("과제-1", ["n1"], 0, 20)
    account = slurm_account("과제-1", "dure_")
    observed = (*applied(FOREIGN, planned(facts(one)).changes), Observed(kind="association", name=f"{account}/mallory"))
    made = planned(facts(one, as_of=1, observed=observed))
    assert [(change.action, change.name) for change in made.changes] == [("delete", f"{account}/mallory")]


def test_access_after_the_end_is_planned_away_at_once_and_reported_when_late():
    one = grant("과제-1", ["n1"], 0, 20)
    observed = applied(FOREIGN, planned(facts(one)).changes)
    in_time = msgspec.structs.replace(facts(one, observed=observed), as_of=hour(20) + dt.timedelta(minutes=15))
    late = msgspec.structs.replace(in_time, as_of=hour(20) + dt.timedelta(minutes=16))
    assert [len(planned(moment).changes) for moment in (in_time, late)] == [4, 4]
    assert planned(in_time).reasons == ()
    assert planned(late).reasons == (
        Reason(item="과제-1", code="access_ends_late", detail={"minutes": "16", "associations": "1"}),
    )


@settings(max_examples=30)
@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=40))
def test_names_are_safe_stable_and_never_meet(one, other):
    made = slurm_account(one, "dure_")
    assert made.isascii()
    assert made == made.lower()
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789_")
    assert len(made) <= 40
    assert (made == slurm_account(other, "dure_")) == (one == other)


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: facts(grant("a", ["n1"], 5, 5)), "ends before"),
        (lambda: facts(grant("a", [], 0, 5)), "no servers"),
        (lambda: facts(grant("a", ["pool/p/001"], 0, 5)), "node name"),
        (lambda: facts(grant("a", ["n1"], 0, 5, partition="b 200")), "partition"),
        (lambda: facts(grant("a", ["n1"], 0, 5), grant("a", ["n2"], 0, 5)), "comes twice"),
        (lambda: facts(grant("a", ["n1", "n2"], 0, 5), node_names={"n1": "x", "n2": "x"}), "comes twice"),
        (lambda: facts(observed=(*FOREIGN, FOREIGN[0])), "comes twice"),
        (lambda: facts(grant("a", ["n1"], 0.0000001, 5)), "a second"),
    ],
)
def test_nonsense_is_refused(build, words):
    with pytest.raises(BadInput, match=words):
        recommend(build(), RULES)


def test_a_server_granted_twice_stops_the_plan():
    with pytest.raises(Infeasible) as refusal:
        recommend(facts(grant("a", ["n1"], 0, 10), grant("b", ["n1"], 9, 20)), RULES)
    assert refusal.value.code == "server_granted_twice"


def test_a_prefix_that_marks_nothing_is_refused():
    with pytest.raises(BadInput, match="prefix"):
        recommend(facts(), msgspec.structs.replace(RULES, name_prefix="Dure-"))


def replaced(made, place, **fields):
    changes = list(made.changes)
    changes[place] = msgspec.structs.replace(changes[place], **fields)
    return msgspec.structs.replace(made, changes=tuple(changes))


def without(made, place):
    rest = [change for number, change in enumerate(made.changes) if number != place]
    return tuple(msgspec.structs.replace(change, order=number) for number, change in enumerate(rest, start=1))


def reordered(made):
    return tuple(msgspec.structs.replace(change, order=number) for number, change in enumerate(reversed(made.changes), start=1))


@pytest.mark.parametrize(
    ("tamper", "code"),
    [
        (lambda m: replaced(m, -1, set={**m.changes[-1].set, "nodes": ["b200-009"]}), "not_as_wanted"),
        (lambda m: replaced(m, -1, set={**m.changes[-1].set, "end": "2027-01-01T00:00:00Z"}), "not_as_wanted"),
        (lambda m: replaced(m, 0, undo={}), "wrong_undo"),
        (lambda m: replaced(m, 0, grant="someone else"), "wrong_grant"),
        (lambda m: replaced(m, 0, order=9), "wrong_order"),
        (lambda m: replaced(m, 0, name="dure_ops"), "foreign_touched"),
        (lambda m: replaced(m, 0, name="root", kind="account"), "foreign_touched"),
        (lambda m: replaced(m, 0, action="create"), "impossible_step"),
        (lambda m: msgspec.structs.replace(m, changes=without(m, 0)), "left_over"),
        (lambda m: msgspec.structs.replace(m, changes=m.changes[:-1]), "not_made"),
        (lambda m: msgspec.structs.replace(m, changes=reordered(m)), "leans_on_nothing"),
        (lambda m: msgspec.structs.replace(m, foreign=()), "wrong_foreign"),
        (lambda m: msgspec.structs.replace(m, unchanged=()), "wrong_unchanged"),
        (lambda m: msgspec.structs.replace(m, reasons=()), "wrong_reasons"),
    ],
)
def test_checker_finds_tampering(tamper, code, example):
    given_facts = msgspec.convert(example("provisioning"), ProvisioningFacts)
    made = planned(given_facts)
    assert code in {fault.code for fault in faults(given_facts, RULES, tamper(made))}


def test_checker_finds_a_server_reserved_twice_on_the_way():
    observed = applied(FOREIGN, planned(facts(grant("a", ["n1", "n2"], 0, 24))).changes)
    moved = facts(grant("a", ["n1"], 0, 24), grant("b", ["n2"], 0, 24), as_of=1, observed=observed)
    made = planned(moved)
    last_first = sorted(made.changes, key=lambda change: change.action == "modify")
    late = tuple(msgspec.structs.replace(change, order=place) for place, change in enumerate(last_first, start=1))
    found = faults(moved, RULES, msgspec.structs.replace(made, changes=late))
    assert [fault.code for fault in found] == ["reserved_twice"]


def test_example_survives_the_journey_through_json(example, book):
    raw = example("provisioning")
    made = plain(decide("provisioning", raw, book=book).recommendation)
    assert check("provisioning", raw, made, book=book) == []
    assert {change["action"] for change in made["changes"]} == {"create", "modify", "delete"}
