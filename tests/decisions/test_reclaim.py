"""Nobody loses servers without data, notice, answer and appeal; the first who fits gets them."""

import datetime as dt
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.checks.reclaim import faults
from dure.cycle.deciding import check, decide
from dure.decisions.reclaim import recommend
from dure.formats.canonical import plain
from dure.formats.errors import BadInput
from dure.formats.kinds import Reason, decimal_text
from dure.formats.stages.reclaim import (
    Appeal,
    DayUse,
    LeaseUse,
    Notice,
    OffPurpose,
    ReclaimFacts,
    ReclaimRules,
    Waiting,
)
from shuffling import shuffled

TODAY = dt.date(2026, 6, 1)
RULES = ReclaimRules(utilisation_floor="0.30", floor_days=10, answer_days=5, minimum_data_days=7)


def ago(days):
    return TODAY - dt.timedelta(days=days)


def lease(name="a", *, servers=4, use="0.10", busy=1, days=10, began=100, left=70, **rest):
    rows = tuple(DayUse(day=ago(number), utilisation=use, busy_servers=busy) for number in range(1, days + 1))
    fields = {"organisation": "누리스타트업", "gpu_model": "B200", "from_on": ago(began), "to_on": ago(-left), **rest}
    return LeaseUse(id=name, servers=servers, **{"days": rows, **fields})


def waiting(name, place, *, servers=2, minimum=1, weeks=8, models=("B200",)):
    return Waiting(application=name, place=place, gpu_models=models, servers=servers, minimum_servers=minimum, weeks=weeks)


def facts(*leases, **lists):
    return ReclaimFacts(stage="reclaim", version=1, as_of=TODAY, leases=leases, **lists)


def decided(given_facts, rules=RULES):
    """The recommendation, after the checker has found nothing wrong with it."""
    made = recommend(given_facts, rules)
    assert faults(given_facts, rules, made) == []
    return made


def first(given_facts):
    one = decided(given_facts).proposals[0]
    return one.action, one.because, one.servers


past = st.integers(-3, 30).map(ago)


@st.composite
def situations(draw):
    """Up to three leases with any history, and a waiting list."""
    names = ("a", "b", "c")[: draw(st.integers(1, 3))]
    leases = []
    for name in names:
        servers = draw(st.integers(1, 6))
        days, idle = draw(st.sampled_from([4, 11, 14])), draw(st.booleans())
        uses = st.sampled_from(["0", "0.1", "0.29"] if idle else [None, "0", "0.1", "0.3", "0.9"])
        counts = st.integers(0, max(0, servers - idle)) if idle else st.none() | st.integers(0, servers)
        rows = [DayUse(day=ago(number), utilisation=draw(uses), busy_servers=draw(counts)) for number in range(-1, days)]
        began, left = draw(st.sampled_from([-1, 5, 10, 40, 100])), draw(st.integers(2, 60))
        made = lease(name, servers=servers, began=began, left=left)
        model = draw(st.sampled_from(["B200", "H200"]))
        leases.append(msgspec.structs.replace(made, gpu_model=model, days=tuple(rows)))
    holder = st.sampled_from(names)
    grounds = st.sampled_from([None, "below_floor", "off_purpose"])
    notices, appeals = [], []
    for _ in range(draw(st.integers(0, 4))):
        sent = draw(past)
        answered = draw(st.none() | st.integers(0, 8).map(lambda days, sent=sent: sent + dt.timedelta(days=days)))
        accepted = draw(st.sampled_from([None, True, False])) if answered else None
        row = Notice(lease=draw(holder), sent_on=sent, because=draw(grounds), answered_on=answered, answer_accepted=accepted)
        notices.append(row)
    for _ in range(draw(st.integers(0, 2))):
        opened = draw(past)
        closed = draw(st.none() | st.integers(0, 8).map(lambda days, opened=opened: opened + dt.timedelta(days=days)))
        holds = draw(holder)
        named = [each.sent_on for each in notices if each.lease == holds]
        about = draw(st.sampled_from([None, *named]))
        upheld = closed is not None and draw(st.booleans())
        appeals.append(Appeal(lease=holds, opened_on=opened, closed_on=closed, upheld=upheld, notice_sent_on=about))
    misused = draw(st.lists(st.tuples(holder, past), max_size=1))
    places = draw(st.permutations(range(1, 5)))
    queue = [
        waiting(
            f"w{place}",
            place,
            servers=draw(st.integers(2, 5)),
            minimum=draw(st.integers(1, 2)),
            weeks=draw(st.integers(1, 9)),
            models=tuple(draw(st.lists(st.sampled_from(["B200", "H200"]), min_size=1, max_size=2, unique=True))),
        )
        for place in places
    ]
    return facts(
        *leases,
        notices=tuple(notices),
        appeals=tuple(appeals),
        off_purpose=tuple(OffPurpose(lease=name, confirmed_on=day, evidence="상업적 재판매") for name, day in misused),
        waiting=tuple(queue),
    )


