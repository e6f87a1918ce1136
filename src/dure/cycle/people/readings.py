"""The log of readings, as it is kept: what an office has read of people is added to it, and forgotten when its time is over.

It is no command: nobody asks for it, and it says who looks, not what is so (as with reading notices, ADR 0030).
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.conf import settings

from dure.records.parties.models import OFFICIAL_DESKS
from dure.records.readings import actions
from dure.records.readings.models import LISTED

LONGEST = 4000  # characters of an address


class Shown(NamedTuple):
    """What an address has shown of others. `subjects`: KIND/KEY of each; `all_of`: how many more, unnamed.

    `desk`: at which the page stands, if at any; `asked`: the address with what it asks; `asks_again`: by itself, without
    its reader.
    """

    subjects: Mapping[str, object]
    all_of: int
    data: frozenset[str]
    desk: str
    route: str
    form: str
    asked: str
    purpose: str
    reason: str
    request: str
    network: str
    asks_again: bool = False


def record_reading(reader: Any, shown: Shown) -> None:
    """Add to the log what that person has read of others; raises the database's error where it cannot be added.

    Beyond `LISTED` subjects none is named, and the address tells which they were.
    """
    count = len(shown.subjects) + shown.all_of
    whole = bool(shown.all_of) or count > LISTED
    actions.add(
        actions.NewReading(
            reader_id=reader.pk,
            desk=shown.desk or next(str(each) for each in OFFICIAL_DESKS if each in reader.desks),
            route=shown.route,
            form=shown.form,
            data=sorted(shown.data),
            subjects=[] if whole else list(shown.subjects),
            count=count,
            whole=whole,
            asked=shown.asked[:LONGEST] if whole else "",
            purpose=shown.purpose,
            reason=shown.reason,
            request=shown.request,
            network=shown.network,
        ),
        asks_again=shown.asks_again,
    )


def forget_readings(now: dt.datetime) -> int:
    """Forget what has been kept as long as this installation keeps it; returns how many readings."""
    return actions.forget(before=now - dt.timedelta(days=settings.DURE_READINGS_DAYS))
