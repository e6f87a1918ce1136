"""What calls, surveys, rounds, panels and pools are called: of all kinds in one statement, for pages that name several."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

from django.db.models import Case, CharField, F, Func, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast

from dure.records.allocation.models import AllocationRound
from dure.records.demand.models import Survey, UserCall
from dure.records.journal.names import InLanguage, InWords
from dure.records.procurement.models import Call
from dure.records.review.models import Panel
from dure.records.supply.models import Pool


class Titled(NamedTuple):
    """A title in the reader's language, empty where there is none.

    `more`: of a round its first day in ISO 8601, of a panel the kind of item that it judges, of a pool its GPU model.
    """

    title: str
    more: str = ""


def _said(path: str) -> dict[str, Any]:
    """`t_said`: the title in the reader's language; `t_words`: in all languages, to be searched."""
    return {"t_said": InLanguage(path), "t_words": InWords(path)}


_NO_TEXT = Value("", output_field=CharField())


def _own(model: type[Call | UserCall | Survey]) -> Callable[[], QuerySet[Call | UserCall | Survey]]:
    return lambda: model.objects.annotate(**_said("title"), t_more=_NO_TEXT)


def _rounds() -> QuerySet[AllocationRound]:
    """A round by the title of its user call."""
    first_day = Cast("start_on", CharField())
    return AllocationRound.objects.annotate(**_said("user_call__title"), t_more=first_day)


def with_titles_of_calls(panels: QuerySet[Panel]) -> QuerySet[Panel]:
    """Panels with `t_said` and `t_words`, as `_said` makes them, of the call or user call whose items they judge."""
    return panels.annotate(t_said=_of_judged(InLanguage("title")), t_words=_of_judged(InWords("title")))


def _of_judged(title: Func) -> Case:
    calls = (model.objects.filter(pk=OuterRef("subject")).order_by() for model in (Call, UserCall))
    call, user_call = (Subquery(each.annotate(t=title).values("t")[:1]) for each in calls)
    return Case(When(kind=Panel.Kind.PROPOSAL, then=call), default=user_call)


def _panels() -> QuerySet[Panel]:
    return with_titles_of_calls(Panel.objects.all()).annotate(t_more=F("kind"))


def _pools() -> QuerySet[Pool]:
    """A pool by its provider."""
    return Pool.objects.annotate(**_said("provider__name"), t_more=F("gpu_model_id"))


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
        .values_list(Value(kind, output_field=CharField()), "pk", "t_said", "t_more")
        for kind, ids in sorted(keys.items())
        if ids
    ]
    rows = found[0].union(*found[1:], all=True) if found else ()
    return {(kind, key): Titled(said or "", more or "") for kind, key, said, more in rows}


def called_so(word: str, kinds: Collection[str] = tuple(TITLED)) -> Q:
    """Subjects of these kinds in whose title the word stands, in whatever language."""
    like = Q(t_words__icontains=word)
    return Q(*(("subject__in", TITLED[kind]().filter(like).order_by().values("pk")) for kind in kinds), _connector=Q.OR)
