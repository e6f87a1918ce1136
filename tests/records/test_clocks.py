"""Whether the database's clock agrees with others, on the edges, in Python and by itself in SQL; comparisons are the worker's."""

import datetime as dt
import random

import psycopg
import pytest
from django.db import connection

from dure.records.clocks.judging import FRESH, Reading, judge, judge_between, watched_since
from dure.records.clocks.models import Comparison, Judged
from logins import logged_in

AT = dt.datetime(2026, 7, 1, 9, tzinfo=dt.UTC)
MS, MINUTE = 1000, dt.timedelta(minutes=1)
AGREED, NOT_AGREED, NOT_KNOWN = Judged.AGREED, Judged.NOT_AGREED, Judged.NOT_KNOWN


def readings(*offsets, way=0, at=AT):
    """One of each source, by milliseconds; None: no good answer."""
    return [
        Reading(at, f"source {n}", None, None) if each is None else Reading(at, f"source {n}", int(each * MS), way * MS)
        for n, each in enumerate(offsets)
    ]


EDGES = [
    ([], NOT_KNOWN, "nobody was asked"),
    (readings(0, 0, 0), AGREED, "three agree"),
    (readings(100, -100, 100), AGREED, "exactly 100 ms"),
    (readings(100.001, 0, 0), NOT_AGREED, "a microsecond more"),
    (readings(90, 90, 90, way=20), AGREED, "100 ms at worst"),
    (readings(90, 90, 90, way=20.002), NOT_KNOWN, "the way may hide that it is more"),
    (readings(110, 110, 110, way=20), NOT_KNOWN, "the way may hide that it is less"),
    (readings(110, 110, 110, way=19.998), NOT_AGREED, "surely more"),
    (readings(0, 0), NOT_KNOWN, "two of three answer"),
    (readings(0, 0, None), NOT_KNOWN, "the third is silent"),
    (readings(0, 0, 900), NOT_AGREED, "two agree, and one surely does not"),
    (readings(0, 0, 0, 900, -900, None), AGREED, "three agree, whatever others say"),
    (readings(3_600_000, 3_600_000, 3_600_000), NOT_AGREED, "an hour"),
    (readings(0, 0, 0, at=AT - FRESH), NOT_KNOWN, "too old"),
    (readings(0, 0, 0, at=AT - FRESH + dt.timedelta(microseconds=1)), AGREED, "just not too old"),
    (readings(0, 0, 0, at=AT + dt.timedelta(microseconds=1)), NOT_KNOWN, "of the future"),
    (readings(0, 0, 0, at=AT - MINUTE) + readings(None, None, None), AGREED, "a lost packet is no alarm"),
    (readings(0, 0, 0, at=AT - MINUTE) + readings(500, 500, 500), NOT_AGREED, "the newest answer counts"),
]
SPANS = [
    ([], -60, NOT_KNOWN, "the worker was down"),
    ([(n, 0) for n in range(-62, 1)], -60, AGREED, "every minute"),
    ([(n, 0) for n in range(-62, 1, 4)], -60, AGREED, "every fourth"),
    ([(n, 0) for n in range(-62, 1) if not -30 <= n < -26], -60, AGREED, "a gap of just under five minutes"),
    ([(n, 0) for n in range(-62, 1) if not -30 <= n < -25], -60, NOT_KNOWN, "a gap of six, which is over"),
    ([(n, 900 if n == -40 else 0) for n in range(-62, 1)], -60, NOT_AGREED, "wrong for a minute"),
    ([(n, 900 if n == -61 else 0) for n in range(-62, 1)], -60, AGREED, "wrong before it counted"),
    ([(n, 0) for n in range(-20, 1)], -60, NOT_KNOWN, "begun late"),
    ([(n, 0) for n in range(-20, 1)], -20, AGREED, "since it could be watched"),
    ([(n, 900) for n in range(-62, -50)], -60, NOT_AGREED, "wrong, and then down: what is worse counts"),
    ([], 1, AGREED, "nothing to watch yet"),
]