@settings(max_examples=80)
@given(situations(), st.integers(0, 9))
def test_every_safeguard_holds_in_any_situation_and_in_any_order(situation, seed):
    made = decided(situation)
    mixed = msgspec.convert(shuffled(plain(situation), seed=seed), ReclaimFacts)
    assert recommend(mixed, RULES) == made
    leases = {one.id: one for one in situation.leases}
    for one in made.proposals:
        if one.action != "reclaim":
            continue
        mine = leases[one.lease]
        known = [day for day in mine.days if day.utilisation is not None and ago(10) <= day.day < TODAY]
        assert any(row.lease == one.lease and row.sent_on < ago(5) for row in situation.notices)
        opened = [row for row in situation.appeals if row.lease == one.lease and row.opened_on <= TODAY]
        assert all(row.closed_on and row.closed_on <= TODAY for row in opened)
        if one.because == "below_floor":
            assert len(known) >= 7
            assert Fraction(sum(Fraction(day.utilisation) for day in known), len(known)) < Fraction("0.3")
            assert all(one.servers + (day.busy_servers or 0) <= mine.servers for day in known)
        else:
            assert one.servers == mine.servers
    freed = {one.lease: one.servers for one in made.proposals if one.action == "reclaim"}
    for name in leases:
        assert sum(row.servers for row in made.regrants if row.lease == name) <= freed.get(name, 0)


@settings(max_examples=40)
@given(situations())
def test_who_stands_first_is_never_passed_over(situation):
    """The oracle: replay the list; nobody unserved could have used what those behind were given."""
    made = decided(situation)
    served = {row.application: row for row in made.regrants}
    leases = {one.id: one for one in situation.leases}
    for one in situation.waiting:
        behind = [
            served[other.application] for other in situation.waiting if other.place > one.place and other.application in served
        ]
        for name in {row.lease for row in behind if one.application not in served}:
            taken = sum(row.servers for row in behind if row.lease == name)
            fits = leases[name].gpu_model in one.gpu_models and taken >= one.minimum_servers
            assert not fits or (leases[name].to_on - TODAY).days < 7


@settings(max_examples=30)
@given(st.integers(0, 100), st.integers(0, 100))
def test_more_use_never_makes_a_lease_lose_more(percent, more):
    notice = Notice(lease="a", sent_on=ago(6))

    def lost(value):
        use = decimal_text(Fraction(value, 100), 2)
        made = decided(facts(lease(use=use), notices=(notice,)))
        return made.proposals[0].servers

    assert lost(max(percent, more)) <= lost(min(percent, more))


def test_notice_then_answer_then_reclaim():
    assert first(facts(lease())) == ("notice", "below_floor", 3)
    for days, action in ((0, "wait_for_answer"), (5, "wait_for_answer"), (6, "reclaim"), (15, "reclaim"), (16, "notice")):
        assert first(facts(lease(), notices=(Notice(lease="a", sent_on=ago(days)),))) == (action, "below_floor", 3)


