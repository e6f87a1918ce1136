"""The four moves of every decision: read, rules, decide, file. Nothing is filed that its checker refuses."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from dure.cycle.commands.rows import Context
from dure.cycle.deciding import Progress, decide
from dure.cycle.notifying import approved as concerned
from dure.cycle.notifying.telling import tell
from dure.cycle.people.explanations import explain_at_the_end
from dure.evidence.checking import read_facts, stage_faults
from dure.formats.canonical import plain
from dure.formats.edits import Stored
from dure.formats.errors import BadInput, CheckFailed
from dure.formats.versions import version_of
from dure.records.installation.queries import rule_book_digest
from dure.records.journal import actions
from dure.records.journal.models import Entry
from dure.rules.book import Book
from dure.rules.changes import content_of, digest_of


class Prepared(NamedTuple):
    """Decided and found without fault, in plain values, but not yet filed."""

    stage: str
    decision: str
    subject: str
    facts: dict[str, Any]
    rules: Any
    recommendation: Any
    edits: tuple[Stored, ...] = ()


def whole_facts(decision: str, raw: dict[str, Any]) -> dict[str, Any]:
    """Facts with the frame that every file has: which decision, and in which version of its format."""
    return {"stage": decision, "version": version_of(decision), **raw}


def prepare_decision(
    stage: str,
    decision: str,
    subject: str,
    raw: dict[str, Any],
    *,
    context: Context,
    progress: Progress | None = None,
    edits: Sequence[Stored] = (),
) -> Prepared:
    """Decide from plain facts and have it checked; `progress` follows a search, and may stop it."""
    facts = whole_facts(decision, raw)
    decided = decide(
        decision, facts, book=context.book, on=context.day, where=f"facts of {decision} {subject}", progress=progress
    )
    if progress:
        progress("checking", 0)  # the search is over: its answer stops nothing
    faults = stage_faults(decision, read_facts(decision, facts, where="facts"), decided.rules, decided.recommendation)
    if faults:
        raise CheckFailed(f"{decision} {subject}: " + "; ".join(f"{fault.code} at {fault.where}" for fault in faults[:5]))
    return Prepared(stage, decision, subject, facts, plain(decided.rules), plain(decided.recommendation), tuple(edits))


def file_prepared(prepared: Prepared, *, context: Context) -> Entry:
    """File it for approval, and tell those who may answer it."""
    _require_adopted(context.book)
    filed = actions.file_recommendation(**prepared._asdict(), programme=context.programme, filed_by=context.person, at=context.at)
    explain_at_the_end(filed.seq, via=context.via)
    tell(concerned.filed(filed, context.book, context.day), cause=f"entry {filed.seq}", at=context.at)
    return filed


def _require_adopted(book: Book) -> None:
    """Raise where the rule book was edited behind a process that was started afterwards."""
    if (adopted := rule_book_digest()) and adopted != digest_of(content_of(book)):
        raise BadInput(
            "the rule book was edited, and nobody has adopted it.",
            where="rule book",
            todo="Ask the administrator of the server to adopt it, or put it back.",
            code="other_book",
        )


def file_decision(
    stage: str, decision: str, subject: str, raw: dict[str, Any], *, context: Context, edits: Sequence[Stored] = ()
) -> Entry:
    """Decide from plain facts, have it checked, and file it for approval."""
    return file_prepared(prepare_decision(stage, decision, subject, raw, context=context, edits=edits), context=context)
