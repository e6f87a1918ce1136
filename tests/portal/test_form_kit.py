"""The form kit without a page: what is written into inputs is read back, and what cannot be taken says why."""

import json
import re
from dataclasses import replace

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.cycle.commands.registry import COMMANDS
from dure.cycle.commands.running import read_command
from dure.formats.canonical import plain
from dure.formats.reading import as_struct
from dure.portal.kit.form import pasting
from dure.portal.kit.form.bound import Choices, Unnamed, bound, summary
from dure.portal.kit.form.changing import changed
from dure.portal.kit.form.fields import fields_of, says
from dure.portal.kit.form.labels import LABELS, label
from dure.portal.kit.form.reading import read
from dure.portal.kit.form.writing import written
from dure.portal.subjects.acts.door import refers
from portal.samples import plain_of

ROWS = {row.name: row for row in COMMANDS}


def every(fields):
    for each in fields:
        yield each
        yield from every(each.items)


@pytest.mark.parametrize("name", ROWS)
def test_what_is_written_into_a_form_is_read_back(name):
    """Property: plain values -> inputs -> plain values give the same command, for every command."""
    row = ROWS[name]

    @settings(max_examples=12)
    @given(plain_of(row.command))
    def holds(values):
        meant = plain(as_struct(values, row.command, where=name))
        back, faults = read(fields_of(row.command), written(fields_of(row.command), values))
        assert not faults
        assert plain(read_command(row, back)) == meant

    holds()


@pytest.mark.parametrize("name", ROWS)
def test_an_empty_form_names_every_field_that_is_missing(name):
    fields = fields_of(ROWS[name].command)
    _values, faults = read(fields, {})
    needed = {each.name for each in fields if each.required and not (each.is_group and not each.least) and each.kind != "check"}
    named = {each.name for each in fields if each.kind == "names"}
    assert set(faults) == {f"{each}-ko" if each in named else each for each in needed}
    shown = bound(fields, {}, faults, Unnamed())
    assert len(list(summary(shown))) == len(faults)


def test_every_field_has_a_label_and_no_label_is_left_over():
    fields = [field for row in COMMANDS for field in every(fields_of(row.command))]
    names = {(each.struct, each.name.removesuffix(".item")) for each in fields if not each.title}
    missing = {f"{struct}.{name}" for struct, name in names if f"{struct}.{name}" not in LABELS and name not in LABELS}
    assert not missing
    used = {f"{struct}.{name}" if f"{struct}.{name}" in LABELS else name for struct, name in names}
    assert not set(LABELS) - used


def test_a_field_is_called_what_its_struct_says():
    field = next(each for each in fields_of(ROWS["answer_question"].command) if each.name == "answer")
    assert label(field) == "Answer"
    assert label(replace(field, title="Reply")) == "Reply"


@pytest.mark.parametrize("language", ["ko", "en"])
def test_labels_and_helps_are_complete_in_both_languages(language):
    with translation.override(language):
        for row in COMMANDS:
            texts = [label(each) for each in every(fields_of(row.command))]
            texts += [translation.gettext(each.help) for each in every(fields_of(row.command)) if each.help]
            texts += [translation.gettext(row.label), translation.gettext(says(row.command))]
            for text in texts:
                hangul = any("가" <= char <= "힣" for char in text)
                assert hangul or language == "en" or not any(char.isalpha() and char.islower() for char in text), text
                assert not (language == "en" and hangul), text


@pytest.mark.parametrize(
    ("kind", "typed", "taken"),
    [
        ("whole", "1,459,000", 1459000),
        ("decimal", ".5", "0.5"),
        ("date", "2026. 3. 2", None),
        ("date", "2026.03.02", "2026-03-02"),
        ("instant", "2026-03-02 18:00", "2026-03-02T18:00:00+09:00"),
    ],
)
def test_what_people_type_is_understood(kind, typed, taken):
    names = {
        "whole": ("appropriate", "amount"),
        "decimal": ("confirm_off_purpose", "share"),
        "date": ("appropriate", "appropriated_on"),
        "instant": ("open_user_call", "opens_at"),
    }
    command, name = names[kind]
    values, faults = read(fields_of(ROWS[command].command), {name: typed})
    assert (values.get(name), name in faults) == (taken, taken is None)


