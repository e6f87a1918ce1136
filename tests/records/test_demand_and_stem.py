"""Demand, allocation, operation, settlement and outcomes: what must never be true is refused, twice."""

import datetime as dt
import importlib

import pytest
from django.db import IntegrityError, connection, transaction

import factories as make
from database import refused, run
from dure.formats.errors import BadInput
from dure.records.allocation import actions as allocation
from dure.records.allocation import facts as round_facts
from dure.records.allocation import queries as allocated
from dure.records.allocation.models import Lease, grant_and_part, lease_id
from dure.records.allocation.weeks import week_at, week_start
from dure.records.demand import actions as demand
from dure.records.demand import queries as demanded
from dure.records.journal.fields import period
from dure.records.operation import actions as operation
from dure.records.operation import queries as operated
from dure.records.outcomes import actions as outcomes
from dure.records.outcomes import queries as produced
from dure.records.settlement import actions as settlement
from dure.records.settlement import queries as settled
from dure.records.settlement.models import InvoiceLine
from dure.records.supply.models import Server

SIZES = {"H200": 8, "B200": 8}
pytestmark = pytest.mark.django_db


# Demand


def test_applications_come_in_time_and_stay_as_they_are():
    call = make.user_call()
    application = make.application(call)
    with pytest.raises(BadInput, match="taken from"):
        make.application(call, at=call.closes_at)
    columns = [field.column for field in application._meta.concrete_fields if not field.generated]
    copy = f"INSERT INTO demand_application ({', '.join(columns)}) SELECT " + ", ".join(
        {"id": "'copy'", "gpu_models": "%s", "minimum_servers": "%s", "submitted_at": "%s"}.get(name, name) for name in columns
    )
    copy += " FROM demand_application"
    assert columns.index("gpu_models") < columns.index("minimum_servers") < columns.index("submitted_at")
    refused("takes applications", copy, '{"B200": "1"}', 1, call.closes_at)
    refused("takes applications", copy, '{"B200": "1"}', 1, call.opens_at - dt.timedelta(seconds=1))
    refused("quantities_are_possible", copy, '{"B200": "1"}', 3, make.days(-20))
    for wrong in ("{}", "[]", '{"B200": 1}', '{"B200": "2"}', '{"B200": "1e-1"}'):
        refused("at least one GPU model", copy, wrong, 1, make.days(-20))
    refused("demand_application keeps", "UPDATE demand_application SET servers = 1")
    refused("only moves later", "UPDATE demand_usercall SET closes_at = now() - interval '9 years'")
    run(copy, '{"B200": "0.9", "H200": "1.0"}', 1, make.days(-20))


def test_only_an_approved_eligibility_takes_effect_and_the_last_one_stands():
    application = make.application()
    result = {"application": application.pk, "eligible": True, "large_project": False, "outcomes": [], "remedies": []}
    with pytest.raises(BadInput, match="not been approved"):
        demand.record_eligibility(entry=make.filed("eligibility"), results=[result])
    demand.record_eligibility(entry=make.approved("eligibility"), results=[result])
    assert list(demanded.eligible_applications(application.user_call)) == [application]
    demand.record_eligibility(entry=make.approved("eligibility"), results=[{**result, "eligible": False}])
    assert not demanded.eligible_applications(application.user_call).exists()
    refused("only grows", "UPDATE demand_eligibilityoutcome SET eligible = true")


def test_a_survey_is_told_to_the_demand_decision():
    survey = demand.open_survey(
        id="s",
        title={"ko": "수요조사"},
        opened_on=make.MONDAY,
        closed_on=make.MONDAY,
        invited=9,
        frame=[{"sector": "academia", "size": "any", "organisations": 5}],
    )
    answer = {
        "organisation": "o",
        "sector": "academia",
        "size": "any",
        "region": "seoul",
        "use": "training",
        "gpu_model": "B200",
        "servers": 2,
        "weeks": 4,
        "start_on": make.MONDAY,
    }
    demand.record_responses(survey=survey, responses=[{"id": "b", "same_need_as": "c", **answer}, {"id": "c", **answer}])
    facts = demanded.demand_facts(survey)
    assert [(each["id"], each["same_need_as"]) for each in facts["responses"]] == [("b", "c"), ("c", None)]
    assert facts["frame"] == [{"sector": "academia", "size": "any", "organisations": 5}]


