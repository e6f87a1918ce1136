"""A question that is put together once must be answered as its own queryset is, whatever it is asked with."""

import pytest

import factories
from dure.records.journal import actions, queries
from dure.records.journal.models import Entry
from dure.records.parties.models import Organisation
from dure.records.prepared import Prepared

pytestmark = pytest.mark.django_db
HOSTILE = ["", "'; DROP TABLE journal_entry; --", "%s", "%", "round-1\\", "한글", "decision"]


def whole(row):
    """All columns of a row and of the rows that were read with it."""
    answer = row.answered
    rows = [each for each in (row, row.who, answer, answer and answer.who) if each]
    return [{each.attname: getattr(one, each.attname) for each in one._meta.concrete_fields} for one in rows]


def test_the_answer_is_the_querysets_own(django_assert_num_queries):
    factories.approved()
    refused = factories.filed(edits=[{"at": "/weeks", "from": 1, "to": 2}])
    actions.refuse(entry=refused, refused_by=factories.the("ministry"), note="다시", at=factories.START)
    factories.filed("shares")

    def question(decision, subject):
        return queries.entries(decision=decision, subject=subject).order_by("-seq")

    ask = Prepared(question, "decision", "subject")
    for decision, subject in (("allocation", "round-1"), ("shares", "round-1"), ("allocation", "round-2")):
        expected = list(question(decision, subject))
        with django_assert_num_queries(1):
            found = ask(decision=decision, subject=subject)
            shown = [whole(each) for each in found]
        assert shown == [whole(each) for each in expected]
        assert found == expected
    assert [len(ask(decision=decision, subject="round-1")) for decision in ("allocation", "shares")] == [4, 1]  # two with answers


def test_what_is_given_is_data_and_never_words_of_the_statement():
    factories.filed()
    ask = Prepared(lambda *, subject: Entry.objects.filter(subject=subject), "subject")
    assert [ask(subject=each) for each in HOSTILE] == [[] for _each in HOSTILE]
    assert len(ask(subject="round-1")) == 1
    with pytest.raises(KeyError):
        ask()


def test_a_name_that_a_condition_changes_is_refused():
    """A number becomes another value on its way, and would then be asked with the placeholder for ever."""
    with pytest.raises((TypeError, ValueError)):
        Prepared(lambda *, seq: Entry.objects.filter(seq=seq), "seq")(seq="1")
    with pytest.raises(TypeError, match="no condition"):
        Prepared(lambda **_given: Entry.objects.all(), "subject")(subject="round-1")
    with pytest.raises(TypeError, match="no condition"):
        Prepared(lambda *, word: Organisation.objects.filter(words__contains=word), "word")(word="대학")
