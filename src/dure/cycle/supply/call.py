"""The agency invites cloud providers; proposals come in before the deadline and are not altered afterwards."""

from collections.abc import Iterable
from typing import Any

from msgspec import structs

from dure.cycle.commands.rows import Context, Owners, State
from dure.cycle.gainers import require_no_part
from dure.cycle.lookup import found, on_its_own, require_model, require_once, require_to_come
from dure.cycle.supply.money import require_room
from dure.formats.canonical import plain
from dure.formats.commands.calls import (
    AnswerQuestion,
    AskQuestion,
    CheckProposals,
    ConfirmExtension,
    ExtendProviderCall,
    NotePriceAnswers,
    OpenProviderCall,
    SubmitProposal,
)
from dure.formats.errors import BadInput
from dure.records.journal import actions as journal
from dure.records.journal import queries as journal_queries
from dure.records.parties import queries as parties
from dure.records.procurement import actions, queries
from dure.records.procurement.models import Call
from dure.records.review import queries as review
from dure.records.review.models import Panel
from dure.records.supply import queries as supply

CHECKS, ANSWERS = "proposal_checks", "price_answers"
ENTERING = frozenset({"agency"})  # may enter proposals received on paper, under the ids printed on them


def open_call(request: OpenProviderCall, context: Context) -> str:
    """Open the call; returns its id."""
    if queries.call(request.id) is not None:
        raise BadInput(f"call {request.id!r} is there already.", where="id", todo="Choose another id.", code="id_taken")
    if request.closes_at <= request.opened_at:
        raise BadInput("the deadline is not after the opening.", where="closes_at", todo="Correct it.", code="invalid")
    require_to_come(request.closes_at, context)
    require_room(context.programme, request.opened_at, request.budget, where="budget")
    fields = structs.asdict(request)
    return actions.open_call(**fields | {"budget_amount": fields.pop("budget")}).pk


def extend(request: ExtendProviderCall, context: Context) -> str:
    """Propose the later deadline; returns the call's id."""
    call = _call(request.call)
    actions.propose_extension(call=call, closes_at=request.closes_at, reason=request.reason, by=context.person, at=context.at)
    return call.pk


def confirm_extension(request: ConfirmExtension, context: Context) -> str:
    """Move the deadline later; returns the call's id."""
    call = _call(request.call)
    return actions.confirm_extension(call=call, closes_at=request.closes_at, by=context.person, at=context.at).pk


def ask(request: AskQuestion, context: Context) -> int:
    """Record the question; returns its number."""
    return actions.ask_question(call=_call(request.call), question=request.question, asked_by=context.person, at=context.at).pk


def answer(request: AnswerQuestion, context: Context) -> int:
    """Publish the answer; returns the question's number."""
    question = found(queries.question(request.question), "question", str(request.question))
    return actions.answer_question(question=question, answer=request.answer, at=context.at).pk


def submit(request: SubmitProposal, context: Context) -> str:
    """Take in one version of a proposal; returns its id."""
    call = _call(request.call)
    on_its_own(request.provider)
    if not context.person.desks & ENTERING:
        _require_own_id(request)
    if queries.proposal(request.id) is not None:
        raise BadInput(f"proposal {request.id!r} is there already.", where="id", todo="Choose another id.", code="id_taken")
    _require_sense(request)
    known = supply.gpu_models()
    for lot in request.lots:
        require_model(known, lot.gpu_model, where=f"lot {lot.id}, gpu_model")
    keep = ("lots", "spc_participant", "cooling")
    content = {key: value for key, value in plain(request).items() if key in keep}
    return actions.submit_proposal(call=call, id=request.id, provider=request.provider, content=content, at=context.at).pk


def _require_own_id(request: SubmitProposal) -> None:
    """No bidder can choose the id of a rival's proposal, so that none learns by trying who has handed one in."""
    rivals = parties.organisation_ids(beginning=f"{request.provider}-")
    own = _beginnings(request.call, [request.provider])
    if not f"{request.id}-".startswith(own) or f"{request.id}-".startswith(_beginnings(request.call, rivals)):
        raise BadInput(
            f"{request.id!r} is not an id of this provider's.",
            where="id",
            todo=f"Begin it with {request.provider}-.",
            code="id_not_own",
            detail={"begins": f"{request.provider}-"},
        )


def _beginnings(call: str, providers: Iterable[str]) -> tuple[str, ...]:
    return tuple(each for provider in providers for each in (f"{provider}-", f"{call}-{provider}-"))


