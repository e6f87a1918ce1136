"""The demand arm of the demo: survey, shares, applications."""

import datetime as dt
from typing import Any

from dure.cycle.demand import application, shares, survey
from dure.cycle.demo.world import Told, World, by_sector, moment
from dure.formats.programme import ProgrammeRules
from dure.records.demand import actions as demand
from dure.records.review import actions as review

CONFLICT = "이해관계"


def act_survey(world: World) -> Told:
    """Stage 8."""
    given = world.input("survey")
    day = dt.date.fromisoformat(given["surveyed_on"])
    opened = demand.open_survey(
        id="survey-2025-09", title_ko=given["about"]["what"]["ko"], title_en=given["about"]["what"]["en"],
        opened_on=day, closed_on=day + dt.timedelta(days=14), invited=given["invited"], frame=given["frame"],
    )  # fmt: skip
    responses = [{**each, "start_on": dt.date.fromisoformat(each["start_on"])} for each in given["responses"]]
    demand.record_responses(survey=opened, responses=responses)
    made = world.decide(
        "demand",
        survey.recommend,
        by="agency",
        approved_by="agency",
        at=moment("2025-11-28"),
        survey_id=opened.pk,
        past=given["past"],
    )
    total = made["total"]
    figures = f"{total['gpus']} GPU ({total['low']}–{total['high']})"
    rate = f"{float(made['response_rate']):.0%}"
    return Told(
        (f"수요 추정 {figures}, 응답률 {rate}", f"estimated demand {figures}, response rate {rate}"),
        ("95 % 신뢰구간, 검산 통과", "95 % interval, checked"),
    )


def act_shares(world: World) -> Told:
    """Stage 9."""
    rules, _ = world.book.fill(ProgrammeRules, on=dt.date(2025, 12, 18))
    made = world.decide(
        "shares", shares.recommend, by="agency", approved_by="ministry", at=moment("2025-12-18"),
        from_on=dt.date(2026, 1, 1), current=rules.sector_shares, demand=world.entries["demand"].recommendation_value()["shares"],
        priority=world.input("programme")["policy_priority"], results=rules.sector_shares,
    )  # fmt: skip
    told, gap = by_sector({sector: float(share) for sector, share in made["shares"].items()}), made["objective"]
    return Told(told, (f"최소제곱 유일해 {gap}, 최적 조건 검산 통과", f"unique least-squares point {gap}, optimality checked"))


def act_application(world: World) -> Told:
    """Stage 10."""
    call, given = world.input("user_call"), world.input("applications")["applications"]
    user_call = demand.open_user_call(
        id=call["call"]["id"], title_ko=call["call"]["title"]["ko"], title_en=call["call"]["title"]["en"],
        gpus_offered=sum(p["gpus_per_server"] * pod["servers"] for p in call["allocation"]["pools"] for pod in p["pods"]),
        **{key: dt.datetime.fromisoformat(call["call"][key]) for key in ("opens_at", "closes_at")},
    )  # fmt: skip
    demand.submit_applications(user_call=user_call, applications=[as_submitted(each) for each in given])
    seats: dict[str, Any] = dict.fromkeys(call["evaluators"])
    seats |= {
        p["evaluator"]: world.person("reviewer", 1) for p in world.input("programme")["people"] if p.get("evaluator") in seats
    }
    panel = review.seat_panel(
        panel_id=user_call.pk, kind="application", subject=user_call.pk, seats=seats, at=moment("2026-01-29")
    )
    scores = world.input("application_scores")
    for each in scores.get("recusals", ()):
        review.recuse(panel=panel, evaluator=each["evaluator"], item=each["proposal"], reason=CONFLICT, at=moment("2026-01-29"))
    obligations = {
        each["id"]: each["open_obligations"] for each in world.input("applicants")["applicants"] if each.get("open_obligations")
    }
    made = world.decide(
        "eligibility", application.recommend_eligibility, by="agency", approved_by="ministry", at=moment("2026-01-30"),
        user_call=user_call.pk, obligations=obligations,
    )  # fmt: skip
    eligible = {each["application"] for each in made["results"] if each["eligible"]}  # the other sheets are not opened
    sheets = [{**s, "item": s["proposal"]} for s in scores["scores"] if s["proposal"] in eligible]
    review.submit_score_sheets(panel=panel, sheets=sheets, at=moment("2026-02-20"))
    ranked = world.decide(
        "ranking", application.recommend_ranking, by="agency", approved_by="agency", at=moment("2026-02-27"),
        user_call=user_call.pk, criteria=call["criteria"], draw_seed=call["draw_seed"],
    )  # fmt: skip
    servers, passed = sum(each["servers"] for each in given), sum(each["passed"] for each in ranked["ranking"])
    asked = f"{len(given)} / {servers:,} / {servers * 8:,}"
    return Told(
        (
            f"신청 과제·서버·GPU {asked}, 적격 {made['eligible']}",
            f"projects, servers, GPUs asked {asked}; eligible {made['eligible']}",
        ),
        (f"부적격 {made['refused']}건 모두 사유, 순위 {passed}건", f"{made['refused']} refused with reasons, {passed} ranked"),
    )


def as_submitted(given: dict[str, Any]) -> dict[str, Any]:
    """An application of the input file as the records take it in."""
    taken = {key: given[key] for key in TAKEN if key in given}
    return {
        **taken,
        "gpu_models": given["models"],
        "submitted_at": dt.datetime.fromisoformat(given["arrived_at"]),
        "synthetic": True,
    }


TAKEN = (
    "id", "organisation", "sector", "title", "purpose", "use", "servers", "minimum_servers", "weeks", "earliest_week",
    "latest_week", "pod", "large_project_plan", "supported_by",
)  # fmt: skip
