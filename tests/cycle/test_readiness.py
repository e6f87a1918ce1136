"""What is said to be ready or missing is what the facts of each decision say when they are computed."""

import pytest

from dure.cycle.commands import readiness
from dure.cycle.handoffs import BY_NAME, HANDOFFS
from dure.formats.errors import BadInput


def refusal(handoff, subject, context):
    """The code with which the facts refuse, or nothing."""
    try:
        handoff.facts(subject, context)
    except BadInput as error:
        return error.code
    return ""


@pytest.mark.parametrize("at", ["2025-01-03", "2026-03-10", "2026-05-20", "2026-06-10", "2026-12-01"])
def test_every_subject_of_every_decision_of_the_filled_programme(shared_world, at):
    context = shared_world.context("agency-1", at)
    found = readiness.of_all(context)
    assert set(found) == {each.name for each in HANDOFFS}
    for handoff in HANDOFFS:
        for said in found[handoff.name]:
            assert said.missing == refusal(handoff, said.subject, context), (handoff.name, said.subject)


def test_every_call_panel_round_and_month_is_there_the_latest_first(shared_world):
    found = readiness.of_all(shared_world.context("agency-1", "2026-07-10"))
    subjects = {name: [each.subject for each in said] for name, said in found.items()}
    assert subjects["portfolio"] == ["call-2", "call-1"]
    assert subjects["evaluation"] == ["panel-call-2", "panel-call-1"]
    assert subjects["allocation"] == subjects["reclaim"] == ["round-2", "round-1"]
    assert subjects["metering"] == ["2026-06", "2026-05", "2026-04"]
    assert {each.subject: each.missing for each in found["metering"]}["2026-06"] == "no_records"
    assert readiness.of_all(shared_world.context("agency-1", "2026-07-10"), most=1)["metering"] == found["metering"][:1]


@pytest.mark.django_db
def test_an_empty_programme_has_nothing_to_file(book):
    import factories
    from dure.cycle.commands.rows import Context
    from world import moment

    context = Context(book, factories.the("agency"), moment("2026-06-10"), "script")
    found = readiness.of_all(context)
    assert {name for name, said in found.items() if said} == {"buildout"}  # of the programme as a whole
    assert [each.missing for each in found["buildout"]] == [refusal(BY_NAME["buildout"], context.programme, context)]
