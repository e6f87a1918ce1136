"""The front by itself: what it refuses without a thread, and what it makes of a request."""

import asyncio
import os
import sys
import threading
import time

import pytest

from dure.portal.front.door import Front
from dure.portal.front.limits import Lane, Limits

LIMITS = Limits(patience=60, idle=60)


def exchange(application, messages, *, limits=LIMITS, front=None, path="/", headers=(), method="POST"):
    """What the front sends for a request that arrives in these messages."""
    sent, rest = [], list(messages)

    async def receive():
        if rest:
            return rest.pop(0)
        await asyncio.Event().wait()
        return None

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http", "method": method, "path": path, "query_string": b"a=1", "http_version": "1.1", "scheme": "http",
        "server": ("127.0.0.1", 80), "client": ("192.0.2.7", 5), "headers": list(headers),
    }  # fmt: skip
    asyncio.run((front or Front(application, limits))(scope, receive, send))
    return sent


def body(*parts):
    return [{"type": "http.request", "body": part, "more_body": place < len(parts)} for place, part in enumerate(parts, 1)]


def length(number):
    return (b"content-length", str(number).encode())


def echo(environ, start_response):
    start_response("200 OK", [("X-Seen", environ.get("HTTP_X_TWICE", ""))])
    return [environ["wsgi.input"].read()]


def never(_environ, _start_response):
    raise AssertionError("no thread is spent on this")


def statuses(sent):
    return [message["status"] for message in sent if message["type"] == "http.response.start"]


def text(sent):
    return b"".join(message.get("body", b"") for message in sent)


def test_a_body_in_parts_is_one():
    assert text(exchange(echo, body(b"ab", b"", b"cd"), headers=[length(4)])) == b"abcd"


def test_a_body_larger_than_memory_allows_is_one():
    large = b"0123456789" * 30_000
    limits = Limits(in_memory=1000)
    assert text(exchange(echo, body(*[large[at : at + 7777] for at in range(0, len(large), 7777)]), limits=limits,
                         headers=[length(len(large))])) == large  # fmt: skip


@pytest.mark.parametrize(
    ("headers", "messages", "status"),
    [
        ([length(Limits.largest + 1)], body(b"x"), 413),
        ([(b"content-length", b"-1")], body(b"x"), 400),
        ([(b"content-length", "١".encode())], body(b"x"), 400),
        ([length(3)], body(b"ab"), 400),
        ([length(1)], body(b"ab"), 400),
    ],
)
def test_what_is_not_worth_a_thread(headers, messages, status):
    sent = exchange(never, messages, headers=headers)
    assert statuses(sent) == [status]
    assert (b"connection", b"close") in sent[0]["headers"]


def test_a_client_that_leaves_is_not_answered():
    assert exchange(never, [{"type": "http.disconnect"}], headers=[length(3)]) == []


def test_a_late_body_is_refused():
    assert statuses(exchange(never, body(b"x")[:0], limits=Limits(idle=0.01), headers=[length(3)])) == [408]
    assert statuses(exchange(never, [], limits=Limits(patience=0.01, idle=60), headers=[length(3)])) == [408]


def test_of_too_many_the_last_are_asked_to_come_again():
    sent = exchange(never, body(b"x"), limits=Limits(arriving=0), headers=[length(1)])
    assert statuses(sent) == [503]
    assert (b"retry-after", b"5") in sent[0]["headers"]


def test_a_body_without_a_length_is_not_read():
    """What reads it says so itself (the API: 411)."""
    assert text(exchange(echo, body(b"abc"), headers=[(b"transfer-encoding", b"chunked")])) == b""


def test_headers_sent_twice_are_joined():
    sent = exchange(echo, body(b""), headers=[(b"x-twice", b"1"), (b"X-Twice", b"2")], method="GET")
    assert (b"x-seen", b"1,2") in sent[0]["headers"]


def test_a_name_with_underscores_cannot_pass_for_another():
    """`X_Twice` would become the same variable as `X-Twice`, which a proxy has set."""
    sent = exchange(echo, body(b""), headers=[(b"x_twice", b"forged")], method="GET")
    assert (b"x-seen", b"") in sent[0]["headers"]


def test_an_application_that_fails_is_answered_for(caplog):
    def broken(_environ, _start_response):
        raise RuntimeError("lost")

    assert statuses(exchange(broken, body(b""), method="GET")) == [500]
    assert "no page took" in caplog.text


