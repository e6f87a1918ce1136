"""What the application answers, kept until the client has taken it: a slow reader holds no thread and no cursor."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from tempfile import SpooledTemporaryFile
from typing import Any

from dure.portal.front.limits import Limits

PART = 64 * 1024
Send = Callable[[dict[str, Any]], Awaitable[None]]
Headers = list[tuple[str, str]]


class Left(Exception):
    """The client takes no more of the answer."""


class Answer:
    """Written by the thread that works on the request, sent by the loop of the server."""

    def __init__(self, loop: asyncio.AbstractEventLoop, limits: Limits) -> None:
        self._loop = loop
        self._limits = limits
        self._lock = threading.Lock()
        self._news = asyncio.Event()
        self._kept = SpooledTemporaryFile(max_size=limits.in_memory)  # noqa: SIM115 - closed once it is sent
        self._written = self._sent = self._told = 0
        self._whole = self._left = False
        self.status = 0
        self.headers: Headers = []

    def start(self, status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], None]:
        """WSGI's `start_response`."""
        if exc_info and self._told:
            raise exc_info[1].with_traceback(exc_info[2])
        self.status, self.headers = int(status[:3]), headers
        return self.write

    def write(self, part: bytes) -> None:
        """Keep a part; raises where nobody takes it any more."""
        with self._lock:
            if self._left:
                raise Left
            self._kept.seek(self._written)
            self._kept.write(part)
            self._written += len(part)
            tell = self._written - self._told >= PART
            if tell:
                self._told = self._written
        if tell:
            self._loop.call_soon_threadsafe(self._news.set)

    def end(self) -> None:
        """Nothing more is written."""
        with self._lock:
            self._whole = True
            if self._left:
                self._kept.close()
        self._loop.call_soon_threadsafe(self._news.set)

    async def send_to(self, send: Send) -> None:
        """Send what is written, as it is written; raises `TimeoutError` where the client takes it too slowly.

        What counts is the time that the client needs, not the time that the application takes.
        """
        needed = 0.0
        try:
            more, started = True, False
            while more:
                await self._news.wait()
                self._news.clear()
                while more:
                    part, more = self._next()
                    if not started and self.status:
                        await send({"type": "http.response.start", "status": self.status, "headers": _encoded(self.headers)})
                        started = True
                    if not part and more:
                        break
                    began = self._loop.time()
                    async with asyncio.timeout(max(0.0, min(self._limits.idle, self._limits.seconds(self._sent) - needed))):
                        await send({"type": "http.response.body", "body": part, "more_body": more})
                    needed += self._loop.time() - began
        finally:
            self._leave()

    def _next(self) -> tuple[bytes, bool]:
        with self._lock:
            self._kept.seek(self._sent)
            part = self._kept.read(PART)
            self._sent += len(part)
            return part, not (self._whole and self._sent == self._written)

    def _leave(self) -> None:
        with self._lock:
            self._left = True
            if self._whole:
                self._kept.close()


def _encoded(headers: Headers) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
