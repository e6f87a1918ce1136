"""What is wrong with an installation, or is still to be done, each in one sentence that says what to do. Nothing is changed."""

import datetime as dt
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from django.conf import settings
from django.core import checks
from django.db import connection
from django.utils import timezone

from dure.connectors.postgres import embedded
from dure.cycle.evidence import witnesses
from dure.cycle.installing import links, logins, serving
from dure.cycle.installing.backups import last_backup
from dure.cycle.installing.examining import clocks, durability, identities
from dure.cycle.installing.homes import VARIABLES, home, server_directory
from dure.cycle.installing.standing import standing
from dure.formats.errors import BadInput
from dure.records.installation.models import Kind
from dure.records.invariants import queries as invariants
from dure.records.journal import queries as journal
from dure.records.notifications import queries as notifications
from dure.records.parties import queries as parties
from dure.records.work import queries as work

LEAST_FREE = 0.10  # of the disk on which a private server writes
OLDEST_BACKUP = dt.timedelta(days=2)
LONGEST_WAIT = dt.timedelta(minutes=2)  # of a job, before somebody is to look for a worker
LONGEST_IN_OUTBOX = dt.timedelta(hours=2)  # by then a slow server has been tried five times
LATELY = dt.timedelta(days=7)
MOST_DRIFT = 1.0  # seconds between this machine's clock and the database's


class Found(NamedTuple):
    """One thing that was looked at: its name, what is wrong with it, if anything, and else what is still to do, if anything."""

    name: str
    wrong: str
    to_do: str = ""


def look() -> list[Found]:
    """Everything, in the order in which it is to be mended; what needs the database is left out where that is not ready."""
    found = [Found(name, _said(check)) for name, check in _BEFORE]
    here = standing()
    found.append(Found("database", "" if here.state == "ready" else str(here.refused())))
    if here.state != "ready" or here.installation is None:
        return found
    beside = (*_WITHIN, *(() if os.environ.get("DATABASE_URL") else _BESIDE))
    if here.installation.kind != Kind.PROGRAMME:
        return found + [Found(name, _said(check)) for name, check in beside]
    kept = [Found(name, _said(check)) for name, check in (*beside, *_OF_PROGRAMMES)]
    return found + [each if each.wrong else each._replace(to_do=_TO_DO.get(each.name, str)()) for each in kept]


def _said(check: Callable[[], str]) -> str:
    try:
        return check()
    except (BadInput, OSError) as error:
        return str(error)


def _private() -> str:
    """May others read the keys?"""
    path = home() / VARIABLES
    if path.is_file() and path.stat().st_mode & 0o077:
        return f"{path} can be read by others: chmod 600 {path}"
    return ""


def _room() -> str:
    """Is there room on the disk?"""
    directory = server_directory()
    folder = embedded.place(directory) if directory.exists() else directory
    if not folder.exists():
        return ""
    use = shutil.disk_usage(folder)
    free = use.free / use.total
    return f"{free:.0%} of the disk of {folder} is free: make room before the database stops." if free < LEAST_FREE else ""


def _settings() -> str:
    """What Django would warn of before a deployment."""
    if settings.SETTINGS_MODULE != "dure.portal.settings.production":
        return ""
    warned = [each.msg for each in checks.run_checks(include_deployment_checks=True)]
    return " ".join(warned)


def _clock() -> str:
    """Do both clocks tell the same time? Deadlines are the database's."""
    with connection.cursor() as cursor:
        before = timezone.now()
        cursor.execute("SELECT clock_timestamp()")
        row = cursor.fetchone()
        after = timezone.now()
    there = row[0] if row else before
    drift = max((before - there).total_seconds(), (there - after).total_seconds(), 0.0)
    return (
        f"the clocks of this machine and of the database are {drift:.1f} s apart: set up NTP on both."
        if drift > MOST_DRIFT
        else ""
    )


def _clocks() -> str:
    """Does the database's clock agree with those of others, where some are named?"""
    return clocks.remark(settings.DURE_CLOCKS)


def _durability() -> str:
    """Does what was acknowledged stay?"""
    return " ".join(durability.remarks())


