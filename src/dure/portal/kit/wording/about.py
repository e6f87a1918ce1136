"""What are decisions about, as people name it? The subjects of a whole page in one statement at most."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dure.cycle.handoffs import HANDOFFS
from dure.portal.kit.lists.declared import Column
from dure.portal.kit.wording.book import book
from dure.portal.kit.wording.language import in_language
from dure.portal.kit.wording.numbers import is_day, long_date, period
from dure.portal.kit.wording.words import name
from dure.records.titles import TITLED, Titled, titles

BETWEEN = " · "
KINDS = {each.decision: each.about.replace(" ", "_") for each in HANDOFFS}
_PERIOD = re.compile(r"\d{4}(-(0[1-9]|1[0-2]|H[12]|Q[1-4]))?")


class About(NamedTuple):
    """A subject by its name; `id`: what tells it apart from others of that name, empty where the name says it all."""

    title: str
    id: str = ""


Key = tuple[str, str]  # a decision and its subject as the journal has it, or a kind of subject and its id


def named(keys: Iterable[Key]) -> dict[Key, About]:
    """Each of these subjects, by kind and id, by its name."""
    listed = set(keys)
    wanted: dict[str, set[str]] = {}
    for kind, key in listed:
        if kind in TITLED:
            wanted.setdefault(kind, set()).add(key)
    found = titles(wanted)
    return {(kind, key): _about(kind, key, found) for kind, key in listed}


def abouts(decided: Iterable[Key]) -> dict[Key, About]:
    """What decisions are about: by decision and subject."""
    listed = set(decided)
    found = named((KINDS.get(decision, ""), subject) for decision, subject in listed)
    return {(decision, subject): found[KINDS.get(decision, ""), subject] for decision, subject in listed}


def about(decision: str, subject: str) -> About:
    """What that decision is about."""
    return abouts([(decision, subject)])[decision, subject]


def about_each(entries: Iterable[Any]) -> dict[Key, About]:
    """What these entries are about, by decision and subject."""
    return abouts((each.decision, each.subject) for each in entries)


def heading(decision: str, subject: About) -> str:
    """The decision and what it is about, in words."""
    return f"{name(decision)}{BETWEEN}{subject.title}" if subject.title else name(decision)


def _about(kind: str, key: str, found: Mapping[Key, Titled]) -> About:
    if key in ("", book().programme):
        return About("")
    if titled := found.get((kind, key)):
        return About(in_words(kind, titled), key) if titled.title else About(name(key))
    return About(DATED[kind](key) if kind in DATED else name(key))


def named_in(rows: list[dict[str, Any]], column: str) -> None:
    """Add to rows, whose `column` holds KIND/ID, under `named` what those are called that everybody may know by name."""
    pairs = {row[column]: _parts(row[column]) for row in rows if column in row}
    found = named(pair for pair in pairs.values() if is_named(pair[0]))
    for row in rows:
        pair = pairs.get(row.get(column, ""), ("", ""))
        if pair in found and (found[pair].id or pair[0] in DATED):
            row["named"] = f"{name(pair[0])}{BETWEEN}{found[pair].title}"


def _parts(subject: str) -> Key:
    kind, _slash, key = subject.partition("/")
    return kind, key


def named_column(key: str, label: Any) -> Column:
    """A column of subjects KIND/ID, made by `named_in` of those under `key`: sorted by id, and in files with the id beside it."""
    beneath = Column(
        key=key, label=gettext_lazy("Id of the subject"), kind="code", show=lambda row: row[key] if row.get("named") else ""
    )
    return Column(
        key=f"{key}_name",
        label=label,
        source=key,
        show=lambda row: row.get("named") or row[key],
        also={key: key},
        beneath=beneath,
    )


def is_named(kind: str) -> bool:
    """Does a subject of that kind have a name that everybody who reads of it may know?"""
    return kind in TITLED or kind in DATED


def in_words(kind: str, titled: Titled) -> str:
    """The title in the reader's language with what tells it apart: the start of a round, what a panel judges, a pool's model."""
    title, more = titled.title, titled.more
    if kind == "round":
        more = _("from %(day)s") % {"day": long_date(more)}
    elif kind == "panel":
        more = judged(more)
    return f"{title}{BETWEEN}{more}" if more else title


def of_round(opened: Any) -> str:
    """What a round is called that was read with its user call."""
    call = opened.user_call
    if call is None:
        return name(opened.pk)
    return in_words("round", Titled(in_language(call.title), opened.start_on.isoformat()))


def judged(kind: str) -> str:
    """What a panel of that kind judges."""
    return _("Proposals") if kind == "proposal" else _("Applications")


def _day(subject: str) -> str:
    return long_date(subject) if is_day(subject) else subject


def _span(subject: str) -> str:
    return period(subject) if _PERIOD.fullmatch(subject) else subject


DATED: Mapping[str, Callable[[str], str]] = {
    "day": _day,
    "month": _span,
    "period": _span,
    "appropriation": lambda subject: _("appropriation of %(day)s") % {"day": _day(subject)},
}