def test_applications_are_found_sorted_and_told_to_eligibility():
    call = make.user_call()
    first = make.application(call, make.organisation(name={"ko": "가나대학"}, group="G"), servers=4, weeks=13, title="의료 영상")
    models = {"B200": "1", "H200": "1"}
    second = make.application(call, make.organisation(name={"ko": "다라연구원"}), servers=9, gpu_models=models)
    assert list(demanded.applications(user_call=call, order="servers")) == [second, first]
    assert list(demanded.applications(search="영상")) == [first]
    assert list(demanded.applications(search="다라")) == [second]
    facts = demanded.eligibility_facts(call, gpus_per_server=SIZES, obligations={first.organisation_id: ["report"]})
    assert facts["applicants"][0]["open_obligations"] == ["report"]
    assert [(each["gpus"], each["months"], each["gpu_model"]) for each in facts["applications"]] == [
        (32, 3, "B200"),
        (72, 1, "B200"),
    ]


# Allocation


def test_shares_sum_to_one_exactly():
    shares = {"academia": "0.333333333333333333", "industry": "0.333333333333333333", "national": "0.333333333333333334"}
    approved = make.approved("shares", recommendation={"shares": shares})
    allocation.set_shares(programme="p", from_on=make.MONDAY, shares=shares, entry=approved)
    assert allocated.shares(programme="p", on=make.MONDAY) == shares
    assert allocated.shares(programme="p", on=make.MONDAY - dt.timedelta(days=1)) == {}
    with pytest.raises(BadInput, match="not to 1"):
        allocation.set_shares(
            programme="q", from_on=make.MONDAY, shares={**shares, "national": "0.3"}, entry=make.approved("shares")
        )
    refused(
        "sum to 1.1",
        "INSERT INTO allocation_sectorshare (share_set_id, sector, share) SELECT id, 'x', 0.1 FROM allocation_shareset",
    )
    refused(
        "is not what journal entry",
        "WITH made AS (INSERT INTO allocation_shareset (programme, from_on, entry_id) VALUES ('s', '2026-03-02', %s) "
        "RETURNING id) INSERT INTO allocation_sectorshare (share_set_id, sector, share) SELECT id, 'x', 1 FROM made",
        approved.pk,
    )
    entry = make.approved("shares").pk
    alone = "INSERT INTO allocation_shareset (programme, from_on, entry_id) VALUES ('r', '2026-03-02', %s)"
    refused("without shares", alone, entry)
    refused("needs an approved", alone, make.filed("shares").pk)
    refused("only grows", "UPDATE allocation_sectorshare SET share = share")


def test_weeks_begin_on_monday_where_the_servers_stand():
    round_ = make.round_()
    assert week_start(round_, 1).isoformat() == "2026-03-09T00:00:00+09:00"
    assert week_at(round_, week_start(round_, 3) - dt.timedelta(microseconds=1)) == 2
    assert week_at(round_, week_start(round_, 3)) == 3
    with pytest.raises(IntegrityError, match="monday"), transaction.atomic():
        make.round_(start_on=dt.date(2026, 3, 3))


def test_a_grant_leases_its_servers_and_nobody_else_gets_them_meanwhile():
    servers = make.servers(count=2)
    grant = make.grant(on=servers, from_week=1, to_week=3)
    assert [lease.server_id for lease in allocated.leases(grant=grant)] == [server.pk for server in servers]
    with pytest.raises(BadInput, match="already leased"):
        make.grant(on=servers[:1], from_week=2, to_week=4)
    make.grant(on=servers[:1], from_week=3, to_week=4)  # half-open: the next begins as the first ends
    with pytest.raises(BadInput, match="not been approved"):
        make.grant(entry=make.filed())
    with pytest.raises(BadInput, match="not in the register"):
        make.grant(on=[Server(id="none/a/1", pool=servers[0].pool)])


