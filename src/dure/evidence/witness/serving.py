"""A witness on the network: heads are handed in by POST /heads; GET /log, /head and /key show what it holds to everybody.

It answers a head with 200 and its receipt, with 409 where it needs the leaves since a size, and with 422 where it refuses it.
Put it behind a TLS proxy.
"""

import datetime as dt
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from dure.evidence.witness.keeping import Witness

LARGEST_BODY = 64 * 2**20  # leaves of 67 bytes each: nearly a million between two heads
LONGEST_WAIT = 30  # seconds for a slow client
STATUS = {"taken": 200, "leaves_needed": 409, "refused": 422}


class Server(ThreadingHTTPServer):
    """The server of one witness; port 0 takes a free one."""

    def __init__(self, witness: Witness, host: str, port: int) -> None:
        self.witness = witness
        super().__init__((host, port), Handler)


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Server
    timeout = LONGEST_WAIT
    server_version = "dure-witness"

    def do_GET(self) -> None:
        """The log, its last line, or the key."""
        witness = self.server.witness
        lines = witness.lines() if self.path in {"/log", "/head"} else []
        if self.path == "/log":
            text = "".join(f"{json.dumps(line, ensure_ascii=False, sort_keys=True)}\n" for line in lines)
            self._answer(200, text.encode(), "application/x-ndjson")
        elif self.path == "/head":
            self._json(200, lines[-1] if lines else {})
        elif self.path == "/key":
            self._json(200, {"name": witness.name, "public": witness.public})
        else:
            self._json(404, {"why": "there is /log, /head and /key"})

    def do_POST(self) -> None:
        """A head."""
        length = self.headers.get("Content-Length", "")
        if self.path != "/heads":
            self._json(404, {"why": "heads are handed in at /heads"})
        elif not length.isdigit() or int(length) > LARGEST_BODY:
            self._json(413, {"why": f"at most {LARGEST_BODY} bytes, with their length"})
        elif (given := _given(self.rfile.read(int(length)))) is None:
            self._json(400, {"why": "a head is {statement, signature, leaves}"})
        else:
            answer = self.server.witness.see(*given, at=dt.datetime.now(dt.UTC))  # noqa: TID251 - a witness has a clock
            self._json(STATUS[answer.said], {"said": answer.said, **answer.body})

    def _json(self, status: int, value: Any) -> None:
        self._answer(status, json.dumps(value, ensure_ascii=False).encode(), "application/json")

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is http.server's
        """Nothing: the log of a witness is its file."""


def _given(body: bytes) -> tuple[str, str, list[str] | None] | None:
    """Statement, signature and leaves, or nothing where it is no head."""
    try:
        given = json.loads(body)
        statement, signature, leaves = given["statement"], given["signature"], given.get("leaves")
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    texts = [statement, signature, *(leaves if isinstance(leaves, list) else ())]
    whole = all(isinstance(each, str) for each in texts) and (leaves is None or isinstance(leaves, list))
    return (statement, signature, leaves) if whole else None
