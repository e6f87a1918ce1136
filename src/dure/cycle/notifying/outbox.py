"""Sends what waits in the outbox: each mail claimed under its lock, tried with growing pauses, and at last given up.

A mail keeps its Message-ID through all attempts, so that a server that took it and was cut off before it said so does not deliver
it twice. Texts are made when a mail is sent, from the records, by the function that `DURE_WRITES_MAIL` names.
"""

import datetime as dt
import smtplib
from collections.abc import Callable
from email.utils import format_datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.utils.module_loading import import_string

from dure.cycle.notifying.digests import make_digests
from dure.cycle.people.secrets import unseal
from dure.records.notifications import actions, queries
from dure.records.notifications.models import Mail

PAUSES = (1, 5, 15, 60, 240, 720, 1440)  # minutes after each attempt that failed; after the last the mail is given up
HELD = dt.timedelta(minutes=10)  # how long a claim lasts whose process never says what became of it
MOST = 200  # mails of one call


class Letter(NamedTuple):
    """A mail's content. `headers`: besides those of every mail."""

    subject: str
    text: str
    html: str
    headers: dict[str, str]


class Outdated(Exception):
    """What the mail was to say is true no more, so that it is not sent."""


class Delivered(NamedTuple):
    """What one call came to: mails sent, to be tried again, and given up; `waiting`: those left in the outbox."""

    sent: int = 0
    later: int = 0
    given_up: int = 0
    waiting: int = 0


def deliver_due(now: dt.datetime, *, most: int = MOST) -> Delivered:
    """Make the mails of the day that are due, and send what waits, the urgent first; any number of processes may call it.

    Does nothing but the first where no server is named. Stops at a server that takes no connection: the rest is left as it was.
    """
    make_digests(now)
    done = {"sent": 0, "later": 0, "given_up": 0}
    if settings.DURE_MAIL.host:
        line = _Line()
        try:
            while sum(done.values()) < most and (mail := _claimed(now)) is not None:
                done[_tried(line, mail, now)] += 1
                if line.is_down:
                    break
        finally:
            line.close()
    return Delivered(**done, waiting=queries.outbox().waiting)


@transaction.atomic
def _claimed(now: dt.datetime) -> Mail | None:
    return actions.claim(now=now, again_at=now + HELD)


def _tried(line: "_Line", mail: Mail, now: dt.datetime) -> str:
    """Send one; returns under which count it goes."""
    try:
        letter = _written(mail)
    except Outdated as why:
        return _given_up(mail, f"outdated: {why}", now)
    except Exception as error:  # noqa: BLE001 - one mail that cannot be written stops no other
        return _later(mail, f"cannot be written: {type(error).__name__}: {error}", now)
    try:
        line.send(mail, letter)
    except (smtplib.SMTPException, OSError) as error:
        return _not_taken(line, mail, error, now)
    actions.note_sent(mail=mail, at=now)
    return "sent"


def _not_taken(line: "_Line", mail: Mail, error: Exception, now: dt.datetime) -> str:
    """What the server said of this mail or its receiver counts for good from 500 on; whatever else, the mail is tried again."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _refused(mail, *next(iter(error.recipients.values())), now)
    if isinstance(error, smtplib.SMTPDataError):
        return _refused(mail, error.smtp_code, error.smtp_error, now)
    if isinstance(error, smtplib.SMTPSenderRefused):
        return _later(mail, _said(error.smtp_code, error.smtp_error), now)
    line.close()
    return _later(mail, f"{type(error).__name__}: {error}", now)


def _refused(mail: Mail, code: int, said: Any, now: dt.datetime) -> str:
    """For good from 500 on; below that the server asks to come again."""
    return _given_up(mail, _said(code, said), now) if code >= 500 else _later(mail, _said(code, said), now)


def _later(mail: Mail, fault: str, now: dt.datetime) -> str:
    if mail.attempts > len(PAUSES):
        return _given_up(mail, fault, now)
    actions.note_fault(mail=mail, fault=_one_line(fault), due_at=now + dt.timedelta(minutes=PAUSES[mail.attempts - 1]))
    return "later"


def _given_up(mail: Mail, fault: str, now: dt.datetime) -> str:
    actions.give_up(mail=mail, fault=_one_line(fault), at=now)
    return "given_up"


def _said(code: int, said: Any) -> str:
    return f"{code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _written(mail: Mail) -> Letter:
    write: Callable[[Mail, str], Letter] = import_string(settings.DURE_WRITES_MAIL)
    return write(mail, unseal(mail.enclosed) if mail.enclosed else "")


class _Line:
    """One connection to the server, opened with the first mail and again after it was cut. `is_down`: it could not be opened."""

    def __init__(self) -> None:
        server = settings.DURE_MAIL
        self.is_down = False
        self.connection: Any = get_connection(
            settings.EMAIL_BACKEND, host=server.host, port=server.port, username=server.user, password=server.password,
            use_tls=server.tls == "starttls", use_ssl=server.tls == "tls", timeout=server.seconds,
        )  # fmt: skip

    def send(self, mail: Mail, letter: Letter) -> None:
        """Hand it to the server; what it answers is raised as smtplib does."""
        try:
            self.connection.open()
        except (smtplib.SMTPException, OSError):
            self.is_down = True
            raise
        headers = {
            "Message-ID": mail.message_id,
            "Date": format_datetime(mail.made_at),
            "Auto-Submitted": "auto-generated",
            **letter.headers,
        }
        message = EmailMultiAlternatives(
            _one_line(letter.subject),
            letter.text,
            settings.DURE_MAIL.sender,
            [mail.to],
            headers=headers,
            connection=self.connection,
        )
        message.attach_alternative(letter.html, "text/html")
        message.send()

    def close(self) -> None:
        """Say goodbye, if there is somebody to say it to."""
        self.connection.close()
