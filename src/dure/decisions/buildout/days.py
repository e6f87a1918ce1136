"""Which day is the n-th working day? Dates become whole numbers, so that schedules are sums."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
# Facts lie within ten years of the start; what lies twenty years after it is not in sight.
NEAR_DAYS = 3_653
SIGHT_DAYS = 7_305


class WorkDays(NamedTuple):
    """Working days counted from `epoch`; `never` stands for what is not in sight."""

    epoch: dt.date
    calendar: Any
    never: int

    def number(self, day: dt.date) -> int:
        """The number of the first working day on or after that day."""
        return int(np.busday_count(self.epoch, day, busdaycal=self.calendar))

    def date(self, number: int) -> dt.date | None:
        """The working day of that number, if it is in sight."""
        if number >= self.never:
            return None
        day = int(self.ordinals(np.array([number], dtype=np.int64))[0])
        return dt.date(1970, 1, 1) + dt.timedelta(days=day)

    def ordinals(self, numbers: Whole) -> Whole:
        """Days since 1970 of many working days; those of `never` and later are not in sight."""
        epoch = np.full(numbers.shape, self.epoch, dtype="datetime64[D]")
        days = np.busday_offset(epoch, np.minimum(numbers, self.never), roll="forward", busdaycal=self.calendar)
        return days.astype(np.int64)


def work_days(start_on: dt.date, holidays: Iterable[dt.date]) -> WorkDays:
    """The working days from ten years before the start to twenty years after it."""
    calendar = np.busdaycalendar(weekmask="1111100", holidays=sorted(holidays))
    epoch = start_on - dt.timedelta(days=NEAR_DAYS + 366)
    never = int(np.busday_count(epoch, start_on + dt.timedelta(days=SIGHT_DAYS), busdaycal=calendar))
    return WorkDays(epoch, calendar, never)
