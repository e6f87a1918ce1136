"""The demand arm: survey, shares, applications."""

import datetime as dt
from typing import Any

from dure.cycle.playing import Player, Told

from .papers import attach_plans, publish
from .supply import seats
from .words import by_sector, moment

CONFLICT = "이해관계"
TAKEN = (
    "id", "organisation", "sector", "title", "purpose", "use", "models", "servers", "minimum_servers", "weeks", "earliest_week",
    "latest_week", "pod", "large_project_plan", "supported_by", "people",
)  # fmt: skip


def act_survey(play: Player) -> Told:
    """Stage 8."""
    given = play.input("survey")
    day = dt.date.fromisoformat(given["surveyed_on"])
    survey = {
        "id": "survey-2025-09", "title": given["about"]["what"],
        "opened_on": day.isoformat(), "closed_on": (day + dt.timedelta(days=14)).isoformat(), "invited": given["invited"],
        "frame": given["frame"], "past": given["past"],
    }  # fmt: skip
    play.act("open_survey", survey, by="agency", at=moment(day))
    answers = {"survey": survey["id"], "responses": given["responses"]}
    play.act("record_survey_responses", answers, by="agency", at=moment(day + dt.timedelta(days=15)))
    made = play.decide("demand", survey["id"], by="agency", approved_by="agency", at=moment("2025-11-28"))
    total, rate = made["total"], f"{float(made['response_rate']):.0%}"
    figures = f"{total['gpus']} GPU ({total['low']}–{total['high']})"
    return Told(
        (f"수요 추정 {figures}, 응답률 {rate}", f"estimated demand {figures}, response rate {rate}"),
        ("95 % 신뢰구간, 검산 통과", "95 % interval, checked"),
    )


def act_shares(play: Player) -> Told:
    """Stage 9."""
    priority = {"from_on": "2026-01-01", "priority": play.input("programme")["policy_priority"]}
    play.act("set_policy_priority", priority, by="ministry", at=moment("2025-12-18", 9))
    made = play.decide("shares", "2026-01-01", by="agency", approved_by="ministry", at=moment("2025-12-18"))
    told, gap = by_sector({sector: float(share) for sector, share in made["shares"].items()}), made["objective"]
    return Told(told, (f"최소제곱 유일해 {gap}, 최적 조건 검산 통과", f"unique least-squares point {gap}, optimality checked"))


def act_application(play: Player) -> Told:
    """Stage 10."""
    call, given = play.input("user_call"), play.input("applications")["applications"]
    user_call = call["call"]["id"]
    notice = {
        "id": user_call, "title": call["call"]["title"],
        "gpus_offered": sum(p["gpus_per_server"] * pod["servers"] for p in call["allocation"]["pools"] for pod in p["pods"]),
        **{key: call["call"][key] for key in ("opens_at", "closes_at")},
    }  # fmt: skip
    play.act("open_user_call", notice, by="agency", at=dt.datetime.fromisoformat(call["call"]["opens_at"]))
    publish(play, "publish_with_user_call", call["call"], dt.datetime.fromisoformat(call["call"]["opens_at"]))
    for each in given:
        fields = {"call": user_call, "synthetic": True, **{key: each[key] for key in TAKEN if key in each}}
        play.act("submit_application", fields, by="agency", at=dt.datetime.fromisoformat(each["arrived_at"]))
    attach_plans(play, given)
    _seat(play, call)
    owing = [
        {"organisation": each["id"], "obligations": each["open_obligations"]}
        for each in play.input("applicants")["applicants"]
        if each.get("open_obligations")
    ]
    play.act("note_obligations", {"call": user_call, "owing": owing}, by="agency", at=moment("2026-01-30", 9))
    made = play.decide("eligibility", user_call, by="agency", approved_by="ministry", at=moment("2026-01-30"))
    eligible = {each["application"] for each in made["results"] if each["eligible"]}  # the other sheets are not opened
    for each in play.input("application_scores")["scores"]:
        if each["proposal"] in eligible:
            sheet = {"panel": user_call, "evaluator": each["evaluator"], "item": each["proposal"], "points": each["points"]}
            play.act("submit_score_sheet", sheet, by="agency", at=moment("2026-02-20"))
    play.act("lock_panel", {"panel": user_call}, by="agency", at=moment("2026-02-27", 9))
    ranked = play.decide("ranking", user_call, by="agency", approved_by="agency", at=moment("2026-02-27"))
    servers, passed = sum(each["servers"] for each in given), sum(each["passed"] for each in ranked["ranking"])
    asked = f"{len(given)} / {servers:,} / {servers * 8:,}"
    return Told(
        (
            f"신청 과제·서버·GPU {asked}, 적격 {made['eligible']}",
            f"projects, servers, GPUs asked {asked}; eligible {made['eligible']}",
        ),
        (f"부적격 {made['refused']}건 모두 사유, 순위 {passed}건", f"{made['refused']} refused with reasons, {passed} ranked"),
    )


def _seat(play: Player, call: dict[str, Any]) -> None:
    """The reviewers sit, and step back where they have an interest."""
    panel = {
        "id": call["call"]["id"], "kind": "application", "call": call["call"]["id"], "criteria": call["criteria"],
        "draw_seed": call["draw_seed"], "seats": seats(play, call["evaluators"], play.person("reviewer", 1)),
    }  # fmt: skip
    play.act("seat_panel", panel, by="agency", at=moment("2026-01-29"))
    for each in play.input("application_scores").get("recusals", ()):
        conflict = {"panel": panel["id"], "evaluator": each["evaluator"], "item": each["proposal"], "reason": CONFLICT}
        play.act("declare_conflict", conflict, by="agency", at=moment("2026-01-29"))
