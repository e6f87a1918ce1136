"""What makes no sense is refused when it is entered, before it stands in the way of everybody else."""

from fractions import Fraction

import pytest

from dure.cycle.stem import settlement
from dure.cycle.stem.periods import span_of_ended
from dure.formats.errors import BadInput
from dure.records.allocation import facts as round_facts
from dure.records.allocation import queries as allocation
from dure.records.allocation.models import Lease
from dure.records.demand import queries as demand
from dure.records.demand.models import UserCall
from inputs import application_of, valid
from world import MONTH, NEXT_MONTH, NOW, check_proposals, finish_second_call, grant, lot, moment, score_second_call, usage_of


def refusal(act, *arguments, **given):
    with pytest.raises(BadInput) as refused:
        act(*arguments, **given)
    return refused.value.code, refused.value.where


def apply(world, **changes):
    return refusal(world.act, "submit_application", NOW, by="lab-1", **{**application_of("users-2", "new", "lab"), **changes})


def test_an_application_that_no_round_could_take_in_is_refused_by_its_field(world):
    assert apply(world, sector="nosuch") == ("unknown_sector", "sector")
    assert apply(world, models={"NOPE": "1"}) == ("unknown_model", "models")
    assert apply(world, servers=2**31 - 1)[0] == "invalid"
    assert apply(world, weeks=2**31 - 1)[0] == "invalid"


def test_a_survey_of_an_unknown_sector_is_refused(world):
    given = valid(world)["open_survey"].given
    frame = [{**given["frame"][0], "sector": "nosuch"}]
    assert refusal(world.act, "open_survey", NOW, **{**given, "frame": frame})[0] == "unknown_sector"


def test_a_round_is_open_to_sectors_of_the_programme(world):
    sectors = [{"id": "nosuch", "share": "1", "floor": "0", "ceiling": "1"}]
    for name in ("open_round", "set_round_terms"):
        given = {**valid(world)[name].given, "sectors": sectors}
        assert refusal(world.act, name, NOW, **given) == ("unknown_sector", "sectors")


def test_words_of_one_applicant_are_offered_to_nobody_else(world):
    secret = {"purpose": "secret-merger", "use": "secret-use"}
    world.act("submit_application", NOW, by="lab-1", **{**application_of("users-2", "new", "lab"), **secret})
    for field, word in secret.items():
        assert word in demand.values_in_use(field, organisations=1)
        assert word not in demand.values_in_use(field, organisations=demand.SEVERAL)


def test_a_month_is_metered_when_it_has_ended(world):
    assert span_of_ended(MONTH, moment("2026-05-01", 0))
    assert refusal(span_of_ended, MONTH, moment("2026-04-30", 23))[0] == "not_yet"
    assert refusal(world.act, "report_usage", NOW, by="operator-1", period="2026-07", jobs=[])[0] == "not_yet"
    world.act("report_usage", NOW, by="operator-1", period="2026-06", jobs=[])
    assert refusal(world.file, "metering", "2026-06", NOW)[0] == "not_yet"


def test_prices_hold_for_every_model_that_servers_have_and_for_the_months_after_them(world):
    issue = {"by": "ministry-1", "from_on": "2026-05-01", "source": "가정"}
    assert refusal(world.act, "issue_price_book", NOW, **issue, prices={"B200": 1}) == ("no_price", "prices")
    assert refusal(world.act, "issue_price_book", NOW, **issue, prices={"B200": 1, "NOPE": 1}) == ("unknown_model", "prices")
    before = world.facts("settlement", MONTH, NOW)["price_book"]
    both = {"B200": 90_000, "H200": 90_000}
    middle = {**issue, "from_on": "2026-05-15"}
    assert refusal(world.act, "issue_price_book", NOW, **middle, prices=both) == ("not_first_of_month", "from_on")
    billed = {**issue, "from_on": "2026-04-01"}
    assert refusal(world.act, "issue_price_book", NOW, **billed, prices=both) == ("billed_already", "from_on")
    world.act("issue_price_book", NOW, **issue, prices=both)
    assert world.facts("settlement", MONTH, NOW)["price_book"] == before, "a month that was billed keeps its prices"


