"""Metering against an oracle that looks at every second, its properties, its speed, and its checker."""

import datetime as dt
import itertools
import random
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.checks.metering import faults
from dure.cycle.deciding import check, decide
from dure.decisions.metering import recommend
from dure.decisions.metering.intervals import common, merged, seconds, seconds_between, without
from dure.formats.canonical import plain
from dure.formats.errors import BadInput
from dure.formats.kinds import Reason
from dure.formats.stages.metering import MeteringFacts, MeteringRules
from shuffling import shuffled

START = dt.datetime(2026, 4, 1, tzinfo=dt.timezone(dt.timedelta(hours=9)))
RULES = MeteringRules(difference_held="0.005", gpu_hour_decimals=4, busy_when_at_least="0.05")
SECONDS = 60


def at(second):
    return (START + dt.timedelta(seconds=second)).isoformat()


def span(start, end, **rest):
    return {"from": at(start), "to": at(end), **rest}


def server(name, *, gpus=8, provider="p", since=0, until=None):
    ends = {"in_service_to": at(until)} if until is not None else {}
    base = {"id": name, "pool": "pool", "provider": provider, "gpu_model": "b200", "gpus": gpus}
    return {**base, "in_service_from": at(since), **ends}


def lease(name, servers, start, end):
    return span(start, end, id=name, organisation=f"org {name}", sector="industry", servers=servers)


def job(name, holder, servers, gpus, *between, segment=0):
    return span(*between, id=name, segment=segment, source="slurm", lease=holder, servers=servers, gpus=gpus)


def raw(*, start=0, end=SECONDS, **lists):
    return {"stage": "metering", "version": 1, **span(start, end), "leases": [], "jobs": [], **lists}


def read(value):
    return msgspec.convert(value, MeteringFacts, strict=True)


def metered(value, rules=RULES):
    """The recommendation, after the checker has found nothing wrong with it."""
    facts = read(value)
    made = recommend(facts, rules)
    assert faults(facts, rules, made) == []
    return made


@st.composite
def periods(draw):
    """A minute of four servers with everything that may overlap."""
    edge = st.integers(-10, SECONDS + 10)
    length = st.integers(1, 40)
    names = ["s1", "s2", "s3", "s4"]
    pick = st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True)

    def intervals(most):
        made = []
        for _ in range(draw(st.integers(0, most))):
            start = draw(edge)
            made.append(span(start, start + draw(length), server=draw(st.sampled_from(names))))
        return made

    servers = [
        server("s1", since=-50),
        server("s2", gpus=4, since=draw(st.integers(-20, 30))),
        server("s3", provider="q", since=-50, until=draw(st.integers(-10, 70))),
        server("s4", provider="q", since=-50),
    ]
    cut = draw(st.integers(1, SECONDS - 1))
    leases = [lease("a", ["s1", "s2"], -5, cut), lease("b", ["s3"], 5, 200), lease("c", ["s1"], cut, 90)]
    jobs = []
    for number in range(draw(st.integers(0, 6))):
        start, where = draw(edge), draw(pick)
        holder = draw(st.sampled_from(["a", "a", "b", "b", "c", "unknown"]))
        jobs.append(job(f"j{number % 5}", holder, where, draw(st.integers(0, 4)), start, start + draw(st.integers(0, 40))))
    telemetry = []
    for name in names:
        at_second = draw(st.integers(-10, 10))
        for _ in range(draw(st.integers(0, 3))):
            stop = at_second + draw(st.integers(1, 30))
            busy, energy = draw(st.sampled_from(["0", "0.02", "0.5", "0.937", "1"])), draw(st.integers(0, 999))
            telemetry.append(span(at_second, stop, server=name, busy=busy, energy_wh=energy))
            at_second = stop + draw(st.integers(-2, 10))
    contracts = [{"provider": "p", "share": draw(st.sampled_from(["0", "0.2", "0.5"]))}]
    return raw(
        servers=servers,
        leases=leases,
        jobs=jobs,
        maintenance=intervals(2),
        own_use=intervals(2),
        gaps=intervals(1),
        telemetry=telemetry,
        own_use_contracts=contracts,
    )


