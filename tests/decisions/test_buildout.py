"""Properties of the build-out plan, its random numbers against published ones, and a checker that must catch tampering."""

import datetime as dt
import json
from collections import Counter
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.checks.buildout import faults
from dure.decisions.buildout import recommend
from dure.decisions.buildout.chance import draws, pick, split_mix, triangle
from dure.formats.canonical import canonical_bytes, plain
from dure.formats.errors import BadInput
from dure.formats.stages.buildout import STEPS, BuildoutFacts, BuildoutRules
from shuffling import shuffled

START = dt.date(2025, 7, 28)


def rules(**changes):
    likely = {"rack": (1, 2, 4), "cable": (1, 1, 3), "power": (1, 1, 2), "test": (1, 2, 5), "accept": (0, 1, 6)}
    steps = {**likely, "stabilise": (2, 4, 9)}
    values = {
        "step_days": {name: dict(zip(("least", "likely", "most"), days, strict=True)) for name, days in steps.items()},
        "batch_servers": 4,
        "runs": 100,
        "what_if": {"crews": 1, "site_days": 30, "delivery_days": 14},
    }
    return msgspec.convert({**values, **changes}, BuildoutRules)


def day(n):
    return (START + dt.timedelta(days=n)).isoformat()


@st.composite
def levels(draw, most):
    """A step function that never falls and ends at `most`."""
    starts = sorted(draw(st.sets(st.integers(0, 150), min_size=1, max_size=3)))
    values = sorted(draw(st.lists(st.integers(0, most), min_size=len(starts) - 1, max_size=len(starts) - 1)))
    return [{"from_on": day(n), "value": value} for n, value in zip(starts, [*values, most], strict=True)]


@st.composite
def deliveries(draw, servers):
    first = draw(st.integers(1, servers))
    made = []
    for number, size in enumerate(filter(None, (first, servers - first))):
        earliest, likely, latest = sorted(draw(st.lists(st.integers(10, 170), min_size=3, max_size=3)))
        row = {
            "id": f"d{number}",
            "servers": size,
            "earliest_on": day(earliest),
            "likely_on": day(likely),
            "latest_on": day(latest),
        }
        if draw(st.booleans()):
            row["after"] = "award"
        if draw(st.booleans()):
            row["actual_on"] = day(draw(st.integers(5, 170)))
        made.append(row)
    return made


@st.composite
def raw_facts(draw):
    clusters = [
        {
            "id": f"c{n}", "provider": "p", "site": draw(st.sampled_from(["east", "west"])), "gpu_model": "B200",
            "gpus_per_server": 8, "servers": (servers := draw(st.integers(1, 14))), "servers_per_rack": draw(st.integers(1, 4)),
            "ports_per_server": 2, "power_w_per_server": draw(st.integers(5, 15)) * 1000,
            "promised_on": day(draw(st.integers(30, 200))), "deliveries": draw(deliveries(servers)),
        }
        for n in range(draw(st.integers(1, 3)))
    ]  # fmt: skip
    sites = [
        {
            "id": name, "power_kw": draw(levels(draw(st.sampled_from([90, 700])))), "cooling_kw": draw(levels(700)),
            "racks": draw(levels(50)), "network_ports": draw(levels(draw(st.sampled_from([16, 100])))),
            "crews": draw(levels(draw(st.integers(0, 3)))),
        }
        for name in ("east", "west")
    ]  # fmt: skip
    cause = {
        "id": "award",
        "milestone": "providers chosen",
        "promised_on": day(-20),
        "actual_on": day(draw(st.integers(-30, 20))),
    }
    return {
        "stage": "buildout", "version": 1, "as_of": day(draw(st.integers(-10, 120))), "start_on": day(0), "weeks": 40,
        "seed": "s", "sites": sites, "clusters": clusters, "causes": [cause], "holidays": [day(67), day(70)],
    }  # fmt: skip


def read(raw):
    return msgspec.convert(raw, BuildoutFacts)


def simple(**changes):
    """One cluster of eight servers at a site with room for all."""
    roomy = {name: [{"from_on": day(0), "value": 1000}] for name in ("power_kw", "cooling_kw", "racks", "network_ports")}
    delivery = {"id": "d0", "servers": 8, "earliest_on": day(30), "likely_on": day(60), "latest_on": day(120)}
    cluster = {
        "id": "c0", "provider": "p", "site": "east", "gpu_model": "B200", "gpus_per_server": 8, "servers": 8,
        "servers_per_rack": 4, "ports_per_server": 2, "power_w_per_server": 9000, "promised_on": day(60),
        "deliveries": [delivery],
    }  # fmt: skip
    site = {"id": "east", **roomy, "crews": [{"from_on": day(0), "value": 1}]}
    raw = {
        "stage": "buildout", "version": 1, "as_of": day(0), "start_on": day(0), "weeks": 40, "seed": "s",
        "sites": [site], "clusters": [cluster],
    }  # fmt: skip
    return {**raw, **changes}


