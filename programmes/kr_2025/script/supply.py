"""The supply arm: budget, call, evaluation, portfolio, agreement, orders, build-out."""

import datetime as dt
from collections import defaultdict
from typing import Any

from dure.cycle.playing import Player, Told, person_id
from dure.cycle.supply.agreement import months_later
from dure.formats.programme import AgreementRules

from .papers import publish
from .words import in_words, moment

APPROPRIATED_ON = "2025-05-14"
LEVELS = ("power_kw", "cooling_kw", "racks", "network_ports", "crews")
CLUSTER = ("gpu_model", "gpus_per_server", "servers", "servers_per_rack", "ports_per_server", "power_w_per_server", "promised_on")
DELIVERY = ("id", "servers", "earliest_on", "likely_on", "latest_on")


def act_budget(play: Player) -> Told:
    """Stage 1."""
    amount, day = play.input("payments")["appropriation_amount"], APPROPRIATED_ON
    play.act("appropriate", {"amount": amount, "appropriated_on": day}, by="ministry", at=moment(day, 9))
    made = play.decide("budget", day, by="agency", approved_by="ministry", at=moment(day))
    parts = [in_words(each["amount"]) for each in made["envelopes"]]
    whole, left = in_words(amount), amount - sum(each["amount"] for each in made["envelopes"])
    return Told(
        (
            f"{whole[0]}을 {' + '.join(part[0] for part in parts)}으로 배분",
            f"{whole[1]} into {' + '.join(part[1] for part in parts)}",
        ),
        (f"나머지 {left}원, 검산 통과", f"remainder {left}, checked"),
    )


def act_call(play: Player) -> Told:
    """Stage 2."""
    given, call = play.input("call"), play.input("call")["call"]
    notice = {
        "id": call["id"],
        "title": call["title"],
        "budget": play.input("payments")["appropriation_amount"],
        "opened_at": call["opened_at"],
        "closes_at": call["closes_at"],
        "briefing_at": moment(call["briefing_on"], 14).isoformat(),
    }
    play.act("open_provider_call", notice, by="agency", at=dt.datetime.fromisoformat(call["opened_at"]))
    publish(play, "publish_with_provider_call", call, dt.datetime.fromisoformat(call["opened_at"]))
    for name, model in play.input("proposals")["gpu_models"].items():
        fields = {"id": name, "relative_compute": model["relative_compute"], "gpus_per_server": 8}
        play.act("add_gpu_model", fields, by="agency", at=moment("2025-05-20", 11))
    for each in given["questions"]:
        asked = {"call": call["id"], "question": each["question"]["ko"]}
        number = play.act("ask_question", asked, by="provider", at=moment(each["asked_on"]))
        answer = {"question": number, "answer": each["answer"]["ko"]}
        play.act("answer_question", answer, by="agency", at=moment(each["answered_on"]))
    proposals = play.input("proposals")["proposals"]
    for each in proposals:
        content = {key: each[key] for key in ("id", "provider", "lots", "spc_participant", "cooling")}
        at = dt.datetime.fromisoformat(each["submitted_at"])
        play.act("submit_proposal", {"call": call["id"], **content}, by="agency", at=at)
    checks = [{"proposal": each["id"], "gate": each["gate"], "values": each["values"]} for each in proposals]
    play.act("check_proposals", {"call": call["id"], "checks": checks}, by="agency", at=moment("2025-06-30"))
    count = len(given["questions"])
    return Told(
        (f"제안서 {len(proposals)}건 접수, 질의응답 {count}건", f"{len(proposals)} proposals, {count} questions answered"),
        ("모두 마감 전, 변경 불가", "all before the deadline, immutable"),
    )


def act_evaluation(play: Player) -> Told:
    """Stage 3."""
    given, sheets = play.input("call"), play.input("proposal_scores")["scores"]
    panel = given["call"]["id"]
    seated = {
        "id": panel, "kind": "proposal", "call": panel, "criteria": given["criteria"], "draw_seed": given["draw_seed"],
        "seats": seats(play, given["evaluators"], play.person("reviewer")),
    }  # fmt: skip
    play.act("seat_panel", seated, by="agency", at=moment("2025-06-30"))
    for each in given["recusals"]:
        conflict = {"panel": panel, "evaluator": each["evaluator"], "item": each["proposal"], "reason": "이해관계"}
        play.act("declare_conflict", conflict, by="agency", at=moment("2025-06-30"))
    for each in sheets:
        sheet = {"panel": panel, "evaluator": each["evaluator"], "item": each["proposal"], "points": each["points"]}
        play.act("submit_score_sheet", sheet, by="agency", at=moment("2025-07-10"))
    for each in play.input("proposals")["proposals"]:
        if points := each.get("site_points"):
            visit = {"panel": panel, "item": each["id"], "points": points, "visited_on": "2025-07-15"}
            play.act("record_site_visit", visit, by="agency", at=moment("2025-07-15"))
    play.act("lock_panel", {"panel": panel}, by="agency", at=moment("2025-07-18", 9))
    made = play.decide("evaluation", panel, by="agency", approved_by="agency", at=moment("2025-07-18"))
    ranked = sorted((each for each in made["ranking"] if each["rank"]), key=lambda each: each["rank"])
    order = " > ".join(f"{each['proposal']} {each['total']}" for each in ranked)
    return Told(
        (f"평가표 {len(sheets)}장 → {order}", f"{len(sheets)} score sheets → {order}"),
        ("정확한 유리수 계산, 검산 통과", "exact fractions, checked"),
    )