def lies_in(row, second):
    moment = START + dt.timedelta(seconds=second)
    return row.from_at <= moment < row.to_at


def state_at(facts, one, second):
    """The oracle: which state, and whose lease, at that second."""
    moment = START + dt.timedelta(seconds=second)
    if not (one.in_service_from <= moment and (one.in_service_to is None or moment < one.in_service_to)):
        return "", ""
    for name in ("own_use", "maintenance"):
        if any(row.server == one.id and lies_in(row, second) for row in getattr(facts, name)):
            return name, ""
    holder = next((row.id for row in facts.leases if one.id in row.servers and lies_in(row, second)), "")
    return ("leased", holder) if holder else ("idle", "")


@settings(max_examples=60)
@given(periods(), st.integers(0, 9))
def test_second_by_second_oracle_agrees(value, seed):
    made = metered(value)
    facts = read(value)
    states = {one.id: [state_at(facts, one, second) for second in range(SECONDS)] for one in facts.servers}
    gpus = {one.id: one.gpus for one in facts.servers}
    for row in made.states:
        for name in ("leased", "idle", "maintenance", "own_use"):
            assert getattr(row, name) == sum(state == name for state, _ in states[row.server])
        assert row.in_service == row.leased + row.idle + row.maintenance + row.own_use
    gap = {
        (one, second)
        for one in states
        for second in range(SECONDS)
        if any(row.server == one and lies_in(row, second) for row in facts.gaps)
    }
    twice = {name for name in {j.id for j in facts.jobs} if len({j for j in facts.jobs if j.id == name}) > 1}
    for line in made.usage:
        held = [(one, second) for one in states for second in range(SECONDS) if states[one][second] == ("leased", line.lease)]
        assert line.held_gpu_seconds == sum(gpus[one] for one, _ in held)
        measured = set(held) - gap
        used = 0
        for one in {j for j in facts.jobs if j.id not in twice and j.lease == line.lease}:
            if one.gpus <= sum(gpus[name] for name in one.servers):
                used += one.gpus * sum(
                    lies_in(one, second) and all((name, second) in measured for name in one.servers) for second in range(SECONDS)
                )
        assert line.used_gpu_seconds == used
    assert sum(line.held_gpu_seconds for line in made.usage) == sum(row.leased * gpus[row.server] for row in made.states)
    mixed = recommend(read(shuffled(value, seed=seed)), RULES)
    assert mixed == made


@settings(max_examples=40)
@given(periods(), st.integers(1, SECONDS - 1))
def test_cutting_the_period_in_two_gives_the_same_totals(value, cut):
    whole = metered(value)
    halves = [metered({**value, **span(0, cut)}), metered({**value, **span(cut, SECONDS)})]

    def total(lists, key, fields):
        sums = {}
        for row in itertools.chain(*lists):
            for field in fields:
                if value := getattr(row, field):
                    sums[getattr(row, key), field] = sums.get((getattr(row, key), field), 0) + value
        return sums

    columns = ("held_gpu_seconds", "gap_gpu_seconds", "used_gpu_seconds", "energy_wh")
    assert total([whole.usage], "lease", columns) == total([half.usage for half in halves], "lease", columns)
    columns = ("in_service", "leased", "idle", "maintenance", "own_use")
    assert total([whole.states], "server", columns) == total([half.states for half in halves], "server", columns)
    columns = ("own_gpu_seconds", "in_service_gpu_seconds")
    used = {row.provider for half in halves for row in half.own_use} | {row.provider for row in whole.own_use}
    both = total([[row for row in half.own_use if row.provider in used] for half in halves], "provider", columns)
    assert total([whole.own_use], "provider", ("own_gpu_seconds",)) == {
        k: v for k, v in both.items() if k[1] == "own_gpu_seconds"
    }
    for row in whole.own_use:
        parts = [part.most_at_once for half in halves for part in half.own_use if part.provider == row.provider]
        assert Fraction(row.most_at_once) == max(map(Fraction, parts), default=0)


