"""Each recipe works as written, on a copy of the repository, and touches no more files than it promises."""

from typing import NamedTuple

import pytest

from filled import KEPT, address, keep
from house.recipes import Copy, section, steps


class Recipe(NamedTuple):
    """A section of a page in docs/how-to.

    `most`: how many files of the product it may touch; `tests`: the files of tests that it touches. Without the steps on paths
    that hold `without`, the last step must fail and print `says`; `quickly` is the part of the last step that fails.
    """

    page: str
    section: str
    most: int
    tests: list[str]
    without: str
    says: str
    quickly: str = ""


RECIPES = {
    "an eligibility rule": Recipe(
        "add-a-rule", "Add an eligibility rule", 4, ["tests/cases/eligibility.yaml"],
        without="checks", says="rule_not_read|wrong_reason", quickly="python -m pytest tests/cases -k shortest",
    ),
    "a constraint": Recipe(
        "add-a-constraint", "Add a constraint on the steps of an offer", 4,
        ["tests/cases/portfolio.yaml", "tests/decisions/test_portfolio.py"],
        without="checks", says="wrong_reason|not_the_walk", quickly="python -m pytest tests/cases -k highest",
    ),
    "a page": Recipe(
        "add-a-page", "Add a list to a desk", 3, ["tests/portal/test_surveys.py"],
        without="desks", says="agency-1.*404", quickly="python -m pytest tests/portal/test_surveys.py -k agency_alone",
    ),
    "a command": Recipe(
        "add-a-command", "Add a command on a call for providers", 5, ["tests/cycle/test_briefing.py", "tests/inputs.py"],
        without="locale", says="4 without Korean", quickly="python -m dure.portal.kit.catalogue",
    ),
    "a connector": Recipe(
        "add-a-connector", "Read jobs from Slurm's accounting", 2,
        ["tests/connectors/samples/slurmdb.json", "tests/connectors/test_slurmdb.py"],
        without="samples", says="FileNotFoundError",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def made(filled, tmp_path_factory):
    """One copy for all recipes; its tests act on copies of the world that this session has filled."""
    folder = tmp_path_factory.mktemp("recipes")
    keep(filled, world := folder / "world.json")
    around = {KEPT: str(world), "DATABASE_URL": address(), "PYTEST_ADDOPTS": "-p no:schemathesis"}  # slow to load, not used
    return Copy(folder / "copy", **around)


@pytest.fixture
def copy(made):
    made.reset()
    return made


@pytest.fixture(params=RECIPES)
def recipe(request):
    return RECIPES[request.param]


def taken(recipe):
    found = list(steps(section(recipe.page, recipe.section)))
    assert found[-1].where == "run"
    assert "pytest" in found[-1].block
    return found


def test_a_recipe_works_to_the_letter(recipe, copy):
    for step in taken(recipe):
        copy.follow(step)
    product, others = copy.touched()
    assert len(product) <= recipe.most, product
    assert others == recipe.tests


@pytest.mark.long
def test_a_step_left_out_is_noticed(recipe, copy):
    """What a recipe runs can fail: without the checker's line the case does not hold, without the route there is no page."""
    *changes, last = taken(recipe)
    left_out = [step for step in changes if recipe.without in step.path]
    assert left_out
    for step in changes:
        if step not in left_out:
            copy.follow(step)
    with pytest.raises(AssertionError, match=recipe.says):
        copy.follow(last._replace(block=recipe.quickly or last.block))
