"""A round is solved in the background: it reports, is stopped and filed, and can be made again up to where it was stopped."""

import json

import pytest

import factories as make
from cycle.rounds import opened_round
from dure.__main__ import main
from dure.cycle.commands.rows import Context
from dure.cycle.deciding import check, decide
from dure.cycle.replaying import decide_again, stop_at
from dure.cycle.stem import solving
from dure.cycle.stem.allocation import carry_out
from dure.cycle.working import commands
from dure.cycle.working.doing import do
from dure.evidence.journal import verify
from dure.formats.canonical import canonical_bytes, plain
from dure.formats.commands.demand import SolveRound, StopSolving
from dure.formats.commands.work import CancelJob, RetryJob
from dure.formats.errors import BadInput
from dure.records.allocation import queries, solves
from dure.records.allocation.models import AllocationRound, Solve
from dure.records.journal import actions as journal
from dure.records.journal import queries as journal_queries
from dure.records.work.models import Job


def context_of(book, desk="agency"):
    return Context(book, make.the(desk), make.START, via="page")


def asked(round_, book):
    """Ask for a run, as a page does."""
    return Solve.objects.get(pk=solving.start(SolveRound(round=round_.pk), context_of(book)))


def done(solve):
    """Do its job, as a worker does."""
    do(solve.job_id)
    return Solve.objects.select_related("job").get(pk=solve.pk)


def run(round_, book, *, stop=None):
    """Ask, and do it; stopped where it has been begun and not yet reported."""
    solve = asked(round_, book)
    if stop:
        Job.objects.filter(pk=solve.job_id).update(begun_at=make.START)
        solving.stop(StopSolving(round=round_.pk, file_best=stop == "best"), context_of(book))
    return done(solve)


def test_few_reports_are_noted_and_the_last_answer_stands():
    noted, now = [], [0.0]

    def note(*report):
        noted.append(report)
        return len(noted) < 3

    heard = solving.Listener(note, clock=lambda: now[0])
    answers = []
    for figure in range(10):
        answers.append(heard("plan", figure))
        now[0] += 0.2
    assert [step for _stage, _figure, step in noted] == [1, 4, 7, 10]
    assert answers == [True] * 6 + [False] * 4
    again = stop_at("plan", 7)
    assert [again(stage, 0) for stage in ["prices"] * 9 + ["plan"] * 7] == [True] * 15 + [False]


@pytest.mark.parametrize(("asked_at", "stage"), [(1, "prices"), (7, "plan")])
def test_a_search_that_was_stopped_is_made_again_from_an_exported_journal(asked_at, stage, book, example, tmp_path):
    heard, sample = [], example("allocation")

    def progress(stage, figure):
        heard.append((stage, figure))
        return len(heard) < asked_at

    made = decide("allocation", {**sample, "applications": sample["applications"][:4]}, book=book, progress=progress)
    stopped, rules = plain(made.recommendation), plain(made.rules)
    assert len(heard) == asked_at
    assert heard[-1][0] == stage
    assert stopped["stopped_after"] == {"stage": stage, "reports": [each for each, _ in heard].count(stage)}
    assert check("allocation", made.facts, stopped, book=book) == []
    assert canonical_bytes(decide_again("allocation", made.facts, rules, stopped)) == canonical_bytes(stopped)

    entry = {"kind": "recommendation", "seq": 1, "stage": "allocation", "subject": "r", "facts": made.facts, "rules": rules}
    exported = tmp_path / "journal.jsonl"
    exported.write_bytes(canonical_bytes({**entry, "recommendation": stopped}) + b"\n")
    assert main(["replay", "--journal", str(exported)]) == 0
    exported.write_bytes(canonical_bytes({**entry, "recommendation": {**stopped, "bound": stopped["bound"] + 1}}) + b"\n")
    assert main(["replay", "--journal", str(exported)]) == 1


@pytest.mark.django_db
def test_it_is_filed_like_any_other_and_the_next_run_knows_what_was_given(book):
    round_ = opened_round()
    solve = run(round_, book)
    assert (solve.failure, solve.files_best) == ("", False)
    made = solve.entry.recommendation_value()
    assert len(made["grants"]) == 10
    assert made["stopped_after"] is None
    journal.approve(entry=solve.entry, approved_by=make.the("ministry"))
    solve.entry.refresh_from_db()
    carry_out(solve.entry)
    waiting = [each.application_id for each in queries.waiting(round_)]
    assert len(waiting) == 2

    make.servers(make.cluster(servers=1), count=1)
    second = run(round_, book)
    known = second.entry.facts_value()
    assert sorted(each["id"] for each in known["applications"]) == sorted(waiting)
    assert len(known["leases"]) == 10
    assert second.entry.recommendation_value()["grants"] == []
    journal.approve(entry=second.entry, approved_by=make.the("ministry"))
    second.entry.refresh_from_db()
    carry_out(second.entry)
    assert [each.application_id for each in queries.waiting(round_)] == waiting


