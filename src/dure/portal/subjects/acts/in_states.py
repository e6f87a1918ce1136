"""What fields offer where the act is possible in some states alone, or for another person; the command stays the judge."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dure.portal.kit.personal.noted import note
from dure.portal.kit.wording import numbers
from dure.portal.kit.wording.language import in_language
from dure.portal.kit.wording.words import name, person_name
from dure.portal.subjects.acts import kinds, nothing
from dure.portal.subjects.acts.kinds import Records, Words, organisation_name
from dure.records.allocation import access, queries, states
from dure.records.documents import access as documents_access
from dure.records.evidence import queries as evidence
from dure.records.operation import access as operation_access
from dure.records.operation import queries as operation
from dure.records.outcomes import queries as outcomes
from dure.records.parties import access as parties_access
from dure.records.parties import queries as parties
from dure.records.registrations import access as registrations_access
from dure.records.registrations import queries as registrations
from dure.records.review import access as review
from dure.records.supply import queries as supply


def _of(kind: str, narrowed: Callable[[QuerySet[Any], Any], QuerySet[Any]]) -> tuple[Records, ...]:
    """Records of that kind, `narrowed` for the person to those in a state."""

    def within(seen: Callable[[Any], QuerySet[Any]]) -> Callable[[Any], QuerySet[Any]]:
        return lambda person: narrowed(seen(person), person)

    return tuple(each._replace(seen=within(each.seen)) for each in kinds.KINDS[kind] if isinstance(each, Records))


def _grants(in_state: Callable[[], QuerySet[Any]]) -> tuple[Records, ...]:
    """Grants which these records are about."""
    return _of("grant", lambda seen, _person: seen.filter(pk__in=in_state().order_by().values("grant")))


def _granted() -> QuerySet[Any]:
    return queries.grants().order_by().values("round")


def _waiting(person: Any, of: str) -> QuerySet[Any]:
    """The `of`, round or application, of places on waiting lists that the person may see."""
    found: QuerySet[Any] = access.visible_waiting(person).filter(left_at=None).order_by()
    return found.values(of)


def _may_judge(*kinds_: str) -> tuple[Records, ...]:
    """People who may sit on a panel of one of these kinds."""

    def among(seen: QuerySet[Any], _person: Any) -> QuerySet[Any]:
        return seen.filter(Q(*(("pk__in", review.may_judge(each).values("pk")) for each in kinds_), _connector=Q.OR))

    return _of("person", among)


def _leased_servers(person: Any) -> QuerySet[Any]:
    leases = access.visible_leases(person) & states.leases_that_can_end(timezone.now())
    return supply.servers().filter(pk__in=leases.order_by().values("server")).order_by("id")


def _asked_grants() -> QuerySet[Any]:
    """Grants whose people can answer, object or report now."""
    asked = [
        operation.notices_in("sent"),
        operation.notices_in("answered"),
        operation.to_appeal(),
        operation.appeals(is_open=True),
        outcomes.reports(missing=True),
    ]
    return queries.grants().filter(_any_of(each.order_by().values("grant") for each in asked))


def _any_of(grants: Iterable[QuerySet[Any]]) -> Q:
    found = Q()
    for each in grants:
        found |= Q(pk__in=each)
    return found


def _own_documents(person: Any) -> QuerySet[Any]:
    seen = documents_access.visible_documents(person)
    return seen.filter(organisation__in=parties_access.organisations_of(person, "applicant"))


def _of_document(document: Any) -> str:
    return f"{document.title} · {document.pk}"


DOCUMENT = Records(documents_access.visible_documents, _of_document)


def _invitations(person: Any) -> QuerySet[Any]:
    """All to the agency; to others those that they sent."""
    found = parties.invitations()
    return found if parties_access.sits_at(person, "agency") else found.filter(invited_by=person.pk)


def _open_invitations(person: Any) -> QuerySet[Any]:
    return _invitations(person) & parties.open_invitations(at=timezone.now())


def _of_invitation(invitation: Any) -> str:
    note(invitation, "name")
    place = organisation_name(invitation.organisation) if invitation.organisation else ""
    until = _("until %(at)s") % {"at": numbers.instant(invitation.expires_at)}
    parts = (in_language(invitation.name), name(invitation.desk), place, until, invitation.pk)
    return " · ".join(filter(None, parts))


def _renewals(person: Any) -> QuerySet[Any]:
    found = parties.renewals()
    return found if parties_access.sits_at(person, "agency", "ministry") else found.none()


def _open_renewals(person: Any) -> QuerySet[Any]:
    return _renewals(person) & parties.open_renewals(at=timezone.now())


def _renewals_to_confirm(person: Any) -> QuerySet[Any]:
    """Those of officials which this person neither made nor is let in by."""
    found = _open_renewals(person).filter(of_official=True, alone=False, confirmed_by=None)
    return found.exclude(made_by__in=person.as_one).exclude(person__in=person.as_one)


def _of_renewal(renewal: Any) -> str:
    until = _("until %(at)s") % {"at": numbers.instant(renewal.expires_at)}
    return f"{person_name(renewal.person)} · {until} · {renewal.pk}"


def _keys(person: Any) -> QuerySet[Any]:
    """All to the agency; their own to others."""
    return evidence.keys() if parties_access.sits_at(person, "agency") else evidence.keys(person=person)


def _of_key(key: Any) -> str:
    since = _("since %(day)s") % {"day": numbers.date(key.registered_at)}
    return " · ".join(filter(None, (person_name(key.person), key.name, since, key.pk)))


def _roles_to_confirm(person: Any) -> QuerySet[Any]:
    """Roles that wait for a second person, of others than this one, who did not give them either."""
    return parties.roles_to_confirm().exclude(given_by__in=person.as_one).exclude(person__in=person.as_one)


def _people_to_confirm(person: Any) -> QuerySet[Any]:
    return parties_access.visible_people(person).filter(pk__in=_roles_to_confirm(person).order_by().values("person"))


def _with_roles_that_wait(people: list[Any]) -> None:
    for each in people:
        each.waiting = []
    by_key = {each.pk: each for each in people}
    for role in parties.roles_to_confirm().filter(person__in=by_key):
        place = [organisation_name(role.organisation)] if role.organisation else []
        by_key[role.person_id].waiting.append(" · ".join([name(role.desk), *place]))


def _of_person_to_confirm(person: Any) -> str:
    return f"{person_name(person)} · {', '.join(person.waiting)} · {person.username}"


_NOTICE = Records(
    lambda person: operation_access.visible_notices(person).order_by("sent_on"),
    lambda notice: numbers.long_date(notice.sent_on),  # one day may be that of several grants
    key="sent_on",
    fits=numbers.is_day,
)
_INVITATION = Records(_invitations, _of_invitation)
_RENEWAL = Records(_renewals, _of_renewal)
_REGISTRATION = Records(
    lambda person: registrations_access.visible_registrations(person).order_by("asked_at", "id"),
    lambda asked: f"{in_language(asked.name)} · {asked.number} · {asked.pk}",
    like=registrations.matching,
)
_KEY = Records(_keys, _of_key)
KINDS: dict[str, tuple[Records, ...] | Words] = {
    **kinds.KINDS,
    "document": (DOCUMENT,),
    "own_document": (DOCUMENT._replace(seen=_own_documents),),
    "published_document": (
        DOCUMENT._replace(seen=lambda person: documents_access.visible_documents(person).filter(organisation=None)),
    ),
    "grant_for_documents": _of("grant", lambda seen, _person: seen.filter(pk__in=_asked_grants().order_by().values("pk"))),
    "notice": (_NOTICE,),
    "invitation": (_INVITATION,),
    "renewal": (_RENEWAL,),
    "registration": (_REGISTRATION,),
    "key": (_KEY,),
    "open_invitation": (_INVITATION._replace(seen=_open_invitations),),
    "open_renewal": (_RENEWAL._replace(seen=_open_renewals),),
    "renewal_to_confirm": (_RENEWAL._replace(seen=_renewals_to_confirm),),
    "waiting_registration": (
        _REGISTRATION._replace(
            seen=lambda person: registrations_access.visible_registrations(person).filter(decided_at=None).order_by("asked_at")
        ),
    ),
    "key_in_force": (_KEY._replace(seen=lambda person: _keys(person).filter(ended_at=None)),),
    "person_to_confirm": (
        Records(_people_to_confirm, _of_person_to_confirm, key="uid", like=parties.people_matching, ready=_with_roles_that_wait),
    ),
    "evaluator": _may_judge("proposal", "application"),
    "proposal_evaluator": _may_judge("proposal"),
    "application_evaluator": _may_judge("application"),
    "ungranted_round": _of("round", lambda seen, _person: seen.exclude(pk__in=_granted())),
    "granted_round": _of("round", lambda seen, _person: seen.filter(pk__in=_granted())),
    "round_to_solve": _of("round", lambda seen, _person: seen.filter(pk__in=states.rounds_to_solve())),
    "round_being_solved": _of("round", lambda seen, _person: seen.filter(pk__in=states.rounds_being_solved())),
    "round_waited_for": _of("round", lambda seen, person: seen.filter(pk__in=_waiting(person, "round"))),
    "waiting_application": _of("application", lambda seen, person: seen.filter(pk__in=_waiting(person, "application"))),
    "open_application": _of(
        "application", lambda seen, _person: seen.filter(withdrawn_at=None, user_call__closes_at__gt=timezone.now())
    ),
    "running_grant": _grants(lambda: states.leases_that_can_end(timezone.now())),
    "noticed_grant": _grants(lambda: operation.notices_in("sent")),
    "answered_grant": _grants(lambda: operation.notices_in("answered")),
    "grant_to_appeal": _grants(operation.to_appeal),
    "appealed_grant": _grants(lambda: operation.appeals(is_open=True)),
    "grant_that_owes": _grants(lambda: outcomes.reports(missing=True)),
    "leased_server": (Records(_leased_servers, lambda server: str(server.pk), like=supply.servers_matching),),
}
_NO_PLACE = gettext_noop("No application that you may see is on a waiting list.")
_NO_EVALUATOR = gettext_noop(
    "Nobody can be seated yet: evaluators sit at the reviewer desk, and act for no organisation that could hand in what is "
    "judged."
)
_NO_LEASE = gettext_noop("No grant holds servers now or later, so that there is nothing to return.")
NOTHING = {
    **nothing.NOTHING,
    "evaluator": _NO_EVALUATOR,
    "proposal_evaluator": _NO_EVALUATOR,
    "application_evaluator": _NO_EVALUATOR,
    "ungranted_round": gettext_noop("Every round has granted something, so that its terms stay as they are."),
    "granted_round": gettext_noop("No round has granted anything yet."),
    "round_to_solve": gettext_noop("No round has a ranked call, terms, and no run under way, so that none can be solved now."),
    "round_being_solved": gettext_noop("No round is being solved now."),
    "round_waited_for": _NO_PLACE,
    "waiting_application": _NO_PLACE,
    "open_application": gettext_noop("No application can be changed now: it can be until the deadline of its call."),
    "own_document": gettext_noop("Your organisation has attached no document."),
    "published_document": gettext_noop("No document is published with a call."),
    "grant_for_documents": gettext_noop("No grant is asked for an answer or a report now, and none can be appealed."),
    "running_grant": _NO_LEASE,
    "leased_server": _NO_LEASE,
    "notice": gettext_noop("No notice has been sent to any grant that you may see."),
    "noticed_grant": gettext_noop("No notice of reclaim waits for an answer."),
    "answered_grant": gettext_noop("No answer waits for a judgement."),
    "grant_to_appeal": gettext_noop("No notice of reclaim is left without an appeal."),
    "appealed_grant": gettext_noop("No appeal is open."),
    "open_invitation": gettext_noop("No invitation that you may withdraw waits to be accepted."),
    "open_renewal": gettext_noop("No link for a renewed log-in is open."),
    "renewal_to_confirm": gettext_noop(
        "No renewed log-in waits for you to confirm it: another person than the one who made it does."
    ),
    "waiting_registration": gettext_noop("No request to be registered waits for an answer."),
    "key_in_force": gettext_noop("No key is in force that you may end."),
    "person_to_confirm": gettext_noop(
        "No role waits for you to confirm it: another person than the one who gave it does, and nobody confirms their own."
    ),
    "grant_that_owes": gettext_noop("No grant owes a report now."),
}
