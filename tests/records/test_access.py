"""Who may see and do what, as a table: one row per question, one column per desk; X is yes.

The people: ministry, agency, reviewer (sits on the panel), provider (whose matters these are), another
provider, applicant (whose matters these are), another applicant, operator, auditor, a former
official, and nobody (not logged in).
"""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser

import factories as make
from dure.records.allocation import access as allocation
from dure.records.allocation import actions as allocating
from dure.records.allocation import solves
from dure.records.demand import access as demand
from dure.records.demand import actions as demanding
from dure.records.operation import access as operation
from dure.records.operation import actions as operating
from dure.records.outcomes import access as outcomes
from dure.records.outcomes import actions as reporting
from dure.records.parties import access as parties
from dure.records.parties import actions as seating
from dure.records.procurement import access as procurement
from dure.records.review import access as review
from dure.records.review import actions as reviewing
from dure.records.settlement import access as settlement
from dure.records.settlement import actions as settling
from dure.records.supply import access as supply

pytestmark = pytest.mark.django_db

DESKS = ["ministry", "agency", "reviewer", "provider", "other_provider", "applicant", "other_applicant"]
DESKS += ["operator", "auditor", "former", "nobody"]
# question                        min age rev pro op  app oa  ope aud for nob
TABLE = """
parties: own and all organisations X  X   .   X   .   X   .   X   X   .   .
review: see the panel             X   X   X   .   .   .   .   .   X   .   .
review: sheets before the lock    .   .   X   .   .   .   .   .   .   .   .
review: sheets after the lock     X   X   X   .   .   .   .   .   X   .   .
review: score                     .   .   X   .   .   .   .   .   .   .   .
review: score after stepping back .   .   .   .   .   .   .   .   .   .   .
procurement: proposal before close .  .   .   X   .   .   .   .   .   .   .
procurement: proposal after close X   X   .   X   .   .   .   .   X   .   .
procurement: see the agreement    X   X   .   X   .   .   .   X   X   .   .
supply: see servers               X   X   .   X   .   .   .   X   X   .   .
demand: see the application       X   X   .   .   .   X   .   X   X   .   .
demand: see its eligibility       X   X   .   .   .   X   .   X   X   .   .
allocation: see the grant         X   X   .   X   .   X   .   X   X   .   .
allocation: see the leases        X   X   .   X   .   X   .   X   X   .   .
allocation: see the waiting place X   X   .   .   .   X   .   X   X   .   .
allocation: solve a round         .   X   .   .   .   .   .   X   .   .   .
allocation: see how it is solved  X   X   .   .   .   .   .   X   X   .   .
operation: see changes            X   X   .   .   .   .   .   X   X   .   .
operation: see the appeal         X   X   .   .   .   X   .   X   X   .   .
settlement: see the invoice       X   X   .   .   .   X   .   X   X   .   .
settlement: see the statement     X   X   .   X   .   .   .   X   X   .   .
outcomes: see the report          X   X   .   .   .   X   .   X   X   .   .
outcomes: see the achievement     X   X   .   .   .   X   .   X   X   .   .
"""


def people(provider, applicant):
    former = make.person("ministry", "agency", "auditor")
    for role in former.live_roles:
        seating.end_role(role=role, at=make.days(1))
    return {
        "ministry": make.person("ministry"),
        "agency": make.person("agency"),
        "reviewer": make.person("reviewer"),
        "provider": make.person("provider", organisation=provider),
        "other_provider": make.person("provider", organisation=make.organisation()),
        "applicant": make.person("applicant", organisation=applicant),
        "other_applicant": make.person("applicant", organisation=make.organisation()),
        "operator": make.person("operator"),
        "auditor": make.person("auditor"),
        "former": former,
        "nobody": AnonymousUser(),
    }


def test_who_may_see_and_do_what():
    provider, applicant = make.organisation(kind="company"), make.organisation()
    who = people(provider, applicant)
    asked = questions(provider, applicant, who["reviewer"])
    said = {}
    for line in TABLE.strip().splitlines():
        question, cells = line[:34].strip(), line[34:].split()
        said[question] = dict(zip(DESKS, [cell == "X" for cell in cells[-len(DESKS) :]], strict=True))
    assert set(said) == set(asked)
    wrong = [
        f"{question}: {desk} {'may' if bool(asked[question](who[desk])) else 'may not'}"
        for question, row in said.items()
        for desk in DESKS
        if bool(asked[question](who[desk])) is not row[desk]
    ]
    assert not wrong, "\n".join(wrong)
    assert len(said) * len(DESKS) > 200


