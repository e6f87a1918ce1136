"""Reads filed decisions for pages; of their documents what is asked for, which is kept in this process by the entry's hash."""

import json
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from msgspec import Raw

from dure.formats.versions import upgraded, version_of
from dure.portal.kit.kept import Kept
from dure.portal.kit.wording.book import book
from dure.portal.kit.wording.language import in_language, language
from dure.portal.kit.wording.pools import told_apart
from dure.portal.kit.wording.words import person_name
from dure.portal.subjects.decisions.filed import Filed, Ruling
from dure.records.journal import queries
from dure.records.parties import queries as parties
from dure.records.procurement import queries as procurement

KEPT = 24
_read: OrderedDict[str, "Documents"] = OrderedDict()


class Documents:
    """Facts, rules and recommendation of one entry, of which only what is asked for is parsed."""

    def __init__(self, entry: Any) -> None:
        self._seq = entry.seq
        self._parts: dict[str, dict[str, Any]] = {}

    def read(self, whole: Any) -> None:
        """Take the documents of that entry, not parsed yet."""
        decision, version = whole.decision, whole.format_version
        for part in ("facts", "rules", "recommendation"):
            document = getattr(whole, part)
            if version == version_of(decision):
                self._parts[part] = document.top_level()
            else:
                self._parts[part] = upgraded(decision, part, document.value(), version=version, where=f"entry {whole.seq}")

    def part(self, which: str) -> dict[str, Any]:
        """One of the three, its values by key as they stand in the text."""
        if not self._parts:
            self.read(queries.get(self._seq))
        return self._parts[which]


class Content(Mapping[str, Any]):
    """One document; the value of a key is parsed when it is asked for, and kept."""

    def __init__(self, documents: Documents, which: str) -> None:
        self._documents, self._which = documents, which

    def __getitem__(self, key: str) -> Any:
        part = self._documents.part(self._which)
        value = part[key]
        if isinstance(value, Raw):
            value = part[key] = json.loads(bytes(value))
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._documents.part(self._which))

    def __len__(self) -> int:
        return len(self._documents.part(self._which))


class Names(Mapping[str, str]):
    """All names, read when the first is asked for."""

    @cached_property
    def _names(self) -> Mapping[str, str]:
        return names_of_records()

    def __getitem__(self, key: str) -> str:
        return self._names[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, key: object) -> bool:
        return key in self._names


class Noting(Mapping[str, str]):
    """Names that note for what there was none."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = dict(names)
        self.missed: set[str] = set()

    def __getitem__(self, key: str) -> str:
        if key not in self:
            raise KeyError(key)
        return self._names[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return max(1, len(self._names))  # that there are none yet is noted as well

    def __contains__(self, key: object) -> bool:
        if key in self._names:
            return True
        self.missed.add(str(key))
        return False


def filed(entry: Any, names: Mapping[str, str] | None = None, *, assumes: bool = False) -> Filed:
    """A recommendation of the journal as pages need it; its documents are read by those who ask for something in them."""
    documents = _documents(entry)
    return Filed(
        seq=entry.seq,
        decision=entry.decision,
        stage=entry.stage,
        subject=entry.subject,
        method=entry.method,
        filed_by=person_name(entry.who),
        filed_at=entry.at,
        facts=Content(documents, "facts"),
        rules=Content(documents, "rules"),
        recommendation=Content(documents, "recommendation"),
        facts_digest=entry.facts_digest,
        hash=entry.hash,
        code_version=entry.code_version,
        edits=entry.edits,
        ruling=ruling(entry),
        names=Names() if names is None else names,
        assumes=assumes,
    )


def filed_all(entries: Iterable[Any], names: Mapping[str, str]) -> list[Filed]:
    """These recommendations as pages need them; documents that were not read before are read in one statement."""
    light = list(entries)
    unread = [entry.seq for entry in light if entry.hash not in _read]
    for whole in queries.whole(unread) if unread else ():
        _documents(whole).read(whole)
    return [filed(entry, names) for entry in light]


def _documents(entry: Any) -> Documents:
    """The documents of that entry, read once; an entry never changes, and its hash tells it from all others."""
    known = _read.setdefault(entry.hash, Documents(entry))
    _read.move_to_end(entry.hash)
    while len(_read) > KEPT:
        _read.popitem(last=False)
    return known


def ruling(entry: Any) -> Ruling | None:
    """The answer of a named person, if there is one."""
    answer = entry.answered
    if answer is None:
        return None
    return Ruling(approved=entry.is_approved, who=person_name(answer.who), at=answer.at, note=answer.note, seq=answer.seq)


_names: Kept[Mapping[str, str]] = Kept()


def names_of_records() -> Mapping[str, str]:
    """What organisations and pools are called in the reader's language, by id; a proposal of a decided call by its provider."""
    return _names.get(language(), _read_names)


def _read_names() -> Mapping[str, str]:
    columns = ("id", "name", "pools__id", "pools__gpu_model_id")  # with their pools: one statement for both
    found = parties.organisations().values_list(*columns)
    rows = [(key, in_language(called), pool, model) for key, called, pool, model in found]
    names = {key: called for key, called, _pool, _model in rows}
    pools = told_apart((pool, called, model) for _key, called, pool, model in rows if pool)
    return {**pools, **names} | {each.pk: names[each.provider_id] for each in procurement.proposals_of_decided_calls()}


def bidder_names() -> Mapping[str, str]:
    """By proposal of a call that has closed its provider's name, as far as the reader may see the proposal."""
    names = names_of_records()
    return {each.pk: names[each.provider_id] for each in procurement.proposals_of_closed_calls(timezone.now())}


def entry_of(seq: int) -> Any:
    """The light entry of a recommendation that there is."""
    return queries.entries(kind="recommendation").get(seq=seq)


def entry_or_404(seq: int) -> Any:
    """The light entry of that recommendation."""
    found = queries.entries(kind="recommendation").filter(seq=seq).first()
    if found is None:
        raise Http404
    return found


def approved_or_404(seq: int) -> Any:
    """The entry, where it has been approved: nothing else is public."""
    found = entry_or_404(seq)
    if not found.is_approved:
        raise Http404
    return found


def carried(decision: str, subject: str, names: Mapping[str, str] | None = None) -> Filed | None:
    """The decision on that subject that was carried out last, or nothing."""
    entry = queries.approved(programme=book().programme, decision=decision, subject=subject).last()
    return filed(entry, names) if entry else None


def last_by_subject(decision: str) -> dict[str, Any]:
    """Of each subject the recommendation of that kind that was approved last, by subject in order."""
    found = {each.subject: each for each in queries.approved(decision=decision, programme=book().programme)}
    return dict(sorted(found.items()))


def approved_entries() -> QuerySet[Any]:
    """Approved recommendations of the programme."""
    return queries.entries(programme=book().programme, kind="recommendation").filter(answer__kind="approval")


def approved_at(stage: str) -> QuerySet[Any]:
    """The programme's recommendations that were filed under that stage and approved, the last to be approved first."""
    return approved_entries().filter(stage=stage).order_by("-answer__seq")
