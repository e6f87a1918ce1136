"""Who may do what: every command x desk x relation x state, as `permissions.txt` says, in the table and in a filled programme.

A new command fails until its cells are written down: `--regenerate-golden` writes the file, to be reviewed as a diff.
"""

import re
from pathlib import Path

import pytest
from django.db import transaction

from dure.cycle.commands.permitting import verdict
from dure.cycle.commands.registry import BY_NAME, COMMANDS
from dure.cycle.commands.rows import Owners
from dure.formats.errors import Refused
from dure.records.journal.models import Act
from dure.records.parties.models import Desk
from filled import fingerprint
from inputs import elsewhere, registration, valid

FILE = Path(__file__).with_name("permissions.txt")
NOBODY = "nobody"
# Of everybody with a desk, auditors too; work in the background that they asked for.
ABOUT_ONESELF = {"set_address", "make_token", "revoke_token", "save_view", "forget_view", "cancel_job", "retry_job"}
DESKS = (*Desk.values, NOBODY)
RELATIONS = ("own", "other", "none")
WORDS = {"yes": "yes", "not_permitted": "no", "not_yours": "hidden", "not_now": "not now"}
HEAD = """\
Who may do what. Lines: desks; columns: whether the subject belongs to the person or the organisation acted for (own),
to another (other), or the person acts for none (none). `yes`: may. `no`: this desk may not. `hidden`: to this person the
subject does not exist. `not now`: not while the subject is in this state.
"""
SIDES = {
    "own": ({"mine"}, {"mine"}),
    "other": ({"theirs"}, {"mine"}),
    "none": (set(), set()),
}


def cell(row, desk, relation, state):
    """What the table says of that desk, relation and state."""
    held, owning = (frozenset(side) for side in SIDES[relation])
    seats = {} if desk == NOBODY else {desk: held}
    person = "me" if relation == "own" else "somebody"
    owners = Owners(owning, frozenset({"me"}) if relation != "none" else frozenset())
    return WORDS[verdict(row, seats=seats, person=person, owners=owners, state=state)]


def computed():
    return {
        (row.name, state, desk, relation): cell(row, desk, relation, state)
        for row in COMMANDS
        for state in row.state.names
        for desk in DESKS
        for relation in RELATIONS
    }


def written(cells):
    """The file: a block for each command and state, a line for each desk."""
    lines = [HEAD]
    for row in COMMANDS:
        for state in row.state.names:
            lines.append(f"{row.name} ({state})")
            lines.append(f"  {'':10}" + "".join(f"{relation:9}" for relation in RELATIONS).rstrip())
            for desk in DESKS:
                found = "".join(f"{cells[row.name, state, desk, relation]:9}" for relation in RELATIONS)
                lines.append(f"  {desk:10}{found}".rstrip())
            lines.append("")
    return "\n".join(lines)


def read(text):
    cells, command, state = {}, "", ""
    for line in text.splitlines():
        if head := re.fullmatch(r"([a-z_]+) \((.+)\)", line):
            command, state = head.groups()
        elif (desk := line[2:12].strip()) in DESKS and line.startswith("  "):
            for place, relation in enumerate(RELATIONS):
                cells[command, state, desk, relation] = line[12 + 9 * place : 21 + 9 * place].strip()
    return cells


def test_the_table_of_commands_permits_what_is_written_down(request):
    cells = computed()
    if request.config.getoption("--regenerate-golden"):
        FILE.write_text(written(cells))
        pytest.skip("written; review the diff")
    kept = read(FILE.read_text())
    assert not sorted({key[0] for key in set(cells) - set(kept)}), "these commands have no lines in permissions.txt"
    assert not sorted({key[0] for key in set(kept) - set(cells)}), "these lines are about no command or state"
    differing = {key: f"is {cells[key]}, written down as {kept[key]}" for key in cells if cells[key] != kept[key]}
    assert not differing
    assert FILE.read_text() == written(cells), "the file is kept as it is written by --regenerate-golden"


def test_nobody_may_do_anything_and_auditors_only_read():
    cells = read(FILE.read_text())
    assert {value for (_, _, desk, _), value in cells.items() if desk == NOBODY} == {"no"}
    assert {value for (name, _, desk, _), value in cells.items() if desk == "auditor" and name not in ABOUT_ONESELF} == {"no"}
    assert {row.name for row in COMMANDS} == {key[0] for key in cells}


def actors(desk, case):
    """Who tries it at that desk: (relation, log-in name)."""
    if desk == NOBODY:
        return [("none", NOBODY)]
    if desk in {"provider", "applicant", "reviewer"}:
        found = [(side, name) for side, name in (("own", case.own), ("other", case.other)) if name and sits(name, desk)]
        return found or [("none", {"provider": "beta-1", "applicant": "shop-1", "reviewer": "reviewer-2"}[desk])]
    return [("none", f"{desk}-2")]


def sits(name, desk):
    people = {"alpha": "provider", "beta": "provider", "reviewer": "reviewer"}
    return people.get(name.partition("-")[0], "applicant") == desk


def attempt(world, row, case, who, before):
    """The outcome in the words of the file, in a savepoint that is rolled back; what was written is as the outcome says."""
    point = transaction.savepoint()
    try:
        outcome = world.do(row.name, case.given, by=who, at=case.at)
    except Refused as error:
        assert fingerprint() == before, f"{row.name}, refused to {who}, changed something"
        return WORDS[error.code]
    else:
        assert fingerprint()["journal_act"][0] == before["journal_act"][0] + 1, f"{row.name} by {who} writes one act"
        act = Act.objects.get(pk=outcome.act)
        assert (act.command, act.person.username, act.about) == (row.name, who, outcome.about)
        return "yes"
    finally:
        transaction.savepoint_rollback(point)


def entry_for(world, case, row, desk):
    """An answer is tried on a decision that the desk answers, which is the rule `approvals`; a key is one's own."""
    if row.name == "register_key":
        return case._replace(given=registration(f"{desk}-2"))
    waits = case.given.get("entry") == world.pending and row.name in {"approve_decision", "refuse_decision"}
    return case._replace(given={**case.given, "entry": world.pending_metering}) if waits and desk == "operator" else case


def walked(world, row, state, case):
    """Every desk and relation of that command and state that there is, against the file."""
    cells = read(FILE.read_text())
    found = {}
    with transaction.atomic():
        case.before(world)
        before = fingerprint()
        for desk in DESKS:
            mine = entry_for(world, case, row, desk)
            for relation, who in actors(desk, case):
                found[desk, relation] = attempt(world, row, mine, who, before)
        transaction.set_rollback(True)
    assert found == {(desk, relation): cells[row.name, state, desk, relation] for desk, relation in found}


@pytest.mark.parametrize("name", list(BY_NAME))
def test_a_command_does_or_refuses_as_written_down(shared_world, name):
    row = BY_NAME[name]
    walked(shared_world, row, row.while_[-1], valid(shared_world)[name])


STATES = [(row.name, state) for row in COMMANDS for state in row.state.names if state not in row.while_]


@pytest.mark.parametrize(("name", "state"), STATES)
def test_a_command_is_refused_in_other_states_as_written_down(shared_world, name, state):
    walked(shared_world, BY_NAME[name], state, elsewhere(shared_world)[name, state])


def test_every_command_has_a_valid_input(shared_world):
    assert set(valid(shared_world)) == set(BY_NAME)
    assert set(elsewhere(shared_world)) == set(STATES)
