"""What pages show of a filed recommendation: made from its documents once, and read from what is kept ever after.

It is made when it is filed, by a worker where it is long, and again when proposals that it shows by their number get their
providers' names. It is also made when somebody asks for it who runs other code, other words or another rule book than it was
made with.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, override

import dure.portal
from dure.cycle.people import explanations as explaining
from dure.portal.kit.shown import Shown, Table
from dure.portal.kit.wording.book import book
from dure.portal.subjects.decisions.filed import Filed
from dure.portal.subjects.decisions.journal import Noting, entry_of, filed
from dure.portal.subjects.decisions.keeping import kept_of, read_back
from dure.portal.subjects.decisions.parts import WHOLE, WORDLESS, Part, parts_of
from dure.records.explanations import queries
from dure.records.procurement import queries as procurement

ASSUMED = "assumed"


class BeingExplained(Exception):
    """A worker is about to explain this decision: the page comes later, and says so (`waiting.py`)."""


@dataclass(frozen=True)
class Explained:
    """One part of what is shown of a recommendation; `frame` holds what stands in no table, `id` finds values by key.

    `brief`: what lists show of it; under `assumes`, whether the recommendation read a rule that is our assumption.
    """

    id: int
    shown: Shown
    tables: dict[str, Table]
    frame: Any
    brief: Mapping[str, Any]

    def filed(self, entry: Any) -> Filed:
        """The recommendation itself, without its documents."""
        return filed(entry, assumes=self.brief["assumes"])


def explained(entry: Any, part: str = WHOLE) -> Explained:
    """That part in the reader's language."""
    return explained_all([entry], part)[0]


def explained_parts(entry: Any, *parts: str) -> list[Explained]:
    """Those parts in the reader's language; what is kept is read in one statement."""
    wanted = [(part, _language(part)) for part in parts]
    kept = queries.parts(entry=entry.seq, parts=wanted)
    return [_current(entry, part, language, kept.get((part, language))) for part, language in wanted]


def explained_all(entries: Iterable[Any], part: str = WHOLE) -> list[Explained]:
    """That part of each of these recommendations; what is kept is read in one statement."""
    wanted, language = list(entries), _language(part)
    kept = queries.explanations(entries=[each.seq for each in wanted], part=part, language=language)
    return [_current(each, part, language, kept.get(each.seq)) for each in wanted]


def explain_whole(seq: int) -> None:
    """Make and keep every part in every language, instead of what is kept of it."""
    entry = entry_of(seq)
    explaining.forget(entry=seq)
    for part in parts_of(entry.decision):
        for language in [""] if part in WORDLESS else [each for each, _called in settings.LANGUAGES]:
            _made(entry, part, language)


def brief_of(entries: Iterable[Any], part: str) -> dict[int, Any]:
    """What lists show of that part of each of these recommendations, by number."""
    wanted, language = list(entries), _language(part)
    if not wanted:
        return {}
    kept = queries.briefs(entries=[each.seq for each in wanted], part=part, language=language)
    found = {seq: brief for seq, (made_with, brief) in kept.items() if made_with == _made_with()}
    for each in wanted:
        if each.seq not in found:
            _leave_to_worker(each.seq)
    return found | {each.seq: _made(each, part, language).brief for each in wanted if each.seq not in found}


def value_of(found: Explained, key: str) -> Any:
    """What is kept under that key beside the part, or nothing."""
    return queries.value(found.id, key)


def _language(part: str) -> str:
    return "" if part in WORDLESS else get_language() or settings.LANGUAGE_CODE


def _current(entry: Any, part: str, language: str, kept: Any) -> Explained:
    if kept is None or kept.made_with != _made_with():
        _leave_to_worker(entry.seq)
        kept = _made(entry, part, language)
    return explained_by(read_back(kept.content(), kept.pk), kept.pk, kept.brief)


def explained_by(part: Part, kept: int, brief: Mapping[str, Any]) -> Explained:
    """The part as it was read back from what is kept under that number."""
    return Explained(kept, part.shown, {each.key: each for each in part.tables}, part.frame, brief)


def _leave_to_worker(seq: int) -> None:
    """What takes longer than a page is asked for, and not made by it."""
    if explaining.is_long(seq):
        explaining.have_explained(seq)
        raise BeingExplained


def _made(entry: Any, part: str, language: str) -> Any:
    """Make it from the documents, and keep it."""
    with override(language or get_language()):
        one = filed(entry)
        names = Noting(one.names)
        kept = kept_of(parts_of(entry.decision)[part](replace(one, names=names)))
    brief = {**kept.brief, "assumes": any(each["status"] == ASSUMED for each in one.readings)}
    kept = replace(kept, brief=brief, nameless=procurement.open_proposals(names.missed))
    return explaining.keep(entry=entry.seq, part=part, language=language, made_with=_made_with(), kept=kept)


@cache
def _made_with() -> str:
    """Digest of all that explanations are made with: the portal's code, its words, and the rule book."""
    found = hashlib.sha256()
    root = Path(dure.portal.__path__[0])
    for path in sorted([*root.rglob("*.py"), *root.rglob("*.mo"), *root.rglob("*.po"), *book().folder.rglob("*.yaml")]):
        found.update(path.read_bytes())
    return found.hexdigest()
