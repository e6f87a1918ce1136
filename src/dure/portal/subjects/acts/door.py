"""Which acts are open to this person, on which subject, and why not now: asked of the table of commands, never of a page."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

from dure.cycle.commands.permitting import Verdict, could, seats_of, sees_all, verdict
from dure.cycle.commands.registry import BY_NAME
from dure.cycle.commands.rows import Context, Owners, Row
from dure.formats.errors import BadInput

# Which kind of subject a field names. A field is found by "Struct.name", else by its name; "" means none.
REFERS = {
    "call": "call",
    "SubmitApplication.call": "user_call",
    "NoteObligations.call": "user_call",
    "ProposalCheck.proposal": "proposal",
    "PriceAnswer.proposal": "proposal",
    "OpenRound.call": "user_call",
    "PublishWithUserCall.call": "user_call",
    "SeatPanel.call": "any_call",
    "round": "round",
    "grant": "grant",
    "notice": "notice",
    "application": "application",
    "document": "document",
    "pool": "pool",
    "pools.item": "pool",
    "AddCluster.pool": "",
    "RegisterServers.pool": "",
    "PutInService.servers.item": "waiting_server",
    "ReturnServers.servers.item": "server",
    "Window.server": "server",
    "before_clusters.item": "cluster",
    "achievements.item": "achievement",
    "supported_by.item": "support",
    "MakeToken.commands.item": "command",
    "RevokeToken.token": "token",
    "WithdrawInvitation.invitation": "invitation",
    "renewal": "renewal",
    "registration": "registration",
    "EndKey.key": "key",
    "into": "organisation",
    "ProposePersonMerger.into": "person",
    "commitment": "commitment",
    "ApproveDecision.entry": "pending_entry",
    "RefuseDecision.entry": "pending_entry",
    "MarkChangesApplied.entry": "provisioning_entry",
    "MarkChangesUndone.entry": "provisioning_entry",
    "item": "item",
    "RecordSiteVisit.item": "item",
    "Criterion.id": "criterion",
    "SubmitScoreSheet.points.key": "criterion",
    "values.key": "criterion",
    "Job.lease": "grant",
    "MeteringGap.lease": "grant",
    "agreement": "agreement",
    "panel": "panel",
    "RecordSurveyResponses.survey": "survey",
    "organisation": "organisation",
    "ConfirmRegistration.organisation": "",
    "Response.organisation": "",
    "provider": "organisation",
    "owner": "organisation",
    "user_right": "organisation",
    "person": "person",
    "seats.value": "person",
    "site": "site",
    "cluster": "cluster",
    "order": "order",
    "delivery": "delivery",
    "gpu_model": "gpu_model",
    "models.key": "gpu_model",
    "prices.key": "gpu_model",
    "invoice": "invoice",
    "AnswerQuestion.question": "question",
    "SetMilestone.key": "milestone",
    "Cause.milestone": "milestone",
    "sector": "sector",
    "priority.key": "sector",
    "Sector.id": "sector",
    "purpose": "purpose",
    "use": "use",
    "WillingToPay.model": "gpu_model",
    "Places.model": "gpu_model",
    "Comparable.kind": "organisation_kind",
    "WillingToPay.kind": "organisation_kind",
    "Places.kind": "organisation_kind",
    "Comparable.size": "organisation_size",
    "WillingToPay.size": "organisation_size",
    "FrameCell.size": "organisation_size",
    "PastEstimate.size": "organisation_size",
    "Response.size": "organisation_size",
    "Response.region": "region",
    "RegisterOrganisation.kind": "organisation_kind",
    "RegisterOrganisation.size": "organisation_size",
    "RegisterOrganisation.region": "region",
}

# What a field offers where the act is possible in some states alone: those of its kind that are in one of them.
OFFERED = {
    "AnswerQuestion.question": "open_question",
    "SubmitProposal.call": "open_call",
    "AskQuestion.call": "unclosed_call",
    "ExtendProviderCall.call": "unclosed_call",
    "ConfirmExtension.call": "unclosed_call",
    "SubmitApplication.call": "open_user_call",
    "DeclareConflict.panel": "scoring_panel",
    "ReplaceEvaluator.panel": "scoring_panel",
    "ReplaceEvaluator.person": "evaluator",
    "SeatPanel.seats.value": "evaluator",
    "SubmitScoreSheet.panel": "scoring_panel",
    "RecordSiteVisit.panel": "scoring_panel",
    "LockPanel.panel": "scoring_panel",
    "ProposalCheck.proposal": "proposal_to_check",
    "CheckProposals.call": "call_to_check",
    "PriceAnswer.proposal": "proposal_of_closed_call",
    "NotePriceAnswers.call": "closed_call",
    "SetRoundTerms.round": "ungranted_round",
    "SolveRound.round": "round_to_solve",
    "StopSolving.round": "round_being_solved",
    "AskForReports.round": "granted_round",
    "LeaveWaitingList.round": "round_waited_for",
    "LeaveWaitingList.application": "waiting_application",
    "WithdrawApplication.application": "open_application",
    "AttachToApplication.application": "open_application",
    "AttachToGrant.grant": "grant_for_documents",
    "RemoveDocument.document": "own_document",
    "UnpublishDocument.document": "published_document",
    "ReturnServers.grant": "running_grant",
    "ReturnServers.servers.item": "leased_server",
    "AnswerNotice.grant": "noticed_grant",
    "JudgeAnswer.grant": "answered_grant",
    "OpenAppeal.grant": "grant_to_appeal",
    "CloseAppeal.grant": "appealed_grant",
    "SubmitReport.grant": "grant_that_owes",
    "WithdrawInvitation.invitation": "open_invitation",
    "ConfirmRenewal.renewal": "renewal_to_confirm",
    "WithdrawRenewal.renewal": "open_renewal",
    "ConfirmRegistration.registration": "waiting_registration",
    "RefuseRegistration.registration": "waiting_registration",
    "EndKey.key": "key_in_force",
    "ConfirmRole.person": "person_to_confirm",
}


class Subject(NamedTuple):
    """What an act is about: the kind of subject, and the fields that name it; `made`: the act makes the subject."""

    kind: str
    fields: tuple[str, ...]
    made: bool


class _Named(str):
    """A field's value that stands for the field itself."""

    __slots__ = ()

    def isoformat(self) -> str:
        return self

    def __getitem__(self, _place: Any) -> str:
        return self


