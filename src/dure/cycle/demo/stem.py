"""The stem of the demo: allocation, provisioning, metering, settlement, outcomes, rebalancing."""

import datetime as dt
from collections import Counter, defaultdict
from fractions import Fraction
from typing import Any

from dure.cycle.demand import shares
from dure.cycle.demo.world import Told, World, by_sector, moment, won
from dure.cycle.recorded_month import RecordedMonth, daily_use, reclaim_papers, recorded_usage
from dure.cycle.stem import allocation, metering, outcomes, provisioning, rebalancing, settlement
from dure.decisions.quantities import split_by_largest_remainder
from dure.formats.canonical import plain
from dure.formats.kinds import decimal_text
from dure.formats.reading import as_struct
from dure.formats.stages.metering import MeteredLease, MeteredServer
from dure.records.allocation import actions as rounds
from dure.records.allocation import queries as allocated
from dure.records.demand import queries as demand
from dure.records.operation import actions as operation
from dure.records.operation import queries as operated
from dure.records.outcomes import actions as results
from dure.records.settlement import actions as charges
from dure.records.supply import actions as supply
from dure.records.supply import queries as supplied

SHARE_DECIMALS = 4


def act_allocation(world: World) -> Told:
    """Stage 11."""
    call = world.input("user_call")
    given, start = call["allocation"], dt.date.fromisoformat(call["allocation"]["start_on"])
    for pool in [*given["pools"], *({"id": name} for name in ("kakao-own", "naver-own"))]:
        ids = list(supplied.servers(pool_id=pool["id"]).values_list("pk", flat=True))
        supply.put_in_service(servers=ids, from_at=moment(start, 0), accepted_on=start)
    opened = rounds.open_round(
        id=call["call"]["id"],
        user_call=demand.user_call(call["call"]["id"]),
        start_on=start,
        weeks=given["weeks"],
        opened_at=moment("2026-02-27", 15),
    )
    made = world.decide(
        "allocation",
        allocation.recommend,
        by="agency",
        approved_by="ministry",
        at=moment("2026-03-02"),
        round_id=opened.pk,
        in_service={pool["id"]: pool["in_service"] for pool in given["pools"]},
        sectors=_sectors(world),
        draw_seed=given["draw_seed"],
    )
    return _told_allocation(world, made)


def _sectors(world: World) -> list[dict[str, str]]:
    """The call's sectors with their floors and ceilings; shares as approved, within the sectors that the call is open to."""
    given = world.input("user_call")["allocation"]
    approved = allocated.shares(programme=world.programme, on=dt.date.fromisoformat(given["start_on"]))
    scale = 10**SHARE_DECIMALS
    parts = split_by_largest_remainder(scale, {each["id"]: Fraction(approved[each["id"]]) for each in given["sectors"]})
    return [{**each, "share": decimal_text(Fraction(parts[each["id"]], scale), SHARE_DECIMALS)} for each in given["sectors"]]


def _told_allocation(world: World, made: dict[str, Any]) -> Told:
    """How many of the GPUs opened are allotted at once, against reality, and how far from the bound."""
    call = world.input("user_call")
    per_server = {pool["id"]: pool["gpus_per_server"] for pool in call["allocation"]["pools"]}
    offered = sum(per_server[pool["id"]] * pod["servers"] for pool in call["allocation"]["pools"] for pod in pool["pods"])
    by_week: Counter[int] = Counter()
    for grant in made["grants"]:
        for week in range(grant["from_week"], min(grant["to_week"], call["allocation"]["weeks"])):
            by_week[week] += per_server[grant["pool"]] * len(grant["servers"])
    most = max(by_week.values(), default=0)
    reality = world.input("public_facts")["figures"]["user_call"]["value"]["selected"]
    used = sum(made["sector_use"].values())
    got = by_sector({sector: part / max(used, 1) for sector, part in made["sector_use"].items()})
    aimed = by_sector({each["id"]: float(each["share"]) for each in _sectors(world)})
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


