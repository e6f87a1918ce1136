"""Seats panels, records who steps back, and takes in score sheets."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from dure.formats.errors import BadInput
from dure.formats.kinds import exact
from dure.records.journal.approved import require_approved
from dure.records.journal.models import Entry
from dure.records.review.models import Panel, Ranked, Recusal, ScoreSheet, Seat, SiteVisit


@transaction.atomic
def seat_panel(
    *,
    panel_id: str,
    kind: str,
    subject: str,
    seats: Mapping[str, Any],
    criteria: Iterable[Mapping[str, Any]] = (),
    draw_seed: str = "",
    at: dt.datetime | None = None,
) -> Panel:
    """Seat a panel with its criteria; `seats` maps each evaluator's code to a person, or to None."""
    panel = Panel.objects.create(
        id=panel_id, kind=kind, subject=subject, seated_at=at or timezone.now(), criteria=list(criteria), draw_seed=draw_seed
    )
    Seat.objects.bulk_create(Seat(panel=panel, code=code, person=person) for code, person in sorted(seats.items()))
    return panel


@transaction.atomic
def replace_evaluator(*, panel: Panel, evaluator: str, person: Any, code: str, at: dt.datetime | None = None) -> Seat:
    """Somebody else gets a seat in that evaluator's place; the table refuses it once there is a sheet."""
    left = Seat.objects.select_for_update().get(pk=_seats(panel, [evaluator])[evaluator].pk)
    left.left_at = at or timezone.now()
    left.save(update_fields=["left_at"])
    return Seat.objects.create(panel=panel, code=code, person=person)


@transaction.atomic
def recuse(*, panel: Panel, evaluator: str, item: str, reason: str, at: dt.datetime | None = None) -> Recusal:
    """An evaluator steps back from an item; sheets for it are refused from now on, and earlier ones no longer count."""
    seat = _seats(panel, [evaluator])[evaluator]
    return Recusal.objects.create(seat=seat, item=item, reason=reason, declared_at=at or timezone.now())


def submit_score_sheet(
    *, panel: Panel, evaluator: str, item: str, points: Mapping[str, str], at: dt.datetime | None = None
) -> ScoreSheet:
    """Take in one sheet; where there is one already, this is its next version."""
    return submit_score_sheets(panel=panel, sheets=[{"evaluator": evaluator, "item": item, "points": points}], at=at)[0]


@transaction.atomic
def submit_score_sheets(*, panel: Panel, sheets: Iterable[Mapping[str, Any]], at: dt.datetime | None = None) -> list[ScoreSheet]:
    """Take in many sheets, each `{evaluator, item, points}`: all, or none with the reason."""
    listed = list(sheets)
    if Panel.objects.filter(pk=panel.pk, locked_at__isnull=False).exists():
        raise BadInput(
            "the panel's scores are locked.",
            where=f"panel {panel.pk}",
            todo="A recorded re-evaluation is a new panel.",
            code="not_now",
        )
    seats = _seats(panel, [sheet["evaluator"] for sheet in listed])
    about = {"seat__in": {seats[sheet["evaluator"]].pk for sheet in listed}, "item__in": {sheet["item"] for sheet in listed}}
    recused = set(Recusal.objects.filter(**about).values_list("seat__code", "item"))
    counted = ScoreSheet.objects.filter(**about).order_by().values_list("seat__code", "item").annotate(last=Max("version"))
    versions = {(code, item): last for code, item, last in counted}
    made = []
    for sheet in listed:
        key = (sheet["evaluator"], sheet["item"])
        if key in recused:
            raise BadInput(f"evaluator {key[0]} has stepped back from {key[1]}.", where=f"panel {panel.pk}", code="recused")
        versions[key] = versions.get(key, 0) + 1
        made.append(
            ScoreSheet(
                panel=panel,
                seat=seats[key[0]],
                item=key[1],
                version=versions[key],
                points={criterion: _points(value, key, criterion) for criterion, value in sorted(sheet["points"].items())},
                submitted_at=at or timezone.now(),
            )
        )
    return ScoreSheet.objects.bulk_create(made, batch_size=2000)


def record_site_visit(*, panel: Panel, item: str, points: str, visited_on: dt.date, findings: str = "") -> SiteVisit:
    """Record the points of an inspection."""
    return SiteVisit.objects.create(panel=panel, item=item, points=points, visited_on=visited_on, findings=findings)


def hold_panel(panel_id: str) -> None:
    """Keep the panel open or locked until the transaction ends. Sheets share the lock; locking the panel waits for them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM review_panel WHERE id = %s FOR SHARE", [panel_id])


@transaction.atomic
def lock_panel(*, panel: Panel, at: dt.datetime | None = None) -> Panel:
    """End scoring: from now on no sheet is taken in."""
    locked = Panel.objects.select_for_update().get(pk=panel.pk)
    if locked.locked_at is None:
        locked.locked_at = at or timezone.now()
        locked.save(update_fields=["locked_at"])
    return locked


@transaction.atomic
def record_ranking(*, panel: Panel, ranking: Iterable[Mapping[str, Any]], entry: Entry) -> list[Ranked]:
    """Carry out an approved evaluation; `ranking` as in its recommendation."""
    require_approved(entry, "evaluation")
    return Ranked.objects.bulk_create(
        [
            Ranked(
                panel=panel,
                item=each["proposal"],
                rank=each["rank"],
                total=each["total"],
                technical=each["technical"],
                passed=each["passed"],
                criteria=each["criteria"],
                entry=entry,
            )
            for each in ranking
        ],
        batch_size=2000,
    )


def _points(value: Any, key: tuple[str, str], criterion: str) -> str:
    where = f"sheet of {key[0]} for {key[1]}, criterion {criterion}"
    try:
        if not isinstance(value, str) or exact(value) < 0:
            raise BadInput(f"{value!r} is not a non-negative decimal as text.", where=where, code="invalid")
    except ValueError:
        raise BadInput(f"{value!r} is not a decimal as text.", where=where, code="invalid") from None
    return value


def _seats(panel: Panel, codes: list[str]) -> dict[str, Seat]:
    seats = {seat.code: seat for seat in Seat.objects.filter(panel=panel, code__in=set(codes), left_at=None)}
    if unknown := sorted(set(codes) - set(seats)):
        raise BadInput(
            f"{', '.join(unknown[:5])} has no seat.",
            where=f"panel {panel.pk}",
            todo="Seat the evaluator first.",
            code="unknown_id",
        )
    return seats
