"""Can every method that a book chooses be followed? On each day it needs the rules that it alone reads."""

from collections.abc import Mapping

from dure.formats.errors import BadInput
from dure.rules.book import Book


def check_methods(book: Book, needs: Mapping[str, Mapping[str, tuple[str, ...]]]) -> None:
    """Raise `BadInput`, with file, line and day, for the first method chosen whose rules have no value in force.

    `needs`: by the rule that chooses and the method, the rules that must have a value as long as it is chosen.
    """
    for chooser, methods in needs.items():
        if (rule := book.rules.get(chooser)) is None:
            continue  # refused by its reader
        needed = [each for names in methods.values() for each in names if each in book.rules]
        days = {value.since for name in (chooser, *needed) for value in book.rules[name].values}
        days |= {value.until for name in needed for value in book.rules[name].values if value.until is not None}
        for day in sorted(days):
            if (chosen := rule.on(day)) is None:
                continue
            for name in methods.get(chosen.value, ()):
                if name not in book.rules or book.rules[name].on(day) is None:
                    raise BadInput(
                        f"the method {chosen.value!r} reads {name}, which has no value on {day}.",
                        where=f"{rule.path}:{chosen.line}",
                        todo=f"Write {name}.yaml with a value from that day on, or choose another method.",
                        code="no_rule",
                    )
