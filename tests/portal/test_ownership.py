"""Pages judge by a part of the input whose a subject is: whoever owns it is let in there as the command lets them in."""

import pytest
from django.db import transaction

from dure.cycle.commands.permitting import seats_of, verdict
from dure.cycle.commands.registry import BY_NAME, COMMANDS
from dure.cycle.commands.running import read_command
from dure.portal.subjects.acts.door import standing
from inputs import valid

OWNED = [row.name for row in COMMANDS if any(seat.relation == "own" for seat in row.by)]


def commands_verdict(row, given, context):
    """As `running` judges it: by the whole command."""
    command = read_command(row, given)
    person, state = context.person, row.state.now(command, context)
    return verdict(row, seats=seats_of(person), person=person.uid, owners=row.owners(command), state=state)


@pytest.mark.parametrize("name", OWNED)
def test_the_owner_of_a_subject_may_on_pages_what_the_command_lets_them_do(shared_world, name):
    row, case = BY_NAME[name], valid(shared_world)[name]
    with transaction.atomic():
        case.before(shared_world)
        by = {"mine": case.own or "operator-1"} | ({"other": case.other} if case.other else {})
        contexts = {side: shared_world.context(who, case.at) for side, who in by.items()}
        found = {side: standing(row, case.given, context).verdict for side, context in contexts.items()}
        assert found == {side: commands_verdict(row, case.given, context) for side, context in contexts.items()}
        assert found["mine"] == "yes"
        transaction.set_rollback(True)