def spread(steps):
    return [each for minute, offset in steps for each in readings(offset, offset, offset, at=AT + minute * MINUTE)]


@pytest.mark.parametrize(("given", "judged"), [each[:2] for each in EDGES], ids=[each[2] for each in EDGES])
def test_at_a_moment(given, judged):
    assert judge(given, at=AT) == judge(reversed(given), at=AT) == judged


@pytest.mark.parametrize(("steps", "since", "judged"), [each[:3] for each in SPANS], ids=[each[3] for each in SPANS])
def test_in_a_span_of_time(steps, since, judged):
    assert judge_between(spread(steps), since=AT + since * MINUTE, until=AT) == judged


@pytest.mark.parametrize(("open_for", "watched"), [(600, 60), (66, 60), (65, 60), (64, 59), (6, 1), (4, -1)])
def test_a_call_is_watched_for_an_hour_or_once_it_can_be(open_for, watched):
    assert watched_since(opened_at=AT - open_for * MINUTE, closes_at=AT) == AT - watched * MINUTE


def kept(given):
    Comparison.objects.bulk_create(
        Comparison(at=each.at, source=each.source, offset_us=each.offset, round_trip_us=each.round_trip,
                   why_none="" if each.offset is not None else "late")
        for each in given
    )  # fmt: skip


def in_sql(function, *given):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}({', '.join(['%s'] * len(given))})", given)
        return cursor.fetchone()[0]


@pytest.mark.django_db
@pytest.mark.parametrize(("given", "judged"), [each[:2] for each in EDGES], ids=[each[2] for each in EDGES])
def test_sql_says_the_same_at_a_moment(given, judged):
    kept(given)
    assert in_sql("clocks_judged", AT) == judged


@pytest.mark.django_db
@pytest.mark.parametrize(("steps", "since", "judged"), [each[:3] for each in SPANS], ids=[each[3] for each in SPANS])
def test_sql_says_the_same_in_a_span_of_time(steps, since, judged):
    kept(spread(steps))
    assert in_sql("clocks_judged_between", AT + since * MINUTE, AT) == judged


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(8))
def test_both_say_the_same_of_anything(seed):
    draw = random.Random(seed)
    given = []
    for minute in range(-12, 1):
        if draw.random() < 0.8:
            offsets = [draw.choice([None, 0, 99, 100, 100.001, -101, 900]) for _ in range(draw.choice([3, 4, 5]))]
            given += readings(*offsets, way=draw.choice([0, 0, 1, 2]), at=AT + minute * MINUTE)
    kept(given)
    seen = set()
    for minute in range(-12, 1):
        at = AT + minute * MINUTE
        seen.add(said := judge(given, at=at))
        assert in_sql("clocks_judged", at) == said
        assert in_sql("clocks_judged_between", at, AT) == judge_between(given, since=at, until=AT)
    assert len(seen) > 1


ADD = "INSERT INTO clocks_comparison (at, source, offset_us, round_trip_us, why_none) VALUES ('2020-01-01', 'a', 0, 0, '')"


@pytest.mark.usefixtures("bounded")
def test_comparisons_are_the_worker_s_are_dated_by_the_database_and_stay():
    with logged_in("worker") as worker:
        worker.execute(ADD)
        assert worker.execute("SELECT at = now() FROM clocks_comparison").fetchone() == (True,)
        for statement in (
            "UPDATE clocks_comparison SET offset_us = 0",
            "DELETE FROM clocks_comparison",
            "TRUNCATE clocks_comparison",
        ):
            with pytest.raises(psycopg.Error, match="permission denied"), worker.transaction():
                worker.execute(statement)
    for login in ("app", "auditor", "metering"):
        with logged_in(login) as other, pytest.raises(psycopg.Error, match="permission denied"):
            other.execute(ADD)
    with logged_in("auditor") as auditor:
        assert auditor.execute("SELECT count(*) FROM clocks_comparison").fetchone() == (0,)
    with connection.cursor() as cursor, pytest.raises(Exception, match="only grows"):
        cursor.execute("TRUNCATE clocks_comparison")
