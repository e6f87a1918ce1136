"""At which address do people open the portal? Mails, calendars and links that are handed on lead there, in every process."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import validate_host

from dure.cycle.installing.homes import home, write_private

SERVED = "served-at"  # in the home: where `dure serve` listens, which its worker does not know by itself
PRODUCTION = "dure.portal.settings.production"
# By name where this machine is meant: a browser makes passkeys for `localhost`, and for no number.
HERE = dict.fromkeys(("0.0.0.0", "::", "127.0.0.1"), "localhost")  # noqa: S104 - compared with, not listened on


def public_address() -> str:
    """`DURE_URL`, or the first of `DURE_HOSTS`; else where this home is served, or was served last."""
    return settings.DURE_URL or _served()


def note_served(of: Path, *, host: str, port: int) -> None:
    """Let every process of this home know where it is served."""
    write_private(of / SERVED, f"{address_of(host, port)}\n")


def address_of(host: str, port: int | str) -> str:
    """The address by which a server that listens there is opened on its own machine."""
    host = HERE.get(host, host)
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _served() -> str:
    file = home() / SERVED
    if file.is_file():
        return file.read_text(encoding="utf-8").strip()
    return address_of("localhost", os.environ.get("PORT") or "8000")


def remark() -> str:
    """Why links do not open for those who get them, as far as that can be known; else nothing."""
    address = public_address()
    parts, hosts = urlsplit(address), list(settings.ALLOWED_HOSTS)
    if not validate_host(f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or "", hosts):
        return f"links in mails lead to {address}, and that host is not served: correct DURE_URL or DURE_HOSTS."
    if settings.SETTINGS_MODULE != PRODUCTION:
        if settings.DURE_MAIL.host:
            return f"mail goes out, and its links lead to {address}, which opens on this machine alone: set DURE_HOSTS."
        return ""
    if parts.scheme != "https":
        return f"links in mails lead to {address}, without TLS: let DURE_URL begin with https://."
    if not os.environ.get("DURE_URL") and hosts[0].startswith("."):
        return f"links in mails lead to {address}, for DURE_HOSTS begins with a pattern of hosts: set DURE_URL."
    return ""
