"""The supply arm of the demo: budget, call, evaluation, portfolio, agreement, orders, build-out."""

import datetime as dt
from typing import Any

from django.contrib.auth.hashers import make_password

from dure.cycle.demo import PASSWORD
from dure.cycle.demo.world import Told, World, moment, won
from dure.cycle.supply import agreement, budget, buildout, call, evaluation, order, portfolio
from dure.records.funding import actions as funding
from dure.records.funding import queries as funding_queries
from dure.records.parties import actions as parties
from dure.records.parties.models import Person
from dure.records.procurement import queries as procurement
from dure.records.review import actions as review
from dure.records.supply import actions as supply


def people_and_calendar(world: World) -> None:
    """Enter organisations, people and the promised calendar."""
    given = world.input("programme")
    keep = ("id", "name_ko", "name_en", "kind", "synthetic")
    organisations = [{key: each[key] for key in keep} for each in given["organisations"]]
    applicants = [
        {key: "" if value is None else value for key, value in each.items() if key in APPLICANT_FIELDS}
        for each in world.input("applicants")["applicants"]
    ]
    parties.add_organisations(organisations=organisations + applicants)
    for each in given["people"]:
        person = parties.add_person(username=each["username"], name_ko=each["name_ko"], name_en=each["name_en"])
        belongs = each["organisation"] if each["desk"] in {"provider", "applicant"} else None
        parties.give_role(person=person, desk=each["desk"], organisation=belongs, at=moment("2025-05-01"))
    Person.objects.update(password=make_password(PASSWORD))  # hashed once: a good hash is slow
    for each in world.input("calendar")["milestones"]:
        dates = {name + "_on": dt.date.fromisoformat(each[name]) for name in ("promised", "actual") if each[name]}
        cause = (each["cause"] or {}).get("ko", "")
        supply.set_milestone(programme=world.programme, key=each["id"], cause=cause, **dates)


APPLICANT_FIELDS = {"id", "name_ko", "name_en", "kind", "size", "region", "youth_led", "domestic", "group", "synthetic"}


def act_budget(world: World) -> Told:
    """Stage 1."""
    appropriated = world.input("payments")["appropriation_won"]
    funding.appropriate(programme=world.programme, won=appropriated, appropriated_on=dt.date(2025, 5, 14))
    made = world.decide(
        "budget", budget.recommend, by="agency", approved_by="ministry", at=moment("2025-05-14"), programme=world.programme
    )
    parts = [won(each["won"]) for each in made["envelopes"]]
    whole = won(appropriated)
    left = appropriated - sum(each["won"] for each in made["envelopes"])
    return Told(
        (
            f"{whole[0]}을 {' + '.join(part[0] for part in parts)}으로 배분",
            f"{whole[1]} into {' + '.join(part[1] for part in parts)}",
        ),
        (f"나머지 {left}원, 검산 통과", f"remainder {left} won, checked"),
    )


def act_call(world: World) -> Told:
    """Stage 2."""
    given = world.input("call")
    notice = {
        "id": given["call"]["id"],
        "title_ko": given["call"]["title"]["ko"],
        "title_en": given["call"]["title"]["en"],
        "budget_won": world.input("payments")["appropriation_won"],
        "opened_at": dt.datetime.fromisoformat(given["call"]["opened_at"]),
        "closes_at": dt.datetime.fromisoformat(given["call"]["closes_at"]),
        "briefing_at": moment(given["call"]["briefing_on"], 14),
    }
    questions = [
        {
            "question": each["question"]["ko"],
            "answer": each["answer"]["ko"],
            "asked_at": moment(each["asked_on"]),
            "answered_at": moment(each["answered_on"]),
        }
        for each in given["questions"]
    ]
    opened = call.open_to_providers(notice=notice, questions=questions)
    proposals = world.input("proposals")["proposals"]
    for each in proposals:
        content = {key: each[key] for key in ("values", "gate", "lots", "spc_participant", "cooling")}
        at = dt.datetime.fromisoformat(each["submitted_at"])
        call.receive(call=opened, proposal=each["id"], provider=each["provider"], content=content, at=at)
    for name, model in world.input("proposals")["gpu_models"].items():
        supply.add_gpu_model(id=name, relative_compute=model["relative_compute"])
    return Told(
        (
            f"제안서 {len(proposals)}건 접수, 질의응답 {len(questions)}건",
            f"{len(proposals)} proposals, {len(questions)} questions answered",
        ),
        ("모두 마감 전, 변경 불가", "all before the deadline, immutable"),
    )


def act_evaluation(world: World) -> Told:
    """Stage 3."""
    given, sheets = world.input("call"), world.input("proposal_scores")
    call_id = given["call"]["id"]
    seats: dict[str, Any] = dict.fromkeys(given["evaluators"])
    seats |= {
        each["evaluator"]: world.person("reviewer")
        for each in world.input("programme")["people"]
        if each.get("evaluator") in seats
    }
    panel = review.seat_panel(panel_id=call_id, kind="proposal", subject=call_id, seats=seats, at=moment("2025-06-30"))
    for each in given["recusals"]:
        review.recuse(panel=panel, evaluator=each["evaluator"], item=each["proposal"], reason="이해관계", at=moment("2025-06-30"))
    listed = [{"evaluator": s["evaluator"], "item": s["proposal"], "points": s["points"]} for s in sheets["scores"]]
    review.submit_score_sheets(panel=panel, sheets=listed, at=moment("2025-07-10"))
    for proposal in world.input("proposals")["proposals"]:
        if points := proposal.get("site_points"):
            review.record_site_visit(panel=panel, item=proposal["id"], points=points, visited_on=dt.date(2025, 7, 15))
    made = world.decide(
        "evaluation", evaluation.recommend, by="agency", approved_by="agency", at=moment("2025-07-18"),
        call_id=call_id, criteria=given["criteria"], draw_seed=given["draw_seed"],
    )  # fmt: skip
    ranked = sorted((each for each in made["ranking"] if each["rank"]), key=lambda each: each["rank"])
    order = " > ".join(f"{each['proposal']} {each['total']}" for each in ranked)
    return Told(
        (f"평가표 {len(listed)}장 → {order}", f"{len(listed)} score sheets → {order}"),
        ("정확한 유리수 계산, 검산 통과", "exact fractions, checked"),
    )