def questions(provider, applicant, reviewer):
    """Each question as a function of the person who asks."""
    call = make.call()
    proposal = make.proposal(call, provider=provider)
    agreement = make.agreement(make.award(proposal))
    cluster = make.cluster(provider=provider)
    server = make.servers(cluster, count=2)[0]
    user_call = make.user_call()
    application = make.application(user_call, applicant)
    entry = make.approved("eligibility")
    outcome = demanding.record_eligibility(
        entry=entry,
        results=[{"application": application.pk, "eligible": True, "large_project": False, "outcomes": [], "remedies": []}],
    )[0]
    round_ = make.round_()
    grant = make.grant(round_, application, on=[server])
    solve = solves.ask(round=round_, by=make.the("agency"))
    place = allocating.set_waiting_list(round=round_, applications=[application.pk], entry=make.approved())[0]
    appeal = operating.open_appeal(notice=make.notice(grant), text="이의", opened_on=make.MONDAY)
    step = {"order": 1, "action": "create", "kind": "account", "name": "a", "set": {}, "undo": {}, "grant": grant.pk}
    change = operating.plan_changes(pool=grant.pool, changes=[step], entry=make.approved("provisioning"), at=make.START)[0]
    invoice = make.invoice(grant)
    owed = {"provider": provider.pk, "fee_amount": 1, "deducted_amount": 0, "payable_amount": 1}
    settled = make.approved("settlement", recommendation={"providers": [owed]})
    statement = settling.record_provider_statements(entry=settled, statements=[owed])[0]
    report = reporting.ask_for_reports(grants=[grant], due_on=dt.date(2026, 4, 30))[0]
    achievement = reporting.record_achievements(
        achievements=[{"id": "a", "grant": grant, "kind": "paper", "evidence": "doi", "reported_on": make.MONDAY}]
    )[0]
    opened, closed = panels(reviewer)
    before, after = call.closes_at - dt.timedelta(seconds=1), call.closes_at
    return {
        "parties: own and all organisations": lambda p: (
            parties.visible_organisations(p).filter(pk__in=[provider.pk, applicant.pk]).exists()
        ),
        "review: see the panel": lambda p: opened in review.visible_panels(p),
        "review: sheets before the lock": lambda p: review.visible_sheets(p).filter(panel=opened).exists(),
        "review: sheets after the lock": lambda p: review.visible_sheets(p).filter(panel=closed).exists(),
        "review: score": lambda p: review.may_score(p, opened, "p1"),
        "review: score after stepping back": lambda p: review.may_score(p, opened, "p2") or review.may_score(p, closed, "p1"),
        "procurement: proposal before close": lambda p: proposal in procurement.visible_proposals(p, now=before),
        "procurement: proposal after close": lambda p: proposal in procurement.visible_proposals(p, now=after),
        "procurement: see the agreement": lambda p: agreement in procurement.visible_agreements(p),
        "supply: see servers": lambda p: server in supply.visible_servers(p),
        "demand: see the application": lambda p: application in demand.visible_applications(p),
        "demand: see its eligibility": lambda p: outcome in demand.visible_outcomes(p),
        "allocation: see the grant": lambda p: grant in allocation.visible_grants(p),
        "allocation: see the leases": lambda p: allocation.visible_leases(p).filter(grant=grant).exists(),
        "allocation: see the waiting place": lambda p: place in allocation.visible_waiting(p),
        "allocation: solve a round": allocation.may_solve,
        "allocation: see how it is solved": lambda p: solve in allocation.visible_solves(p),
        "operation: see changes": lambda p: change in operation.visible_changes(p),
        "operation: see the appeal": lambda p: appeal in operation.visible_appeals(p),
        "settlement: see the invoice": lambda p: invoice in settlement.visible_invoices(p),
        "settlement: see the statement": lambda p: statement in settlement.visible_statements(p),
        "outcomes: see the report": lambda p: report in outcomes.visible_reports(p),
        "outcomes: see the achievement": lambda p: achievement in outcomes.visible_achievements(p),
    }


def panels(reviewer):
    """One panel that still scores, one that is locked; the reviewer gave a sheet on both."""
    made = []
    for _ in range(2):
        panel = reviewing.seat_panel(
            panel_id=f"panel-{make.number()}", kind="proposal", subject="c", seats={"e1": reviewer, "e2": None}, at=make.START
        )
        reviewing.submit_score_sheet(panel=panel, evaluator="e1", item="p1", points={"a": "1"})
        reviewing.recuse(panel=panel, evaluator="e1", item="p2", reason="자문")
        made.append(panel)
    return made[0], reviewing.lock_panel(panel=made[1])


def test_who_is_no_longer_active_may_nothing():
    person = make.person("ministry")
    person.is_active = False
    assert not parties.is_official(person)
    assert not demand.visible_applications(person).exists()
