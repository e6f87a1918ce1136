"""Carries out one command: permission, state, version, the act itself and its record, in one transaction or not at all."""

import datetime as dt
import re
from typing import Any, NamedTuple

from django.db import DatabaseError, DataError, connection, transaction

from dure.cycle.commands.languages import named, require_said
from dure.cycle.commands.permitting import could, seats_of, sees_all, verdict
from dure.cycle.commands.rows import Context, Owners, Row
from dure.cycle.notifying.table import after
from dure.formats.approvals import ApprovalRules
from dure.formats.canonical import digest, plain
from dure.formats.commands.kinds import Command
from dure.formats.errors import BadInput, Refused
from dure.formats.reading import as_struct
from dure.formats.reading.entering import entered
from dure.formats.versions import said_by_language
from dure.records.journal import actions, queries
from dure.records.journal.readers import wait_and_read_as
from dure.rules.book import Book

DOORS_WITHOUT_LOG_IN = ("script", "command line")


class Outcome(NamedTuple):
    """What a command came to: its result in plain values, the act's number, and whether it had been done before."""

    result: Any
    act: int
    about: str
    repeated: bool = False


def read_command(row: Row, raw: Any, *, strict: bool = True) -> Command:
    """Plain values as the command's struct; raises `BadInput` with code `invalid`, `hidden_character` or `far_date`.

    Not `strict`: numbers and truth values may be text, as in the cells of a table.
    """
    raw = entered(raw, where=row.name)
    try:
        return as_struct(raw, row.command, where=row.name, strict=strict)
    except BadInput as error:
        todo = f"`dure act --schema {row.name}` prints it."
        raise _of_command(row, BadInput(error.what, where=exact_place(error), todo=todo, code="invalid")) from error


_OF_FIELD = re.compile(r"Object (?:missing required|contains unknown) field `([^`]+)`")


def exact_place(error: BadInput) -> str:
    """Where it is, down to the key: of a field that is missing or unknown the format names the struct alone."""
    key = _OF_FIELD.match(error.what)
    if key is None:
        return error.where
    return f"{error.where}.{key[1]}" if " at $" in error.where else f"{error.where} at $.{key[1]}"


def _of_command(row: Row, error: BadInput) -> BadInput:
    """The refusal, which says of which command it is."""
    error.command = error.command or row.name
    return error


def run(row: Row, command: Command, context: Context, *, key: str = "", seen: int | None = None) -> Outcome:
    """Do it once. `key`: the same key from the same person gives the first outcome again. `seen`: the subject's version shown.

    Acts under one key, and acts on one subject, wait for each other: none is judged by what another is about to change.
    Raises `Refused` (not_permitted, not_yours, not_now, step_up_needed, stale, key_reused) or `BadInput`; nothing is
    half-written then.
    """
    try:
        return _run(row, command, context, key=key, seen=seen)
    except BadInput as error:
        _of_command(row, error)
        raise


def _run(row: Row, command: Command, context: Context, *, key: str, seen: int | None) -> Outcome:
    require_said(command, context.book.manifest.languages, where=row.name)
    given = plain(command)
    try:
        with transaction.atomic():
            if key:
                wait_and_read_as(f"key {context.person.pk} {key}", context.person, row.name)
                if earlier := _earlier(row, given, context, key):
                    return earlier
            about = row.about(command)
            wait_and_read_as(f"about {about}", context.person, row.name)
            _require_seat(row, command, context)
            row.state.hold(command)
            context = context.under_lock()
            _require_state(row, command, context)
            _require_recent_log_in(row, context)
            if seen is not None:
                _require_version(about, seen)
            result = plain(row.does(command, context))
            act = actions.record_act(
                programme=context.programme, command=row.name, about=about, via=context.via,
                person=context.person if context.person.pk else None, given=given, result=result, key=key, at=context.at,
            )  # fmt: skip
            after(row.name, command, result, act.pk, context)
            _check_constraints()
            return Outcome(result, act.pk, about)
    except DatabaseError as error:
        raise refusal_of(error, row.name) from error
    except OverflowError as error:
        raise BadInput("a date or a number is out of range.", where=row.name, todo="Check the values.", code="invalid") from error


