"""One small programme, filled by commands alone: what tests of permission, races and history act upon.

Two providers, two calls for them, two calls for users, six applications, two rounds, five servers, one month of use with its
invoices, a survey, results, a reclaim and an appeal. The second call, user call and round are there to be acted on.
"""

import datetime as dt
import hashlib

from dure.cycle.commands.registry import row_of
from dure.cycle.commands.rows import Context
from dure.cycle.commands.running import read_command, run
from dure.cycle.documents.handing_in import hand_in
from dure.cycle.handoffs import BY_NAME
from dure.cycle.proposing import prepared_facts
from dure.records.allocation import queries as rounds
from dure.records.allocation import solves
from dure.records.journal import queries as journal
from dure.records.parties import actions as parties
from dure.records.parties.models import Person
from dure.records.work.models import Job

ZONE = dt.timezone(dt.timedelta(hours=9))
OFFICIALS = ("ministry", "agency", "operator", "auditor", "reviewer")
PROVIDERS, APPLICANTS = ("alpha", "beta"), ("lab", "firm", "institute", "college", "maker", "shop")
MODEL = {"alpha": "B200", "beta": "H200"}
PRIORITY = {"industry": "0.3", "academia_research": "0.3", "national_projects": "0.4"}
SECTORS = (
    {"id": "industry", "share": "0.5", "floor": "0", "ceiling": "1"},
    {"id": "academia_research", "share": "0.5", "floor": "0", "ceiling": "1"},
)
JUDGED = {"plan": "50", "operation": "35"}
EVALUATORS = ("e1", "e2", "e3", "e4", "e5")
SERVERS = {"alpha": 3, "beta": 2}
MONTH, NEXT_MONTH = "2026-04", "2026-05"
GRANTED = ("a-lab", "a-firm", "a-institute")
NOW = "2026-06-10"
PDF = b"%PDF-1.4\n%%EOF\n"
PAPER = {"title": "연구계획서", "file": hashlib.sha256(PDF).hexdigest()}


def moment(day, hour=10):
    """That hour of that day where the programme's clocks stand."""
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(hour), ZONE)


class World:
    """The filled programme, and the way to act in it: by people's log-in names, at given moments."""

    def __init__(self, book):
        self.book = book
        self.filed = {}

    def context(self, by, at, via="script"):
        return Context(self.book, Person.objects.get(username=by), at if isinstance(at, dt.datetime) else moment(at), via)

    def do(self, command, given, *, by, at, via="script", **more):
        """One command through the table; the whole outcome."""
        row = row_of(command)
        return run(row, read_command(row, given), self.context(by, at, via), **more)

    def act(self, command, at, /, *, by="agency-1", **given):
        return self.do(command, given, by=by, at=at).result

    def hand_in(self, person, name, content, at):
        """The file waits for an act of that person's."""
        hand_in(self.context(person, at).person, name, content, at=moment(at))

    def seat_too(self, person, desk, organisation, at):
        """An official acts for that organisation as well: one gives the role, another confirms it."""
        seat = {"person": person, "desk": desk, "organisation": organisation}
        giver, second = [each for each in ("agency-1", "agency-2", "ministry-1") if each != person][:2]
        self.act("give_role", at, by=giver, **seat)
        self.act("confirm_role", at, by=second, **seat)

    def file(self, handoff, subject, at, *, by="agency-1", facts=None):
        given = {"subject": subject} if facts is None else {"subject": subject, "facts": facts}
        return self.do(f"file_{handoff}", given, by=by, at=at).result

    def facts(self, handoff, subject, at, *, by="agency-1"):
        return prepared_facts(BY_NAME[handoff], subject, self.context(by, at))

    def ask_for_work(self, number, **ended):
        """A job of that number which somebody at the agency asked for, and how it ended."""
        at = dt.datetime.fromisoformat(iso(NOW))
        person = Person.objects.get(username="agency-1")
        more = {"finished_at": at, **ended} if ended else {}
        return Job.objects.create(
            id=number, kind="invariants", subject=f"records/{number}", queue="short", asked_by=person, asked_at=at, **more
        )

    def begin_solving(self, round_):
        """A run that has been asked for, without the thread that would search."""
        return solves.ask(round=rounds.allocation_round(round_), by=Person.objects.get(username="agency-1"))

    def approve(self, seq, at, *, by="ministry-1"):
        return self.do("approve_decision", {"entry": seq}, by=by, at=at).result

    def decide(self, handoff, subject, at, *, by="agency-1", approved_by="ministry-1", facts=None):
        """File, and approve an hour later; returns the recommendation."""
        seq = self.file(handoff, subject, at, by=by, facts=facts)
        self.approve(seq, moment(at) + dt.timedelta(hours=1), by=approved_by)
        self.filed[handoff, subject] = seq
        return journal.find(seq).recommendation_value()


