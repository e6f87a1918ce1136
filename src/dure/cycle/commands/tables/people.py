"""Rows: organisations, people and their roles."""

from dure.cycle.commands.rows import Row, at, gettext_noop, own
from dure.cycle.people import organisations, roles, tokens, views
from dure.formats.commands.people import (
    AddPerson,
    EndRole,
    ForgetView,
    GiveRole,
    MakeToken,
    RegisterOrganisation,
    RevokeToken,
    SaveView,
)

_EVERY_DESK = ("ministry", "agency", "reviewer", "provider", "applicant", "operator", "auditor")

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
    Row(
        "make_token",
        MakeToken,
        tokens.make,
        by=at(*_EVERY_DESK),
        label=gettext_noop("Make a token"),
        about=lambda command: f"token/{command.digest[:16]}",
        step_up=True,
        undo="revoke_token",
    ),
    Row(
        "revoke_token",
        RevokeToken,
        tokens.revoke,
        by=(*at("agency"), *own(*_EVERY_DESK)),
        label=gettext_noop("Revoke a token"),
        about=lambda command: f"token/{command.token}",
        owners=tokens.owner,
    ),
    Row(
        "save_view",
        SaveView,
        views.save,
        by=at(*_EVERY_DESK),
        label=gettext_noop("Save a view"),
        about=lambda command: f"view/{command.id}",
        undo="forget_view",
    ),
    Row(
        "forget_view",
        ForgetView,
        views.forget,
        by=own(*_EVERY_DESK),
        label=gettext_noop("Forget a view"),
        about=lambda command: f"view/{command.id}",
        owners=views.owner,
    ),
)
