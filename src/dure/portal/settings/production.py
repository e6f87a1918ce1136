"""Production: everything comes from the environment, and a missing value stops the start."""

import ipaddress
import os

from dure.connectors.postgres.address import django_database
from dure.cycle.installing.addresses import APP, address
from dure.cycle.installing.homes import server_directory
from dure.formats.errors import BadInput
from dure.portal.settings.base import *  # noqa: F403 - a deployment is the base and its differences
from dure.portal.settings.base import DATABASE_ROLE, DURE_URL
from dure.portal.settings.logs import logging_config
from dure.records.journal.readers import forget_reader

IN_ENVIRONMENT = "Set it in the environment of the server."


def _required(name: str, meaning: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise BadInput(f"is not set: {meaning}", where=name, todo=IN_ENVIRONMENT)
    return value


def _parted(text: str) -> list[str]:
    return [each.strip() for each in text.split(",") if each.strip()]


def _origin(host: str) -> str:
    """Where forms of that host come from, at its usual port."""
    return f"https://*{host}" if host.startswith(".") else f"https://{host}"


def _networks(text: str) -> list[str]:
    found = _parted(text)
    for each in found:
        try:
            ipaddress.ip_network(each)
        except ValueError:
            raise BadInput(
                f"{each!r} is not a network.",
                where="DURE_TRUSTED_PROXIES",
                todo="Write networks like 10.1.0.0/16, parted by commas.",
            ) from None
    return found


DEBUG = False
SECRET_KEY = _required("DURE_SECRET_KEY", "the key that signs sessions.")
ALLOWED_HOSTS = _parted(_required("DURE_HOSTS", "host names that are served, parted by commas."))
if "*" in ALLOWED_HOSTS:
    raise BadInput("allows every host.", where="DURE_HOSTS", todo="Write the host names that are served.")
# The home's private server, where it has one and no other is named.
_PRIVATE = not os.environ.get("DATABASE_URL") and server_directory().exists()
if not _PRIVATE:
    _required("DATABASE_URL", "the address of PostgreSQL.")
_ADDRESS = address(os.environ.get("DURE_LOGIN", APP))
DATABASES = {"default": django_database(_ADDRESS, role=DATABASE_ROLE, pool=True)}
DATABASES["default"]["OPTIONS"]["pool"]["reset"] = forget_reader
# Readiness is asked on a connection of its own, which fails within seconds where the pool would wait for one.
DATABASES["probe"] = django_database(_ADDRESS, role=DATABASE_ROLE)
DATABASES["probe"]["OPTIONS"]["connect_timeout"] = "2"
DURE_URL = DURE_URL or f"https://{ALLOWED_HOSTS[0].lstrip('.')}"
# A TLS proxy in front: its word on https, host and the client's address counts, nobody else's (kit/observing/origin.py).
BEHIND_TLS_PROXY = os.environ.get("DURE_BEHIND_TLS_PROXY") == "1"
if BEHIND_TLS_PROXY:
    DURE_TRUSTED_PROXIES = _networks(os.environ.get("DURE_TRUSTED_PROXIES", "127.0.0.0/8,::1/128"))
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    USE_X_FORWARDED_HOST = True
    USE_X_FORWARDED_PORT = True
CSRF_TRUSTED_ORIGINS = [_origin(host) for host in ALLOWED_HOSTS]
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
LOGGING = logging_config(os.environ.get("DURE_LOG_LEVEL", "info"))
