"""Reads the journal: by key, what waits for an answer, the acts on a subject, and the export that anyone can verify."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet

from dure.formats.canonical import canonical_bytes
from dure.records.journal.chain import line
from dure.records.journal.models import GENESIS, Act, Entry, Kind, Signature, Statement
from dure.records.journal.names import holds
from dure.records.prepared import Prepared


def entries(
    *,
    programme: str | None = None,
    stage: str | None = None,
    decision: str | None = None,
    subject: str | None = None,
    pending: bool | None = None,
    kind: str | None = None,
) -> QuerySet[Entry]:
    """Entries in order, without their documents; `pending` True: recommendations without an answer."""
    found = Entry.objects.select_related("who", "answer__who")
    given = {"programme": programme, "stage": stage, "decision": decision, "subject": subject, "kind": kind}
    found = found.filter(**{name: value for name, value in given.items() if value is not None})
    if pending is not None:
        found = found.filter(kind=Kind.RECOMMENDATION, answer__isnull=pending)
    return found.order_by("seq")


def latest_of_each(*, programme: str, subjects: Collection[str]) -> QuerySet[Entry]:
    """Of each decision at each stage on each of these subjects the recommendation that was filed last."""
    found = entries(programme=programme, kind=Kind.RECOMMENDATION).filter(subject__in=subjects)
    return found.order_by("stage", "decision", "subject", "-seq").distinct("stage", "decision", "subject")


def signatures(entry: Entry) -> QuerySet[Signature]:
    """Who has signed a recommendation that needs several, in order."""
    return Signature.objects.filter(entry=entry).select_related("who").order_by("id")


def head() -> int:
    """The number of the last entry, which is how many there are: the chain has no gap."""
    return Entry.objects.order_by("-seq").values_list("seq", flat=True).first() or 0


def last_entry() -> Entry | None:
    """The last entry, without its documents."""
    return Entry.objects.order_by("-seq").first()


def pending(*, decision: str | None = None) -> QuerySet[Entry]:
    """Recommendations that wait for a named person's answer."""
    return entries(decision=decision, pending=True)


def filed_by_waiting(person: Any) -> int | None:
    """The first recommendation that this person filed and nobody has answered."""
    return pending().filter(who=person).values_list("seq", flat=True).first()


def signed_by_waiting(person: Any) -> int | None:
    """The first recommendation that this person signed and nobody has answered."""
    signed = Signature.objects.filter(who=person, entry__answer=None)
    return signed.order_by("entry").values_list("entry_id", flat=True).first()


def answered_between(people: Collection[int]) -> int:
    """How many recommendations one of these filed and another of them answered."""
    answers = Entry.objects.filter(who__in=people, refers_to__who__in=people)
    return answers.exclude(who=F("refers_to__who")).count()


def get(seq: int) -> Entry:
    """The entry with its documents; raises `Entry.DoesNotExist`."""
    return _whole().get(seq=seq)


def documents_size(seq: int) -> int:
    """Bytes of the facts and the recommendation of that entry, before compression."""
    sizes = Entry.objects.filter(seq=seq).values_list("facts__size", "recommendation__size").first()
    return sum(size or 0 for size in sizes) if sizes else 0


def find(seq: int) -> Entry | None:
    """The entry with its documents, or nothing."""
    return _whole().filter(seq=seq).first()


def find_line(seq: int) -> Entry | None:
    """The entry without its documents, or nothing."""
    return Entry.objects.filter(seq=seq).first()


def whole(seqs: Iterable[int]) -> QuerySet[Entry]:
    """The entries of these numbers with their documents."""
    return _whole().filter(seq__in=list(seqs))


def _whole() -> QuerySet[Entry]:
    return Entry.objects.select_related("who", "answer__who", "refers_to__who", "facts", "rules", "recommendation")


def approved(
    *, decision: str, subject: str | None = None, programme: str | None = None, stage: str | None = None
) -> QuerySet[Entry]:
    """All approved recommendations of that key, in the order of their approval."""
    found = entries(programme=programme, stage=stage, decision=decision, subject=subject, kind=Kind.RECOMMENDATION)
    return found.filter(answer__kind=Kind.APPROVAL).order_by("answer__seq")


_filed_on = Prepared(lambda **key: entries(kind=Kind.RECOMMENDATION, **key).order_by("-seq"), "decision", "subject")
_approved_in = Prepared(approved, "decision", "programme")


def filed_on(*, decision: str, subject: str) -> list[Entry]:
    """All recommendations of that decision on that subject, the last first; for pages that ask often."""
    return _filed_on(decision=decision, subject=subject)


