"""One machine, for itself: a private server unless DATABASE_URL names one, and the loopback address only."""

import os
import secrets

from dure.connectors.postgres.address import django_database
from dure.connectors.postgres.embedded import database_url
from dure.cycle.installing.homes import home, server_directory, write_private
from dure.portal.settings.base import *  # noqa: F403 - a deployment is the base and its differences
from dure.portal.settings.base import DATABASE_ROLE, INSTALLED_APPS


def _secret_key() -> str:
    """One key per home, kept in it, so that log-ins outlive a restart."""
    path = home() / "secret-key"
    return (path if path.exists() else write_private(path, secrets.token_urlsafe(48))).read_text()


DEBUG = os.environ.get("DURE_DEBUG") == "1"
SECRET_KEY = os.environ.get("DURE_SECRET_KEY") or _secret_key()
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.admin"]
DATABASES = {"default": django_database(database_url(server_directory()), role=DATABASE_ROLE)}
