"""Says where a JSON file is refused, and what was expected, once it is refused: nothing here runs for a file that is right."""

import re

# A text, or one other word, of JSON; a quote that nothing closes stands alone.
_WORD = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+|"')
_WHOLE = re.compile(r"-?[0-9]{1,16}|true|false|null")
_PATTERN = re.compile(r"Expected `str` matching regex '(.*)'", re.DOTALL)
_CHOICE = re.compile(r"\^\(([a-zA-Z0-9_|-]+)\)\$(\(\?!\\+n\))?")
# How the patterns of `kinds` are said; they are told apart by what only they hold.
_FORMS = (
    ("x00", "is no id: 1 to 160 characters in one line"),
    ("{64}", "is no digest of 64 hexadecimal digits"),
    ("{32}", "is no id of 32 hexadecimal digits"),
    ("/[1-9]", "is no exact fraction `n` or `n/d`"),
    ("^(0(", "is no ratio from 0 to 1 as decimal text"),
    ("^-?(0|", "is no decimal number as text"),
    ("^(0|", "is no decimal number from 0 as text"),
    ("(0[1-9]|1[0-2])", "is no month such as 2026-03"),
)


def line_of_refusal(text: str) -> int:
    """The line of the first key that comes twice in its object, or of the first number that is refused; 0 where there is none."""
    open_keys: list[set[str] | None] = []
    before = ""
    for found in _WORD.finditer(text):
        word = found.group()
        if word in "{[":
            open_keys.append(set() if word == "{" else None)
        elif word in "}]":
            if open_keys:
                open_keys.pop()
        elif word == ":" and open_keys and (keys := open_keys[-1]) is not None:
            if before in keys:
                return text.count("\n", 0, found.start()) + 1
            keys.add(before)
        elif word not in ":," and word[0] != '"' and not _WHOLE.fullmatch(word):
            return text.count("\n", 0, found.start()) + 1
        before = word
    return 0


def in_plain_words(message: str) -> str:
    """What msgspec says of a value, without the regular expression by which it was held against its form."""
    found = _PATTERN.fullmatch(message)
    if found is None:
        return message
    if choice := _CHOICE.fullmatch(found[1]):
        return f"is none of {choice[1].replace('|', ', ')}"
    return next((said for mark, said in _FORMS if mark in found[1]), "has another form than belongs there")
