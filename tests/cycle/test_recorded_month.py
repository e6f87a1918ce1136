"""Are the first month's records whole, within their leases, and the same in any order of the leases?"""

import datetime as dt
from itertools import pairwise
from pathlib import Path

import pytest

from dure.cycle.playing.recorded_month import daily_use, month_of_use, reclaim_papers, recorded_usage
from dure.formats.canonical import plain
from dure.formats.errors import BadInput
from dure.formats.reading import read_json
from dure.formats.stages.metering import MeteredLease, MeteredServer

FOLDER = Path(__file__).parents[2] / "programmes" / "kr_2025" / "facts"
WEEKEND = ["saturday", "sunday"]
PROFILE = {**read_json(FOLDER / "usage_profile.json"), "rest_days": WEEKEND}
PAPERS = read_json(FOLDER / "reclaim.json")
SEOUL = dt.timezone(dt.timedelta(hours=9))
FIRST = dt.datetime(2026, 3, 2, tzinfo=SEOUL)
POOLS = {"kakao-b200": ("kakao", "B200", 255), "naver-h200": ("naver-cloud", "H200", 287)}
SIZES = (1, 2, 8, 4, 16, 3)


@pytest.fixture(scope="module")
def servers():
    return [
        MeteredServer(id=f"{pool}/a/{n:03d}", pool=pool, provider=provider, gpu_model=model, gpus=8, in_service_from=FIRST)
        for pool, (provider, model, count) in POOLS.items()
        for n in range(1, count + 1)
    ]


