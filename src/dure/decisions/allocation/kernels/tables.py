"""The round as flat integer arrays in compressed sparse rows: all that the kernels read.

`*_at[k]` to `*_at[k + 1]` are the places of item k in a list of lists.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


class Tables(NamedTuple):
    """The round in flat arrays. `*_at[k]` to `*_at[k + 1]` are the places of item k in a list of lists."""

    weeks: int
    duration: Integers  # by application
    duration_at: Integers  # which of the distinct durations
    first: Integers
    starts: Integers
    most: Integers
    least: Integers
    sector: Integers
    organisation: Integers
    required: Integers
    forced: Integers  # 1 in a case of the proof in which it must be granted something
    pair_at: Integers
    pair_kind: Integers  # by pair
    column_at: Integers
    above: Integers  # by column
    below: Integers
    rate: Integers  # whole milli-points of one server
    size_down: Integers  # largest allowed size not above n
    durations: Integers
    kind_at: Integers
    kind_pool: Integers
    kind_gpus: Integers
    pool_gpus: Integers
    entry_at: Integers  # by pool: the rows that it, or its pods, belong to
    entry_row: Integers
    entry_open: Integers  # by entry, duration and start: does one server stay free throughout?
    cell_at: Integers
    row_capacity: Integers  # by row and week
    limit_any: Integers  # by pool, duration and start: most servers, over pods and within one pod
    limit_pod: Integers
    cell_pod: Integers
    cell_capacity: Integers  # by cell and week
    cap: Integers  # by organisation: GPU-weeks that may still be granted
    leased: Integers  # by sector: GPU-weeks
    floor: Integers  # by sector, in parts per 10^9
    ceiling: Integers
    penalty: int
    widest: int  # most cells in one pool