def test_own_use_carried_forward_is_that_of_the_whole_period():
    rows = {"servers": [server("s1", since=-9), server("s2", since=20)], "own_use": [span(10, 45, server="s2")]}
    contract = {"provider": "p", "share": "0.4"}
    whole = metered(raw(**rows, own_use_contracts=[contract])).own_use[0]
    first = metered(raw(**rows, end=30, own_use_contracts=[contract])).own_use[0]
    before = {
        "own_before_gpu_seconds": first.own_gpu_seconds,
        "in_service_before_gpu_seconds": first.in_service_gpu_seconds,
    }
    second = metered(raw(**rows, start=30, own_use_contracts=[{**contract, **before}])).own_use[0]
    assert (second.cumulative, second.own_gpu_seconds) == (whole.cumulative, whole.own_gpu_seconds)
    assert whole.most_at_once == "0.500000"
    assert not whole.within


def test_own_use_of_the_past_still_counts():
    contract = {"provider": "p", "share": "0.4", "own_before_gpu_seconds": 900, "in_service_before_gpu_seconds": 1000}
    made = metered(raw(servers=[server("s1")], own_use_contracts=[contract]))
    assert (made.own_use[0].most_at_once, made.own_use[0].cumulative, made.own_use[0].within) == ("0.000000", "0.608108", False)


def test_work_in_a_gap_is_neither_measured_nor_astray():
    rows = {"leases": [lease("a", ["s1"], 0, 60)], "jobs": [job("j", "a", ["s1"], 8, 10, 30)]}
    made = metered(raw(servers=[server("s1")], gaps=[span(20, 50, server="s1")], **rows))
    line = made.usage[0]
    assert (line.used_gpu_seconds, line.gap_gpu_seconds, line.utilisation) == (80, 240, "0.333333")
    assert made.differences == ()


def test_instants_mean_the_same_in_any_offset():
    value = raw(servers=[server("s1")], leases=[lease("a", ["s1"], 10, 50)], jobs=[job("j", "a", ["s1"], 8, 20, 30)])
    moved = plain(read(value))
    for row in moved["leases"] + moved["jobs"]:
        for key in ("from", "to"):
            row[key] = dt.datetime.fromisoformat(row[key]).astimezone(dt.UTC).isoformat()
    assert plain(metered(moved)) == plain(metered(value))


def test_a_job_over_several_servers_is_counted_once_and_cut_at_every_edge():
    names = ["s1", "s2", "s3", "s4"]
    made = metered(
        raw(
            servers=[server(name) for name in names],
            leases=[lease("a", names, 0, 40)],
            jobs=[job("j", "a", names, 32, -20, 50)],
            maintenance=[span(30, 35, server="s2")],
        )
    )
    line = made.usage[0]
    assert line.used_gpu_seconds == 32 * 35
    assert line.held_gpu_seconds == 32 * 40 - 8 * 5
    astray = {row.server: row.share for row in made.differences if row.between == "lease_scheduler"}
    assert astray == {"s1": "0.166667", "s2": "0.250000", "s3": "0.166667", "s4": "0.166667"}
    assert line.on_hold