def test_the_database_refuses_wrong_leases():
    servers = make.servers(count=3)
    grant = make.grant(on=servers[:2])
    elsewhere = make.servers(count=1)[0]
    lease = "INSERT INTO allocation_lease (grant_id, server_id, during, ended_because) VALUES (%s, %s, %s::tstzrange, '')"
    inside = "[2026-03-03 00:00+09,2026-03-04 00:00+09)"
    refused("server_is_leased_once_at_a_time", lease, grant.pk, servers[0].pk, inside)
    refused("exceed its 2 servers", lease, grant.pk, servers[2].pk, inside)
    refused("not of pool", lease, grant.pk, elsewhere.pk, inside)
    refused("beyond its grant", lease, grant.pk, servers[2].pk, "[2026-03-03 00:00+09,2027-03-04 00:00+09)")
    refused("half_open", lease, grant.pk, servers[2].pk, "empty")
    refused("half_open", lease, grant.pk, servers[2].pk, "[2026-03-03 00:00+09,2026-03-04 00:00+09]")
    refused(
        "may only end earlier", "UPDATE allocation_lease SET during = tstzrange(lower(during), upper(during) + interval '1 day')"
    )
    refused("may only end earlier", "UPDATE allocation_lease SET server_id = %s", servers[2].pk)
    refused("leases are kept", "DELETE FROM allocation_lease")
    refused("for_a_reason", "UPDATE allocation_lease SET ended_because = 'reclaimed'")
    refused("outside of that time", "UPDATE supply_server SET in_service_to = '2026-03-03 00:00+09'")
    refused("only grows", "UPDATE allocation_grant SET servers = 9")
    run("UPDATE supply_server SET own_use = true WHERE id = %s", servers[2].pk)
    refused("not in public service", lease, grant.pk, servers[2].pk, inside)
    run("UPDATE supply_server SET own_use = false, in_service_from = NULL WHERE id = %s", servers[2].pk)
    refused("not in public service", lease, grant.pk, servers[2].pk, inside)


def test_leases_end_early_and_the_servers_are_free_again():
    servers = make.servers(count=3)
    grant = make.grant(on=servers, from_week=0, to_week=4)
    back = allocation.end_lease_early(grant=grant, at=make.days(7), because="returned", servers=[servers[0].pk])
    assert [lease.server_id for lease in back] == [servers[0].pk]
    parts = allocated.leases_by_part(overlapping=period(make.START, make.days(28)))
    assert {name: len(leases) for name, leases in parts.items()} == {grant.pk: 2, f"{grant.pk}#2": 1}
    make.grant(on=servers[:1], from_week=1, to_week=4)
    with pytest.raises(BadInput, match="approved reclaim"):
        allocation.end_lease_early(grant=grant, at=make.days(8), because="reclaimed")
    ended = allocation.end_lease_early(grant=grant, at=make.days(8), because="reclaimed", entry=make.approved("reclaim"))
    assert len(ended) == 2
    later = make.grant(on=servers[1:], from_week=2, to_week=4)
    allocation.end_lease_early(grant=later, at=make.days(3), because="returned")
    assert Lease.objects.filter(grant=later, withdrawn_at=make.days(3)).count() == 2
    make.grant(on=servers[1:], from_week=2, to_week=4)


def test_allocation_is_told_what_is_fixed_and_who_asks():
    round_, application = make.round_(), make.application()
    servers = make.servers(count=2)
    grant = make.grant(round_, application, on=servers, from_week=0, to_week=4)
    round_.pools = [servers[0].pool_id]
    allocation.end_lease_early(grant=grant, at=make.days(8), because="returned", servers=[servers[0].pk])
    facts = round_facts.lease_facts(round_)
    assert [(lease["servers"], lease["from_week"], lease["to_week"]) for lease in facts] == [
        ([servers[0].pk], 0, 2),
        ([servers[1].pk], 0, 4),
    ]
    asked = round_facts.application_facts([application, make.application()], scores={application.pk: "81.5"})
    assert [(each["id"], each["models"], each["score"]) for each in asked] == [(application.pk, {"B200": "1"}, "81.5")]


def test_allocation_reads_from_the_register_which_servers_are_in_service_when():
    round_, servers = make.round_(), make.servers(count=2)
    round_.pools = [servers[0].pool_id]
    Server.objects.filter(pk=servers[0].pk).update(in_service_from=make.START)
    Server.objects.filter(pk=servers[1].pk).update(in_service_from=make.days(8))
    pools = round_facts.pool_facts(round_, outages={})
    assert pools[0]["pods"] == [{"id": "a", "servers": [server.pk for server in servers]}]
    assert pools[0]["in_service"] == [{"from_week": 0, "servers": 1}, {"from_week": 2, "servers": 2}]
    assert pools[0]["outages"] == []
    # The first server leaves, and the second was there before it: what no step function can say becomes an outage.
    Server.objects.filter(pk=servers[0].pk).update(in_service_from=make.days(14), in_service_to=make.days(28))
    Server.objects.filter(pk=servers[1].pk).update(in_service_from=make.START)
    pools = round_facts.pool_facts(round_, outages={servers[0].pool_id: [{"pod": "a", "from_week": 5, "to_week": 6}]})
    assert pools[0]["in_service"] == [{"from_week": 0, "servers": 2}]
    assert pools[0]["outages"] == [
        {"server": servers[0].pk, "from_week": 0, "to_week": 2},
        {"server": servers[0].pk, "from_week": 4, "to_week": 26},
        {"pod": "a", "from_week": 5, "to_week": 6},
    ]