@settings(max_examples=8)
@given(raw_facts(), st.integers(0, 9))
def test_checks_clean_and_is_blind_to_order_and_the_same_twice(raw, mix):
    made = recommend(read(raw), rules())
    assert faults(read(raw), rules(), made) == []
    again = recommend(read(shuffled(raw, seed=mix)), rules())
    assert canonical_bytes(plain(again)) == canonical_bytes(plain(made))
    assert faults(read(raw), rules(), msgspec.convert(json.loads(json.dumps(plain(made))), type(made))) == []


@settings(max_examples=12)
@given(raw_facts())
def test_capacity_grows_stays_within_what_came_and_p90_is_not_better_than_p50(raw):
    facts, made = read(raw), recommend(read(raw), rules())
    sizes = {cluster.id: sum(one.servers for one in cluster.deliveries) for cluster in facts.clusters}
    for calendar in made.clusters:
        for line in (calendar.plan, calendar.p50, calendar.p90):
            assert list(line) == sorted(line)
            assert line[-1] <= sizes[calendar.cluster]
        assert all(ninety <= fifty for fifty, ninety in zip(calendar.p50, calendar.p90, strict=True))
    for told in [made, *made.clusters]:
        for dates in (told.first_service, told.full_service):
            assert (dates["p50"] or dt.date.max) <= (dates["p90"] or dt.date.max)


def full(made, cluster=None):
    """Planned first and full service, of a cluster or of the programme; never is the end of time."""
    told = made if cluster is None else next(one for one in made.clusters if one.cluster == cluster)
    return [told.first_service["plan"] or dt.date.max, told.full_service["plan"] or dt.date.max]


@settings(max_examples=15)
@given(raw_facts(), st.integers(0, 2), st.integers(0, 1), st.integers(1, 60))
def test_a_later_delivery_never_brings_earlier_service(raw, which, part, later):
    before = recommend(read(raw), rules())
    cluster = raw["clusters"][which % len(raw["clusters"])]
    delivery = cluster["deliveries"][part % len(cluster["deliveries"])]
    for name in ("earliest_on", "likely_on", "latest_on"):
        delivery[name] = (dt.date.fromisoformat(delivery[name]) + dt.timedelta(days=later)).isoformat()
    if "actual_on" in delivery:
        delivery["actual_on"] = (dt.date.fromisoformat(delivery["actual_on"]) + dt.timedelta(days=later)).isoformat()
        if delivery["actual_on"] > raw["as_of"]:
            del delivery["actual_on"]
            delivery.update(likely_on=max(delivery["likely_on"], day(400)), latest_on=day(430))
    after = recommend(read(raw), rules())
    assert all(one <= two for one, two in zip(full(before), full(after), strict=True))
    assert all(one <= two for one, two in zip(full(before, cluster["id"]), full(after, cluster["id"]), strict=True))


@settings(max_examples=15)
@given(raw_facts(), st.sampled_from(["power_kw", "cooling_kw", "racks", "network_ports", "crews"]), st.integers(1, 50))
def test_more_power_room_or_crews_never_hurt(raw, field, more):
    before = recommend(read(raw), rules())
    for site in raw["sites"]:
        site[field] = [{**level, "value": level["value"] + more} for level in site[field]]
    after = recommend(read(raw), rules())
    assert all(two <= one for one, two in zip(full(before), full(after), strict=True))
    assert all(won.days is None or won.days >= 0 for won in before.time_won)


def test_what_happens_after_the_day_asked_about_changes_nothing():
    told = simple()
    told["clusters"][0]["deliveries"][0]["actual_on"] = day(90)
    told["clusters"][0]["actual_service"] = [{"from_on": day(110), "value": 8}]
    one, two = recommend(read(simple()), rules()), recommend(read(told), rules())
    assert one == two
    told["as_of"] = day(115)
    known = recommend(read(told), rules())
    assert known.first_service["plan"] == known.full_service["p90"] == dt.date.fromisoformat(day(110))
    assert known.batches == ()
    assert faults(read(told), rules(), known) == []


def test_the_stream_is_the_published_one():
    """SplitMix64 from state 1234567 as listed by Rosetta Code, "Pseudo-random numbers/Splitmix64"."""
    listed = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821]
    assert split_mix(1234567, runs=5).tolist() == listed
    assert draws("seed", "a", runs=3).tolist() != draws("seed", "b", runs=3).tolist()


def test_drawn_days_follow_their_triangle():
    weights = triangle(3, 5, 12)
    assert len(weights) == 10
    assert weights.argmax() == 2
    counted = Counter(pick(weights, draws("seed", "x", runs=40_000)).tolist())
    for place, weight in enumerate(weights.tolist()):
        expected = 40_000 * weight / weights.sum()
        assert abs(counted[place] - expected) < 5 * expected**0.5, place


