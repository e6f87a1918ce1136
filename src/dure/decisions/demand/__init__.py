"""How many GPUs does the country want, who wants them, when, and how sure is that?

Answers to the survey, each need once, are weighted up to the frame (stratified expansion, raked where
cells stand empty) and summed with their sampling error. Exact fractions throughout; rounded when published.
The definitions stand in `formats/stages/demand.py`, the reasons in ADR 0006.
"""

import calendar
import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from dure.decisions.demand.answers import counted_answers, refuse_nonsense, respondents
from dure.decisions.demand.variance import Stratum, root, strata, variance_of_total
from dure.decisions.demand.weights import Cell, Weighting, weighting
from dure.decisions.quantities import split_by_largest_remainder
from dure.formats.errors import Infeasible
from dure.formats.kinds import Decimal, decimal_text, exact
from dure.formats.stages.demand import (
    DemandFacts,
    DemandRecommendation,
    DemandRules,
    Estimate,
    MonthForecast,
    PastError,
    PastEstimate,
    PriceStep,
    Response,
)

METHOD = "stratified_expansion_raked"
ERROR_DECIMALS = 4
Key = tuple[str, str, str, str]
ALL: Key = ("", "", "", "")


class Sample(NamedTuple):
    """The counted answers, where each organisation belongs, its weight, and the strata for the error."""

    answers: tuple[Response, ...]
    homes: dict[str, Cell]
    weights: dict[str, Fraction]
    groups: tuple[Stratum, ...]
    rules: DemandRules

    def gpus(self, answer: Response) -> Fraction:
        """GPUs for which an answer stands."""
        return self.weights[answer.organisation] * answer.servers * self.rules.gpus_per_server


def recommend(facts: DemandFacts, rules: DemandRules) -> DemandRecommendation:
    """Estimate the demand for GPUs from one survey."""
    refuse_nonsense(facts)
    if not facts.responses:
        raise Infeasible("nobody answered.", code="no_answers", detail={"invited": str(facts.invited)})
    answers, not_counted = counted_answers(facts)
    cells = respondents(facts)
    weighing = weighting(facts, rules, {cell: len(names) for cell, names in cells.items()})
    sample = _sample(answers, cells, weighing, rules)
    parts = _parts(sample)
    if not parts[ALL]:
        raise Infeasible("nobody who answered wants a server.", code="no_demand")
    sectors = sorted({cell.sector for cell in facts.frame})
    shares, margins = _shares(parts, sectors, sample)
    return DemandRecommendation(
        method=METHOD,
        estimates=tuple(_estimate(key, parts[key], sample) for key in sorted(parts) if key != ALL),
        total=_estimate(ALL, parts[ALL], sample),
        response_rate=decimal_text(Fraction(len(sample.homes), facts.invited), rules.share_decimals),
        shares=shares,
        share_margins=margins,
        forecast=tuple(_forecast(sample)),
        would_pay=tuple(_would_pay(sample)),
        past_errors=tuple(
            PastError(sector=past.sector, error=_error(past)) for past in sorted(facts.past, key=lambda p: p.sector)
        ),
        counted=tuple(answer.id for answer in answers),
        cells=weighing.cells(),
        margins=weighing.margins,
        reasons=(*weighing.reasons, *not_counted),
    )


def _sample(
    answers: tuple[Response, ...], cells: Mapping[Cell, Sequence[str]], weighing: Weighting, rules: DemandRules
) -> Sample:
    homes = {name: cell for cell, names in cells.items() for name in names}
    weights = {name: weighing.weight(cell) for name, cell in homes.items()}
    return Sample(answers, homes, weights, strata(weighing), rules)


