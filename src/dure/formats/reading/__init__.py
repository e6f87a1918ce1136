"""Reads a JSON file strictly: one clear message for bad input, and nothing half-read."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import msgspec

from dure.formats.errors import BadInput
from dure.formats.reading.faulty import in_plain_words, line_of_refusal

LARGEST_FILE_BYTES = 64 * 1024 * 1024
LARGEST_INTEGER = 2**53 - 1  # RFC 8785 and every JSON reader agree up to here
# Direction marks and overrides make a name show other than it is; they have no use in a file of facts.
_DIRECTION_CONTROLS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]|\\\\u(?:200[ef]|202[a-e]|206[6-9])", re.IGNORECASE)
_HIDDEN = re.compile("[\x00\u00ad\u200b-\u200d\u2060\ufeff\ud800-\udfff\u200e\u200f\u202a-\u202e\u2066-\u2069]")
T = TypeVar("T")


def read_json(path: Path) -> Any:
    """The file as plain JSON values: no floats, no duplicate keys, no direction controls."""
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE_BYTES:
            raise BadInput(
                f"the file has {size:,} bytes; at most {LARGEST_FILE_BYTES:,} are read.",
                where=str(path),
                todo="Split it, or hand in a large allocation round as Parquet.",
            )
        raw = path.read_bytes()
    except OSError as error:
        raise BadInput(f"cannot be read ({error.strerror}).", where=str(path)) from error
    return parse_json(raw, where=str(path))


def parse_json(raw: bytes, *, where: str) -> Any:
    """Like `read_json`, from bytes; `where` names them in messages."""
    text = _decoded(raw, where)
    if found := _DIRECTION_CONTROLS.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise BadInput("a text-direction control character hides what is written.", where=f"{where}:{line}", todo="Remove it.")
    try:
        value = json.loads(text, parse_float=_no_float, parse_constant=_no_float, parse_int=_integer, object_pairs_hook=_object)
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except json.JSONDecodeError as error:
        raise BadInput(f"not JSON: {error.msg}.", where=f"{where}:{error.lineno}:{error.colno}") from error
    except BadInput as error:
        line = line_of_refusal(text)
        raise BadInput(error.what, where=f"{where}:{line}" if line else where, todo=error.todo) from error
    except RecursionError:
        raise BadInput("nested too deeply.", where=where) from None
    except UnicodeEncodeError:
        raise BadInput("half a surrogate pair is not a character.", where=where, todo="Write the character itself.") from None
    return value


def _decoded(raw: bytes, where: str) -> str:
    """The text, without the mark that some programs put before UTF-8."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        wide = raw[:2] in {b"\xff\xfe", b"\xfe\xff"}
        what = "the file is UTF-16." if wide else f"byte {error.start} is not UTF-8."
        raise BadInput(what, where=f"{where}:{line}", todo="Save the file as UTF-8.") from error


def as_struct(value: Any, kind: type[T], *, where: str, strict: bool = True) -> T:
    """Plain values as the given struct; refuses unknown keys, wrong types and values out of range."""
    try:
        return msgspec.convert(value, kind, strict=strict)
    except msgspec.ValidationError as error:
        raise _not_of_its_format(error, where) from error


def struct_of_json(raw: bytes, kind: type[T], *, where: str) -> T:
    """As `as_struct`, from JSON that dure itself has written: no plain values stand between the text and the struct."""
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.ValidationError as error:
        raise _not_of_its_format(error, where) from error


def _not_of_its_format(error: msgspec.ValidationError, where: str) -> BadInput:
    message, _, place = str(error).partition(" - at `")
    spot = f"{where} at {place.rstrip('`')}" if place else where
    return BadInput(f"{in_plain_words(message)}.", where=spot, todo="`dure schema` prints what belongs there.")


def require_visible_text(value: Any, *, where: str) -> None:
    """Refuse text that no record can hold or that shows other than it is, at any depth of plain values.

    NUL, half surrogate pairs and direction controls, in keys and in values; raises `BadInput` with code `hidden_character`.
    """
    pending: list[tuple[Any, str]] = [(value, "")]
    while pending:
        item, place = pending.pop()
        if isinstance(item, dict):
            pending += [(key, f"{place}.{str(key)[:40]}") for key in item]
            pending += [(each, f"{place}.{str(key)[:40]}") for key, each in item.items()]
        elif isinstance(item, list | tuple):
            pending += [(each, f"{place}[{number}]") for number, each in enumerate(item)]
        elif isinstance(item, str) and (found := _HIDDEN.search(item)):
            raise BadInput(
                f"U+{ord(found.group()):04X} at character {found.start() + 1} cannot be stored or hides what is written.",
                where=f"{where} at ${ascii(place)[1:-1]}",
                todo="Remove the character.",
                code="hidden_character",
            )


def require_unique(ids: Iterable[str], *, where: str) -> None:
    """Raise when an id comes twice: the second would silently hide the first."""
    seen: set[str] = set()
    for item in ids:
        if item in seen:
            raise BadInput(f"id {item!r} comes twice.", where=where, todo="Give each entry its own id.")
        seen.add(item)


def require_known(ids: Iterable[str], known: Iterable[str], *, where: str) -> None:
    """Raise when an id refers to nothing."""
    have = known if isinstance(known, set | frozenset | dict) else set(known)
    for item in ids:
        if item not in have:
            raise BadInput(f"{item!r} is not defined in this file.", where=where, todo=f"Known: {', '.join(sorted(have)[:8])}.")


def _no_float(text: str) -> NoReturn:
    raise BadInput(
        f"{text[:40]} is a floating-point number.",
        todo='Write ratios as decimal text ("0.25") and money as whole smallest units of the currency.',
    )


def _integer(text: str) -> int:
    if len(text) > 17 or abs(number := int(text)) > LARGEST_INTEGER:
        raise BadInput(f"{text[:24]} is beyond 2^53 - 1.", todo="No quantity of a programme is that large; check the digits.")
    return number


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value] # adds, and goes on
        raise BadInput(f"key {twice!r} comes twice in one object.", todo="Keep one of the two.")
    if any(not key.isascii() and any(ord(char) > 0xFFFF for char in key) for key in made):
        raise BadInput("a key holds a character beyond U+FFFF.", todo="Use letters and digits in keys and ids.")
    return made
