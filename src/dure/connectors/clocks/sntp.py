"""Asks NTP servers the time: a client that sets no clock, by RFC 4330 section 5 and RFC 5905 sections 7.3 and 8.

The request carries a random number for its transmit timestamp, as draft-ietf-ntp-data-minimization has it: an answer that does
not bring it back answers somebody else's question. Whatever is no good answer is silence with a reason, never an offset.
"""

import datetime as dt
import secrets
import socket
import struct
import time
from collections.abc import Iterable, Mapping
from concurrent import futures
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

from dure.formats.errors import BadInput

PORT = 123
LONGEST_WAIT = 1.0  # seconds for an answer
MOST = 16  # servers
LARGEST = 1024  # bytes of an answer that are read; RFC 5905 headers have 48
LONGEST_DISTANCE = 1_500_000_000  # nanoseconds of root distance: MAXDIST of RFC 5905, beyond which a server is not synchronised
_HEADER = struct.Struct(">BBbb II 4s QQQQ")
_ASKS = 4 << 3 | 3  # version 4, a client
_SECOND = 1_000_000_000
_ERA = 2**32  # seconds
_FROM_1900 = int((dt.datetime(1970, 1, 1) - dt.datetime(1900, 1, 1)).total_seconds())  # noqa: DTZ001 - the zone is the same
# Why there is no offset. A page says each in the reader's language.
WHYS = ("no_address", "unreachable", "late", "malformed", "not_asked_for", "kiss_of_death", "unsynchronised", "impossible")


class Source(NamedTuple):
    """A server, by the name under which the operator lists it."""

    host: str
    port: int = PORT

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORT else f"{host}:{self.port}"


class Told(NamedTuple):
    """A good answer. `at`: the source's time in nanoseconds since 1970 at the moment `heard`; what the way took is `round_trip`.

    `heard` is a moment of `time.monotonic_ns`: halfway between question and answer. The time may be wrong by half the round trip.
    """

    at: int
    heard: int
    round_trip: int


class Silent(NamedTuple):
    """No good answer, and why: one of `WHYS`."""

    why: str


def read_sources(text: str, *, where: str) -> tuple[Source, ...]:
    """The servers of a list HOST[:PORT], parted by commas; an IPv6 address with a port stands in brackets."""
    named = [each.strip() for each in text.split(",") if each.strip()]
    found = tuple(_source(each, where) for each in named)
    if len(set(found)) < len(found):
        raise BadInput("names a server twice.", where=where, todo="Name each once: twice the same clock is one clock.")
    if len(found) > MOST:
        raise BadInput(f"names {len(found)} servers.", where=where, todo=f"Name {MOST} at most.")
    return found


def _source(text: str, where: str) -> Source:
    host, port = text, str(PORT)
    if text.startswith("["):
        host, _, rest = text[1:].partition("]")
        port = rest.removeprefix(":") or port
    elif text.count(":") == 1:
        host, _, port = text.partition(":")
    if not host or not host.isascii() or len(text) > 120 or not (port.isdigit() and 0 < int(port) < 65536):
        raise BadInput(f"{text!r} is no server.", where=where, todo="Write HOST or HOST:PORT, parted by commas.")
    return Source(host.lower(), int(port))


def ask_all(sources: Iterable[Source], *, now: int, wait: float = LONGEST_WAIT) -> Mapping[Source, Told | Silent]:
    """Ask them all at once. `now`: nanoseconds since 1970, right to some years: NTP's seconds begin again every 136 years."""
    listed = tuple(sources)
    if not listed:
        return {}
    pool = ThreadPoolExecutor(len(listed), "clocks")
    asked = {each: pool.submit(ask, each, now=now, wait=wait) for each in listed}
    done, _late = futures.wait(asked.values(), timeout=2 * wait)
    pool.shutdown(wait=False, cancel_futures=True)  # a name that is still being looked up keeps nobody waiting
    return {each: future.result() if future in done else Silent("late") for each, future in asked.items()}


def ask(source: Source, *, now: int, wait: float = LONGEST_WAIT) -> Told | Silent:
    """Ask one of them, once."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(source.host, source.port, type=socket.SOCK_DGRAM)[0]
    except (OSError, UnicodeError):
        return Silent("no_address")
    try:
        with socket.socket(family, kind) as opened:
            opened.connect(address)  # so that the system hands over what this address sent, and nothing else
            return _exchange(opened, now, wait)
    except OSError:
        return Silent("unreachable")


def _exchange(opened: socket.socket, now: int, wait: float) -> Told | Silent:
    """Wait for an answer to this question: one that is not may be forged, and ends no waiting."""
    asked, why = secrets.randbits(64), "late"
    sent = time.monotonic_ns()
    end = sent + int(wait * _SECOND)
    opened.send(_HEADER.pack(_ASKS, 0, 0, 0, 0, 0, b"", 0, 0, 0, asked))
    while (left := end - time.monotonic_ns()) > 0:
        opened.settimeout(left / _SECOND)
        try:
            answer = opened.recv(LARGEST)
        except TimeoutError:
            break
        found = read_answer(answer, asked=asked, sent=sent, came=time.monotonic_ns(), now=now)
        if isinstance(found, Told) or found.why not in {"malformed", "not_asked_for"}:
            return found
        why = found.why
    return Silent(why)


def read_answer(answer: bytes, *, asked: int, sent: int, came: int, now: int) -> Told | Silent:
    """What an answer says that came at the moment `came` to the question `asked`, which was `sent` then."""
    if len(answer) < _HEADER.size:
        return Silent("malformed")
    fields = _HEADER.unpack(answer[: _HEADER.size])
    if why := _fault(fields, asked):
        return Silent(why)
    received, left = (_nanoseconds(stamp, now) for stamp in fields[-2:])
    round_trip = (came - sent) - (left - received)
    if not left or left < received or round_trip < 0:
        return Silent("impossible")
    return Told((received + left) // 2, (sent + came) // 2, round_trip)


def _fault(fields: tuple[Any, ...], asked: int) -> str:
    """Why no time is taken from an answer with these fields; empty where it may be."""
    first, stratum, _, _, delay, dispersion, code, _, origin, _, _ = fields
    distance = (delay // 2 + dispersion) * _SECOND >> 16
    found = {
        "malformed": first & 7 != 4 or not 1 <= first >> 3 & 7 <= 4,  # no server's mode, or no version that we know
        "not_asked_for": origin != asked,
        "kiss_of_death": stratum == 0 and code.isalpha(),  # with a code such as RATE; a server without a clock gives none
        "unsynchronised": first >> 6 == 3 or not 0 < stratum < 16 or distance >= LONGEST_DISTANCE,
    }
    return next((why for why, is_so in found.items() if is_so), "")


def _nanoseconds(stamp: int, now: int) -> int:
    """Since 1970, of the era that is nearest to `now`; 0 where the server gave none."""
    if not stamp:
        return 0
    seconds, fraction = divmod(stamp, _ERA)
    pivot = now // _SECOND + _FROM_1900
    nearest = (pivot - seconds + _ERA // 2) // _ERA * _ERA + seconds
    return (nearest - _FROM_1900) * _SECOND + (fraction * _SECOND >> 32)
