"""One visit to the form of a command: what was typed, which draft it is, which version of the subject it was shown."""

import secrets
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils import timezone

from dure.cycle.commands.rows import Context, Row
from dure.cycle.documents.handing_in import LARGEST, hand_in, too_large
from dure.formats.errors import BadInput
from dure.portal.kit.acting import context_of
from dure.portal.kit.form.fields import Field, asked_of, fields_of
from dure.portal.kit.form.reading import read
from dure.portal.subjects.acts import naming
from dure.portal.subjects.acts.door import about_of, subject_of
from dure.portal.subjects.acts.refusing import in_words
from dure.records.journal import queries as journal
from dure.records.review import queries as review

WHICH = "draft"  # in an address: which draft is opened
PAGE = "page-"  # begins the name of an input that belongs to the page, not to the command
WISHES = frozenset({"csrfmiddlewaretoken", "do"})
LONGEST_NAME = 200
MOST_QUERY = 4000


@dataclass
class Visit:
    """`about`: KIND/ID that the form was opened for; `seen`: its version then.

    `draft`: the version that this window has of the draft that is kept under `drafted`; `restored`: under which name the draft
    was that the window began with. `opened`: the query by which the form is opened again. `searched`: by input the word by which
    somebody looks for what to choose. `others`: what else was saved, each an address and what to call it. `refused`: why
    a file was not taken in, by input. `lost`: inputs whose file was chosen once and is not here any more.
    """

    request: HttpRequest
    row: Row
    typed: dict[str, str]
    about: str = ""
    seen: int = 0
    draft: int = 0
    drafted: str = ""
    restored: str = ""
    opened: str = ""
    searched: dict[str, str] = field(default_factory=dict)
    notes: list[tuple[str, str]] = field(default_factory=list)
    others: list[tuple[str, str]] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)

    @property
    def fields(self) -> tuple[Field, ...]:
        return asked_of(self.row.command)

    @property
    def context(self) -> Context:
        return context_of(self.request)

    @property
    def asked(self) -> dict[str, str]:
        """What the address gave, by field."""
        return naming.address_of(self.opened)

    def draft_key(self) -> dict[str, str]:
        """By which the draft is found again."""
        return {"command": self.row.name, "about": naming.key(self.row, self.asked, self.typed)}

    @property
    def draft_mark(self) -> str:
        """Which draft this window has, and which version of it, as a page carries it."""
        return f"{self.draft} {self.drafted}" if self.draft else ""

    def take_mark(self, mark: str) -> None:
        """Take over which draft the window has."""
        version, _space, self.drafted = mark[: 2 * LONGEST_NAME].partition(" ")
        self.draft = number_of(version)


def is_input(name: str) -> bool:
    """Does an input of that name belong to the command?"""
    return not name.startswith(PAGE) and name not in WISHES and len(name) <= LONGEST_NAME


def posted(request: HttpRequest, row: Row) -> Visit:
    """The visit as the form sent it."""
    sent = request.POST
    visit = Visit(
        request,
        row,
        {key: typed_of(sent, key) for key in sent if is_input(key)},
        about=sent.get(f"{PAGE}about", "")[:LONGEST_NAME],
        seen=number_of(sent.get(f"{PAGE}seen", "")),
        restored=sent.get(f"{PAGE}restored", "")[:LONGEST_NAME],
        opened=query_of(sent.get(f"{PAGE}opened", "")),
    )
    visit.take_mark(sent.get(f"{PAGE}draft", ""))
    _take_files(visit)
    return visit


def _take_files(visit: Visit) -> None:
    """Hand in what files came with the form, whatever else it says; the form holds their digests from then on."""
    for each in visit.fields:
        sent = visit.request.FILES.get(each.name) if each.kind == "file" else None
        if sent is None:
            continue
        try:
            if (sent.size or 0) > LARGEST:
                raise too_large(sent.name or "")
            upload = hand_in(visit.request.user, sent.name or "", sent.read(), at=timezone.now())  # type: ignore[arg-type] # a person
        except BadInput as error:
            visit.refused[each.name] = in_words(error)
        else:
            visit.typed[each.name] = upload.digest


def typed_of(sent: QueryDict, key: str) -> str:
    """What was given under that name: boxes that were ticked and what was written besides, each once, a line each."""
    given = [str(each) for each in sent.getlist(key)]
    return given[0] if len(given) == 1 else "\n".join(dict.fromkeys(filter(None, (each.strip() for each in given))))


def opened(request: HttpRequest, row: Row) -> Visit:
    """The visit as the address begins it: prefilled from the query."""
    query = request.GET.copy()
    query.pop(WHICH, None)
    asked = {key: str(value) for key, value in query.dict().items() if is_input(key)}
    visit = Visit(request, row, prefilled(row, asked, request.user))
    values, _faults = read(visit.fields, asked)
    visit.about = about_of(row, values)
    visit.seen = journal.version(visit.about) if visit.about else 0
    visit.opened = f"?{query.urlencode()}" if query else ""
    return visit


def prefilled(row: Row, asked: dict[str, str], person: Any) -> dict[str, str]:
    """What the address gives, the person's only organisation where it must be theirs, and a number not yet used."""
    typed = {each.name: "yes" for each in fields_of(row.command) if each.kind == "check" and each.default is True}
    typed |= _own_organisation(row, person) | _own_seat(row, asked, person)
    subject = subject_of(row)
    if subject.made and subject.kind in NUMBERED:
        begins = typed.get("provider") or subject.kind  # a provider's ids begin with its own
        typed["id"] = f"{begins}-{timezone.localdate():%y%m%d}-{secrets.token_hex(3)}"
    elif subject.kind == "grant" and asked.get("grant") and any(each.name == "id" for each in fields_of(row.command)):
        typed["id"] = f"{asked['grant'].rpartition('/')[2]}-{secrets.token_hex(3)}"  # of what belongs to an application
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


def _own_seat(row: Row, asked: dict[str, str], person: Any) -> dict[str, str]:
    """The panel and the code of the evaluator's only seat, on that panel where one is asked for."""
    if "evaluator" not in row.command.__struct_fields__ or not any(
        (each.desk, each.relation) == ("reviewer", "own") for each in row.by
    ):
        return {}
    seats = [each for each in review.open_seats_of(person) if asked.get("panel") in {None, "", each.panel_id}]
    return {"panel": seats[0].panel_id, "evaluator": seats[0].code} if len(seats) == 1 else {}


def query_of(text: str) -> str:
    """The query as a page carried it; nothing where it is none."""
    return text if text.startswith("?") and len(text) < MOST_QUERY else ""


def number_of(text: str) -> int:
    """The number as a page carried it; 0 where it is none."""
    return int(text) if text.isdecimal() and len(text) < 16 else 0