def test_prices_are_corrected_until_they_are_billed(world):
    issue = {"by": "ministry-1", "from_on": "2026-05-01", "source": "가정"}
    world.act("issue_price_book", NOW, **issue, prices={"B200": 60_000, "H200": 4000})
    world.act("report_usage", NOW, by="operator-1", **usage_of(world, NEXT_MONTH, NOW))
    world.decide("metering", NEXT_MONTH, NOW, by="operator-1", approved_by="agency-1")
    world.act("design_burden", NOW, period=NEXT_MONTH)
    waiting = [world.file(name, NEXT_MONTH, NOW) for name in ("burden", "settlement")]
    world.act("issue_price_book", NOW, **issue, prices={"B200": 6000, "H200": 4000})
    for entry in waiting:
        assert refusal(world.approve, entry, NOW)[0] == "stale"
    made = world.decide("settlement", NEXT_MONTH, NOW)
    hours = sum(Fraction(line["gpu_hours"]) for each in made["invoices"] for line in each["lines"])
    assert 0 < made["totals"]["list_amount"] <= 6000 * hours
    assert refusal(world.act, "issue_price_book", NOW, **issue, prices={"B200": 1, "H200": 1})[0] == "billed_already"


@pytest.mark.usefixtures("world")
def test_a_month_before_the_first_prices_is_not_charged():
    assert refusal(settlement.prices_of, "2025-12") == ("no_price", "month 2025-12")
    assert settlement.prices_of(MONTH) == {"B200": 6000, "H200": 4000}


def test_money_comes_in_on_an_invoice_that_was_issued(world):
    paid = {"invoice": world.invoice, "reference": "bank-9", "amount": 1, "received_on": "2026-05-03"}
    assert refusal(world.act, "record_payment", NOW, **paid) == ("before_the_invoice", "received_on")


def test_a_month_under_way_has_no_settlement_to_be_noted(world):
    assert refusal(world.act, "note_settlement", NOW, period="2026-06", providers=[])[0] == "not_yet"


def test_no_more_servers_are_busy_than_were_granted(world):
    day = {"grant": grant("a-lab"), "day": "2026-05-01", "utilisation": "0.5"}
    record = {"by": "operator-1"}
    assert refusal(world.act, "record_daily_use", NOW, **record, days=[{**day, "busy_servers": 999}])[0] == "too_many_servers"
    later = {**day, "day": "2026-06-11", "busy_servers": 1}
    assert refusal(world.act, "record_daily_use", NOW, **record, days=[later])[0] == "not_yet"


def test_eligibility_waits_for_the_deadline(world, monkeypatch):
    assert refusal(world.facts, "eligibility", "users-2", NOW)[0] == "still_open"
    world.act("submit_application", NOW, by="lab-1", **application_of("users-2", "new", "lab"))
    with monkeypatch.context() as earlier:  # as code before November 2026 let it be filed
        earlier.setattr(UserCall, "closes_at", property(lambda _call: moment("2026-06-01"), lambda _call, _at: None))
        waiting = world.file("eligibility", "users-2", NOW)
    assert refusal(world.approve, waiting, "2026-07-05")[0] == "stale"


def test_nobody_judges_what_concerns_a_grant_of_their_own_organisation(world):
    world.seat_too("agency-2", "applicant", "institute", NOW)
    own = {"grant": grant("a-institute")}
    for name in ("judge_answer", "close_appeal", "confirm_off_purpose"):
        case = valid(world)[name]
        given = {**case.given, **own}
        assert refusal(world.act, name, NOW, by="agency-2", **given)[0] in {"beneficiary", "not_now"}
    owing = {"call": "users-1", "owing": []}
    assert refusal(world.act, "note_obligations", NOW, by="agency-2", **owing)[0] == "beneficiary"


def test_a_ranking_takes_no_effect_once_documents_were_found_otherwise(world):
    day = "2026-07-05"
    check_proposals(world, "call-2", day)
    score_second_call(world, day)
    world.act("lock_panel", day, panel="panel-call-2")
    waiting = world.file("evaluation", "panel-call-2", day)
    failed = {"proposal": "call-2-beta", "gate": "fail", "reason": "없음"}
    world.act("check_proposals", day, call="call-2", checks=[failed])
    assert refusal(world.approve, waiting, day, by="agency-2")[0] == "stale"
    world.decide("evaluation", "panel-call-2", day, approved_by="agency-2")
    world.act("check_proposals", day, call="call-2", checks=[{**failed, "proposal": "call-2-alpha"}])
    assert refusal(world.facts, "portfolio", "call-2", day)[0] == "not_ranked"


