"""The stem: allocation, provisioning, metering, settlement, outcomes, rebalancing."""

import datetime as dt
from collections import Counter
from fractions import Fraction
from typing import Any

from dure.cycle.playing import Player, Told
from dure.decisions.quantities import split_by_largest_remainder
from dure.formats.canonical import plain
from dure.formats.kinds import decimal_text
from dure.formats.reading import as_struct
from dure.formats.stages.metering import MeteredLease, MeteredServer

from .recorded_month import RecordedMonth, daily_use, reclaim_papers, recorded_usage
from .words import by_sector, in_words, moment

SHARE_DECIMALS = 4
MONTH = "2026-03"
METERED, METERED_UNTIL = "2026-Q1", "2026-03-31"  # hours of later months nobody recorded: they are not known, and not none
RECORDS = ("jobs", "telemetry", "maintenance", "gaps", "own_use", "own_use_contracts")
ANSWER, APPEAL = "데이터 준비 중이었습니다.", "이용 계획에 따른 준비 기간이었습니다."


def round_of(play: Player) -> str:
    """The round has the id of its call."""
    return str(play.input("user_call")["call"]["id"])


def act_allocation(play: Player) -> Told:
    """Stage 11."""
    given = play.input("user_call")["allocation"]
    start, round_id = dt.date.fromisoformat(given["start_on"]), round_of(play)
    for pool in [*(each["id"] for each in given["pools"]), "kakao-own", "naver-own"]:
        served = {"pool": pool, "from_at": moment(start, 0).isoformat(), "accepted_on": start.isoformat()}
        play.act("put_in_service", served, by="operator", at=moment(start, 0))
    opened = {
        "id": round_id, "call": round_id, "start_on": given["start_on"], "weeks": given["weeks"],
        "pools": [each["id"] for each in given["pools"]], "sectors": sectors(play), "draw_seed": given["draw_seed"],
    }  # fmt: skip
    play.act("open_round", opened, by="agency", at=moment("2026-02-27", 15))
    made = play.decide("allocation", round_id, by="agency", approved_by="ministry", at=moment("2026-03-02"))
    return _told_allocation(play, made)


def sectors(play: Player) -> list[dict[str, str]]:
    """The call's sectors with their floors and ceilings; shares as approved, within the sectors that the call is open to."""
    given, approved = play.input("user_call")["allocation"]["sectors"], play.filed["shares"]["shares"]
    scale = 10**SHARE_DECIMALS
    parts = split_by_largest_remainder(scale, {each["id"]: Fraction(approved[each["id"]]) for each in given})
    return [{**each, "share": decimal_text(Fraction(parts[each["id"]], scale), SHARE_DECIMALS)} for each in given]


def _told_allocation(play: Player, made: dict[str, Any]) -> Told:
    """How many of the GPUs opened are allotted at once, against reality, and how far from the bound."""
    given = play.input("user_call")["allocation"]
    per_server = {pool["id"]: pool["gpus_per_server"] for pool in given["pools"]}
    offered = sum(per_server[pool["id"]] * pod["servers"] for pool in given["pools"] for pod in pool["pods"])
    by_week: Counter[int] = Counter()
    for grant in made["grants"]:
        for week in range(grant["from_week"], min(grant["to_week"], given["weeks"])):
            by_week[week] += per_server[grant["pool"]] * len(grant["servers"])
    most = max(by_week.values(), default=0)
    reality = play.input("public_facts")["figures"]["user_call"]["value"]["selected"]
    used = sum(made["sector_use"].values())
    got = by_sector({sector: part / max(used, 1) for sector, part in made["sector_use"].items()})
    aimed = by_sector({each["id"]: float(each["share"]) for each in sectors(play)})
    projects, first, gap = len(made["grants"]), by_week[0], f"{float(made['gap']):.2%}"
    ko = f"{projects}과제에 {offered:,} 중 {most:,} GPU (첫 주 {first:,}; 실제 {reality['gpus']:,}); {got[0]} (공표 {aimed[0]})"
    en = f"{most:,} of {offered:,} GPUs to {projects} projects (first week {first:,}; reality {reality['gpus']:,}); {got[1]}"
    return Told(
        (ko, f"{en} (published {aimed[1]})"),
        (
            f"목적값 {made['objective']:,} ≤ 한계 {made['bound']:,}, 격차 {gap}",
            f"objective {made['objective']:,}, bound {made['bound']:,}, gap {gap}",
        ),
    )


