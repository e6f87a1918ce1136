"""The list of tests that take long holds only tests that exist, and may only shrink."""

import ast
from pathlib import Path

import pytest

from processor import CLEARLY, MOST, Budget, budgets, excess

ROOT = Path(__file__).parent.parent.parent
MOST_LISTED = 69  # lower it with the list


def functions(path):
    return {node.name for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.FunctionDef)}


def test_each_listed_test_exists_and_says_why():
    listed = budgets()
    assert list(listed) == sorted(listed)
    for name, budget in listed.items():
        file, _, test = name.partition("::")
        assert (ROOT / file).is_file(), f"{name}: no such file; take it off tests/slow.txt."
        assert test.rpartition("::")[2] in functions(ROOT / file), f"{name}: no such test; take it off tests/slow.txt."
        assert len(budget.reason.split()) >= 4, f"{name}: say why it cannot be smaller."
        assert budget.seconds > MOST / CLEARLY, f"{name}: needs no budget."


def test_the_list_does_not_grow():
    assert len(budgets()) <= MOST_LISTED, "make the new test smaller, or another one, rather than the list longer."


@pytest.mark.parametrize(
    ("seconds", "listed", "fails"),
    [
        (MOST, {}, False),
        (MOST + 0.1, {}, True),
        (2 * MOST, {"t": Budget(MOST, "why")}, False),
        (2 * MOST + 0.1, {"t": Budget(MOST, "why")}, True),
    ],
)
def test_what_is_clearly_over_its_budget_fails(seconds, listed, fails):
    assert bool(excess("t", seconds, listed)) is fails
