"""Funding, review, procurement and supply: what must never be true is refused, by the action and by the database."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

import factories as make
from database import refused
from dure.formats.errors import BadInput
from dure.records.funding import actions as funding
from dure.records.funding import queries as money
from dure.records.funding.models import BudgetLine, Commitment
from dure.records.procurement import actions as procurement
from dure.records.procurement import queries as procured
from dure.records.review import actions as review
from dure.records.review import queries as reviewed
from dure.records.review.models import ScoreSheet, Seat
from dure.records.supply import actions as supply
from dure.records.supply import queries as supplied

pytestmark = pytest.mark.django_db


# Funding


def test_money_flows_from_the_appropriation_to_payments():
    line = make.line(amount=1_459_000_000_000)
    entry = make.approved_awards()
    commitment = funding.commit(
        line=line, reference="NHN", amount=1_000_000_000_001, committed_on=make.MONDAY, entry=entry, gpus=7656
    )
    funding.pay(commitment=commitment, reference="first", amount=700_000_000_001, paid_on=make.MONDAY)
    line.refresh_from_db()
    assert (line.committed_amount, line.paid_amount, line.room_amount) == (1_000_000_000_001, 700_000_000_001, 458_999_999_999)
    facts = money.budget_facts(line.appropriation)
    assert facts["commitments"][0] == {
        "id": "NHN",
        "line": "gpu",
        "amount": 1_000_000_000_001,
        "committed_on": "2026-03-02",
        "gpus": 7656,
    }
    assert facts["payments"][0]["amount"] == 700_000_000_001


def test_nothing_is_committed_or_paid_beyond_what_there_is():
    line, entry = make.line(amount=100), make.approved_awards()
    commitment = funding.commit(line=line, reference="a", amount=60, committed_on=make.MONDAY, entry=entry)
    with pytest.raises(BadInput, match="40 of 100 are free"):
        funding.commit(line=line, reference="b", amount=41, committed_on=make.MONDAY, entry=entry)
    with pytest.raises(BadInput, match="60 of 60 are left"):
        funding.pay(commitment=commitment, reference="p", amount=61, paid_on=make.MONDAY)
    with pytest.raises(BadInput, match="lines come to"):
        funding.set_lines(
            appropriation=line.appropriation, lines={"gpu": 90, "run": 11}, entry=make.approved("budget", make.MONDAY.isoformat())
        )


def test_lines_can_be_moved_within_the_appropriation():
    line = make.line(amount=100)
    lines, first = {"run": 30, "gpu": 70}, line.entry
    moved = funding.set_lines(appropriation=line.appropriation, lines=lines, entry=make.approved_budget(**lines))
    assert {each.name: each.amount for each in moved} == {"gpu": 70, "run": 30}
    refused("is not what journal entry", "UPDATE funding_budgetline SET amount = 69 WHERE name = 'gpu'")
    refused("follows a later budget", "UPDATE funding_budgetline SET entry_id = %s WHERE name = 'gpu'", first.pk)


def test_the_database_refuses_wrong_money():
    line, entry = make.line(amount=100), make.approved_awards(spent_amount=61)
    funding.commit(line=line, reference="a", amount=60, committed_on=make.MONDAY, entry=entry)
    commit = (
        "INSERT INTO funding_commitment (line_id, reference, amount, gpus, committed_on, entry_id) "
        "VALUES (%s, 'b', %s, 0, '2026-03-02', %s)"
    )
    refused("line_paid_within_committed_within_amount", commit, line.pk, 41, entry.pk)
    refused("is not what journal entry", commit, line.pk, 2, entry.pk)
    refused("commitment_is_positive", commit, line.pk, -1, entry.pk)
    refused("needs an approved", commit, line.pk, 1, make.filed("portfolio").pk)
    refused("needs an approved", commit, line.pk, 1, make.approved("shares").pk)
    refused("is counted from", "UPDATE funding_budgetline SET committed_amount = 0")
    refused("exceed the appropriation", "UPDATE funding_budgetline SET amount = 101")
    refused("an approved budget divides", "UPDATE funding_appropriation SET amount = 101")
    refused("only grows", "UPDATE funding_commitment SET amount = 1")
    refused("only grows", "DELETE FROM funding_commitment")
    pay = "INSERT INTO funding_payment (commitment_id, reference, amount, paid_on) VALUES (%s, 'p', %s, '2026-03-02')"
    refused("violates check|exceed the commitment", pay, Commitment.objects.get().pk, 61)
    assert BudgetLine.objects.get().committed_amount == sum(Commitment.objects.values_list("amount", flat=True))


# Review


def test_the_latest_sheet_of_those_who_did_not_step_back_counts():
    panel = make.panel()
    review.submit_score_sheets(
        panel=panel,
        sheets=[{"evaluator": f"e{i}", "item": "p1", "points": {"power": f"{i}.5"}} for i in (1, 2, 3)],
        at=make.START,
    )
    review.submit_score_sheet(panel=panel, evaluator="e1", item="p1", points={"power": "9"}, at=make.START)
    review.recuse(panel=panel, evaluator="e2", item="p1", reason="같은 기관", at=make.START)
    review.record_site_visit(panel=panel, item="p1", points="4.50", visited_on=make.MONDAY)
    facts = reviewed.evaluation_facts(panel, items=[{"id": "p1"}, {"id": "p2"}])
    assert [(sheet["evaluator"], sheet["points"]) for sheet in facts["scores"]] == [
        ("e1", {"power": "9"}),
        ("e3", {"power": "3.5"}),
    ]
    assert facts["proposals"] == [{"id": "p1", "site_points": "4.5"}, {"id": "p2"}]
    assert facts["recusals"] == [{"evaluator": "e2", "proposal": "p1"}]
    assert ScoreSheet.objects.count() == 4


def test_who_stepped_back_or_has_no_seat_gives_no_points():
    panel = make.panel()
    review.recuse(panel=panel, evaluator="e1", item="p1", reason="자문", at=make.START)
    with pytest.raises(BadInput, match="stepped back"):
        review.submit_score_sheet(panel=panel, evaluator="e1", item="p1", points={"power": "1"})
    with pytest.raises(BadInput, match="has no seat"):
        review.submit_score_sheet(panel=panel, evaluator="e9", item="p1", points={"power": "1"})
    for wrong in (1, "-1", "1e3x", "NaN"):
        with pytest.raises(BadInput, match="decimal"):
            review.submit_score_sheet(panel=panel, evaluator="e2", item="p1", points={"power": wrong})
    review.lock_panel(panel=panel)
    with pytest.raises(BadInput, match="locked"):
        review.submit_score_sheet(panel=panel, evaluator="e2", item="p1", points={"power": "1"})


def test_the_database_refuses_wrong_sheets():
    panel = make.panel()
    seat = Seat.objects.get(panel=panel, code="e1").pk
    other = Seat.objects.get(panel=make.panel(), code="e1").pk
    review.recuse(panel=panel, evaluator="e1", item="p1", reason="자문")
    sheet = (
        "INSERT INTO review_scoresheet (panel_id, seat_id, item, version, points, submitted_at) "
        "VALUES (%s, %s, %s, %s, %s, now())"
    )
    refused("stepped back", sheet, panel.pk, seat, "p1", 1, "{}")
    refused("belongs to panel", sheet, panel.pk, other, "p2", 1, "{}")
    refused("next version", sheet, panel.pk, seat, "p2", 2, "{}")
    refused("decimals as text", sheet, panel.pk, seat, "p2", 1, '{"power": 1.5}')
    refused("per criterion", sheet, panel.pk, seat, "p2", 1, "[]")
    review.submit_score_sheet(panel=panel, evaluator="e1", item="p2", points={"power": "1"})
    refused("only grows", "UPDATE review_scoresheet SET points = '{}'")
    refused("only grows", "DELETE FROM review_recusal")
    refused("later than its lock", "UPDATE review_panel SET locked_at = seated_at WHERE id = %s", panel.pk)
    review.lock_panel(panel=panel)
    refused("are locked", sheet, panel.pk, seat, "p3", 1, "{}")
    refused("is locked", "UPDATE review_panel SET locked_at = NULL WHERE id = %s", panel.pk)


# Procurement


def test_proposals_come_in_time_and_the_latest_version_stands():
    call = make.call()
    first = make.proposal(call)
    second = make.proposal(call, provider=first.provider)
    assert (second.version, list(procured.proposals(call))) == (2, [second])
    for at in (call.closes_at, make.days(-41)):
        with pytest.raises(BadInput, match="takes proposals"):
            make.proposal(call, at=at)
    last_moment = call.closes_at - dt.timedelta(microseconds=1)
    assert make.proposal(call, at=last_moment).submitted_at == last_moment


def test_a_deadline_only_moves_later():
    call, first, second, at = make.call(), make.the("agency"), make.the("agency", 2), make.days(-12)
    later = {"call": call, "closes_at": make.days(-5)}
    with pytest.raises(BadInput, match="nobody has proposed"):
        procurement.confirm_extension(**later, by=second, at=at)
    procurement.propose_extension(**later, reason="질의가 많아서", by=first, at=at)
    with pytest.raises(BadInput, match="you proposed it"):
        procurement.confirm_extension(**later, by=first, at=at)
    with pytest.raises(BadInput, match="has passed"):
        procurement.confirm_extension(**later, by=second, at=make.days(-10))
    refused("by two people", "UPDATE procurement_call SET closes_at = %s", make.days(-5))
    assert procurement.confirm_extension(**later, by=second, at=at).closes_at == make.days(-5)
    with pytest.raises(BadInput, match="later"):
        procurement.propose_extension(call=call, closes_at=make.days(-6), reason="이유", by=first, at=at)
    (extension,) = procured.extensions(call.pk)
    assert (extension.reason, extension.proposed_by, extension.confirmed_by) == ("질의가 많아서", first, second)
    refused("stays as it is", "UPDATE procurement_extension SET confirmed_at = confirmed_at + interval '1 second'")
    refused("stays as it is", "UPDATE procurement_extension SET reason = 'x'")
    refused("moves later", "UPDATE procurement_call SET closes_at = closes_at - interval '1 second'")


def test_awards_stay_within_the_budget_of_the_call():
    proposal = make.proposal(make.call(budget_amount=100))
    make.award(proposal, price_amount=60)
    with pytest.raises(BadInput, match="exceed the 40"):
        make.award(proposal, price_amount=41)
    make.award(proposal, price_amount=40, servers=3, own_use_servers=1)
    proposal.call.refresh_from_db()
    assert proposal.call.awarded_amount == 100
    assert procured.award_totals(proposal.call) == {
        "servers": 13,
        "gpus": 104,
        "own_use_gpus": 8,
        "price_amount": 100,
        "public_gpus": 96,
    }


def test_the_database_refuses_wrong_procurement():
    call = make.call(budget_amount=100)
    proposal, other = make.proposal(call), make.proposal()
    kept = make.award(proposal, price_amount=60)
    entry = make.approved("portfolio").pk
    award = (
        "INSERT INTO procurement_award (call_id, proposal_id, lot, gpu_model, gpus_per_server, "
        "servers, own_use_servers, price_amount, awarded_on, entry_id) "
        "VALUES (%s, %s, %s, '', 8, %s, %s, %s, '2026-03-02', %s)"
    )
    refused("call_awards_within_budget", award, call.pk, proposal.pk, "x", 1, 0, 41, entry)
    refused("award_once_per_lot", award, call.pk, proposal.pk, kept.lot, 1, 0, 1, entry)
    refused("award_quantities", award, call.pk, proposal.pk, "x", 1, 2, 1, entry)
    refused("award_quantities", award, call.pk, proposal.pk, "x", 0, 0, 1, entry)
    refused("belongs to call", award, call.pk, other.pk, "x", 1, 0, 1, entry)
    refused("needs an approved", award, call.pk, proposal.pk, "x", 1, 0, 1, make.filed("portfolio").pk)
    refused("counted from its awards", "UPDATE procurement_call SET awarded_amount = 0 WHERE id = %s", call.pk)
    refused("only moves later", "UPDATE procurement_call SET closes_at = closes_at - interval '1 second'")
    refused("keeps id, budget_amount", "UPDATE procurement_call SET budget_amount = 59 WHERE id = %s", call.pk)
    refused("only grows", "UPDATE procurement_proposal SET content = '{}'")
    refused("only grows", "TRUNCATE procurement_proposal CASCADE")
    refused("only grows", "DELETE FROM procurement_award")
    late = (
        "INSERT INTO procurement_proposal (id, call_id, provider_id, version, submitted_at, content, digest) "
        "SELECT 'late', call_id, provider_id, 2, %s, '{}', digest FROM procurement_proposal WHERE id = %s"
    )
    refused("takes proposals", late, call.closes_at, proposal.pk)


def test_agreements_keep_all_their_versions():
    award = make.award()
    agreement = make.agreement(award)
    procurement.amend_agreement(agreement=agreement, agreed_on=make.MONDAY, reason="납기 변경", own_use_share="0.2")
    found = procured.agreement(agreement.pk)
    assert [version.own_use_share for version in found.versions.all()] == ["0.25", "0.2"]
    assert procured.terms_in_force(found).version == 2
    assert procured.own_use_shares() == {agreement.provider_id: "0.2"}
    with pytest.raises(IntegrityError), transaction.atomic():
        make.agreement(award)  # an award belongs to one agreement
    refused(
        "amendment_has_its_reason",
        "INSERT INTO procurement_agreementversion SELECT id + 9, 3, agreed_on, starts_on, ends_on, owner, "
        "user_right, own_use_share, terms, '', agreement_id FROM procurement_agreementversion WHERE version = 1",
    )
    with pytest.raises(IntegrityError, match="another provider"), transaction.atomic():
        procurement.sign_agreement(
            id="wrong", provider=make.organisation(), awards=[make.award()], signed_on=make.MONDAY, **make.TERMS
        )


# Supply


def test_orders_and_deliveries_stay_within_what_was_agreed():
    agreement = make.agreement(make.award(servers=10))
    cluster = make.cluster(agreement=agreement)
    dates = {"earliest_on": make.MONDAY, "likely_on": make.MONDAY, "latest_on": make.MONDAY}
    order = supply.place_order(id="o1", agreement=agreement, gpu_model=make.gpu_model(), servers=10, ordered_on=make.MONDAY)
    with pytest.raises(IntegrityError, match="exceed the 10 awarded"), transaction.atomic():
        supply.place_order(id="o2", agreement=agreement, gpu_model=make.gpu_model(), servers=1, ordered_on=make.MONDAY)
    delivery = supply.expect_delivery(id="d1", order=order, cluster=cluster, servers=6, **dates)
    with pytest.raises(IntegrityError, match="exceed the 10 of order"), transaction.atomic():
        supply.expect_delivery(id="d2", order=order, cluster=cluster, servers=5, **dates)
    supply.record_delivery(delivery=delivery, actual_on=make.MONDAY)
    with pytest.raises(BadInput, match="already"):
        supply.record_delivery(delivery=delivery, actual_on=make.MONDAY + dt.timedelta(days=1))
    refused("came on", "UPDATE supply_delivery SET actual_on = NULL")


def test_a_server_has_one_serial_and_names_its_pool():
    server = make.servers(count=1)[0]
    copy = "INSERT INTO supply_server (id, pool_id, pod, serial, owner, own_use) VALUES (%s, %s, 'a', %s, 'x', true)"
    refused("is not of pool", "UPDATE supply_server SET cluster_id = %s", make.cluster().pk)
    refused("serial", copy, f"{server.pool_id}/a/999", server.pool_id, server.serial)
    refused("server_id_names_its_pool", copy, "elsewhere/a/1", server.pool_id, "new")
    refused("leaves_after", "UPDATE supply_server SET in_service_to = in_service_from")
    supply.register_servers(
        pool=server.pool,
        cluster=server.cluster,
        servers=[{"id": f"{server.pool_id}/a/500", "pod": "a", "serial": "S500", "owner": "x", "gpu_uuids": ["GPU-1"]}],
    )
    refused("supply_gpu_pkey", "INSERT INTO supply_gpu (uuid, server_id) VALUES ('GPU-1', %s)", server.pk)


def test_capacity_is_entered_by_week_and_forecasts_need_their_decision():
    cluster = make.cluster()
    weeks = [{"week_on": make.MONDAY, "plan": 4, "p50": 2, "p90": 0}]
    with pytest.raises(BadInput, match="approved build-out"):
        supply.record_capacity(cluster=cluster, weeks=weeks)
    supply.record_capacity(cluster=cluster, weeks=weeks, entry=make.approved("buildout"))
    supply.record_capacity(cluster=cluster, weeks=[{"week_on": make.MONDAY, "actual": 3}])
    assert supplied.capacity_by_week() == [{"week_on": make.MONDAY, "plan": 4, "p50": 2, "p90": 0, "actual": 3}]
    refused(
        "monday",
        "INSERT INTO supply_capacityweek (cluster_id, week_on) SELECT cluster_id, week_on + 1 FROM supply_capacityweek LIMIT 1",
    )


def test_buildout_is_told_what_was_known_on_the_day():
    provider = make.organisation(kind="company")
    agreement = make.agreement(make.award(make.proposal(provider=provider)))
    cluster = make.cluster(provider=provider, agreement=agreement)
    supply.add_site(
        id="s", name={"ko": "센터"}, provider=provider, readiness=[{"resource": "power_kw", "from_on": make.MONDAY, "value": 900}]
    )
    order = supply.place_order(id="o", agreement=agreement, gpu_model=make.gpu_model(), servers=4, ordered_on=make.MONDAY)
    due = {"earliest_on": make.MONDAY, "likely_on": make.MONDAY, "latest_on": make.MONDAY}
    delivery = supply.expect_delivery(id="d", order=order, cluster=cluster, servers=4, **due)
    supply.record_delivery(delivery=delivery, actual_on=dt.date(2026, 3, 20))

    def facts(as_of):
        return supplied.buildout_facts(as_of=as_of, start_on=make.MONDAY, weeks=9, seed="s")

    assert facts(dt.date(2026, 3, 19))["clusters"][0]["deliveries"][0]["actual_on"] is None
    assert facts(dt.date(2026, 3, 20))["clusters"][0]["deliveries"][0]["actual_on"] == "2026-03-20"
    supply.record_capacity(cluster=cluster, weeks=[{"week_on": make.MONDAY, "actual": 3}])
    assert facts(dt.date(2026, 3, 7))["clusters"][0]["actual_service"] == []
    assert facts(dt.date(2026, 3, 8))["clusters"][0]["actual_service"] == [{"from_on": "2026-03-08", "value": 3}]
    assert facts(make.MONDAY)["sites"][0]["power_kw"] == [{"from_on": "2026-03-02", "value": 900}]


def test_milestones_know_their_slip():
    made = supply.set_milestone(
        programme="p", key="first_service", promised_on=dt.date(2025, 10, 1), forecast_on=dt.date(2026, 2, 1)
    )
    assert made.slip_days == 123
    made = supply.set_milestone(programme="p", key="first_service", actual_on=dt.date(2026, 3, 3))
    assert (made.slip_days, supplied.milestones(programme="p").count()) == (153, 1)
