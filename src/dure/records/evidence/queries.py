"""Reads keys, heads and receipts; and, for an export, the journal, the acts and the documents, all in pieces."""

import datetime as dt
import json
import zlib
from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from dure.evidence.signatures.log import act_leaf
from dure.formats.canonical import digest
from dure.records.evidence.models import Head, Leaf, Receipt, SigningKey
from dure.records.journal.chain import DOCUMENTS, fields_of_format_1, hashed_fields, instant_text
from dure.records.journal.models import Act, Document, Entry
from dure.records.procurement.models import Call, Proposal
from dure.records.review.models import Panel

CHUNK = 500


def keys(*, person: Any = None, at: dt.datetime | None = None) -> QuerySet[SigningKey]:
    """Keys, of one person where given; `at`: those in force then."""
    found = SigningKey.objects.select_related("person")
    if person is not None:
        found = found.filter(person=person)
    if at is not None:
        found = found.filter(registered_at__lte=at).filter(Q(ended_at=None) | Q(ended_at__gt=at))
    return found.order_by("registered_at", "id")


def key(key_id: str) -> SigningKey | None:
    """That key, or nothing."""
    return SigningKey.objects.select_related("person").filter(pk=key_id).first()


def last_head() -> Head | None:
    """The newest head that lies on the log."""
    on_the_log = Leaf.objects.filter(place=OuterRef("size"), hash=OuterRef("hash"))
    return Head.objects.filter(Exists(on_the_log)).order_by("-size").first()


def head_of(last: Leaf) -> Head | None:
    """The head of the log that ends with that leaf, if it was signed."""
    return Head.objects.filter(size=last.place, hash=last.hash).first()


def heads(*, after: int = 0) -> QuerySet[Head]:
    """Heads in order, of logs longer than that."""
    return Head.objects.filter(size__gt=after).order_by("size")


def receipts(*, since: dt.datetime | None = None) -> QuerySet[Receipt]:
    """Receipts, the newest first; `since`: only those that a witness dated later."""
    found = Receipt.objects.select_related("head").order_by("-at", "witness")
    return found if since is None else found.filter(at__gt=since)


def last_logged_entry() -> Entry | None:
    """The last entry that is in the log."""
    return Entry.objects.filter(leaf__isnull=False).order_by("-seq").first()


def logged() -> Iterator[Leaf]:
    """The log in order, with what its leaves are made of."""
    return Leaf.objects.select_related("entry", "act__person").order_by("place").iterator(chunk_size=CHUNK)


def leaves(*, after: int, until: int) -> list[str]:
    """The leaves of the log at the places after `after` up to `until`: what shows that one head extends the other."""
    return list(Leaf.objects.filter(place__gt=after, place__lte=until).order_by("place").values_list("leaf", flat=True))


def entry_line(entry: Entry) -> dict[str, Any]:
    """An entry as an export has it: without its documents, unless its hash covers them."""
    if entry.journal == 1:
        documents = {name: getattr(entry, f"{name}_value")() for name in DOCUMENTS}
        return {**fields_of_format_1(entry, documents), "hash": entry.hash}
    return {**hashed_fields(entry, person_id=entry.who.uid), "hash": entry.hash}


def entry_lines() -> Iterator[dict[str, Any]]:
    """The journal in order."""
    for entry in Entry.objects.select_related("who").order_by("seq").iterator(chunk_size=CHUNK):
        yield entry_line(entry)


def act_line(act: Act) -> dict[str, Any]:
    """An act as the log has it: input and result by their digests. `act.person` is read; none: the worker, by a rule."""
    return {
        "act": act.pk, "programme": act.programme, "command": act.command, "about": act.about,
        "person": act.person.uid if act.person else "",
        "at": instant_text(act.at), "via": act.via, "input": act.input_id, "result": digest(act.result),
        "code_version": act.code_version,
    }  # fmt: skip


def act_lines(*, at: dt.datetime, given: Collection[str]) -> Iterator[dict[str, Any]]:
    """Acts in order; of the commands in `given` with what was given. What is sealed at that moment is there by its leaf alone."""
    sealed = Sealed(at)
    acts = Act.objects.select_related("person").order_by("id")
    with_input = Act.objects.filter(command__in=given).order_by("id").values_list("pk", "input__content")
    inputs = with_input.iterator(chunk_size=CHUNK)
    for act in acts.iterator(chunk_size=CHUNK):
        content = next(inputs)[1] if act.command in given else None
        line = act_line(act)
        if sealed.covers(act):
            yield {"act": act.pk, "leaf": act_leaf(line)}
        elif content is None:
            yield line
        else:
            yield {**line, "given": _json(content)}


class Sealed:
    """Which acts tell what nobody may know yet: who proposes while a call is open, and who scores while a panel sits."""

    def __init__(self, at: dt.datetime) -> None:
        self.calls = {f"call/{pk}" for pk in Call.objects.filter(closes_at__gt=at).values_list("pk", flat=True)}
        self.panels = set(Panel.objects.filter(locked_at=None).values_list("pk", flat=True))
        self.opened = set(Proposal.objects.filter(call__closes_at__lte=at).values_list("pk", flat=True))

    def covers(self, act: Act) -> bool:
        """Is it to be withheld?"""
        kind, _, name = act.about.partition("/")
        if act.command == "submit_proposal":
            return name not in self.opened
        if act.command == "ask_question":
            return act.about in self.calls
        if act.command == "submit_score_sheet":
            return any(name.startswith(f"{panel}/") for panel in self.panels)
        return act.command in {"declare_conflict", "record_site_visit"} and kind == "panel" and name in self.panels


def document_digests() -> list[tuple[str, str, str]]:
    """By document of a recommendation: its digest, its name and the decision, in the order of digests."""
    found = set()
    for decision, *digests in Entry.objects.filter(journal=2, kind="recommendation").values_list(
        "decision", "facts_id", "rules_id", "recommendation_id"
    ):
        found |= {(value, name, decision) for name, value in zip(DOCUMENTS, digests, strict=True) if value}
    return sorted(found)


def document(document_digest: str) -> bytes:
    """The canonical text of that document."""
    return zlib.decompress(Document.objects.values_list("content", flat=True).get(pk=document_digest))


def _json(content: bytes | memoryview) -> Any:
    return json.loads(zlib.decompress(content))
