"""Organisations apply; applications are checked against the published rules, and those that pass are scored by reviewers."""

from typing import Any

from msgspec import structs, to_builtins

from dure.cycle import review
from dure.cycle.commands.rows import Context, Owners, State
from dure.cycle.demand.sectors import require_sectors
from dure.cycle.demand.standing import application_named
from dure.cycle.gainers import require_no_part
from dure.cycle.lookup import found, locked, on_its_own, require_model, require_to_come
from dure.formats.canonical import plain
from dure.formats.commands.demand import NoteObligations, OpenUserCall, SubmitApplication, WithdrawApplication
from dure.formats.errors import BadInput
from dure.formats.stages.eligibility import EligibilityFacts, EligibilityRecommendation, EligibilityRules
from dure.records.demand import actions, queries
from dure.records.demand.models import UserCall
from dure.records.journal import actions as journal
from dure.records.journal import queries as journal_queries
from dure.records.journal.filed import Filed
from dure.records.journal.models import Entry
from dure.records.outcomes import queries as outcomes
from dure.records.parties import queries as parties
from dure.records.review import queries as review_queries
from dure.records.supply import queries as supply

OBLIGATIONS = "obligations"
PART = "#"  # stands between a grant's id, which is made of its application's, and the number of its part


def open_call(request: OpenUserCall, context: Context) -> str:
    """Open the call; returns its id."""
    if queries.user_call(request.id) is not None:
        raise BadInput(f"user call {request.id!r} is there already.", where="id", todo="Choose another id.", code="id_taken")
    if request.closes_at <= request.opens_at:
        raise BadInput("the deadline is not after the opening.", where="closes_at", todo="Correct it.", code="invalid")
    require_to_come(request.closes_at, context)
    return actions.open_user_call(**structs.asdict(request)).pk


def submit(request: SubmitApplication, context: Context) -> str:
    """Take in the application; returns its id."""
    if queries.application(request.id) is not None:
        raise BadInput(f"application {request.id!r} is there already.", where="id", todo="Choose another id.", code="id_taken")
    on_its_own(request.organisation)
    require_sectors([request.sector], context, where="sector")
    known = supply.gpu_models()
    for model in request.models:
        require_model(known, model, where="models")
    _require_sense(request)
    fields = structs.asdict(request)
    fields["gpu_models"] = fields.pop("models")
    lists = {name: list(fields.pop(name)) for name in ("supported_by", "people")}
    return actions.submit_application(
        user_call=_call(fields.pop("call")), at=context.at, submitted_by=context.person, **fields, **lists
    ).pk


def withdraw(request: WithdrawApplication, context: Context) -> str:
    """Take the application back; returns its id. It stays in the records, and counts no more."""
    actions.withdraw(application=application_named(request.application), at=context.at)
    return request.application


def note_obligations(request: NoteObligations, context: Context) -> str:
    """Record what applicants owe; returns the call's id."""
    applied = queries.applications(user_call=_call(request.call))
    require_no_part(context.person, lambda: {each.organisation_id for each in applied}, where=f"user call {request.call}")
    for each in request.owing:
        found(parties.organisation(each.organisation), "organisation", each.organisation)
    journal.state(
        programme=context.programme,
        kind=OBLIGATIONS,
        subject=_call(request.call).pk,
        content=plain(request.owing),
        by=context.person,
        at=context.at,
    )
    return request.call


def applicant_of(request: SubmitApplication) -> Owners:
    """An application belongs to the organisation that applies."""
    return Owners(frozenset({request.organisation}))


def eligibility_facts(subject: str, context: Context) -> dict[str, Any]:
    """Applicants and applications of the call, with what each applicant owes."""
    call = _call(subject)
    if call.closes_at > context.at:
        raise BadInput("is still open.", where=f"user call {subject}", todo="Wait for its deadline.", code="still_open")
    owing: dict[str, list[str]] = outcomes.overdue_obligations(on=context.day)
    stated = journal_queries.statement(programme=context.programme, kind=OBLIGATIONS, subject=subject) or []
    for each in stated:
        owing.setdefault(each["organisation"], []).extend(each["obligations"])
    sizes = {name: model.gpus_per_server for name, model in supply.gpu_models().items()}
    return queries.eligibility_facts(call, gpus_per_server=sizes, obligations=owing)


def carry_out_eligibility(entry: Entry) -> None:
    """Record who may be judged; refused where it was filed before the deadline, while others could still apply or withdraw."""
    if entry.at < _call(entry.subject).closes_at:
        raise BadInput(
            "it was filed before the deadline.",
            where=f"journal entry {entry.seq}",
            todo="Refuse it, and file the eligibility again.",
            code="stale",
        )
    filed = Filed(entry, EligibilityFacts, EligibilityRules, EligibilityRecommendation)
    actions.record_eligibility(entry=entry, results=to_builtins(filed.recommendation.results))


def ranking_facts(subject: str, context: Context) -> dict[str, Any]:
    """The panel's sheets on each application of its call; what is not eligible stays at the gate."""
    del context
    panel = locked(found(review_queries.panel(subject), "panel", subject))
    call = _call(panel.subject)
    eligible = set(queries.eligible_applications(call).values_list("pk", flat=True))
    if not eligible:
        raise BadInput(
            "has no eligible application.",
            where=f"user call {call.pk}",
            todo="Approve the eligibility first.",
            code="not_checked",
        )
    items = [{"id": each.pk, "gate": "pass" if each.pk in eligible else "fail"} for each in queries.standing(call)]
    return {"subject": "applications", **review_queries.evaluation_facts(panel, items=items)}


def carry_out_ranking(entry: Entry) -> None:
    """Enter the ranking."""
    review.record_ranking(entry.subject, entry)


def _require_sense(request: SubmitApplication) -> None:
    if PART in request.id:
        raise BadInput(f"{request.id!r} contains {PART!r}.", where="id", todo="Choose another id.", code="invalid")
    if request.minimum_servers > request.servers or request.latest_week < request.earliest_week:
        raise BadInput(
            f"at least {request.minimum_servers} of {request.servers} servers, "
            f"from week {request.earliest_week} to {request.latest_week}.",
            where="minimum_servers, latest_week",
            todo="The least may not exceed the most, nor the latest start come before the earliest.",
            code="invalid",
        )


def _state(request: SubmitApplication, context: Context) -> str:
    call = _call(request.call)
    if context.at < call.opens_at:
        return "not open yet"
    return "open" if context.at < call.closes_at else "closed"


def _hold(request: SubmitApplication) -> None:
    actions.hold_user_call(request.call)


STATE = State(("not open yet", "open", "closed"), _state, _hold)


def _call(call_id: str) -> UserCall:
    return found(queries.user_call(call_id), "user call", call_id)
