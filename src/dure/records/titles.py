"""What calls, surveys, rounds, panels and pools are called: of all kinds in one statement, for pages that name several."""

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

from django.db.models import Case, CharField, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast

from dure.records.allocation.models import AllocationRound
from dure.records.demand.models import Survey, UserCall
from dure.records.procurement.models import Call
from dure.records.review.models import Panel
from dure.records.supply.models import Pool


class Titled(NamedTuple):
    """A title in Korean and English, empty where there is none.

    `more`: of a round its first day in ISO 8601, of a panel the kind of item that it judges, of a pool its GPU model.
    """

    ko: str
    en: str
    more: str = ""


_NO_TEXT = Value("", output_field=CharField())


def _own(model: type[Call | UserCall | Survey]) -> Callable[[], QuerySet[Call | UserCall | Survey]]:
    return lambda: model.objects.annotate(t_ko=F("title_ko"), t_en=F("title_en"), t_more=_NO_TEXT)


def _rounds() -> QuerySet[AllocationRound]:
    """A round by the title of its user call."""
    first_day = Cast("start_on", CharField())
    return AllocationRound.objects.annotate(t_ko=F("user_call__title_ko"), t_en=F("user_call__title_en"), t_more=first_day)


def with_titles_of_calls(panels: QuerySet[Panel]) -> QuerySet[Panel]:
    """Panels with `t_ko` and `t_en`, the title of the call or user call whose items they judge."""
    return panels.annotate(t_ko=_of_judged("title_ko"), t_en=_of_judged("title_en"))


def _of_judged(title: str) -> Case:
    call, user_call = (Subquery(model.objects.filter(pk=OuterRef("subject")).values(title)[:1]) for model in (Call, UserCall))
    return Case(When(kind=Panel.Kind.PROPOSAL, then=call), default=user_call)


def _panels() -> QuerySet[Panel]:
    return with_titles_of_calls(Panel.objects.all()).annotate(t_more=F("kind"))


def _pools() -> QuerySet[Pool]:
    """A pool by its provider."""
    return Pool.objects.annotate(t_ko=F("provider__name_ko"), t_en=F("provider__name_en"), t_more=F("gpu_model_id"))


TITLED: dict[str, Callable[[], QuerySet]] = {  # type: ignore[type-arg] # each of another model
    "call": _own(Call),
    "user_call": _own(UserCall),
    "survey": _own(Survey),
    "round": _rounds,
    "panel": _panels,
    "pool": _pools,
}


def titles(keys: Mapping[str, Collection[str]]) -> dict[tuple[str, str], Titled]:
    """By kind and id the title; `keys`: ids by kind, of kinds in `TITLED`."""
    found = [
        TITLED[kind]()
        .filter(pk__in=list(ids))
        .order_by()
        .values_list(Value(kind, output_field=CharField()), "pk", "t_ko", "t_en", "t_more")
        for kind, ids in sorted(keys.items())
        if ids
    ]
    rows = found[0].union(*found[1:], all=True) if found else ()
    return {(kind, key): Titled(ko or "", en or "", more or "") for kind, key, ko, en, more in rows}


def called_so(word: str, kinds: Collection[str] = tuple(TITLED)) -> Q:
    """Subjects of these kinds in whose title the word stands, in either language."""
    like = Q(t_ko__icontains=word) | Q(t_en__icontains=word)
    return Q(*(("subject__in", TITLED[kind]().filter(like).order_by().values("pk")) for kind in kinds), _connector=Q.OR)
