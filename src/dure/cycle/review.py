"""Expert committees: who sits, who steps back, who scored what; the same for proposals and applications."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from django.db.models import QuerySet
from msgspec import structs

from dure.cycle.commands.rows import Context, Owners, State
from dure.cycle.gainers import require_no_part
from dure.cycle.lookup import account_on_its_own, found, require_happened, require_once
from dure.cycle.supply.call import checked
from dure.decisions.evaluation.call import sheets_needed
from dure.formats.canonical import plain
from dure.formats.commands.review import (
    DeclareConflict,
    LockPanel,
    RecordSiteVisit,
    ReplaceEvaluator,
    SeatPanel,
    SubmitScoreSheet,
)
from dure.formats.errors import BadInput
from dure.formats.kinds import exact
from dure.formats.stages.evaluation import EvaluationFacts, EvaluationRecommendation, EvaluationRules
from dure.records.demand import queries as demand
from dure.records.journal.filed import Filed
from dure.records.journal.models import Entry
from dure.records.parties.models import Desk, Person
from dure.records.procurement import queries as procurement
from dure.records.review import access, actions, queries
from dure.records.review.models import Panel


def seat(request: SeatPanel, context: Context) -> str:
    """Seat the panel with its criteria; returns its id."""
    if queries.panel(request.id) is not None:
        raise BadInput(f"panel {request.id!r} is there already.", where="id", todo="Choose another id.", code="id_taken")
    if request.kind == "proposal":
        found(procurement.call(request.call), "call", request.call)
    else:
        found(demand.user_call(request.call), "user call", request.call)
    require_once((each.id for each in request.criteria), "criterion", where="criteria")
    require_once((uid for uid in request.seats.values() if uid), "person", where="seats")
    _require_seats(request, context)
    judges = access.may_judge(request.kind)
    people = {uid: _who_may_judge(uid, judges, where="seats") for uid in request.seats.values() if uid}
    return actions.seat_panel(
        panel_id=request.id,
        kind=request.kind,
        subject=request.call,
        seats={code: people.get(uid or "") for code, uid in request.seats.items()},
        criteria=plain(request.criteria),
        draw_seed=request.draw_seed,
        at=context.at,
    ).pk


def replace(request: ReplaceEvaluator, context: Context) -> str:
    """Seat somebody else in an evaluator's place; returns the panel's id."""
    panel = _panel(request.panel)
    found(queries.seats(panel).filter(code=request.evaluator).first(), "evaluator", request.evaluator)
    _require_no_sheet(panel, request.evaluator)
    if queries.all_seats(panel).filter(code=request.code).exists():
        raise BadInput(f"the panel has had {request.code!r}.", where="code", todo="Choose another code.", code="id_taken")
    person = _who_may_judge(request.person, access.may_judge(panel.kind), where="person")
    _require_new(panel, person)
    actions.replace_evaluator(panel=panel, evaluator=request.evaluator, person=person, code=request.code, at=context.at)
    return panel.pk


def declare_conflict(request: DeclareConflict, context: Context) -> str:
    """Record that the evaluator steps back from the item; returns the panel's id."""
    panel = _panel(request.panel)
    _require_item(panel, request.item)
    actions.recuse(panel=panel, evaluator=request.evaluator, item=request.item, reason=request.reason, at=context.at)
    return panel.pk


def submit_sheet(request: SubmitScoreSheet, context: Context) -> int:
    """Take in one sheet, complete and within the criteria; returns its version."""
    panel = _panel(request.panel)
    _require_item(panel, request.item)
    rules, _ = context.book.fill(EvaluationRules, on=context.day)
    _require_points(panel, request.points, step=exact(rules.point_step))
    seat = queries.seats(panel).filter(code=request.evaluator).first()
    _require_no_part(panel, request.item, context.person, seat.person if seat else None)
    sheet = actions.submit_score_sheet(
        panel=panel, evaluator=request.evaluator, item=request.item, points=request.points, at=context.at
    )
    return sheet.version


