"""Says a refusal: where, what with the values seen, and what to do, never in another language than the reader's."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from django.utils.translation import gettext as _

from dure.cycle.commands.importing import Stop
from dure.cycle.commands.registry import BY_NAME
from dure.portal.kit.form.fields import Field, fields_of
from dure.portal.kit.form.labels import label
from dure.portal.kit.form.parts import part_name
from dure.portal.kit.refusals.codes import SENTENCES, TODOS
from dure.portal.kit.refusals.facts import FACTS
from dure.portal.kit.refusals.records import CONSTRAINTS, STATES, TRIGGERS
from dure.portal.kit.refusals.texts import ACTS, INFEASIBLE, REMEDIES, SHAPES, TYPES
from dure.portal.kit.wording.book import rule, title
from dure.portal.kit.wording.numbers import money
from dure.portal.kit.wording.particles import with_particles
from dure.portal.kit.wording.words import WORDS, name

_HOLE = re.compile(r"\{(\d)(:money)?\}")
_STEP = re.compile(r"[.\s]?([A-Za-z_]+)|\[(\d+)\]")
_NAMED = re.compile(r"Object (?:missing required|contains unknown) field `(.+?)`\.")
_RULE = re.compile(r"rule ([a-z]+/[a-z_]+)")
# Words that begin a place and name a kind of subject there.
_KINDS = {
    "journal entry": "entry",
    "shares from": "shares",
    "build-out of": "buildout",
    "report of": "report",
    "result": "achievement",
}


def say(error: Exception) -> str:
    """The refusal in the reader's language."""
    code = getattr(error, "code", "") or "bad_input"
    what, detail = getattr(error, "what", str(error)), getattr(error, "detail", {})
    if code == "refused_by_records":
        return _of_records(what, detail)
    row, where = BY_NAME.get(getattr(error, "command", "")), getattr(error, "where", "")
    fields = fields_of(row.command) if row else ()
    said = _of_field(what, where, fields) or _translated(what) or _of_code(code, detail)
    place = place_of(where, fields)
    return f"{place}: {said}" if place else said


def _of_field(what: str, where: str, fields: Sequence[Field]) -> str:
    """What is said of a field that is missing or unknown, by its name in that part of the command."""
    found = _NAMED.fullmatch(what)
    inner = list(_walked(where.partition("$")[2], fields))[-1][1]
    called = next((label(each) for each in inner if found and each.key == found[1]), "")
    return with_particles(_(what.replace(found[1], "{1}")).replace("{1}", called)) if found and called else ""


def in_words(sentence: str) -> str:
    """A sentence that a decision wrote, in the reader's language; as it is, where no text fits."""
    return _translated(sentence) or sentence


def where_stopped(stop: Stop) -> str:
    """Which rows of a table were not tried, because too many before them were refused."""
    values = {"refused": stop.refused, "first": stop.first, "last": stop.last}
    if stop.first == stop.last:
        return _("Stopped after %(refused)s refused rows; row %(first)s was not tried.") % values
    return _("Stopped after %(refused)s refused rows; rows %(first)s to %(last)s were not tried.") % values


def _of_code(code: str, detail: dict[str, Any]) -> str:
    constraint = detail.get("constraint", "") if code == "infeasible" else ""
    said = _(SENTENCES.get(constraint) or SENTENCES.get(code) or SENTENCES["bad_input"])
    return f"{said} {_(TODOS[code])}" if code in TODOS else said


def _of_records(what: str, detail: dict[str, Any]) -> str:
    """By the constraint's name, by the trigger's message, else by the SQLSTATE or its class."""
    if (text := CONSTRAINTS.get(detail.get("constraint", ""))) is not None:
        return _(text)
    bare = what.rstrip(".")
    for text in TRIGGERS:
        if pattern_of_trigger(text).fullmatch(bare):
            return _capital(_filled(_(text), bare, text))
    state = detail.get("sqlstate", "")
    return _(STATES.get(state) or STATES.get(state[:2]) or SENTENCES["refused_by_records"])


def _filled(said: str, bare: str, text: str) -> str:
    """The English sentence with the values of the message; another language's holds none."""
    return bare + "." if said == text else said


