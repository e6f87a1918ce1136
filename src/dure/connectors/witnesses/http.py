"""Hands heads to a witness by HTTP, and reads its log."""

import json
import urllib.error
import urllib.request
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from dure.formats.errors import BadInput

LONGEST_WAIT = 20  # seconds
LARGEST_ANSWER = 256 * 2**20
_HERE = {"127.0.0.1", "::1", "localhost"}


class Answer(NamedTuple):
    """What the witness says: the HTTP status, and its JSON."""

    status: int
    body: dict[str, Any]


def hand_in(url: str, *, statement: str, signature: str, leaves: list[str] | None = None) -> Answer:
    """Hand a head in. Raises `BadInput` with code `no_witness` where nobody answers as a witness does."""
    given = {"statement": statement, "signature": signature, **({} if leaves is None else {"leaves": leaves})}
    status, raw = _ask(f"{url.rstrip('/')}/heads", json.dumps(given).encode())
    try:
        body = json.loads(raw)
        return Answer(status, body if isinstance(body, dict) else {})
    except ValueError as error:
        raise _no_witness(url, f"answered {status} without JSON") from error


def read_log(url: str) -> bytes:
    """The witness's log, JSON lines."""
    status, raw = _ask(f"{url.rstrip('/')}/log", None)
    if status != 200:
        raise _no_witness(url, f"answered {status}")
    return raw


def _ask(url: str, body: bytes | None) -> tuple[int, bytes]:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _HERE):
        raise BadInput("is no https address.", where=url, todo="Witnesses on other machines are reached by https.")
    request = urllib.request.Request(url, data=body, headers={"Content-Type": "application/json"})  # noqa: S310 - looked at above
    try:
        with _OPENER.open(request, timeout=LONGEST_WAIT) as answer:
            return answer.status, answer.read(LARGEST_ANSWER)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(LARGEST_ANSWER)
    except (OSError, ValueError) as error:
        raise _no_witness(url, str(getattr(error, "reason", error))) from error


class _Stays(urllib.request.HTTPRedirectHandler):
    """A witness does not send anybody elsewhere."""

    def redirect_request(self, *_given: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_Stays)


def _no_witness(url: str, why: str) -> BadInput:
    return BadInput(
        f"no witness answers: {why}.", where=url, todo="Ask who runs it, and hand the head in again.", code="no_witness"
    )