class _AnyCommand:
    """Stands in for a command of which nothing is known: each field's value is the field's name in marks."""

    def __getattr__(self, name: str) -> _Named:
        return _Named(f"\0{name}\0")


class Partial:
    """Stands in for a command of which some fields are known; asking for another raises `AttributeError`."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.__dict__.update({key: value for key, value in values.items() if value not in (None, "", [], {})})


def subject_of(row: Row) -> Subject:
    """The subject of the act, read off the row."""
    kind, _, rest = row.about(_AnyCommand()).partition("/")
    fields = tuple(re.findall("\0(.*?)\0", rest))
    return Subject(kind, fields, made="id" in fields)


def about_of(row: Row, values: Mapping[str, Any]) -> str:
    """The subject as KIND/ID as far as these values name it; empty where they do not."""
    try:
        return row.about(Partial(values))
    except (AttributeError, IndexError, TypeError):
        return ""


def permitted(row: Row, person: Any) -> bool:
    """Does the person sit at a desk that may do this to some subject?"""
    return bool({seat.desk for seat in row.by} & set(seats_of(person)))


class Standing(NamedTuple):
    """May it be done to that subject now? `state`: what the subject is in, where that is known."""

    verdict: Verdict
    state: str


class Answers:
    """What several acts on one subject ask of it, each asked once: its state, and whose it is."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str], Any] = {}

    def know(self, question: object, values: Mapping[str, Any], answer: Any) -> None:
        """What a page has read already."""
        self._known[id(question), str(sorted(values.items()))] = answer

    def once(self, question: object, values: Mapping[str, Any], answer: Callable[[], Any]) -> Any:
        """The answer to that question about these values; what it raises is raised at each time."""
        asked = (id(question), str(sorted(values.items())))
        if asked not in self._known:
            self._known[asked] = answer()
        return self._known[asked]


def standing(row: Row, values: Mapping[str, Any], context: Context, answers: Answers | None = None) -> Standing:
    """As far as these values tell: what they leave open does not forbid."""
    known, state, answers = Partial(values), row.while_[0], answers or Answers()
    try:
        state = answers.once(row.state, values, lambda: row.state.now(known, context))
    except (AttributeError, BadInput):
        state = row.while_[0]
    seats, person = seats_of(context.person), context.person.uid
    try:
        is_moot = sees_all(row, seats) or not could(row, seats)
        owners = Owners() if is_moot else answers.once(row.owners, values, lambda: row.owners(known))
    except AttributeError:
        owners = Owners(frozenset(each for held in seats.values() for each in held), frozenset({person}))
    return Standing(verdict(row, seats=seats, person=person, owners=owners, state=state), state)


def refers(struct: str, name: str) -> str:
    """The kind of subject that the field names, or nothing."""
    return REFERS.get(f"{struct}.{name}", REFERS.get(name, ""))


def offered(struct: str, name: str) -> str:
    """The kind of which the field offers what there is: the kind that it names, or what is left of it in the act's states."""
    return OFFERED.get(f"{struct}.{name}") or refers(struct, name)


@cache
def acts_on(kind: str) -> tuple[tuple[Row, str], ...]:
    """The acts on subjects of that kind with the field that names it: those about it, and those that refer to it."""
    found = []
    for row in BY_NAME.values():
        subject = subject_of(row)
        struct = row.command.__name__
        own = subject.kind == kind and len(subject.fields) == 1 and not subject.made
        named = [name for name in row.command.__struct_fields__ if refers(struct, name) == kind]
        if kind in {"call", "user_call"}:
            named += [name for name in row.command.__struct_fields__ if refers(struct, name) == "any_call"]
        if own:
            found.append((row, subject.fields[0]))
        elif named and subject.made:
            found.append((row, named[0]))
    return tuple(found)