@cache
def pattern_of_trigger(text: str) -> re.Pattern[str]:
    """The messages that a trigger's text makes."""
    return re.compile(re.escape(text).replace("%", "(.+?)"), re.DOTALL)


@cache
def patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Every text with what it makes, those with most words of their own first."""
    texts = sorted({*ACTS, *SHAPES, *FACTS, *INFEASIBLE, *REMEDIES}, key=lambda text: -len(_HOLE.sub("", text)))
    return tuple((_pattern(text), text) for text in texts)


def _pattern(text: str) -> re.Pattern[str]:
    """What a text makes: a value in each hole, in one of money an amount of smallest units."""
    made, read = "", 0
    for hole in _HOLE.finditer(text):
        value = rf"(?P<m{hole[1]}>-?[\d,]+)" if hole[2] else rf"(?P<v{hole[1]}>.+?)"
        made, read = made + re.escape(text[read : hole.start()]) + value, hole.end()
    return re.compile(made + re.escape(text[read:]), re.DOTALL)


def _translated(what: str) -> str:
    """The text with its values in the reader's language; nothing where the table has none that fits."""
    for pattern, text in patterns():
        if found := pattern.fullmatch(what):
            said = _(text)
            said = said if said.startswith("{") else _capital(said)  # an id is written as it is
            for key, value in found.groupdict().items():
                hole, shown = f"{{{key[1:]}}}", value_in_words(value)
                if key.startswith("m"):
                    hole, shown = f"{{{key[1:]}:money}}", money(int(value.replace(",", "")))
                said = said.replace(hole, shown)
            return with_particles(said)
    return ""


def value_in_words(value: str) -> str:
    """A value as the text quotes it, by its word where it is one of the programme's."""
    bare = value.strip("'\"`")
    if bare in TYPES:
        return _(TYPES[bare])
    parts = [name(each) if each in WORDS else each for each in re.split(r"(, | or )", bare)]
    return "".join(", " if each == " or " else each for each in parts)


def place_of(where: str, fields: Sequence[Field] = ()) -> str:
    """The place in words, by the names of these fields where it begins with one; nothing where the reader has no word for it."""
    if found := _RULE.fullmatch(where):
        return title(found[1]) if rule(found[1]) else ""
    head, at, path = where.partition("$")
    if at:
        return " › ".join(filter(None, (said for said, _inner in _walked(path, fields))))
    called = {each.key: label(each) for each in fields}
    parts = [each.strip() for each in head.split(",")]
    return ", ".join(filter(None, (called.get(each) or _part(each) for each in parts)))


def _part(part: str) -> str:
    if re.fullmatch(r"[a-z_]+", part):
        called = part_name(part)
        return called if called != part else value_in_words(part) if part in WORDS else ""
    for kind in sorted((*_KINDS, *(each.replace("_", " ") for each in WORDS)), key=len, reverse=True):
        if part.startswith(f"{kind} ") and " " not in (key := part.removeprefix(f"{kind} ")):
            return f"{name(_KINDS.get(kind, kind.replace(' ', '_')))} {value_in_words(key)}"
    return ""


def _walked(path: str, fields: Sequence[Field]) -> Iterator[tuple[str, Sequence[Field]]]:
    """Each step of the path in words, with the fields below it; first the whole, without a word."""
    yield "", fields
    for word, place in _STEP.findall(path):
        if place:
            yield _("No. %(n)s") % {"n": int(place) + 1}, fields
            continue
        field = next((each for each in fields if each.key == word), None)
        fields = field.items if field else ()
        yield label(field) if field else _step(word), fields


def _step(word: str) -> str:
    called = part_name(word)
    return called if called != word else name(word) if word in WORDS else ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def texts() -> Iterable[str]:
    """Every sentence with which something can be refused."""
    return (
        *SENTENCES.values(),
        *TODOS.values(),
        *ACTS,
        *SHAPES,
        *FACTS,
        *INFEASIBLE,
        *REMEDIES,
        *TRIGGERS,
        *CONSTRAINTS.values(),
        *STATES.values(),
    )
