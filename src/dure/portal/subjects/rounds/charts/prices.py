"""What was a server worth in each week? The prices that prove the bound, per pool or pod and week."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Any

from django.utils.translation import gettext as _

from dure.portal.kit.charts.steps import Line, steps
from dure.portal.kit.shown import Chart, Column, Table
from dure.portal.kit.wording.numbers import known_date, week_date
from dure.portal.kit.wording.words import name
from dure.portal.subjects.decisions.filed import Filed

MICRO = 1000  # micro-points to the milli-point
MARKS = ("tone-actual", "tone-p50", "tone-p90", "tone-plan")


def price_lists(filed: Filed) -> dict[str, Sequence[int]]:
    """Micro-points for one server and week by pool, or by pod where pods are priced."""
    return dict(filed.recommendation["certificate"]["prices"])


def place_names(keys: Iterable[str], filed: Filed) -> dict[str, str]:
    """By key a pool's name, with its pod where the pod has its own price."""
    pools = {each["id"] for each in filed.facts["pools"]}
    return {key: _place_name(key, _pool_of(key, pools), filed.names) for key in keys}


def _place_name(key: str, pool: str, names: Mapping[str, str]) -> str:
    return name(key, names) if pool == key else f"{name(pool, names)}/{key[len(pool) + 1 :]}"


def _pool_of(key: str, pools: Collection[str]) -> str:
    """The pool of which the key is, or is a pod; the key itself where it is of none."""
    starts = (key[:place] for place in range(len(key) - 1, 0, -1) if key[place] == "/")  # a pool's id may hold a slash, too
    return key if key in pools else next((each for each in starts if each in pools), key)


def dearest(lists: Mapping[str, Sequence[int]]) -> list[str]:
    """As many keys as the chart has marks: those whose weeks cost most together."""
    return sorted(lists, key=lambda key: (-sum(lists[key]), key))[: len(MARKS)]


def prices_chart(filed: Filed) -> Chart:
    """Prices over the weeks, of the dearest places; the table has all."""
    lists, start = price_lists(filed), filed.facts["start_on"]
    called = place_names(lists, filed)
    drawn = [
        Line(called[key], [price // MICRO for price in lists[key]], MARKS[place]) for place, key in enumerate(dearest(lists))
    ]
    mondays = [week_date(start, week).isoformat() for week in range(max(map(len, lists.values()), default=0))]
    rows = [
        {"place": place, "week": week + 1, "from": mondays[week], "price": price // MICRO}
        for place, prices in ((called[key], prices) for key, prices in sorted(lists.items()))
        for week, price in enumerate(prices)
    ]
    columns = [
        Column("place", _("Pool")),
        Column("week", _("Week"), "number"),
        Column("from", _("From"), "date"),
        Column("price", _("Price of a server-week (milli-points)"), "number"),
    ]
    says = _("Milli-points for one server and week. At zero a server was free for anyone who could use it.")
    if len(lists) > len(drawn):
        says += " " + _("Drawn are the dearest %(n)s of %(all)s; the table has all.") % {"n": len(drawn), "all": len(lists)}
    svg = steps(drawn, start_on=known_date(start), label=_("Price of a server in each week"))
    return Chart(_("Prices over time"), svg, says, Table("prices", _("Prices over time"), columns, rows),
                 unit=_("milli-points per server and week"))  # fmt: skip


def stay_prices(prices: Sequence[int], weeks: int) -> list[int]:
    """By first week, milli-points for one server for that many weeks as far as they lie in the round; rounded up."""
    until = [0, *accumulate(prices)]
    ends = [*until[weeks:], *until[-1:] * weeks]
    return [-((before - end) // MICRO) for before, end in zip(until[:-1], ends, strict=False)]


def stays_chart(filed: Filed, application: Mapping[str, Any], *, worth: int | None = None) -> Chart:
    """What its whole stay would cost for one server, by the week in which it begins; `worth`: what its best option is worth."""
    start, weeks = filed.facts["start_on"], application["weeks"]
    models = {pool["id"]: pool["gpu_model"] for pool in filed.facts["pools"]}
    fitting = {pool for pool, model in models.items() if model in application["models"]}
    lists = {key: prices for key, prices in price_lists(filed).items() if _pool_of(key, models) in fitting}
    called = place_names(lists, filed)
    mondays = [week_date(start, week).isoformat() for week in range(max(map(len, lists.values()), default=0))]
    first, last = application["earliest_week"], min(application["latest_week"], filed.facts["weeks"] - 1)
    stays = {key: stay_prices(prices, weeks) for key, prices in lists.items()}
    drawn = [Line(called[key], stays[key], MARKS[place]) for place, key in enumerate(dearest(lists))]
    rows = [
        {"place": called[key], "from": mondays[week], "week": week + 1,
         "price": cost, "all": cost * application["servers"], "open": first <= week <= last}
        for key, costs in sorted(stays.items())
        for week, cost in enumerate(costs)
    ]  # fmt: skip
    columns = [
        Column("place", _("Pool")),
        Column("week", _("Week"), "number"),
        Column("from", _("From"), "date"),
        Column("open", _("In its window"), "flag"),
        Column("price", _("One server, whole stay"), "number"),
        Column("all", _("All servers asked"), "number"),
    ]
    svg = steps(
        drawn,
        start_on=known_date(start),
        label=_("Price of the stay by its first week"),
        goal=(_("its value per server"), worth) if worth is not None else None,
        band=(first, last + 1) if first <= last else None,
    )
    says = _("Milli-points for one server over its %(weeks)s weeks within the round, by the week of the start; "
        "shaded is where it could begin. What the sectors' shares cost comes on top.")  # fmt: skip
    heading = _("What its stay would cost")
    return Chart(heading, svg, says % {"weeks": weeks}, Table("stays", heading, columns, rows),
                 unit=_("milli-points per server"))  # fmt: skip