def fill(book):
    """Everything, in the order of the programme."""
    world = World(book)
    first = parties.add_person(uid="agency-1", username="agency-1", name={"ko": "agency-1"})
    parties.give_role(person=first, desk="agency", at=moment("2026-01-01"))
    enter_people(world)
    enter_money(world)
    for call, opened, closes in (("call-1", "2026-01-05", "2026-02-02"), ("call-2", "2026-06-01", "2026-07-01")):
        open_provider_call(world, call, opened, closes)
    propose(world, "call-1", "2026-01-20")
    judge_proposals(world, "call-1", "2026-02-03")
    world.decide("portfolio", "call-1", "2026-02-10")
    sign_and_build(world)
    ask_for_demand(world)
    for call, opens, closes in (("users-1", "2026-02-01", "2026-03-01"), ("users-2", "2026-06-01", "2026-07-01")):
        span = {"opens_at": iso(opens), "closes_at": iso(closes)}
        world.act("open_user_call", opens, id=call, title={"ko": call}, gpus_offered=40, **span)
    for organisation in APPLICANTS:
        apply(world, "users-1", f"a-{organisation}", organisation, "2026-02-15")
    world.hand_in("lab-1", "plan.pdf", PDF, "2026-02-15")
    world.act("attach_to_application", "2026-02-15", by="lab-1", application="a-lab", **PAPER)
    judge_applications(world, "users-1", "2026-03-05")
    open_round(world, "round-1", "users-1", "2026-04-06", "2026-03-20")
    world.decide("allocation", "round-1", "2026-03-25")
    run_first_month(world)
    bill_first_month(world)
    report_results(world)
    start_second_time(world)
    return world


def iso(day, hour=10):
    return moment(day, hour).isoformat()


def enter_people(world):
    at = "2026-01-02"
    kinds = {"lab": "academia", "college": "academia", "institute": "research"}
    for each in ("keeper", "centre", *PROVIDERS, *APPLICANTS):
        kind = kinds.get(each, "industry" if each in APPLICANTS else "company")
        size = "sme" if kind == "industry" else ""
        world.act("register_organisation", at, id=each, name={"ko": f"{each} 기관"}, kind=kind, size=size)
    people = [(f"{desk}-{n}", desk, None) for desk in OFFICIALS for n in (1, 2)]
    people += [(f"{each}-1", "provider", each) for each in PROVIDERS] + [(f"{each}-1", "applicant", each) for each in APPLICANTS]
    for name, desk, organisation in people[:]:
        if name != "agency-1":
            world.act("add_person", at, id=name, username=name, name={"ko": name})
            world.act("give_role", at, person=name, desk=desk, organisation=organisation)
            if desk in OFFICIALS and name != "ministry-1":
                world.act("confirm_role", at, by="ministry-1", person=name, desk=desk)
    world.act("add_person", at, id="nobody", username="nobody", name={"ko": "nobody"})


def enter_money(world):
    world.act("appropriate", "2026-01-03", by="ministry-1", amount=2_000_000_000, appropriated_on="2026-01-03")
    world.decide("budget", "2026-01-03", "2026-01-04")
    for name, compute in (("B200", "2.27"), ("H200", "1")):
        world.act("add_gpu_model", "2026-01-04", id=name, relative_compute=compute, gpus_per_server=8)
    prices = {"B200": 6000, "H200": 4000}
    world.act("issue_price_book", "2026-01-04", by="ministry-1", from_on="2026-01-01", prices=prices, source="가정")
    world.act("set_milestone", "2026-01-04", key="first_service", promised_on="2026-03-20")


