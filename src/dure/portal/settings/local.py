"""One machine, for itself: a private server unless DATABASE_URL names one, and the loopback address only."""

import os
import secrets

from dure.connectors.postgres.address import django_database
from dure.cycle.installing.addresses import APP, address
from dure.cycle.installing.homes import home, made_once
from dure.portal.settings.base import *  # noqa: F403 - a deployment is the base and its differences
from dure.portal.settings.base import DATABASE_ROLE


def _secret_key() -> str:
    """One key per home, kept in it, so that log-ins outlive a restart."""
    return made_once(home() / "secret-key", secrets.token_urlsafe(48))


DEBUG = os.environ.get("DURE_DEBUG") == "1"
SECRET_KEY = os.environ.get("DURE_SECRET_KEY") or _secret_key()
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
DATABASES = {"default": django_database(address(os.environ.get("DURE_LOGIN", APP)), role=DATABASE_ROLE)}