def act_provisioning(world: World) -> Told:
    """Stage 12."""
    people: dict[str, list[str]] = defaultdict(list)
    for each in world.input("applications")["applications"]:
        people[each["organisation"]] += each["people"]
    foreign = [{"kind": "account", "name": "root", "attributes": {}}]
    changes = 0
    for pool in world.input("user_call")["allocation"]["pools"]:
        made = world.decide(
            f"provisioning {pool['id']}",
            provisioning.recommend,
            by="operator",
            approved_by="operator",
            at=moment("2026-03-02", 15),
            pool_id=pool["id"],
            people=people,
            observed=foreign,
        )
        changes += len(made["changes"])
    return Told(
        (f"변경 {changes:,}건 계획, 남의 것은 그대로", f"{changes:,} changes planned, nothing foreign touched"),
        ("모두 되돌릴 수 있음", "each with its undo"),
    )


def month(world: World) -> RecordedMonth:
    """The recorded month, from the leases that there are."""
    leases, servers = _metered(world)
    return recorded_usage(leases=leases, servers=servers, profile=world.input("usage_profile"))


def _metered(world: World) -> tuple[list[MeteredLease], list[MeteredServer]]:
    """Leases, and the public servers in service."""
    profile = world.input("usage_profile")
    span = {key: dt.datetime.fromisoformat(profile[name]) for key, name in (("from_at", "from"), ("to_at", "to"))}
    facts = operated.metered_facts(**span)
    leases = [as_struct(each, MeteredLease, where="leases") for each in facts["leases"]]
    servers = [as_struct(each, MeteredServer, where="servers") for each in facts["servers"]]
    own = {each["pool"] for each in profile["own_use"]}
    return leases, [server for server in servers if server.pool not in own]


def act_metering(world: World) -> Told:
    """Stage 13."""
    recorded = month(world)
    leases, servers = _metered(world)
    for use in daily_use(leases=leases, servers=servers, month=recorded):
        days = [{"grant": use.id, "day": d.day, "utilisation": d.utilisation, "busy_servers": d.busy_servers} for d in use.days]
        operation.record_daily_use(days=days)
    _watch(world, recorded)
    records = {
        name: [plain(each) for each in getattr(recorded, name)]
        for name in ("jobs", "telemetry", "maintenance", "gaps", "own_use", "own_use_contracts")
    }
    made = world.decide(
        "metering",
        metering.recommend,
        by="operator",
        approved_by="agency",
        at=moment("2026-04-01", 9),
        period="2026-03",
        from_at=recorded.from_at,
        to_at=recorded.to_at,
        records=records,
    )
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


def _watch(world: World, recorded: RecordedMonth) -> None:
    """During the month: leases below the floor are written to; some answer, one objects."""
    given = world.input("reclaim")
    _, notices, appeals = reclaim_papers(recorded, given)
    world.decide(
        "notices",
        rebalancing.recommend,
        by="operator",
        approved_by="agency",
        at=moment(notices[0].sent_on, 9),
        round_id=world.input("user_call")["call"]["id"],
    )
    for each in notices:
        sent = operated.notices(grant=allocated.grant(each.lease)).first()
        if sent and each.answered_on:
            operation.answer_notice(notice=sent, answer="데이터 준비 중이었습니다.", answered_on=each.answered_on)
            operation.judge_answer(notice=sent, accepted=bool(each.answer_accepted))
    for each in appeals:
        text = "이용 계획에 따른 준비 기간이었습니다."
        operation.open_appeal(grant=allocated.grant(each.lease), text=text, opened_on=each.opened_on)


def act_settlement(world: World) -> Told:
    """Stage 14."""
    given, recorded = world.input("burden"), month(world)
    charges.issue_price_book(
        from_on=dt.date(2026, 1, 1), prices=given["price_book"], source="공표된 시장가격 없음, 가정한 단가", assumed=True
    )
    span = {"period": "2026-03", "from_at": recorded.from_at, "to_at": recorded.to_at}
    world.decide(
        "burden", settlement.recommend_burden, by="agency", approved_by="ministry", at=moment("2026-04-02"), design=given, **span
    )
    cases = world.input("reclaim")["off_purpose"]
    misused = [
        {"lease": recorded.off_purpose[each["place"] - 1], "share": each["share"]}
        for each in cases
        if each["place"] <= len(recorded.off_purpose)
    ]
    notes = {"gaps": [plain(each) for each in recorded.lease_gaps], "off_purpose": misused}
    made = world.decide(
        "settlement", settlement.recommend, by="agency", approved_by="ministry", at=moment("2026-04-03"), notes=notes, **span
    )
    listed, billed, support = (won(made["totals"][name]) for name in ("list_won", "billed_won", "support_won"))
    same = made["totals"]["list_won"] == made["totals"]["billed_won"] + made["totals"]["support_won"]
    count = len(made["invoices"])
    return Told(
        (
            f"청구서 {count}건: 기준 {listed[0]} = 청구 {billed[0]} + 지원 {support[0]}",
            f"{count} invoices: list {listed[1]} = billed {billed[1]} + support {support[1]}",
        ),
        ("원 단위까지 일치, 검산 통과" if same else "불일치", "equal to the won, checked" if same else "UNEQUAL"),
    )


