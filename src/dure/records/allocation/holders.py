"""Whose are leases, by the ids under which metering and bills name them?"""

from collections.abc import Iterable

from dure.records.allocation.models import Grant, grant_and_part


def holders_of(leases: Iterable[str]) -> set[str]:
    """The organisations to whose grants these belong."""
    grants = {grant_and_part(each)[0] for each in leases}
    return set(Grant.objects.filter(pk__in=grants).order_by().values_list("application__organisation", flat=True))
