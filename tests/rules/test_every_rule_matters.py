"""Each rule that a decision reads is set to another lawful value, and the recommendation is another, or is refused.

A rule that changes nothing is dead: it gets a reader, or leaves the book.
"""

import copy

import pytest

from dure.cycle.deciding import decide, open_book
from dure.formats.canonical import plain
from dure.formats.errors import BadInput, Infeasible
from dure.formats.stages import DECISIONS, stage_format
from dure.rules.book import DEFAULT


def row_changed(table, row, **then):
    """The table with other values in that row."""
    made = copy.deepcopy(table)
    next(each for each in (*made["rows"], *made["exceptions"]) if each["id"] == row)["then"].update(then)
    return made


# Another lawful value of each rule. A function makes it of the value in force.
OTHER = {
    "allocation/delay_per_week": "0.05",
    "allocation/largest_share": "0.02",
    "allocation/method": "by_rank",
    "allocation/score_power": 3,
    "allocation/share_penalty": 5000,
    "allocation/size_steps": [2, 4],
    "allocation/tie_break": ["arrived_at", "draw"],
    "budget/line_weights": lambda now: dict(zip(now, reversed(now.values()), strict=True)),
    "budget/rounding_unit": 10**9,
    "buildout/batch_servers": 8,
    "buildout/runs": 200,
    "buildout/step_days": lambda now: {step: {**days, "most": days["most"] + 30} for step, days in now.items()},
    "buildout/what_if": {"crews": 2, "site_days": 10, "delivery_days": 3},
    "burden/announced": lambda now: row_changed(now, "small_firms", highest="0.09"),
    "burden/factors": lambda now: row_changed(now, "youth_led", factor="0.75"),
    "burden/hours_per_month": 700,
    "burden/package_gpus": [8, 16],
    "burden/package_months": [1, 3],
    "burden/rates": lambda now: row_changed(now, "large", rate="0.60"),
    "demand/confidence_z": "2.58",
    "demand/gpu_decimals": 0,
    "demand/gpus_per_server": 4,
    "demand/rake": ["sector"],
    "demand/raking_rounds": 1,
    "demand/share_decimals": 2,
    "eligibility/applications_per_group": 1,
    "eligibility/domestic_only": False,
    "eligibility/double_support_refused": [],
    "eligibility/kinds": ["research"],
    "eligibility/limits": lambda now: row_changed(now, "h200", largest_gpus=16),
    "eligibility/open_obligations_allowed": 5,
    "eligibility/purposes_refused": [],
    "evaluation/application_drop": "by_evaluator",
    "evaluation/application_method": "tiers_with_draw",
    "evaluation/application_minimum_values": 8,
    "evaluation/application_threshold": "0.90",
    "evaluation/decimals": 0,
    "evaluation/drop": "none",
    "evaluation/method": "tiers_with_draw",
    "evaluation/minimum_values": 5,
    "evaluation/point_step": "4",
    "evaluation/reviews_each": 3,
    "evaluation/site_points_maximum": "30",
    "evaluation/threshold": "0.10",
    "evaluation/tie_break": ["draw"],
    "evaluation/tiers": ["0.9", "0.8"],
    "evaluation/undelivered": "out",
    "metering/busy_when_at_least": "0.95",
    "metering/difference_held": "0.0001",
    "metering/gpu_hour_decimals": 0,
    "outcomes/decimals": 2,
    "outcomes/points": lambda now: dict.fromkeys(now, "1"),
    "outcomes/revenue_unit": 10**6,
    "outcomes/smallest_part": "0.30",
    "portfolio/largest_provider_share": "0.4",
    "portfolio/method": "best_portfolio",
    "portfolio/minimum_cluster_servers": 200,
    "portfolio/minimum_public_gpus": 10_450,
    "portfolio/own_use_ceiling": "0.05",
    "portfolio/spc_first": True,
    "provisioning/access_ends_within_minutes": 5,
    "provisioning/lead_minutes": 60,
    "provisioning/name_prefix": "gpu_",
    "provisioning/qos_flags": ["DenyOnLimit"],
    "reclaim/answer_days": 7,
    "reclaim/floor_days": 7,
    "reclaim/minimum_data_days": 14,
    "reclaim/utilisation_floor": "0.9",
    "settlement/clawback_share": "0.5",
    "settlement/deduction_per_missing_share": "2",
    "settlement/deduction_per_own_use_excess": "2",
    "settlement/gap_billed_share": "0.5",
    "settlement/gap_hour_decimals": 0,
    "settlement/payment_days": 14,
    "shares/ceiling": lambda now: {**now, "industry": "0.25"},
    "shares/decimals": 2,
    "shares/floor": lambda now: {**now, "industry": "0.35"},
    "shares/step": "0.01",
    "shares/weights": {"demand": "0.2", "priority": "0.2", "results": "0.6"},
}


def of_applications(facts):
    """The same sheets on applications, whose rules are others."""
    facts["subject"] = "applications"