def test_an_id_that_is_no_part_of_an_address_is_said_at_its_field():
    _values, faults = read(fields_of(ROWS["register_organisation"].command), {"id": "../../x y"})
    assert faults["id"] == "Write it without blanks and slashes."


def test_rows_are_added_dropped_and_turned_into_text_and_back():
    fields = fields_of(ROWS["submit_proposal"].command)
    typed = {"lots-count": "2", "lots-0-id": "a", "lots-1-id": "b", "lots-1-steps-count": "1", "lots-1-steps-0-servers": "4"}
    added, focus = changed(fields, typed, "add:lots")
    assert (added["lots-count"], focus) == ("3", "f-lots-2-id")
    deeper, _ = changed(fields, typed, "add:lots-1-steps")
    assert deeper["lots-1-steps-count"] == "2"
    dropped, _ = changed(fields, typed, "drop:lots:0")
    assert {key: dropped[key] for key in ("lots-count", "lots-0-id", "lots-0-steps-0-servers")} == {
        "lots-count": "1", "lots-0-id": "b", "lots-0-steps-0-servers": "4",
    }  # fmt: skip
    assert "lots-1-id" not in dropped
    as_text, _ = changed(fields, typed, "paste:lots")
    assert [each["id"] for each in json.loads(as_text["lots"])] == ["a", "b"]
    back, _ = changed(fields, as_text, "rows:lots")
    assert back["lots-1-id"] == "b"
    assert changed(fields, typed, "add:nothing") is None


@given(st.lists(st.sampled_from(["2026-03-02", "2026-04-01"]), min_size=1, max_size=40))
def test_a_pasted_list_gives_the_same_rows_as_csv_and_as_json(days):
    field = next(each for each in fields_of(ROWS["plan_maintenance"].command) if each.name == "windows")
    rows = [{"server": None, "pod": f"p{place}", "from_on": day, "to_on": day} for place, day in enumerate(days)]
    as_csv = pasting.rows_of(field, pasting.text_of(field, rows))
    assert as_csv == [{key: value for key, value in row.items() if value is not None} for row in rows]
    assert pasting.rows_of(field, json.dumps(rows)) == rows


def test_a_pasted_line_that_cannot_be_read_is_named():
    _values, faults = read(
        fields_of(ROWS["plan_maintenance"].command), {"pool": "p", "windows": "pod,from_on,to_on\nA,2026-03-02,soon"}
    )
    assert "Line 2" in faults["windows"]
    assert "to_on" in faults["windows"]


class Named(Unnamed):
    """Every field offers something by name."""

    def __call__(self, field, path):
        del field, path
        return Choices([("call-1", "First call"), ("call-2", "Second call")])


@pytest.mark.parametrize("row", COMMANDS, ids=lambda row: row.name)
def test_no_help_under_a_choice_tells_of_ids(row):
    """Who chooses by name sees no id, also where there is too much to list or nothing to choose."""
    named = [
        each
        for each in fields_of(row.command)
        if refers(row.command.__name__, each.name) or refers(row.command.__name__, f"{each.name}.item")
    ]
    for chooser in (Named(), lambda _field, _path: Choices(many=True), lambda _field, _path: Choices(nothing="None.")):
        for each in bound(named, {}, {}, chooser):
            if each.input not in {"text", "long", "date", "month"} and not each.field.is_group:
                assert not re.search(r"\bids?\b|\b[A-Z]{4,}/[A-Z]", each.help), f"{each.path}: {each.help}"


def test_help_that_says_more_than_an_id_stays():
    assert help_of("open_round", "call") == "User call whose ranked applications it serves"
    assert help_of("submit_application", "purpose").endswith("some are refused by rule")


def help_of(name, field, chooser=None):
    with translation.override("en"):
        (found,) = [each for each in bound(fields_of(ROWS[name].command), {}, {}, chooser or Named()) if each.path == field]
        return found.help


def test_a_new_id_says_how_it_is_made():
    rule = "Letters, digits and hyphens, without blanks. It is chosen once and appears in addresses."
    assert help_of("open_user_call", "id", Unnamed()) == rule
    more = help_of("submit_proposal", "id", Unnamed())
    assert more.endswith(rule)
    assert "a provider begins it with its own id" in more
    assert help_of("solve_round", "round", Unnamed()) == "Stable id under which it was opened", "where an id is typed"
