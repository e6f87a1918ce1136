"""Small, valid records for tests, and for nobody else: each takes what matters and fills in the rest."""

import datetime as dt
import itertools

from dure.formats.canonical import digest
from dure.records.allocation import actions as allocation
from dure.records.allocation.weeks import week_start
from dure.records.demand import actions as demand
from dure.records.demand.models import UserCall
from dure.records.funding import actions as funding
from dure.records.journal import actions as journal
from dure.records.operation import actions as operation
from dure.records.parties import actions as parties
from dure.records.parties import queries as known
from dure.records.procurement import actions as procurement
from dure.records.review import actions as review
from dure.records.settlement import actions as settlement
from dure.records.supply import actions as supply
from dure.records.supply.models import GpuModel

_numbers = itertools.count(100_001)  # of one width, so that ids sort as they were made, however many tests ran before
SEOUL = dt.timezone(dt.timedelta(hours=9))
START = dt.datetime(2026, 3, 2, tzinfo=SEOUL)  # a Monday
MONDAY = dt.date(2026, 3, 2)


def number():
    return next(_numbers)


def days(count, since=START):
    return since + dt.timedelta(days=count)


# Who


def organisation(**fields):
    n = number()
    given = {"id": f"org-{n}", "name": {"ko": f"기관 {n}"}, "kind": "university", "size": "any", **fields}
    return parties.add_organisation(**given)


def person(*desks, organisation=None, **fields):
    n = number()
    made = parties.add_person(**{"username": f"person-{n}", "name": {"ko": f"사람 {n}"}, **fields})
    for desk in desks:
        parties.give_role(person=made, desk=desk, organisation=organisation, at=START)
    return made


def the(desk, which=1):
    """Always the same person at that desk; `which` tells two of them apart."""
    return known.person(f"{desk}-{which}") or person(desk, username=f"{desk}-{which}")


# What was decided


def filed(decision="allocation", subject="round-1", facts=None, recommendation=None, filed_by=None, at=START, **more):
    facts = facts if facts is not None else {"stage": decision, "version": 1, "number": number()}
    recommendation = {"method": "by_hand", "facts_digest": digest(facts), "reasons": [], **(recommendation or {})}
    return journal.file_recommendation(
        programme="somewhere",
        stage=decision,
        decision=decision,
        subject=subject,
        facts=facts,
        rules={"n": "1"},
        recommendation=recommendation,
        filed_by=filed_by or the("agency"),
        at=at,
        **more,
    )


def approved(decision="allocation", subject="round-1", at=START, **fields):
    entry = filed(decision, subject, at=at, **fields)
    journal.approve(entry=entry, approved_by=the("operator" if decision in {"provisioning", "metering"} else "ministry"), at=at)
    return entry


# The supply arm


def line(amount=1000, name="gpu", appropriated=None):
    appropriation = funding.appropriate(programme=f"programme-{number()}", amount=appropriated or amount, appropriated_on=MONDAY)
    return funding.set_lines(appropriation=appropriation, lines={name: amount}, entry=approved_budget(**{name: amount}))[0]


def approved_budget(on="", /, **lines):
    envelopes = [{"line": name, "amount": amount} for name, amount in lines.items()]
    return approved("budget", on or MONDAY.isoformat(), recommendation={"envelopes": envelopes})


def approved_awards(*awards, spent_amount=10**15):
    """An approved portfolio of those awards, `{proposal, lot, servers, price_amount, own_use_servers?}`."""
    listed = [{"own_use_servers": 0, **each} for each in awards]
    return approved("portfolio", recommendation={"awards": listed, "spent_amount": spent_amount})


def approved_grants(round_, *grants):
    return approved(subject=round_.pk, recommendation={"grants": list(grants)})


def panel(evaluators=3, **fields):
    n = number()
    seats = {f"e{i}": None for i in range(1, evaluators + 1)}
    return review.seat_panel(
        **{"panel_id": f"panel-{n}", "kind": "proposal", "subject": "call-1", "seats": seats, "at": START, **fields}
    )


def call(budget_amount=1000, **fields):
    n = number()
    return procurement.open_call(
        **{
            "id": f"call-{n}",
            "title": {"ko": "공모"},
            "budget_amount": budget_amount,
            "opened_at": days(-40),
            "closes_at": days(-10),
            **fields,
        }
    )


def proposal(call_=None, provider=None, **fields):
    n = number()
    return procurement.submit_proposal(
        **{
            "call": call_ or call(),
            "id": f"proposal-{n}",
            "provider": provider or organisation(kind="company"),
            "content": {"lots": []},
            "at": days(-20),
            **fields,
        }
    )


def award(proposal_=None, servers=10, price_amount=100, **fields):
    proposal_ = proposal_ or proposal()
    each = {"proposal": proposal_.pk, "lot": f"lot-{number()}", "servers": servers, "price_amount": price_amount}
    each |= {"gpu_model": "B200", "gpus_per_server": 8, **fields}
    return procurement.record_awards(call=proposal_.call, awards=[each], entry=approved_awards(each), awarded_on=MONDAY)[0]


