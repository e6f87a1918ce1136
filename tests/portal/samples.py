"""Values for the form of any command: hypothesis strategies read off its struct, and the inputs of a browser for them."""

import datetime as dt

from hypothesis import strategies as st

from dure.portal.kit.form.fields import fields_of

WORD = st.text(alphabet="abcdefgXYZ0123456789-가나다 ", min_size=1, max_size=12).map(str.strip).filter(bool)
SEOUL = dt.timezone(dt.timedelta(hours=9))
INSTANTS = st.integers(0, 10**8).map(
    lambda second: (dt.datetime(2025, 1, 1, tzinfo=SEOUL) + dt.timedelta(seconds=second)).isoformat()
)
DATES = st.dates(min_value=dt.date(2025, 1, 1), max_value=dt.date(2030, 1, 1)).map(dt.date.isoformat)


def value_of(field):
    """A valid plain value of that field."""
    if "ed25519" in field.pattern:
        return st.just("ed25519:" + "a" * 43)
    if field.kind == "json" and field.items:
        return struct_of(field.items)
    if "\\s" in field.pattern:  # a new id
        return WORD.map(lambda word: word.replace(" ", "-"))
    if "[0-9a-f]" in field.pattern:
        return st.from_regex(field.pattern.replace("$(?!\\n)", ""), fullmatch=True)
    return KINDS[field.kind](field)


KINDS = {
    "text": lambda _field: WORD,
    "long": lambda _field: st.lists(WORD, min_size=1, max_size=3).map("\n".join),
    "whole": lambda field: st.integers(field.least if field.least is not None else -(10**6), min(field.most or 10**9, 10**12)),
    "decimal": lambda field: st.sampled_from(["0", "1", "0.25", "0.5"] if "1(" in field.pattern else ["0", "1", "12.5", "0.25"]),
    "choice": lambda field: st.sampled_from(field.options),
    "check": lambda _field: st.booleans(),
    "answer": lambda _field: st.booleans(),
    "month": lambda _field: st.sampled_from(["2026-03", "2025-12"]),
    "json": lambda _field: st.dictionaries(WORD, st.integers(0, 9) | WORD, min_size=1, max_size=3),
    "names": lambda _field: st.fixed_dictionaries({"ko": WORD}, optional={"en": WORD}),
    "date": lambda _field: DATES,
    "instant": lambda _field: INSTANTS,
    "lines": lambda field: st.lists(value_of(field.items[0]), min_size=1, max_size=3),
    "pairs": lambda field: st.dictionaries(value_of(field.items[0]), value_of(field.items[1]), min_size=1, max_size=3),
    "rows": lambda field: st.lists(struct_of(field.items), min_size=field.least or 0, max_size=3),
}


def struct_of(fields):
    """A valid plain value of a struct: every required field, and some of the others."""
    needed = {each.key: value_of(each) for each in fields if not each.optional}
    others = {each.key: value_of(each) for each in fields if each.optional}
    return st.fixed_dictionaries(needed, optional=others)


def plain_of(command):
    """Valid plain values of that command."""
    return struct_of(fields_of(command))
