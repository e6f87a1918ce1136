"""People keep the lists that they work with as views of their own."""

from dure.cycle.commands.rows import Context, Owners
from dure.formats.commands.people import ForgetView, SaveView
from dure.formats.errors import BadInput
from dure.records.parties import actions, queries


def save(request: SaveView, context: Context) -> str:
    """Keep the view for the person who saves it; returns its id."""
    if queries.view_owner(request.id):
        raise BadInput(f"there is a view {request.id}.", where="id", todo="Choose another.", code="id_taken")
    view = actions.save_view(
        id=request.id, person=context.person, list=request.list, name=request.name, query=request.query,
        shared=request.shared, at=context.at,
    )  # fmt: skip
    return view.pk


def forget(request: ForgetView, context: Context) -> str:
    """Take it away; returns its id."""
    del context
    actions.forget_view(id=request.id)
    return request.id


def owner(command: ForgetView) -> Owners:
    """The person who saved it."""
    uid = queries.view_owner(command.id)
    return Owners(people=frozenset({uid} if uid else ()))
