"""Edits of facts as data: complete, the same after storage, and those of earlier entries are read too."""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.formats.edits import ABSENT, MOST_EDITS, Edit, edit_in, edits_between, no_facts, read_edit

leaves = st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4)
items = st.fixed_dictionaries({"id": st.text(min_size=1, max_size=3), "n": leaves})
values = st.recursive(
    leaves,
    lambda deep: st.lists(deep, max_size=4) | st.dictionaries(st.text(max_size=3), deep, max_size=4)
    | st.lists(items, max_size=4, unique_by=lambda each: each["id"]),
    max_leaves=20,
)  # fmt: skip
facts = st.dictionaries(st.sampled_from("abcd"), values, max_size=4)


def applied(value, edits):
    """The recorded facts with the edits made: what goes from the end on, then what changes or comes."""
    made = copy.deepcopy(value)
    gone = [each for each in reversed(edits) if each.after is ABSENT]
    for edit in (*gone, *(each for each in edits if each.after is not ABSENT)):
        spot = made
        *way, last = edit.path
        for step in way:
            spot = spot[place_of(spot, step)]
        put(spot, last, edit.after)
    return made


def place_of(spot, step):
    return next(n for n, each in enumerate(spot) if each["id"] == step["id"]) if isinstance(step, dict) else step


def put(spot, last, after):
    if isinstance(last, dict):
        there = [n for n, each in enumerate(spot) if each["id"] == last["id"]]
        if there and after is ABSENT:
            del spot[there[0]]
        elif not there:
            spot.append(after)
    elif after is ABSENT:
        del spot[last]
    elif isinstance(spot, list) and last >= len(spot):
        spot.append(after)
    else:
        spot[last] = after


def unordered(value):
    """Lists of named items have no order."""
    if isinstance(value, dict):
        return {key: unordered(each) for key, each in value.items()}
    if isinstance(value, list):
        made = [unordered(each) for each in value]
        named = all(isinstance(each, dict) and isinstance(each.get("id"), str) for each in made)
        return sorted(made, key=lambda each: each["id"]) if named else made
    return value


@given(facts, facts)
def test_edits_say_all_that_differs_and_nothing_else(recorded, edited):
    stored = json.loads(json.dumps(edits_between(recorded, edited)))
    found = [read_edit(each) for each in stored]
    assert unordered(applied(recorded, found)) == unordered(edited)
    assert (stored == []) == (json.dumps(unordered(recorded), sort_keys=True) == json.dumps(unordered(edited), sort_keys=True))


def test_a_change_of_type_is_an_edit():
    assert edits_between({"a": 1}, {"a": True}) == [{"path": ["a"], "before": 1, "after": True}]


def test_more_than_are_kept_are_counted():
    recorded, edited = {"a": list(range(MOST_EDITS + 7))}, {"a": [-1] * (MOST_EDITS + 7)}
    *kept, more = edits_between(recorded, edited)
    assert len(kept) == MOST_EDITS
    assert read_edit(more) == Edit(remark="more", count=7)


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("$.appropriation_amount: recorded 1, edited 2", Edit(("appropriation_amount",), "1", "2", cut=True)),
        ("$.a[3].b: recorded None, edited x, y", Edit(("a", 3, "b"), "None", "x, y", cut=True)),
        ("$: the records give no facts (no_report)", Edit(remark="no_facts", code="no_report")),
        ("$: and 12 more", Edit(remark="more", count=12)),
        ("anything else", Edit(remark="other", code="anything else")),
    ],
)
def test_the_line_of_an_earlier_entry_is_read(line, meant):
    assert read_edit(line) == meant


def test_a_remark_is_read_back():
    assert [read_edit(each) for each in no_facts("no_report")] == [Edit(remark="no_facts", code="no_report")]


def test_an_edit_is_found_by_its_field_whatever_stands_beside_it():
    of_an_item = {"path": ["commitments", {"id": "a"}, "amount"], "before": 1, "after": 2}
    whole = {"path": ["appropriation_won"], "before": 5, "after": 6}
    edits = [{"remark": "more", "count": 3}, of_an_item, whole]
    assert edit_in(edits, "appropriation_amount", "appropriation_won").before == 5
    assert edit_in(edits, "commitments").path[1] == {"id": "a"}
    assert edit_in(edits, "payments") is None
    assert edit_in([], "commitments") is None
