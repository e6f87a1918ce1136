"""NTP servers on this machine, each with a clock that is wrong by as much as it is told, and with the faults that it is told."""

import socket
import struct
import threading
import time
from contextlib import ExitStack, contextmanager
from functools import partial

from dure.connectors.clocks.sntp import Source, ask_all
from dure.cycle.clocks import comparing

HEADER = struct.Struct(">BBbb II 4s QQQQ")
FROM_1900 = 2_208_988_800
BASE = time.time_ns() - time.monotonic_ns()  # one clock for questions and answers, so that no test races the machine


def stamp(nanoseconds):
    """NTP's 64 bits for that many nanoseconds since 1970, whose seconds begin again every 2^32."""
    seconds, rest = divmod(nanoseconds, 10**9)
    return (seconds + FROM_1900) % 2**32 << 32 | (rest << 32) // 10**9


def answer(question, now, *, leap=0, stratum=2, mode=4, origin=None, delay=0, dispersion=0, left=None, size=48, code=b"TEST"):
    """What a server whose clock says `now` answers to that question."""
    asked = HEADER.unpack(question[:48])[-1]
    fields = (leap << 6 | 4 << 3 | mode, stratum, 6, -20, delay, dispersion, code, stamp(now))
    sent = stamp(now) if left is None else left
    return HEADER.pack(*fields, asked if origin is None else origin, stamp(now), sent)[:size]


class Responder(threading.Thread):
    """Answers each question with this machine's time plus `ahead` nanoseconds; `ahead` and `faults` may change."""

    def __init__(self, ahead=0, **faults):
        super().__init__(daemon=True)
        self.ahead, self.faults, self.asked = ahead, faults, 0
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.source = Source(*self.socket.getsockname())

    def run(self):
        while True:
            question, who = self.socket.recvfrom(1024)
            if not question:
                return
            self.asked += 1
            for each in self.answers(question):
                self.socket.sendto(each, who)

    def answers(self, question):
        """None where it is silent; one; or a forged one before the right one."""
        now, faults = BASE + time.monotonic_ns() + self.ahead, dict(self.faults)
        if faults.pop("silent", False):
            return []
        forged = [answer(question, now + 10**12, origin=7)] if faults.pop("forged_first", False) else []
        return [*forged, answer(question, now, **faults)]


@contextmanager
def responder(ahead=0, **faults):
    """One such server, until it is left."""
    served = Responder(ahead, **faults)
    served.start()
    try:
        yield served
    finally:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.sendto(b"", (served.source.host, served.source.port))
        served.join()
        served.socket.close()


def patiently(monkeypatch, seconds=20):
    """Answers are waited for longer than the worker does: on a busy machine they are late."""
    monkeypatch.setattr(comparing, "ask_all", partial(ask_all, wait=seconds))


@contextmanager
def responders(*ahead):
    """So many of them, each ahead by so many milliseconds."""
    with ExitStack() as stack:
        yield [stack.enter_context(responder(each * 10**6)) for each in ahead]
