"""The estimator against published worked examples and all samples of a small population; a checker that catches tampering."""

import itertools
import json
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.checks.demand import faults
from dure.decisions.demand import recommend
from dure.decisions.demand.variance import Stratum, root, variance_of_total
from dure.decisions.demand.weights import rake
from dure.formats.canonical import canonical_bytes, plain
from dure.formats.errors import BadInput
from dure.formats.kinds import decimal_text
from dure.formats.stages.demand import DemandFacts, DemandRules
from shuffling import shuffled


def rules(**changes):
    values = {
        "rake": ["sector", "size"], "confidence_z": "1.96", "raking_rounds": 100, "gpus_per_server": 8,
        "gpu_decimals": 1, "share_decimals": 4,
    }  # fmt: skip
    return msgspec.convert({**values, **changes}, DemandRules)


def answer(number, organisation, cell, servers, **more):
    return {
        "id": f"r{number}", "organisation": organisation, "sector": cell[0], "size": cell[1], "region": "seoul",
        "use": "training", "gpu_model": "B200", "servers": servers, "weeks": 10, "start_on": "2026-03-02", **more,
    }  # fmt: skip


def survey(frame, responses, **more):
    cells = [{"sector": cell[0], "size": cell[1], "organisations": there} for cell, there in frame.items()]
    return {
        "stage": "demand", "version": 1, "frame": cells, "invited": sum(frame.values()), "responses": responses, **more,
    }  # fmt: skip


def read(raw):
    return msgspec.convert(raw, DemandFacts)


def stratified(samples, sizes):
    """A survey with one cell per stratum; values are GPUs, one to a server."""
    responses = [
        answer(f"{name}-{n}", f"{name}-{n}", (name, "all"), value)
        for name, values in samples.items()
        for n, value in enumerate(values)
    ]
    return read(survey({(name, "all"): there for name, there in sizes.items()}, responses))


def test_hours_of_television_as_published():
    """Scheaffer, Mendenhall and Ott, "Elementary Survey Sampling", stratified example of households in towns A and B and a
    rural area (also Penn State STAT 506, example 6-1): mean 27.7 (27.675) hours over 310 households, its variance 1.97."""
    samples = {
        "town_a": [35, 43, 36, 39, 28, 28, 29, 25, 38, 27, 26, 32, 29, 40, 35, 41, 37, 31, 45, 34],
        "town_b": [27, 15, 4, 41, 49, 25, 10, 30],
        "rural": [8, 14, 12, 15, 30, 32, 21, 20, 34, 7, 11, 24],
    }
    facts = stratified(samples, {"town_a": 155, "town_b": 62, "rural": 93})
    made = recommend(facts, rules(gpus_per_server=1, confidence_z="1", gpu_decimals=6))
    assert Fraction(made.total.gpus) / 310 == Fraction("27.675")
    error = (Fraction(made.total.high) - Fraction(made.total.gpus)) / 310
    assert decimal_text(error**2, 2) == "1.97"


def test_acres_of_farms_as_published():
    """Lohr, "Sampling: Design and Analysis", stratified sample of the 1992 Census of Agriculture (example 3.2 of the second
    edition): 909,736,034 acres, standard error 50,417,248, from the sizes, means and variances printed for each region.
    Samples with those means and variances are made here: half of a stratum above the mean and half below."""
    printed = {
        "NC": (1054, 103, "300504.16", 29_618_183_543), "NE": (220, 21, "97629.81", 7_647_472_708),
        "S": (1382, 135, "211315.04", 53_587_487_856), "W": (422, 41, "662295.51", 396_185_950_266),
    }  # fmt: skip
    parts, homes, groups = {}, {}, []
    for name, (there, answered, mean, variance) in printed.items():
        aside = root(Fraction(variance * (answered - 1), answered - 1), 6)
        for n in range(answered):
            sign = 0 if n == answered - 1 else 1 if n % 2 else -1
            parts[f"{name}{n}"] = Fraction(there, answered) * (Fraction(mean) + sign * aside)
            homes[f"{name}{n}"] = (name, "all")
        groups.append(Stratum(((name, "all"),), answered, there))
    assert abs(sum(parts.values()) - 909_736_034) < 2
    assert decimal_text(root(variance_of_total(parts, homes, groups), 0), 0) == "50417248"


