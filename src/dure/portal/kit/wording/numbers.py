"""How is a figure written so that a person reads it at a glance, in their language?

Exact text in, text out: no floating point touches money or a share.
"""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

from django.utils import timezone

from dure.cycle.programme import book
from dure.formats.folder.manifest import Currency
from dure.portal.kit.wording.language import counted, language, said, short

NONE = "–"


def korean() -> bool:
    """Is the page being written in Korean?"""
    return language() == "ko"


def number(value: object, places: int | None = None) -> str:
    """`1234567.5` as `1,234,567.5`; an exact `n/d` is rounded to `places` (four unless told)."""
    if value is None or value == "":
        return NONE
    text = str(value)
    if "/" in text:
        return f"{_rounded(text, 4 if places is None else places):,}"
    return f"{Decimal(text):,f}" if places is None else f"{_rounded(text, places):,f}"


def _rounded(text: str, places: int, *, times: int = 1) -> Decimal:
    """So many times a decimal number or an exact `n/d`, a half rounded away from zero."""
    above, mark, below = text.partition("/")
    numerator, denominator = (int(above), int(below)) if mark else Decimal(above).as_integer_ratio()
    whole = (2 * abs(numerator) * times * 10**places + denominator) // (2 * denominator)
    return Decimal(f"{'-' if numerator < 0 else ''}{whole}e-{places}")


def percent(value: object, places: int = 1) -> str:
    """`0.305` as `30.5%`."""
    if value is None or value == "":
        return NONE
    return f"{_rounded(str(value), places, times=100):,f}%"


def points(value: object, places: int = 1) -> str:
    """A difference of shares in percentage points, with its sign."""
    if value is None or value == "":
        return NONE
    shown = _rounded(str(value), places, times=100)
    sign = "+" if shown > 0 else "−" if shown < 0 else "±"
    return f"{sign}{abs(shown):,f}%p"


def money(value: int | None) -> str:
    """To the smallest unit, with the programme's currency: `EUR 14,590,000.50`."""
    if value is None:
        return NONE
    return _sign(value) + _with_currency(_main_units(abs(value)))


def price_of_one(exact: str) -> str:
    """The exact price of one thing, `n/d` in smallest units, rounded half up to whole ones."""
    return money((2 * Fraction(exact) + 1) // 2)


def money_short(value: int | None) -> str:
    """In the magnitudes of the reader's language, such as trillions; what is small, in every unit."""
    if value is None:
        return NONE
    whole = int(abs(value)) // 10 ** _currency().digits  # sums come from the database as decimals
    return _sign(value) + _with_currency(short(whole) or _main_units(abs(value)))


def currency() -> str:
    """What an amount is counted in, in the reader's language: the word of the currency's unit, or its code."""
    return _currency().unit.get(language()) or _currency().code


def _sign(value: int) -> str:
    return "−" if value < 0 else ""


def _currency() -> Currency:
    return book().manifest.currency


def _main_units(value: int) -> str:
    """An amount of smallest units as its currency is written: 1459 with two digits as `14.59`."""
    return f"{Decimal(value).scaleb(-_currency().digits):,f}"


def _with_currency(figure: str) -> str:
    """What follows the figure in the reader's language, or the code before it; a word of magnitude stands apart."""
    currency = _currency()
    unit = currency.unit.get(language())
    if unit is None:
        return f"{currency.code} {figure}"
    return f"{figure}{'' if figure[-1].isdecimal() else ' '}{unit}"


def gpus(value: object) -> str:
    """`13,136 GPUs`."""
    if value is None or value == "":
        return NONE
    return str(said()["gpus"].format(n=number(value)))


def size(value: int) -> str:
    """`9.5 MB`: of a file, in decimal units, as limits on files are said; below 1 kB every byte."""
    for unit, name in ((10**6, "MB"), (10**3, "kB")):
        if value >= unit:
            shown = Decimal(value * 10 // unit) / 10  # rounded down, so that what is within a limit is not said to be beyond it
            return str(said()["size"].format(n=f"{shown.normalize():,f}", unit=name))
    return counted(said()["bytes"], value)


def as_date(value: object) -> dt.date | None:
    """A date from a date, an instant (where the programme's clocks stand) or ISO text."""
    if value in (None, ""):
        return None
    if isinstance(value, dt.datetime):
        return timezone.localdate(value, timezone.get_default_timezone())
    if isinstance(value, dt.date):
        return value
    text = str(value)
    return as_date(dt.datetime.fromisoformat(text)) if "T" in text else dt.date.fromisoformat(text)


def known_date(value: object) -> dt.date:
    """A date that must be there, such as the first day of a calendar."""
    day = as_date(value)
    if day is None:
        raise ValueError("a date is missing")
    return day


def included(end: dt.datetime) -> dt.datetime:
    """The last instant of a half-open span: its day is the last one that belongs to it."""
    return end - dt.timedelta(microseconds=1)


def date(value: object) -> str:
    """`2026-03-03`, the same in both languages and in files."""
    day = as_date(value)
    return day.isoformat() if day else NONE


def is_day(text: str) -> bool:
    """Is it a day as `date` writes one?"""
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def long_date(value: object) -> str:
    """`3 March 2026`."""
    day = as_date(value)
    if day is None:
        return NONE
    words = said()
    weekday, month = words["weekdays"][day.weekday()], words["months"][day.month - 1]
    return str(words["long_date"].format(year=day.year, month=month, day=day.day, weekday=weekday))


def instant(value: object) -> str:
    """`2026-03-03 14:05 CET`: never without the zone."""
    if value in (None, ""):
        return NONE
    moment = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(str(value))
    return f"{moment.astimezone(timezone.get_default_timezone()):%Y-%m-%d %H:%M %Z}"


def week_date(start_on: object, week: int) -> dt.date:
    """The day on which that week begins; week 0 begins on `start_on`."""
    return known_date(start_on) + dt.timedelta(weeks=week)


def last_day_before(start_on: object, week: int) -> dt.date:
    """The last day of a span that ends where that week begins: spans are half-open, and people are told their last day."""
    return week_date(start_on, week) - dt.timedelta(days=1)


def days(value: int) -> str:
    """A slip: `124 days late`."""
    words = said()
    return counted(words["late" if value > 0 else "early"], abs(value)) if value else str(words["on_time"])


def period(value: str) -> str:
    """`2026-04` as `April 2026`; `2026-H1` and `2026-Q2` as a half and a quarter of the year."""
    words, (year, _, part) = said(), value.partition("-")
    if not part:
        return str(words["year"].format(year=year))
    if part[0] == "H":
        return str(words["half"].format(year=year, half=words["halves"][int(part[1:]) - 1]))
    if part[0] == "Q":
        return str(words["quarter"].format(year=year, n=part[1:]))
    return str(words["month"].format(year=year, month=words["months"][int(part) - 1]))
