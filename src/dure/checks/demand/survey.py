"""The counted answers as full lists, and the textbook error of a weighted sum over them."""

import datetime as dt
from collections import defaultdict
from fractions import Fraction
from math import isqrt
from typing import NamedTuple

from dure.formats.stages.demand import DemandFacts, DemandRecommendation, DemandRules, Response

Cell = tuple[str, str]


class Survey(NamedTuple):
    """Counted answers; weight and stratum of every organisation that answered; strata as (answered, left over part)."""

    rules: DemandRules
    answers: tuple[Response, ...]
    weights: dict[str, Fraction]
    stratum: dict[str, int]
    sizes: dict[int, tuple[int, Fraction]]

    def gpus(self, *, sector: str = "", size: str = "", use: str = "", gpu_model: str = "") -> dict[str, int]:
        """GPUs that each organisation wants in that cell; zero for those that want none."""
        wants = dict.fromkeys(self.weights, 0)
        for answer in self.answers:
            theirs = (answer.sector, answer.size, answer.use, answer.gpu_model)
            if all(want in {"", have} for want, have in zip((sector, size, use, gpu_model), theirs, strict=True)):
                wants[answer.organisation] += answer.servers * self.rules.gpus_per_server
        return wants

    def gpu_days(self) -> dict[tuple[dt.date, str], Fraction]:
        """Mean GPUs by month and sector, counted by the day."""
        days: dict[tuple[dt.date, str], Fraction] = defaultdict(Fraction)
        for answer in self.answers:
            if not answer.servers:
                continue
            gpus = self.weights[answer.organisation] * answer.servers * self.rules.gpus_per_server
            count: dict[dt.date, int] = defaultdict(int)
            for n in range(7 * answer.weeks):
                count[(answer.start_on + dt.timedelta(days=n)).replace(day=1)] += 1
            for month, many in count.items():
                following = dt.date(month.year + month.month // 12, month.month % 12 + 1, 1)
                days[month, answer.sector] += gpus * Fraction(many, (following - month).days)
        return days


def survey_of(facts: DemandFacts, rules: DemandRules, made: DemandRecommendation) -> Survey:
    """The survey as the recommendation weighted and counted it."""
    weight = {(cell.sector, cell.size): Fraction(cell.weight) for cell in made.cells}
    home = {answer.organisation: (answer.sector, answer.size) for answer in facts.responses}
    groups = _groups({(cell.sector, cell.size): (cell.respondents, cell.organisations) for cell in made.cells})
    place = {cell: number for number, cells in enumerate(groups) for cell in cells}
    counts = {(cell.sector, cell.size): (cell.respondents, cell.organisations) for cell in made.cells}
    return Survey(
        rules,
        tuple(answer for answer in facts.responses if answer.id in set(made.counted)),
        {name: weight[cell] for name, cell in home.items()},
        {name: place[cell] for name, cell in home.items() if cell in place},
        {
            n: (sum(counts[cell][0] for cell in cells), _left_over([counts[cell] for cell in cells]))
            for n, cells in enumerate(groups)
        },
    )


def _left_over(counts: list[tuple[int, int]]) -> Fraction:
    """Finite population correction of a cell; pools go without."""
    return 1 - Fraction(*counts[0]) if len(counts) == 1 else Fraction(1)


def _groups(cells: dict[Cell, tuple[int, int]]) -> list[list[Cell]]:
    """Cells with two answers or more alone; single ones by sector, then together, then with the first."""
    alone = [[cell] for cell, (answered, _) in sorted(cells.items()) if answered > 1]
    single = sorted(cell for cell, (answered, there) in cells.items() if answered == 1 and there > 1)
    by_sector: dict[str, list[Cell]] = defaultdict(list)
    for cell in single:
        by_sector[cell[0]].append(cell)
    pools = [group for group in by_sector.values() if len(group) > 1]
    rest = [group[0] for group in by_sector.values() if len(group) == 1]
    groups = alone + pools
    if len(rest) == 1:
        return [groups[0] + rest, *groups[1:]]
    return [*groups, rest] if rest else groups


def half_width(survey: Survey, values: dict[str, Fraction], decimals: int) -> Fraction:
    """Standard errors of the weighted sum of the values, rounded half up."""
    parts: dict[int, list[Fraction]] = {number: [] for number in survey.sizes}
    for name, value in values.items():
        if value and name in survey.stratum:
            parts[survey.stratum[name]].append(survey.weights[name] * value)
    total = Fraction(0)
    for number, (answered, left_over) in survey.sizes.items():
        mean = sum(parts[number], Fraction(0)) / answered
        noughts = (answered - len(parts[number])) * mean**2
        spread = sum(((part - mean) ** 2 for part in parts[number]), noughts) / (answered - 1)
        total += left_over * answered * spread
    wide = Fraction(survey.rules.confidence_z) ** 2 * total * 100**decimals
    whole = isqrt(wide.numerator // wide.denominator)
    # Half up: one more when the exact root is at least a half beyond the whole number below it.
    return Fraction(whole + (wide >= Fraction(2 * whole + 1, 2) ** 2), 10**decimals)