def _parts(sample: Sample) -> dict[Key, dict[str, Fraction]]:
    """For each published cell the weighted GPUs of every organisation that wants some there."""
    parts: dict[Key, dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    for answer in sample.answers:
        if answer.servers:
            whole = (answer.sector, answer.size, answer.use, answer.gpu_model)
            margins = [tuple(name if place == at else "" for at, name in enumerate(whole)) for place in range(4)]
            for one, two, three, four in {whole, ALL, *margins}:
                parts[one, two, three, four][answer.organisation] += sample.gpus(answer)
    return parts


def _estimate(key: Key, parts: Mapping[str, Fraction], sample: Sample) -> Estimate:
    decimals = sample.rules.gpu_decimals
    gpus = Fraction(decimal_text(sum(parts.values(), Fraction(0)), decimals))
    half = _half_width(variance_of_total(parts, sample.homes, sample.groups), sample.rules, decimals)
    sector, size, use, gpu_model = key
    return Estimate(
        sector=sector,
        size=size,
        use=use,
        gpu_model=gpu_model,
        respondents=len(parts),
        gpus=decimal_text(gpus, decimals),
        low=decimal_text(max(Fraction(0), gpus - half), decimals),
        high=decimal_text(gpus + half, decimals),
    )


def _half_width(variance: Fraction, rules: DemandRules, decimals: int) -> Fraction:
    return root(exact(rules.confidence_z) ** 2 * variance, decimals)


def _shares(
    parts: Mapping[Key, Mapping[str, Fraction]], sectors: Sequence[str], sample: Sample
) -> tuple[dict[str, str], dict[str, str]]:
    """Each sector's part of the whole, summing to one as published, and the half-width of its interval."""
    whole = parts[ALL]
    total = sum(whole.values(), Fraction(0))
    by_sector = {sector: parts.get((sector, "", "", ""), {}) for sector in sectors}
    sums = {sector: sum(values.values(), Fraction(0)) for sector, values in by_sector.items()}
    decimals = sample.rules.share_decimals
    units = split_by_largest_remainder(10**decimals, sums)
    margins = {}
    for sector, values in by_sector.items():
        ratio = sums[sector] / total
        turned = {name: (values.get(name, Fraction(0)) - ratio * part) / total for name, part in whole.items()}
        half = _half_width(variance_of_total(turned, sample.homes, sample.groups), sample.rules, decimals)
        margins[sector] = decimal_text(half, decimals)
    return {sector: decimal_text(Fraction(count, 10**decimals), decimals) for sector, count in units.items()}, margins


def _forecast(sample: Sample) -> Iterator[MonthForecast]:
    """GPUs wanted by month and sector; months and sectors in which none are wanted are left out."""
    months: dict[tuple[dt.date, str], Fraction] = defaultdict(Fraction)
    for answer in sample.answers:
        for month, days in _months(answer):
            length = calendar.monthrange(month.year, month.month)[1]
            months[month, answer.sector] += sample.gpus(answer) * days / length
    for (month, sector), gpus in sorted(months.items()):
        if gpus:
            yield MonthForecast(month=month, sector=sector, gpus=decimal_text(gpus, sample.rules.gpu_decimals))


def _months(answer: Response) -> Iterator[tuple[dt.date, int]]:
    """Each month that the answer reaches into, and on how many of its days."""
    day, end = answer.start_on, answer.start_on + dt.timedelta(weeks=answer.weeks)
    while day < end:
        month = day.replace(day=1)
        following = (month + dt.timedelta(days=31)).replace(day=1)
        yield month, (min(end, following) - day).days
        day = following


def _would_pay(sample: Sample) -> Iterator[PriceStep]:
    """For each price named in a sector: the GPUs of all who would pay that much or more."""
    offers: dict[str, dict[int, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    for answer in sample.answers:
        if answer.servers and answer.would_pay_per_gpu_hour is not None:
            offers[answer.sector][answer.would_pay_per_gpu_hour] += sample.gpus(answer)
    for sector, prices in sorted(offers.items()):
        for price in sorted(prices):
            gpus = sum((amount for other, amount in prices.items() if other >= price), Fraction(0))
            yield PriceStep(sector=sector, price_per_gpu_hour=price, gpus=decimal_text(gpus, sample.rules.gpu_decimals))


def _error(past: PastEstimate) -> Decimal | None:
    """How far last time's estimate was from what came."""
    if not past.applied_gpus:
        return None
    return decimal_text(Fraction(past.estimated_gpus - past.applied_gpus, past.applied_gpus), ERROR_DECIMALS)
