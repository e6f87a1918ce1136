"""Why an act was refused, and what happened to its subject meanwhile, as sentences for the reader."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext as _

from dure.cycle.commands.registry import LABELS
from dure.portal.kit.acting import why
from dure.portal.kit.personal.seeing import who
from dure.portal.kit.wording.numbers import instant
from dure.portal.kit.wording.particles import with_particles
from dure.portal.kit.wording.words import name
from dure.records.journal import queries as journal

MOST_SHOWN = 10
# Refused because of what others did or of the state that the subject is in: nothing is wrong with the input itself.
CONFLICTS = frozenset({"not_now", "no_version", "stale", "id_taken", "answered"})


@dataclass(frozen=True)
class Change:
    """One act on a subject: when, what, and by whom as far as the reader may see."""

    at: str
    what: str
    who: str


def label_of(command: str) -> str:
    """An act's name in the reader's language."""
    return _(LABELS[command]) if command in LABELS else command


def since(about: str, seen: int, reader: Any = None) -> list[Change]:
    """The acts on that subject after the version seen; names as far as the reader may see them."""
    found = journal.acts(about=about, since=seen)[:MOST_SHOWN]
    return [Change(instant(each.at), label_of(each.command), who(each.person, reader) if reader else "") for each in found]


def status_of(error: Exception) -> HTTPStatus:
    """The status of a page that says why, the same as that of the API's answer."""
    return HTTPStatus.CONFLICT if getattr(error, "code", "") in CONFLICTS else HTTPStatus.UNPROCESSABLE_ENTITY


def _kind(what: str) -> str:
    """The word for a kind of record, whose id has an underscore where its name has a blank."""
    known = name(key := what.lower().replace(" ", "_"))
    return known if known != key else name(what)


def in_words(error: Exception) -> str:
    """The refusal as a sentence; what the records do not know is named."""
    code, detail = getattr(error, "code", ""), getattr(error, "detail", {})
    if code == "not_now" and detail.get("state"):
        possible = ", ".join(name(each) for each in detail.get("possible", ()))
        return _("It is not possible now: the state is “%(state)s”. It is possible while: %(possible)s.") % {
            "state": name(detail["state"]),
            "possible": possible,
        }
    if code == "unknown_id" and detail.get("id"):
        missing = {"what": _kind(detail.get("what", "")), "id": detail["id"]}
        return with_particles(_("There is no %(what)s “%(id)s”.") % missing)
    return why(error)