def open_provider_call(world, call, opened, closes):
    notice = {"id": call, "title": {"ko": call}, "budget": 1_000_000_000, "opened_at": iso(opened), "closes_at": iso(closes)}
    world.act("open_provider_call", opened, **notice)
    world.question = world.act("ask_question", opened, by="alpha-1", call=call, question="전력은?")
    if call == "call-1":
        world.act("answer_question", opened, question=world.question, answer="공고문 3쪽.")


def lot(provider, name, price=200_000_000):
    """40 servers for one price: 32 public ones, as a cluster must have, and eight of the provider's own."""
    step = {"servers": 40, "price_amount": price, "own_use_servers": 8}
    model = {"gpu_model": MODEL[provider], "gpus_per_server": 8}
    return {"id": name, **model, "steps": [step], "cluster_sizes": [32], "service_on": "2026-03-20"}


def propose(world, call, day):
    for provider in PROVIDERS:
        content = {
            "call": call,
            "id": f"{call}-{provider}",
            "provider": provider,
            "lots": [lot(provider, f"{call}-{provider}-lot")],
        }
        world.act("submit_proposal", day, by=f"{provider}-1", **content)


def seat(world, panel, kind, call, day, people=("reviewer-1", "reviewer-2")):
    criteria = [{"id": name, "weight": weight, "kind": "judged"} for name, weight in JUDGED.items()]
    seats = dict.fromkeys(EVALUATORS) | dict(zip(EVALUATORS, people, strict=False))
    world.act("seat_panel", day, id=panel, kind=kind, call=call, criteria=criteria, draw_seed="seed", seats=seats)


def score(world, panel, item, day, *, off=0):
    """All sheets on one item: the first evaluator hands in hers, the agency the others'."""
    for place, evaluator in enumerate(EVALUATORS):
        points = {name: str(int(weight) - off - (place == 4)) for name, weight in JUDGED.items()}
        by = "reviewer-1" if evaluator == "e1" else "agency-1"
        world.act("submit_score_sheet", day, by=by, panel=panel, evaluator=evaluator, item=item, points=points)


def check_proposals(world, call, day):
    """The agency finds every document in order."""
    checks = [{"proposal": f"{call}-{provider}", "gate": "pass"} for provider in PROVIDERS]
    world.act("check_proposals", day, call=call, checks=checks)


def judge_proposals(world, call, day):
    panel = f"panel-{call}"
    seat(world, panel, "proposal", call, day)
    check_proposals(world, call, day)
    for place, provider in enumerate(PROVIDERS):
        item = f"{call}-{provider}"
        score(world, panel, item, day, off=place)
        world.act("record_site_visit", day, panel=panel, item=item, points="14", visited_on=day)
    world.act("lock_panel", day, panel=panel)
    world.decide("evaluation", panel, day, approved_by="agency-2")


def sign_and_build(world):
    day = "2026-02-12"
    terms = {"signed_on": day, "starts_on": "2026-02-01", "owner": "keeper", "user_right": "centre"}
    world.act("sign_agreements", day, call="call-1", **terms)
    paid = {"reference": "payment-1", "amount": 1000, "paid_on": day}
    world.act("pay_commitment", day, commitment=commitment(world, "alpha"), **paid)
    for provider in PROVIDERS:
        build(world, provider, day)
    world.act("report_buildout", day, by="operator-1", **buildout_report(world))
    world.decide("buildout", world.book.programme, day, by="operator-1")


def commitment(world, provider):
    listed = world.facts("budget", "2026-01-03", "2026-02-12")["commitments"]
    return next(each["id"] for each in listed if f"/call-1-{provider}/" in each["id"] and each["line"] == "gpu")


LEVEL = [{"from_on": "2026-01-05", "value": 1000}]
LEVELS = dict.fromkeys(("power_kw", "cooling_kw", "racks", "network_ports", "crews"), LEVEL)
BUILT = {"servers_per_rack": 4, "ports_per_server": 8, "power_w_per_server": 10000, "promised_on": "2026-03-20"}
DELIVERED = {"earliest_on": "2026-02-20", "likely_on": "2026-02-25", "latest_on": "2026-03-10"}


