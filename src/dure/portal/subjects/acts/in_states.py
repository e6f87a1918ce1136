"""What fields offer of rounds, grants and servers where the act is possible in some states alone; the command stays the judge."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from dure.portal.subjects.acts import kinds, nothing
from dure.portal.subjects.acts.kinds import Records, Words
from dure.records.allocation import access, queries, states
from dure.records.documents import access as documents_access
from dure.records.operation import queries as operation
from dure.records.outcomes import queries as outcomes
from dure.records.parties.access import organisations_of
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
    return seen.filter(organisation__in=organisations_of(person, "applicant"))


def _of_document(document: Any) -> str:
    return f"{document.title} · {document.pk}"


DOCUMENT = Records(documents_access.visible_documents, _of_document)
KINDS: dict[str, tuple[Records, ...] | Words] = {
    **kinds.KINDS,
    "document": (DOCUMENT,),
    "own_document": (DOCUMENT._replace(seen=_own_documents),),
    "published_document": (
        DOCUMENT._replace(seen=lambda person: documents_access.visible_documents(person).filter(organisation=None)),
    ),
    "grant_for_documents": _of("grant", lambda seen, _person: seen.filter(pk__in=_asked_grants().order_by().values("pk"))),
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
_NO_LEASE = gettext_noop("No grant holds servers now or later, so that there is nothing to return.")
NOTHING = {
    **nothing.NOTHING,
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
    "noticed_grant": gettext_noop("No notice of reclaim waits for an answer."),
    "answered_grant": gettext_noop("No answer waits for a judgement."),
    "grant_to_appeal": gettext_noop("No notice of reclaim is left without an appeal."),
    "appealed_grant": gettext_noop("No appeal is open."),
    "grant_that_owes": gettext_noop("No grant owes a report now."),
}
