"""The installation's own key, and the heads of the log that it signs: published every few minutes, and before each export."""

import datetime as dt
from pathlib import Path

from django.db import transaction

from dure.cycle.installing.homes import home, made_once
from dure.evidence.signatures import statements
from dure.evidence.signatures.signing import new_private_key, public_key, sign
from dure.records.evidence import actions, queries
from dure.records.evidence.models import Head
from dure.records.journal.chain import instant_text
from dure.records.journal.models import GENESIS

KEY = "installation.key"


def key_file() -> Path:
    """Where the private key lies: in the home, never in the database, never in a backup."""
    return home() / KEY


def installation_key() -> str:
    """The text of the installation's key file, or nothing where there is none."""
    path = key_file()
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""


def make_installation_key() -> str:
    """Make the key once; returns its public part, to be published where nobody of this installation can change it."""
    return public_key(made_once(key_file(), f"{new_private_key()}\n").strip())


@transaction.atomic
def publish(key: str, *, programme: str, at: dt.datetime) -> Head | None:
    """Extend the log by everything that was recorded, and sign its head with the installation's key.

    Returns the head, that of before where nothing was recorded since, and nothing while the log is empty. Call it every few
    minutes.
    """
    last = actions.extend_log()
    known = queries.head_of(last) if last else None
    if last is None or known is not None:
        return known
    entry = queries.last_logged_entry()
    statement = statements.text(
        statements.head(
            programme=programme, size=last.place, last=last.hash, entries=entry.seq if entry else 0,
            entry_hash=entry.hash if entry else GENESIS, at=instant_text(at), public=public_key(key),
        )
    )  # fmt: skip
    return actions.add_head(size=last.place, last=last.hash, at=at, statement=statement, signature=sign(key, statement).signature)