def of_applicants(facts):
    """Four applications whose applicants assess two others each; one sheet is absent."""
    items = "abcd"
    asked = {item: [items[(place + step) % 4] for step in (1, 2)] for place, item in enumerate(items)}
    facts.update(
        subject="applications",
        criteria=[{"id": "plan", "weight": "10", "kind": "judged"}],
        proposals=[{"id": item} for item in items],
        evaluators=[f"of-{item}" for item in items],
        reviewers=[{"evaluator": f"of-{item}", "own": [item], "asked": each} for item, each in asked.items()],
        scores=[
            {"evaluator": f"of-{item}", "proposal": other, "points": {"plan": str(9 - items.index(other))}}
            for item, each in asked.items()
            for other in each
            if (item, other) != ("d", "b")
        ],
        recusals=[],
    )


def half_a_fortnight(facts):
    """Every second day was metered."""
    for lease in facts["leases"]:
        lease["days"] = lease["days"][::2]


def with_a_provider_that_joins_the_company(facts):
    """The last in rank takes part in the special purpose company."""
    for proposal in facts["proposals"]:
        proposal["spc_participant"] = proposal is facts["proposals"][-1]


def with_a_tie(facts):
    """Two proposals have one total: what the first has more from the visit, the second has from the days before the deadline."""
    first, second = facts["proposals"][:2]
    second["values"] = dict(first["values"])  # of 60 days: 5 points
    first["values"]["days_before_deadline"] = "48"  # 4 points
    first["site_points"], second["site_points"] = "14", "13"
    kept = [each for each in facts["scores"] if each["proposal"] != second["id"]]
    facts["scores"] = [*kept, *({**each, "proposal": second["id"]} for each in kept if each["proposal"] == first["id"])]
    facts["recusals"] = []


def with_margins_that_cross(facts):
    """Sizes that several sectors share, so that one round of raking does not meet both margins."""
    for each in facts["frame"] + facts["responses"]:
        if (each["sector"], each["size"]) == ("industry", "mid_size"):
            each["size"] = "institute"
        elif each["size"] == "university":
            each["size"] = "sme"


FACTS = {
    "demand/raking_rounds": with_margins_that_cross,
    "evaluation/application_drop": of_applications,
    "evaluation/application_method": of_applications,
    "evaluation/application_minimum_values": of_applications,
    "evaluation/application_threshold": of_applications,
    "evaluation/reviews_each": of_applicants,
    "evaluation/tie_break": with_a_tie,
    "evaluation/undelivered": of_applicants,
    "portfolio/spc_first": with_a_provider_that_joins_the_company,
    "reclaim/minimum_data_days": half_a_fortnight,
}
# Rules that are changed on both sides, so that the one in question can be seen.
REVIEWED = {
    "evaluation/application_method": "distributed",
    "evaluation/application_minimum_values": 1,
    "evaluation/reviews_each": 2,
    "evaluation/undelivered": "named",
}
TIERED = {"evaluation/method": "tiers_with_draw", "evaluation/application_method": "tiers_with_draw", "evaluation/tiers": ["0.5"]}
BESIDE = {
    "demand/raking_rounds": {"demand/gpu_decimals": 6, "demand/share_decimals": 9},
    "evaluation/application_method": {"evaluation/tiers": ["0.5"]},
    "evaluation/method": {"evaluation/tiers": ["0.9"]},
    "evaluation/reviews_each": REVIEWED,
    "evaluation/tiers": TIERED,
    "evaluation/undelivered": REVIEWED,
    "reclaim/minimum_data_days": {"reclaim/minimum_data_days": 3},
}
CHOOSER = "evaluation/method"  # in whose file the dates of rules stand that only some methods read
FRAME = ("rules_read", "facts_digest")


@pytest.fixture(scope="module")
def book():
    return open_book(DEFAULT)


def with_value(book, name, value):
    """The book in which that rule has had that value ever since."""
    rule = book.rules.get(name) or book.rules[CHOOSER]._replace(name=name)
    made = value(rule.values[-1].value) if callable(value) else value
    values = tuple(each._replace(value=made) for each in rule.values)
    return book._replace(rules={**book.rules, name: rule._replace(values=values)})


def recommended(stage, facts, book):
    """What is recommended, or why nothing can be."""
    try:
        made = plain(decide(stage, facts, book=book).recommendation)
    except (BadInput, Infeasible) as refusal:
        return str(refusal)
    return {key: value for key, value in made.items() if key not in FRAME}


def test_every_rule_of_a_decision_has_another_value_here():
    assert set(OTHER) == {name for stage in DECISIONS for name in stage_format(stage).rules.names().values()}


@pytest.mark.parametrize("name", OTHER)
def test_another_value_changes_what_is_recommended(name, book, example):
    stage = name.partition("/")[0]
    facts = copy.deepcopy(example(stage))
    FACTS.get(name, lambda _facts: None)(facts)
    for other, value in BESIDE.get(name, {}).items():
        book = with_value(book, other, value)
    before = recommended(stage, facts, book)
    assert not isinstance(before, str), before
    assert recommended(stage, facts, with_value(book, name, OTHER[name])) != before
