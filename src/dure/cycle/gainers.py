"""Who gains by a decision? Every organisation whose case it judges, passed or not: a rival's failure is a gain, too.

| decision | whose case it is |
|---|---|
| `evaluation` | of everybody ranked or left unranked: providers of proposals, organisations of applications |
| `eligibility` | of everybody who applied |
| `portfolio` | of the providers of what is awarded, and of what is turned down |
| `buildout` | of the providers of the clusters: it says how late each is, and to what that is laid |
| `allocation` | of everybody who is granted something, or told why not |
| `provisioning` | of the holders of grants whose access changes |
| `metering` | of the holders, who are billed for it, and of the providers, who are paid for it |
| `burden` | of everybody whose rate it sets |
| `settlement` | of everybody who owes by it, and of the providers who are paid |
| `reclaim` | of the holders who keep or lose servers, and of those who wait for them |
| `budget`, `demand`, `shares`, `outcomes` | of nobody: lines and sectors, in which no organisation is named |

Whose proposal, application, grant or machine it is, the records say: facts may have been edited. The database holds every
log-in to the same (`journal_gainers`), and `evidence.history.gainers` looks whether it was so.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from dure.formats.errors import BadInput
from dure.records.allocation.holders import holders_of
from dure.records.demand import queries as demand
from dure.records.journal.models import Entry
from dure.records.parties import queries as parties
from dure.records.parties.models import Person
from dure.records.procurement import queries as procurement
from dure.records.supply import queries as supply

# By decision: a kind of thing that a recommendation names, and where. An evaluation does not say which of two kinds it ranks.
JUDGED: dict[str, tuple[tuple[str, str], ...]] = {
    "evaluation": (("proposal", "ranking.proposal"), ("application", "ranking.proposal")),
    "eligibility": (("application", "results.application"),),
    "portfolio": (("proposal", "awards.proposal"), ("lot", "reasons.item")),
    "buildout": (("cluster", "clusters.cluster"),),
    "allocation": (("application", "grants.application"), ("application", "reasons.item")),
    "provisioning": (("lease", "changes.grant"),),
    "metering": (
        ("lease", "usage.lease"), ("organisation", "usage.organisation"), ("server", "states.server"),
        ("organisation", "own_use.provider"),
    ),
    "burden": (("organisation", "rates.organisation"),),
    "settlement": (
        ("organisation", "balances.organisation"), ("lease", "invoices.lines.lease"), ("organisation", "providers.provider"),
    ),
    "reclaim": (("lease", "proposals.lease"), ("application", "regrants.application"), ("application", "reasons.item")),
}  # fmt: skip
OWNERS: dict[str, Callable[[Iterable[str]], set[str]]] = {
    "organisation": set,
    "application": demand.organisations_of,
    "proposal": procurement.providers_of,
    "lot": lambda keys: procurement.providers_of(before for key in keys for before in _before_slashes(key)),
    "lease": holders_of,
    "server": supply.providers_of_servers,
    "cluster": supply.providers_of_clusters,
}


def gainers(entry: Entry) -> set[str]:
    """The organisations whose case a recommendation judges."""
    named = JUDGED.get(entry.decision)
    if named is None:
        return set()
    made = entry.recommendation_value()
    return {each for kind, path in named for each in OWNERS[kind](set(_at(made, path.split("."))))}


def require_no_part(person: Person, owners: Callable[[], set[str]], *, where: str) -> None:
    """Raise `BadInput` with code `beneficiary` for who acts for one of these organisations, or for one of its group."""
    if person.organisation_ids and parties.acting_as_one(person.organisation_ids) & owners():
        raise BadInput(
            f"{person} acts for the organisation that is judged, or for one of the same group.",
            where=where,
            todo="Somebody without a part in it must judge it: declare the conflict.",
            code="beneficiary",
        )


def _at(value: Any, path: list[str]) -> Iterator[str]:
    """The ids at the end of that path; a list on the way is followed for each of its items."""
    if isinstance(value, (list, tuple)):
        for each in value:
            yield from _at(each, path)
    elif path:
        yield from _at(value.get(path[0]), path[1:])
    elif value is not None:
        yield value


def _before_slashes(key: str) -> list[str]:
    """What may be the proposal's id in a lot's key, `PROPOSAL/LOT`: either may have slashes of its own."""
    return [key[: each.start()] for each in re.finditer("/", key)]
