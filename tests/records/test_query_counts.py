"""A list costs as many queries with three rows as with one."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import factories as make
from dure.records.allocation import facts as round_facts
from dure.records.allocation import queries as allocation
from dure.records.demand import queries as demand
from dure.records.journal import queries as journal
from dure.records.journal.fields import period
from dure.records.operation import actions as operating
from dure.records.operation import queries as operation
from dure.records.outcomes import actions as reporting
from dure.records.outcomes import queries as outcomes
from dure.records.parties import queries as parties
from dure.records.procurement import queries as procurement
from dure.records.settlement import queries as settlement
from dure.records.supply import queries as supply

pytestmark = pytest.mark.django_db
UNTIL = make.days(180)


def another_of_everything():
    agreement = make.agreement()
    grant = make.grant(on=make.servers(make.cluster(agreement=agreement), count=2))
    make.invoice(grant)
    operating.record_daily_use(days=[{"grant": grant.pk, "day": make.MONDAY, "utilisation": "0.5"}])
    operating.open_appeal(notice=make.notice(grant), text="이의", opened_on=make.MONDAY)
    reporting.ask_for_reports(grants=[grant], due_on=dt.date(2026, 4, 30))


READS = {
    "entries": lambda: [(e.who.name["ko"], e.answered and e.answered.who.name["ko"]) for e in journal.entries()],
    "export": lambda: list(journal.export_lines()),
    "organisations": lambda: list(parties.organisations(search="기관")),
    "agreements": lambda: [(a.provider.name["ko"], procurement.terms_in_force(a)) for a in procurement.agreements()],
    "awards": lambda: [(a.proposal.provider.name["ko"], a.agreed.agreement.signed_on) for a in procurement.awards()],
    "clusters": lambda: [(c.site.name["ko"], c.provider.name["ko"], c.pool.pk) for c in supply.clusters()],
    "servers": lambda: [(s.pool.gpu_model.pk, s.cluster.promised_on) for s in supply.servers()],
    "buildout facts": lambda: supply.buildout_facts(as_of=make.MONDAY, start_on=make.MONDAY, weeks=9, seed="s"),
    "applications": lambda: [(a.organisation.name["ko"], a.user_call.title["ko"]) for a in demand.applications()],
    "grants": lambda: [
        (g.application.organisation.name["ko"], g.pool.provider.name["ko"], g.round.weeks) for g in allocation.grants()
    ],
    "lease facts": lambda: round_facts.lease_facts(allocation.rounds().first()),
    "leases by part": lambda: allocation.leases_by_part(overlapping=period(make.START, UNTIL)),
    "metered facts": lambda: operation.metered_facts(from_at=make.START, to_at=UNTIL),
    "reclaim facts": lambda: operation.reclaim_facts(as_of=dt.date(2026, 4, 1), grants=allocation.grants()),
    "appeals": lambda: [a.grant.application.organisation.name["ko"] for a in operation.appeals()],
    "invoices": lambda: [(i.organisation.name["ko"], i.paid_amount) for i in settlement.invoices()],
    "lines": lambda: [(line.grant.application.title, line.invoice.issued_on) for line in settlement.lines()],
    "outcomes facts": lambda: outcomes.outcomes_facts(
        within=(make.START, make.days(60)), as_of=dt.date(2026, 5, 1), sectors=["academia"]
    ),
}


def counts():
    made = {}
    for name, read in READS.items():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            read()
        made[name] = len(captured)
    return made


def test_lists_cost_the_same_for_one_row_and_for_three():
    another_of_everything()
    one = counts()
    another_of_everything()
    another_of_everything()
    assert counts() == one
    assert max(one.values()) <= 8, one
