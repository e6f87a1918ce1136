"""Reads panels, the sheets that count, and the facts of the evaluation decision."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    DecimalField,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from dure.records.journal.names import InLanguage
from dure.records.parties import queries as parties
from dure.records.prepared import Prepared
from dure.records.review.models import Assignment, Panel, Ranked, Recusal, ScoreSheet, Seat, SiteVisit


def panels(*, kind: str | None = None, subject: str | None = None) -> QuerySet[Panel]:
    """Panels of that kind for that subject."""
    found = Panel.objects.all()
    if kind is not None:
        found = found.filter(kind=kind)
    return found if subject is None else found.filter(subject=subject)


def panels_with_counts() -> QuerySet[Panel]:
    """Panels with `seats_now` and `sheets_now`, counted panel by panel."""
    seats = Seat.objects.filter(panel=OuterRef("pk"), left_at=None).order_by().values("panel").annotate(n=Count("pk")).values("n")
    sheets = Func(F("pk"), Value(value=False), function="review_sheets_of", output_field=IntegerField())
    return Panel.objects.annotate(seats_now=Coalesce(Subquery(seats), 0), sheets_now=sheets)


def panel_subjects() -> list[str]:
    """The calls that panels judge."""
    return list(Panel.objects.order_by("subject").values_list("subject", flat=True).distinct())


def panel(panel_id: str) -> Panel | None:
    """That panel, or nothing."""
    return Panel.objects.filter(pk=panel_id).first()


def seats(panel: Panel) -> QuerySet[Seat]:
    """The panel's seats with their people, without those that were left."""
    return all_seats(panel).filter(left_at=None)


def seats_to_leave(panel: Panel) -> QuerySet[Seat]:
    """The seats in whose place somebody else can be seated: those from which no sheet came, also where the reader sees none."""
    scored = Func(F("pk"), function="review_seat_has_sheet", output_field=BooleanField())
    return seats(panel).annotate(scored=scored).filter(scored=False)


def all_seats(panel: Panel) -> QuerySet[Seat]:
    """As `seats`, with those in whose place somebody else was seated."""
    return Seat.objects.filter(panel=panel).select_related("person").order_by("code")


def counting_sheets(panel: Panel) -> QuerySet[ScoreSheet]:
    """The latest version of each sheet, without those of evaluators who stepped back from the item."""
    newer = ScoreSheet.objects.filter(seat=OuterRef("seat"), item=OuterRef("item"), version__gt=OuterRef("version"))
    recused = Recusal.objects.filter(seat=OuterRef("seat"), item=OuterRef("item"))
    found = ScoreSheet.objects.filter(~Exists(newer), ~Exists(recused), panel=panel)
    return found.select_related("seat").order_by("item", "seat__code")


def sheets_that_count(panel: Panel) -> int:
    """How many `counting_sheets` there are, also of those that the reader does not see."""
    counted = Func(F("pk"), Value(value=True), function="review_sheets_of", output_field=IntegerField())
    return Panel.objects.filter(pk=panel.pk).values_list(counted, flat=True).first() or 0


def most_sheets_of_an_item(panel: Panel, items: Iterable[str]) -> int:
    """The most `counting_sheets` that one of these has; of a panel that is locked, for its sheets are seen then."""
    by_item = counting_sheets(panel).filter(item__in=items).order_by().values("item").annotate(sheets=Count("pk"))
    return max(by_item.values_list("sheets", flat=True), default=0)


def sheet_of(assignment: Assignment) -> ScoreSheet | None:
    """The latest version of the sheet that the seat gave the item, or nothing."""
    return ScoreSheet.objects.filter(seat=assignment.seat_id, item=assignment.item).order_by("-version").first()