def _check_constraints() -> None:
    """What the database checks at the end of a transaction, it checks at the end of each act, also of one among many."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def _earlier(row: Row, given: Any, context: Context, key: str) -> Outcome | None:
    act = queries.act_with_key(person_id=context.person.pk, key=key)
    if act is None:
        return None
    if act.command != row.name or not _is_same(row, act, given, context):
        raise Refused(
            f"the key {key!r} belongs to another request.", where=row.name, todo="Use a new key for each act.", code="key_reused"
        )
    return Outcome(act.result, act.pk, act.about, repeated=True)


def _is_same(row: Row, act: Any, given: Any, context: Context) -> bool:
    """Was this given before? Names that were filed in two fields are compared as they are given now."""
    if act.input_id == digest(given) or not named(row.command):
        return bool(act.input_id == digest(given))
    return bool(said_by_language(act.input.value(), first=context.book.manifest.languages[0]) == given)


def _require_seat(row: Row, command: Command, context: Context) -> None:
    if context.via == "worker" and not row.by:
        return
    seats, person = seats_of(context.person), context.person.uid
    # A desk that suffices by itself is asked no more, and to all others a subject's existence is no answer.
    owners = Owners() if sees_all(row, seats) or not could(row, seats) else row.owners(command)
    allowed = verdict(row, seats=seats, person=person, owners=owners, state=row.while_[0])
    if allowed == "not_permitted":
        desks = ", ".join(dict.fromkeys(seat.desk for seat in row.by))
        raise Refused("this desk may not do that.", where=row.name, todo=f"Desks that may: {desks}.", code="not_permitted")
    if allowed == "not_yours":
        raise Refused("there is no such thing.", where=row.name, todo="Check the id.", code="not_yours")


def _require_state(row: Row, command: Command, context: Context) -> None:
    state = row.state.now(command, context)
    if state not in row.while_:
        raise Refused(
            f"is not possible while it is {state}.",
            where=f"{row.name}, {row.about(command)}",
            todo=f"Possible while: {', '.join(row.while_)}.",
            code="not_now",
            detail={"state": state, "possible": list(row.while_)},
        )


def _require_recent_log_in(row: Row, context: Context) -> None:
    """For an act that asks for it, unless it comes by a door without log-ins: a script, or the server's own command line."""
    if not row.step_up or context.via in DOORS_WITHOUT_LOG_IN:
        return
    longest = longest_proof(context.book, context.day)
    if context.confirmed_at is None or context.at - context.confirmed_at > longest:
        minutes = int(longest.total_seconds() // 60)
        raise Refused(
            f"asks for a log-in no older than {minutes} minutes.",
            where=row.name,
            todo="Log in again, then do it.",
            code="step_up_needed",
            detail={"minutes": minutes},
        )


def longest_proof(book: Book, day: dt.date) -> dt.timedelta:
    """How long a proof of identity counts for acts that ask for one, by that day's rule.

    Before the rule begins, while a programme is being prepared, its first value counts: people are seated then, too.
    """
    rule = book.rules[ApprovalRules.names()["step_up_minutes"]]
    return dt.timedelta(minutes=(rule.on(day) or rule.values[0]).value)


def _require_version(about: str, seen: int) -> None:
    """Somebody acted on the subject after what this person saw: say what and when, and do nothing.

    Who did it is not said: not everybody who may act on a subject may see who else does.
    """
    since = [(act.command, act.at.isoformat()) for act in queries.acts(about=about, since=seen)[:5]]
    if since:
        changes = "; ".join(f"{command} at {at}" for command, at in since)
        raise Refused(
            f"has changed since it was shown: {changes}.",
            where=about,
            todo="Look at it again, and then decide.",
            code="stale",
            detail={"acts": [{"command": command, "at": at} for command, at in since]},
        )
    if seen > queries.version(about):
        raise BadInput("was never shown at that version.", where=about, todo="Look at it again.", code="no_version")


_UNIQUE = "23505"
_REFUSALS = ("22", "23", "P0")  # classes of SQLSTATE: bad values, constraints, and triggers that name no state


def refusal_of(error: DatabaseError, where: str) -> BadInput:
    """What the database refused that the function let pass; other errors are raised again.

    `detail` names the constraint or trigger and the SQLSTATE, by which pages and the API choose their sentence; `what` is the
    database's own message, which the command line prints.
    """
    diagnosis = getattr(error.__cause__, "diag", None)
    state = (diagnosis.sqlstate if diagnosis else "") or ""
    if isinstance(error, DataError) and not state:
        return BadInput("a value is out of range.", where=where, todo="Check the values.", code="invalid")
    if diagnosis is None or not state.startswith(_REFUSALS):
        raise error
    if state == _UNIQUE and (diagnosis.constraint_name or "").endswith("_pkey"):  # of a row that this person does not see
        return BadInput("the id is taken.", where=f"{where}, id", todo="Choose another id.", code="id_taken")
    what = f"{(diagnosis.message_primary or str(error)).strip().rstrip('.')}."
    detail = {"constraint": diagnosis.constraint_name or "", "trigger": _trigger_of(diagnosis), "sqlstate": state}
    return BadInput(what, where=where, todo=diagnosis.message_hint or "", code="refused_by_records", detail=detail)


def _trigger_of(diagnosis: Any) -> str:
    """The function of the trigger that raised it; empty where a constraint or a type refused."""
    found = re.search(r"(\w+)\(\)", diagnosis.context or "") if diagnosis.source_function == "exec_stmt_raise" else None
    return found[1] if found else ""