def test_the_waiting_list_keeps_its_order():
    round_, first, second, third = make.round_(), make.application(), make.application(), make.application()
    allocation.set_waiting_list(round=round_, applications=[second.pk, first.pk], entry=make.approved())
    allocation.set_waiting_list(round=round_, applications=[third.pk], entry=make.approved())
    allocation.leave_waiting_list(round=round_, application=second.pk, at=make.START)
    assert [(each["application"], each["place"]) for each in round_facts.waiting_facts(round_)] == [(first.pk, 2), (third.pk, 3)]


# Operation


def usage(grant, **fields):
    return {
        "lease": grant.pk,
        "model": "B200",
        "from": make.START.isoformat(),
        "to": make.days(7).isoformat(),
        "held_gpu_seconds": 100,
        "used_gpu_seconds": 60,
        "gpu_hours": "0.027777777777777778",
        "utilisation": "0.6",
        "busy": None,
        "energy_wh": None,
        **fields,
    }


STATES = {"in_service": 10, "leased": 6, "idle": 2, "maintenance": 1, "own_use": 1}


def test_usage_is_counted_once_and_later_data_takes_its_place():
    grant = make.grant()
    server = grant.leases.first().server_id
    span = {"from_at": make.START, "to_at": make.days(7), "at": make.days(8)}
    state = {"server": server, **STATES}
    first = operation.record_usage(entry=make.approved("metering"), usage=[usage(grant)], states=[state], **span)
    operation.record_usage(entry=make.approved("metering"), usage=[usage(grant, used_gpu_seconds=61)], states=[state], **span)
    assert [each.used_gpu_seconds for each in operated.usage(grant=grant)] == [61]
    assert operated.usage_facts(from_at=make.START, to_at=make.days(1))[0]["gpu_hours"] == "0.027777777777777778"
    assert operated.state_totals(from_at=make.START, to_at=make.days(7)) == STATES
    first[0].refresh_from_db()
    assert first[0].superseded_at == make.days(8)
    refused("only be superseded", "UPDATE operation_usagerecord SET superseded_at = NULL")
    refused("only be superseded", "UPDATE operation_usagerecord SET gpu_hours = 0 WHERE superseded_at IS NULL")
    refused("is kept", "DELETE FROM operation_serverstatesummary")
    again = "INSERT INTO operation_{table} ({columns}) SELECT {columns} FROM operation_{table} WHERE superseded_at IS NULL".format
    columns = "entry_id, grant_id, part, gpu_model, during, held_gpu_seconds, used_gpu_seconds, gpu_hours, on_hold"
    refused("usage_is_counted_once", again(table="usagerecord", columns=columns))
    columns = "entry_id, server_id, during, in_service, leased, idle, maintenance, own_use"
    refused("server_state_is_counted_once", again(table="serverstatesummary", columns=columns))
    with pytest.raises(IntegrityError, match="states_add_up"), transaction.atomic():
        operation.record_usage(entry=make.approved("metering"), usage=[], states=[{**state, "idle": 3}], **span)


def test_changes_are_planned_then_applied_then_undone():
    grant = make.grant()
    step = {"order": 1, "action": "create", "kind": "account", "name": "dure_a", "set": {}, "undo": {}, "grant": grant.pk}
    with pytest.raises(BadInput, match="not a recommendation of provisioning"):
        operation.plan_changes(pool=grant.pool, changes=[step], entry=make.approved("allocation"), at=make.START)
    made = operation.plan_changes(pool=grant.pool, changes=[step], entry=make.approved("provisioning"), at=make.START)
    refused("planned_then_applied", "UPDATE operation_provisioningchange SET undone_at = now()")
    assert operation.mark_applied(changes=made, at=make.days(1)) == 1
    assert operation.mark_applied(changes=made, at=make.days(2)) == 0
    assert operation.mark_undone(changes=made, at=make.days(3)) == 1


