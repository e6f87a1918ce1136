"""Organisations and accounts that may be one: what waits for a second person, what it would change, and what was merged."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from dure.cycle.people import same_person
from dure.cycle.people.mergers import require_possible
from dure.cycle.people.moving import moving
from dure.formats.errors import BadInput
from dure.portal.kit.acting import why
from dure.portal.kit.wording.language import in_language
from dure.portal.kit.wording.numbers import number
from dure.portal.kit.wording.words import person_name
from dure.records.parties import access, queries

MOST = 50


def overview(request: HttpRequest) -> HttpResponse:
    """For those who propose and confirm."""
    person: Any = request.user
    if not access.sits_at(person, "agency", "ministry"):
        raise Http404
    listed = list(queries.mergers()[:MOST])
    page = {
        "waiting": [_waiting(each, person) for each in listed if not (each.confirmed_at or each.dropped_at)],
        "past": [_past(each) for each in listed if each.confirmed_at or each.dropped_at],
        **_accounts(person),
        "proposes": access.sits_at(person, "agency"),
    }
    return render(request, "registrations/mergers.html", page)


def _waiting(merger: Any, person: Any) -> dict[str, Any]:
    has = moving(merger.organisation)
    what = (
        (_("People"), has.people), (_("Applications"), has.applications), (_("Grants"), has.grants),
        (_("Invoices"), has.invoices),
        (_("Proposals in closed calls"), has.bids), (_("Agreements"), has.agreements),
    )  # fmt: skip
    return {
        **_named(merger), "reason": merger.reason, "what": [(label, number(count)) for label, count in what],
        "mine": merger.proposed_by_id in person.as_one, "against": _against(merger), "by": person_name(merger.proposed_by),
        "at": merger.proposed_at,
    }  # fmt: skip


def _against(merger: Any) -> str:
    return _why_not(require_possible, merger.organisation, merger.into)


def _why_not(require: Callable[..., None], gone: Any, stays: Any) -> str:
    """Why it cannot be confirmed now; empty where it can."""
    try:
        require(gone, stays, at=timezone.now())
    except BadInput as error:
        return why(error)
    return ""


def _named(merger: Any) -> dict[str, str]:
    gone, stays = merger.organisation, merger.into
    return {
        "gone": gone.pk, "gone_name": in_language(gone.name), "stays": stays.pk,
        "stays_name": in_language(stays.name),
    }  # fmt: skip


def _past(merger: Any) -> dict[str, Any]:
    return {**_past_of(merger), **_named(merger)}


def _past_of(merger: Any) -> dict[str, Any]:
    return {
        "at": merger.confirmed_at or merger.dropped_at, "merged": bool(merger.confirmed_at),
        "by": person_name(merger.confirmed_by) if merger.confirmed_by else "", "proposed_by": person_name(merger.proposed_by),
    }  # fmt: skip


def _accounts(person: Any) -> dict[str, Any]:
    """The same of accounts that may be one person's."""
    listed = list(queries.person_mergers()[:MOST])
    return {
        "accounts_waiting": [_account_waiting(each, person) for each in listed if not (each.confirmed_at or each.dropped_at)],
        "accounts_past": [_account_past(each) for each in listed if each.confirmed_at or each.dropped_at],
    }


def _account_waiting(merger: Any, person: Any) -> dict[str, Any]:
    ends = same_person.leaving(merger)
    what = ((_("Roles that end"), ends.roles), (_("Decisions that one account filed and the other answered"), ends.answered))
    return {
        **_account_named(merger), "reason": merger.reason, "what": [(label, number(count)) for label, count in what],
        "mine": bool(person.as_one & {merger.proposed_by_id, merger.person_id, merger.into_id}),
        "against": _why_not(same_person.require_possible, merger.person, merger.into),
        "by": person_name(merger.proposed_by), "at": merger.proposed_at,
    }  # fmt: skip


def _account_named(merger: Any) -> dict[str, str]:
    gone, stays = merger.person, merger.into
    return {
        "gone": gone.uid, "gone_name": f"{person_name(gone)} ({gone.username})", "stays": stays.uid,
        "stays_name": f"{person_name(stays)} ({stays.username})",
    }  # fmt: skip


def _account_past(merger: Any) -> dict[str, Any]:
    return {**_past_of(merger), **_account_named(merger)}
