"""Agency and provider sign for the published number of months: who owns, who uses, what the provider may use itself."""

import datetime as dt
from collections import defaultdict
from fractions import Fraction

from dure.cycle.commands.rows import Context
from dure.cycle.lookup import found
from dure.formats.commands.calls import AmendAgreement, SignAgreements
from dure.formats.errors import BadInput
from dure.formats.kinds import decimal_text
from dure.formats.programme import AgreementRules
from dure.records.parties import queries as parties
from dure.records.procurement import actions, queries
from dure.records.procurement.models import Award

SHARE_DECIMALS = 6
TERMS = ("ends_on", "owner", "user_right", "own_use_share", "terms")


def sign(request: SignAgreements, context: Context) -> list[str]:
    """Sign one agreement per awarded provider over its awards without one; returns their ids."""
    call = found(queries.call(request.call), "call", request.call)
    for organisation in (request.owner, request.user_right):
        found(parties.organisation(organisation), "organisation", organisation)
    rules, _ = context.book.fill(AgreementRules, on=request.signed_on)
    by_provider: dict[str, list[Award]] = defaultdict(list)
    for award in queries.awards(call=call):
        if getattr(award, "agreed", None) is None:
            by_provider[award.proposal.provider_id].append(award)
    if not by_provider:
        raise BadInput(
            "has no award without an agreement.",
            where=f"call {call.pk}",
            todo="Approve a selection first.",
            code="nothing_awarded",
        )
    signed = {each.pk for each in queries.agreements(call=call)}
    return [
        actions.sign_agreement(
            id=_free(f"{call.pk}-{provider}", signed),
            provider=provider,
            awards=awards,
            signed_on=request.signed_on,
            starts_on=request.starts_on,
            ends_on=months_later(request.starts_on, rules.agreement_months),
            owner=request.owner,
            user_right=request.user_right,
            own_use_share=_own_use_share(awards),
        ).pk
        for provider, awards in sorted(by_provider.items())
    ]


def amend(request: AmendAgreement, context: Context) -> int:
    """Add a version with the terms that are given changed; returns its number."""
    del context
    agreement = found(queries.agreement(request.agreement), "agreement", request.agreement)
    for organisation in (request.owner, request.user_right):
        if organisation is not None:
            found(parties.organisation(organisation), "organisation", organisation)
    changes = {name: value for name in TERMS if (value := getattr(request, name)) is not None}
    if not changes:
        raise BadInput("changes no term.", where=f"agreement {agreement.pk}", todo="Give at least one term.", code="no_change")
    return actions.amend_agreement(agreement=agreement, agreed_on=request.agreed_on, reason=request.reason, **changes).version


def months_later(day: dt.date, months: int) -> dt.date:
    """The first day of the month so many months on; agreements run by whole months."""
    whole = day.year * 12 + day.month - 1 + months
    if whole // 12 > dt.MAXYEAR:
        raise BadInput(f"{day} and {months} months are beyond the calendar.", todo="Check the first day.", code="invalid")
    return dt.date(whole // 12, whole % 12 + 1, 1)


def _free(wanted: str, taken: set[str]) -> str:
    """The id, or with the next number behind it where a provider has agreements of the call already."""
    number, free = 1, wanted
    while free in taken:
        number += 1
        free = f"{wanted}-{number}"
    return free


def _own_use_share(awards: list[Award]) -> str:
    own, servers = sum(award.own_use_servers for award in awards), sum(award.servers for award in awards)
    return decimal_text(Fraction(own, servers), SHARE_DECIMALS)
