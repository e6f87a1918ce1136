"""Hostile and broken files get one clear refusal; canonical bytes agree with an independent implementation."""

import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from dure.__main__ import main
from dure.formats.canonical import canonical_bytes
from dure.formats.errors import BadInput
from dure.formats.reading import LARGEST_FILE_BYTES, LARGEST_INTEGER, parse_json, read_json

HOSTILE = {
    "not JSON": (b"{", "not JSON"),
    "empty": (b"", "not JSON"),
    "NaN": (b'{"a": NaN}', "floating-point"),
    "Infinity": (b'{"a": -Infinity}', "floating-point"),
    "float": (b'{"a": 0.25}', "floating-point"),
    "10^400": (b'{"a": 1e400}', "floating-point"),
    "400 digits": (b'{"a": ' + b"9" * 400 + b"}", "2^53"),
    "beyond 2^53": (b'{"a": 9007199254740992}', "2^53"),
    "duplicate key": (b'{"a": 1, "a": 2}', "twice"),
    "right-to-left override": ('{"a": "x\u202ey"}'.encode(), "direction"),
    "escaped override": (b'{"a": "x\\u202Ey"}', "direction"),
    "half a surrogate": (b'{"a": "\\ud800"}', "surrogate"),
    "not UTF-8": (b'{"a": "\xff"}', "UTF-8"),
    "deep nesting": (b"[" * 100_000 + b"]" * 100_000, "deeply"),
    "two documents": (b"{} {}", "not JSON"),
}


@pytest.mark.parametrize(("raw", "word"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_input_is_refused_with_its_reason(raw, word):
    with pytest.raises(BadInput, match=word.replace("^", r"\^")):
        parse_json(raw, where="f.json")


@pytest.mark.parametrize(("raw", "word"), HOSTILE.values(), ids=HOSTILE.keys())
def test_command_ends_with_2_one_line_and_no_file(raw, word, tmp_path, capsys):
    facts, out = tmp_path / "facts.json", tmp_path / "out.json"
    facts.write_bytes(raw)
    assert main(["decide", "shares", str(facts), "--out", str(out)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert word in said.err
    assert not out.exists()


def test_a_file_of_100_megabytes_is_refused_unread(tmp_path):
    path = tmp_path / "huge.json"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    assert path.stat().st_size > LARGEST_FILE_BYTES
    with pytest.raises(BadInput, match="100,000,000 bytes"):
        read_json(path)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(BadInput, match="cannot be read"):
            read_json(path)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda children: st.lists(children) | st.dictionaries(st.text(st.characters(max_codepoint=0xD7FF)), children),
)


@given(json_values)
def test_canonical_bytes_are_those_of_rfc_8785(value):
    assert canonical_bytes(value) == rfc8785.dumps(value)
    assert json.loads(canonical_bytes(value)) == value
