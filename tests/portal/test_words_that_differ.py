"""One English word of two meanings has two Korean ones: what is owed and when, what is paid out and what comes in."""

import pytest
from django.utils import translation

import factories as make
from dure.formats.commands.decisions import FileDecision
from dure.portal.kit.form.answers import answers
from dure.portal.kit.form.fields import fields_of
from dure.portal.subjects.objects.pages import KINDS
from dure.portal.subjects.registrations.queue import REGISTRATIONS
from dure.portal.subjects.settlement.lists import INVOICES

NOTHING = {"list_amount": 0, "billed_amount": 0, "support_amount": 0}


@pytest.fixture(autouse=True)
def _in_korean():
    with translation.override("ko"):
        yield


@pytest.mark.django_db
class TestInvoice:
    def seen(self, bill):
        return KINDS["invoice"].see(bill.pk, make.person("agency"))

    def test_a_day_is_no_sum(self):
        bill = make.invoice()
        facts = dict(self.seen(bill).facts)
        assert "납부할 금액" not in facts
        assert "지급" not in facts
        assert "수납" in facts
        assert facts["납부 기한"]

    def test_of_a_bill_of_nothing_nothing_is_owed(self):
        grant = make.grant()
        bill = make.invoice(grant, {**make.bill(grant), **NOTHING})
        assert self.seen(bill).status == "납부할 금액이 없습니다."
        row = {"billed_amount": 0, "paid_amount": 0, "due_on": make.MONDAY}
        state = next(each for each in INVOICES.columns if each.key == "state")
        assert state.show(row) == "납부할 금액 없음"
        assert state.show({**row, "billed_amount": 5, "paid_amount": 5}) == "완납"


def test_money_that_comes_in_is_not_paid_out():
    assert "수납" in {str(each.label) for each in INVOICES.columns}
    assert "지급" not in {str(each.label) for each in INVOICES.columns}


def test_a_request_is_no_question():
    assert {str(each.label) for each in (*REGISTRATIONS.columns, *REGISTRATIONS.filters) if each.key.startswith("asked")} == {
        "신청 일시"
    }


def test_facts_that_nobody_edited_are_those_of_the_records():
    said = {each.path: each.text for each in answers(fields_of(FileDecision), {"subject": "x", "facts": None}, lambda _f, v: v)}
    assert said["facts"] == "기록 그대로"
