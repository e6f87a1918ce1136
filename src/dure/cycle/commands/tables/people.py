"""Rows: organisations, people and their roles."""

from dure.cycle.commands.rows import Row, at, gettext_noop
from dure.cycle.people import organisations, roles
from dure.formats.commands.people import AddPerson, EndRole, GiveRole, RegisterOrganisation

ROWS = (
    Row(
        "register_organisation",
        RegisterOrganisation,
        organisations.register,
        by=at("agency"),
        label=gettext_noop("Register an organisation"),
        about=lambda command: f"organisation/{command.id}",
    ),
    Row(
        "add_person",
        AddPerson,
        roles.add_person,
        by=at("agency"),
        label=gettext_noop("Add a person"),
        about=lambda command: f"person/{command.id}",
    ),
    Row(
        "give_role",
        GiveRole,
        roles.give,
        by=at("agency"),
        label=gettext_noop("Give a role"),
        about=lambda command: f"person/{command.person}",
        undo="end_role",
    ),
    Row(
        "end_role",
        EndRole,
        roles.end,
        by=at("agency"),
        label=gettext_noop("End a role"),
        about=lambda command: f"person/{command.person}",
    ),
)
