"""Where clocks do not agree before a deadline, officers are told and it moves by the rule: once, in time, for no other reason."""

import datetime as dt
import threading

import psycopg
import pytest
from django.db import connection, transaction
from psycopg import sql

from clocks import patiently, responder, responders
from dure.cycle.clocks import watching
from dure.cycle.clocks.watching import watch
from dure.cycle.commands.rows import by_rule
from dure.cycle.commands.running import run
from dure.cycle.commands.tables.clocks import ROWS
from dure.cycle.installing.adopting import adopt_first
from dure.formats.commands.deadlines import ExtendForClocks
from dure.formats.errors import BadInput
from dure.records.clocks import queries
from dure.records.clocks.judging import FRESH, WATCHED
from dure.records.clocks.models import Comparison, Postponement
from dure.records.demand.models import UserCall
from dure.records.journal.models import Act
from dure.records.notifications.models import Notification
from dure.records.procurement.models import Call
from logins import as_login, let_in, logged_in
from racing import is_waited_for, outcomes, told
from rules.test_every_rule_matters import with_value
from serving.running import until

MINUTE = dt.timedelta(minutes=1)
TWO_HOURS = 120 * MINUTE  # what the rule says


def opened(world, minutes, kind="call", *, open_for=dt.timedelta(days=2)):
    """A call that closes in so many minutes, by the real clock; returns it as KIND/ID."""
    now = queries.now()
    span = {"closes_at": (now + minutes * MINUTE).isoformat()}
    command, opens = ("open_provider_call", "opened_at") if kind == "call" else ("open_user_call", "opens_at")
    more = {"budget": 1} if kind == "call" else {}
    world.act(command, now - open_for, id="soon", title={"ko": "곧"}, **{opens: (now - open_for).isoformat()}, **span, **more)
    return f"{kind}/soon"


def of(about):
    return queries.deadline(about)


def compared(offset_ms=0, *, ago=range(66), sources=3):
    """Comparisons of the last hour, one a minute of each source."""
    now = queries.now()
    Comparison.objects.bulk_create(
        Comparison(at=now - minute * MINUTE, source=f"clock {n}", offset_us=offset_ms * 1000, round_trip_us=0)
        for minute in ago for n in range(sources)
    )  # fmt: skip


def looked(*ahead):
    """The worker's minute, with so many real servers on this machine, each ahead by so many milliseconds."""
    with responders(*ahead) as served, as_login("worker"):
        watch([each.source for each in served])
        return [each.asked for each in served]


def notices(kind):
    return sorted(Notification.objects.filter(kind=kind).values_list("person__username", flat=True))


@pytest.fixture
def ready(world, monkeypatch):
    patiently(monkeypatch)
    adopt_first()
    let_in(world.book)
    return world


