"""Checks that take longer than a page: of the whole journal, of one decision, and of what must hold in the records."""

import itertools
import time
from collections.abc import Iterator
from typing import Any

from dure.cycle.lookup import found
from dure.cycle.replaying import as_today, decide_again, differences
from dure.cycle.working.kinds import Ending
from dure.cycle.working.reporting import Report
from dure.evidence.journal import verify
from dure.records.invariants import queries as invariants
from dure.records.journal import queries as journal
from dure.records.work.models import Job

VERIFY, REPLAY, INVARIANTS = "verify", "replay", "invariants"
JOURNAL, RECORDS = "journal/all", "records/all"  # the subjects of the first and the last
MOST = 200  # faults, or differences, that are kept


def entry_subject(seq: int) -> str:
    """The subject of a replay."""
    return f"entry/{seq}"


def verify_journal(job: Job, report: Report) -> Ending:
    """Every hash, link, ruling and decision, from the journal as it is exported."""
    del job
    start, total = time.perf_counter(), journal.head()

    def lines() -> Iterator[bytes]:
        for number, line in enumerate(journal.export_lines()):
            report("verifying", min(number, total), total)
            yield line.encode()

    count, faults = verify(lines())
    kept = [{"code": each.code, "where": each.where, "message": each.message} for each in faults[:MOST]]
    return _outcome(start, entries=count, faults=kept, faults_in_all=len(faults))


def replay_entry(job: Job, report: Report) -> Ending:
    """Decide again from the entry's own facts and rules, with today's code, and keep what differs."""
    start, seq = time.perf_counter(), int(job.subject.removeprefix("entry/"))
    entry = found(journal.get(seq), "entry", str(seq))
    report("deciding")
    decision, version, made = entry.decision, entry.format_version, entry.recommendation_value()
    again = decide_again(decision, entry.facts_value(), entry.rules_value(), made, version=version)
    report("comparing")
    made = as_today(decision, made, version=version)
    return _outcome(start, differences=list(itertools.islice(differences(made, again), MOST)))


def check_invariants(job: Job, report: Report) -> Ending:
    """Whatever must hold in every committed state; `unseen`: what concerns rows that this log-in cannot see all of."""
    del job
    start = time.perf_counter()
    report("looking")
    breaches = [
        {"id": each.invariant.id, "says": each.invariant.says, "places": list(each.places)} for each in invariants.breaches()
    ]
    return _outcome(start, looked_at=len(invariants.told_by_query()), breaches=breaches, unseen=invariants.partly_unseen())


def _outcome(start: float, **found_: Any) -> Ending:
    seconds = round(time.perf_counter() - start, 2)
    return lambda: {**found_, "seconds": f"{seconds:.2f}"}
