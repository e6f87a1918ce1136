"""An answer to a decision asks for a recent proof of identity, and goes on from there."""

from dure.records.journal import queries as journal
from people.steps import PASSWORD, browser, grow_old, log_in, person


def test_an_answer_to_a_decision_goes_on_after_the_proof(world):
    ministry, visitor = person("ministry"), browser()
    entry = journal.find(world.pending)
    log_in(visitor, ministry)
    grow_old(visitor)
    address = f"/ministry/decisions/{entry.seq}/answer/"
    sent = visitor.post(address, {"decision": "refuse", "note": "근거 자료가 없습니다"})
    assert sent["Location"].startswith("/account/confirm/?next=")
    page = visitor.post(sent["Location"], {"password": PASSWORD, "next": address})
    assert page.status_code == 200
    assert "근거 자료가 없습니다" in page.content.decode()
    assert entry.hash in page.content.decode()
