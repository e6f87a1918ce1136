"""Who reviews what, and the score sheets: of four proposals by nine, of 514 applications by three of thirty each."""

from typing import Any

from reconstruction.draws import Draws
from reconstruction.words import SUBJECTS, UNIVERSITIES

REVIEWERS = 30
PER_APPLICATION = 3
APPLICATION_WEIGHTS = {"ripple_effect": 35, "ecosystem_contribution": 30, "capability_feasibility": 35}
# Parts of a thousand, per judged criterion: the order of the bidders is not public, this one is assumed.
PROPOSAL_QUALITY = {
    "csp-nhn": {"understanding_capability": 945, "readiness_competitiveness": 965, "ecosystem_effort": 930,
                "operation_management": 950, "build_plan_quality": 960},
    "csp-kakao": {"understanding_capability": 905, "readiness_competitiveness": 890, "ecosystem_effort": 910,
                  "operation_management": 900, "build_plan_quality": 885},
    "csp-naver": {"understanding_capability": 895, "readiness_competitiveness": 905, "ecosystem_effort": 890,
                  "operation_management": 890, "build_plan_quality": 890},
    "csp-fourth": {"understanding_capability": 885, "readiness_competitiveness": 875, "ecosystem_effort": 880,
                   "operation_management": 880, "build_plan_quality": 875},
}  # fmt: skip


def half_points(weight: int, permille: int) -> str:
    """Points in steps of a half, between nothing and the weight."""
    halves = (2 * weight * max(0, min(1000, permille)) + 500) // 1000
    return f"{halves // 2}.5" if halves % 2 else str(halves // 2)


def proposal_scores(call: dict[str, Any]) -> list[dict[str, Any]]:
    """One sheet per evaluator and proposal, but where the evaluator stands aside."""
    weights = {c["id"]: int(c["weight"]) for c in call["criteria"] if c["kind"] == "judged"}
    aside = {(r["evaluator"], r["proposal"]) for r in call["recusals"]}
    sheets = []
    for evaluator in call["evaluators"]:
        lean = Draws("evaluator", evaluator).between(-15, 15)
        for proposal, quality in PROPOSAL_QUALITY.items():
            if (evaluator, proposal) in aside:
                continue
            draws = Draws("proposal score", evaluator, proposal)
            points = {c: half_points(w, quality[c] + lean + draws.between(-25, 25)) for c, w in weights.items()}
            sheets.append({"evaluator": evaluator, "proposal": proposal, "points": points})
    return sheets


def reviewers() -> list[dict[str, Any]]:
    """Thirty codes with fields and the university whose applications they do not touch."""
    made = []
    for number in range(1, REVIEWERS + 1):
        draws = Draws("reviewer", str(number))
        home = draws.pick(sorted(UNIVERSITIES))
        fields = draws.shuffled(sorted(SUBJECTS))[:3]
        made.append({"id": f"review-{number:02d}", "affiliation": f"{home}대학교", "home": home, "fields": sorted(fields)})
    return made


def conflicts(panel: list[dict[str, Any]], organisations: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Applicants that each reviewer stands aside for: the own university's, and a firm advised by every other one."""
    firms = [o["id"] for o in organisations if o["kind"] == "industry"]
    return {
        reviewer["id"]: [o["id"] for o in organisations if o["parent"] == reviewer["home"]]
        + ([Draws("advises", reviewer["id"]).pick(firms)] if number % 2 else [])
        for number, reviewer in enumerate(panel)
    }


def application_scores(
    applications: list[dict[str, Any]], panel: list[dict[str, Any]], apart: dict[str, list[str]]
) -> list[dict[str, Any]]:
    """Three sheets each, by the evaluators with the fewest sheets and no conflict; equal loads are drawn by lot."""
    load = {reviewer["id"]: 0 for reviewer in panel}
    lean = {reviewer["id"]: Draws("lean", reviewer["id"]).between(-35, 35) for reviewer in panel}
    sheets = []
    for application in applications:
        draws = Draws("review", application["id"])
        free = draws.shuffled([one for one in load if application["organisation"] not in apart[one]])
        quality = draws.bell(780, 80)
        for reviewer in sorted(sorted(free, key=load.__getitem__)[:PER_APPLICATION]):
            load[reviewer] += 1
            points = {
                criterion: half_points(weight, quality + lean[reviewer] + draws.between(-60, 60))
                for criterion, weight in APPLICATION_WEIGHTS.items()
            }
            sheets.append({"evaluator": reviewer, "proposal": application["id"], "points": points})
    return sheets
