"""The parts of what is shown of a recommendation: the decision as a whole, and what single rooms add to theirs."""

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from dure.portal.kit.shown import Column, Shown, Table
from dure.portal.kit.wording.words import name
from dure.portal.subjects.decisions.explain import explain
from dure.portal.subjects.decisions.filed import Filed
from dure.portal.subjects.decisions.journal import bidder_names
from dure.portal.subjects.decisions.reasons import said_of, sentence

WHOLE = "decision"
NAMED = "named"  # the whole for who may know the bidders once the call has closed; others learn them with the award
NAMES_BIDDERS = frozenset({"evaluation", "portfolio"})
# The rooms that show more of their decision than its page; loaded by name, because they stand above this one.
MORE = {"allocation": "rounds.parts"}
WORDLESS = frozenset({"applications"})  # parts that hold no word of any language
# An organisation that lost to a rival keeps what it offered to itself: the public reads the reason without its figures.
CONFIDENTIAL = frozenset({"portfolio"})


@dataclass(frozen=True)
class Part:
    """One part: what pages show, tables beside its sections, and what stands in no table.

    `brief`: what lists show of it; `frame` and `values`, by key: plain JSON values.
    """

    shown: Shown
    tables: Sequence[Table] = ()
    brief: Mapping[str, Any] = field(default_factory=dict)
    frame: Any = None
    values: Mapping[str, Any] = field(default_factory=dict)


def parts_of(decision: str) -> Mapping[str, Callable[[Filed], Part]]:
    """What makes each part of that decision, by its name."""
    more = importlib.import_module(f"dure.portal.subjects.{MORE[decision]}").PARTS if decision in MORE else {}
    named = {NAMED: _named} if decision in NAMES_BIDDERS else {}
    return {WHOLE: _whole, **named, **more}


def _whole(filed: Filed) -> Part:
    tables = [_reasons(filed, "reasons", bare=False)]
    if filed.decision in CONFIDENTIAL:
        tables.append(_reasons(filed, "reasons_said", bare=True))
    return Part(explain(filed), tables, frame={"readings": filed.readings})


def _named(filed: Filed) -> Part:
    return _whole(replace(filed, names={**filed.names, **bidder_names()}))


def _reasons(filed: Filed, key: str, *, bare: bool) -> Table:
    rows = [
        {
            "item": name(each["item"], filed.names),
            "reason": said_of(each["code"]) if bare else sentence(each, filed.names),
            "code": each["code"],
        }
        for each in filed.reasons
    ]
    columns = [
        Column("item", _("Item"), "code"),
        Column("reason", _("Reason"), "sentence"),
        Column("code", _("Constraint"), "code"),
    ]
    return Table(key, _("Reasons"), columns, rows)
