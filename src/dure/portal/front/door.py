"""The ASGI application that gives a thread only to requests which have arrived, and takes answers off it at once."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import Any

from dure.portal.front.answers import Answer, Left, Send
from dure.portal.front.body import Gone, Receive, Unreadable, length_of, read_body
from dure.portal.front.environs import Scope, environ_of, headers_of
from dure.portal.front.lanes import Working
from dure.portal.front.limits import Lane, Limits

WSGI = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Words = Callable[[Unreadable, str, dict[str, str]], tuple[str, str]]  # of a refusal, a path and headers: content type and text
_LOG = logging.getLogger("dure.front")


def plainly(refusal: Unreadable, _path: str, _headers: dict[str, str]) -> tuple[str, str]:
    """A line of English."""
    return "text/plain; charset=utf-8", f"{refusal.why}\n"


class Front:
    """Serves a WSGI application on a few threads, however slow the clients are.

    A request goes to the first of `lanes` that takes it, and to the threads of the pages where none does. `words`: how
    a refusal is said to whom; a line of plain English where nobody says.
    """

    def __init__(self, application: WSGI, limits: Limits, *, lanes: tuple[Lane, ...] = (), words: Words = plainly) -> None:
        self._application = application
        self._limits = limits
        self._words = words
        pages = Lane("page", threads=limits.threads, waiting=limits.waiting)
        self._lanes = [Working(each) for each in (*lanes, pages)]
        self._arriving = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            raise ValueError(f"{scope['type']} is not served here.")
        try:
            await self._serve(scope, receive, send)
        except Unreadable as refusal:
            await _refuse(send, refusal, *self._words(refusal, scope["path"], headers_of(scope)))
        except (Gone, Left):
            pass
        except TimeoutError:
            _LOG.info("a client took an answer too slowly and was cut off")

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = headers_of(scope)
        length = length_of(headers, self._limits)
        lane = next(each for each in self._lanes if each.takes(scope))
        if self._arriving >= self._limits.arriving or lane.full():
            raise Unreadable(503, "The server is busy.")
        self._arriving += 1
        try:
            body = await read_body(receive, length, self._limits)
        finally:
            self._arriving -= 1
        answer = Answer(asyncio.get_running_loop(), self._limits)
        lane.start(_work, self._application, environ_of(scope, headers, body), answer)
        await answer.send_to(send)


def _work(application: WSGI, environ: dict[str, Any], answer: Answer) -> None:
    """Run the application in this thread and keep what it answers."""
    result: Any = ()
    try:
        result = application(environ, answer.start)
        for part in result:
            answer.write(part)
    except Left:
        pass
    except Exception:  # noqa: BLE001 - it is logged, and the client gets an answer
        _LOG.exception("a request ended with an error that no page took")
        answer.status = answer.status or 500
    finally:
        try:
            if close := getattr(result, "close", None):
                close()
        finally:
            environ["wsgi.input"].close()
            answer.end()


async def _refuse(send: Send, refusal: Unreadable, kind: str, said: str) -> None:
    text = said.encode()
    headers = [
        (b"content-type", kind.encode()), (b"content-length", str(len(text)).encode()), (b"connection", b"close"),
        *([(b"retry-after", b"5")] if refusal.status == 503 else []),
    ]  # fmt: skip
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": text})
