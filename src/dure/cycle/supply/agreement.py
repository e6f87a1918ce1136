"""Agency and provider sign for the published number of months: who owns, who uses, what the provider may use itself."""

import datetime as dt
from collections import defaultdict
from fractions import Fraction

from dure.cycle import programme
from dure.cycle.lookup import found
from dure.formats.kinds import decimal_text
from dure.formats.programme import AgreementRules
from dure.records.procurement import actions, queries
from dure.records.procurement.models import Agreement, Award

SHARE_DECIMALS = 6


def sign(*, call_id: str, signed_on: dt.date, starts_on: dt.date, owner: str, user_right: str) -> list[Agreement]:
    """Sign one agreement per awarded provider, over all its awards."""
    call = found(queries.call(call_id), "call", call_id)
    rules, _ = programme.book().fill(AgreementRules, on=signed_on)
    by_provider: dict[str, list[Award]] = defaultdict(list)
    for award in queries.awards(call=call):
        by_provider[award.proposal.provider_id].append(award)
    return [
        actions.sign_agreement(
            id=f"{call_id}-{provider}",
            provider=provider,
            awards=awards,
            signed_on=signed_on,
            starts_on=starts_on,
            ends_on=months_later(starts_on, rules.agreement_months),
            owner=owner,
            user_right=user_right,
            own_use_share=_own_use_share(awards),
        )
        for provider, awards in sorted(by_provider.items())
    ]


def months_later(day: dt.date, months: int) -> dt.date:
    """The first day of the month so many months on; agreements run by whole months."""
    whole = day.year * 12 + day.month - 1 + months
    return dt.date(whole // 12, whole % 12 + 1, 1)


def _own_use_share(awards: list[Award]) -> str:
    own, servers = sum(award.own_use_servers for award in awards), sum(award.servers for award in awards)
    return decimal_text(Fraction(own, servers), SHARE_DECIMALS)
