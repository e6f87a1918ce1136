"""Acts make files documents of applications and grants, publish them with calls, and take them away while they still could come.

What was judged with its documents keeps them: nothing is added or taken away after the deadline or the judgement.
"""

import datetime as dt
from typing import Any

from django.utils import timezone

from dure.cycle.commands.rows import Context, Owners, State
from dure.cycle.demand import standing
from dure.cycle.documents.handing_in import handed_in
from dure.cycle.lookup import found
from dure.formats.commands.documents import (
    AttachToApplication,
    AttachToGrant,
    PublishWithProviderCall,
    PublishWithUserCall,
    RemoveDocument,
    UnpublishDocument,
)
from dure.formats.errors import BadInput, Refused
from dure.records.allocation import queries as allocation
from dure.records.allocation.models import Grant
from dure.records.demand import queries as demand
from dure.records.documents import actions, queries
from dure.records.documents.models import MOST_OF_A_SUBJECT, PUBLISHED, Document
from dure.records.operation import queries as operation
from dure.records.outcomes import queries as outcomes
from dure.records.parties.actions import clean_name
from dure.records.procurement import queries as procurement

Attaching = AttachToApplication | AttachToGrant | PublishWithProviderCall | PublishWithUserCall


def attach_to_application(request: AttachToApplication, context: Context) -> str:
    """Attach it; returns the document's id."""
    application = standing.application_named(request.application)
    return _attach("application", application.pk, request, context, organisation=application.organisation)


def attach_to_grant(request: AttachToGrant, context: Context) -> str:
    """Attach it to what the grant was asked; returns the document's id."""
    grant = found(allocation.grant(request.grant), "grant", request.grant)
    return _attach("grant", grant.pk, request, context, organisation=grant.application.organisation, part=request.to)


def publish_with_provider_call(request: PublishWithProviderCall, context: Context) -> str:
    """Publish it; returns the document's id."""
    return _attach("call", found(procurement.call(request.call), "call", request.call).pk, request, context)


def publish_with_user_call(request: PublishWithUserCall, context: Context) -> str:
    """Publish it; returns the document's id."""
    return _attach("user_call", found(demand.user_call(request.call), "user call", request.call).pk, request, context)


def remove(request: RemoveDocument, context: Context) -> str:
    """Take it away; returns its id."""
    actions.remove(document=_document(request), at=context.at)
    return request.document


def unpublish(request: UnpublishDocument, context: Context) -> str:
    """Take it away; returns its id."""
    document = _document(request)
    if document.kind not in PUBLISHED:
        raise Refused("no such document is published.", where="document", todo="Check the id.", code="not_yours")
    actions.remove(document=document, at=context.at)
    return document.pk


def _attach(
    kind: str,
    subject: str,
    request: Attaching,
    context: Context,
    **fields: Any,
) -> str:
    upload = handed_in(context.person, request.file, at=context.at)
    if upload is None:
        raise BadInput(
            "you have not handed in this file, or more than a day ago.", where="file", todo="Hand it in again.", code="no_file"
        )
    standing = queries.of_subject(kind, subject)
    if standing.filter(digest=request.file, part=fields.get("part", "")).exists():
        raise BadInput("is attached already.", where="file", todo="Nothing is left to do.", code="attached_already")
    if standing.count() >= MOST_OF_A_SUBJECT:
        raise BadInput(
            f"{MOST_OF_A_SUBJECT} documents are attached already.",
            where="file",
            todo="Remove one, or put several into one.",
            code="too_many_documents",
            detail={"most": MOST_OF_A_SUBJECT},
        )
    return actions.attach(
        upload=upload, kind=kind, subject=subject, number=queries.ever_of_subject(kind, subject) + 1, by=context.person,
        at=context.at, title=clean_name(request.title.strip(), "title"), **fields,
    ).pk  # fmt: skip


def holder_of_grant(request: AttachToGrant) -> Owners:
    """A grant belongs to the organisation that applied."""
    organisation = allocation.organisation_of_grant(request.grant)
    return Owners(frozenset({organisation}) if organisation else frozenset())


def owner_of(request: RemoveDocument) -> Owners:
    """A document belongs to the organisation that attached it; a published one to nobody."""
    document = queries.document(request.document)
    return Owners(frozenset({document.organisation_id}) if document and document.organisation_id else frozenset())


def _document(request: RemoveDocument | UnpublishDocument) -> Document:
    return found(queries.document(request.document), "document", request.document)


def _asked_since(grant: Grant, part: str) -> dt.date | None:
    """Since which day the grant's people are asked for an answer, can object, or owe a report; None: they are not."""
    if part == "answer":
        days = [each.sent_on for state in ("sent", "answered") for each in operation.notices_in(state, grant=grant)]
    elif part == "appeal":
        days = [each.opened_on for each in operation.appeals(grant=grant, is_open=True)]
        days += [each.sent_on for each in operation.to_appeal(grant=grant)]
    else:
        owed = outcomes.reports(grant=grant)
        days = [max((each.received_on for each in owed if each.received_on), default=dt.date.min)] if _owes(owed) else []
    return min(days, default=None)


def _owes(reports: Any) -> bool:
    return any(each.received_on is None for each in reports)


def _state_of_grant(request: AttachToGrant, _context: Context) -> str:
    grant = found(allocation.grant(request.grant), "grant", request.grant)
    return "not asked" if _asked_since(grant, request.to) is None else "asked"


def _state_of_document(request: RemoveDocument, context: Context) -> str:
    document = _document(request)
    if document.kind == "application":
        return standing.state_of(standing.application_named(document.subject), context)
    since = _asked_since(found(allocation.grant(document.subject), "grant", document.subject), document.part)
    return "not asked" if since is None or timezone.localdate(document.attached_at) < since else "asked"


def _hold_document(request: RemoveDocument) -> None:
    document = _document(request)
    if document.kind == "application":
        standing.hold(standing.application_named(document.subject))


GRANT = State(("asked", "not asked"), _state_of_grant)
STANDING = State((*standing.STATES, *GRANT.names), _state_of_document, _hold_document)