def test_reclaim_is_told_days_notices_and_appeals():
    grant = make.grant()
    days = [
        {"grant": grant.pk, "day": make.MONDAY, "utilisation": "0.10"},
        {"grant": grant.pk, "day": dt.date(2026, 3, 3), "utilisation": None},
    ]
    operation.record_daily_use(days=days)
    operation.record_daily_use(days=[{**days[0], "utilisation": "0.05"}])
    notice = make.notice(grant, sent_on=dt.date(2026, 3, 4))
    with pytest.raises(BadInput, match="no answer"):
        operation.judge_answer(notice=notice, accepted=True)
    operation.answer_notice(notice=notice, answer="다음 주 시작", answered_on=dt.date(2026, 3, 5))
    appeal = operation.open_appeal(notice=notice, text="이의", opened_on=dt.date(2026, 3, 6))
    with pytest.raises(IntegrityError), transaction.atomic():
        operation.open_appeal(notice=notice, text="again", opened_on=dt.date(2026, 3, 6))
    operation.close_appeal(appeal=appeal, upheld=False, finding="근거 없음", closed_on=dt.date(2026, 3, 9))
    facts = operated.reclaim_facts(as_of=dt.date(2026, 3, 10), grants=allocated.grants())
    assert [day["utilisation"] for day in facts["leases"][0]["days"]] == ["0.05", None]
    answered = {"answered_on": "2026-03-05", "answer_accepted": None}
    assert facts["notices"] == [{"lease": grant.pk, "sent_on": "2026-03-04", "because": "below_floor", **answered}]
    told = {"opened_on": "2026-03-06", "closed_on": "2026-03-09", "upheld": False, "notice_sent_on": "2026-03-04"}
    assert facts["appeals"] == [{"lease": grant.pk, **told}]


def test_an_upheld_appeal_settles_its_own_notice_also_on_the_day_of_another():
    grant, day = make.grant(), dt.date(2026, 3, 4)
    first = make.notice(grant, sent_on=day)
    appeal = operation.open_appeal(notice=first, text="이의", opened_on=day)
    assert not operated.to_appeal(grant=grant).exists()
    second = make.notice(grant, sent_on=day + dt.timedelta(days=5))
    assert not operated.to_appeal(grant=grant).exists(), "one appeal at a time"
    operation.close_appeal(appeal=appeal, upheld=True, finding="맞음", closed_on=second.sent_on)
    assert [list(operated.notices_in(state, grant=grant)) for state in ("settled", "sent")] == [[first], [second]]
    assert list(operated.to_appeal(grant=grant)) == [second]
    refused("as they are", "UPDATE operation_appeal SET notice_id = %s", second.pk)
    with pytest.raises(IntegrityError, match="appeal_one_for_each_notice"), transaction.atomic():
        operation.open_appeal(notice=first, text="again", opened_on=second.sent_on)
    with pytest.raises(IntegrityError, match="a notice that its grant has got"), transaction.atomic():
        operation.open_appeal(notice=second, text="too early", opened_on=day)
    facts = operated.reclaim_facts(as_of=second.sent_on, grants=[grant])
    assert [(each["upheld"], each["notice_sent_on"]) for each in facts["appeals"]] == [(True, "2026-03-04")]


def test_appeals_of_before_are_of_the_last_notice_that_there_was():
    """Of several against one notice the one that settles it; what was made in advance is against none."""
    link = importlib.import_module("dure.records.operation.migrations.0006_appeals_of_notices").LINK
    grant, other = make.grant(), make.grant()
    notices = [make.notice(grant, sent_on=dt.date(2026, 3, day)) for day in (4, 9)]
    make.notice(other, sent_on=dt.date(2026, 3, 9))
    old = (
        "INSERT INTO operation_appeal (grant_id, opened_on, text, closed_on, upheld, finding) "
        "VALUES (%s, %s, 'x', %s, %s, 'x') RETURNING id"
    )
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE operation_appeal DISABLE TRIGGER is_against_its_notice, DISABLE TRIGGER keeps")
        made = []
        for held, opened, upheld in (
            (grant, "2026-03-05", False), (grant, "2026-03-09", True), (grant, "2026-03-10", False), (other, "2026-03-08", True),
        ):  # fmt: skip
            cursor.execute(old, [held.pk, opened, opened, upheld])
            made.append(cursor.fetchone()[0])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE operation_appeal ENABLE TRIGGER is_against_its_notice")
        cursor.execute(link)
        cursor.execute("SELECT notice_id FROM operation_appeal ORDER BY id")
        assert [row[0] for row in cursor.fetchall()] == [notices[0].pk, notices[1].pk, None, None]