def approved_in(*, decision: str, programme: str) -> list[Entry]:
    """As `approved` says, for pages that ask often."""
    return _approved_in(decision=decision, programme=programme)


def statement(*, programme: str, kind: str, subject: str) -> Any:
    """What was stated last on that subject, in plain values; nothing where nobody has stated anything."""
    found = Statement.objects.filter(programme=programme, kind=kind, subject=subject).select_related("content").order_by("-id")
    last = found.first()
    return last.content.value() if last else None


def statements_by_subject(*, programme: str, kind: str) -> dict[str, Any]:
    """What was stated last on each subject of that kind, in plain values."""
    found = Statement.objects.filter(programme=programme, kind=kind).select_related("content").order_by("subject", "id")
    return {each.subject: each.content.value() for each in found}


def statements(*, programme: str, kind: str) -> Iterator[Any]:
    """Everything that was stated of that kind, in plain values, in the order stated."""
    found = Statement.objects.filter(programme=programme, kind=kind).select_related("content").order_by("id")
    return (each.content.value() for each in found)


def acts(*, about: str | None = None, since: int = 0) -> QuerySet[Act]:
    """Acts in order, on one subject where it is given; `since`: only those after that act."""
    found = Act.objects.select_related("person").filter(pk__gt=since)
    return (found if about is None else found.filter(about=about)).order_by("id")


def acts_matching(word: str) -> Q:
    """Acts whose subject or person holds the word."""
    by_subject = Act.objects.filter(about__icontains=word).order_by().values("pk")
    by_person = Act.objects.filter(Q(person__username__icontains=word) | holds("person__name", word)).order_by().values("pk")
    return Q(pk__in=by_subject.union(by_person))  # each part by its own index


def act(number: int) -> Act | None:
    """That act with what was given, or nothing."""
    return Act.objects.select_related("person", "input").filter(pk=number).first()


def first_break() -> int | None:
    """The first entry that does not name the one before it, or comes after a gap; nothing where the chain is whole."""
    with connection.cursor() as cursor:
        cursor.execute(_BREAK, [GENESIS])
        row = cursor.fetchone()
    return row[0] if row else None


_BREAK = """
SELECT seq FROM (
  SELECT seq, previous_hash, lag(hash, 1, %s::varchar) OVER chain AS before, row_number() OVER chain AS place
  FROM journal_entry WINDOW chain AS (ORDER BY seq)
) linked WHERE previous_hash <> before OR seq <> place ORDER BY seq LIMIT 1
"""


def last_act() -> int:
    """The number of the last act; 0 before the first."""
    return Act.objects.order_by("-id").values_list("id", flat=True).first() or 0


def commands_done() -> list[str]:
    """The commands that have been carried out, by name, skipping from value to value in the index."""
    with connection.cursor() as cursor:
        cursor.execute(_COMMANDS)
        return [row[0] for row in cursor.fetchall()]


_COMMANDS = """
WITH RECURSIVE each(command) AS (
  (SELECT command FROM journal_act ORDER BY command LIMIT 1)
  UNION ALL
  SELECT (SELECT a.command FROM journal_act a WHERE a.command > each.command ORDER BY a.command LIMIT 1)
  FROM each WHERE each.command IS NOT NULL
)
SELECT command FROM each WHERE command IS NOT NULL
"""


def act_with_key(*, person_id: int, key: str) -> Act | None:
    """The act that this person did under that idempotency key, or nothing."""
    return Act.objects.filter(person=person_id, key=key).first()


def acts_of_table(*, person_id: int, key: str) -> dict[str, tuple[str, str]]:
    """What this person did under that key, alone or as rows of a table (KEY#LINE): by key the command, and the input's id."""
    mine = Act.objects.filter(person=person_id).exclude(key="")  # as the index has it
    under = mine.filter(Q(key=key) | Q(key__startswith=f"{key}#"))
    return {key: (command, input_id) for key, command, input_id in under.values_list("key", "command", "input_id")}


def version(about: str) -> int:
    """The last act on that subject; 0 before the first."""
    return Act.objects.filter(about=about).order_by("-id").values_list("id", flat=True).first() or 0


def named_then() -> int:
    """How many entries name their writer by the log-in name that was hashed with them (format 1)."""
    return Entry.objects.exclude(who_then="").count()


def export_lines() -> Iterator[str]:
    """The journal as JSON lines: one per entry, all that is hashed, its documents and the hash; last the head and the count."""
    head, count = GENESIS, 0
    for entry in _whole().order_by("seq").iterator(chunk_size=16):
        head, count = entry.hash, count + 1
        yield line(entry, person_id=entry.who.uid)
    yield canonical_bytes({"head": head, "entries": count}).decode()
