"""What does a token look like, and by what is it known?"""

import base64
import hashlib
import re
import secrets
from typing import NamedTuple

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

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


def seal(token: str) -> str:
    """A secret that has to wait somewhere, such as a link in the outbox: readable with the deployment's secret key alone."""
    return _cipher().encrypt(token.encode()).decode()


def unseal(sealed: str) -> str:
    """The secret; empty where the key that sealed it is known no more."""
    try:
        return _cipher().decrypt(sealed.encode()).decode()
    except InvalidToken:
        return ""


def _cipher() -> MultiFernet:
    keys = [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"enclosed {key}".encode()).digest())) for key in keys])
