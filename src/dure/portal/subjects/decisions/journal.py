"""Reads filed decisions for pages; what was parsed once is kept in this process, by the entry's hash."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import Http404

from dure.cycle.stages import STAGES
from dure.portal.kit.kept import Kept
from dure.portal.kit.wording.book import book
from dure.portal.kit.wording.numbers import korean
from dure.portal.kit.wording.words import person_name
from dure.portal.subjects.decisions.filed import Filed, Ruling
from dure.records.journal import queries
from dure.records.parties import queries as parties
from dure.records.procurement import queries as procurement

KEPT = 96
_parsed: OrderedDict[str, tuple[Any, Any, Any]] = OrderedDict()


def filed(entry: Any, names: Mapping[str, str] | None = None) -> Filed:
    """A recommendation of the journal as pages need it; a page with many hands the names on."""
    facts, rules, recommendation = _content(entry)
    return Filed(
        seq=entry.seq,
        decision=entry.decision,
        stage=entry.stage,
        subject=entry.subject,
        filed_by=person_name(entry.who),
        filed_at=entry.at,
        facts=facts,
        rules=rules,
        recommendation=recommendation,
        facts_digest=entry.facts_digest,
        hash=entry.hash,
        code_version=entry.code_version,
        edits=entry.edits,
        ruling=ruling(entry),
        names=organisation_names() if names is None else names,
    )


def filed_all(entries: Iterable[Any], names: Mapping[str, str]) -> list[Filed]:
    """These recommendations as pages need them; the documents that were not parsed before are read in one statement."""
    light = list(entries)
    unread = [entry.seq for entry in light if entry.hash not in _parsed]
    for whole in queries.whole(unread) if unread else ():
        _content(whole, whole)
    return [filed(entry, names) for entry in light]


def _content(entry: Any, whole: Any = None) -> tuple[Any, Any, Any]:
    """Facts, rules and recommendation, parsed once; an entry never changes, and its hash tells it from all others."""
    if entry.hash in _parsed:
        _parsed.move_to_end(entry.hash)
        return _parsed[entry.hash]
    whole = whole or queries.get(entry.seq)
    content = (whole.facts_value(), whole.rules_value(), whole.recommendation_value())
    _parsed[entry.hash] = content
    if len(_parsed) > KEPT:
        _parsed.popitem(last=False)
    return content


def ruling(entry: Any) -> Ruling | None:
    """The answer of a named person, if there is one."""
    answer = entry.answered
    if answer is None:
        return None
    return Ruling(approved=entry.is_approved, who=person_name(answer.who), at=answer.at, note=answer.note, seq=answer.seq)


_names: Kept[Mapping[str, str]] = Kept()


def organisation_names() -> Mapping[str, str]:
    """All organisations' names in the reader's language, by id; a proposal of a decided call is called by its provider."""
    return _names.get(korean(), _read_names)


def _read_names() -> Mapping[str, str]:
    column = "name_ko" if korean() else "name_en"
    rows = parties.organisations().values_list("id", column, "name_ko")
    names = {identifier: chosen or fallback for identifier, chosen, fallback in rows}
    return names | {each.pk: names[each.provider_id] for each in procurement.proposals_of_decided_calls()}


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


def approved_by_stage() -> dict[str, list[Any]]:
    """Approved recommendations in the order of their approval, by the key of the stage under which they were filed."""
    found: dict[str, list[Any]] = {stage.key: [] for stage in STAGES}
    entries = queries.entries(programme=book().programme, kind="recommendation").filter(answer__kind="approval")
    for entry in entries.order_by("answer__seq"):
        found.setdefault(entry.stage, []).append(entry)
    return found
