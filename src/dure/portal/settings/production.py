"""Production: everything comes from the environment, and a missing value stops the start."""

import os

from dure.connectors.postgres.address import django_database
from dure.formats.errors import BadInput
from dure.portal.settings.base import *  # noqa: F403 - a deployment is the base and its differences
from dure.portal.settings.base import DATABASE_ROLE


def _required(name: str, meaning: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise BadInput(f"is not set: {meaning}", where=name, todo="Set it in the environment of the server.")
    return value


DEBUG = False
SECRET_KEY = _required("DURE_SECRET_KEY", "the key that signs sessions.")
ALLOWED_HOSTS = _required("DURE_HOSTS", "host names that are served, parted by commas.").split(",")
DATABASES = {"default": django_database(_required("DATABASE_URL", "the address of PostgreSQL."), role=DATABASE_ROLE, pool=True)}
SECURE_SSL_REDIRECT = os.environ.get("DURE_BEHIND_TLS_PROXY") != "1"
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
