"""By which server mail goes out, and who it comes from: read from the environment when a process starts."""

from collections.abc import Mapping
from email.utils import parseaddr
from pathlib import Path
from typing import NamedTuple

from dure.formats.errors import BadInput

PORTS = {"starttls": 587, "tls": 465, "none": 25}


class MailServer(NamedTuple):
    """An SMTP server. Without a host nothing is sent and mail waits. `tls`: starttls, tls, or none. `sender`: NAME <ADDRESS>."""

    host: str = ""
    port: int = 587
    user: str = ""
    password: str = ""
    tls: str = "starttls"
    sender: str = ""
    seconds: int = 20

    @property
    def domain(self) -> str:
        """The domain that sends; one that nobody has where there is no server yet."""
        return parseaddr(self.sender)[1].rpartition("@")[2] or "localhost.invalid"


def from_environment(environment: Mapping[str, str]) -> MailServer:
    """What `DURE_MAIL_*` say; raises `BadInput` naming the variable that cannot be."""
    host = environment.get("DURE_MAIL_HOST", "")
    if not host:
        return MailServer()
    tls = environment.get("DURE_MAIL_TLS", "") or "starttls"
    if tls not in PORTS:
        raise _wrong("DURE_MAIL_TLS", f"{tls!r} is no way to protect the connection.", f"Write one of: {', '.join(PORTS)}.")
    sender = environment.get("DURE_MAIL_FROM", "")
    if "@" not in parseaddr(sender)[1]:
        raise _wrong("DURE_MAIL_FROM", "names no address from which mail is sent.", "Write it as NAME <ADDRESS>.")
    port = environment.get("DURE_MAIL_PORT", "") or str(PORTS[tls])
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise _wrong("DURE_MAIL_PORT", f"{port!r} is no port.", "Write a number from 1 to 65535.")
    return MailServer(host, int(port), environment.get("DURE_MAIL_USER", ""), _password(environment), tls, sender)


def _password(environment: Mapping[str, str]) -> str:
    path = environment.get("DURE_MAIL_PASSWORD_FILE", "")
    if not path:
        return ""
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise _wrong("DURE_MAIL_PASSWORD_FILE", f"cannot be read: {error}.", "Name a file that the server may read.") from error


def _wrong(where: str, what: str, todo: str) -> BadInput:
    return BadInput(what, where=where, todo=todo)