def build(world, provider, day):
    model, agreement, by = {"gpu_model": MODEL[provider]}, f"call-1-{provider}", f"{provider}-1"
    pool, count = f"{provider}-pool", SERVERS[provider]
    world.act("add_site", day, by=by, id=f"{provider}-site", name={"ko": "센터"}, provider=provider, **LEVELS)
    world.act("place_order", day, by=by, id=f"{provider}-order", agreement=agreement, servers=36, ordered_on=day, **model)
    place = {"agreement": agreement, "site": f"{provider}-site", "pool": pool, "gpus_per_server": 8, "servers": 32}
    world.act("add_cluster", day, by=by, id=f"{provider}-cluster", **place, **model, **BUILT)
    consignment = {"order": f"{provider}-order", "cluster": f"{provider}-cluster", "servers": 8, **DELIVERED}
    for number in (1, 2):
        world.act("announce_delivery", day, by=by, id=f"{provider}-delivery-{number}", **consignment)
    world.act("record_delivery", "2026-02-25", by=by, delivery=f"{provider}-delivery-1", actual_on="2026-02-25")
    servers = [{"id": f"{pool}/a/{n:03d}", "serial": f"{provider}-{n}".upper()} for n in range(1, count + 2)]
    register = {"agreement": agreement, "pool": pool, "pod": "a", "cluster": f"{provider}-cluster", "gpus_per_server": 8}
    world.act("register_servers", day, by=by, **register, **model, owner="keeper", servers=servers)
    ids = [each["id"] for each in servers[:count]]  # the last one waits for service
    served = {"pool": pool, "servers": ids, "from_at": iso("2026-03-20"), "accepted_on": "2026-03-20"}
    world.act("put_in_service", "2026-03-20", by="operator-1", **served)


def buildout_report(world):
    del world
    clusters = [
        {
            "id": f"{provider}-cluster", "provider": provider, "site": f"{provider}-site", "gpu_model": MODEL[provider],
            "gpus_per_server": 8, "servers": 4, **BUILT, "deliveries": [{"id": f"{provider}-1", "servers": 4, **DELIVERED}],
        }
        for provider in PROVIDERS
    ]  # fmt: skip
    sites = [{"id": f"{provider}-site", **LEVELS} for provider in PROVIDERS]
    return {"start_on": "2026-02-02", "weeks": 12, "seed": "seed", "sites": sites, "clusters": clusters}


def ask_for_demand(world, survey="survey-1", day="2026-01-10", until="2026-01-20", from_on="2026-02-01"):
    sectors = ("industry", "academia_research", "national_projects")
    frame = [{"sector": sector, "size": "any", "organisations": 10} for sector in sectors]
    world.act("open_survey", day, id=survey, title={"ko": survey}, opened_on=day, closed_on=until, invited=20, frame=frame)
    world.act("record_survey_responses", until, survey=survey, responses=[answer(survey, n, sectors[n % 3]) for n in range(9)])
    world.decide("demand", survey, until)
    world.act("set_policy_priority", until, by="ministry-1", from_on=from_on, priority=PRIORITY)
    world.decide("shares", from_on, until)


def answer(survey, number, sector):
    """One answer to a survey."""
    about = {"organisation": f"o-{number}", "sector": sector, "size": "any", "region": "any", "use": "any", "gpu_model": "B200"}
    return {"id": f"{survey}/{number}", **about, "servers": 1 + number % 4, "weeks": 10, "start_on": "2026-04-06"}


def apply(world, call, application, organisation, day, *, by=None):
    world.act("submit_application", day, by=by or f"{organisation}-1", **application_of(call, application, organisation))


def application_of(call, application, organisation):
    """One server for ten weeks, at once or not at all: there are fewer servers than applications."""
    sector = "academia_research" if organisation in ("lab", "college", "institute") else "industry"
    return {
        "call": call, "id": application, "organisation": organisation, "sector": sector, "title": "과제",
        "purpose": "mining" if organisation == "shop" else "research", "models": {"B200": "1"}, "servers": 1,
        "minimum_servers": 1, "weeks": 10, "latest_week": 0, "people": [f"{organisation}-user"],
    }  # fmt: skip