def record_visit(request: RecordSiteVisit, context: Context) -> str:
    """Enter the points of an inspection, at most the published maximum; returns the panel's id."""
    require_happened(request.visited_on, context, where="visited_on")
    panel = _panel(request.panel)
    _require_item(panel, request.item)
    rules, _ = context.book.fill(EvaluationRules, on=context.day)
    if exact(request.points) > exact(rules.site_points_maximum):
        raise BadInput(
            f"{request.points} points are more than {rules.site_points_maximum}.",
            where="points",
            todo="Give points from 0 to the published maximum.",
            code="too_many_points",
            detail={"points": request.points, "most": rules.site_points_maximum},
        )
    _require_no_part(panel, request.item, context.person)
    actions.record_site_visit(
        panel=panel, item=request.item, points=request.points, visited_on=request.visited_on, findings=request.findings
    )
    return panel.pk


def lock(request: LockPanel, context: Context) -> str:
    """End scoring; returns the panel's id. Refused where nothing could be ranked: what is locked takes no sheet any more."""
    panel = actions.lock_panel(panel=_panel(request.panel), at=context.at)
    rules, _ = context.book.fill(EvaluationRules, on=context.day)
    needed, items = _sheets_needed(rules, panel.kind), _to_rank(panel, context)
    if _is_judged(panel.criteria) and queries.most_sheets_of_an_item(panel, items) < needed:
        raise BadInput(
            f"no item has the {needed} score sheets with which it can be ranked; have them handed in before the panel is locked.",
            where=f"panel {panel.pk}",
            todo="A locked panel takes none.",
            code="too_few_sheets",
        )
    return panel.pk


def record_ranking(panel_id: str, entry: Entry) -> None:
    """Enter the approved ranking of the panel's items."""
    filed = Filed(entry, EvaluationFacts, EvaluationRules, EvaluationRecommendation)
    ranking = [structs.asdict(each) for each in filed.recommendation.ranking]
    actions.record_ranking(panel=_panel(panel_id), ranking=ranking, entry=entry)


def evaluator_of(request: DeclareConflict | SubmitScoreSheet) -> Owners:
    """A seat belongs to the evaluator who sits there."""
    panel = queries.panel(request.panel)
    seat = queries.seats(panel).filter(code=request.evaluator).first() if panel else None
    return Owners(people=frozenset({seat.person.uid}) if seat and seat.person else frozenset())


_OfPanel = ReplaceEvaluator | DeclareConflict | SubmitScoreSheet | RecordSiteVisit | LockPanel


def _state(request: _OfPanel, context: Context) -> str:
    del context
    return "scoring" if _panel(request.panel).locked_at is None else "locked"


def _hold(request: _OfPanel) -> None:
    actions.hold_panel(request.panel)


STATE = State(("scoring", "locked"), _state, _hold)


def _require_seats(request: SeatPanel, context: Context) -> None:
    """Raise `BadInput` with code `too_few_seats` where the panel could never rank anything; not before the rules are in force."""
    try:
        rules, _ = context.book.fill(EvaluationRules, on=context.day)
    except BadInput as error:
        if error.code != "no_rule":
            raise
        return
    needed = _sheets_needed(rules, request.kind)
    if _is_judged(plain(request.criteria)) and len(request.seats) < needed:
        raise BadInput(
            f"with {len(request.seats)} seats nothing could ever be ranked; give at least {needed}, also without their people.",
            where="seats",
            todo="Each item needs that many sheets: those that must remain, and those that are dropped.",
            code="too_few_seats",
        )


def _who_may_judge(uid: str, judges: QuerySet[Person], *, where: str) -> Person:
    """The person, if they are one of these, who may; the refusal tells of their roles and never of who has handed in."""
    person = account_on_its_own(uid)
    if Desk.REVIEWER not in person.desks:
        raise BadInput(
            f"{uid!r} does not sit at the reviewer desk.", where=where, todo="Give them that role first.", code="no_reviewer"
        )
    if not judges.filter(pk=person.pk).exists():
        raise BadInput(
            f"{uid!r} acts for an organisation that could hand in what is judged, or for one of its group.",
            where=where,
            todo="Choose somebody who acts for none of them, whether it has handed in or not.",
            code="could_hand_in",
        )
    return person