@pytest.fixture(scope="module")
def leases(servers):
    made = []
    for pool in POOLS:
        left = [server.id for server in servers if server.pool == pool]
        while left:
            number = len(made)
            size, starts = SIZES[number % len(SIZES)], FIRST + dt.timedelta(weeks=number % 11 // 9)
            made.append(
                MeteredLease(
                    id=f"grant-{number:03d}", organisation=f"o{number}", sector="industry", servers=tuple(left[:size]),
                    from_at=starts, to_at=starts + dt.timedelta(weeks=26),
                )
            )  # fmt: skip
            left = left[size:]
    return made


@pytest.fixture(scope="module")
def month(leases, servers):
    return recorded_usage(leases=leases, servers=servers, profile=PROFILE)


def test_order_of_leases_and_servers_changes_nothing(leases, servers, month):
    assert recorded_usage(leases=leases[::-1], servers=servers[::-1], profile=PROFILE) == month


def test_jobs_lie_within_their_leases_and_hold_no_more_than_they_have(leases, month):
    held = {lease.id: lease for lease in leases}
    assert 2_000 < len(month.jobs) < 20_000
    for job in month.jobs:
        lease = held[job.lease]
        assert set(job.servers) <= set(lease.servers)
        assert max(lease.from_at, month.from_at) <= job.from_at < job.to_at <= min(lease.to_at, month.to_at)
        assert 0 < job.gpus <= 8 * len(job.servers)


def test_no_server_runs_two_jobs_at_once_nor_under_maintenance_nor_in_a_gap(month):
    closed = {interval.server: [] for interval in (*month.maintenance, *month.gaps)}
    for interval in (*month.maintenance, *month.gaps):
        closed[interval.server].append((interval.from_at, interval.to_at))
    spans = {}
    for job in set(month.jobs):
        for server in job.servers:
            spans.setdefault(server, []).append((job.from_at, job.to_at))
    for server, busy in spans.items():
        assert all(first[1] <= second[0] for first, second in pairwise(sorted(busy)))
        for since, until in closed.get(server, ()):
            assert all(end <= since or start >= until for start, end in busy)


def test_telemetry_covers_every_leased_second_but_the_gaps(leases, month):
    hours = sum((t.to_at - t.from_at for t in month.telemetry if "own" not in t.server), dt.timedelta())
    held = sum((len(one.servers) * (min(one.to_at, month.to_at) - one.from_at) for one in leases), dt.timedelta())
    lost = sum((gap.to_at - gap.from_at for gap in month.gaps), dt.timedelta())
    assert lost > dt.timedelta()
    assert hours == held - lost


def test_the_month_has_the_cases_that_its_profile_promises(leases, servers, month):
    assert len(month.idle) == PROFILE["idle"]["leases"]
    assert len(month.off_purpose) == PROFILE["off_purpose"]["leases"]
    assert len(month.jobs) - len(set(month.jobs)) == PROFILE["records_sent_twice"]
    assert len(month.own_servers) == 143
    use = {each.id: each for each in daily_use(leases=leases, servers=servers, month=month)}
    for name in month.idle:
        assert sum(float(day.utilisation or 0) for day in use[name].days) / len(use[name].days) < 0.05
    everyday = [day for lease in use.values() for day in lease.days]
    assert all(day.utilisation is None or 0 <= float(day.utilisation) <= 1 for day in everyday)
    assert 0.5 < sum(float(day.utilisation or 0) for day in everyday) / len(everyday) < 0.9


def test_papers_are_filed_on_the_leases_that_were_drawn(month):
    off_purpose, notices, appeals = reclaim_papers(month, PAPERS)
    assert [paper.lease for paper in off_purpose] == list(month.off_purpose)
    assert [notice.lease for notice in notices] == list(month.idle[:3])
    assert [appeal.lease for appeal in appeals] == [month.idle[2]]


def test_nothing_leased_leaves_only_the_providers_own_use(servers):
    month = recorded_usage(leases=[], servers=servers, profile=PROFILE)
    assert not month.jobs
    assert not month.idle
    assert {interval.server for interval in month.own_use} == {server.id for server in month.own_servers}
    assert reclaim_papers(month, PAPERS) == ((), (), ())


def given(leases, servers, **changed):
    profile = {key: each for key, each in PROFILE.items() if key != "rest_days"}
    return {
        "leases": plain(leases), "servers": plain(servers), "profile": profile, "papers": PAPERS, "rest_days": WEEKEND, **changed
    }  # fmt: skip


def test_a_script_gets_the_month_as_commands_take_it(leases, servers, month):
    made = month_of_use(given(leases, servers))
    assert made["records"]["jobs"] == [plain(each) for each in month.jobs]
    assert {each["grant"] for each in made["days"]} == {lease.id for lease in leases}
    assert [(each["lease"], each["share"]) for each in made["off_purpose"]] == [(month.off_purpose[0], "0.4")]
    assert [each["lease"] for each in made["appeals"]] == [month.idle[2]]


def test_no_job_of_a_pattern_of_working_days_begins_on_a_day_of_rest(leases, servers):
    working = [pattern for pattern in PROFILE["patterns"] if pattern["weekdays_only"]]
    profile = {key: each for key, each in PROFILE.items() if key not in {"rest_days", "patterns"}} | {"patterns": working}
    profile["maintenance"] = {"servers": 0, "hours": [3, 12]}  # what it stops goes on when it ends, on whatever day
    for rest in (WEEKEND, ["friday"]):
        made = month_of_use(given(leases, servers, profile=profile, rest_days=rest))
        jobs = [job for job in made["records"]["jobs"] if not job["segment"]]
        idle = {job["lease"] for job in jobs if job["id"].endswith(".1")} - {
            job["lease"] for job in jobs if job["id"].endswith(".2")
        }
        begun = {f"{dt.datetime.fromisoformat(job['from']):%A}".lower() for job in jobs if job["lease"] not in idle}
        assert len(begun) == 7 - len(rest)
        assert not begun & set(rest)


def test_a_profile_that_is_no_profile_is_refused_with_its_place(leases, servers):
    with pytest.raises(BadInput) as refused:
        month_of_use(given(leases, servers, profile={**PROFILE, "rest_days": 1, "patterns": []}))
    assert "profile" in refused.value.where
