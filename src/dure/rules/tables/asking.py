"""Can a decision read its tables: does it know each attribute, and does it get each value in the unit that it takes?"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from dure.formats.errors import BadInput
from dure.formats.kinds import Rules
from dure.formats.rule_tables import NO_LIMIT, Shape, Table


def require_shapes(rules: Rules, read: Mapping[str, Any], *, on: dt.date) -> None:
    """Raise `BadInput` for the first table that does not fit; `read`: the book's rules by name."""
    for field, shape in rules.tables.items():
        if fault := _fault(getattr(rules, field), shape):
            rule = read[rules.names()[field]]
            raise BadInput(f"{fault[0]}.", where=f"{rule.path}:{rule.on(on).line}", todo=f"{fault[1]}.")


def _fault(table: Table, shape: Shape) -> tuple[str, str] | None:
    """What does not fit, and what would."""
    known = ", ".join(f"{name} ({kind})" for name, kind in shape.knows.items())
    for name, attribute in table.reads.items():
        if attribute.kind not in _readable(shape.knows.get(name), shape):
            return f"the decision knows no {name!r} of the kind {attribute.kind!r}", f"It knows {known}"
    given = {name: f"{output.unit} or {NO_LIMIT}" if output.optional else output.unit for name, output in table.gives.items()}
    if set(given) != set(shape.gives) or any(not shape.gives[name].startswith(unit) for name, unit in given.items()):
        asked = ", ".join(f"{name}: {unit}" for name, unit in shape.gives.items())
        return f"the table gives {', '.join(f'{name}: {unit}' for name, unit in given.items())}", f"The decision asks for {asked}"
    if table.combine not in shape.combine:
        return f"exceptions cannot combine by {table.combine!r} here", f"Combine by {' or '.join(shape.combine)}"
    return None


def _readable(kind: str | None, shape: Shape) -> tuple[str, ...]:
    """Kinds of attribute as which a table may read what the decision knows: a word also as a choice, unless words stay open."""
    return ("word", "choice") if kind == "word" and not shape.whole else (kind,) if kind else ()
