"""By which server mail goes out, where its links lead, and what writes it."""

import os
import re

from dure.cycle.notifying.server import from_environment
from dure.formats.errors import BadInput

DURE_MAIL = from_environment(os.environ)
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
DURE_URL = os.environ.get("DURE_URL", "").rstrip("/")  # where people open the portal; mails link to it
if DURE_URL and not re.fullmatch(r"https?://[^/?#\s]+", DURE_URL):
    raise BadInput(f"{DURE_URL!r} is no address of a portal.", where="DURE_URL", todo="Write it as https://HOST.")
DURE_WRITES_MAIL = "dure.portal.subjects.notifications.letters.written"  # what the cycle calls when a mail is sent