def act_portfolio(world: World) -> Told:
    """Stage 4."""
    call_id = world.input("call")["call"]["id"]
    made = world.decide(
        "portfolio", portfolio.recommend, by="agency", approved_by="ministry", at=moment("2025-07-28"), call_id=call_id
    )
    totals = procurement.award_totals(procurement.call(call_id))
    public = world.input("public_facts")["figures"]["csp_call.totals"]["value"]
    real = (public["all"], public["government"], public["csp_own_calc"])
    same = (totals["gpus"], totals["public_gpus"], totals["own_use_gpus"]) == real
    figures = f"{totals['gpus']:,} GPU = {totals['public_gpus']:,} + {totals['own_use_gpus']:,}"
    spent = won(totals["price_won"])
    gap = f"{made['objective']} / {made['bound']}"
    return Told(
        (f"{figures} (공공 + 자체), {spent[0]}", f"{figures} (public + own use), {spent[1]}"),
        (
            f"공개 수치와 {'일치' if same else '불일치'}; 목적값 {gap}",
            f"{'equals' if same else 'DIFFERS FROM'} the public figures; objective {gap}",
        ),
    )


def act_agreement(world: World) -> Told:
    """Stage 5."""
    call_id = world.input("call")["call"]["id"]
    signed = agreement.sign(
        call_id=call_id, signed_on=dt.date(2025, 8, 18), starts_on=dt.date(2025, 7, 1), owner="nipa", user_right="naicc"
    )
    for each in world.input("payments")["payments"]:
        pay_instalment(world, each)
    until = max(version.ends_on for each in signed for version in each.versions.all())
    return Told(
        (
            f"협약 {len(signed)}건, {until - dt.timedelta(days=1)}까지, 소유 NIPA",
            f"{len(signed)} agreements to {until - dt.timedelta(days=1)}, owned by NIPA",
        ),
        ("지출원인행위 ≤ 예산 (DB 제약)", "commitments within lines (database)"),
    )


def pay_instalment(world: World, payment: dict[str, Any]) -> None:
    """Pay one instalment of the sample on the commitment that the award made; 70 % and then the rest."""
    provider, part, instalment = payment["id"].split("/")
    line = {"gpu": "gpu", "environment": "operating_environment"}[part]
    for commitment in funding_queries.commitments(programme=world.programme, line_name=line):
        if (
            commitment.entry_id == world.entries["portfolio"].pk
            and f"/{provider_proposal(world, provider)}/" in commitment.reference
        ):
            first = commitment.won * 7 // 10
            amount = first if instalment == "1" else commitment.won - first
            funding.pay(
                commitment=commitment, reference=payment["id"], won=amount, paid_on=dt.date.fromisoformat(payment["paid_on"])
            )


def provider_proposal(world: World, provider: str) -> str:
    """The id of that provider's proposal."""
    return str(next(each["id"] for each in world.input("proposals")["proposals"] if each["provider"] == provider))


def act_order(world: World) -> Told:
    """Stage 6."""
    report = known(world, "orders", "2026-03-03")["clusters"]
    sites = {each["id"]: each for each in known(world, "sites", "2026-03-03")["sites"]}
    count = order.enter(
        call_id=world.input("call")["call"]["id"], sites=sites, clusters=report, owner="nipa", ordered_on=dt.date(2025, 8, 18)
    )
    return Told(
        (
            f"서버 {count['servers']:,}대 발주, 자산 {count['gpus']:,} GPU 등록",
            f"{count['servers']:,} servers ordered, {count['gpus']:,} GPUs registered",
        ),
        ("일련번호 유일, 협약 수량 이내", "serials unique, within the agreements"),
    )


def known(world: World, name: str, day: str) -> dict[str, Any]:
    """A report of `sites` or `orders` as it was known on that day."""
    return next(each for each in world.input(name)["known"] if each["as_of"] == day)


def act_buildout(world: World) -> Told:
    """Stage 7, twice: as it could have been known on 1 September 2025, and with the facts of 3 March 2026."""
    made = {}
    for day in ("2025-09-01", "2026-03-03"):
        given = world.input("orders")
        report = {
            "start_on": given["start_on"], "weeks": given["weeks"], "seed": given["seed"], "holidays": given["holidays"],
            "sites": known(world, "sites", day)["sites"],
            "clusters": known(world, "orders", day)["clusters"],
            "causes": known(world, "orders", day)["causes"],
        }  # fmt: skip
        made[day] = world.decide(
            f"buildout {day}",
            buildout.recommend,
            by="operator",
            approved_by="agency",
            at=moment(day),
            programme=world.programme,
            report=report,
        )
    early = made["2025-09-01"]["first_service"]
    full = made["2025-09-01"]["full_service"]
    dates = f"P50 {early['p50']}, P90 {early['p90']}"
    return Told(
        (f"9월 1일의 예측: 첫 서비스 {dates} (약속 {early['promised']}, 실제 2026-03)",
         f"as known on 1 September: first service {dates} (promised {early['promised']}, actual 2026-03)"),
        (f"전체 서비스 P90 {full['p90']}; 재현 가능한 난수열", f"full service P90 {full['p90']}; reproducible draws"),
    )  # fmt: skip
