"""An application that came in: whose is it, and may it still be changed? Until its deadline it may, unless it was withdrawn."""

from dure.cycle.commands.rows import Context, Owners, State
from dure.cycle.lookup import found
from dure.formats.commands.demand import WithdrawApplication
from dure.formats.commands.documents import AttachToApplication
from dure.records.demand import actions, queries
from dure.records.demand.models import Application

About = WithdrawApplication | AttachToApplication
STATES = ("before the deadline", "after the deadline", "withdrawn")


def application_named(application_id: str) -> Application:
    """The application of that id; raises `BadInput` (unknown_id) where there is none."""
    return found(queries.application(application_id), "application", application_id)


def applicant_of(request: About) -> Owners:
    """An application belongs to the organisation that applied."""
    application = queries.application(request.application)
    return Owners(frozenset({application.organisation_id}) if application else frozenset())


def state_of(application: Application, context: Context) -> str:
    """One of STATES, at the time of the context."""
    if application.withdrawn_at is not None:
        return "withdrawn"
    return "before the deadline" if context.at < application.user_call.closes_at else "after the deadline"


def hold(application: Application) -> None:
    """Lock its call, so that the deadline does not move until this is done."""
    actions.hold_user_call(application.user_call_id)


def _state(request: About, context: Context) -> str:
    return state_of(application_named(request.application), context)


def _hold(request: About) -> None:
    hold(application_named(request.application))


STATE = State(STATES, _state, _hold)
