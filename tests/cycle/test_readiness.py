"""What is said to be ready or missing is what the facts of each decision say when they are computed."""

import pytest

from dure.cycle.commands import readiness
from dure.cycle.handoffs import HANDOFFS
from dure.formats.errors import BadInput
from dure.records.supply.models import Pool


def refusal(handoff, subject, context):
    """The code with which the facts refuse, or nothing."""
    try:
        handoff.facts(subject, context)
    except BadInput as error:
        return error.code
    return ""


@pytest.mark.parametrize("at", ["2025-01-03", "2026-03-10", "2026-05-20", "2026-06-10", "2026-12-01"])
def test_every_decision_of_the_filled_programme(shared_world, at):
    context = shared_world.context("agency-1", at)
    found = readiness.of_all(context)
    assert set(found) == {each.name for each in HANDOFFS}
    for handoff in HANDOFFS:
        said = found[handoff.name]
        if said.missing == readiness.NO_SUBJECT:
            assert not said.subject
        else:
            assert said.missing == refusal(handoff, said.subject, context), handoff.name


@pytest.mark.django_db
def test_an_empty_programme_has_nothing_to_file(book):
    import factories
    from dure.cycle.commands.rows import Context
    from world import moment

    context = Context(book, factories.the("agency"), moment("2026-06-10"), "script")
    found = readiness.of_all(context)
    assert not Pool.objects.exists()
    for handoff in HANDOFFS:
        said = found[handoff.name]
        assert said.missing, handoff.name
        if said.subject:
            assert said.missing == refusal(handoff, said.subject, context), handoff.name