def test_a_return_that_names_a_foreign_server_returns_none(world):
    held = Lease.objects.filter(grant=grant("a-lab"), withdrawn_at=None).values_list("server", flat=True)
    given = {"grant": grant("a-lab"), "servers": [held[0], "nobody-knows-it"]}
    assert refusal(world.act, "return_servers", NOW, by="lab-1", **given)[0] == "unknown_id"
    assert Lease.objects.filter(grant=grant("a-lab"), withdrawn_at=None).count() == len(held)


def test_the_books_hold_what_has_happened(world):
    paid = valid(world)["pay_commitment"].given
    assert refusal(world.act, "pay_commitment", NOW, **{**paid, "paid_on": "2026-06-11"}) == ("not_yet", "paid_on")
    later = {"amount": 5, "appropriated_on": "2031-01-02"}
    assert refusal(world.act, "appropriate", NOW, by="ministry-1", **later) == ("not_yet", "appropriated_on")


@pytest.mark.parametrize(("name", "opening"), [("open_provider_call", "opened_at"), ("open_user_call", "opens_at")])
def test_no_call_opens_whose_deadline_has_passed(world, name, opening):
    given = {**valid(world)[name].given, opening: "2020-01-01T00:00:00Z", "closes_at": "2020-02-01T00:00:00Z"}
    assert refusal(world.act, name, NOW, **given) == ("deadline_over", "closes_at")


def test_a_bidder_learns_from_no_id_who_has_bid(world):
    """An id of a rival's is refused in the same words, whether it is there or not."""
    given = {"call": "call-2", "provider": "alpha", "lots": [lot("alpha", "probe")]}
    tried = ("call-2-beta", "call-2-beta-7", "call-2-alphabet", "probe", "call-1-alpha")
    said = {refusal(world.act, "submit_proposal", NOW, by="alpha-1", id=each, **given) for each in tried}
    assert said == {("id_not_own", "id")}
    for off in ("call-2-alpha/1", ".."):
        assert refusal(world.act, "submit_proposal", NOW, by="alpha-1", id=off, **given)[0] == "invalid"
    assert world.act("submit_proposal", NOW, by="alpha-1", id="call-2-alpha-2", **given) == "call-2-alpha-2"


def test_a_provider_whose_id_begins_a_rivals_cannot_choose_the_rivals(world):
    world.act("register_organisation", NOW, id="alpha-two", name={"ko": "알파투"}, kind="company")
    given = {"call": "call-2", "provider": "alpha", "lots": [lot("alpha", "probe")]}
    assert refusal(world.act, "submit_proposal", NOW, by="alpha-1", id="call-2-alpha-two", **given)[0] == "id_not_own"


def test_a_proposal_that_was_replaced_is_not_scored(world):
    given = {"call": "call-2", "provider": "alpha", "lots": [lot("alpha", "again")]}
    sheet = valid(world)["submit_score_sheet"].given
    world.act("submit_score_sheet", NOW, by="reviewer-1", **sheet)
    world.act("submit_proposal", NOW, by="alpha-1", id="alpha-2", **given)
    assert refusal(world.act, "submit_score_sheet", NOW, by="reviewer-1", **sheet)[0] == "unknown_id"


def test_a_panel_is_not_locked_before_anything_can_be_ranked(world):
    assert refusal(world.act, "lock_panel", "2026-07-05", panel="panel-call-2")[0] == "too_few_sheets"
    score_second_call(world)
    assert world.act("lock_panel", "2026-07-05", panel="panel-call-2") == "panel-call-2"


def test_a_lot_that_was_awarded_is_not_selected_again(world):
    finish_second_call(world)
    assert refusal(world.facts, "portfolio", "call-2", "2026-07-12")[0] == "all_awarded"


def test_a_round_takes_the_leases_of_its_own_pools(world):
    """The first round holds servers of both pools, in two sectors; this one is open to one of each."""
    world.act("open_round", NOW, id="narrow", call="users-1", start_on="2026-04-13", weeks=10, pools=["alpha-pool"],
              sectors=[{"id": "industry", "share": "1", "floor": "0", "ceiling": "1"}], draw_seed="seed")  # fmt: skip
    facts = world.facts("allocation", "narrow", NOW)
    leased = round_facts.lease_facts(allocation.allocation_round("narrow"))
    assert {each["pool"] for each in leased} == {"alpha-pool"}
    others = {each["sector"] for each in leased} - {"industry"}
    assert others, "the world must lease alpha's servers to another sector"
    assert facts["sectors"][1:] == [{"id": each, "share": "0", "floor": "0", "ceiling": "1"} for each in sorted(others)]
    assert world.approve(world.file("allocation", "narrow", NOW), NOW)["approved"]
