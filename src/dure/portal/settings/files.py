"""Which files are made in the background, and how long they are kept."""

import datetime as dt
import os

from dure.formats.errors import BadInput

_given = os.environ.get("DURE_FILES_DAYS", "") or "7"
if not _given.isdecimal() or not 1 <= int(_given) <= 365:
    raise BadInput(f"{_given!r} is no number of days.", where="DURE_FILES_DAYS", todo="Write a number from 1 to 365.")
# Up to so many rows, entries or acts a file is made while its reader waits, and needs no worker: a third of a second.
DURE_IMMEDIATE_ROWS, DURE_IMMEDIATE_ENTRIES, DURE_IMMEDIATE_ACTS = 5_000, 500, 500
DURE_FILES_KEPT = dt.timedelta(days=int(_given))