def act_provisioning(play: Player) -> Told:
    """Stage 12."""
    foreign = [{"kind": "account", "name": "root", "attributes": {}}]
    changes = 0
    for pool in play.input("user_call")["allocation"]["pools"]:
        state = {"pool": pool["id"], "observed": foreign}
        play.act("report_cluster_state", state, by="operator", at=moment("2026-03-02", 14))
        made = play.decide("provisioning", pool["id"], by="operator", approved_by="operator", at=moment("2026-03-02", 15))
        changes += len(made["changes"])
    return Told(
        (f"변경 {changes:,}건 계획, 남의 것은 그대로", f"{changes:,} changes planned, nothing foreign touched"),
        ("모두 되돌릴 수 있음", "each with its undo"),
    )


def act_metering(play: Player) -> Told:
    """Stage 13."""
    recorded, leases, servers = month(play)
    days = [
        {"grant": use.id, "day": d.day.isoformat(), "utilisation": d.utilisation, "busy_servers": d.busy_servers}
        for use in daily_use(leases=leases, servers=servers, month=recorded)
        for d in use.days
    ]
    play.act("record_daily_use", {"days": days}, by="operator", at=moment("2026-04-01", 7))
    _watch(play, recorded)
    records = {name: [plain(each) for each in getattr(recorded, name)] for name in RECORDS}
    play.act("report_usage", {"period": MONTH, **records}, by="operator", at=moment("2026-04-01", 8))
    made = play.decide("metering", MONTH, by="operator", approved_by="agency", at=moment("2026-04-01", 9))
    hours = sum(Fraction(each["gpu_hours"]) for each in made["usage"])
    held, used = (sum(each[name] for each in made["usage"]) for name in ("held_gpu_seconds", "used_gpu_seconds"))
    seconds = sum(each["in_service"] for each in made["states"])
    parts = sum(each[name] for each in made["states"] for name in ("leased", "idle", "maintenance", "own_use"))
    return Told(
        (
            f"{float(hours):,.0f} GPU시간, 이용률 {used / held:.1%}, 차이 {len(made['differences'])}건 보류·표시",
            f"{float(hours):,.0f} GPU-hours, utilisation {used / held:.1%}, {len(made['differences'])} differences shown",
        ),
        (f"서버·초 {seconds:,} = 상태 합 {parts:,}", f"server-seconds {seconds:,} = sum of states {parts:,}"),
    )


def month(play: Player) -> tuple[RecordedMonth, list[MeteredLease], list[MeteredServer]]:
    """The recorded month, from the leases that there are; drawn once, when the month begins to be read."""
    if "month" not in play.filed:
        profile = play.input("usage_profile")
        play.act("report_usage", {"period": MONTH, "jobs": []}, by="operator", at=moment("2026-04-01", 6))
        facts = play.facts("metering", MONTH, by="operator", at=moment("2026-04-01", 6))
        leases = [as_struct(each, MeteredLease, where="leases") for each in facts["leases"]]
        own = {each["pool"] for each in profile["own_use"]}
        known = [as_struct(each, MeteredServer, where="servers") for each in facts["servers"]]
        servers = [server for server in known if server.pool not in own]
        play.filed["month"] = recorded_usage(leases=leases, servers=servers, profile=profile), leases, servers
    found: tuple[RecordedMonth, list[MeteredLease], list[MeteredServer]] = play.filed["month"]
    return found


def _watch(play: Player, recorded: RecordedMonth) -> None:
    """During the month: leases below the floor are written to; some answer, one objects."""
    _, notices, appeals = reclaim_papers(recorded, play.input("reclaim"))
    sent_at = moment(notices[0].sent_on, 9)
    made = play.decide("reclaim", round_of(play), by="operator", approved_by="agency", at=sent_at, name="notices")
    second = play.person("agency", 1)  # who entered an answer in the holder's name does not judge it
    noticed = {each["lease"] for each in made["proposals"] if each["action"] == "notice"}
    for each in notices:
        if each.lease in noticed and each.answered_on:
            at = moment(each.answered_on)
            play.act("answer_notice", {"grant": each.lease, "answer": ANSWER}, by="agency", at=at)
            play.act("judge_answer", {"grant": each.lease, "accepted": bool(each.answer_accepted)}, by=second, at=at)
    for appeal in appeals:
        play.act("open_appeal", {"grant": appeal.lease, "text": APPEAL}, by="agency", at=moment(appeal.opened_on))