def test_an_answer_in_time_waits_for_its_judgement():
    def after(**answer):
        return first(facts(lease(), notices=(Notice(lease="a", sent_on=ago(8), **answer),)))

    assert after(answered_on=ago(4)) == ("wait_for_answer", "below_floor", 3)
    assert after(answered_on=ago(4), answer_accepted=False) == ("reclaim", "below_floor", 3)
    assert after(answered_on=ago(4), answer_accepted=True) == ("none", "answer_accepted", 0)
    assert after(answered_on=ago(2)) == ("reclaim", "below_floor", 3)
    assert after(answered_on=ago(-1)) == ("reclaim", "below_floor", 3)


def test_an_accepted_answer_settles_the_past_and_not_the_future():
    answered = Notice(lease="a", sent_on=ago(20), answered_on=ago(11), answer_accepted=True)
    assert first(facts(lease(), notices=(answered,))) == ("notice", "below_floor", 3)


def test_an_appeal_stops_everything_and_stops_the_clock():
    sent = Notice(lease="a", sent_on=ago(30))
    appeal = {"lease": "a", "opened_on": ago(29)}
    assert first(facts(lease(), notices=(sent,), appeals=(Appeal(**appeal),))) == ("wait_for_appeal", "below_floor", 3)
    closed = Appeal(**appeal, closed_on=ago(3))
    assert first(facts(lease(), notices=(sent,), appeals=(closed,))) == ("reclaim", "below_floor", 3)
    upheld = msgspec.structs.replace(closed, upheld=True)
    assert first(facts(lease(), notices=(sent,), appeals=(upheld,))) == ("none", "appeal_upheld", 0)


def test_an_appeal_settles_the_notice_that_it_names_and_no_other():
    """A notice sent on the day of the ruling stands; where no notice is named, every one until then is settled."""
    sent = tuple(Notice(lease="a", sent_on=ago(days)) for days in (20, 10))
    upheld = Appeal(lease="a", opened_on=ago(12), closed_on=ago(10), upheld=True)
    assert first(facts(lease(), notices=sent, appeals=(upheld,))) == ("notice", "below_floor", 3)
    named = msgspec.structs.replace(upheld, notice_sent_on=ago(20))
    assert first(facts(lease(), notices=sent, appeals=(named,))) == ("reclaim", "below_floor", 3)
    assert first(facts(lease(), notices=sent[:1], appeals=(named,))) == ("notice", "below_floor", 3)
    second = msgspec.structs.replace(upheld, notice_sent_on=ago(10))
    assert first(facts(lease(), notices=sent, appeals=(second,))) == ("notice", "below_floor", 3)


def test_an_appeal_stops_the_clock_of_its_own_notice_alone():
    sent = tuple(
        Notice(lease="a", sent_on=ago(days), because=ground) for days, ground in ((30, "below_floor"), (29, "off_purpose"))
    )
    closed = Appeal(lease="a", opened_on=ago(28), closed_on=ago(3))
    for about, action in ((None, "reclaim"), (ago(30), "reclaim"), (ago(29), "notice")):
        appeal = msgspec.structs.replace(closed, notice_sent_on=about)
        assert first(facts(lease(), notices=sent, appeals=(appeal,))) == (action, "below_floor", 3)


def test_missing_data_is_not_idleness():
    assert first(facts(lease(days=6))) == ("none", "not_enough_data", 0)
    assert first(facts(lease(use=None))) == ("none", "not_enough_data", 0)
    assert first(facts(lease(began=9))) == ("none", "not_enough_data", 0)
    assert first(facts(lease(use="0.3"))) == ("none", "enough_use", 0)
    assert first(facts(lease(busy=None))) == ("none", "no_idle_part", 0)
    assert first(facts(lease(busy=None, use="0"))) == ("notice", "below_floor", 4)
    assert first(facts(lease(busy=4))) == ("none", "no_idle_part", 0)