def test_every_sample_of_a_small_population_together_gives_the_truth():
    """Design-based oracle: the mean of the estimates is the total, the mean of the variances is their variance."""
    population = {"a": [0, 1, 1, 7], "b": [2, 3, 9]}
    sizes = {name: len(values) for name, values in population.items()}
    totals, variances = [], []
    for first, second in itertools.product(itertools.combinations(range(4), 2), itertools.combinations(range(3), 2)):
        chosen = {"a": first, "b": second}
        parts = {f"{name}{n}": Fraction(sizes[name], 2) * population[name][n] for name, picked in chosen.items() for n in picked}
        homes = {key: (key[0], "all") for key in parts}
        groups = [Stratum(((name, "all"),), 2, there) for name, there in sizes.items()]
        totals.append(sum(parts.values()))
        variances.append(variance_of_total(parts, homes, groups))
        samples = {name: [population[name][n] for n in picked] for name, picked in chosen.items()}
        made = recommend(stratified(samples, sizes), rules(gpus_per_server=1, gpu_decimals=6, confidence_z="1"))
        assert made.total.gpus == decimal_text(totals[-1], 6)
        assert Fraction(made.total.high) - Fraction(made.total.gpus) == root(variances[-1], 6)
    mean = sum(totals) / len(totals)
    assert mean == sum(map(sum, population.values()))
    assert sum(variances) / len(variances) == sum((total - mean) ** 2 for total in totals) / len(totals)


def test_pooled_strata_err_on_the_safe_side():
    """Two cells with one answer each: over all samples the pooled variance is not below the real one."""
    population = {"x": [1, 5, 6], "y": [2, 2, 8]}
    totals, variances = [], []
    for one, two in itertools.product(*population.values()):
        parts = {"x": Fraction(3 * one), "y": Fraction(3 * two)}
        homes = {"x": ("s", "x"), "y": ("s", "y")}
        totals.append(sum(parts.values()))
        variances.append(variance_of_total(parts, homes, [Stratum((("s", "x"), ("s", "y")), 2, 6)]))
    mean = sum(totals) / len(totals)
    assert sum(variances) / len(variances) >= sum((total - mean) ** 2 for total in totals) / len(totals)


def test_the_margin_of_a_share_is_near_its_real_error():
    """Over all samples: the mean linearised variance of a share is within a fifth of its variance."""
    population = {"a": [3, 4, 5, 5, 6], "b": [2, 2, 3, 4, 4]}
    shares, variances = [], []
    for first, second in itertools.product(itertools.combinations(range(5), 3), repeat=2):
        samples = {"a": [population["a"][n] for n in first], "b": [population["b"][n] for n in second]}
        made = recommend(stratified(samples, {"a": 5, "b": 5}), rules(gpus_per_server=1, share_decimals=9, confidence_z="1"))
        shares.append(Fraction(made.shares["a"]))
        variances.append(Fraction(made.share_margins["a"]) ** 2)
    mean = sum(shares) / len(shares)
    real = sum((share - mean) ** 2 for share in shares) / len(shares)
    assert abs(sum(variances) / len(variances) - real) < real / 5


def test_raking_gives_the_textbook_table():
    """Margins 60/40 and 50/50 of a table of four equal cells have the product as their solution; it is reached at once."""
    start = {(one, two): Fraction(25) for one in "ab" for two in "xy"}
    targets = {
        "sector": {"a": Fraction(60), "b": Fraction(40)},
        "size": {"x": Fraction(50), "y": Fraction(50)},
    }
    done = rake(start, targets, rounds=10)
    assert done == {("a", "x"): 30, ("a", "y"): 30, ("b", "x"): 20, ("b", "y"): 20}


def test_margins_that_cannot_be_met_together_are_given_up_from_the_last(example):
    made = recommend(read(example("demand")), rules())
    assert ("size", "margin_given_up") in {(reason.item, reason.code) for reason in made.reasons}
    assert {fit.margin for fit in made.margins} == {"sector"}
    assert all(Fraction(cell.weight) >= 1 for cell in made.cells if cell.respondents)


CELLS = [(sector, size) for sector in ("industry", "academia") for size in ("small", "large", "public")]


@st.composite
def raw_surveys(draw):
    responses, number = [], itertools.count()
    for cell in CELLS:
        for n in range(draw(st.integers(0, 3))):
            for _ in range(draw(st.integers(1, 2))):
                more = {"use": draw(st.sampled_from(["training", "science"])), "weeks": draw(st.integers(0, 9))}
                if draw(st.booleans()):
                    more["would_pay_per_gpu_hour"] = draw(st.integers(0, 3)) * 100
                one = answer(next(number), f"{'-'.join(cell)}-{n}", cell, draw(st.integers(0, 5)), **more)
                if responses and draw(st.integers(0, 5)) == 0:
                    one["same_need_as"] = responses[-1]["id"]
                responses.append(one)
    two = [answer(f"x{n}", f"x{n}", CELLS[0], n + 1) for n in range(2)]
    return survey({cell: draw(st.integers(5, 40)) for cell in CELLS}, [*responses, *two])


@settings(max_examples=40)
@given(raw_surveys(), st.integers(0, 9), st.sampled_from([["sector", "size"], ["size"], []]))
def test_checks_clean_and_is_blind_to_order(raw, mix, margins):
    ours = rules(rake=margins)
    made = recommend(read(raw), ours)
    assert faults(read(raw), ours, made) == []
    again = recommend(read(shuffled(raw, seed=mix)), ours)
    assert canonical_bytes(plain(again)) == canonical_bytes(plain(made))
    assert faults(read(raw), ours, msgspec.convert(json.loads(json.dumps(plain(made))), type(made))) == []
    assert sum(map(Fraction, made.shares.values())) == 1
    for one in (made.total, *made.estimates):
        assert Fraction(one.low) <= Fraction(one.gpus) <= Fraction(one.high)


