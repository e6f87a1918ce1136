"""Which calls are open, and until when? For the first page, the stages and the list of calls."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from dure.portal.kit.wording.language import in_language
from dure.portal.kit.wording.numbers import gpus, instant, money_short
from dure.portal.kit.wording.words import name

# By kind of call, the stage at which it is open.
STAGES = {"call": "call", "user_call": "application"}
_PAGES = {"call": ("public:call", "call_id"), "user_call": ("public:user_call", "user_call_id")}


@dataclass(frozen=True)
class OpenCall:
    """A call as a line of a list. `deadline`: as people read it; `offers`: its budget or its GPUs in words, empty if unknown."""

    kind: str
    title: str
    deadline: str
    closes_at: dt.datetime
    offers: str
    href: str

    @property
    def called(self) -> str:
        """The kind in words."""
        return name(self.kind)


def open_calls(found: Mapping[str, Any], *, stage: str = "") -> list[OpenCall]:
    """The calls that are open now, the first deadline first, out of the figures of all stages; of one stage where it is named."""
    return [_of(each) for each in found["open_calls"] or () if stage in {"", STAGES[each["kind"]]}]


def next_change(found: Mapping[str, Any]) -> dt.datetime | None:
    """When the next call opens or closes, so that what was made from these figures holds no longer."""
    at: dt.datetime | None = found["calls_change_at"]
    return at


def href_of_call(kind: str, key: str) -> str:
    """The page of a call that everybody can read."""
    page, argument = _PAGES[kind]
    return reverse(page, kwargs={argument: key})


def _of(row: Mapping[str, Any]) -> OpenCall:
    closes_at = dt.datetime.fromisoformat(row["closes_at"])
    return OpenCall(
        kind=row["kind"],
        title=in_language(row["title"]),
        deadline=instant(closes_at),
        closes_at=closes_at,
        offers=_offers(row["kind"], row["offers"]),
        href=href_of_call(row["kind"], row["id"]),
    )


def _offers(kind: str, amount: int) -> str:
    if not amount:
        return ""
    return _("budget %(amount)s") % {"amount": money_short(amount)} if kind == "call" else gpus(amount)
