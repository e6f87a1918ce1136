"""Has the whole body arrived? It is read before a thread is given to the request, within a time that depends on its length."""

import asyncio
from collections.abc import Awaitable, Callable
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from dure.portal.front.limits import Limits

Receive = Callable[[], Awaitable[dict[str, Any]]]


class Unreadable(Exception):
    """The request is not worth a thread: the status that it is answered with, and why."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


class Gone(Exception):
    """The client has left."""


def length_of(headers: dict[str, str], limits: Limits) -> int:
    """How many bytes the request announces; raises where that is no number or too many.

    A body without a length counts as none: no page reads one.
    """
    told = headers.get("content-length", "0")
    if not (told.isascii() and told.isdigit()):
        raise Unreadable(400, "The length of the body is not a number.")
    length = int(told[:20])
    if length > limits.largest:
        raise Unreadable(413, f"The body has more than {limits.largest} bytes.")
    return length


async def read_body(receive: Receive, length: int, limits: Limits) -> IO[bytes]:
    """The whole body; raises `Unreadable` where it comes too slowly, and `Gone` where its sender has left."""
    body = SpooledTemporaryFile(max_size=limits.in_memory)  # noqa: SIM115 - closed with the request
    try:
        async with asyncio.timeout(limits.seconds(length)):
            await _fill(body, receive, length, limits)
    except TimeoutError:
        body.close()
        raise Unreadable(408, "The request took too long to arrive.") from None
    except BaseException:
        body.close()
        raise
    body.seek(0)
    return body


async def _fill(body: IO[bytes], receive: Receive, length: int, limits: Limits) -> None:
    arrived = 0
    while arrived < length:
        async with asyncio.timeout(limits.idle):
            message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        part = message.get("body", b"")
        arrived += len(part)
        body.write(part)
        if not message.get("more_body", False):
            break
    if arrived != length:
        raise Unreadable(400, "The body does not have the length that was announced.")