def test_equal_repeats_change_nothing_and_conflicting_ones_are_set_aside():
    base = raw(servers=[server("s1")], leases=[lease("a", ["s1"], 0, 60)], jobs=[job("j", "a", ["s1"], 8, 0, 30)])
    once, repeated = metered(base), metered({**base, "jobs": base["jobs"] * 3})
    assert repeated.duplicates_ignored == 2
    assert repeated.usage == once.usage
    conflict = metered({**base, "jobs": [*base["jobs"], job("j", "a", ["s1"], 8, 0, 40)]})
    assert conflict.usage[0].used_gpu_seconds == 0
    assert conflict.usage[0].on_hold
    assert [reason.code for reason in conflict.reasons] == ["conflicting_record"]
    segments = metered({**base, "jobs": [*base["jobs"], job("j", "a", ["s1"], 8, 30, 40, segment=1)]})
    assert segments.usage[0].used_gpu_seconds == 8 * 40


def test_no_data_is_not_zero():
    base = raw(servers=[server("s1"), server("s2")], leases=[lease("a", ["s1", "s2"], 0, 60)])
    line = metered(base).usage[0]
    assert (line.busy, line.energy_wh, line.telemetry_coverage, line.utilisation) == (None, None, "0.000000", "0.000000")
    line = metered({**base, "telemetry": [span(0, 60, server="s1", busy="0", energy_wh=0)]}).usage[0]
    assert (line.busy, line.energy_wh, line.telemetry_coverage) == ("0.000000", 0, "0.500000")
    gaps = [span(0, 60, server="s1"), span(0, 60, server="s2")]
    line = metered({**base, "gaps": gaps}).usage[0]
    assert (line.utilisation, line.busy_servers, line.gap_gpu_seconds) == (None, None, 960)


def test_work_on_an_idle_server_that_no_record_explains_is_held():
    rows = [span(0, 60, server="s1", busy="0.8", energy_wh=500)]
    made = metered(raw(servers=[server("s1")], telemetry=rows))
    assert [(row.between, row.share, row.held) for row in made.differences] == [("scheduler_telemetry", "0.800000", True)]
    explained = metered(raw(servers=[server("s1")], telemetry=rows, own_use=[span(0, 48, server="s1")]))
    assert explained.differences == ()
    assert [reason.code for reason in explained.reasons] == ["own_use_without_contract"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"leases": [lease("a", ["s1"], 0, 30), lease("b", ["s1"], 29, 60)]}, "hold it at once"),
        ({"leases": [lease("a", ["s9"], 0, 30)]}, "is not defined"),
        ({"leases": [lease("a", [], 0, 30)]}, "exactly one GPU model"),
        ({"leases": [lease("a", ["s1"], 30, 30)]}, "ends before it begins"),
        ({"maintenance": [span(9, 9, server="s1")]}, "ends before it begins"),
        ({"servers": [server("s1", until=0)]}, "out of service"),
        ({"servers": [server("s1"), server("s1")]}, "comes twice"),
        (span(5, 5), "ends before it begins"),
        ({"jobs": [job("j", "a", ["s1"], 8, 0.5, 3)]}, "not a whole second"),
    ],
)
def test_nonsense_is_refused(change, words):
    with pytest.raises(BadInput, match=words):
        recommend(read({**raw(servers=[server("s1")]), **change}), RULES)


spans = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=6)


@given(spans, spans, st.integers(0, 30), st.integers(0, 30))
def test_span_algebra_is_set_algebra(left, right, start, end):
    def points(found):
        return {second for one, two in found for second in range(one, two)}

    one, two = merged(left), merged(right)
    assert points(one) == points(left)
    assert points(common(one, two)) == points(left) & points(right)
    assert points(without(one, two)) == points(left) - points(right)
    assert seconds(one) == len(points(left))
    assert seconds_between(one, start, end) == len(points(left) & set(range(start, end)))


