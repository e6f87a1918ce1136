"""A person's deadlines and due dates as a file that calendar programs read (RFC 5545), at an address that is theirs alone."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dure.cycle.notifying import preferences
from dure.cycle.notifying.duties import Duty, duties_of
from dure.cycle.people.secrets import digest_of
from dure.portal.kit.links import link_to
from dure.portal.kit.wording.book import programme_title
from dure.portal.subjects.acts.outcome import href_of
from dure.portal.subjects.notifications.texts import subjects
from dure.records.journal.readers import read_as
from dure.records.notifications import queries

CALLED = {
    "call_closes": gettext_noop("Deadline: %(subject)s"),
    "briefing": gettext_noop("Briefing: %(subject)s"),
    "user_call_closes": gettext_noop("Applications close: %(subject)s"),
    "invoice_due": gettext_noop("Invoice due: %(subject)s"),
    "grant_ends": gettext_noop("Grant ends: %(subject)s"),
    "answer_notice": gettext_noop("Answer the notice: %(subject)s"),
    "report_due": gettext_noop("Report due: %(subject)s"),
    "role_ends": gettext_noop("Your role ends"),
}
SEVERAL_OF_A_GRANT = ("answer_notice", "report_due")
LONGEST = 75  # bytes of a line


def file(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar whose address has that secret."""
    del request
    digest = digest_of(secret)
    person = queries.of_calendar(digest) if digest else None
    if person is None:
        raise Http404
    read_as(person)
    now = timezone.now()
    with translation.override(preferences.usual(person).language):
        content = calendar_of(person, duties_of(person, now=now, on=timezone.localdate(now)), now=now)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'inline; filename="dure.ics"'
    response.headers["Cache-Control"] = "no-store, private"
    return response


def calendar_of(person: Any, duties: list[Duty], *, now: dt.datetime) -> bytes:
    """The whole file. Whatever is due keeps its UID, so that a program moves it where its day moves."""
    named = subjects([{"about": each.about} for each in duties], person)
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//dure//calendar//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(programme_title())}", "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
    ]  # fmt: skip
    for each in duties:
        lines += _event(each, named.get(each.about, each.about.partition("/")[2]), now)
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in _folded(line)).encode()


def _key(duty: Duty) -> str:
    """What tells it from all others: its day, too, where a grant has several."""
    return f"{duty.what}-{duty.about}-{duty.at}" if duty.what in SEVERAL_OF_A_GRANT else f"{duty.what}-{duty.about}"


def _event(duty: Duty, subject: str, now: dt.datetime) -> list[str]:
    lines = [
        "BEGIN:VEVENT",
        f"UID:{_text(_key(duty).replace('/', '-'))}@{settings.DURE_MAIL.domain}",
        f"DTSTAMP:{_utc(now)}",
        *_when(duty.at),
        f"SUMMARY:{_text(_(CALLED[duty.what]) % {'subject': subject})}",
        "TRANSP:TRANSPARENT",
    ]
    if href := href_of(duty.about):
        lines.append(f"URL:{link_to(href)}")
    return [*lines, "END:VEVENT"]


def _when(at: dt.datetime | dt.date) -> list[str]:
    """An instant ends when it begins; a whole day ends with the next."""
    if isinstance(at, dt.datetime):
        return [f"DTSTART:{_utc(at)}", f"DTEND:{_utc(at)}"]
    return [f"DTSTART;VALUE=DATE:{at:%Y%m%d}", f"DTEND;VALUE=DATE:{at + dt.timedelta(days=1):%Y%m%d}"]


def _utc(at: dt.datetime) -> str:
    return f"{at.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    """The text with what has a meaning in the format escaped."""
    for found, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n"), ("\r", "\\n")):
        text = text.replace(found, written)
    return text


def _folded(line: str) -> Iterator[str]:
    """The line in parts of at most 75 bytes, each after the first with a space before it; no letter is cut."""
    part, size = "", 0
    for letter in line:
        if size + len(letter.encode()) > LONGEST:
            yield part
            part, size = " ", 1
        part, size = part + letter, size + len(letter.encode())
    yield part
