"""What the GPU-hours produced, by sector and use, with what is missing; it feeds the next shares."""

import datetime as dt
from typing import Any

from msgspec import structs

from dure.cycle.commands.rows import Context, Owners
from dure.cycle.lookup import found, require_happened
from dure.cycle.stem.periods import end_of, months_within, span_of, span_of_period_ended
from dure.formats.commands.operation import AskForReports, ReportAchievement, SubmitReport, VerifyAchievements
from dure.formats.errors import BadInput
from dure.formats.stages.outcomes import OutcomesFacts, OutcomesRecommendation, OutcomesRules
from dure.records.allocation import queries as allocation
from dure.records.allocation.held import began_on
from dure.records.journal.filed import Filed
from dure.records.journal.models import Entry
from dure.records.operation import queries as operation
from dure.records.outcomes import actions, queries
from dure.records.parties import queries as parties

MOST_NAMED = 5  # a month without any metering names every grant of the programme


def ask_for_reports(request: AskForReports, context: Context) -> int:
    """Ask each grant of the round that begins by that day for a report; returns how many.

    What begins later has nothing to tell of by then.
    """
    if request.due_on < context.day:
        raise BadInput("the day has passed already.", where="due_on", todo="Choose a later one.", code="deadline_over")
    round_ = found(allocation.allocation_round(request.round), "round", request.round)
    begun = allocation.grants(round_id=round_.pk).filter(during__startswith__lte=end_of(request.due_on))
    return len(actions.ask_for_reports(grants=begun, due_on=request.due_on))


def submit_report(request: SubmitReport, context: Context) -> str:
    """Take in the report; returns the grant's id."""
    found(allocation.organisation_of_grant(request.grant), "grant", request.grant)
    report = queries.report(request.grant, due_on=request.due_on)
    if report is None:
        raise BadInput(
            f"no report is due on {request.due_on}.", where=f"grant {request.grant}", todo="Check the day.", code="unknown_id"
        )
    if report.received_on is not None:
        raise BadInput(f"came on {report.received_on} already.", where=f"report of {request.grant}", code="answered")
    actions.receive_report(report=report, text=request.text, received_on=context.day)
    return request.grant


def report_achievement(request: ReportAchievement, context: Context) -> str:
    """Take in the result; returns its id."""
    found(allocation.organisation_of_grant(request.grant), "grant", request.grant)
    _require_own_id(request)
    _require_day_of_grant(request, context)
    if queries.achievements(ids=[request.id]).exists():
        raise BadInput(f"result {request.id!r} is there already.", where="id", todo="Choose another id.", code="id_taken")
    fields = structs.asdict(request)
    fields |= {"revenue_amount": fields.pop("revenue"), "reported_on": context.day}
    actions.record_achievements(achievements=[fields])
    return request.id


def _require_own_id(request: ReportAchievement) -> None:
    """Nobody learns by trying ids what others have reported."""
    application = request.grant.rpartition("/")[2]
    if not request.id.startswith((f"{application}-", f"{application}/")):
        raise BadInput(
            f"{request.id!r} is not an id of this grant's.",
            where="id",
            todo=f"Begin it with {application}-.",
            code="id_not_own",
            detail={"begins": f"{application}-"},
        )


def _require_day_of_grant(request: ReportAchievement, context: Context) -> None:
    """Raise `BadInput` for a day to come (`not_yet`) or before the grant's first server (`before_the_grant`)."""
    day = request.achieved_on or context.day
    require_happened(day, context, where="achieved_on")
    began = began_on(request.grant)
    if began is None or day < began:
        raise BadInput(
            f"on {day} it had no server yet.",
            where=f"grant {request.grant}",
            todo="Give a day since its first server was leased.",
            code="before_the_grant",
            detail={"day": day.isoformat()},
        )


def verify(request: VerifyAchievements, context: Context) -> int:
    """Confirm the evidence of each result, which it must have; returns how many."""
    known = {each.pk: each for each in queries.achievements(ids=request.achievements)}
    listed = [found(known.get(each), "result", each) for each in request.achievements]
    mine = parties.acting_as_one(context.person.organisation_ids) if context.person.organisation_ids else set()
    if own := next((each for each in listed if each.grant.application.organisation_id in mine), None):
        raise BadInput(
            "you act for the organisation that reported it, or for one of the same group.",
            where=f"result {own.pk}",
            todo="Somebody without a part in it must verify it.",
            code="beneficiary",
        )
    if bare := next((each for each in listed if not each.evidence), None):
        raise BadInput(
            "has no evidence to verify.", where=f"result {bare.pk}", todo="Ask the grant's people for it.", code="no_evidence"
        )
    return actions.verify_achievements(achievements=listed, verified_by=context.person, verified_on=context.day)


def applicant_of(request: SubmitReport | ReportAchievement) -> Owners:
    """A grant belongs to the organisation that applied."""
    return grant_owner(request.grant)


def grant_owner(grant_id: str) -> Owners:
    """The organisation to which a grant belongs."""
    organisation = allocation.organisation_of_grant(grant_id)
    return Owners(frozenset({organisation}) if organisation else frozenset())


def facts(subject: str, context: Context) -> dict[str, Any]:
    """What was used and achieved in a period with leases that is over, as known on the day of filing; by sector with a share."""
    within = span_of_period_ended(subject, context.at)
    if not allocation.leased_within(*within):
        raise BadInput(
            "no lease ran in it.",
            where=f"period {subject}",
            todo="Choose a period in which GPUs were used.",
            code="empty_period",
            detail={"period": subject},
        )
    _require_metered(within)
    sectors = sorted(allocation.shares(programme=context.programme, on=context.day))
    if not sectors:
        raise BadInput("no shares are in force.", where="sectors", todo="Approve shares first.", code="no_shares")
    return queries.outcomes_facts(within=within, as_of=context.day, sectors=sectors)


def _require_metered(within: tuple[dt.datetime, dt.datetime]) -> None:
    """Raise `BadInput` for a month in which a grant's hours are not known: as none, they would raise its sector's yield."""
    for month in months_within(*within):
        from_at, to_at = span_of(month)
        if missing := operation.unmetered(from_at=from_at, to_at=to_at):
            named = ", ".join([*missing[:MOST_NAMED], *(["…"] if len(missing) > MOST_NAMED else [])])
            raise BadInput(
                f"the GPU-hours of {named} are not metered: file and approve this month's metering first.",
                where=f"month {month}",
                code="not_metered",
                detail={"month": month, "grants": named},
            )


def carry_out(entry: Entry) -> None:
    """Enter each sector's part of the results."""
    made = Filed(entry, OutcomesFacts, OutcomesRules, OutcomesRecommendation).recommendation
    actions.record_results(programme=entry.programme, period=entry.subject, made=made, entry=entry)
