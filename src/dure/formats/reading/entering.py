"""The door of everything that people and programs hand in: one spelling for one text, nothing hidden, no far date.

The same name can be written in several ways that look alike (composed or decomposed letters, a blank at the end), and would be
two organisations. Files of decisions and commands pass here before they become structs; what was filed once is read as it is.
"""

import re
import unicodedata
from typing import Any

from dure.formats.errors import BadInput

FIRST_YEAR, LAST_YEAR = 2000, 2199  # of every date that is handed in; see the refusal below
# Of Unicode's control and format characters those that hide, join or turn what is written; tabulator and line ends may stand.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
_EMOJI = str.maketrans("", "", "\ufe0e\ufe0f")  # how an emoji is drawn; it comes with pasted text, and says nothing
_DAY = re.compile(r"([0-9]{4})-[0-9]{2}-[0-9]{2}([Tt ][0-9]{2}:.{0,40})?")


def entered(value: Any, *, where: str) -> Any:
    """Plain values with every text, keys too, in Unicode's form C and without blanks around it.

    Raises `BadInput` for a hidden character, for a date outside 2000 to 2199, and where two keys become one.
    """
    try:
        return _entered(value, where, "")
    except RecursionError:
        raise BadInput("nested too deeply.", where=where) from None


def _entered(value: Any, where: str, place: str) -> Any:
    if isinstance(value, str):
        return _text(value, where, place)
    if isinstance(value, dict):
        made = {_text(key, where, place): _entered(item, where, f"{place}.{key[:40]}") for key, item in value.items()}
        if len(made) < len(value):
            raise _refused(
                "two keys are the same once blanks and spelling are one.", where, place, "Keep one of them.", "invalid"
            )
        return made
    if isinstance(value, list | tuple):
        return [_entered(item, where, f"{place}[{number}]") for number, item in enumerate(value)]
    return value


def _text(text: str, where: str, place: str) -> str:
    if text.isascii() and text.isprintable():
        clean = text.strip()
    elif found := _HIDDEN.search(text):
        what = f"U+{ord(found.group()):04X} at character {found.start() + 1} cannot be stored or hides what is written."
        raise _refused(what, where, place, "Remove the character.", "hidden_character")
    else:
        clean = unicodedata.normalize("NFC", text.translate(_EMOJI)).strip()
    if clean[4:5] == "-" and (day := _DAY.fullmatch(clean)) and not FIRST_YEAR <= int(day[1]) <= LAST_YEAR:
        what = f"the year {day[1]} is not one of {FIRST_YEAR} to {LAST_YEAR}."
        raise _refused(what, where, place, "Check the date.", "far_date")
    return clean


def _refused(what: str, where: str, place: str, todo: str, code: str) -> BadInput:
    return BadInput(what, where=f"{where} at ${ascii(place)[1:-1]}", todo=todo, code=code)
