"""Each recipe works as written, on a copy of the repository, and touches no more files than it promises."""

import pytest

from house.recipes import Copy, section, steps

RULE = "add-a-rule", "Add an eligibility rule"
CONSTRAINT = "add-a-constraint", "Add a constraint on the steps of an offer"


def taken(recipe):
    found = list(steps(section(*recipe)))
    assert found[-1].where == "run"
    assert "pytest" in found[-1].block
    return found


@pytest.mark.parametrize(
    ("recipe", "most", "tests"),
    [
        (RULE, 4, ["tests/cases/eligibility.yaml"]),
        (CONSTRAINT, 4, ["tests/cases/portfolio.yaml", "tests/decisions/test_portfolio.py"]),
    ],
    ids=["an eligibility rule", "a constraint"],
)
def test_a_recipe_works_to_the_letter(recipe, most, tests, tmp_path):
    copy = Copy(tmp_path)
    for step in taken(recipe):
        copy.follow(step)
    product, others = copy.touched()
    assert len(product) <= most, product
    assert others == tests


@pytest.mark.parametrize(
    ("recipe", "only"), [(RULE, "shortest"), (CONSTRAINT, "highest")], ids=["an eligibility rule", "a constraint"]
)
def test_a_step_left_out_is_noticed(recipe, only, tmp_path):
    """What a recipe runs can fail: without the checker's line the case does not hold."""
    copy = Copy(tmp_path)
    *changes, last = taken(recipe)
    for step in changes:
        if "checks" not in step.path:
            copy.follow(step)
    with pytest.raises(AssertionError, match=r"rule_not_read|wrong_reason|not_the_walk"):
        copy.follow(last._replace(block=f"python -m pytest tests/cases -k {only}\n"))
