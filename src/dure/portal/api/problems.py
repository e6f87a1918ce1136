"""Which answer does each error get? RFC 9457 problem details, with a code that never changes once published."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec
from django.http import HttpResponse
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from dure.formats.errors import BadInput, Refused
from dure.portal.kit.refusals.codes import SENTENCES, TODOS
from dure.portal.subjects.acts.refusing import in_words

MEDIA_TYPE = "application/problem+json"


class Kind(NamedTuple):
    """The status of a code, and what it means in one line."""

    status: int
    title: str


KINDS: dict[str, Kind] = {
    "bad_json": Kind(400, gettext_noop("The body is not JSON that can be read")),
    "bad_request": Kind(400, gettext_noop("The request cannot be read")),
    "unauthenticated": Kind(401, gettext_noop("Log in, or send a valid token")),
    "not_permitted": Kind(403, gettext_noop("This desk may not do that")),
    "out_of_scope": Kind(403, gettext_noop("The token's scope does not include that")),
    "step_up_needed": Kind(403, gettext_noop("Log in again before doing that")),
    "csrf": Kind(403, gettext_noop("The request lacks the session's CSRF token")),
    "not_found": Kind(404, gettext_noop("There is no such thing, or it is not for you to see")),
    "unknown_id": Kind(404, gettext_noop("An id refers to nothing")),
    "unknown_command": Kind(404, gettext_noop("There is no such command")),
    "method_not_allowed": Kind(405, gettext_noop("This address does not take that method")),
    "not_now": Kind(409, gettext_noop("It is not possible in the present state")),
    "no_version": Kind(409, gettext_noop("It was never shown at that version")),
    "stale": Kind(409, gettext_noop("It has changed since it was shown")),
    "id_taken": Kind(409, gettext_noop("The id is in use")),
    "answered": Kind(409, gettext_noop("It has its answer already")),
    "file_gone": Kind(410, gettext_noop("The file is no longer kept")),
    "too_slow": Kind(408, gettext_noop("The request took too long to arrive")),
    "length_required": Kind(411, gettext_noop("The request must say how long its body is")),
    "too_large": Kind(413, gettext_noop("The body is too large")),
    "content_type": Kind(415, gettext_noop("The body is of another type than can be read here")),
    "invalid": Kind(422, gettext_noop("A field is unknown, missing or of the wrong type")),
    "hidden_character": Kind(422, gettext_noop("The text holds a character that hides what is written")),
    "language_missing": Kind(422, gettext_noop("A name or title is not given in the programme's first language")),
    "language_unknown": Kind(422, gettext_noop("A name or title is given in a language that the programme does not have")),
    "bad_header": Kind(422, gettext_noop("A header cannot be understood")),
    "bad_parameter": Kind(422, gettext_noop("A parameter of the address cannot be understood")),
    "reason_needed": Kind(422, gettext_noop("A list of people is handed out with a reason alone")),
    "key_reused": Kind(422, gettext_noop("The idempotency key belongs to another request")),
    "refused_by_records": Kind(422, gettext_noop("The records do not allow it")),
    "rows_refused": Kind(422, gettext_noop("Some rows are not possible, so none was carried out")),
    "bad_input": Kind(422, gettext_noop("The input is not possible")),
    "too_many_files": Kind(429, gettext_noop("You are waiting for several files already")),
    "broken": Kind(500, gettext_noop("Something is broken here")),
    "busy": Kind(503, gettext_noop("The same records are being changed; try again")),
}


class Worded(BadInput):
    """A refusal by the API itself, in the reader's language already."""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """An error: RFC 9457, with the parts of the sentence in `detail` as members of their own."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    what: str
    where: str
    todo: str
    values: dict[str, Any] = {}


def problem(error: BadInput) -> HttpResponse:
    """The answer to that error. A code that the table does not know is input that is not possible, by its own name."""
    kind = KINDS.get(error.code) or (Kind(409, KINDS["not_now"].title) if isinstance(error, Refused) else KINDS["bad_input"])
    what, todo = words_of(error)
    body = Problem(
        type=f"/api/#{error.code}",
        title=_(kind.title),
        status=kind.status,
        detail=" ".join(part for part in (what, todo) if part),
        code=error.code,
        what=what,
        where=error.where,
        todo=todo,
        values=_safe(error.detail),
    )
    response = HttpResponse(msgspec.json.encode(body), status=kind.status, content_type=MEDIA_TYPE)
    if kind.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="dure"'
    if kind.status == 503:
        response.headers["Retry-After"] = "1"
    return response


def words_of(error: BadInput) -> tuple[str, str]:
    """What is wrong and what to do, in the reader's language; where that is not English, the first says the second, too.

    In English a command's own words stay as they are. What the database refused has a sentence in either language.
    """
    if error.code in TODOS:
        return _(SENTENCES[error.code]), _(TODOS[error.code])
    english = (get_language() or "").startswith("en")
    if isinstance(error, Worded) or (english and error.code != "refused_by_records"):
        return error.what, error.todo
    return in_words(error), error.todo if english else ""


def not_found(where: str) -> Worded:
    """The same words for what does not exist and for what is not the reader's."""
    return Worded(_("there is no such thing."), where=where, todo=_("Check the address and the id."), code="not_found")


def _safe(detail: Mapping[str, Any]) -> dict[str, Any]:
    """The values seen, as far as JSON can hold them."""
    return {str(key): msgspec.to_builtins(value, enc_hook=str, str_keys=True) for key, value in detail.items()}
