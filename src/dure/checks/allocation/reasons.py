"""Has everyone who did not get all they asked for a reason, nobody else one, and are its figures right?"""

import re
from collections import Counter
from typing import Any

from dure.checks.allocation.bound import MICRO, Arrays, Pass
from dure.checks.allocation.left import Left
from dure.checks.allocation.refusals import Market, Option, due_code
from dure.checks.allocation.values import off_bounds, worth_per_server
from dure.checks.allocation.waiting import Waiting, waiting_faults
from dure.formats.kinds import Fault, Reason
from dure.formats.stages.allocation import SECTOR_REASONS, AllocationRecommendation, Application, Grant

NO_WINDOW = 3  # the last group of the waiting list


def reason_faults(arrays: Arrays, recommendation: AllocationRecommendation, prices: Pass | None, left: Left) -> list[Fault]:
    """Faults of the explanations; prices are compared where the certificate's are sound."""
    applications = {application.id: application for application in arrays.facts.applications}
    grants = {grant.application: grant for grant in recommendation.grants}
    short = {
        name
        for name, application in applications.items()
        if name not in grants or len(grants[name].servers) < application.servers
    }
    about = [reason for reason in recommendation.reasons if reason.code not in SECTOR_REASONS]
    told = Counter(reason.item for reason in about)
    found = [
        *(Fault(code="no_reason", where=name, message="is not told why.") for name in sorted(short - set(told))),
        *(
            Fault(code="needless_reason", where=name, message="got all.")
            for name in sorted(set(told) & set(applications) - short)
        ),
        *(Fault(code="two_reasons", where=name, message="is told twice.") for name, times in sorted(told.items()) if times > 1),
        *(
            Fault(code="needless_reason", where=name, message="is neither application nor sector.")
            for name in sorted(set(told) - set(applications))
        ),
    ]
    found += _of_sectors(arrays, recommendation, left)
    teller = _Teller(arrays, prices, left)
    for reason in about:
        if reason.item in applications:
            found += teller.faults(applications[reason.item], reason, grants.get(reason.item))
    return found + waiting_faults(arrays, teller.waiting, places=teller.places)


def _of_sectors(arrays: Arrays, recommendation: AllocationRecommendation, left: Left) -> list[Fault]:
    """Every sector off its bounds is told by how much, and no other."""
    whole, penalty = sum(left.used.values()), arrays.rules.share_penalty
    due: dict[tuple[str, str], dict[str, str]] = {}
    for sector in arrays.facts.sectors:
        for code, bound, off in zip(
            SECTOR_REASONS, (sector.floor, sector.ceiling), off_bounds(sector, left.used, whole), strict=True
        ):
            if off > 0:
                due[sector.id, code] = {"gpu_weeks": str(left.used[sector.id]), "of": str(whole), "bound": bound,
                                        "off_by_gpu_weeks": str(off), "cost": str(off * penalty)}  # fmt: skip
    found = []
    told = [reason for reason in recommendation.reasons if reason.code in SECTOR_REASONS]
    for reason in told:
        right = due.pop((reason.item, reason.code), None)
        if right is None:
            found.append(Fault(code="needless_reason", where=reason.item, message=f"{reason.code} is not so, or told before."))
        else:
            found += _differences(right, reason.detail, f"reason for sector {reason.item}")
    return found + [Fault(code="no_reason", where=item, message=f"{code} is not told.") for item, code in sorted(due)]