def seats(play: Player, codes: list[str], reviewer: str) -> dict[str, str | None]:
    """The evaluators' codes; one of them is a person of the list who can log in."""
    named = {each["evaluator"] for each in play.input("programme")["people"] if each.get("evaluator")}
    return {code: person_id(reviewer) if code in named else None for code in codes}


def act_portfolio(play: Player) -> Told:
    """Stage 4."""
    call = play.input("call")["call"]["id"]
    made = play.decide("portfolio", call, by="agency", approved_by="ministry", at=moment("2025-07-28"))
    public = play.input("public_facts")["figures"]["csp_call.totals"]["value"]
    real = (public["all"], public["government"], public["csp_own_calc"])
    same = (made["gpus"], made["public_gpus"], made["own_use_gpus"]) == real
    figures = f"{made['gpus']:,} GPU = {made['public_gpus']:,} + {made['own_use_gpus']:,}"
    spent, gap = in_words(made["spent_amount"]), f"{made['objective']} / {made['bound']}"
    return Told(
        (f"{figures} (공공 + 자체), {spent[0]}", f"{figures} (public + own use), {spent[1]}"),
        (
            f"공개 수치와 {'일치' if same else '불일치'}; 목적값 {gap}",
            f"{'equals' if same else 'DIFFERS FROM'} the public figures; objective {gap}",
        ),
    )


def act_agreement(play: Player) -> Told:
    """Stage 5."""
    call = play.input("call")["call"]["id"]
    terms = {"call": call, "signed_on": "2025-08-18", "starts_on": "2025-07-01", "owner": "nipa", "user_right": "naicc"}
    signed = play.act("sign_agreements", terms, by="agency", at=moment("2025-08-18"))
    committed = play.facts("budget", APPROPRIATED_ON, by="agency", at=moment("2025-08-18"))["commitments"]
    for each in play.input("payments")["payments"]:
        pay_instalment(play, each, committed)
    rules, _ = play.book.fill(AgreementRules, on=dt.date(2025, 8, 18))
    last = months_later(dt.date(2025, 7, 1), rules.agreement_months) - dt.timedelta(days=1)
    return Told(
        (f"협약 {len(signed)}건, {last}까지, 소유 NIPA", f"{len(signed)} agreements to {last}, owned by NIPA"),
        ("지출원인행위 ≤ 예산 (DB 제약)", "commitments within lines (database)"),
    )


def pay_instalment(play: Player, payment: dict[str, Any], committed: list[dict[str, Any]]) -> None:
    """Pay one instalment of the sample on the commitment that the award made; 70 % and then the rest."""
    provider, part, instalment = payment["id"].split("/")
    line = {"gpu": "gpu", "environment": "operating_environment"}[part]
    proposal = next(each["id"] for each in play.input("proposals")["proposals"] if each["provider"] == provider)
    for each in committed:
        if each["line"] == line and f"/{proposal}/" in each["id"]:
            first = each["amount"] * 7 // 10
            given = {
                "commitment": each["id"], "reference": payment["id"], "paid_on": payment["paid_on"],
                "amount": first if instalment == "1" else each["amount"] - first,
            }  # fmt: skip
            play.act("pay_commitment", given, by="agency", at=moment(payment["paid_on"]))


