"""How does an address like postgresql://user:secret@host:5432/name become Django's settings?"""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from dure.formats.errors import BadInput

PATIENCE = 10  # seconds in which a server answers
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
    """The entry of DATABASES for that address; `role` is taken on at the start of each connection.

    Several servers, HOST:PORT,HOST:PORT, are a primary and its standbys: the one that takes writes is found at each connection.
    """
    parts = urlsplit(url)
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in {"postgresql", "postgres"} or not name:
        raise BadInput(
            f"is not the address of a PostgreSQL database (it starts with {parts.scheme or 'nothing'}://).",
            where="DATABASE_URL",
            todo="Write postgresql://USER:PASSWORD@HOST:PORT/NAME.",
        )
    options: dict[str, Any] = {}
    host, port = _servers(parts.netloc.rpartition("@")[2])
    for key, value in parse_qsl(parts.query, strict_parsing=bool(parts.query)):
        if key == "host":  # a folder of Unix sockets
            host = value
        elif key in _OPTIONS:
            options[key] = value
        else:
            raise BadInput(
                f"has the unknown option {key!r}.", where="DATABASE_URL", todo=f"Known: {', '.join(sorted(_OPTIONS))}."
            )
    if "," in host:
        options.setdefault("target_session_attrs", "read-write")
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
        "PORT": port,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def refusal(url: str) -> str:
    """Why nobody gets in by that address; nothing where it opens the database."""
    import psycopg

    django_database(url)
    try:
        psycopg.connect(url, connect_timeout=PATIENCE).close()
    except psycopg.Error as error:
        return " ".join(str(error).split())[:300]
    return ""


def _servers(place: str) -> tuple[str, str]:
    """Hosts and ports as libpq wants them: one list each, in the same order; a port that is not told is empty."""
    found = []
    for each in place.split(","):
        try:
            server = urlsplit(f"//{each}")
            found.append((server.hostname or "", str(server.port or "")))
        except ValueError:
            raise BadInput(
                f"names the server {each!r}, which is no HOST:PORT.",
                where="DATABASE_URL",
                todo="Write postgresql://USER:PASSWORD@HOST:PORT/NAME; several servers with a comma between them.",
            ) from None
    ports = [port for _host, port in found]
    return ",".join(host for host, _port in found), ",".join(ports) if any(ports) else ""