@pytest.mark.django_db
def test_stopped_with_nothing_or_with_the_best_so_far(book):
    round_ = opened_round()
    nothing = run(round_, book, stop="nothing")
    assert (nothing.cancelled, nothing.entry) == (True, None)
    best = run(round_, book, stop="best")
    filed = best.entry.recommendation_value()
    assert filed["grants"]
    assert filed["stopped_after"] == {"stage": "prices", "reports": 1}
    again = decide_again("allocation", best.entry.facts_value(), best.entry.rules_value(), filed)
    assert canonical_bytes(again) == canonical_bytes(filed)
    lines = [line.encode() for line in journal_queries.export_lines()]
    exported = next(entry for line in lines if (entry := json.loads(line)).get("seq") == best.entry.seq)
    assert exported["recommendation"]["stopped_after"] == filed["stopped_after"]
    assert [fault for fault in verify(lines)[1] if fault.where.startswith(f"line {best.entry.seq} ")] == []


@pytest.mark.django_db
def test_a_run_that_nobody_wants_any_more_ends_at_its_next_report(book, monkeypatch):
    round_ = opened_round()
    heard = []

    def hear(**report):
        heard.append(report["stage"])
        if len(heard) == 2:
            solving.stop(StopSolving(round=round_.pk), context_of(book, "operator"))
        return hear_them(**report)

    hear_them = solves.hear
    monkeypatch.setattr(solves, "hear", hear)
    solve = run(round_, book)
    assert (solve.cancelled, solve.entry, heard) == (True, None, ["reading", "prices"])


@pytest.mark.django_db
def test_what_cannot_be_solved_says_why_before_or_after(book):
    with pytest.raises(BadInput, match="no approved ranking"):
        solving.start(SolveRound(round=make.round_(user_call=make.user_call()).pk), context_of(book))
    round_ = opened_round()
    solve = asked(round_, book)
    with pytest.raises(BadInput, match="being solved already"):
        asked(round_, book)
    AllocationRound.objects.filter(pk=round_.pk).update(draw_seed="")
    solve = done(solve)
    assert "draw_seed" in solve.failure
    assert (solve.entry, solve.job.failure) == (None, solve.failure)


@pytest.mark.django_db
def test_a_run_that_nobody_has_begun_is_stopped_at_once(book):
    round_ = opened_round()
    solve = asked(round_, book)
    assert solving.stop(StopSolving(round=round_.pk), context_of(book))
    solve.refresh_from_db()
    assert (solve.cancelled, solve.job.cancelled) == (True, True)
    assert done(solve).entry is None


@pytest.mark.django_db
def test_a_job_that_is_cancelled_or_asked_for_again_takes_its_run_with_it(book):
    round_ = opened_round()
    solve = asked(round_, book)
    commands.cancel(CancelJob(job=solve.job_id), context_of(book, "operator"))
    solve.refresh_from_db()
    assert solve.cancelled
    again = commands.retry(RetryJob(job=solve.job_id), context_of(book, "operator"))
    second = Solve.objects.get(job=again)
    assert done(second).entry.recommendation_value()["grants"]


@pytest.mark.django_db
def test_an_attempt_that_was_overtaken_files_nothing(book, monkeypatch):
    """A process that lost its connection may still compute when another one has begun the run again."""
    round_ = opened_round()
    solve = asked(round_, book)
    prepare = solving.prepare_decision

    def overtaken(*args, **given):
        prepared = prepare(*args, **given)
        Job.objects.filter(pk=solve.job_id).update(attempts=2)
        return prepared

    monkeypatch.setattr(solving, "prepare_decision", overtaken)
    solve = done(solve)
    assert (solve.entry, solve.finished_at, solve.job.finished_at) == (None, None, None)
    monkeypatch.setattr(solving, "prepare_decision", prepare)
    solve = done(solve)
    assert solve.job.outcome == {"entry": solve.entry_id}
