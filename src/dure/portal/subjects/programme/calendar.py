"""What was promised, what is forecast and what came: the programme's calendar as a drawing and a table."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from dure.portal.kit.charts.timeline import Milestone as Mark
from dure.portal.kit.charts.timeline import timeline
from dure.portal.kit.shown import Chart, Column, Table
from dure.portal.kit.wording.book import rule
from dure.portal.kit.wording.numbers import NONE, as_date, days
from dure.portal.kit.wording.words import name
from dure.portal.subjects.decisions.filed import Filed


def calendar(milestones: Iterable[Any], buildout: Filed | None) -> Chart | None:
    """Milestones promised, forecast and actual, with the slip.

    Where the records hold none yet: the promises of the rule book, and the first service by the programme's `buildout` forecast.
    """
    known = list(milestones) or _promised(buildout)
    if not known:
        return None
    rows = [_milestone_row(each) for each in known]
    rows.sort(key=lambda row: str(row["actual"] or row["forecast"] or row["promised"]))
    marks = [
        Mark(
            str(row["milestone"]), as_date(row["promised"]), as_date(row["forecast"]), as_date(row["actual"]),
            "" if row["slip"] is None else days(int(str(row["slip"]))), bool(row["slip"] and int(str(row["slip"])) > 0),
        )
        for row in rows
    ]  # fmt: skip
    table = Table(
        "calendar",
        _("Calendar"),
        [
            Column("milestone", _("Milestone")),
            Column("promised", _("Promised"), "date"),
            Column("forecast", _("Forecast"), "date"),
            Column("actual", _("Actual"), "date"),
            Column("slip", _("Slip in days"), "number"),
            Column("cause", _("Cause")),
        ],
        rows,
    )
    names = (_("Promised"), _("Forecast"), _("Actual"))
    label = _("Milestones promised, forecast and actual")
    return Chart(_("Calendar: promised, forecast, actual"), timeline(marks, label=label, names=names),
                 _("A ring is the promise, a diamond the forecast, a dot what came; red is late."), table)  # fmt: skip


@dataclass(frozen=True)
class Milestone:
    """One milestone; days as dates or ISO 8601 text."""

    key: str
    promised_on: Any
    forecast_on: Any = None
    actual_on: Any = None
    cause: str = ""


def _promised(buildout: Filed | None) -> list[Milestone]:
    found = rule("programme/milestones_promised")
    promises = found.values[-1].value if found else {}
    likely = buildout.recommendation["first_service"].get("p50") if buildout else None
    return [Milestone(key, day, likely if key == "first_service" else None) for key, day in promises.items()]


def _milestone_row(each: Any) -> dict[str, object]:
    promised, forecast, actual = as_date(each.promised_on), as_date(each.forecast_on), as_date(each.actual_on)
    came = actual or forecast
    return {
        "milestone": name(each.key),
        "promised": promised.isoformat() if promised else None,
        "forecast": forecast.isoformat() if forecast else None,
        "actual": actual.isoformat() if actual else None,
        "slip": (came - promised).days if came and promised else None,
        "cause": each.cause or NONE,
    }
