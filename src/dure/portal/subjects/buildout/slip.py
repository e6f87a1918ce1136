"""How late is first service by its forecast? P50 less the promise, because P50 is the day that stands next to it on pages.

The decision's own `slip_days` measures the plan, which counts on the likely days alone and is earlier than half of the runs.
"""

from collections.abc import Mapping
from typing import Any

from dure.portal.kit.shown import Figure
from dure.portal.kit.wording.numbers import as_date, date, days


def days_late(service: Mapping[str, Any]) -> int | None:
    """Days by which P50 is after the promised day, negative before it; `None` where one of the two is not known."""
    promised, likely = as_date(service.get("promised")), as_date(service.get("p50"))
    return (likely - promised).days if promised and likely else None


def forecast_figure(label: str, service: Mapping[str, Any]) -> Figure:
    """The day of P50, with how late that is."""
    late = days_late(service)
    if late is None:
        return Figure(label, date(service.get("p50")))
    return Figure(label, date(service.get("p50")), days(late), "bad" if late > 0 else "good")
