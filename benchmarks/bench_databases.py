"""A database of its own for each size, and the log-ins as which it is measured."""

import secrets

ADMINISTRATOR: dict[str, str] = {}  # the log-in of DATABASE_URL, while pages are asked for as another


def own_database(name: str) -> None:
    """Turn to that database of the server as its administrator, made if it is not there."""
    from django.conf import settings
    from django.db import connection

    given = settings.DATABASES["default"]
    if not ADMINISTRATOR:
        ADMINISTRATOR.update({key: given[key] for key in ("NAME", "USER", "PASSWORD")})
    connection.close()
    connection.settings_dict.update(ADMINISTRATOR)
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_database WHERE datname = %s)", [name])
        if not cursor.fetchone()[0]:
            cursor.execute(f'CREATE DATABASE "{name}"')
    connection.close()
    connection.settings_dict["NAME"] = name


def as_the_portal() -> None:
    """Turn to the present database as the log-in that serves pages: what follows sees the rows of whoever asks."""
    from django.db import connection

    password = log_ins("app")["app"]
    connection.close()
    connection.settings_dict.update(USER="dure_pages_app", PASSWORD=password)


def log_ins(*names: str) -> dict[str, str]:
    """Give the present database these log-ins with their rights; returns their passwords."""
    from django.db import connection

    from dure.cycle.people.authorities import authorities
    from dure.cycle.programme import book
    from dure.records.rights.applying import apply

    passwords = {each: secrets.token_urlsafe(24) for each in names}
    apply(connection, passwords=passwords, authorities=authorities(book()), prefix="dure_pages")
    return passwords
