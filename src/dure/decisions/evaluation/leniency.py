"""What would each application's mean be without the leniency of the reviewers that it happened to get?

Sheet = application + reviewer + noise. Applications are fitted freely; each reviewer's leniency is
shrunk as if the reviewer had given SHRINKAGE_SHEETS more sheets with no leniency at all (a ridge
of that size), so that a few sheets say little. The least-squares equations in the reviewers alone
have whole-number coefficients and are solved exactly, so the advice is the same on every machine.
"""

from collections.abc import Mapping
from fractions import Fraction
from math import lcm

SHRINKAGE_SHEETS = 4
MOST_REVIEWERS = 150  # the exact solution grows with the cube of this; larger pools get no adjusted scores


def adjusted_scores(totals: Mapping[str, Mapping[str, Fraction]]) -> dict[str, Fraction]:
    """Each application's mean after the reviewers' leniency is taken out; empty for pools too large to solve."""
    reviewers = sorted({reviewer for given in totals.values() for reviewer in given})
    if not reviewers or len(reviewers) > MOST_REVIEWERS:
        return {}
    place = {reviewer: number for number, reviewer in enumerate(reviewers)}
    scale = lcm(*(len(given) for given in totals.values()))
    unit = lcm(*(total.denominator for given in totals.values() for total in given.values()))
    matrix = [[0] * (len(reviewers) + 1) for _ in reviewers]
    for number in range(len(reviewers)):
        matrix[number][number] = SHRINKAGE_SHEETS * scale
    for given in totals.values():
        share = scale // len(given)
        whole = sum(int(total * unit) for total in given.values())
        for reviewer, total in given.items():
            row = matrix[place[reviewer]]
            row[place[reviewer]] += scale
            row[-1] += scale * int(total * unit) - share * whole
            for other in given:
                row[place[other]] -= share
    solved = _solve(matrix)
    leniency = {reviewer: solved[place[reviewer]] / unit for reviewer in reviewers}
    return {
        name: sum((total - leniency[reviewer] for reviewer, total in given.items()), Fraction(0)) / len(given)
        for name, given in sorted(totals.items())
    }


def _solve(matrix: list[list[int]]) -> list[Fraction]:
    """The solution of a positive definite system in whole numbers, by fraction-free elimination (Bareiss, 1968).

    No pivoting is needed: every leading minor of a positive definite matrix is positive.
    """
    size, before = len(matrix), 1
    for pivot in range(size):
        top = matrix[pivot]
        for row in matrix[pivot + 1 :]:
            head = row[pivot]
            for column in range(pivot, size + 1):
                row[column] = (row[column] * top[pivot] - head * top[column]) // before
        before = top[pivot]
    solution = [Fraction(0)] * size
    for pivot in reversed(range(size)):
        known = sum((matrix[pivot][column] * solution[column] for column in range(pivot + 1, size)), Fraction(0))
        solution[pivot] = (matrix[pivot][size] - known) / matrix[pivot][pivot]
    return solution
