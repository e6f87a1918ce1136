"""The commands of the programme: what there is, what this person may do, and doing it."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.translation import gettext as _

from dure.cycle.commands.permitting import as_absent, could, seats_of
from dure.cycle.commands.registry import COMMANDS, row_of
from dure.cycle.commands.rows import Door, Row
from dure.cycle.commands.running import Outcome, read_command, run
from dure.formats.errors import BadInput
from dure.portal.api.door import JSON, Caller, json_body
from dure.portal.api.problems import Worded
from dure.portal.api.schemas import command_schema
from dure.portal.kit.form.fields import says

_KEY = re.compile(r"[\x21-\x7e]{1,160}")
_TAG = re.compile(r'(?:W/)?"(0|[1-9][0-9]{0,17})(?:-[0-9a-f]+)?"')


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What a command came to: its result, the number of its act, the subject as KIND/ID, and the subject's version now."""

    result: Any
    act: int
    about: str
    version: int


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One command of the table. `may`: whether the person who asks may do it to some subject; null when nobody is logged in."""

    name: str
    label: str
    what: str
    by: list[str]
    states: list[str]
    step_up: bool
    undo: str
    schema: str
    may: bool | None


class CommandList(msgspec.Struct, frozen=True, kw_only=True):
    """The table of commands."""

    commands: list[Listed]


def listing(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The table of commands, and which of them the caller may do."""
    seats = seats_of(caller.person) if caller.person else {}
    rows = [_listed(row, caller, seats) for row in COMMANDS]
    return answer(request, CommandList(commands=rows))


def schema(request: HttpRequest, caller: Caller, name: str) -> HttpResponse:
    """The JSON Schema of one command's input."""
    del caller
    return answer(request, command_schema(row_of(name)), content_type="application/schema+json")


def carry_out(request: HttpRequest, caller: Caller, name: str) -> HttpResponse:
    """Do it, once per `Idempotency-Key`, and only to the version named in `If-Match` where there is one."""
    row = row_of(name)
    require_may(row, caller)
    key, seen = idempotency_key(request), _seen(request)
    outcome = carried_out(row, json_body(request), caller, via="api", key=key, seen=seen)
    made = Done(result=outcome.result, act=outcome.act, about=outcome.about, version=outcome.act)
    response = HttpResponse(msgspec.json.encode(made), content_type=JSON, headers={"ETag": f'"{outcome.act}"'})
    if outcome.repeated:
        response.headers["Idempotency-Replayed"] = "true"
    return response


def carried_out(row: Row, raw: Any, caller: Caller, *, via: Door, key: str = "", seen: int | None = None) -> Outcome:
    """Read and run a command as the caller. What is another's looks to them like what does not exist."""
    try:
        return run(row, read_command(row, raw), caller.context(via), key=key, seen=seen)
    except BadInput as error:
        raise as_absent(row, error, seats_of(caller.person)) from error


def require_may(row: Row, caller: Caller) -> None:
    """Raise unless the token's scope and the desks of its person include that command."""
    if not caller.may_carry_out(row.name):
        raise Worded(
            _("this token may not carry out %(command)s.") % {"command": row.name},
            where="Authorization",
            todo=_("Log in and do it yourself; no token may.")
            if row.in_person
            else _("Use a token whose scope names the command."),
            code="out_of_scope",
            detail={"scope": list(caller.token.commands)},
        )
    if not could(row, seats_of(caller.person)):
        desks = list(dict.fromkeys(seat.desk for seat in row.by))
        raise Worded(
            _("none of your desks may do that."),
            where=row.name,
            todo=_("Desks that may: %(desks)s.") % {"desks": ", ".join(desks)},
            code="not_permitted",
            detail={"desks": desks},
        )


def idempotency_key(request: HttpRequest) -> str:
    """The `Idempotency-Key`, with or without quotes; empty when there is none."""
    given = request.headers.get("Idempotency-Key")
    if given is None:
        return ""
    key = given[1:-1] if len(given) > 2 and given[0] == given[-1] == '"' else given
    if not _KEY.fullmatch(key):
        raise Worded(
            _("the key must be 1 to 160 visible ASCII characters."),
            where="Idempotency-Key",
            todo=_("Send a UUID, a new one for each act."),
            code="bad_header",
        )
    return key


def answer(
    request: HttpRequest, value: Any, *, content_type: str = JSON, tag: str = "", headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """The value as JSON with its `ETag`; 304 without a body where the caller has it already. `tag`: stands before the hash."""
    body = msgspec.json.encode(value)
    digest = hashlib.sha256(body).hexdigest()[:32]
    etag = f'"{tag}-{digest}"' if tag else f'"{digest}"'
    known = [each.strip().removeprefix("W/") for each in request.headers.get("If-None-Match", "").split(",")]
    if etag in known or known == ["*"]:
        return HttpResponseNotModified(headers={"ETag": etag, **(headers or {})})
    return HttpResponse(body, content_type=content_type, headers={"ETag": etag, **(headers or {})})


def _listed(row: Row, caller: Caller, seats: Mapping[str, frozenset[str]]) -> Listed:
    return Listed(
        name=row.name,
        label=_(row.label),
        what=_(says(row.command)),
        by=list(dict.fromkeys(seat.desk for seat in row.by)),
        states=list(row.while_),
        step_up=row.step_up,
        undo=row.undo,
        schema=f"/api/v1/commands/{row.name}/schema",
        may=None if caller.person is None else caller.may_carry_out(row.name) and could(row, seats),
    )


def _seen(request: HttpRequest) -> int | None:
    """The version that the caller saw, of an `ETag` of ours; nothing without `If-Match` or with `*`."""
    given = request.headers.get("If-Match")
    if given is None or given.strip() == "*":
        return None
    found = _TAG.fullmatch(given.strip())
    if found is None:
        raise Worded(
            _("names no version."),
            where="If-Match",
            todo=_('Send the ETag of the subject, as in "57", or leave the header out.'),
            code="bad_header",
        )
    return int(found.group(1))
