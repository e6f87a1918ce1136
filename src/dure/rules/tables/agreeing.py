"""Do tables agree with each other, for every combination that they tell apart?"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from dure.formats.kinds import exact
from dure.formats.rule_tables import Table
from dure.rules.tables.cells import OTHER, Combination, cells_of, combinations, given, told


def out_of_range(rates: Mapping[str, Any], announced: Mapping[str, Any]) -> str:
    """The first rate beyond what was announced, or nothing."""
    for combination, (rate, range_) in _together(rates, announced):
        if rate is None or range_ is None:
            return f"{told(combination)} is in one of the tables and not in the other"
        borne, low, high = rate["rate"], range_["lowest"], range_["highest"]
        if borne is not None and low is not None and exact(borne) < exact(low):
            return f"the rate {borne} of {told(combination)} is below {low}, the lowest announced"
        if borne is not None and high is not None and exact(borne) > exact(high):
            return f"the rate {borne} of {told(combination)} is above {high}, the highest announced"
    return ""


def without_rate(rates: Mapping[str, Any], kinds: Iterable[str]) -> str:
    """The first of these kinds for which no row sets a rate, or nothing."""
    if "kind" not in rates["reads"]:
        return ""
    known = {cell.value for cell in cells_of([msgspec.convert(rates, Table)])["kind"]}
    priced = {cells["kind"].value for cells, (row,) in _together(rates) if row and row["rate"] is not None}
    lacking = [kind for kind in kinds if (kind if kind in known else OTHER) not in priced]
    return f"{lacking[0]!r} may apply, and no rate says what it bears" if lacking else ""


def _together(*values: Mapping[str, Any]) -> Iterator[tuple[Combination, list[dict[str, Any] | None]]]:
    """Each combination that the tables tell apart, with what each of them gives."""
    tables = [msgspec.convert(each, Table) for each in values]
    for combination in combinations(cells_of(tables)):
        yield combination, [given(table, combination) for table in tables]