def test_p50_and_p90_are_those_of_the_exact_distribution():
    """One delivery, one crew, one batch of fixed days: the date is the delivery's, ten working days later."""
    fixed = {name: {"least": 1, "likely": 1, "most": 1} for name in STEPS}
    ours = rules(step_days=fixed, batch_servers=8, runs=20_000)
    made = recommend(read(simple()), ours)
    weights = triangle(0, 30, 90).tolist()
    for name, part in (("p50", Fraction(1, 2)), ("p90", Fraction(9, 10))):
        late, total = 0, 0
        while total < part * sum(weights):
            total += weights[late]
            late += 1
        delivered = START + dt.timedelta(days=30 + late - 1)
        assert abs((made.first_service[name] - delivered).days - 8) <= 3


def test_the_whole_programme_is_planned(example, book):
    facts = read(example("buildout"))
    in_force, _ = book.fill(BuildoutRules, on=facts.as_of)
    made = recommend(facts, in_force)
    assert sum(cluster.servers for cluster in facts.clusters) == 1307
    assert made.first_service["promised"] < made.first_service["plan"] <= made.first_service["p90"]
    assert {calendar.first_cause for calendar in made.clusters} == {"award"}
    assert {entry.resource for entry in made.binding} >= {"delivery", "crews", "power", "nothing"}


def tampered(made, **changes):
    return msgspec.structs.replace(made, **changes)


def with_cluster(made, **changes):
    return tampered(made, clusters=(msgspec.structs.replace(made.clusters[0], **changes), *made.clusters[1:]))


def with_batch(made, **changes):
    return tampered(made, batches=(msgspec.structs.replace(made.batches[0], **changes), *made.batches[1:]))


WEEK = dt.timedelta(days=7)
TAMPERINGS = {
    "too_fast": lambda made: with_batch(made, service_on=made.batches[0].service_on - WEEK),
    "not_delivered": lambda made: with_batch(
        made, begins_on={name: begins - 4 * WEEK for name, begins in made.batches[0].begins_on.items()}
    ),
    "site_overloaded": lambda made: with_batch(made, begins_on=made.batches[1].begins_on, service_on=made.batches[1].service_on),
    "not_the_published_order": lambda made: with_batch(made, service_on=made.batches[0].service_on + WEEK),
    "wrong_batches": lambda made: tampered(made, batches=made.batches[1:]),
    "wrong_calendar": lambda made: with_cluster(made, p90=made.clusters[0].p50),
    "wrong_slip": lambda made: with_cluster(made, slip_days=made.clusters[0].slip_days - 7),
    "wrong_first_service": lambda made: tampered(
        made, first_service={**made.first_service, "p50": made.first_service["p50"] - WEEK}
    ),
    "wrong_full_service": lambda made: with_cluster(
        made, full_service={**made.clusters[0].full_service, "p90": made.clusters[0].full_service["p50"]}
    ),
    "wrong_binding": lambda made: tampered(
        made, binding=(msgspec.structs.replace(made.binding[0], resource="power"), *made.binding[1:])
    ),
    "wrong_time_won": lambda made: tampered(
        made, time_won=(msgspec.structs.replace(made.time_won[0], days=99), *made.time_won[1:])
    ),
    "wrong_changes": lambda made: tampered(made, time_won=made.time_won[1:]),
    "wrong_cause": lambda made: with_cluster(made, first_cause="the weather"),
    "wrong_reasons": lambda made: tampered(made, reasons=()),
    "wrong_clusters": lambda made: tampered(made, clusters=()),
    "wrong_weeks": lambda made: with_cluster(made, plan=made.clusters[0].plan[1:]),
}


@pytest.mark.parametrize("code", TAMPERINGS)
def test_checker_finds_tampering(code):
    facts = read(simple())
    made = recommend(facts, rules())
    assert faults(facts, rules(), made) == []
    assert code in {fault.code for fault in faults(facts, rules(), TAMPERINGS[code](made))}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"clusters": []}, "there is no cluster"),
        ({"as_of": "1925-07-28"}, "more than ten years"),
        ({"sites": []}, "is not defined"),
        ({"sites": simple()["sites"] * 2}, "comes twice"),
    ],
)
def test_nonsense_is_refused(change, sentence):
    with pytest.raises(BadInput, match=sentence):
        recommend(read(simple(**change)), rules())


def test_steps_out_of_order_are_refused():
    wrong = {**plain(rules())["step_days"], "test": {"least": 3, "likely": 2, "most": 5}}
    with pytest.raises(BadInput, match="not in order"):
        recommend(read(simple()), rules(step_days=wrong))
