"""One name in two spellings is one name, whatever is handed in and wherever; what hides is refused, and so is a far date."""

import json
import unicodedata
from pathlib import Path

import pytest

from dure.__main__ import main
from dure.formats.errors import BadInput
from dure.formats.reading import parse_json
from dure.formats.reading.entering import FIRST_YEAR, LAST_YEAR, entered
from dure.formats.tables import read_whole, write_whole

EXAMPLES = {path.name.partition(".")[0]: path for path in sorted((Path(__file__).parents[2] / "examples").glob("*.facts.json"))}
BLANKS = (" ", "\u00a0", "\t", "\u3000", "\n")
HIDDEN = ("\u200b", "\u200d", "\u202e", "\u2066", "\ufeff", "\u00ad", "\x00", "\x1b", "\x85", "\u2028", "\u3164", "\U000e0041")


def disturbed(value, number=0):
    """Every text decomposed, between blanks of several kinds; keys, too, where they are no field's name."""
    if isinstance(value, str):
        blank = BLANKS[number % len(BLANKS)]
        return blank + unicodedata.normalize("NFD", value) + blank
    if isinstance(value, list):
        return [disturbed(item, place) for place, item in enumerate(value)]
    if isinstance(value, dict):
        return {key: disturbed(item, place) for place, (key, item) in enumerate(value.items())}
    return value


def texts(value, path=()):
    """The places of all texts."""
    if isinstance(value, str):
        yield path
    elif isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from texts(item, (*path, key))


def put(value, path, text):
    if not path:
        return text
    made = dict(value) if isinstance(value, dict) else list(value)
    made[path[0]] = put(value[path[0]], path[1:], text)
    return made


@pytest.mark.parametrize("stage", EXAMPLES)
def test_a_decision_is_the_same_for_facts_in_another_spelling(stage, tmp_path):
    facts = json.loads(EXAMPLES[stage].read_text())
    other, plain, out = tmp_path / "other.json", tmp_path / "plain.json", tmp_path / "out.json"
    other.write_bytes(b"\xef\xbb\xbf" + json.dumps(disturbed(facts), ensure_ascii=False).encode())
    assert read_whole(other, stage, "facts") == entered(facts, where="")
    assert main(["decide", stage, str(EXAMPLES[stage]), "--out", str(plain)]) == 0
    assert main(["decide", stage, str(other), "--out", str(out)]) == 0
    assert out.read_bytes() == plain.read_bytes()
    assert main(["check", stage, str(other), str(plain)]) == 0


@pytest.mark.parametrize("stage", EXAMPLES)
def test_no_text_of_any_facts_escapes_the_door(stage, tmp_path):
    facts, path = json.loads(EXAMPLES[stage].read_text()), tmp_path / "facts.json"
    places = list(texts(facts))
    for number, place in enumerate(places[:: max(1, len(places) // 40)]):
        path.write_text(json.dumps(put(facts, place, f"a{HIDDEN[number % len(HIDDEN)]}b")))
        with pytest.raises(BadInput, match="hides what is written") as refusal:
            read_whole(path, stage, "facts")
        assert str(path) in refusal.value.where


@pytest.mark.parametrize("char", HIDDEN, ids=lambda char: f"U+{ord(char):04X}")
def test_hidden_characters_are_named_by_their_place(char):
    for value in ({"a": [f"x{char}"]}, {f"x{char}": 1}):
        with pytest.raises(BadInput) as refusal:
            entered(value, where="f.json")
        assert (refusal.value.code, f"U+{ord(char):04X}" in refusal.value.what) == ("hidden_character", True)


def test_two_names_that_become_one_are_two_of_one_name():
    facts = json.loads(EXAMPLES["settlement"].read_text())
    first = facts["organisations"][0]
    for twin in (unicodedata.normalize("NFD", "가람대학교"), "가람대학교 ", "\u00a0가람대학교"):
        again = [{**first, "id": "가람대학교"}, {**first, "id": twin}]
        assert len({each["id"] for each in entered(again, where="")}) == 1
    with pytest.raises(BadInput, match="two keys are the same"):
        entered({"가": 1, " 가": 2}, where="f.json")


@pytest.mark.parametrize(
    ("text", "kept"), [("가\n나\t다", "가\n나\t다"), ("❤\ufe0f 예산", "❤ 예산"), ("", ""), ("한글 (주)", "한글 (주)")]
)
def test_what_says_something_stays(text, kept):
    assert entered([text, 1, True, None], where="") == [kept, 1, True, None]


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2200-01-01", "9999-12-31T23:59:59+09:00", "1999-12-31t00:00Z"])
def test_a_far_date_is_refused_and_a_near_one_is_not(day):
    with pytest.raises(BadInput, match=f"not one of {FIRST_YEAR} to {LAST_YEAR}") as refusal:
        entered({"on": day}, where="f.json")
    assert (refusal.value.code, refusal.value.where) == ("far_date", "f.json at $.on")
    for near in (f"{FIRST_YEAR}-01-01", f"{LAST_YEAR}-12-31T00:00:00+09:00", f"since {day}", day[:4]):
        assert entered(near, where="") == near


def test_a_table_beside_the_file_passes_the_same_door(tmp_path):
    pytest.importorskip("duckdb")
    facts = json.loads(EXAMPLES["allocation"].read_text())
    other = facts | {"applications": disturbed(facts["applications"])}
    write_whole(f"{tmp_path}/round/", other, "allocation", "facts")
    assert list(tmp_path.glob("round/*.parquet"))
    assert read_whole(tmp_path / "round", "allocation", "facts") == entered(facts, where="")


@pytest.mark.parametrize(
    ("raw", "where", "what"),
    [
        (b'{"a": 1,\n "b": {"a": 2},\n "a": 3}', "f.json:3", "twice"), (b'{"a":\n [1,\n NaN]}', "f.json:3", "floating"),
        (b'{"a": "x: 0.5 \\" NaN",\n "b": 99999999999999999999}', "f.json:2", "beyond"),
        (b'{\n"a": 1e3}', "f.json:2", "floating"),
        ("{}".encode("utf-16"), "f.json:1", "UTF-16"), ('{"a":\n"가"}'.encode("cp949"), "f.json:2", "not UTF-8"),
    ],
)  # fmt: skip
def test_a_refusal_names_the_line(raw, where, what):
    with pytest.raises(BadInput, match=what) as refusal:
        parse_json(raw, where="f.json")
    assert refusal.value.where == where


@pytest.mark.parametrize("stage", EXAMPLES)
def test_no_message_is_a_regular_expression(stage, tmp_path, capsys):
    facts, path = json.loads(EXAMPLES[stage].read_text()), tmp_path / "facts.json"
    places = list(texts(facts))
    for place in places[:: max(1, len(places) // 25)]:
        for wrong in ("-1.5.2", "x" * 200):
            path.write_text(json.dumps(put(facts, place, wrong)))
            main(["decide", stage, str(path)])
            said = capsys.readouterr().err
            assert not {"regex", "^", "(?"} & set(said.split()), said
            assert "matching" not in said
            assert "Traceback" not in said
