"""One visit to the form of a command: what was typed, which draft it is, which version of the subject it was shown."""

import secrets
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils import timezone

from dure.cycle.commands.rows import Context, Row
from dure.portal.kit.acting import context_of
from dure.portal.kit.form.fields import Field, fields_of
from dure.portal.kit.form.reading import read
from dure.portal.subjects.acts.door import about_of, subject_of
from dure.records.drafts import queries as drafts
from dure.records.journal import queries as journal

PAGE = "page-"  # begins the name of an input that belongs to the page, not to the command
WISHES = frozenset({"csrfmiddlewaretoken", "do"})
LONGEST_NAME = 200
MOST_QUERY = 4000


@dataclass
class Visit:
    """`about`: KIND/ID that the form was opened for; `seen`: its version then. `draft`: the draft's version that this window has.

    `opened`: the query with which the form was opened, by which a draft is opened again. `searched`: by input the word by
    which somebody looks for what to choose.
    """

    request: HttpRequest
    row: Row
    typed: dict[str, str]
    about: str = ""
    seen: int = 0
    draft: int = 0
    opened: str = ""
    searched: dict[str, str] = field(default_factory=dict)
    notes: list[tuple[str, str]] = field(default_factory=list)

    @property
    def fields(self) -> tuple[Field, ...]:
        return fields_of(self.row.command)

    @property
    def context(self) -> Context:
        return context_of(self.request)

    def draft_key(self) -> dict[str, str]:
        """By which the draft is found again."""
        return {"command": self.row.name, "about": self.about}


def is_input(name: str) -> bool:
    """Does an input of that name belong to the command?"""
    return not name.startswith(PAGE) and name not in WISHES and len(name) <= LONGEST_NAME


def posted(request: HttpRequest, row: Row) -> Visit:
    """The visit as the form sent it."""
    sent = request.POST
    return Visit(
        request,
        row,
        {key: typed_of(sent, key) for key in sent if is_input(key)},
        about=sent.get(f"{PAGE}about", "")[:LONGEST_NAME],
        seen=_number(sent.get(f"{PAGE}seen", "")),
        draft=_number(sent.get(f"{PAGE}draft", "")),
        opened=_query(sent.get(f"{PAGE}opened", "")),
    )


def typed_of(sent: QueryDict, key: str) -> str:
    """What was given under that name: boxes that were ticked and what was written besides, each once, a line each."""
    given = [str(each) for each in sent.getlist(key)]
    return given[0] if len(given) == 1 else "\n".join(dict.fromkeys(filter(None, (each.strip() for each in given))))


def opened(request: HttpRequest, row: Row) -> Visit:
    """The visit as the address begins it: prefilled from the query, or with what was saved."""
    asked = {key: value for key, value in request.GET.dict().items() if is_input(key)}
    visit = Visit(request, row, prefilled(row, {key: str(value) for key, value in asked.items()}, request.user))
    values, _faults = read(visit.fields, {key: str(value) for key, value in asked.items()})
    visit.about = about_of(row, values)
    visit.seen = journal.version(visit.about) if visit.about else 0
    query = request.GET.copy()
    query.pop("draft", None)
    visit.opened = f"?{query.urlencode()}" if query else ""
    saved = drafts.draft(request.user, **visit.draft_key())
    if saved is not None:
        visit.draft = saved.version
    return visit


def prefilled(row: Row, asked: dict[str, str], person: Any) -> dict[str, str]:
    """What the address gives, the person's only organisation where it must be theirs, and a number not yet used."""
    typed = {each.name: "yes" for each in fields_of(row.command) if each.kind == "check" and each.default is True}
    typed |= _own_organisation(row, person)
    subject = subject_of(row)
    if subject.made and subject.kind in NUMBERED:
        begins = typed.get("provider") or subject.kind  # a provider's ids begin with its own
        typed["id"] = f"{begins}-{timezone.localdate():%y%m%d}-{secrets.token_hex(3)}"
    for each in fields_of(row.command):
        if each.kind == "choice" and isinstance(each.default, str):
            typed[each.name] = each.default
    return {**typed, **asked}


NUMBERED = frozenset({"application", "proposal", "achievement", "order", "delivery"})


def _own_organisation(row: Row, person: Any) -> dict[str, str]:
    own = {seat.desk for seat in row.by if seat.relation == "own"} & person.desks
    mine = {each for desk in own for each in person.organisations_at(desk)}
    names = {"organisation", "provider"} & set(row.command.__struct_fields__)
    return {name: next(iter(mine)) for name in names} if len(mine) == 1 else {}


def _query(text: str) -> str:
    return text if text.startswith("?") and len(text) < MOST_QUERY else ""


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 16 else 0
