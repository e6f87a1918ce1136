"""What can be chosen in a field that names something of the records: what this person may see of it, by its name."""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from django.utils import timezone

from dure.portal.kit.form.bound import NO_CHOICES, Choices, Options
from dure.portal.kit.form.fields import Field
from dure.portal.kit.wording.book import book
from dure.portal.kit.wording.numbers import korean
from dure.portal.kit.wording.words import name, person_name
from dure.portal.subjects.acts.door import refers
from dure.records.allocation import access as allocation_access
from dure.records.allocation import queries as allocation
from dure.records.demand import access as demand_access
from dure.records.demand import queries as demand
from dure.records.parties import access as parties_access
from dure.records.parties import queries as parties
from dure.records.procurement import access as procurement_access
from dure.records.procurement import queries as procurement
from dure.records.review import access as review_access
from dure.records.settlement import access as settlement_access
from dure.records.supply import access as supply_access
from dure.records.supply import queries as supply

MOST = 300  # more than so many are not offered as a list: the id is typed
Find = Callable[[Any], Iterable[tuple[str, str]]]


def title_of(record: Any) -> str:
    """A record's title in the reader's language."""
    return str(record.title_ko if korean() else record.title_en or record.title_ko)


def organisation_name(organisation: Any) -> str:
    """An organisation's name in the reader's language."""
    return str(organisation.name_ko if korean() else organisation.name_en or organisation.name_ko)


def _organisations(person: Any) -> Iterable[tuple[str, str]]:
    return ((each.pk, organisation_name(each)) for each in parties_access.visible_organisations(person).order_by("name_ko"))


def _grants(person: Any) -> Iterable[tuple[str, str]]:
    found = allocation_access.visible_grants(person).select_related("application__organisation").order_by("id")
    return ((each.pk, f"{each.application.title} · {organisation_name(each.application.organisation)}") for each in found)


def _applications(person: Any) -> Iterable[tuple[str, str]]:
    found = demand_access.visible_applications(person).select_related("organisation").order_by("id")
    return ((each.pk, f"{each.title} · {organisation_name(each.organisation)}") for each in found)


def _pools(person: Any) -> Iterable[tuple[str, str]]:
    mine = parties_access.organisations_of(person, "provider")
    found = supply.pools()
    if not parties_access.may_oversee(person):
        found = found.filter(provider__in=mine)
    return ((each.pk, f"{each.pk} · {organisation_name(each.provider)}") for each in found)


def _panels(person: Any) -> Iterable[tuple[str, str]]:
    return (
        (each.pk, f"{each.pk} · {name(each.kind)}") for each in review_access.visible_panels(person).distinct().order_by("id")
    )


def _agreements(person: Any) -> Iterable[tuple[str, str]]:
    found = procurement_access.visible_agreements(person).select_related("provider").order_by("id")
    return ((each.pk, f"{organisation_name(each.provider)} · {each.pk}") for each in found)


def _invoices(person: Any) -> Iterable[tuple[str, str]]:
    found = settlement_access.visible_invoices(person).select_related("organisation").order_by("id")
    return ((each.pk, f"{each.pk} · {organisation_name(each.organisation)}") for each in found)


def _questions(_person: Any) -> Iterable[tuple[str, str]]:
    for call in procurement.calls():
        for each in procurement.questions(call, answered=False):
            yield str(each.pk), f"{each.pk}. {each.question[:80]}"


def _sectors(_person: Any) -> Iterable[tuple[str, str]]:
    known = allocation.shares(programme=book().programme, on=timezone.localdate())
    return ((each, name(each)) for each in sorted(known) or demand.values_in_use("sector"))


def _clusters(person: Any) -> Iterable[tuple[str, str]]:
    mine = None if parties_access.may_oversee(person) else parties_access.organisations_of(person, "provider")
    return ((each.pk, each.pk) for each in supply.clusters() if mine is None or each.provider_id in mine)


def _sites(person: Any) -> Iterable[tuple[str, str]]:
    mine = None if parties_access.may_oversee(person) else parties_access.organisations_of(person, "provider")
    return ((each.pk, f"{each.name_ko} · {each.pk}") for each in supply.sites() if mine is None or each.provider_id in mine)


def _people(_person: Any) -> Iterable[tuple[str, str]]:
    return ((each.uid, f"{person_name(each)} · {each.username}") for each in parties.people())


def _ids(records: Iterable[Any]) -> Iterable[tuple[str, str]]:
    return ((each.pk, each.pk) for each in records)


def _titled(records: Iterable[Any]) -> Iterable[tuple[str, str]]:
    return ((each.pk, f"{title_of(each)} · {each.pk}") for each in records)


def _words(values: Iterable[str]) -> Iterable[tuple[str, str]]:
    return ((each, name(each)) for each in values)


KINDS: dict[str, Find] = {
    "call": lambda _person: _titled(procurement.calls()),
    "user_call": lambda _person: _titled(demand.user_calls()),
    "any_call": lambda _person: [*_titled(procurement.calls()), *_titled(demand.user_calls())],
    "survey": lambda _person: _titled(demand.surveys()),
    "round": lambda _person: _ids(allocation.rounds()),
    "grant": _grants,
    "application": _applications,
    "pool": _pools,
    "agreement": _agreements,
    "panel": _panels,
    "organisation": _organisations,
    "person": _people,
    "site": _sites,
    "cluster": _clusters,
    "order": lambda person: _ids(supply_access.visible_orders(person).order_by("id")),
    "delivery": lambda person: _ids(supply_access.visible_deliveries(person).order_by("id")),
    "gpu_model": lambda _person: _ids(supply.gpu_models().values()),
    "invoice": _invoices,
    "question": _questions,
    "milestone": lambda _person: _words(each.key for each in supply.milestones(programme=book().programme)),
    "sector": _sectors,
    "purpose": lambda _person: _words(demand.values_in_use("purpose")),
    "use": lambda _person: _words(demand.values_in_use("use")),
    "organisation_kind": lambda _person: _words(parties.values_in_use("kind")),
    "organisation_size": lambda _person: _words(parties.values_in_use("size")),
    "region": lambda _person: _words(parties.values_in_use("region")),
}
# Words of the programme's vocabulary: those in use are suggested, and another may be typed.
OPEN = frozenset({"milestone", "purpose", "use", "sector", "organisation_kind", "organisation_size", "region"})


def choices(kind: str, person: Any) -> Options:
    """What there is of that kind for this person; nothing where it is too much for a list."""
    find = KINDS.get(kind)
    found = list(islice(find(person), MOST + 1)) if find else []
    return found if len(found) <= MOST else []


class Chooser:
    """The choices of one request: each kind is asked for once."""

    def __init__(self, person: Any, more: dict[str, Options] | None = None) -> None:
        self.person, self.known = person, dict(more or {})

    def __call__(self, field: Field) -> Choices:
        own = self.known.get(f"{field.struct}.{field.name}")
        if own is not None:
            return Choices(own)
        kind = refers(field.struct, field.name)
        if not kind:
            return NO_CHOICES
        if kind not in self.known:
            self.known[kind] = choices(kind, self.person)
        return Choices(self.known[kind], kind in OPEN)
