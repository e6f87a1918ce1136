"""Always-open intake: verdicts, guards, samples that know nothing of what is to come, and a year replayed."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from decisions.allocation_rounds import application, facts, pool, rules
from dure.decisions.allocation import recommend
from dure.decisions.allocation.intake.bid_price_control import AT_ONCE, Intake
from dure.decisions.allocation.intake.bid_prices import Bids, bids_for
from dure.decisions.allocation.intake.counts import window_minima
from dure.decisions.allocation.intake.forecast import Forecast, samples
from dure.decisions.allocation.intake.weekly import decide_week
from dure.decisions.allocation.intake.year import first_come, hindsight, same_day, weekly
from dure.decisions.allocation.model.problem import pose
from dure.formats.errors import BadInput
from dure.formats.intake import IntakeRules
from dure.formats.stages.allocation import Lease, Sector

MONDAY = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
TWO_SECTORS = (
    Sector(id="s", share="0.5", floor="0.3", ceiling="0.6"),
    Sector(id="t", share="0.5", floor="0.3", ceiling="0.6"),
)


def intake_rules(**changes):
    values = {"resolve_every_weeks": 1, "demand_samples": 2, "notice_weeks": 0, "idle_price": "1"}
    guards = {"small_request_gpu_weeks": 0, "small_request_price": "1"}
    return IntakeRules(**{**values, **guards, **changes})


def opened(weekly_price=0, *, share=None, in_force=None, given_facts=None, **changes):
    """An intake on three servers for six weeks, every server-week at that price in micro-points."""
    made = given_facts or facts([])
    bids = Bids({one.id: (weekly_price,) * made.weeks for one in made.pools}, share or {})
    return Intake(pose(made, in_force or rules()), bids, intake_rules(**{"notice_weeks": 520, **changes}))


def arriving(number, week, **changes):
    at = MONDAY + dt.timedelta(weeks=week, minutes=number)
    return application(0, **{"id": f"a{number}", "arrived_at": at, "earliest_week": week, "latest_week": week, **changes})


def test_a_round_without_applications_is_a_round():
    assert recommend(facts([]), rules()).grants == ()


# The desk


def test_accepts_what_is_worth_more_than_its_price_and_refuses_the_rest():
    intake = opened(700_000)
    taken = intake.decide(application(0, servers=2), now=0)
    assert (taken.verdict, taken.value, taken.price, taken.servers) == ("accept", 3200, 2_800_000, 2)
    assert intake.decide(application(1, score="60"), now=0).code == "price_above_value"


def test_nothing_left_within_the_window_is_refused_at_any_price():
    assert opened(0).decide(application(0, latest_week=1), now=2).code == "no_option_left"


def test_the_week_with_the_largest_surplus_is_taken_not_the_first():
    intake = opened(0)
    intake.set_bids(Bids({"p": (700_000, 700_000, 100_000, 100_000, 100_000, 100_000)}))
    taken = intake.decide(application(0, weeks=2, latest_week=3), now=0)
    assert (taken.start, taken.price) == (2, 200_000)


def test_a_later_start_waits_where_it_is_not_due_for_notice():
    intake = opened(0, notice_weeks=1)
    asked = application(0, earliest_week=3, latest_week=4)
    assert intake.decide(asked, now=0).code == "start_not_due"
    assert intake.decide(asked, now=2).verdict == "accept"


def test_waits_when_all_is_taken_and_says_how_long():
    intake = opened(0)
    first = application(0, servers=3, minimum_servers=3, weeks=4, latest_week=0)
    intake.accept(first, intake.decide(first, now=0))
    later = intake.decide(application(1, latest_week=0), now=0)
    assert (later.verdict, later.wait_weeks, later.code) == ("wait", 4, "nothing_free_now")


def test_reduced_size_is_never_below_the_minimum():
    intake = opened(0)
    first = application(0, servers=2, minimum_servers=2, weeks=6, latest_week=0)
    intake.accept(first, intake.decide(first, now=0))
    assert intake.decide(application(1, servers=3, minimum_servers=1), now=0).servers == 1
    assert intake.decide(application(2, servers=3, minimum_servers=2), now=0).verdict == "wait"


def test_one_pod_is_one_pod():
    intake = opened(0, given_facts=facts([], [pool(pods=(2, 2))]))
    asked = application(0, servers=3, minimum_servers=3, pod="required")
    assert intake.decide(asked, now=0).verdict == "wait"
    assert intake.decide(replace(asked, pod="preferred"), now=0).verdict == "accept"
    whole = Intake(intake.problem, by_pod=False)
    with pytest.raises(BadInput, match="counted as a whole"):
        whole.decide(asked, now=0)


def test_what_a_solved_round_granted_is_taken():
    rows = [application(n, servers=3, minimum_servers=3, weeks=3, latest_week=3) for n in range(2)]
    solved = recommend(facts(rows), rules())
    intake = Intake(pose(facts(rows), rules()), grants=solved.grants)
    assert not intake.counts.free.any()
    assert intake.decide(application(9), now=0).verdict == "wait"
    assert intake.objective == solved.objective


# Guards


def test_a_small_request_pays_half_where_the_rule_says_so():
    small = {"small_request_gpu_weeks": 16, "small_request_price": "0.5"}
    assert opened(1_000_000, **small).decide(application(0), now=0).verdict == "accept"
    assert opened(1_000_000, **small).decide(application(0, servers=2), now=0).verdict == "refuse"
    assert opened(1_000_000).decide(application(0), now=0).verdict == "refuse"


def test_an_organisation_gets_no_more_than_its_cap_over_all_its_applications():
    intake = opened(0, in_force=rules(largest_share="0.25"))  # of 144 GPU-weeks: 36, so two of 16
    served = 0
    for number in range(4):
        asked = application(number, organisation="o")
        admission = intake.decide(asked, now=0)
        if admission.verdict == "accept":
            intake.accept(asked, admission)
            served += 1
    assert served == 2
    assert intake.decide(application(9, organisation="other"), now=0).verdict == "accept"


def test_a_sector_above_its_ceiling_pays_the_published_penalty_and_one_below_its_floor_gains_it():
    lease = Lease(id="l", pool="p", servers=("p/p0/001", "p/p0/002"), from_week=0, to_week=6, sector="s", organisation="x")
    given_facts = facts([], leases=(lease,), sectors=TWO_SECTORS)
    intake = opened(0, given_facts=given_facts, in_force=rules(share_penalty=50))
    waiting = [application(n, sector="s", servers=2, weeks=6, latest_week=0) for n in range(3)]
    found = bids_for(intake.standing, waiting, [()], now=0)
    assert found.share["s"] < 0 or found.share["t"] > 0  # the solve sees who lies outside
    intake.set_bids(Bids(dict.fromkeys(found.prices, (0,) * 6), {"s": -50_000, "t": 50_000}))
    tax = (
        50 * 0.3 - 50 * 0.6
    )  # milli-points that every GPU-week pays: an application that keeps the shares as they are pays nothing
    above, below = (intake.decide(application(n, sector=name, latest_week=0), now=0) for n, name in enumerate("st"))
    assert above.price == 16 * (50 + tax) * 1000
    assert below.price == 16 * (-50 + tax) * 1000


# The weekly decision


def test_of_two_who_wait_the_better_is_served_though_it_came_later():
    intake = opened(0, notice_weeks=0)
    rows = [
        application(0, score="60", servers=3, minimum_servers=3, weeks=6),
        application(1, servers=3, minimum_servers=3, weeks=6),
    ]
    week = decide_week(intake, rows, now=0)
    assert [one.application.id for one in week.accepted] == ["a1"]
    assert [row.id for row in week.waiting] == ["a0"]
    assert decide_week(intake, week.waiting, now=3).refused == (rows[0],)


def test_what_would_lie_idle_goes_below_its_price_but_not_below_the_rule():
    row = application(0, score="80", latest_week=0)
    assert not decide_week(opened(1_000_000), [row], now=0).accepted
    assert decide_week(opened(1_000_000, idle_price="0.75"), [row], now=0).accepted
    assert not decide_week(opened(1_100_000, idle_price="0.75"), [row], now=0).accepted


def test_who_starts_later_than_the_notice_is_only_pencilled_in():
    intake = opened(0, notice_weeks=1)
    row = application(0, earliest_week=3, latest_week=3)
    assert not decide_week(intake, [row], now=0).accepted
    assert intake.counts.free.all()
    assert decide_week(intake, [row], now=2).accepted[0].admission.start == 3


# A year


def test_prices_keep_room_for_the_better_one_who_comes_later():
    rows = (
        arriving(0, 0, score="50", servers=3, minimum_servers=3, weeks=6),
        arriving(1, 2, score="99", servers=3, minimum_servers=3, weeks=4),
    )
    made = facts(rows)
    told = Forecast(rows, made.start_on, "seed")
    assert first_come(made, rules()).objective == 9000
    assert same_day(made, rules(), intake_rules(), told).objective == 11880
    assert weekly(made, rules(), intake_rules(), told).objective == hindsight(made, rules()).plan == 11880


def test_an_acceptance_is_the_same_whatever_comes_later():
    rows = [arriving(n, n % 5, servers=1 + n % 3, weeks=1 + n % 4, latest_week=5, score=f"{60 + 7 * n % 40}") for n in range(14)]
    told = Forecast(tuple(rows), dt.date(2026, 3, 2), "seed")
    short = weekly(facts([row for row in rows if row.arrived_at < MONDAY + dt.timedelta(weeks=2)]), rules(), intake_rules(), told)
    again = weekly(facts(rows), rules(), intake_rules(), told)
    assert again == weekly(facts(rows[::-1]), rules(), intake_rules(), told)
    assert again.objective >= short.objective


def test_samples_follow_what_has_arrived_and_nothing_else():
    earlier = tuple(arriving(n, n % 6, models={"H200": "1"} if n % 2 else {"B200": "1"}) for n in range(600))
    told = Forecast(earlier, dt.date(2026, 3, 2), "seed")
    asked = {"now": 2, "count": 1, "weeks": 6}
    due = [row for row in earlier if row.arrived_at < MONDAY + dt.timedelta(weeks=3)]
    (as_then,) = samples(told, due, **asked)
    assert (as_then,) == samples(told, due, **asked)
    (fewer,) = samples(told, due[::2], **asked)
    (other_mix,) = samples(told, [row for row in due if "B200" in row.models], **asked)
    assert 270 <= len(as_then) <= 330
    assert 135 <= len(fewer) <= 175
    assert sum("B200" in row.models for row in other_mix) > 0.8 * len(other_mix)
    assert {row.earliest_week for row in as_then} == {3, 4, 5}
    (unadapted,) = samples(told._replace(adapt=False), [], **asked)
    assert len(unadapted) == 300


# Counting instead of naming


@given(st.integers(1, 6), st.integers(1, 9), st.integers(0, 5), st.integers(0, 2**31))
def test_window_minima_agree_with_looking_at_every_week(rows, duration, first, seed):
    free = np.random.default_rng(seed).integers(0, 9, (rows, 6))
    starts = 6 - first
    found = window_minima(free, duration=duration, first=first, starts=starts)
    assert found.tolist() == [[free[r, first + s : first + s + duration].min() for s in range(starts)] for r in range(rows)]


ASKED = st.tuples(
    st.integers(1, 3), st.integers(1, 4), st.integers(0, 4), st.integers(0, 2), st.sampled_from(["any", "required"])
)


@settings(max_examples=60)
@given(st.lists(ASKED, max_size=12), st.lists(ASKED, max_size=4))
def test_promises_by_number_can_always_be_named_and_begun_ones_keep_their_names(asked, granted):
    solved_rows = [
        application(n, id=f"g{n}", servers=s, weeks=w, earliest_week=e, latest_week=e + k, pod=pod)
        for n, (s, w, e, k, pod) in enumerate(granted)
    ]
    made = facts(solved_rows, [pool(pods=(2, 2)), pool("q", "B200", (1, 3))])
    solved = recommend(made, rules()).grants
    intake = Intake(pose(made, rules()), grants=solved)
    busy = {(name, week) for g in solved for name in g.servers for week in range(g.from_week, min(6, g.to_week))}
    begun = {}
    for number, (size, weeks, lead, slack, pod) in enumerate(asked):
        now = number // 2
        row = application(now, id=f"r{number}", servers=size, weeks=weeks,
                          earliest_week=now + lead, latest_week=now + lead + slack, pod=pod)  # fmt: skip
        admission = intake.decide(row, now=now)
        if admission.verdict == "accept":
            intake.accept(row, admission)
        grants = intake.grants()
        cells = [(name, week) for g in grants for name in g.servers for week in range(g.from_week, min(6, g.to_week))]
        assert len(cells) == len(set(cells))
        assert not busy & set(cells)
        for grant in grants:
            assert begun.setdefault(grant.application, grant.servers) == grant.servers or grant.from_week > now
            if grant.from_week > now:
                begun.pop(grant.application)
            if row.pod == "required" and grant.application == row.id:
                assert len({name.split("/")[1] for name in grant.servers}) == 1


def test_at_once_asks_full_prices_and_tells_without_notice():
    assert (AT_ONCE.idle_price, AT_ONCE.small_request_gpu_weeks) == ("1", 0)
