"""An installation goes by one rule book, by its digest, until somebody adopts another one with a reason."""

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

import factories as make
from dure.cycle.installing import adopting, making
from dure.cycle.installing.standing import AGAIN, standing
from dure.cycle.programme import book_digest, content
from dure.formats.errors import BadInput
from dure.records.installation import actions, queries
from dure.records.installation.models import Installation, Kind, RuleBook
from dure.rules.changes import Change, digest_of
from world import NOW

PROGRAMME, LATER = "kr_2025", "2026-06-09"


@pytest.fixture
def installed():
    actions.begin(kind=Kind.PROGRAMME, programme=PROGRAMME, code_version="dure test")
    adopting.adopt_first()
    actions.finish()


def another(**rules):
    """The book in the folder with other values of these rules, as it was adopted once."""
    said = {**content(), "rules": {**content()["rules"], **rules}}
    return actions.adopt(digest=digest_of(said), content=said, reason="a test")


@pytest.mark.django_db
@pytest.mark.usefixtures("installed")
def test_the_first_one_is_that_of_the_folder_and_is_adopted_once():
    adopting.adopt_first()
    assert [each.digest for each in RuleBook.objects.all()] == [book_digest()]
    assert standing().state == "ready"
    assert adopting.adopt("nothing to say") == []
    assert RuleBook.objects.count() == 1


@pytest.mark.django_db
def test_one_from_before_rule_books_were_kept_is_bound_by_migrate():
    actions.begin(kind=Kind.PROGRAMME, programme=PROGRAMME, code_version="dure test")
    actions.finish()
    found = standing()
    assert (found.state, found.says, found.todo) == ("older", "goes by no rule book yet.", "Run `dure migrate`.")
    adopting.adopt_first()
    assert standing().state == "ready"


@pytest.mark.django_db
@pytest.mark.usefixtures("installed")
def test_a_demo_of_a_book_that_was_edited_is_run_again():
    another(**{"reclaim/answer_days": []})
    Installation.objects.update(kind=Kind.DEMO)
    assert standing().todo == AGAIN
    with pytest.raises(BadInput, match=r"it was edited\. Run `dure demo --again`"):
        making.open_demo(again=False)


@pytest.mark.django_db
@pytest.mark.usefixtures("installed")
def test_another_one_than_the_folders_is_refused_by_a_sentence_until_it_is_adopted():
    another(**{"reclaim/answer_days": []})
    found = standing()
    assert found.state == "other_book"
    assert "it was edited" in found.says
    assert "dure rules adopt --check" in found.todo
    assert [each.what for each in adopting.pending()] == ["reclaim/answer_days"]
    assert [each.what for each in adopting.adopt("as the notice says")] == ["reclaim/answer_days"]
    assert standing().state == "ready"
    assert queries.adoption().reason == "as the notice says"


def test_no_decision_is_filed_under_a_book_that_nobody_adopted(world):
    world.act("appropriate", NOW, by="ministry-1", amount=3_000_000_000, appropriated_on=LATER)
    another(**{"reclaim/answer_days": []})
    with pytest.raises(BadInput) as refused:
        world.decide("budget", LATER, NOW)
    assert refused.value.code == "other_book"
    adopting.adopt("as the notice says")
    assert world.decide("budget", LATER, NOW)


@pytest.mark.django_db
@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("key", ["currency", "id", "zone"])
def test_what_was_filed_keeps_its_currency_and_its_days(key):
    changed = [Change("head/title"), Change(f"head/{key}")]
    adopting.require_possible(changed)
    make.filed()
    with pytest.raises(BadInput, match=f"{key} cannot change"):
        adopting.require_possible(changed)
    adopting.require_possible([Change("head/title"), Change("reclaim/answer_days")])


@pytest.mark.django_db
@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("statement", ["UPDATE installation_rulebook SET reason = 'x'", "DELETE FROM installation_rulebook"])
def test_what_was_adopted_stays(statement):
    with pytest.raises(IntegrityError, match="only grows"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
