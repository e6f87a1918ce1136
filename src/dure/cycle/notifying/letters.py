"""Mails to addresses of people who have no account yet, or cannot get into theirs; some bring a link, sealed until then."""

import datetime as dt

from dure.cycle.notifying.telling import is_address, mail_domain
from dure.cycle.people.secrets import seal
from dure.records.notifications import actions
from dure.records.notifications.models import Mail

LETTERS = (
    "invitation",
    "registration_received",
    "registration_confirmed",
    "registration_refused",
    "access_was_renewed",
    "account_closed",
    "address_was_changed",
)


def post(kind: str, about: str, *, to: str, language: str, at: dt.datetime, secret: str = "") -> Mail | None:
    """Put a letter of one of these kinds into the outbox; nothing where mail cannot go to that address.

    `secret`: what the link in it opens; kept under the secret key of the deployment, until the mail is sent or given up.
    """
    if kind not in LETTERS:
        raise ValueError(f"there is no letter {kind!r}")
    if not is_address(to):
        return None
    return actions.post(
        domain=mail_domain(), at=at, kind=kind, about=about, to=to, language=language, urgent=True,
        enclosed=seal(secret) if secret else "",
    )  # fmt: skip
