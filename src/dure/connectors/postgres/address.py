"""How does an address like postgresql://user:secret@host:5432/name become Django's settings?"""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from dure.formats.errors import BadInput

_OPTIONS = {
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "connect_timeout",
    "application_name",
    "target_session_attrs",
    "passfile",
}


def django_database(url: str, *, role: str = "", pool: bool = False) -> dict[str, Any]:
    """The entry of DATABASES for that address; `role` is taken on at the start of each connection."""
    parts = urlsplit(url)
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in {"postgresql", "postgres"} or not name:
        raise BadInput(
            f"is not the address of a PostgreSQL database (it starts with {parts.scheme or 'nothing'}://).",
            where="DATABASE_URL",
            todo="Write postgresql://USER:PASSWORD@HOST:PORT/NAME.",
        )
    options: dict[str, Any] = {}
    host = parts.hostname or ""
    for key, value in parse_qsl(parts.query, strict_parsing=bool(parts.query)):
        if key == "host":  # a folder of Unix sockets
            host = value
        elif key in _OPTIONS:
            options[key] = value
        else:
            raise BadInput(
                f"has the unknown option {key!r}.", where="DATABASE_URL", todo=f"Known: {', '.join(sorted(_OPTIONS))}."
            )
    if role:
        options["options"] = f"-c role={role}"
    if pool:
        options["pool"] = {"min_size": 1, "max_size": 8, "timeout": 10}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }
