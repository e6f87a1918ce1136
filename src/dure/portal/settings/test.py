"""Tests: a throw-away server unless DATABASE_URL names one; quick password hashes.

The server is started by the first test that needs it (tests/database.py), so tests of pure
decisions do without.
"""

import os

from dure.connectors.postgres.address import django_database
from dure.portal.settings.base import *  # noqa: F403 - a deployment is the base and its differences

SECRET_KEY = "only-for-tests"  # noqa: S105 - guards nothing
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DATABASES = {"default": django_database(os.environ.get("DATABASE_URL") or "postgresql://127.0.0.1:1/not-started-yet")}
# Two runs at a time on one server do not get into each other's way.
DATABASES["default"]["TEST"] = {"NAME": f"test_dure_{os.getpid()}"}
