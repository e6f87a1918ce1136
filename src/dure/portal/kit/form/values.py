"""One input as its plain value: a number, a day, an instant in the programme's zone; or why it cannot be taken."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from dure.formats.errors import BadInput
from dure.formats.reading import parse_json
from dure.portal.kit.form.fields import Field
from dure.portal.kit.refusals.saying import say
from dure.portal.kit.wording.numbers import number


class Unreadable(Exception):
    """What was typed cannot be taken; says why."""


def read_value(field: Field, text: str) -> Any:
    """One input as its plain value; None when it was left empty. Raises `Unreadable`."""
    if field.kind == "check":
        return text.strip() not in {"", "no"}
    bare = text.replace("\r\n", "\n").strip()
    if not bare:
        return None
    return _KINDS[field.kind](field, bare)


def _text(field: Field, bare: str) -> str:
    if field.longest and len(bare) > field.longest:
        raise Unreadable(
            _("At most %(most)s characters; there are %(there)s.") % {"most": number(field.longest), "there": number(len(bare))}
        )
    if field.kind == "text" and "\n" in bare:
        raise Unreadable(_("Give one value: choose from the list, or write another."))
    if field.pattern and not re.fullmatch(field.pattern.replace("(?!\\n)", ""), bare):
        is_id = "\\s" in field.pattern
        raise Unreadable(_("Write it without blanks and slashes.") if is_id else _("Write it in one line."))
    return bare


def _whole(field: Field, bare: str) -> int:
    digits = re.sub(r"[,\s]", "", bare).replace("−", "-")
    if not re.fullmatch(r"-?[0-9]{1,16}", digits):
        raise Unreadable(_("Write a whole number, such as 1,200."))
    value = int(digits)
    if field.least is not None and value < field.least:
        raise Unreadable(_("It must be %(least)s or more.") % {"least": number(field.least)})
    if field.most is not None and value > field.most:
        raise Unreadable(_("It must be %(most)s or less.") % {"most": number(field.most)})
    return value


def _decimal(field: Field, bare: str) -> str:
    text = bare.replace(",", "")
    text = f"0{text}" if text.startswith(".") else text
    if not re.fullmatch(field.pattern.replace("(?!\\n)", ""), text):
        is_share = "1(" in field.pattern
        raise Unreadable(_("Write a part from 0 to 1, such as 0.25.") if is_share else _("Write a number, such as 12.5."))
    return text


def _date(field: Field, bare: str) -> str:
    del field
    try:
        return dt.date.fromisoformat(re.sub(r"[./]\s*", "-", bare).rstrip("-")).isoformat()
    except ValueError:
        raise Unreadable(_("Write a day as YYYY-MM-DD, such as 2026-03-02.")) from None


def _instant(field: Field, bare: str) -> str:
    del field
    try:
        moment = dt.datetime.fromisoformat(bare.replace(" ", "T", 1))
    except ValueError:
        raise Unreadable(_("Write day and time as YYYY-MM-DD HH:MM, such as 2026-03-02 18:00.")) from None
    return (moment if moment.tzinfo else timezone.make_aware(moment)).isoformat()


def _month(field: Field, bare: str) -> str:
    if not re.fullmatch(field.pattern, bare):
        raise Unreadable(_("Write a month as YYYY-MM, such as 2026-03."))
    return bare


def _choice(field: Field, bare: str) -> str:
    if bare not in field.options:
        raise Unreadable(_("Choose one of these."))
    return bare


def _answer(field: Field, bare: str) -> bool:
    del field
    if bare not in {"yes", "no"}:
        raise Unreadable(_("Choose yes or no."))
    return bare == "yes"


def _file(field: Field, bare: str) -> str:
    if not re.fullmatch(field.pattern.replace("(?!\\n)", ""), bare):
        raise Unreadable(_("Choose the file."))
    return bare


def _lines(field: Field, bare: str) -> list[Any]:
    (item,) = field.items
    found = []
    for place, line in enumerate(filter(None, (each.strip() for each in bare.split("\n"))), start=1):
        try:
            found.append(read_value(item, line))
        except Unreadable as error:
            raise Unreadable(_("Line %(line)s: %(what)s") % {"line": place, "what": error}) from None
    if field.most and len(found) > field.most:
        counts = {"most": number(field.most), "there": number(len(found))}
        raise Unreadable(_("At most %(most)s can be taken; there are %(there)s.") % counts)
    return found


def _json(field: Field, bare: str) -> Any:
    del field
    try:
        value = parse_json(bare.encode(), where="")
    except BadInput as error:
        raise Unreadable(say(error)) from None
    if not isinstance(value, dict):
        raise Unreadable(_("Write one JSON object in braces."))
    return value


_KINDS: dict[str, Callable[[Field, str], Any]] = {
    "text": _text,
    "long": _text,
    "whole": _whole,
    "decimal": _decimal,
    "date": _date,
    "instant": _instant,
    "month": _month,
    "choice": _choice,
    "answer": _answer,
    "file": _file,
    "lines": _lines,
    "json": _json,
}
