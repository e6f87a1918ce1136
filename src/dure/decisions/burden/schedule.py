"""Which part of the list price does one who is of that kind and size bear, before and after factors?"""

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from dure.decisions.tables import Lookup, combinations
from dure.formats.errors import BadInput
from dure.formats.rule_tables import Table
from dure.formats.stages.burden import BurdenRules


class Rating(NamedTuple):
    """The part of the list price that an organisation bears, before and after factors, and why."""

    base: Fraction
    rate: Fraction
    because: tuple[str, ...]


class OutOfRange(NamedTuple):
    """A rate beyond the end of the announced range that `side` names."""

    kind: str
    size: str
    rate: Fraction
    side: str
    bound: Fraction


class Schedule:
    """The rates of a rule book, ready to be asked."""

    def __init__(self, rules: BurdenRules) -> None:
        self._rules = rules
        self._rates, self._announced, self._factors = (
            Lookup(getattr(rules, name), where=f"burden/{name}") for name in ("rates", "announced", "factors")
        )

    def rating(self, kind: str, size: str, *, youth_led: bool) -> Rating:
        """What such a payer bears; raises `BadInput` where the tables set no rate for it, or take it beyond the list price."""
        base = self._base(kind, size)
        if base is None:
            raise BadInput(
                f"no rate for kind {kind!r} and size {size!r}.",
                where="rule burden/rates",
                todo="Correct the organisation's kind or size, or set a rate in the table.",
            )
        factor = self._factors({"kind": kind, "size": size, "youth_led": youth_led})
        rate = base * factor.values["factor"]
        if rate > 1:
            raise BadInput(
                f"{kind}/{size} would bear {rate} of the price.",
                where="rule burden/factors",
                todo="Lower the factors, so that nobody bears more than the whole.",
            )
        return Rating(base, rate, ("burden/rates", *(f"burden/factors/{row}" for row in factor.exceptions)))

    def payers(self) -> list[tuple[str, str, bool]]:
        """Each kind and size that the rates tell apart, and once more as youth-led where that changes the rate."""
        told = [(kind, size) for kind, size in self._told(self._rules.rates) if self._base(kind, size) is not None]
        rates = {each: [self.rating(*each, youth_led=young).rate for young in (False, True)] for each in told}
        young = [(kind, size, True) for (kind, size), (plain, led) in rates.items() if led != plain]
        return sorted([(kind, size, False) for kind, size in told] + young)

    def out_of_range(self) -> Iterator[OutOfRange]:
        """Rates, before factors, that are beyond what was announced."""
        for kind, size in sorted({*self._told(self._rules.rates), *self._told(self._rules.announced)}):
            rate = self._base(kind, size)
            for side, bound in self._announced({"kind": kind, "size": size}).values.items():
                if rate is not None and bound is not None and (rate < bound if side == "lowest" else rate > bound):
                    yield OutOfRange(kind, size, rate, side, bound)

    def _base(self, kind: str, size: str) -> Fraction | None:
        rate: Fraction | None = self._rates({"kind": kind, "size": size}).values["rate"]
        return rate

    def _told(self, table: Table) -> list[tuple[str, str]]:
        return [(kind, size) for kind, size in combinations(table, ("kind", "size"))]