def act_order(play: Player) -> Told:
    """Stage 6."""
    clusters, call = known(play, "orders", "2026-03-03")["clusters"], play.input("call")["call"]["id"]
    sites = {each["id"]: each for each in known(play, "sites", "2026-03-03")["sites"]}
    awards = play.filed["portfolio"]["awards"]
    lots = {(p["id"], lot["id"]): lot for p in play.input("proposals")["proposals"] for lot in p["lots"]}
    provider_of = {each["id"]: each["provider"] for each in play.input("proposals")["proposals"]}
    servers = 0
    for provider in sorted({provider_of[each["proposal"]] for each in awards}):
        won_by = [each for each in awards if provider_of[each["proposal"]] == provider]
        lot = lots[won_by[0]["proposal"], won_by[0]["lot"]]
        order = Order(play, f"{call}-{provider}", lot["gpu_model"], lot["gpus_per_server"])
        order.place(sum(each["servers"] for each in won_by))
        order.build([each for each in clusters if each["provider"] == provider], sites)
        order.register(f"{provider.partition('-')[0]}-own", "a", sum(each["own_use_servers"] for each in won_by), None)
        servers += sum(each["servers"] for each in won_by)
    gpus = play.filed["portfolio"]["gpus"]
    return Told(
        (f"서버 {servers:,}대 발주, 자산 {gpus:,} GPU 등록", f"{servers:,} servers ordered, {gpus:,} GPUs registered"),
        ("일련번호 유일, 협약 수량 이내", "serials unique, within the agreements"),
    )


class Order:
    """What one provider orders and builds under its agreement."""

    def __init__(self, play: Player, agreement: str, gpu_model: str, gpus_per_server: int) -> None:
        self.play, self.agreement = play, agreement
        self.model = {"gpu_model": gpu_model, "gpus_per_server": gpus_per_server}

    def act(self, command: str, given: dict[str, Any], day: str = "2025-08-18") -> Any:
        return self.play.act(command, given, by="agency", at=moment(day))

    def place(self, servers: int) -> None:
        """The order itself."""
        given = {"id": f"{self.agreement}-1", "agreement": self.agreement, "gpu_model": self.model["gpu_model"]}
        self.act("place_order", {**given, "servers": servers, "ordered_on": "2025-08-18"})

    def build(self, clusters: list[dict[str, Any]], sites: dict[str, Any]) -> None:
        """Sites, clusters, deliveries and servers; clusters of one model are pods of one pool, lettered in order."""
        for site in sorted({each["site"] for each in clusters}):
            levels = {name: sites[site][name] for name in LEVELS}
            self.act("add_site", {"id": site, "name": {"ko": site}, "provider": clusters[0]["provider"], **levels})
        pods: dict[str, int] = defaultdict(int)
        for each in clusters:
            pool = each["id"].rpartition("-")[0]
            given = {"id": each["id"], "agreement": self.agreement, "site": each["site"], "pool": pool}
            self.act("add_cluster", {**given, **{key: each[key] for key in CLUSTER}})
            for one in each["deliveries"]:
                delivery = {"order": f"{self.agreement}-1", "cluster": each["id"], **{key: one[key] for key in DELIVERY}}
                self.act("announce_delivery", delivery)
                if one.get("actual_on"):
                    self.act("record_delivery", {"delivery": one["id"], "actual_on": one["actual_on"]}, one["actual_on"])
            self.register(pool, chr(ord("a") + pods[pool]), each["servers"], each["id"])
            pods[pool] += 1

    def register(self, pool: str, pod: str, count: int, cluster: str | None) -> None:
        """Servers numbered from 1; the provider's own part stands in no cluster and is never leased."""
        servers = [
            {"id": f"{pool}/{pod}/{number:03d}", "serial": f"{pool}-{pod}-{number:05d}".upper()} for number in range(1, count + 1)
        ]
        if servers:
            given = {"agreement": self.agreement, "pool": pool, "pod": pod, "cluster": cluster, "owner": "nipa", **self.model}
            self.act("register_servers", {**given, "servers": servers})


def known(play: Player, name: str, day: str) -> dict[str, Any]:
    """A report of `sites` or `orders` as it was known on that day."""
    return dict(next(each for each in play.input(name)["known"] if each["as_of"] == day))


def act_buildout(play: Player) -> Told:
    """Stage 7, twice: as it could have been known on 1 September 2025, and with the facts of 3 March 2026."""
    made = {}
    for day in ("2025-09-01", "2026-03-03"):
        given = play.input("orders")
        report = {key: given[key] for key in ("start_on", "weeks", "seed", "holidays")}
        report |= {"sites": known(play, "sites", day)["sites"]}
        report |= {key: known(play, "orders", day)[key] for key in ("clusters", "causes")}
        play.act("report_buildout", report, by="operator", at=moment(day, 9))
        made[day] = play.decide("buildout", play.programme, by="operator", approved_by="agency", at=moment(day))
    early, full = made["2025-09-01"]["first_service"], made["2025-09-01"]["full_service"]
    dates = f"P50 {early['p50']}, P90 {early['p90']}"
    return Told(
        (f"9월 1일의 예측: 첫 서비스 {dates} (약속 {early['promised']}, 실제 2026-03)",
         f"as known on 1 September: first service {dates} (promised {early['promised']}, actual 2026-03)"),
        (f"전체 서비스 P90 {full['p90']}; 재현 가능한 난수열", f"full service P90 {full['p90']}; reproducible draws"),
    )  # fmt: skip
