"""Slow clients hold no thread: others are answered while hundreds of them have not finished, and each is cut off in the end."""

import contextlib
import select

import pytest

from portal.serving import PATIENCE
from serving.running import small_server, until
from serving.tiny import BIG

HEADERS = b"POST / HTTP/1.1\r\nHost: here\r\nX-Long: "
BODY = b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 100\r\n\r\nbegun"
GET_BIG = b"GET /big HTTP/1.1\r\nHost: here\r\n\r\n"


@pytest.fixture(scope="module")
def patient(tmp_path_factory):
    with small_server(tmp_path_factory.mktemp("patient")) as server:
        yield server


@pytest.fixture(scope="module")
def strict(tmp_path_factory):
    with small_server(tmp_path_factory.mktemp("strict"), application="strict", workers=1, level="info") as server:
        yield server


@contextlib.contextmanager
def clients(server, number, text):
    begun = []
    try:
        begun = [server.begin(text) for _ in range(number)]
        yield begun
    finally:
        for each in begun:
            each.close()


def unanswered(begun):
    """Those which have neither an answer nor an end."""
    return len(begun) - len(select.select(begun, [], [], 0)[0])


@pytest.mark.parametrize("number", [8, 500])
@pytest.mark.parametrize("text", [b"", HEADERS, BODY], ids=["silent", "headers", "body"])
def test_unfinished_requests_freeze_nobody(patient, number, text):
    """Eight are as many as the threads of both workers."""
    with clients(patient, number, text) as begun:
        assert [patient.ask()[0] for _ in range(20)] == [200] * 20
        if text == BODY:  # the server itself cuts off headers, after a time of its own
            assert unanswered(begun) == number


def test_slow_readers_freeze_nobody(patient):
    """The answer waits in a file, and the thread that made it goes on."""
    with clients(patient, 16, GET_BIG) as begun:
        assert [patient.ask()[0] for _ in range(20)] == [200] * 20
        begun[0].settimeout(PATIENCE)
        taken = 0
        while taken < BIG:
            taken += len(begun[0].recv(1_000_000))
    assert patient.ask("/big")[2] == b"x" * BIG


def test_a_body_that_arrives_slowly_but_in_time_is_read_whole(patient):
    with clients(patient, 1, BODY) as (one,):
        one.sendall(b"x" * 95)
        assert one.recv(1000).endswith(b"\r\n\r\n100")


def closed(client):
    """What the server said before it hung up."""
    client.settimeout(PATIENCE)
    said = b""
    with contextlib.suppress(ConnectionResetError):
        while part := client.recv(65_536):
            said += part
    return said


def test_a_body_that_does_not_come_is_cut_off(strict):
    with clients(strict, 1, BODY) as (one,):
        said = closed(one)
    assert said.startswith(b"HTTP/1.1 408 ")
    assert b"connection: close" in said.lower()


def test_a_body_that_trickles_is_cut_off(strict):
    """A byte now and then keeps nothing alive: the whole has a time, too."""
    with clients(strict, 1, BODY) as (one,):
        one.settimeout(0.2)
        said = b""

        def trickle():
            nonlocal said
            with contextlib.suppress(TimeoutError, OSError):
                one.sendall(b"x")
                said += one.recv(1000)
            return said

        until(trickle, "an answer")
    assert said.startswith(b"HTTP/1.1 408 ")


def test_headers_that_do_not_come_are_cut_off(strict):
    with clients(strict, 1, HEADERS) as (one,), clients(strict, 1, b"") as (silent,):
        assert closed(one) == closed(silent) == b""


def test_who_does_not_take_an_answer_is_cut_off(strict):
    """The rest of it is given up: the client finds fewer bytes than it asked for, and then the end."""
    with clients(strict, 1, GET_BIG) as (one,):
        until(lambda: "too slowly" in strict.said(), "the client is cut off")
        assert len(closed(one)) < BIG
