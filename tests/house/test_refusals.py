"""Each refusal has its sentence: by code, by text, by trigger; and none that a Korean reader sees is in English."""

import ast
import datetime as dt
import re
from pathlib import Path

import pytest
from django.utils import translation

from codes import CODES
from dure.cycle.commands.registry import COMMANDS
from dure.cycle.commands.running import read_command
from dure.formats.approvals import ApprovalRules
from dure.formats.errors import BadInput, CheckFailed, Infeasible, Refused, read_stated, stated
from dure.formats.reading import as_struct, parse_json
from dure.formats.stages import DECISIONS, stage_format
from dure.portal.kit.acting import why
from dure.portal.kit.form.fields import fields_of
from dure.portal.kit.form.labels import label
from dure.portal.kit.refusals.codes import SENTENCES
from dure.portal.kit.refusals.facts import FACTS
from dure.portal.kit.refusals.records import CONSTRAINTS, STATES, TRIGGERS
from dure.portal.kit.refusals.saying import pattern_of_trigger, patterns
from dure.portal.kit.refusals.texts import ACTS, INFEASIBLE, SHAPES
from dure.portal.kit.wording.numbers import money
from dure.portal.subjects.acts.refusing import in_words

ROOT = Path(__file__).parent.parent.parent / "src" / "dure"
RAISED = {"BadInput", "Refused", "Infeasible"}
ENGLISH = re.compile(r"\b[A-Za-z]{2,}\s+[a-z]{2,}\b")  # two words in a row: a sentence, and neither a name nor a unit
NEVER_OF_AN_ACT = {"bad_input", "rows_refused"}  # the code of what names none, and that of a whole table, made by the API


def raised(*rooms):
    """Every refusal that the source raises: (file, line, code expression, text as a template or None)."""
    for room in rooms:
        for path in sorted((ROOT / room).rglob("*.py")) if (ROOT / room).is_dir() else [ROOT / room]:
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in RAISED and node.args:
                    code = next((each.value for each in node.keywords if each.arg == "code"), None)
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", code, template(node.args[0])


def template(node):
    """A text with `{1}`, `{2}` for its values; nothing where it is not written there."""
    if isinstance(node, ast.Constant):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return None
    numbers = iter(range(1, 20))
    return "".join(part.value if isinstance(part, ast.Constant) else f"{{{next(numbers)}}}" for part in node.values)


def codes_of(node):
    """The codes that are written there; one that is read back from what was stored is none."""
    return (
        set()
        if isinstance(node, ast.Subscript)
        else {each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)}
    )


def in_korean(error, say=why):
    with translation.override("ko"):
        return say(error)


def must_be_korean(said, about):
    assert re.search("[가-힣]", said), f"{about}: {said}"
    assert not ENGLISH.search(said), f"{about}: {said}"


def test_every_code_of_the_source_has_a_sentence_and_no_sentence_is_left_over():
    rooms = ("cycle", "records", "formats", "decisions", "rules", "checks")
    used = {each for _place, code, _text in raised(*rooms) if code is not None for each in codes_of(code)}
    assert used - set(SENTENCES) == set()
    assert set(CODES) - set(SENTENCES) == set()
    assert set(SENTENCES) - used - set(CODES) == NEVER_OF_AN_ACT


def fits(text):
    return any(pattern.fullmatch(re.sub(r"\{\d\}", value, text)) for pattern, _english in patterns() for value in ("X1", "1"))


def unmarked(text):
    """As the source writes it, which marks no value as money."""
    return text.replace(":money}", "}")


def test_every_text_of_invalid_input_and_of_facts_is_in_the_tables():
    """Of acts those with the code `invalid`, whose sentence alone would not say what is wrong."""
    of_acts = [
        (place, text) for place, code, text in raised("cycle", "records") if code is not None and "invalid" in codes_of(code)
    ]
    of_facts = [(place, text) for place, _code, text in raised("decisions", "checks/allocation", "formats/reading/__init__.py")]
    texts = [(place, text) for place, text in (*of_acts, *of_facts) if text not in {None, "{1}."}]
    known = {*SENTENCES, *(text for _place, text in texts if fits(text))}
    plain = {"nobody answered.", "nobody who answered wants a server.", "one answer alone has no error that could be told."}
    plain |= {"no shares that sum to one lie within floors, ceilings and step."}  # their codes say the same
    assert {f"{place}: {text}" for place, text in texts if text not in known | plain and not fits(text)} == set()


def test_no_text_of_facts_is_left_over():
    raised_texts = {text for _place, _code, text in raised("decisions", "checks/allocation") if text}
    assert [text for text in (*FACTS, *INFEASIBLE) if unmarked(text) not in raised_texts] == []