class _Teller:
    """Works out what each application should have been told, and gathers the waiting list on the way."""

    def __init__(self, arrays: Arrays, prices: Pass | None, left: Left) -> None:
        self.arrays, self.left = arrays, left
        self.market = Market(arrays, prices) if prices else None
        self.waiting: list[Waiting] = []
        self.places: list[int] = []

    def faults(self, application: Application, reason: Reason, grant: Grant | None) -> list[Fault]:
        """What is wrong with the one reason."""
        where = f"reason for {application.id}"
        if (reason.code == "fewer_servers_than_asked") != (grant is not None):
            return [_wrong(where, f"{reason.code} does not fit the grant.")]
        place = _whole(reason.detail, "waiting_list_place")
        if place is not None:
            self.places.append(place)
        if grant is not None:
            right = {"asked": str(application.servers), "granted": str(len(grant.servers)), "pool": grant.pool}
            return _differences(right, reason.detail, where) + _place_faults(reason, wanted=False)
        return self._of_refusal(application, reason, place, self.market) if self.market else []

    def _of_refusal(self, application: Application, reason: Reason, place: int | None, market: Market) -> list[Fault]:
        where = f"reason for {application.id}"
        due = market.hopeless(application)
        nearest = None if due else market.nearest(application)
        if nearest is None:
            code = due or "no_free_window"
            if not due and place is not None:
                self.waiting.append(Waiting(place, application.id, NO_WINDOW, 0, 1))
            right, found = _asked(application), _place_faults(reason, wanted=not due)
            if code != reason.code:
                found.append(_wrong(where, f"the code is {code}, not {reason.code}."))
            return found + _differences(right, reason.detail, where)
        option = self._option(application, reason.detail, market.prices)
        if isinstance(option, str):
            return [_wrong(where, option)]
        if place is not None:
            group = 0 if option.value * MICRO > option.price else 1
            self.waiting.append(Waiting(place, application.id, group, option.price, option.value))
        due = due_code(self.arrays, market.prices, self.left, application, option)
        return self._of_price(application, reason, option, nearest=nearest, due=due)

    def _of_price(self, application: Application, reason: Reason, option: Option, *, nearest: int, due: str) -> list[Fault]:
        detail, where = reason.detail, f"reason for {application.id}"
        surplus = option.value * MICRO - option.price
        right = {"value": str(option.value), "price": str(-(-option.price // MICRO)), "miss": str(max(0, -(surplus // MICRO)))}
        found = _differences(right, detail, where) + _place_faults(reason, wanted=True)
        if surplus != nearest:
            found.append(_wrong(where, f"another option came closer: {nearest} micro-points against {surplus}."))
        if due != reason.code:
            found.append(_wrong(where, f"the code is {due}, not {reason.code}."))
        return found + [_wrong(where, message) for message in self._changes(application, detail)]

    def _option(self, application: Application, detail: dict[str, Any], prices: Pass) -> Option | str:
        """The option told; or in words, why it is none."""
        facts, pool = self.arrays.facts, str(detail.get("best_pool"))
        start, servers = _whole(detail, "best_from_week"), _whole(detail, "best_servers")
        if pool not in self.arrays.laid or self.arrays.laid[pool].pool.gpu_model not in application.models:
            return f"{pool} is no pool it could have had."
        if start is None or not application.earliest_week <= start <= min(application.latest_week, facts.weeks - 1):
            return f"week {start} is outside the window."
        if (
            servers is None
            or not application.minimum_servers <= servers <= application.servers
            or not self.arrays.is_size(servers)
        ):
            return f"{servers} servers are none of the sizes it could have had."
        duration = min(application.weeks, facts.weeks)
        limits, laid = self.arrays.limits[pool, duration], self.arrays.laid[pool]
        price = prices.price_of(application, pool, start, servers)
        if price is None or servers > (limits.within if application.pod == "required" else limits.over_all)[start]:
            return "that option is not open."
        above, below = worth_per_server(facts, self.arrays.rules, application, laid.pool.gpu_model, start)
        gpu_weeks = laid.pool.gpus_per_server * servers * min(duration, facts.weeks - start)
        return Option(gpu_weeks, above * servers // below, price)

    def _changes(self, application: Application, detail: dict[str, Any]) -> list[str]:
        """The change that would have helped must at least fit with all other grants, counted week by week."""
        arrays, least = self.arrays, application.minimum_servers
        weeks, in_one_pod = arrays.facts.weeks, application.pod == "required"
        duration, end = min(application.weeks, weeks), min(application.latest_week + 1, weeks)
        first = application.earliest_week

        def fits(servers: int, models: set[str], first: int, end: int) -> bool:
            rooms = [self.left.room(model, duration, in_one_pod=in_one_pod)[first:end] for model in models]
            return any((room >= servers).any() for room in rooms)

        found = []
        models, servers, start = set(application.models), _whole(detail, "with_servers"), _whole(detail, "from_week")
        if "with_servers" in detail and not (
            servers and servers < least and arrays.is_size(servers) and fits(servers, models, first, end)
        ):
            found.append(f"{detail['with_servers']} servers would not have helped it.")
        if "from_week" in detail and not (start is not None and end <= start < weeks and fits(least, models, start, start + 1)):
            found.append(f"a start in week {detail['from_week']} would not have helped it.")
        other = str(detail.get("with_model"))
        if "with_model" in detail and (other in models or not fits(least, {other}, first, end)):
            found.append(f"the model {other} would not have helped it.")
        return found


def _asked(application: Application) -> dict[str, str]:
    names = ("servers", "minimum_servers", "earliest_week", "latest_week", "weeks")
    return {name: str(getattr(application, name)) for name in names}


def _whole(detail: dict[str, Any], name: str) -> int | None:
    """A whole number told as text; anything else is none."""
    text = detail.get(name)
    return int(text) if isinstance(text, str) and re.fullmatch(r"[0-9]{1,18}", text) else None


def _place_faults(reason: Reason, *, wanted: bool) -> list[Fault]:
    if (_whole(reason.detail, "waiting_list_place") is not None) == wanted:
        return []
    message = "has no place on it." if wanted else "cannot be on it."
    return [Fault(code="wrong_waiting_list", where=f"reason for {reason.item}", message=message)]


def _differences(right: dict[str, str], detail: dict[str, Any], where: str) -> list[Fault]:
    return [
        _wrong(where, f"{name} is {text}, not {detail.get(name)}.") for name, text in right.items() if detail.get(name) != text
    ]


def _wrong(where: str, message: str) -> Fault:
    return Fault(code="wrong_reason", where=where, message=message)
