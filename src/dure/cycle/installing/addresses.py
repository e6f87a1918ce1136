"""As which log-in does a command reach the database? The application's, or the one that what it does needs."""

import os
from urllib.parse import quote, urlsplit

from dure.connectors.postgres.embedded import ensure_running
from dure.cycle.installing.homes import server_directory

ADMIN, OWNER, APP, WORKER = "admin", "owner", "app", "worker"
PREFIX = "dure"  # of the names of log-ins
# The variables that hold the log-ins' passwords for the private server; those of the last two are for people to use.
PASSWORDS = {
    OWNER: "DURE_OWNER_PASSWORD", APP: "DURE_APP_PASSWORD", WORKER: "DURE_WORKER_PASSWORD",
    "auditor": "DURE_AUDITOR_PASSWORD", "metering": "DURE_METERING_PASSWORD",
}  # fmt: skip
# The variables that hold the log-ins' addresses on a server of your own.
ADDRESSES = {
    OWNER: "DURE_OWNER_URL", APP: "DATABASE_URL", WORKER: "DURE_WORKER_URL", "auditor": "DURE_AUDITOR_URL",
    "metering": "DURE_METERING_URL",
}  # fmt: skip


def address(login: str = APP) -> str:
    """The database's address for that log-in; the private server is started if need be.

    Your own server: `DATABASE_URL` is the application's, `DURE_WORKER_URL` the worker's, `DURE_OWNER_URL` the owner's, and
    `DURE_ADMIN_URL` that of somebody who may make log-ins and read every row; where one is not set, the next weaker stands for
    it. The private server: the password of each log-in is under `DURE_APP_PASSWORD` and so on; before there are log-ins,
    everybody is its administrator.
    """
    if os.environ.get("DATABASE_URL"):
        names = {ADMIN: ("DURE_ADMIN_URL", "DURE_OWNER_URL"), OWNER: ("DURE_OWNER_URL",), WORKER: ("DURE_WORKER_URL",)}.get(
            login, ()
        )
        return next((os.environ[name] for name in (*names, "DATABASE_URL") if os.environ.get(name)), "")
    url = ensure_running(server_directory())
    password = os.environ.get(PASSWORDS[login], "") if login in PASSWORDS else ""
    return as_login(url, login, password) if password else url


def as_login(url: str, login: str, password: str) -> str:
    """The same database, for another log-in."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{PREFIX}_{login}:{quote(password, safe='')}@{place}").geturl()


def bring_back() -> None:
    """Start the private server again, where this home has one and it has ended: nobody else keeps it up."""
    if not os.environ.get("DATABASE_URL") and server_directory().exists():
        ensure_running(server_directory())