@pytest.mark.parametrize("code", sorted({*SENTENCES, "a_code_of_tomorrow"}))
def test_a_code_is_said_in_korean(code):
    for kind in (BadInput, Refused):
        error = kind(
            "of all the words nobody has translated one", where="somewhere else $.commitments[0].amount", todo="Do it.", code=code
        )
        must_be_korean(in_korean(error), code)
        must_be_korean(in_korean(error, in_words), code)
    must_be_korean(in_korean(Infeasible("of all the words nobody has translated one", code=code)), code)


def test_a_failed_check_is_said_in_korean():
    must_be_korean(in_korean(CheckFailed("budget kr: wrong_lines at the end of it")), "check_failed")


@pytest.mark.parametrize("text", [*ACTS, *SHAPES, *FACTS, *INFEASIBLE])
def test_a_text_is_said_in_korean_with_its_values(text):
    valued = re.sub(r"\{(\d)\}", r"X\1", text)
    what = re.sub(r"\{(\d):money\}", r"\1,000", valued)
    said = in_korean(BadInput(what, where="lease a-1", code="bad_facts"))
    must_be_korean(said, text)
    with translation.override("en"):
        expected = re.sub(r"\{(\d):money\}", lambda hole: money(int(hole[1]) * 1000), valued)
        assert why(BadInput(what, code="bad_facts")).casefold() == expected.casefold()


def test_what_the_records_refuse_is_said_in_korean():
    for text in TRIGGERS:
        message = text.replace("%", "X1") + "."
        must_be_korean(in_korean(BadInput(message, code="refused_by_records", detail={"constraint": ""})), text)
        assert next(each for each in TRIGGERS if pattern_of_trigger(each).fullmatch(message.rstrip("."))) == text, text
    for name in CONSTRAINTS:
        must_be_korean(in_korean(BadInput("of all words", code="refused_by_records", detail={"constraint": name})), name)
    for state in (*STATES, "22003", "23514", ""):
        error = BadInput("a rule of tomorrow refuses it.", code="refused_by_records", detail={"sqlstate": state})
        must_be_korean(in_korean(error), state)


@pytest.mark.parametrize("decision", DECISIONS)
def test_facts_of_the_wrong_shape_are_said_in_korean_with_their_place(decision, example):
    facts, kind = example(decision), stage_format(decision).facts
    for wrong in ({**facts, "colour": "red"}, {**facts, "on": "yesterday"}, {**facts, "version": "one"}, {"stage": decision}):
        with pytest.raises(BadInput) as refusal:
            as_struct(wrong, kind, where=f"facts of {decision} 2026")
        must_be_korean(in_korean(refusal.value), wrong.keys() - facts.keys())
    for raw in (b'{"a": 0.5}', b'{"a": }', b'{"a": 1, "a": 2}', b"\xff", b"[" * 5000):
        with pytest.raises(BadInput) as refusal:
            parse_json(raw, where="")
        must_be_korean(in_korean(refusal.value), raw[:20])


def test_a_place_is_named_by_the_titles_of_its_fields():
    error = BadInput("Expected `int`, got `str`.", where="facts of budget kr at $.commitments[0].amount", code="bad_facts")
    assert in_korean(error).startswith("약정 › 1번째 › 금액: ")
    assert in_korean(BadInput("x", where="points, plan", code="too_many_points")).startswith("점수")
    assert in_korean(BadInput("x", where="user call uc-1", code="not_checked")).startswith("이용자 공모 uc-1: ")


@pytest.mark.parametrize("row", COMMANDS, ids=lambda row: row.name)
def test_a_field_is_named_as_the_form_of_its_command_names_it(row):
    needed = next((each for each in fields_of(row.command) if each.required), None)
    for given, field in (({}, needed), *(({each.key: {}}, each) for each in fields_of(row.command) if each.kind == "text")):
        if field is None:
            continue
        with pytest.raises(BadInput) as refusal:
            read_command(row, given)
        with translation.override("ko"):
            called = label(field)
        assert called in in_korean(refusal.value)
    error = BadInput("x", where="call", code="too_many_points")
    error.command = "submit_application"
    assert in_korean(error).startswith("이용자 공모: ")


def test_no_refusal_holds_a_path_of_the_server(book):
    with pytest.raises(BadInput) as refusal:
        book.fill(ApprovalRules, on=dt.date(1900, 1, 1))
    assert refusal.value.code == "no_rule"
    assert str(book.folder) not in str(refusal.value)
    assert ".yaml" not in in_korean(refusal.value)


def test_a_refusal_that_is_read_later_says_the_same():
    error = BadInput("the floor 1 is above the ceiling 0.", where="$.sectors", code="bad_facts")
    kept = read_stated(stated(error))
    assert in_korean(kept) == in_korean(error)
    by_name = BadInput("violates", code="refused_by_records", detail={"constraint": "share_is_a_share", "sqlstate": "23514"})
    assert in_korean(read_stated(stated(by_name))) == in_korean(by_name) == "분야별 비중은 0에서 1까지여야 합니다."
    assert read_stated("the process that ran it has ended") is None
