"""How long it stays on record who has read whose personal data, and from how many people on auditors are told."""

import os

from dure.formats.errors import BadInput

__all__ = ["DURE_BULK_READING", "DURE_READINGS_DAYS"]


def _whole(name: str, usual: int, least: int) -> int:
    text = os.environ.get(name, "") or str(usual)
    if not (text.isascii() and text.isdigit() and int(text) >= least):
        raise BadInput(f"{text!r} is not possible.", where=name, todo=f"Write a whole number of at least {least}.")
    return int(text)


DURE_READINGS_DAYS = _whole("DURE_READINGS_DAYS", 1096, 732)  # two years, whichever they are
DURE_BULK_READING = _whole("DURE_BULK_READING", 500, 1)  # people in an hour
