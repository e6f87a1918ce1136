"""What does a token look like, and by what is it known?"""

import hashlib
import re
import secrets
from typing import NamedTuple

_FORM = re.compile(r"dure_[A-Za-z0-9_-]{43}")


class Secret(NamedTuple):
    """A new token, to be shown to its owner once, and its SHA-256, which `make_token` takes."""

    token: str
    digest: str


def new_secret() -> Secret:
    """A token of 256 random bits."""
    token = f"dure_{secrets.token_urlsafe(32)}"
    return Secret(token, digest_of(token))


def digest_of(token: str) -> str:
    """SHA-256 of a token; empty for what has not the form of one."""
    return hashlib.sha256(token.encode()).hexdigest() if _FORM.fullmatch(token) else ""
