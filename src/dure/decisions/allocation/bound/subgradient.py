"""Subgradient method on the Lagrangian dual (Held, Wolfe and Crowder 1974): prices of a server by week, and their bound."""

from collections.abc import Callable
from math import isqrt
from typing import NamedTuple

import numpy as np

from dure.decisions.allocation.kernels.compiling import run
from dure.decisions.allocation.kernels.subgradient import BEST, BOUND, SLACK, TAX, PriceState, descend, respond
from dure.decisions.allocation.kernels.tables import Integers, Tables
from dure.decisions.allocation.model.problem import Problem

SLACK_START = 4096  # of 65,536 parts of the bound: how far below it the first steps aim
CHUNK = 50


class Priced(NamedTuple):
    """Prices, and the bound that follows from them, in micro-points."""

    rows: Integers
    share: Integers
    cap: Integers
    bound: int
    state: PriceState  # as left at these prices: unit prices, cheapest pools


def price(
    problem: Problem,
    *,
    steps: int,
    compiled: bool,
    floor: int = 0,
    begin: Priced | None = None,
    progress: Callable[[int], bool] | None = None,
) -> Priced:
    """Lower the bound in `steps` steps, from zero or from the prices of `begin`, to `floor` at the lowest.

    `progress` receives the bound and may stop it by returning False.
    """
    tables = problem.tables
    state = new_state(tables)
    state.book[BEST], state.book[SLACK] = -1, SLACK_START
    if begin is not None:
        state.prices[:], state.share[:], state.cap[:] = begin.rows, begin.share, begin.cap
    coarse, coarse_cap = scales(tables)
    for _ in range(0, steps, CHUNK):
        best = run(descend, tables, state, CHUNK, floor, coarse, coarse_cap, compiled=compiled)
        if progress is not None and not progress(int(best)):
            break
    return settle(tables, state, compiled=compiled)


def settle(tables: Tables, state: PriceState, *, compiled: bool) -> Priced:
    """Put the best prices into force and read the bound from them."""
    state.prices[:], state.share[:], state.cap[:] = state.best_prices, state.best_share, state.best_cap
    run(respond, tables, state, compiled=compiled)
    return Priced(state.best_prices.copy(), state.best_share.copy(), state.best_cap.copy(), int(state.book[BOUND]), state)


def tax_of(tables: Tables, share: Integers) -> int:
    """What every GPU-week pays so that the share prices balance, rounded down."""
    return sum(int(w) * int(f if w > 0 else c) for w, f, c in zip(share, tables.floor, tables.ceiling, strict=True)) // 10**9


def at_prices(problem: Problem, priced: Priced, rows: Integers, share: Integers, cap: Integers, *, compiled: bool) -> Priced:
    """The bound at other prices, in the state of `priced`, which is left at them."""
    state = priced.state
    state.prices[:], state.share[:], state.cap[:] = rows, share, cap
    bound = int(run(respond, problem.tables, state, compiled=compiled))
    return Priced(rows, share, cap, bound, state)


def new_state(tables: Tables) -> PriceState:
    """All prices zero."""
    rows = len(tables.row_capacity) // tables.weeks
    place = len(tables.durations) * tables.weeks
    kinds, pools = len(tables.kind_at) - 1, len(tables.entry_at) - 1

    def zeros(count: int) -> Integers:
        return np.zeros(count, dtype=np.int64)

    sectors, organisations, prices = len(tables.leased), len(tables.cap), rows * tables.weeks
    return PriceState(  # type: ignore[call-arg]
        *(zeros(n) for n in (prices, sectors, organisations) * 3),
        zeros(rows * (tables.weeks + 1)),
        zeros(pools * place),
        zeros(pools * place),
        zeros(kinds * place),
        *(zeros(n) for n in (prices, sectors, organisations)),
        zeros(TAX + 1),
    )


def scales(tables: Tables) -> tuple[int, int]:
    """Divisors that bring GPU-weeks of a sector or organisation to the size of servers in one week."""
    gpus = int(max(tables.kind_gpus, default=1))
    return gpus * max(1, isqrt(len(tables.row_capacity))), gpus * max(1, isqrt(tables.weeks))
