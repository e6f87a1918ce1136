"""Moments, amounts and sectors as this programme's summary says them."""

import datetime as dt
from collections.abc import Mapping

KST = dt.timezone(dt.timedelta(hours=9), "KST")
SECTORS = {
    "industry": ("산업", "industry"),
    "academia_research": ("학·연", "academia and research"),
    "national_projects": ("국가과제", "national projects"),
}


def moment(day: str | dt.date, hour: int = 10) -> dt.datetime:
    """That hour of that day in Korea."""
    date = dt.date.fromisoformat(day) if isinstance(day, str) else day
    return dt.datetime.combine(date, dt.time(hour), KST)


def by_sector(parts: Mapping[str, float]) -> tuple[str, str]:
    """Each sector's part in percent, by name."""
    ko, en = ([f"{names[place]} {parts[sector]:.1%}" for sector, names in SECTORS.items() if sector in parts] for place in (0, 1))
    return ", ".join(ko), ", ".join(en)


def in_words(amount: int) -> tuple[str, str]:
    """An amount as people say it, in Korean (조, 억) and in English."""
    trillions, rest = divmod(amount, 10**12)
    hundreds_of_millions = rest // 10**8
    ko = (f"{trillions}조 " if trillions else "") + f"{hundreds_of_millions:,}억 원"
    return ko, f"KRW {amount / 10**9:,.1f} bn"