def with_progress(assignments: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Assignments with `title`, `points`, `submitted_at` and `progress`; of a locked panel only those with a sheet.

    `title`: an application's own, of a proposal the provider's name. `progress`, in the order of what is to be done: `due`,
    `given` (handed in, can be changed), `locked`, `recused`.
    """
    sheet = ScoreSheet.objects.filter(seat=OuterRef("seat"), item=OuterRef("item")).order_by("-version")
    stepped_back = Exists(Recusal.objects.filter(seat=OuterRef("seat"), item=OuterRef("item")))
    return assignments.annotate(
        title=Coalesce("application__title", InLanguage("proposal__provider__name"), "item", output_field=TextField()),
        points=Subquery(sheet.annotate(sum=_PointsGiven("points")).values("sum")[:1]),
        submitted_at=Subquery(sheet.values("submitted_at")[:1]),
        progress=Case(
            When(stepped_back, then=Value("recused")),
            When(seat__panel__locked_at__isnull=False, then=Value("locked")),
            When(Exists(sheet), then=Value("given")),
            default=Value("due"),
            output_field=CharField(),
        ),
    ).filter(Q(seat__panel__locked_at=None) | Q(submitted_at__isnull=False))


class _PointsGiven(Func):
    """The sum of a sheet's points, which are decimal text by criterion."""

    template = "(SELECT sum(given.value::numeric) FROM jsonb_each_text(%(expressions)s) given)"
    output_field = DecimalField()


def people_of_open_panels() -> list[Any]:
    """Active people with a seat on a panel whose scoring has not ended."""
    seats = Seat.objects.filter(panel__locked_at=None, left_at=None, person__is_active=True).select_related("person")
    return list({seat.person_id: seat.person for seat in seats}.values())


def open_seats_of(person: Any) -> QuerySet[Seat]:
    """The seats of that person on panels whose scoring has not ended."""
    return Seat.objects.filter(person=person, left_at=None, panel__locked_at=None).order_by("panel", "code")


def open_panels_of(person: Any) -> list[str]:
    """The panels on which that person sits and whose scoring has not ended."""
    return list(open_seats_of(person).values_list("panel_id", flat=True))


def undecided_panels_of_both(one: Any, other: Any) -> list[str]:
    """The panels on which both sit and which have no approved ranking yet."""
    ranked = Exists(Ranked.objects.filter(panel=OuterRef("pk")))
    found = Panel.objects.filter(~ranked, seats__person=one, seats__left_at=None)
    found = found.filter(seats__person=other, seats__left_at=None)
    return list(found.order_by("pk").values_list("pk", flat=True).distinct())


def progress_totals(assignments: QuerySet[Any]) -> dict[str, int]:
    """How many assignments there are, by `progress`."""
    return dict(assignments.order_by().values_list("progress").annotate(number=Count("pk")))


def assignments_matching(word: str) -> Q:
    """Assignments whose item or provider holds the word; never by who applied, whom an evaluator does not know."""
    named = Q(application__words__contains=word.lower()) | Q(proposal__provider__in=parties.organisations_matching(word))
    return named | Q(item__icontains=word)


def ranking(panel: Panel) -> QuerySet[Ranked]:
    """The ranking approved last for the panel, by rank."""
    newer = Ranked.objects.filter(panel=OuterRef("panel"), entry__answer__seq__gt=OuterRef("entry__answer__seq"))
    return Ranked.objects.filter(~Exists(newer), panel=panel).select_related("entry").order_by("rank", "item")


def ranking_entry(panel: Panel) -> int | None:
    """The journal entry of that ranking, or nothing."""
    return ranking(panel).values_list("entry_id", flat=True).first()


def ranked(panel: Panel, item: str) -> Ranked | None:
    """The item's place in the ranking approved last for the panel, or nothing."""
    return next(iter(_ranked(panel=panel.pk, item=item)), None)


_ranked = Prepared(lambda *, panel, item: ranking(panel).filter(item=item), "panel", "item")


def recusals(panel: Panel) -> QuerySet[Recusal]:
    """Who stepped back from what."""
    return Recusal.objects.filter(seat__panel=panel).select_related("seat").order_by("seat__code", "item")


def evaluation_facts(panel: Panel, *, items: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Facts of the evaluation of a panel's items, each `{id, gate?, values?}`; visits add their site points.

    Sheets on what is no item any more, such as a proposal that a later version has replaced, do not count; nor does a seat that
    was left, from which no sheet came.
    """
    visited = dict(SiteVisit.objects.filter(panel=panel).values_list("item", "points"))
    proposals = [{**item, **({"site_points": visited[item["id"]]} if item["id"] in visited else {})} for item in items]
    judged = {each["id"] for each in proposals}
    return {
        "criteria": panel.criteria,
        "proposals": proposals,
        "evaluators": list(seats(panel).values_list("code", flat=True)),
        "scores": [
            {"evaluator": sheet.seat.code, "proposal": sheet.item, "points": sheet.points}
            for sheet in counting_sheets(panel)
            if sheet.item in judged
        ],
        "recusals": [
            {"evaluator": recusal.seat.code, "proposal": recusal.item}
            for recusal in recusals(panel).filter(seat__left_at=None)
            if recusal.item in judged
        ],
        "draw_seed": panel.draw_seed,
    }