def act_outcomes(world: World) -> Told:
    """Stage 15."""
    given, call = world.input("outcomes"), world.input("user_call")["call"]["id"]
    granted = {each.application_id: each for each in allocated.grants(round_id=call)}
    due = dt.date.fromisoformat(given["reports"][0]["report_due_on"])
    results.ask_for_reports(grants=granted.values(), due_on=due)
    received = {
        granted[each["application"]].pk: dt.date.fromisoformat(each["report_received_on"])
        for each in given["reports"]
        if each["application"] in granted and each["report_received_on"]
    }
    results.receive_reports(received=received, due_on=due)
    _enter_achievements(world, granted)
    made = world.decide(
        "outcomes",
        outcomes.recommend,
        by="agency",
        approved_by="ministry",
        at=moment(given["as_of"]),
        period="2026-H1",
        sectors=sorted(allocated.shares(programme=world.programme, on=due)),
    )
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


def _enter_achievements(world: World, granted: dict[str, Any]) -> None:
    """What was reported, and which evidence somebody at the agency has looked at."""
    given = world.input("outcomes")
    day = dt.date.fromisoformat(given["as_of"])
    mine = [each for each in given["achievements"] if each["grant"] in granted]
    fields = ("id", "kind", "count", "revenue_won", "evidence")
    entered = results.record_achievements(
        achievements=[
            {**{key: each[key] for key in fields if key in each}, "grant": granted[each["grant"]], "reported_on": day}
            for each in mine
        ]
    )
    verified = {each["id"] for each in mine if each.get("verified")}
    seen = [each for each in entered if each.pk in verified and each.evidence]
    results.verify_achievements(achievements=seen, verified_by=world.person("agency"), verified_on=day)


def act_rebalancing(world: World) -> Told:
    """Stage 16."""
    call, given = world.input("user_call"), world.input("reclaim")
    round_id = call["call"]["id"]
    off_purpose, _, _ = reclaim_papers(month(world), given)
    made = world.decide(
        "reclaim",
        rebalancing.recommend,
        by="operator",
        approved_by="agency",
        at=moment(given["as_of"], 12),
        round_id=round_id,
        off_purpose=[plain(each) for each in off_purpose],
    )
    again = world.propose(  # left for the ministry to approve or refuse: its desk begins with something to do
        "shares again", shares.recommend, by="agency", at=moment("2026-08-03"), from_on=dt.date(2026, 9, 1), **_signals(world)
    )
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


def _signals(world: World) -> dict[str, dict[str, str]]:
    """Current shares; demand as it came in the call, national projects as surveyed; priority; results."""
    current = allocated.shares(programme=world.programme, on=dt.date(2026, 8, 3))
    surveyed = {name: Fraction(share) for name, share in world.entries["demand"].recommendation_value()["shares"].items()}
    call = demand.user_call(world.input("user_call")["call"]["id"])
    asked = {each["sector"]: each["servers"] for each in demand.totals_by_sector(call)}
    open_part = sum((surveyed.get(sector, Fraction(0)) for sector in asked), Fraction(0))
    wanted = {
        sector: open_part * asked[sector] / sum(asked.values()) if sector in asked else surveyed.get(sector, Fraction(0))
        for sector in current
    }
    scale = 10**SHARE_DECIMALS
    parts = split_by_largest_remainder(scale, wanted)
    return {
        "current": current,
        "demand": {sector: decimal_text(Fraction(part, scale), SHARE_DECIMALS) for sector, part in parts.items()},
        "priority": world.input("programme")["policy_priority"],
        "results": world.entries["outcomes"].recommendation_value()["results"],
    }
