"""Finds requests to register, and organisations that may be the same."""

import difflib
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Q, QuerySet

from dure.records.parties.models import Organisation
from dure.records.registrations.models import Document, Registration

ALIKE = 0.82  # of two names without spaces and legal forms, from which they are shown as alike
MOST_COMPARED = 20_000
MOST_SHOWN = 10


class Alike(NamedTuple):
    """An organisation that may be the one that somebody asks to register. `because`: `number` or `name`."""

    organisation: Organisation
    because: str


def registration(registration_id: str, *, lock: bool = False) -> Registration | None:
    """The request of that id; `lock`: nobody else answers it meanwhile."""
    found = Registration.objects.select_for_update(of=("self",)) if lock else Registration.objects.all()
    return found.filter(pk=registration_id).first()


def by_secret(digest: str) -> Registration | None:
    """The request whose link has that SHA-256."""
    return Registration.objects.filter(digest=digest).first() if digest else None


def registrations() -> QuerySet[Registration]:
    """All requests, the latest first."""
    return Registration.objects.order_by("-asked_at", "id")


def matching(word: str) -> Q:
    """Requests whose number, name or contact person holds the word."""
    return Q(words__contains=word.lower())


def document(registration_id: str, place: int) -> Document | None:
    """That document with its content."""
    return Document.objects.select_related("content").filter(registration=registration_id, place=place).first()


def same_number(registration: Registration) -> list[Registration]:
    """Other requests with the same number, whatever became of them."""
    return list(registrations().filter(number=registration.number).exclude(pk=registration.pk)[:MOST_SHOWN])


def alike(registration: Registration, *, legal_forms: Sequence[str]) -> list[Alike]:
    """Organisations with the same number, then those with a like name; the most alike first.

    `legal_forms`: parts of a name that say nothing of whose it is.
    """
    known = list(Organisation.objects.filter(number=registration.number))
    forms = sorted({_plain(each) for each in legal_forms}, key=len, reverse=True)
    names = [key_of(each, forms) for each in registration.name.values()]
    rows = Organisation.objects.exclude(pk=registration.organisation_id or "").values_list("pk", "name")
    scored = sorted(
        ((_likeness(names, [key_of(each, forms) for each in called.values()]), pk) for pk, called in rows[:MOST_COMPARED]),
        key=lambda each: (-each[0], each[1]),
    )
    near = [pk for score, pk in scored[:MOST_SHOWN] if score >= ALIKE and pk not in {each.pk for each in known}]
    by_id = Organisation.objects.in_bulk(near)
    return [*(Alike(each, "number") for each in known), *(Alike(by_id[pk], "name") for pk in near)]


def key_of(name: str, legal_forms: Sequence[str]) -> str:
    """A name as it is compared: without spaces, marks and legal forms, which are given as they are compared, too."""
    plain = _plain(name)
    for each in legal_forms:
        plain = plain.replace(each, "")
    return "".join(each for each in plain if each.isalnum())


def scripts_of(name: str) -> list[str]:
    """The scripts of the letters of a name, as Unicode names them: a name in two that look alike may imitate another."""
    return sorted({unicodedata.name(each, "?").split()[0] for each in name if each.isalpha()})


def _plain(name: str) -> str:
    """Compatible characters as one, small letters, no spaces."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _likeness(names: list[str], others: list[str]) -> float:
    """How alike the nearest two of these names are, from 0 to 1; pairs that cannot reach `ALIKE` count 0."""
    best = 0.0
    for one in names:
        for other in others:
            compared = difflib.SequenceMatcher(None, one, other, autojunk=False)
            if compared.real_quick_ratio() >= ALIKE and compared.quick_ratio() >= ALIKE:
                best = max(best, compared.ratio())
    return best
