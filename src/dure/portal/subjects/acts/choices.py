"""What can be chosen in a field that names something of the records, and what it is called: each asked for once a request."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dure.portal.kit.form.bound import NO_CHOICES, Choices, Options
from dure.portal.kit.form.fields import Field
from dure.portal.kit.wording.about import is_named, named
from dure.portal.kit.wording.words import name
from dure.portal.subjects.acts.door import offered, refers
from dure.portal.subjects.acts.in_states import KINDS, NOTHING
from dure.portal.subjects.acts.kinds import Words, organisation_name, title_of

__all__ = ["Chooser", "choices", "found", "names_of", "organisation_name", "subject_name", "subject_names", "title_of"]
MOST = 300  # more than so many are searched for by a word
MOST_FOUND = 50
NOTHING_YET = gettext_noop("There is nothing yet that could be chosen here.")


def choices(kind: str, person: Any, most: int = MOST) -> Choices:
    """What there is of that kind for this person; `many`, and no list, where it is too much for one."""
    known = KINDS.get(kind)
    if known is None:
        return NO_CHOICES
    if isinstance(known, Words):
        return Choices([(each, known.called(each)) for each in dict.fromkeys(known.known(person))], known.open)
    listed = [pair for each in known for pair in each.some(person, most + 1)]
    if len(listed) > most:
        return Choices(many=True)
    return Choices(listed, nothing="" if listed else _(NOTHING.get(kind, NOTHING_YET)))


def found(kind: str, person: Any, word: str) -> Options:
    """What the word finds of that kind."""
    known = KINDS.get(kind)
    if known is None or isinstance(known, Words) or not word:
        return []
    return [pair for each in known for pair in each.found(person, word, MOST_FOUND)][:MOST_FOUND]


def names_of(kind: str, person: Any, ids: Iterable[str]) -> dict[str, str]:
    """What these of that kind are called, as far as this person may see them."""
    known, listed = KINDS.get(kind), list(ids)
    if known is None:
        return {}
    if isinstance(known, Words):
        return {each: known.called(each) for each in listed}
    return {key: called for each in known for key, called in each.names(person, listed).items()}


def subject_names(subjects: Iterable[str], person: Any) -> dict[str, str]:
    """Subjects KIND/ID by name, where they have one for this person; else by id.

    One statement for all whose names are for everybody, and one or two for each other kind.
    """
    pairs: set[tuple[str, str]] = {(kind, key) for kind, _slash, key in (each.partition("/") for each in subjects)}
    found = {pair: about.title for pair, about in named(pair for pair in pairs if is_named(pair[0])).items()}
    others: dict[str, list[str]] = {}
    for kind, key in pairs - found.keys():
        others.setdefault(kind, []).append(key)
    for kind, ids in others.items():
        found |= {(kind, key): called for key, called in names_of(kind, person, ids).items()}
    return {f"{kind}/{key}": found.get((kind, key)) or name(key) for kind, key in pairs}


def subject_name(about: str, person: Any) -> str:
    """As `subject_names`, of one."""
    kind, _slash, key = about.partition("/")
    return subject_names([about], person)[f"{kind}/{key}"]


class Chooser:
    """The choices of one request: each kind is asked for once. `searched`: the word by input in which somebody searched."""

    def __init__(self, person: Any, more: dict[str, Choices] | None = None, searched: dict[str, str] | None = None) -> None:
        self.person, self.more, self.searched = person, dict(more or {}), dict(searched or {})
        self.known: dict[str, Choices] = {}
        self.called: dict[tuple[str, str], str] = {}

    def __call__(self, field: Field, path: str = "") -> Choices:
        own = self.more.get(f"{field.struct}.{field.name}")
        if own is not None:
            return own
        kind = offered(field.struct, field.name)
        if not kind:
            return NO_CHOICES
        if word := self.searched.get(path, ""):
            return Choices(found(kind, self.person, word), searched=True, many=True)
        if kind not in self.known:
            self.known[kind] = choices(kind, self.person)
        known = self.known[kind]
        return known if field.required or kind in NOTHING else known._replace(nothing="")

    def name_of(self, field: Field, value: str) -> str:
        """What a value of that field is called; the value itself where the field names nothing of the records."""
        own = self.more.get(f"{field.struct}.{field.name}")
        if own is not None:
            return dict(own.options).get(value, value)
        kind = refers(field.struct, field.name)
        if not kind:
            return value
        if (kind, value) not in self.called:
            listed = dict(self.known[kind].options) if kind in self.known else {}
            self.called[kind, value] = listed.get(value) or names_of(kind, self.person, [value]).get(value, name(value))
        return self.called[kind, value]