def test_clocks_that_agree_move_nothing(ready):
    about = opened(ready, 30)
    compared()
    before = of(about)
    looked(0, 5, -5)
    assert (of(about), Postponement.objects.count(), notices("clocks_not_agreed")) == (before, 0, [])
    kept = Comparison.objects.order_by("-id")[:3]
    assert all(abs(each.offset_us) <= 5000 + each.round_trip_us // 2 + 1000 for each in kept), "measured against real servers"


@pytest.mark.parametrize("kind", ["call", "user_call"])
@pytest.mark.parametrize(("ahead", "judged"), [((900, 900, 900), "not agreed"), ((0, 0), "not known"), ((0,), "not known")])
def test_clocks_that_do_not_move_the_deadline_once_and_officers_are_told(ready, kind, ahead, judged):
    about = opened(ready, 30, kind)
    before = of(about)
    looked(*ahead)
    assert of(about).closes_at == before.closes_at + TWO_HOURS
    (moved,) = Postponement.objects.all()
    assert (moved.about, moved.closed_at, moved.judged) == (about, before.closes_at, judged)
    act = Act.objects.get(command="extend_for_clocks")
    assert (act.person, act.via, act.about, act.at) == (None, "worker", about, moved.made_at)
    assert {name.partition("-")[0] for name in notices("clocks_not_agreed")} == {"agency", "ministry", "operator"}
    assert {name.partition("-")[0] for name in notices("deadline_moved")} >= ({"alpha"} if kind == "call" else {"lab"})
    alarms = len(notices("clocks_not_agreed"))
    looked(*ahead)
    assert (Postponement.objects.count(), len(notices("clocks_not_agreed"))) == (1, alarms), "the new deadline is two hours away"


def test_a_gap_because_the_worker_was_down_moves_it(ready):
    about = opened(ready, 10)
    compared(ago=range(40, 66))
    before = of(about)
    looked(0, 0, 0)
    assert of(about).closes_at == before.closes_at + TWO_HOURS
    assert Postponement.objects.get().judged == "not known"


def test_a_call_that_has_just_opened_is_not_held_to_an_hour(ready):
    about = opened(ready, 30, open_for=7 * MINUTE)
    compared(ago=range(7))
    before = of(about)
    looked(0, 0, 0)
    assert of(about) == before


def test_silence_is_kept_with_its_reason(ready, monkeypatch):
    patiently(monkeypatch, 3)
    about = opened(ready, 30)
    with responder(silent=True) as silent, responder(leap=3) as lost, responder(stratum=0) as kissing, as_login("worker"):
        watch([each.source for each in (silent, lost, kissing)])
    assert sorted(Comparison.objects.values_list("why_none", flat=True)) == ["kiss_of_death", "late", "unsynchronised"]
    assert set(Comparison.objects.values_list("offset_us", flat=True)) == {None}
    assert Postponement.objects.get(about=about).judged == "not known"


def test_without_sources_nothing_is_known_and_nothing_moves(ready):
    about = opened(ready, 30)
    before = of(about)
    with as_login("worker"):
        watch([])
    assert (of(about), Comparison.objects.count(), Notification.objects.filter(kind="clocks_not_agreed").count()) == (
        before,
        0,
        0,
    )


@pytest.mark.parametrize("minutes", [(WATCHED + FRESH) // MINUTE + 2, -2])
def test_nobody_is_asked_where_no_deadline_is_near(ready, minutes):
    opened(ready, minutes)
    assert looked(0, 0) == [0, 0]


def test_the_five_minutes_before_the_hour_are_measured_and_judged_by_nobody(ready):
    about = opened(ready, 63)
    before = of(about)
    assert looked(900, 900, 900) == [1, 1, 1]
    assert (of(about), notices("clocks_not_agreed")) == (before, [])


def moved_already(about, times):
    """As if the deadline had moved so often before, past every guard."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = 'replica'")
        for n in range(times):
            at = of(about).closes_at - (n + 2) * MINUTE
            Postponement.objects.create(about=about, closed_at=at, closes_at=at + MINUTE, judged="not known", made_at=at - MINUTE)


@pytest.mark.parametrize(
    ("minutes", "times", "moves"), [(30, 1, False), (9, 1, True), (9, 2, False)], ids=["not late", "late", "often enough"]
)
def test_it_moves_again_only_in_the_last_minutes_and_only_so_often(ready, minutes, times, moves):
    about = opened(ready, minutes)
    moved_already(about, times)
    before = of(about)
    looked(900, 900, 900)
    assert (of(about).closes_at > before.closes_at) == moves
    assert notices("clocks_not_agreed"), "officers are told in any case"


def test_it_moves_again_only_if_it_is_still_wrong(ready):
    about = opened(ready, 9)
    moved_already(about, 1)
    compared(900, ago=range(20, 66))
    compared(ago=range(1, 20))
    before = of(about)
    looked(0, 0, 0)
    assert (of(about), bool(notices("clocks_not_agreed"))) == (before, True)


def test_a_rule_of_none_tells_and_moves_nothing(ready, monkeypatch):
    monkeypatch.setattr(watching, "book", lambda: with_value(ready.book, "deadlines/clock_extensions_most", 0))
    about = opened(ready, 30)
    before = of(about)
    looked(900, 900, 900)
    assert (of(about), bool(notices("clocks_not_agreed"))) == (before, True)


# What the database refuses, whoever asks it


def command(about, *, later=TWO_HOURS, judged="not agreed"):
    return ExtendForClocks(about=about, closes_at=of(about).closes_at + later, judged=judged)


def extend(given):
    with as_login("worker"):
        return run(ROWS[0], given, by_rule(watching.book(), queries.now))


@pytest.mark.parametrize(
    ("minutes", "offset", "given", "says"),
    [
        (30, 0, {}, "comparisons of clocks do not move"),
        (30, 900, {"judged": "not known"}, "comparisons of clocks do not move"),
        (62, 900, {}, "in its last hour alone"),
        (30, 900, {"later": TWO_HOURS + MINUTE}, "the rule book does not move"),
        (30, 900, {"later": dt.timedelta(days=30)}, "the rule book does not move"),
        (30, None, {"judged": "not known"}, "comparisons of clocks do not move"),
        (30, 900, {"later": dt.timedelta(0)}, "only moves later"),
        (-1, 900, {}, "is not possible while it is closed"),
    ],
    ids=["agreed", "said otherwise", "too early", "too long", "for a month", "nobody compared", "not later", "too late"],
)
def test_the_worker_s_word_is_not_enough(ready, minutes, offset, given, says):
    about = opened(ready, minutes)
    if offset is not None:
        compared(offset)
    before = of(about)
    with pytest.raises(BadInput, match=says):
        extend(command(about, **given))
    assert (of(about), Act.objects.filter(command="extend_for_clocks").count()) == (before, 0)


def test_without_a_rule_book_on_record_nothing_moves(ready):
    about = opened(ready, 30)
    compared(900)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = 'replica'")
        cursor.execute("DELETE FROM installation_rulebook")
    with pytest.raises(BadInput, match="the rule book does not move"):
        extend(command(about))


POSTPONE = (
    "INSERT INTO clocks_postponement (about, closed_at, closes_at, judged, made_at) "
    "SELECT 'call/soon', closes_at, closes_at + interval '2 hours', 'not agreed', now() FROM procurement_call WHERE id = 'soon'"
)
MOVE = "UPDATE procurement_call SET closes_at = closes_at + interval '2 hours' WHERE id = 'soon'"
ACT = (
    "INSERT INTO journal_act (programme, command, about, at, via, input_id, key, code_version, person_id) "
    "SELECT 'p', {}, 'call/soon', now(), 'worker', digest, '', 'v', NULL FROM journal_document LIMIT 1"
)
BY_RULE = sql.SQL(ACT).format(sql.Literal("extend_for_clocks")).as_string()
BY_HAND = sql.SQL(ACT).format(sql.Literal("confirm_extension")).as_string()


@pytest.mark.parametrize(
    ("login", "statements", "says"),
    [
        ("app", [POSTPONE], "permission denied"),
        ("app", [MOVE], "moves by two people"),
        ("app", [BY_RULE], "an act has a person"),
        ("worker", [MOVE], "moves by two people"),
        ("worker", [BY_RULE], "an act has a person"),
        ("worker", [POSTPONE, BY_HAND], "an act has a person"),
        ("worker", [POSTPONE, BY_RULE, BY_RULE], "an act has a person"),
        ("worker", [POSTPONE, MOVE], "by an act in the same transaction"),
        ("worker", [POSTPONE, MOVE.replace("2 hours", "3 hours"), BY_RULE], "moves by two people"),
        ("worker", [POSTPONE, POSTPONE], "postponement_is_made_once|in its last hour alone"),
        (
            "worker",
            [POSTPONE.replace("closes_at, closes_at +", "now() + interval '9 hours', closes_at +")],
            "is not the deadline",
        ),
        ("worker", [POSTPONE, BY_RULE, "UPDATE clocks_postponement SET about = 'call/call-2'"], "permission denied"),
    ],
)
def test_no_log_in_moves_a_deadline_by_another_path(ready, login, statements, says):
    about = opened(ready, 30)
    compared(900)
    before = of(about)
    with logged_in(login) as other, pytest.raises(psycopg.Error, match=says):
        other.execute("; ".join([*statements, "SET CONSTRAINTS ALL IMMEDIATE"]))
    assert of(about) == before


def test_the_control_is_let_through(ready):
    opened(ready, 30)
    compared(900)
    with logged_in("worker") as worker:
        worker.execute(f"{POSTPONE}; {MOVE}; {BY_RULE}; SET CONSTRAINTS ALL IMMEDIATE")


# Races


def test_two_workers_move_it_once(ready):
    about = opened(ready, 30)
    compared(900)
    before, given = of(about), command(about)
    with as_login("worker"):
        found = outcomes(lambda _n: run(ROWS[0], given, by_rule(watching.book(), queries.now)), writers=8)
    assert told(found) == (1, {"not_later"})
    assert of(about).closes_at == before.closes_at + TWO_HOURS
    assert Postponement.objects.count() == Act.objects.filter(command="extend_for_clocks").count() == 1


@pytest.mark.parametrize("kind", ["call", "user_call"])
def test_what_waits_past_the_deadline_moves_nothing(ready, kind):
    """Something that comes in holds the call's row; the deadline passes while the rule waits for it."""
    about = opened(ready, 1 / 20, kind)
    compared(900)
    before, given = of(about), command(about)
    model = Call if kind == "call" else UserCall

    def job(number):
        if number:
            return run(ROWS[0], given, by_rule(watching.book(), queries.now))
        with transaction.atomic():
            model.objects.select_for_update().get(pk="soon")
            ready.gate.set()
            until(is_waited_for, "the rule waits")
            until(lambda: queries.now() >= before.closes_at, "the deadline passes")
        return None

    found = waiting(ready, job)
    assert getattr(found[1], "code", "") == "not_now"
    assert (of(about), Postponement.objects.count()) == (before, 0)


def waiting(ready, job):
    """Both at once, the second once the first holds its lock."""
    ready.gate = threading.Event()

    def second(number):
        if number:
            assert ready.gate.wait(60)
        return job(number)

    with as_login("worker"):
        return outcomes(second, writers=2)
