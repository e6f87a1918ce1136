"""The limits of the rule book beyond which an offer is not taken, whatever its rank: bidders read them before they offer."""

import datetime as dt
from typing import NamedTuple

from dure.formats.stages.portfolio import PortfolioRules
from dure.portal.kit.wording.book import rule, title, written


class Limit(NamedTuple):
    """A rule by its title, and its value in words."""

    title: str
    value: str


def limits_on(day: dt.date) -> list[Limit]:
    """Those in force on that day."""
    names = PortfolioRules.names()
    read = [(name, rule(name)) for name in (names[field] for field in PortfolioRules.hold_offers)]
    found = [(name, each.unit, each.on(day)) for name, each in read if each is not None]
    return [Limit(title(name), written(value.value, unit)) for name, unit, value in found if value is not None]