@settings(max_examples=20)
@given(raw_surveys())
def test_an_answer_repeated_changes_no_figure(raw):
    made = recommend(read(raw), rules())
    again = {**raw["responses"][-1], "id": "zz"}
    twice = recommend(read({**raw, "responses": [*raw["responses"], again]}), rules())
    assert (twice.total, twice.estimates, twice.shares) == (made.total, made.estimates, made.shares)


def replaced(made, field, **changes):
    first, *rest = getattr(made, field)
    return msgspec.structs.replace(made, **{field: (msgspec.structs.replace(first, **changes), *rest)})


TAMPERINGS = {
    "wrong_estimate": lambda made: replaced(made, "estimates", gpus="1.0"),
    "wrong_interval": lambda made: msgspec.structs.replace(made, total=msgspec.structs.replace(made.total, low=made.total.gpus)),
    "wrong_respondents": lambda made: replaced(made, "estimates", respondents=99),
    "wrong_cells": lambda made: msgspec.structs.replace(made, estimates=made.estimates[1:]),
    "wrong_response_rate": lambda made: msgspec.structs.replace(made, response_rate="0.9000"),
    "not_one": lambda made: msgspec.structs.replace(made, shares={**made.shares, "industry": "0.9000"}),
    "wrong_share": lambda made: msgspec.structs.replace(
        made, shares={"industry": "0.5000", "academia_research": "0.3696", "national_projects": "0.1304"}
    ),
    "wrong_share_margin": lambda made: msgspec.structs.replace(made, share_margins=dict.fromkeys(made.shares, "0.0100")),
    "wrong_sectors": lambda made: msgspec.structs.replace(made, shares={"industry": "1.0000"}),
    "counted_twice": lambda made: msgspec.structs.replace(made, counted=(*made.counted, "r08")),
    "need_not_counted": lambda made: msgspec.structs.replace(
        made, counted=tuple("r10" if name == "r09" else name for name in made.counted)
    ),
    "not_explained": lambda made: msgspec.structs.replace(made, reasons=()),
    "wrong_frame": lambda made: replaced(made, "cells", respondents=7),
    "not_raked": lambda made: msgspec.structs.replace(
        made,
        cells=tuple(
            msgspec.structs.replace(cell, weight="150") if (cell.sector, cell.size) == ("industry", "sme") else cell
            for cell in made.cells
        ),
    ),
    "wrong_margin": lambda made: msgspec.structs.replace(made, margins=()),
    "wrong_forecast": lambda made: replaced(made, "forecast", gpus="1.0"),
    "wrong_months": lambda made: msgspec.structs.replace(made, forecast=made.forecast[1:]),
    "wrong_prices": lambda made: replaced(made, "would_pay", gpus="1.0"),
    "wrong_past_error": lambda made: replaced(made, "past_errors", error="0.0000"),
}


@pytest.mark.parametrize("code", TAMPERINGS)
def test_checker_finds_tampering(code, example):
    facts = read(example("demand"))
    ours = rules(rake=["sector"]) if code == "not_raked" else rules()
    made = recommend(facts, ours)
    assert faults(facts, ours, made) == []
    assert code in {fault.code for fault in faults(facts, ours, TAMPERINGS[code](made))}


def test_a_margin_given_up_without_need_is_found():
    cells = [("industry", "small"), ("industry", "large"), ("academia", "small")]
    frame = dict.fromkeys(cells, 20)
    responses = [answer(f"{n}{c}", f"{n}{c}", cell, n + 1) for c, cell in enumerate(cells) for n in range(2)]
    facts = read(survey(frame, responses))
    only_sector = recommend(facts, rules(rake=["sector"]))
    told = msgspec.structs.replace(
        only_sector, reasons=({"item": "size", "code": "margin_given_up", "detail": {"kept": "sector"}},)
    )
    told = msgspec.convert(plain(told), type(only_sector))
    assert "margin_given_up" in {fault.code for fault in faults(facts, rules(), told)}


@pytest.mark.parametrize(
    ("responses", "sentence"),
    [
        ([answer(1, "a", ("industry", "odd"), 1)], "the frame has no cell"),
        ([answer(1, "a", CELLS[0], 1), answer(2, "a", CELLS[1], 1)], "is in two cells"),
        ([answer(1, "a", CELLS[0], 1, same_need_as="r2"), answer(2, "b", CELLS[0], 1, same_need_as="r1")], "stand for the other"),
        ([answer(1, "a", CELLS[0], 1, same_need_as="r9")], "is not defined"),
        ([answer(1, "a", CELLS[0], 1, start_on="1026-03-02")], "not of this century"),
    ],
)
def test_nonsense_is_refused(responses, sentence):
    with pytest.raises(BadInput, match=sentence):
        recommend(read(survey(dict.fromkeys(CELLS, 9), responses)), rules())
