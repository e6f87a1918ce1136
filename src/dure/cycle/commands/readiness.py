"""Which decisions could be filed now, about what, and what is missing? By rows of the records, without computing any facts.

Each answer is the code with which `facts` of that hand-off would refuse: a test holds both together.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.utils import timezone

from dure.cycle.commands.rows import Context
from dure.cycle.demand.shares import PRIORITY
from dure.cycle.stem.metering import RECORDS
from dure.cycle.stem.periods import months_between, span_of
from dure.cycle.stem.provisioning import STATE
from dure.cycle.supply.buildout import REPORT
from dure.formats.errors import BadInput
from dure.formats.programme import ProgrammeRules
from dure.records import readiness
from dure.records.allocation import queries as allocation
from dure.records.journal import queries as journal

MOST = 12


class Readiness(NamedTuple):
    """One subject of a decision, and the code of what is missing, empty where nothing is.

    `title`: the subject's in Korean and English, where it has one.
    """

    subject: str
    missing: str
    title: tuple[str, str] | None = None


def of_all(context: Context, most: int = MOST) -> dict[str, list[Readiness]]:
    """Of each hand-off by name the subjects that there are, the latest first, up to `most`; at most five statements."""
    kinds = {"report": REPORT, "priority": PRIORITY, "state": STATE, "records": RECORDS}
    months = [(month, *span_of(month)) for month in ended_months(context.at)[:most]]
    found = readiness.of_programme(context.programme, at=context.at, months=months, kinds=kinds, most=most)
    days = journal.statements_by_subject(programme=context.programme, kind=PRIORITY)
    recent = {day: days[day] for day in sorted(days, reverse=True)[:most]}
    shares = _sectors_differ(found, recent, context)
    surveyed, closed = (not found["surveyed"], "no_estimate"), (not found["user_call_closed"], "no_call")
    return {
        "budget": _each(found["appropriations"]),
        "evaluation": _each(found["proposal_panels"], locked="panel_not_locked"),
        "portfolio": _each(found["calls"], ranked="not_ranked", unawarded="all_awarded"),
        "buildout": [Readiness(context.programme, _first((not found["reported"], "no_report")))],
        "demand": _each(found["surveys"]),
        "shares": [Readiness(day, _first(surveyed) or code) for day, code in shares.items()],
        "eligibility": _each(found["user_calls"], closed="still_open"),
        "ranking": _each(found["application_panels"], locked="panel_not_locked", checked="not_checked"),
        "allocation": _each(found["rounds"], ranked="not_ranked", terms="no_terms"),
        "provisioning": _each(found["pools"], read="not_read"),
        "metering": _each(found["months"], reported="no_records"),
        "burden": _each(found["months"], metered="not_metered"),
        "settlement": _each(found["months"], metered="not_metered"),
        "outcomes": [
            Readiness(
                each["subject"],
                _first(
                    (not each["leased"], "empty_period"),
                    (not each["wholly_metered"], "not_metered"),
                    (not found["shares"], "no_shares"),
                ),
            )
            for each in found["months"]
        ],
        "reclaim": _each(found["rounds"]),
        "new_shares": [Readiness(day, _first(surveyed, closed) or code) for day, code in shares.items()],
    }


def _each(rows: Iterable[dict[str, Any]], **needed: str) -> list[Readiness]:
    """Each row with the code of the first thing needed that it lacks, in the order in which the facts ask for it."""
    return [
        Readiness(
            row["subject"],
            _first(*((not row[name], code) for name, code in needed.items())),
            row.get("title"),
        )
        for row in rows
    ]


def _first(*checks: tuple[bool, str]) -> str:
    return next((code for is_missing, code in checks if is_missing), "")


def _sectors_differ(found: dict[str, Any], days: dict[str, Any], context: Context) -> dict[str, str]:
    """By day: every signal must name the sectors that the shares name."""
    try:
        rules, _readings = context.book.fill(ProgrammeRules, on=context.day)
    except BadInput as error:
        return dict.fromkeys(days, error.code)
    current = set(found["shares"] or rules.sector_shares)
    common: tuple[Iterable[str], ...] = (found["surveyed"] or (), found["results"] or rules.sector_shares)
    return {
        day: "sectors_differ" if any(set(each) != current for each in (*common, priority)) else ""
        for day, priority in days.items()
    }


def ended_months(at: dt.datetime) -> list[str]:
    """Months that have ended since the first round began, the last first."""
    first = allocation.first_round_on()
    last = at.astimezone(timezone.get_default_timezone()).date().replace(day=1) - dt.timedelta(days=1)
    return months_between(first, last) if first else []