def test_off_purpose_use_takes_the_whole_lease_after_its_own_notice():
    misused = (OffPurpose(lease="a", confirmed_on=ago(9), evidence="암호화폐 채굴"),)
    busy = lease(use="0.95", busy=4)
    assert first(facts(busy, off_purpose=misused)) == ("notice", "off_purpose", 4)
    old = Notice(lease="a", sent_on=ago(10))
    assert first(facts(busy, off_purpose=misused, notices=(old,))) == ("notice", "off_purpose", 4)
    other = Notice(lease="a", sent_on=ago(8), because="below_floor")
    assert first(facts(busy, off_purpose=misused, notices=(other,))) == ("notice", "off_purpose", 4)
    own = Notice(lease="a", sent_on=ago(8), because="off_purpose")
    assert first(facts(busy, off_purpose=misused, notices=(own,))) == ("reclaim", "off_purpose", 4)


def test_notices_of_two_grounds_stand_side_by_side():
    """A second ground gets its own notice and its own time; an answer to the one settles nothing of the other."""
    misused = {"off_purpose": (OffPurpose(lease="a", confirmed_on=ago(9), evidence="암호화폐 채굴"),)}
    idle = Notice(lease="a", sent_on=ago(8), because="below_floor")
    assert first(facts(lease(), notices=(idle,))) == ("reclaim", "below_floor", 3)
    assert first(facts(lease(), notices=(idle,), **misused)) == ("notice", "off_purpose", 4), "though idle ones could go"
    other = Notice(lease="a", sent_on=ago(3), because="off_purpose")
    assert first(facts(lease(), notices=(idle, other), **misused)) == ("wait_for_answer", "off_purpose", 4)
    answered = {"answered_on": ago(2), "answer_accepted": True}
    heard = msgspec.structs.replace(other, **answered)
    assert first(facts(lease(), notices=(idle, heard), **misused)) == ("reclaim", "below_floor", 3), "the first still stands"
    excused = msgspec.structs.replace(idle, **answered)
    due = msgspec.structs.replace(other, sent_on=ago(7))
    assert first(facts(lease(), notices=(excused, due), **misused)) == ("reclaim", "off_purpose", 4)
    assert first(facts(lease(), notices=(excused,), **misused)) == ("notice", "off_purpose", 4)


def test_servers_go_to_the_first_who_fits():
    queue = (
        waiting("wrong model", 1, models=("H200",)),
        waiting("too large", 2, servers=9, minimum=6),
        waiting("fits", 3, servers=4, minimum=2),
        waiting("comes late", 4),
    )
    made = decided(facts(lease(servers=6, busy=1), notices=(Notice(lease="a", sent_on=ago(6)),), waiting=queue))
    assert [(row.application, row.servers) for row in made.regrants] == [("fits", 4), ("comes late", 1)]
    assert {reason.item: reason.code for reason in made.reasons} == {
        "a": "below_floor",
        "wrong model": "no_server_of_its_models_free",
        "too large": "minimum_above_what_is_free",
        "comes late": "fewer_servers_free",
    }


