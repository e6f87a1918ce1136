"""By which server mail goes out, where its links lead, and what writes it."""

import os

from dure.cycle.notifying.server import from_environment

DURE_MAIL = from_environment(os.environ)
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
DURE_URL = os.environ.get("DURE_URL", "").rstrip("/")  # where people open the portal; mails link to it
DURE_WRITES_MAIL = "dure.portal.subjects.notifications.letters.written"  # what the cycle calls when a mail is sent
