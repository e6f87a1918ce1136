"""The demo and development: a private server unless DATABASE_URL names one."""

import os
import secrets

from dure.connectors.postgres.address import django_database
from dure.connectors.postgres.embedded import database_url, default_directory
from dure.portal.settings.base import *  # noqa: F403 - a deployment is the base and its differences
from dure.portal.settings.base import DATABASE_ROLE, INSTALLED_APPS


def _secret_key() -> str:
    """One key per copy of the demo, kept next to its data, so that log-ins outlive a restart."""
    path = default_directory().parent / "secret-key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text()


DEBUG = os.environ.get("DURE_DEBUG") == "1"
SECRET_KEY = os.environ.get("DURE_SECRET_KEY") or _secret_key()
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.admin"]
DATABASES = {"default": django_database(database_url(), role=DATABASE_ROLE)}