def programme(*, servers=542, leases=159, jobs=20_000, days=31):
    """A month of the size of the 2025 programme."""
    mix = random.Random(7)
    names = [f"s{number:03}" for number in range(servers)]
    sizes = [servers // leases + (number < servers % leases) for number in range(leases)]
    begins = [sum(sizes[:number]) for number in range(leases)]
    holders = {f"l{n:03}": names[begins[n] : begins[n] + sizes[n]] for n in range(leases)}
    records = []
    for number in range(jobs):
        holder = mix.choice(list(holders))
        where = mix.sample(holders[holder], mix.randint(1, len(holders[holder])))
        begin = mix.randint(-86400, days * 86400)
        records.append(job(f"j{number}", holder, where, 8 * len(where), begin, begin + mix.randint(60, 200_000)))
    return raw(
        end=days * 86400,
        servers=[server(name, provider=f"p{number % 3}", since=-9) for number, name in enumerate(names)],
        leases=[lease(name, mine, -5, 300 * 86400) for name, mine in holders.items()],
        jobs=records,
        maintenance=[span(n * 3600, n * 3600 + 7200, server=name) for n, name in enumerate(names)],
        telemetry=[
            span(day * 86400, day * 86400 + 86400, server=name, busy=f"0.{mix.randint(10, 99)}", energy_wh=100_000)
            for name in names
            for day in range(days)
        ],
        own_use_contracts=[{"provider": "p0", "share": "0.2"}],
    )


def test_a_month_of_the_whole_programme_is_metered():
    assert len(recommend(read(programme()), RULES).usage) == 159


def changed(made, table, place, **fields):
    rows = list(getattr(made, table))
    rows[place] = msgspec.structs.replace(rows[place], **fields)
    return msgspec.structs.replace(made, **{table: tuple(rows)})


@pytest.mark.parametrize(
    ("tamper", "code"),
    [
        (lambda made: changed(made, "usage", 0, held_gpu_seconds=made.usage[0].held_gpu_seconds + 1), "wrong_usage"),
        (lambda made: changed(made, "usage", 0, gpu_hours="999.0000"), "wrong_usage"),
        (lambda made: changed(made, "usage", 0, used_gpu_seconds=made.usage[0].used_gpu_seconds * 2), "wrong_usage"),
        (lambda made: changed(made, "usage", 1, busy=None), "wrong_usage"),
        (lambda made: changed(made, "usage", 0, energy_wh=0), "wrong_usage"),
        (lambda made: changed(made, "usage", 1, on_hold=not made.usage[1].on_hold), "wrong_usage"),
        (lambda made: changed(made, "usage", 0, organisation="someone else"), "wrong_usage"),
        (
            lambda made: changed(made, "states", 0, idle=made.states[0].idle + 60, leased=made.states[0].leased - 60),
            "wrong_state",
        ),
        (lambda made: changed(made, "own_use", 1, within=not made.own_use[1].within), "wrong_own_use"),
        (lambda made: changed(made, "differences", 0, held=not made.differences[0].held), "wrong_difference"),
        (lambda made: msgspec.structs.replace(made, differences=()), "wrong_difference_rows"),
        (lambda made: msgspec.structs.replace(made, usage=made.usage[1:]), "wrong_usage_rows"),
        (lambda made: msgspec.structs.replace(made, usage=made.usage * 2), "told_twice"),
        (lambda made: msgspec.structs.replace(made, duplicates_ignored=0), "wrong_duplicates"),
        (lambda made: msgspec.structs.replace(made, reasons=()), "no_reason"),
        (
            lambda made: msgspec.structs.replace(made, reasons=(*made.reasons, Reason(item="x", code="unknown_lease"))),
            "groundless_reason",
        ),
    ],
)
def test_checker_finds_tampering(tamper, code, example):
    facts = read(example("metering"))
    made = recommend(facts, RULES)
    assert faults(facts, RULES, made) == []
    assert code in {fault.code for fault in faults(facts, RULES, tamper(made))}


def test_example_survives_the_journey_through_json(example, book):
    facts = example("metering")
    made = plain(decide("metering", facts, book=book).recommendation)
    assert check("metering", facts, made, book=book) == []
    assert made["usage"][0]["from"] == "2026-04-01T00:00:00+09:00"
    assert {reason["code"] for reason in made["reasons"]} >= {"held_less_than_leased", "own_use_above_contract"}