def judge_applications(world, call, day):
    panel = f"panel-{call}"
    seat(world, panel, "application", call, day)
    world.act("declare_conflict", day, by="reviewer-2", panel=panel, evaluator="e2", item=judged_of(call)[1], reason="이해관계")
    world.act("note_obligations", day, call=call, owing=[])
    world.decide("eligibility", call, day)
    for place, item in enumerate(judged_of(call)):
        for evaluator in EVALUATORS:
            if (evaluator, place) != ("e2", 1):
                points = {name: str(int(weight) - place) for name, weight in JUDGED.items()}
                world.act("submit_score_sheet", day, panel=panel, evaluator=evaluator, item=item, points=points)
    world.act("lock_panel", day, panel=panel)
    world.decide("ranking", panel, day, approved_by="agency-2")


def judged_of(call):
    """Applications of that call that are eligible, best first."""
    prefix = "a" if call == "users-1" else "b"
    return [f"{prefix}-{each}" for each in APPLICANTS if each != "shop"]


def open_round(world, round_, call, start_on, day):
    pools = [f"{provider}-pool" for provider in PROVIDERS]
    terms = {"pools": pools, "sectors": list(SECTORS), "draw_seed": "seed"}
    world.act("open_round", day, id=round_, call=call, start_on=start_on, weeks=26, **terms)


def grant(application, round_="round-1"):
    return f"{round_}/{application}"


def run_first_month(world):
    day = "2026-04-06"
    for pool in ("alpha-pool", "beta-pool"):
        world.act("report_cluster_state", day, by="operator-1", pool=pool, observed=[])
    world.decide("provisioning", "alpha-pool", day, by="operator-1", approved_by="operator-2")
    entry = world.filed["provisioning", "alpha-pool"]
    world.act("mark_changes_applied", "2026-04-07", by="operator-1", entry=entry, orders=[1])
    world.act("plan_maintenance", day, by="operator-1", pool="beta-pool", windows=[])
    days = [
        {"grant": grant(each), "day": f"2026-04-{n:02d}", "utilisation": part, "busy_servers": busy}
        for each, part, busy in (("a-lab", "0.9", 1), ("a-firm", "0", 0), ("a-institute", "0", 0))
        for n in range(6, 30)
    ]
    world.act("record_daily_use", "2026-04-30", by="operator-1", days=days)
    world.decide("reclaim", "round-1", "2026-04-30", by="operator-1", approved_by="agency-1")
    world.act("answer_notice", "2026-05-02", by="firm-1", grant=grant("a-firm"), answer="준비 중이었습니다.")
    world.act("report_usage", "2026-05-01", by="operator-1", **usage_of(world, MONTH, "2026-05-01"))
    world.decide("metering", MONTH, "2026-05-02", by="operator-1", approved_by="agency-1")


def idle_until(world, day):
    """The institute's servers stand idle until that day; filed is that they are taken back and given to the college."""
    since = dt.date(2026, 4, 30)
    days = [(since + dt.timedelta(days=n)).isoformat() for n in range((dt.date.fromisoformat(day) - since).days)]
    use = [{"grant": grant("a-institute"), "day": each, "utilisation": "0", "busy_servers": 0} for each in days]
    world.act("record_daily_use", day, by="operator-1", days=use)
    seq = world.file("reclaim", "round-1", day, by="operator-1")
    made = journal.find(seq).recommendation_value()
    assert [each["application"] for each in made["regrants"]] == ["a-college"]
    return seq


def usage_of(world, period, at, *, busy="0.9", hours=100):
    """Records of a month: every lease runs one job of so many hours from its beginning in the month on."""
    world.act("report_usage", at, by="operator-1", period=period, jobs=[])
    facts = world.facts("metering", period, at, by="operator-1")
    jobs, telemetry = [], []
    for lease in facts["leases"]:
        start = max(dt.datetime.fromisoformat(lease["from"]), dt.datetime.fromisoformat(facts["from"]))
        span = {"from": start.isoformat(), "to": (start + dt.timedelta(hours=hours)).isoformat()}
        about = {"lease": lease["id"], "servers": lease["servers"], "gpus": 8 * len(lease["servers"]), **span}
        jobs.append({"id": f"{lease['id']}.1", "source": "slurm", **about})
        telemetry += [{"server": each, **span, "busy": busy, "energy_wh": 1000} for each in lease["servers"]]
    return {"period": period, "jobs": jobs, "telemetry": telemetry}