TERMS = {
    "starts_on": MONDAY,
    "ends_on": dt.date(2031, 3, 1),
    "owner": "agency",
    "user_right": "centre",
    "own_use_share": "0.25",
    "terms": {},
}


def agreement(*awards, **fields):
    awards = awards or (award(),)
    terms = {"id": f"agreement-{number()}", "signed_on": MONDAY, **TERMS, **fields}
    return procurement.sign_agreement(provider=awards[0].proposal.provider, awards=awards, **terms)


def gpu_model(name="B200"):
    return GpuModel.objects.filter(pk=name).first() or supply.add_gpu_model(id=name, relative_compute="2.5", gpus_per_server=8)


def cluster(provider=None, servers=4, **fields):
    n = number()
    provider = provider or organisation(kind="company")
    site = supply.add_site(id=f"site-{n}", name={"ko": "센터"}, provider=provider)
    pool = supply.add_pool(id=f"pool-{n}", provider=provider, gpu_model=gpu_model(), gpus_per_server=8)
    return supply.add_cluster(
        **{
            "id": f"cluster-{n}",
            "pool": pool,
            "site": site,
            "provider": provider,
            "gpu_model": gpu_model(),
            "gpus_per_server": 8,
            "servers": servers,
            "promised_on": MONDAY,
            **fields,
        }
    )


def servers(cluster_=None, count=4, **fields):
    cluster_ = cluster_ or cluster(servers=count)
    return supply.register_servers(
        pool=cluster_.pool,
        cluster=cluster_,
        servers=[
            {
                "id": f"{cluster_.pool_id}/a/{i:03d}",
                "pod": "a",
                "serial": f"SN-{cluster_.pk}-{i:03d}",
                "owner": "agency",
                "in_service_from": days(-7),
                **fields,
            }
            for i in range(1, count + 1)
        ],
    )


# The demand arm


def user_call(**fields):
    n = number()
    return demand.open_user_call(
        **{"id": f"users-{n}", "title": {"ko": "이용 공모"}, "opens_at": days(-40), "closes_at": days(-10), **fields}
    )


def application(call_=None, organisation_=None, **fields):
    n = number()
    return demand.submit_application(
        **{
            "user_call": call_ or UserCall.objects.first() or user_call(),
            "id": f"application-{n}",
            "organisation": organisation_ or organisation(),
            "sector": "academia",
            "title": "언어 모델",
            "purpose": "research",
            "gpu_models": {"B200": "1"},
            "servers": 2,
            "minimum_servers": 1,
            "weeks": 4,
            "earliest_week": 0,
            "latest_week": 4,
            "at": days(-20),
            **fields,
        }
    )


# Where both meet, and after


def round_(**fields):
    return allocation.open_round(**{"id": f"round-{number()}", "start_on": MONDAY, "weeks": 26, "opened_at": START, **fields})


def grant(round__=None, application_=None, on=None, from_week=0, to_week=4, entry=None):
    """One grant on these servers (two new ones unless given), leased at once."""
    on = on or servers(count=2)
    each = {
        "application": (application_ or application()).pk,
        "pool": on[0].pool_id,
        "servers": [server.pk for server in on],
        "from_week": from_week,
        "to_week": to_week,
        "value": 10,
    }
    round__ = round__ or round_()
    return allocation.grant_leases(round=round__, grants=[each], entry=entry or approved_grants(round__, each))[0]


def bill(grant_, from_week=0, to_week=1, list_amount=100, billed_amount=30, **fields):
    """An invoice line as a settlement recommends it."""
    return {
        "lease": grant_.pk,
        "model": "B200",
        "from": week_start(grant_.round, from_week).isoformat(),
        "to": week_start(grant_.round, to_week).isoformat(),
        "gpu_hours": "168.5",
        "rate": "0.3",
        "list_amount": list_amount,
        "billed_amount": billed_amount,
        "support_amount": list_amount - billed_amount,
        **fields,
    }


def invoice(grant_=None, *lines, **sums):
    grant_ = grant_ or grant()
    lines = lines or (bill(grant_),)
    recommended = {
        "organisation": grant_.application.organisation_id,
        "lines": lines,
        **{name: sum(line[name] for line in lines) for name in ("list_amount", "billed_amount", "support_amount")},
        **sums,
    }
    return settlement.issue_invoices(
        entry=approved("settlement", recommendation={"invoices": [recommended]}),
        invoices=[recommended],
        from_at=START,
        to_at=days(31),
        issued_on=dt.date(2026, 4, 1),
        due_on=dt.date(2026, 5, 1),
    )[0]


def notice(grant_, *, sent_on=MONDAY, because="below_floor"):
    answer_by = sent_on + dt.timedelta(days=14)
    said = {"lease": grant_.pk, "action": "notice", "because": because, "answer_by": answer_by.isoformat()}
    return operation.send_notices(
        notices=[{"grant": grant_, "because": because, "answer_by": answer_by}],
        sent_on=sent_on,
        entry=approved("reclaim", recommendation={"proposals": [said]}),
    )[0]