def test_a_regrant_ends_where_the_lease_would_have_ended():
    notice = (Notice(lease="a", sent_on=ago(6)),)
    made = decided(facts(lease(left=20), notices=notice, waiting=(waiting("w", 1, weeks=8),)))
    assert (made.regrants[0].weeks, made.reasons[1].code) == (2, "fewer_weeks_left")
    made = decided(facts(lease(left=6), notices=notice, waiting=(waiting("w", 1),)))
    assert (made.regrants, made.reasons[1].code) == ((), "no_week_left")


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: facts(lease(), lease()), "comes twice"),
        (lambda: facts(lease(left=-200)), "ends before"),
        (lambda: facts(lease(busy=9)), "servers were busy"),
        (lambda: facts(lease(), notices=(Notice(lease="b", sent_on=TODAY),)), "not defined"),
        (lambda: facts(lease(), notices=(Notice(lease="a", sent_on=TODAY, answer_accepted=True),)), "without an answer"),
        (lambda: facts(lease(), appeals=(Appeal(lease="a", opened_on=TODAY, closed_on=ago(1)),)), "before it was opened"),
        (lambda: facts(lease(), appeals=(Appeal(lease="a", opened_on=TODAY, notice_sent_on=TODAY),)), "not defined"),
        (lambda: facts(waiting=(waiting("x", 1), waiting("y", 1))), "comes twice"),
        (lambda: facts(waiting=(waiting("x", 1, minimum=3),)), "cannot be more"),
    ],
)
def test_nonsense_is_refused(build, words):
    with pytest.raises(BadInput, match=words):
        recommend(build(), RULES)


def test_rules_that_contradict_each_other_are_refused():
    with pytest.raises(BadInput, match="cannot be found"):
        recommend(facts(), msgspec.structs.replace(RULES, minimum_data_days=11))


def proposed(made, **fields):
    rows = [msgspec.structs.replace(made.proposals[0], **fields), *made.proposals[1:]]
    return msgspec.structs.replace(made, proposals=tuple(rows))


@pytest.mark.parametrize(
    ("situation", "tamper", "code"),
    [
        ({}, lambda m: proposed(m, action="reclaim"), "reclaim_without_notice"),
        (
            {"notices": (Notice(lease="a", sent_on=ago(2)),)},
            lambda m: proposed(m, action="reclaim"),
            "reclaim_before_time_to_answer",
        ),
        ({"appeals": (Appeal(lease="a", opened_on=ago(2)),)}, lambda m: proposed(m, action="reclaim"), "reclaim_during_appeal"),
        ({}, lambda m: proposed(m, action="reclaim", servers=4), "reclaim_of_more_than_is_idle"),
        ({}, lambda m: proposed(m, servers=4), "wrong_servers"),
        ({}, lambda m: proposed(m, utilisation="0.01"), "wrong_utilisation"),
        ({}, lambda m: proposed(m, answer_by=TODAY), "wrong_answer_by"),
        ({}, lambda m: proposed(m, because="off_purpose"), "wrong_because"),
        ({}, lambda m: proposed(m, days_with_data=3), "wrong_days_with_data"),
        ({}, lambda m: msgspec.structs.replace(m, proposals=()), "wrong_leases"),
        ({}, lambda m: msgspec.structs.replace(m, reasons=()), "wrong_reasons"),
        ({}, lambda m: msgspec.structs.replace(m, reasons=(*m.reasons, Reason(item="x", code="y"))), "wrong_reasons"),
        ({"notices": (Notice(lease="a", sent_on=ago(6)),)}, lambda m: msgspec.structs.replace(m, regrants=()), "wrong_regrant"),
        (
            {"notices": (Notice(lease="a", sent_on=ago(6)),)},
            lambda m: msgspec.structs.replace(m, regrants=(msgspec.structs.replace(m.regrants[0], application="w2"),)),
            "wrong_regrant",
        ),
    ],
)
def test_checker_finds_tampering(situation, tamper, code):
    given_facts = facts(lease(), waiting=(waiting("w1", 1), waiting("w2", 2)), **situation)
    made = decided(given_facts)
    assert code in {fault.code for fault in faults(given_facts, RULES, tamper(made))}


def test_example_survives_the_journey_through_json(example, book):
    raw = example("reclaim")
    made = plain(decide("reclaim", raw, book=book).recommendation)
    assert check("reclaim", raw, made, book=book) == []
    assert {one["action"] for one in made["proposals"]} == {"notice", "reclaim", "wait_for_appeal", "none"}
    assert made["regrants"]