def meter(world, month, day, **used):
    """A month from its records to its approved metering."""
    world.act("report_usage", day, by="operator-1", **usage_of(world, month, day, **used))
    world.decide("metering", month, day, by="operator-1", approved_by="agency-1")


def bill_first_month(world):
    day = "2026-05-04"
    world.act("design_burden", day, period=MONTH)
    world.decide("burden", MONTH, day)
    world.act("confirm_off_purpose", day, grant=grant("a-firm"), confirmed_on="2026-05-04", share="0.1", evidence="기록")
    duties = [duty(each) for each in PROVIDERS]
    world.act("note_settlement", day, period=MONTH, providers=duties)
    world.decide("settlement", MONTH, day)
    world.invoice = f"2026-05-04/{world.filed['settlement', MONTH]}/firm"
    world.act("record_payment", "2026-05-06", invoice=world.invoice, reference="bank-1", amount=1000, received_on="2026-05-06")


def duty(provider):
    """A provider that delivered nine tenths of what it promised."""
    shares = {"promised_share": "1", "delivered_share": "0.9", "own_use_contracted": "0.2", "own_use_used": "0.1"}
    return {"provider": provider, "fee_amount": 1_000_000, **shares}


def report_results(world):
    due = "2026-06-15"
    world.act("ask_for_reports", "2026-05-10", round="round-1", due_on=due)
    world.act("submit_report", "2026-05-20", by="lab-1", grant=grant("a-lab"), due_on=due, text="보고")
    for name in ("a-lab-paper-1", "a-lab-paper-2"):
        result = {"id": name, "grant": grant("a-lab"), "kind": "paper", "count": 1, "evidence": "doi"}
        result |= {"achieved_on": "2026-04-28"}
        world.act("report_achievement", "2026-05-20", by="lab-1", **result)
    world.act("verify_achievements", "2026-05-21", achievements=["a-lab-paper-1"])
    world.decide("outcomes", MONTH, "2026-05-22")


def start_second_time(world):
    """What waits: a panel that scores, a round that is not solved, appeals and answers, decisions to be approved."""
    open_round(world, "round-2", "users-2", "2026-07-06", "2026-06-02")
    propose(world, "call-2", "2026-06-03")
    seat(world, "panel-call-2", "proposal", "call-2", "2026-06-04")
    world.act("open_appeal", "2026-05-12", by="firm-1", grant=grant("a-firm"), text="이의 있습니다.")
    world.act("set_policy_priority", "2026-05-24", by="ministry-1", from_on="2026-09-01", priority=PRIORITY)
    world.pending = world.file("outcomes", MONTH, "2026-05-23")
    world.pending_metering = world.file("metering", MONTH, "2026-05-23")
    world.refused = world.file("outcomes", MONTH, "2026-05-23")
    world.act("refuse_decision", "2026-05-24", by="ministry-1", entry=world.refused, note="다시.")


def score_second_call(world, day="2026-07-05"):
    """All sheets of the second call's panel, and the visits."""
    for place, provider in enumerate(PROVIDERS):
        item = f"call-2-{provider}"
        score(world, "panel-call-2", item, day, off=place)
        world.act("record_site_visit", day, panel="panel-call-2", item=item, points="14", visited_on=day)


def finish_second_call(world, *, award=True):
    """The second call for providers, from its sheets to its awards; the agreements are left to be signed."""
    day = "2026-07-05"
    check_proposals(world, "call-2", day)
    score_second_call(world, day)
    world.act("lock_panel", day, panel="panel-call-2")
    world.decide("evaluation", "panel-call-2", day, approved_by="agency-2")
    if award:
        world.decide("portfolio", "call-2", "2026-07-10")