def _require_sense(request: SubmitProposal) -> None:
    """What the selection could not read would hold up everybody else's proposal."""
    require_once((lot.id for lot in request.lots), "lot", where="lots")
    for lot in request.lots:
        require_once((str(step.servers) for step in lot.steps), "a step of servers", where=f"lot {lot.id}")
        if off := next((step for step in lot.steps if step.own_use_servers > step.servers), None):
            raise BadInput(
                f"a step of {off.servers} servers keeps {off.own_use_servers} for own use.",
                where=f"lot {lot.id}",
                todo="Own use is a part of the step's servers.",
                code="invalid",
            )


def check(request: CheckProposals, context: Context) -> str:
    """Record what the document check found, beside what was found before; returns the call's id."""
    call = _call(request.call)
    require_once((each.proposal for each in request.checks), "proposal", where="checks")
    known = {each.pk: each for each in queries.proposals(call)}
    require_no_part(context.person, lambda: {each.provider_id for each in known.values()}, where=f"call {call.pk}")
    for each in request.checks:
        found(known.get(each.proposal), "proposal", each.proposal)
        if each.gate == "fail" and not each.reason.strip():
            raise BadInput(
                "fails without a reason.",
                where=f"proposal {each.proposal}, reason",
                todo="Say what its documents lack: its provider reads it.",
                code="no_reason",
            )
    _require_computed(call, request)
    told = {each.proposal: {"gate": each.gate, "reason": each.reason, "values": dict(each.values)} for each in request.checks}
    content = checked(context.programme, call.pk) | told
    journal.state(programme=context.programme, kind=CHECKS, subject=call.pk, content=content, by=context.person, at=context.at)
    return call.pk


def _require_computed(call: Call, request: CheckProposals) -> None:
    """Once a panel is seated, values are for criteria that it computes; before that nobody knows which they will be."""
    panels = list(review.panels(kind=Panel.Kind.PROPOSAL, subject=call.pk))
    known = sorted({each["id"] for panel in panels for each in panel.criteria if each["kind"] == "computed"})
    for each in request.checks:
        for criterion in sorted(set(each.values) - set(known)) if panels else ():
            raise BadInput(
                f"{criterion!r} is no criterion that the panel computes from a measured value: {', '.join(known) or '–'}.",
                where=f"proposal {each.proposal}, values, {criterion}",
                todo="Give values for the computed criteria of the call's panel alone.",
                code="wrong_criteria",
                detail={"criterion": criterion, "computed": ", ".join(known)},
            )


def checked(programme: str, call: str) -> dict[str, Any]:
    """What was found, by proposal, each `{gate, reason, values}`; a proposal that nobody has checked is not there."""
    return journal_queries.statement(programme=programme, kind=CHECKS, subject=call) or {}


def note_answers(request: NotePriceAnswers, context: Context) -> str:
    """Record what bidders answered, beside what they answered before; returns the call's id."""
    call = _call(request.call)
    known = {each.pk: each for each in queries.proposals(call)}
    require_once((f"{each.proposal}, {each.lot}" for each in request.answers), "lot", where="answers")
    require_no_part(context.person, lambda: {each.provider_id for each in known.values()}, where=f"call {call.pk}")
    for each in request.answers:
        lots = {lot["id"] for lot in found(known.get(each.proposal), "proposal", each.proposal).offered["lots"]}
        if each.lot not in lots:
            raise BadInput(
                f"proposal {each.proposal!r} has no lot {each.lot!r}.",
                where="answers",
                todo=f"Its lots are {', '.join(sorted(lots))}.",
                code="unknown_id",
            )
    told = {f"{each.proposal}/{each.lot}": each.matches_lowest for each in request.answers}
    content = answered(context.programme, call.pk) | told
    journal.state(programme=context.programme, kind=ANSWERS, subject=call.pk, content=content, by=context.person, at=context.at)
    return call.pk


def answered(programme: str, call: str) -> dict[str, bool]:
    """Which lots are supplied at the lowest price, by `proposal/lot`; one about which no answer has come is not there."""
    return journal_queries.statement(programme=programme, kind=ANSWERS, subject=call) or {}


def provider_of(request: SubmitProposal) -> Owners:
    """A proposal belongs to its provider."""
    return Owners(frozenset({request.provider}))


_Request = ExtendProviderCall | ConfirmExtension | SubmitProposal | AskQuestion | CheckProposals | NotePriceAnswers


def _state(request: _Request, context: Context) -> str:
    call = _call(request.call)
    if context.at < call.opened_at:
        return "not open yet"
    if context.at < call.closes_at:
        return "open"
    return "awarded" if queries.awards(call=call).exists() else "closed"


def _hold(request: _Request) -> None:
    actions.hold_call(request.call)


STATE = State(("not open yet", "open", "closed", "awarded"), _state, _hold)


def _call(call_id: str) -> Call:
    return found(queries.call(call_id), "call", call_id)