def test_metering_and_provisioning_are_told_the_same_leases():
    grant = make.grant(on=make.servers(count=2))
    metered = operated.metered_facts(from_at=make.START, to_at=make.days(7))
    assert [(lease["id"], len(lease["servers"])) for lease in metered["leases"]] == [(grant.pk, 2)]
    assert len(metered["servers"]) == 2
    people = {grant.application.organisation_id: ["kim"]}
    facts = operated.provisioning_facts(as_of=make.START, pool_id=grant.pool_id, until=make.days(7), people=people)
    assert [(each["id"], each["people"]) for each in facts["grants"]] == [(grant.pk, ["kim"])]


def test_a_lease_id_names_the_grant_and_the_part():
    assert [lease_id("r/a", 1), lease_id("r/a", 2)] == ["r/a", "r/a#2"]
    assert [grant_and_part("r/a"), grant_and_part("r/a#2")] == [("r/a", 1), ("r/a", 2)]


# Settlement


def test_an_invoice_is_the_sum_of_its_lines_and_is_paid_once():
    invoice = make.invoice()
    settlement.receive_payment(invoice=invoice, reference="a", amount=30, received_on=make.MONDAY)
    for amount in (1, -31):
        with pytest.raises(BadInput, match="payments would come to"):
            settlement.receive_payment(invoice=invoice, reference="b", amount=amount, received_on=make.MONDAY)
    settlement.receive_payment(invoice=invoice, reference="c", amount=-10, received_on=make.MONDAY)
    assert settled.invoice(invoice.pk).paid_amount == 20
    assert list(settled.invoices(unpaid=True)) == [invoice]
    assert [each["amount"] for each in settled.paid_facts()] == [30, -10]
    assert settled.totals() == {"list_amount": 100, "billed_amount": 30, "support_amount": 70, "paid_amount": 20}
    refused(
        "payments of",
        "INSERT INTO settlement_paymentreceived (invoice_id, reference, amount, received_on) VALUES (%s, 'x', 11, '2026-04-01')",
        invoice.pk,
    )


def test_an_invoice_that_is_not_the_sum_of_its_lines_is_refused():
    grant = make.grant()

    @transaction.atomic
    def wrong_by_one_amount():
        make.invoice(grant, make.bill(grant), billed_amount=31, support_amount=69)
        run("SELECT 1")

    with pytest.raises(IntegrityError, match=r"\(100,31,69\) is not the sum of its lines, \(100,30,70\)"):
        wrong_by_one_amount()


def test_no_second_is_billed_twice_and_mistakes_are_reversed():
    grant = make.grant()
    invoice = make.invoice(grant, make.bill(grant, 0, 1), make.bill(grant, 1, 2))
    with pytest.raises(IntegrityError, match="no_second_is_billed_twice"), transaction.atomic():
        make.invoice(grant, make.bill(grant, 1, 3))
    right = make.bill(grant, 0, 1, list_amount=90, billed_amount=27)
    correction = {
        "organisation": invoice.organisation_id, "lease": right["lease"], "from": right["from"], "to": right["to"], "line": right,
    }  # fmt: skip
    (fix,) = settlement.issue_invoices(
        entry=make.approved("settlement", recommendation={"corrections": [correction]}),
        invoices=[],
        corrections=[correction],
        from_at=make.START,
        to_at=make.days(1),
        issued_on=dt.date(2026, 5, 1),
        due_on=dt.date(2026, 6, 1),
    )
    assert (fix.list_amount, fix.billed_amount, fix.support_amount) == (-10, -3, -7)
    assert sorted(settled.lines(grant=grant, counting=True).values_list("billed_amount", flat=True)) == [27, 30]
    assert settled.totals()["billed_amount"] == 57
    previous = settled.previous_facts(from_at=make.START, to_at=make.days(7))
    assert [each["line"]["billed_amount"] for each in previous] == [27]
    refused("never changes", "UPDATE settlement_invoiceline SET billed_amount = 1, support_amount = list_amount - 1")
    refused("never changes", "UPDATE settlement_invoiceline SET counts = false WHERE counts")
    refused("only grows", "UPDATE settlement_invoice SET due_on = due_on + 1")