def test_an_application_may_take_longer_than_a_client_may():
    def long(_environ, start_response):
        time.sleep(0.3)
        start_response("200 OK", [])
        yield b"first "
        time.sleep(0.3)
        yield b"last"

    assert text(exchange(long, body(b""), limits=Limits(patience=0.1, idle=0.1), method="GET")) == b"first last"


def test_a_client_that_takes_an_answer_too_slowly_is_left():
    """And the thread that writes it stops."""
    written = []

    def endless(_environ, start_response):
        start_response("200 OK", [])
        while True:
            written.append(1)
            yield b"x" * 100_000

    async def never_taken(message):
        if message["type"] == "http.response.body":
            await asyncio.Event().wait()

    async def ask():
        scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "http_version": "1.1", "headers": []}
        front = Front(endless, Limits(patience=0.2, idle=0.2))
        await front(scope, lambda: asyncio.sleep(0), never_taken)
        return front

    front = asyncio.run(ask())
    front._lanes[-1]._threads.shutdown(wait=True)
    assert written


def test_probes_have_a_thread_of_their_own():
    gate, seen = threading.Event(), []

    def held(environ, start_response):
        start_response("200 OK", [])
        if environ["PATH_INFO"] == "/health/live":
            gate.set()
        else:
            seen.append(gate.wait(timeout=60))
        return [b""]

    async def both():
        front = Front(held, Limits(threads=1), lanes=(Lane("probe", paths=("/health/",)),))

        async def ask(path):
            await front(
                {"type": "http", "method": "GET", "path": path, "query_string": b"", "http_version": "1.1", "headers": []},
                lambda: asyncio.sleep(60),
                lambda _message: asyncio.sleep(0),
            )

        await asyncio.gather(ask("/"), ask("/"), ask("/health/live"))

    asyncio.run(both())
    assert seen == [True, True]


@pytest.mark.parametrize(
    ("lane", "taken"),
    [
        (Lane("all"), ["GET /login/", "POST /login/", "GET /list/?key-format=csv", "GET /login/again/?x=1"]),
        (Lane("path", paths=("/login/", "/account/")), ["GET /login/", "POST /login/", "GET /login/again/?x=1"]),
        (Lane("path and method", paths=("/login/",), methods=("POST",)), ["POST /login/"]),
        (Lane("query", queries=(b"-format=", b"-print=")), ["GET /list/?key-format=csv"]),
        (Lane("ending", endings=(".csv", "in/")), ["GET /login/", "POST /login/", "GET /login/again/?x=1"]),
    ],
    ids=lambda each: each.name if isinstance(each, Lane) else "",
)
def test_a_lane_takes_what_has_all_it_names(lane, taken):
    found = []
    for each in ("GET /login/", "POST /login/", "GET /list/?key-format=csv", "GET /login/again/?x=1"):
        method, address = each.split(" ")
        path, _, query = address.partition("?")
        if lane.takes({"method": method, "path": path, "query_string": query.encode()}):
            found.append(each)
    assert found == taken


def test_a_full_lane_refuses_its_own_and_no_others():
    release, answered = threading.Event(), []

    def held(environ, start_response):
        start_response("200 OK", [])
        if environ["PATH_INFO"] == "/login/":
            release.wait(timeout=60)
        return [b""]

    async def both():
        front = Front(held, LIMITS, lanes=(Lane("secret", paths=("/login/",), waiting=1),))

        async def ask(path):
            async def send(message):
                if message["type"] == "http.response.start":
                    answered.append((path, message["status"]))

            scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "http_version": "1.1", "headers": []}
            await front(scope, lambda: asyncio.sleep(60), send)

        waiting = [asyncio.create_task(ask("/login/")) for _ in range(2)]  # one worked on, one that waits
        await asyncio.sleep(0)
        await ask("/login/")
        await ask("/")
        assert answered == [("/login/", 503), ("/", 200)]
        release.set()
        await asyncio.gather(*waiting)

    asyncio.run(both())
    assert answered[2:] == [("/login/", 200)] * 2


@pytest.mark.skipif(sys.platform != "linux", reason="threads have priorities of their own on Linux alone")
def test_a_lane_steps_back_from_the_pages():
    seen = {}

    def priority(environ, start_response):
        seen[environ["PATH_INFO"]] = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
        start_response("200 OK", [])
        return [b""]

    async def both():
        front = Front(priority, LIMITS, lanes=(Lane("secret", paths=("/login/",), nice=5),))
        for path in ("/login/", "/"):
            scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "http_version": "1.1", "headers": []}
            await front(scope, lambda: asyncio.sleep(60), lambda _message: asyncio.sleep(0))

    asyncio.run(both())
    assert seen["/login/"] == min(19, seen["/"] + 5)
