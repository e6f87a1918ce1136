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
from dure.cycle.stem.periods import span_of
from dure.cycle.stem.provisioning import STATE
from dure.cycle.supply.buildout import REPORT
from dure.formats.errors import BadInput
from dure.formats.programme import ProgrammeRules
from dure.records import readiness
from dure.records.demand import queries as demand
from dure.records.journal import queries as journal


class Readiness(NamedTuple):
    """The latest subject of a decision, empty where there is none, and the code of what is missing, empty where nothing is.

    `title`: the subject's in Korean and English, where it has one.
    """

    subject: str
    missing: str
    title: tuple[str, str] | None = None


NO_SUBJECT = "no_subject"


def of_all(context: Context) -> dict[str, Readiness]:
    """Of each hand-off by name; at most three statements."""
    month = _last_month(context.at)
    kinds = {"report": REPORT, "priority": PRIORITY, "state": STATE, "records": RECORDS}
    found = readiness.of_programme(context.programme, at=context.at, month=(month, *span_of(month)), kinds=kinds)
    first = found["first_round_on"]
    month = "" if first is not None and f"{first:%Y-%m}" > month else month
    missing = _missing(found, context)
    subjects = {
        "budget": context.programme, "evaluation": found["proposal_panel"], "portfolio": found["call"],
        "buildout": context.programme, "demand": found["survey"], "shares": found["day"], "new_shares": found["day"],
        "eligibility": found["user_call"], "ranking": found["application_panel"], "allocation": found["round"],
        "provisioning": found["pool"], "metering": month, "burden": month, "settlement": month, "outcomes": month,
        "reclaim": found["round"],
    }  # fmt: skip
    titles = {"portfolio": found["call_title"], "demand": found["survey_title"], "eligibility": found["user_call_title"]}
    return {
        name: Readiness(key or "", missing.get(name, "") if key else NO_SUBJECT, tuple(titles.get(name) or ()) or None)
        for name, key in subjects.items()
    }


def _missing(found: dict[str, Any], context: Context) -> dict[str, str]:
    """The first thing that is missing, in the order in which the facts ask for it."""
    not_metered = _first((not found["month_metered"], "not_metered"))
    surveyed = (not found["surveyed"], "no_estimate")
    return {
        "budget": _first((not found["appropriated"], "no_appropriation")),
        "evaluation": _first((not found["proposal_panel_locked"], "panel_not_locked")),
        "portfolio": _first((not found["call_ranked"], "not_ranked")),
        "buildout": _first((not found["reported"], "no_report")),
        "shares": _first(surveyed) or _signals(found, context),
        "new_shares": _first(surveyed, (not found["user_call_closed"], "no_call")) or _signals(found, context),
        "ranking": _first((not found["application_panel_locked"], "panel_not_locked")) or _checked(found),
        "allocation": _first((not found["round_ranked"], "not_ranked"), (not found["round_has_terms"], "no_terms")),
        "provisioning": _first((not found["pool_read"], "not_read")),
        "metering": _first((not found["month_reported"], "no_records")),
        "burden": not_metered,
        "settlement": not_metered,
        "outcomes": _first((not found["month_leased"], "empty_period"), (not found["shares"], "no_shares")),
    }


def _first(*checks: tuple[bool, str]) -> str:
    return next((code for is_missing, code in checks if is_missing), "")


def _checked(found: dict[str, Any]) -> str:
    call = demand.user_call(found["application_panel_call"]) if found["application_panel"] else None
    return "" if call is None or demand.eligible_applications(call).exists() else "not_checked"


def _signals(found: dict[str, Any], context: Context) -> str:
    """Every signal must name the sectors that the shares name."""
    if not found["day"]:
        return ""
    try:
        rules, _readings = context.book.fill(ProgrammeRules, on=context.at.date())
    except BadInput as error:
        return error.code
    priority = journal.statement(programme=context.programme, kind=PRIORITY, subject=found["day"])
    current = set(found["shares"] or rules.sector_shares)
    signals: tuple[Iterable[str], ...] = (found["surveyed"], priority, found["results"] or rules.sector_shares)
    return "sectors_differ" if any(set(each) != current for each in signals) else ""


def _last_month(at: dt.datetime) -> str:
    """The last month that has ended."""
    return f"{at.astimezone(timezone.get_default_timezone()).replace(day=1) - dt.timedelta(days=1):%Y-%m}"
