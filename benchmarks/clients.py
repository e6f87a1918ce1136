"""Clients of the load benchmark: readers and people at desks who think between pages, and those who only get in the way."""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

TIMEOUT = 10.0  # seconds after which a client calls a request lost
HEADERS = "Host: localhost\r\nX-Forwarded-Proto: https\r\nReferer: https://localhost/\r\n"


@dataclass
class Seen:
    """What clients of one kind saw: seconds of each answer, answers by status, and requests without one."""

    seconds: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    lost: int = 0

    def note(self, status: int, seconds: float) -> None:
        """Note one request; status 0: no answer."""
        if status:
            self.statuses[status] += 1
            self.seconds.append(seconds)
        else:
            self.lost += 1

    def at(self, share: float) -> float:
        """Seconds within which that share of the answers came."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


class Client:
    """One browser's connection, opened again where it was closed."""

    def __init__(self, port: int, cookies: str = "", *, packed: bool = True) -> None:
        self.port = port
        self.own = (f"Cookie: {cookies}\r\n" if cookies else "") + ("Accept-Encoding: gzip\r\n" if packed else "")
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, path: str, body: bytes | None = None) -> tuple[int, float, bytes]:
        """Status (0: none), seconds and content of one request."""
        began = time.perf_counter()
        for again in (True, False):
            try:
                async with asyncio.timeout(TIMEOUT):
                    fresh = self.streams is None
                    status, content = await self._exchange(path, body)
            except (OSError, EOFError, ValueError):
                self.close()
                if again and not fresh:  # an idle connection that the server has closed meanwhile is no loss
                    continue
                break
            except TimeoutError:
                self.close()
                break
            return status, time.perf_counter() - began, content
        return 0, time.perf_counter() - began, b""

    async def _exchange(self, path: str, body: bytes | None) -> tuple[int, bytes]:
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.port, limit=2**20)
        reader, writer = self.streams
        form = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n" if body is not None else ""
        writer.write(
            f"{'GET' if body is None else 'POST'} {path} HTTP/1.1\r\n{HEADERS}{self.own}{form}\r\n".encode() + (body or b"")
        )
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        fields = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        content = await self._content(reader, fields)
        if fields.get("connection") == "close":
            self.close()
        return int(head.split(" ", 2)[1]), content

    @staticmethod
    async def _content(reader: asyncio.StreamReader, fields: dict[str, str]) -> bytes:
        if fields.get("transfer-encoding") != "chunked":
            return await reader.readexactly(int(fields.get("content-length", "0")))
        parts = []
        while size := int(await reader.readline(), 16):
            parts.append(await reader.readexactly(size))
            await reader.readexactly(2)
        await reader.readexactly(2)
        return b"".join(parts)

    def close(self) -> None:
        """Leave."""
        if self.streams is not None:
            self.streams[1].close()
            self.streams = None


async def person(client: Client, pages: Sequence[str], seen: Seen, *, until: float, think: float, seed: int) -> None:
    """Opens one page after another, and thinks between them for so many seconds on average."""
    dice = random.Random(seed)
    await asyncio.sleep(dice.uniform(0, think))
    while time.perf_counter() < until:
        status, seconds, _content = await client.ask(dice.choice(pages))
        seen.note(status, seconds)
        await asyncio.sleep(dice.expovariate(1 / think))
    client.close()


async def crowd(clients: Sequence[Client], page: str, seen: Seen, *, waves: int, pause: float) -> None:
    """All of them ask for the page at the same instant, several times."""
    for _ in range(waves):
        for status, seconds, _content in await asyncio.gather(*(each.ask(page) for each in clients)):
            seen.note(status, seconds)
        await asyncio.sleep(pause)


async def dawdler(port: int, *, until: float, seed: int) -> None:
    """Sends a request a byte a second, in its headers or in its body, and begins anew when it is cut off."""
    text = (
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ",
        b"POST /login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4000\r\n\r\n",
    )
    await asyncio.sleep(random.Random(seed).uniform(0, 3))
    while time.perf_counter() < until:
        try:
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(text[seed % 2])
            while time.perf_counter() < until and not writer.is_closing():
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(1)
            writer.close()
        except OSError:
            await asyncio.sleep(0.5)


async def sipper(port: int, path: str, cookies: str, *, until: float) -> None:
    """Downloads a large file at 20 kB a second, over and over."""
    while time.perf_counter() < until:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=4096)
            writer.write(
                f"GET {path} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Proto: https\r\nCookie: {cookies}\r\n\r\n".encode()
            )
            while await reader.read(2000):
                if time.perf_counter() > until:
                    break
                await asyncio.sleep(0.1)
            writer.close()
        except OSError:
            await asyncio.sleep(0.5)


async def guesser(port: int, seen: Seen, *, until: float, seed: int) -> None:
    """Tries passwords as fast as it is answered."""
    client = Client(port, "csrftoken=" + "a" * 32)
    attempt = 0
    while time.perf_counter() < until:
        attempt += 1
        body = f"csrfmiddlewaretoken={'a' * 32}&username=applicant-{seed}&password=wrong-password-{attempt}".encode()
        status, seconds, _content = await client.ask("/login/", body)
        seen.note(status, seconds)
    client.close()


async def poster(port: int, path: str, cookies: str, seen: Seen, *, until: float) -> None:
    """Asks for long work, looks every second as the page's script does, and asks again as soon as it is done."""
    client = Client(port, f"csrftoken={'a' * 32}; {cookies}", packed=False)
    while time.perf_counter() < until:
        status, seconds, _content = await client.ask(path, f"csrfmiddlewaretoken={'a' * 32}".encode())
        seen.note(status, seconds)
        running = True
        while running and time.perf_counter() < until:
            await asyncio.sleep(1)
            status, seconds, content = await client.ask(path)
            seen.note(status, seconds)
            running = b"every 1s" in content
    client.close()
