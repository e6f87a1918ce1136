"""What commands about an installation share: its variables, and the log-in under which they work."""

import os

from dure.cycle.installing.addresses import APP
from dure.cycle.installing.homes import home, take_variables
from dure.formats.errors import BadInput

PRODUCTION = "dure.portal.settings.production"


def open_installation(login: str = APP) -> None:
    """Take the variables of this home, and make its records readable, as that log-in."""
    take_variables()
    if not os.environ.get("DATABASE_URL") and not home().exists():
        raise BadInput("there is no installation.", where=str(home()), todo="Run `dure init`, or `dure demo` to try dure out.")
    os.environ["DURE_LOGIN"] = login
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings_module())
    import django

    django.setup()


def settings_module() -> str:
    """Production where host names are served; otherwise one machine for itself."""
    return PRODUCTION if os.environ.get("DURE_HOSTS") else "dure.portal.settings.local"