def act_settlement(play: Player) -> Told:
    """Stage 14."""
    given, recorded = play.input("burden"), month(play)[0]
    prices = {
        "from_on": "2026-01-01", "prices": given["price_book"], "source": "공표된 시장가격 없음, 가정한 단가", "assumed": True,
    }  # fmt: skip
    play.act("issue_price_book", prices, by="ministry", at=moment("2026-01-02"))
    design = {"period": MONTH, **{key: given[key] for key in ("comparables", "survey", "places")}}
    play.act("design_burden", design, by="agency", at=moment("2026-04-02", 9))
    play.decide("burden", MONTH, by="agency", approved_by="ministry", at=moment("2026-04-02"))
    for case in play.input("reclaim")["off_purpose"]:
        if case["place"] <= len(recorded.off_purpose):
            finding = {key: case[key] for key in ("confirmed_on", "share", "evidence")}
            grant = recorded.off_purpose[case["place"] - 1]
            play.act("confirm_off_purpose", {"grant": grant, **finding}, by="agency", at=moment("2026-04-03", 8))
    gaps = {"period": MONTH, "gaps": [plain(each) for each in recorded.lease_gaps]}
    play.act("note_settlement", gaps, by="agency", at=moment("2026-04-03", 9))
    made = play.decide("settlement", MONTH, by="agency", approved_by="ministry", at=moment("2026-04-03"))
    listed, billed, support = (in_words(made["totals"][name]) for name in ("list_amount", "billed_amount", "support_amount"))
    same = made["totals"]["list_amount"] == made["totals"]["billed_amount"] + made["totals"]["support_amount"]
    count = len(made["invoices"])
    return Told(
        (
            f"청구서 {count}건: 기준 {listed[0]} = 청구 {billed[0]} + 지원 {support[0]}",
            f"{count} invoices: list {listed[1]} = billed {billed[1]} + support {support[1]}",
        ),
        ("원 단위까지 일치, 검산 통과" if same else "불일치", "equal to the smallest unit, checked" if same else "UNEQUAL"),
    )


def act_outcomes(play: Player) -> Told:
    """Stage 15."""
    given, round_id = play.input("outcomes"), round_of(play)
    leases = play.facts("reclaim", round_id, by="agency", at=moment(given["as_of"], 8))["leases"]
    due = given["reports"][0]["report_due_on"]
    # What begins later has nothing to report yet, whatever the drawn files say of it.
    granted = {each["id"].removeprefix(f"{round_id}/"): each["id"] for each in leases if each["from_on"] <= due}
    held = {each["id"] for each in leases if each["from_on"] <= METERED_UNTIL}
    play.act("ask_for_reports", {"round": round_id, "due_on": due}, by="agency", at=moment("2026-06-01"))
    for each in given["reports"]:
        if each["application"] in granted and each["report_received_on"]:
            report = {"grant": granted[each["application"]], "due_on": due}
            play.act("submit_report", report, by="agency", at=moment(each["report_received_on"]))
    mine = [each for each in given["achievements"] if granted.get(each["grant"]) in held]
    for each in mine:
        result = {key: each[key] for key in ("id", "kind", "count", "evidence") if key in each}
        result |= {"grant": granted[each["grant"]], "revenue": each.get("revenue_amount", 0), "achieved_on": METERED_UNTIL}
        play.act("report_achievement", result, by="agency", at=moment(given["as_of"], 8))
    seen = [each["id"] for each in mine if each.get("verified") and each.get("evidence")]
    play.act("verify_achievements", {"achievements": seen}, by="agency", at=moment(given["as_of"], 9))
    made = play.decide("outcomes", METERED, by="agency", approved_by="ministry", at=moment(given["as_of"]))
    counted = sum(each["counted"] for each in made["sectors"])
    missing = sum(each["reports_missing"] for each in made["sectors"])
    parts = by_sector({sector: float(share) for sector, share in made["results"].items()})
    return Told(
        (
            f"증빙된 성과 {counted}건, 미제출 보고 {missing}건; {parts[0]}",
            f"{counted} results with evidence, {missing} reports missing; {parts[1]}",
        ),
        ("GPU시간당 성과, 합계 1", "per GPU-hour, sums to one"),
    )


def act_rebalancing(play: Player) -> Told:
    """Stage 16."""
    given = play.input("reclaim")
    made = play.decide("reclaim", round_of(play), by="operator", approved_by="agency", at=moment(given["as_of"], 12))
    priority = {"from_on": "2026-09-01", "priority": play.input("programme")["policy_priority"]}
    play.act("set_policy_priority", priority, by="ministry", at=moment("2026-08-03", 9))
    # Left for the ministry to approve or refuse: its desk begins with something to do.
    again, _ = play.propose("new_shares", "2026-09-01", by="agency", at=moment("2026-08-03"))
    kinds = Counter(each["action"] for each in made["proposals"])
    told = by_sector({sector: float(share) for sector, share in again["shares"].items()})
    figures = f"{kinds['notice']} / {kinds['reclaim']} / {kinds['wait_for_appeal']}"
    return Told(
        (
            f"통지·회수·이의 대기 {figures}, 재배분 {len(made['regrants'])}건; 새 비중 제안 {told[0]}",
            f"notice, reclaim, appeal {figures}; {len(made['regrants'])} regrants; new shares proposed: {told[1]}",
        ),
        ("자료 없는 회수 없음, 이의 중 회수 없음", "no reclaim without data or during an appeal"),
    )
