"""What commands about an installation share: its variables, and the log-in under which they work."""

import os

from dure.cycle.installing.homes import home, take_variables
from dure.formats.errors import BadInput

OWNER = "DURE_OWNER_URL"


def open_installation(*, as_owner: bool = False) -> None:
    """Take the variables of this home, and make its records readable. `as_owner`: as the log-in that owns the tables."""
    take_variables()
    if not os.environ.get("DATABASE_URL") and not home().exists():
        raise BadInput("there is no installation.", where=str(home()), todo="Run `dure init`, or `dure demo` to try dure out.")
    if as_owner and os.environ.get(OWNER):
        os.environ["DATABASE_URL"] = os.environ[OWNER]
        os.environ.pop("DURE_DATABASE_ROLE", None)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings_module())
    import django

    django.setup()


def settings_module() -> str:
    """Production where host names are served; otherwise one machine for itself."""
    return "dure.portal.settings.production" if os.environ.get("DURE_HOSTS") else "dure.portal.settings.local"


def address() -> str:
    """The database's address, as PostgreSQL's own programs need it."""
    from dure.connectors.postgres.embedded import database_url
    from dure.cycle.installing.homes import server_directory

    return database_url(server_directory())
