"""What calls, user calls and surveys are called: of all three kinds in one statement, for pages that name several."""

from collections.abc import Collection, Mapping

from django.db.models import CharField, Value

from dure.records.demand.models import Survey, UserCall
from dure.records.procurement.models import Call

TITLED: dict[str, type[Call | UserCall | Survey]] = {"call": Call, "user_call": UserCall, "survey": Survey}


def titles(keys: Mapping[str, Collection[str]]) -> dict[tuple[str, str], tuple[str, str]]:
    """By kind and id the title in Korean and English; `keys`: ids by kind, of kinds in `TITLED`."""
    found = [
        TITLED[kind]
        .objects.filter(pk__in=list(ids))
        .order_by()
        .values_list(Value(kind, output_field=CharField()), "pk", "title_ko", "title_en")
        for kind, ids in sorted(keys.items())
        if ids
    ]
    rows = found[0].union(*found[1:], all=True) if found else ()
    return {(kind, key): (ko, en) for kind, key, ko, en in rows}