def _journal() -> str:
    """Does each entry name the one before it, without a gap?"""
    broken = journal.first_break()
    return f"the journal's chain breaks at entry {broken}: stop the server, and compare with a backup." if broken else ""


def _invariants() -> str:
    """Does everything hold that must hold in every state of the records? Rows that cannot be seen are not called well."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        row = cursor.fetchone()
    if not (row and row[0]):
        return "proposals and score sheets cannot be seen by this log-in: set DURE_ADMIN_URL to one that may bypass row security."
    return " ".join(str(each) for each in invariants.breaches())


def _log_in() -> str:
    """Can an administrator log in, who lets in all others?"""
    return "" if parties.an_administrator_can_log_in() else "no administrator can log in: `dure init` prints a new link."


def _identities() -> str:
    """Where there is an identity provider: does it say where one logs in?"""
    return identities.remark()


def _backup() -> str:
    """Is there a recent backup?"""
    last = last_backup()
    if last is None:
        return "no backup has been made: `dure backup FILE`, and keep the file on another machine."
    age = timezone.now() - dt.datetime.fromisoformat(last["at"])
    return f"the last backup is {age.days} days old: `dure backup FILE` every night." if age > OLDEST_BACKUP else ""


def _witnesses() -> str:
    """Where there are witnesses: did two of them countersign lately?"""
    return witnesses.remark(timezone.now())


def _rights() -> str:
    """Can the log-ins do what they should, and no more?"""
    return " ".join(logins.remarks())


def _passwords() -> str:
    """Can the portal and its workers connect as their own log-ins?"""
    return logins.held_elsewhere() or " ".join(logins.shut_out())


def _work() -> str:
    """Is the work in the background being done?"""
    found = work.waiting()
    if found.workers or found.since is None or timezone.now() - found.since < LONGEST_WAIT:
        return ""
    minutes = int((timezone.now() - found.since).total_seconds() // 60)
    return f"work in the background waits (jobs: {found.jobs}), and no worker has been seen for {minutes} minutes: `dure worker`."


def _mail() -> str:
    """Does mail go out? Where no server is named, that is said as soon as a mail waits."""
    now = timezone.now()
    found = notifications.outbox(given_up_since=now - LATELY)
    said = []
    if found.waiting and not settings.DURE_MAIL.host:
        said.append(f"mail waits (mails: {found.waiting}), and no server is named: set DURE_MAIL_HOST.")
    elif found.since is not None and now - found.since > LONGEST_IN_OUTBOX:
        hours = int((now - found.since).total_seconds() // 3600)
        said.append(
            f"mail waits for {hours} hours (mails: {found.waiting}, with a fault: {found.faulty}): look at the mail server."
        )
    if found.given_up:
        said.append(
            f"mail was given up within {LATELY.days} days (mails: {found.given_up}): correct the addresses, or the mail server."
        )
    return " ".join(said)


def _links() -> str:
    """Do links in mails open for those who get them?"""
    return links.remark()


def _served() -> str:
    """Is the portal being served?"""
    return "" if serving.running(home()) else "the portal is not being served: `dure serve`."


Checks = Iterable[tuple[str, Callable[[], str]]]
_BEFORE: Checks = (("keys", _private), ("disk", _room), ("settings", _settings))
_WITHIN: Checks = (
    ("clock", _clock), ("clocks of others", _clocks),
    ("journal", _journal), ("witnesses", _witnesses), ("records", _invariants), ("log-in", _log_in),
    ("identity provider", _identities), ("work", _work),
)  # fmt: skip
_BESIDE: Checks = (("server", _served),)  # a private server serves this machine; else the portal may be on another one
_OF_PROGRAMMES: Checks = (
    ("backup", _backup), ("durability", _durability), ("passwords", _passwords), ("rights", _rights),
    ("mail", _mail), ("links", _links),
)  # fmt: skip
# What a programme can run without, and had better not: it is said, and is no fault.
_TO_DO: Mapping[str, Callable[[], str]] = {"witnesses": witnesses.missing, "clocks of others": clocks.missing}
