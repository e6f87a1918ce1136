"""What commands about an installation share: its variables, and the log-in under which they work."""

import os
import secrets

from dure.connectors.postgres.embedded import has_data
from dure.cycle.installing.addresses import APP
from dure.cycle.installing.homes import home, server_directory, take_variables
from dure.formats.errors import BadInput

PRODUCTION = "dure.portal.settings.production"


def open_installation(login: str = APP) -> None:
    """Take the variables of this home, and make its records readable, as that log-in."""
    take_variables()
    if not os.environ.get("DATABASE_URL") and not home().exists():
        raise _none_here()
    os.environ["DURE_LOGIN"] = login
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings_module())
    import django

    django.setup()


def open_to_look(login: str) -> None:
    """As `open_installation`, and nothing is made that was not there: no database, and no key."""
    take_variables()
    if not os.environ.get("DATABASE_URL") and not has_data(server_directory()):
        raise _none_here()
    if not (home() / "secret-key").exists():
        os.environ.setdefault("DURE_SECRET_KEY", secrets.token_urlsafe(48))
    open_installation(login)


def _none_here() -> BadInput:
    return BadInput("there is no installation.", where=str(home()), todo="Run `dure init`, or `dure demo` to try dure out.")


def settings_module() -> str:
    """Production where host names are served; otherwise one machine for itself."""
    return PRODUCTION if os.environ.get("DURE_HOSTS") else "dure.portal.settings.local"