def _require_no_sheet(panel: Panel, evaluator: str) -> None:
    """Raise `BadInput` with code `has_handed_in` where points would be left without their evaluator."""
    if not queries.seats_to_leave(panel).filter(code=evaluator).exists():
        raise BadInput(
            f"evaluator {evaluator!r} has handed in a sheet, and stays.",
            where="evaluator",
            todo="Declare a conflict of interest for what they cannot judge: their sheets on it no longer count.",
            code="has_handed_in",
        )


def _require_new(panel: Panel, person: Person) -> None:
    """Raise `BadInput` with code `seated_already` where the person has, or has left, a seat of the panel."""
    if queries.all_seats(panel).filter(person=person).exists():
        raise BadInput(
            f"{person.uid!r} sits on the panel, or has left it.",
            where="person",
            todo="Choose somebody who never sat there.",
            code="seated_already",
        )


def _sheets_needed(rules: EvaluationRules, kind: str) -> int:
    return sheets_needed(rules, applications=kind == Panel.Kind.APPLICATION)


def _is_judged(criteria: Iterable[Mapping[str, Any]]) -> bool:
    return any(each["kind"] == "judged" for each in criteria)


def _to_rank(panel: Panel, context: Context) -> set[str]:
    """What the panel's ranking would be about as far as is known: without what has failed its check, or is not eligible."""
    if panel.kind == Panel.Kind.APPLICATION:
        call = found(demand.user_call(panel.subject), "user call", panel.subject)
        eligible = demand.eligible_applications(call)
        return set((eligible if eligible.exists() else demand.standing(call)).values_list("pk", flat=True))
    call_ = found(procurement.call(panel.subject), "call", panel.subject)
    told = checked(context.programme, call_.pk)
    return {each.pk for each in procurement.proposals(call_) if told.get(each.pk, {}).get("gate") != "fail"}


def _require_item(panel: Panel, item: str) -> None:
    judges = procurement.is_proposal_of if panel.kind == Panel.Kind.PROPOSAL else demand.is_application_of
    if not judges(panel.subject, item):
        raise BadInput(f"the panel does not judge {item!r}.", where="item", todo="Check the id.", code="unknown_id")


def _require_no_part(panel: Panel, item: str, *people: Person | None) -> None:
    """Nobody gives points, in their own name or for an evaluator, to an item of an organisation for which they act.

    Among the few bidders of a call a rival's points are one's own gain, too; among hundreds of applicants they are not.
    """
    for person in people:
        if person:
            require_no_part(person, lambda: _judged_with(panel, item), where=f"item {item}")


def _judged_with(panel: Panel, item: str) -> set[str]:
    """The organisations by whose items one would gain or lose with this one."""
    if panel.kind == Panel.Kind.APPLICATION:
        return demand.organisations_of([item])
    call = procurement.call(panel.subject)
    return {each.provider_id for each in procurement.proposals(call)} if call else set()


def _require_points(panel: Panel, points: dict[str, str], *, step: Fraction) -> None:
    """Each judged criterion has its points, from 0 to its weight, on the published step."""
    weights = {each["id"]: each["weight"] for each in panel.criteria if each["kind"] == "judged"}
    if set(points) != set(weights):
        off = ", ".join(sorted(set(points) ^ set(weights)))
        raise BadInput(
            f"criteria do not match: {off}.", where="points", todo=f"Give points for {', '.join(weights)}.", code="wrong_criteria"
        )
    for criterion, given in points.items():
        if exact(given) > exact(weights[criterion]):
            raise BadInput(
                f"{given} points are more than {weights[criterion]}.",
                where=f"points, {criterion}",
                todo=f"Give points from 0 to {weights[criterion]}.",
                code="too_many_points",
                detail={"criterion": criterion, "points": given, "most": weights[criterion]},
            )
        if exact(given) % step:
            raise BadInput(
                f"{given} points are not in steps of {step}.",
                where=f"points, {criterion}",
                todo="Give points on the published step.",
                code="off_step",
                detail={"criterion": criterion, "points": given, "step": str(step)},
            )


def _panel(panel_id: str) -> Panel:
    return found(queries.panel(panel_id), "panel", panel_id)
