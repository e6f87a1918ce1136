"""An NTP server's answer is an offset with its uncertainty, or silence with a reason: never an offset of nothing."""

import socket
import struct
import time

import pytest

from clocks import BASE, FROM_1900, answer, responder, responders
from dure.connectors.clocks.sntp import LONGEST_DISTANCE, WHYS, Silent, Source, Told, ask, ask_all, read_answer, read_sources
from dure.formats.errors import BadInput

MS = 10**6
NOW = 1_800_000_000 * 10**9
QUESTION = bytes(40) + (5).to_bytes(8, "big")


def offset(told):
    """By how much the source is ahead of this machine's time, in nanoseconds."""
    return told.at - told.heard - BASE


@pytest.mark.parametrize("ahead", [0, 99, 100, -101, 3_600_000, -86_400_000])
def test_a_server_s_offset_is_measured_within_half_the_round_trip(ahead):
    with responder(ahead * MS) as served:
        told = ask(served.source, now=time.time_ns())
    assert isinstance(told, Told)
    assert abs(offset(told) - ahead * MS) <= told.round_trip // 2 + 2  # NTP counts in 2^-32 of a second
    assert told.round_trip >= 0


@pytest.mark.parametrize(
    ("faults", "why"),
    [
        ({"leap": 3}, "unsynchronised"),
        ({"stratum": 16}, "unsynchronised"),
        ({"dispersion": (LONGEST_DISTANCE << 16) // 10**9 + 1}, "unsynchronised"),
        ({"delay": 3 << 16}, "unsynchronised"),
        ({"stratum": 0, "code": b"RATE"}, "kiss_of_death"),
        ({"stratum": 0, "leap": 3, "code": b"RATE"}, "kiss_of_death"),
        ({"stratum": 0, "leap": 3, "code": bytes(4)}, "unsynchronised"),
        ({"stratum": 0, "code": bytes(4)}, "unsynchronised"),
        ({"origin": 4711}, "not_asked_for"),
        ({"mode": 3}, "malformed"),
        ({"size": 47}, "malformed"),
        ({"left": 0}, "impossible"),
        ({"left": 1}, "impossible"),
        ({"silent": True}, "late"),
    ],
    ids=str,
)
def test_no_good_answer_is_silence_with_its_reason(faults, why):
    with responder(**faults) as served:
        assert ask(served.source, now=time.time_ns(), wait=0.1) == Silent(why)


def test_a_forged_answer_before_the_right_one_changes_nothing():
    with responder(forged_first=True) as served:
        told = ask(served.source, now=time.time_ns())
    assert isinstance(told, Told)
    assert abs(offset(told)) <= told.round_trip // 2 + 2


def test_a_server_that_is_not_there_is_silent():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        source = Source(*taken.getsockname())
    assert ask(source, now=NOW) == Silent("unreachable")
    assert ask(Source("no-such-host.invalid"), now=NOW, wait=5) == Silent("no_address")


def test_several_are_asked_at_once_and_the_silent_ones_keep_nobody_waiting():
    with responders(0, 250, -250) as served, responder(silent=True) as silent:
        found = ask_all([*(each.source for each in served), silent.source], now=time.time_ns(), wait=0.3)
    for each in served:
        assert abs(offset(found[each.source]) - each.ahead) <= found[each.source].round_trip // 2 + 2
    assert found[silent.source] == Silent("late")
    assert ask_all([], now=NOW) == {}


def read(ahead=0, *, way=0, now=NOW, **faults):
    """What is read of an answer of a server that is ahead, after a way of `way` each in both directions."""
    return read_answer(answer(QUESTION, now + ahead, **faults), asked=5, sent=0, came=2 * way, now=now)


def test_the_way_is_kept_as_uncertainty():
    told = read(way=30 * MS)
    assert (told.round_trip, told.heard) == (60 * MS, 30 * MS)
    assert abs(told.at - NOW) <= 1  # NTP counts in 2^-32 of a second


def test_a_server_that_held_the_question_longer_than_it_was_under_way_is_not_believed():
    held = struct.unpack(">Q", struct.pack(">Q", ((NOW // 10**9 + FROM_1900) << 32) + (1 << 32)))[0]
    assert read(way=30 * MS, left=held) == Silent("impossible")


@pytest.mark.parametrize("year", [1971, 2026, 2036, 2037, 2104, 2172])
def test_seconds_that_begin_again_in_2036_are_read_by_the_era(year):
    now = (year - 1970) * 31_556_952 * 10**9
    assert abs(read(40 * MS, now=now).at - now - 40 * MS) <= 1


def test_every_reason_is_known():
    assert len(set(WHYS)) == len(WHYS) == 8


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        ("", ()),
        ("ntp.example", (Source("ntp.example"),)),
        (" A.example , b.example:1123,", (Source("a.example"), Source("b.example", 1123))),
        ("[2001:db8::1]:99,2001:db8::2", (Source("2001:db8::1", 99), Source("2001:db8::2"))),
    ],
)
def test_servers_are_listed_by_commas(text, sources):
    found = read_sources(text, where="DURE_CLOCKS")
    assert found == sources
    assert read_sources(",".join(map(str, found)), where="DURE_CLOCKS") == found


@pytest.mark.parametrize("text", ["a,A", ":123", "a:0", "a:65536", "a:x", "a" * 121, ",".join(f"h{n}" for n in range(17))])
def test_what_is_no_list_of_servers_is_refused(text):
    with pytest.raises(BadInput, match="DURE_CLOCKS"):
        read_sources(text, where="DURE_CLOCKS")