def test_the_database_refuses_wrong_bills():
    grant, other = make.grant(), make.grant()
    with pytest.raises(IntegrityError, match="bills its own organisation"), transaction.atomic():
        make.invoice(grant, make.bill(other))
    with pytest.raises(IntegrityError, match="time within grant"), transaction.atomic():
        make.invoice(grant, make.bill(grant, 3, 5))
    with pytest.raises(IntegrityError, match="line_list_is_billed_and_support"), transaction.atomic():
        make.invoice(grant, make.bill(grant, support_amount=71), support_amount=70)
    make.invoice(grant)
    line = InvoiceLine.objects.get()
    reverse = (
        "INSERT INTO settlement_invoiceline (invoice_id, grant_id, part, gpu_model, during, gpu_hours, rate, list_amount, "
        "billed_amount, support_amount, reverses_id, counts) "
        "SELECT invoice_id, grant_id, part, gpu_model, during, -gpu_hours, rate, -list_amount, %s, %s, id, false "
        "FROM settlement_invoiceline"
    )
    refused("takes back exactly one line", reverse, -29, -71)
    refused("sum of its lines", reverse, -30, -70)
    line.refresh_from_db()
    assert line.counts


def test_prices_clawbacks_and_statements():
    settlement.issue_price_book(from_on=make.MONDAY, prices={"B200": 6500}, source="dure assumption")
    assert settled.price_book(on=make.MONDAY) == {"B200": 6500}
    assert settled.price_book(on=dt.date(2026, 3, 1)) == {}
    grant = make.grant()
    owed = {"provider": grant.pool.provider_id, "fee_amount": 10, "deducted_amount": 3, "payable_amount": 7}
    back = [{"lease": grant.pk, "amount": 3}, {"lease": f"{grant.pk}#2", "amount": 4}]
    entry = make.approved("settlement", recommendation={"clawbacks": back, "providers": [owed]})
    made = settlement.record_clawbacks(entry=entry, clawbacks=back)
    assert [each.amount for each in made] == [7]
    settlement.record_provider_statements(entry=entry, statements=[owed])
    with pytest.raises(IntegrityError, match="statement_adds_up"), transaction.atomic():
        settlement.record_provider_statements(entry=make.approved("settlement"), statements=[{**owed, "payable_amount": 8}])
    assert settled.organisation_facts({grant.application.organisation_id})[0]["kind"] == "university"


# Outcomes


def test_outcomes_are_told_hours_reports_and_verified_results():
    grant, official = make.grant(), make.the("agency")
    operation.record_usage(
        entry=make.approved("metering"),
        from_at=make.START,
        to_at=make.days(7),
        at=make.days(8),
        usage=[usage(grant, gpu_hours="12.50")],
        states=[],
    )
    outcomes.ask_for_reports(grants=[grant], due_on=dt.date(2026, 4, 30))
    assert produced.overdue_obligations(on=dt.date(2026, 5, 1)) == {
        grant.application.organisation_id: [f"report {grant.pk} 2026-04-30"]
    }
    outcomes.receive_report(report=produced.reports(grant=grant).get(), text="", received_on=dt.date(2026, 4, 20))
    made = outcomes.record_achievements(
        achievements=[
            {"id": "a", "grant": grant, "kind": "paper", "count": 1, "evidence": "doi", "reported_on": dt.date(2026, 4, 20)},
            {"id": "b", "grant": grant, "kind": "model", "count": 2, "reported_on": dt.date(2026, 4, 20)},
        ]
    )
    outcomes.verify_achievements(achievements=made[:1], verified_by=official, verified_on=dt.date(2026, 4, 25))
    within = (make.START, make.days(60))
    facts = produced.outcomes_facts(within=within, as_of=dt.date(2026, 5, 1), sectors=["academia"])
    assert facts["grants"][0]["gpu_hours"] == "12.5"
    assert facts["grants"][0]["report_received_on"] == "2026-04-20"
    assert [(each["id"], each["verified"]) for each in facts["achievements"]] == [("a", True), ("b", False)]
    refused("verified_by_someone", "UPDATE outcomes_achievement SET verified_on = '2026-04-26' WHERE id = 'b'")
    refused("kept as it is", "UPDATE outcomes_achievement SET count = 9 WHERE id = 'a'")
    refused("kept as it is", "UPDATE outcomes_report SET received_on = NULL")
