"""What is due for a person, as their first page says it: what is to be done, by when, and where it is done."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from dure.cycle.notifying.duties import Duty
from dure.portal.kit.wording import numbers
from dure.portal.subjects.acts.outcome import href_of
from dure.portal.subjects.notifications.calendar import CALLED
from dure.portal.subjects.notifications.texts import subjects
from dure.records.operation import queries as operation
from dure.records.outcomes import access as outcomes
from dure.records.parties.access import organisations_of
from dure.records.settlement import queries as settlement


@dataclass(frozen=True)
class Due:
    """One thing to be done. `late`: its day has passed."""

    says: str
    href: str
    by: str
    late: bool


def due_of(person: Any) -> list[Due]:
    """What the person's organisations owe: reports, answers to notices, invoices; the earliest first."""
    today = timezone.localdate()
    duties = sorted(_duties(person, today), key=lambda each: (str(each.at), each.what, each.about))
    named = subjects([{"about": each.about} for each in duties], person) if duties else {}
    return [_shown(each, named[each.about], today) for each in duties]


def _duties(person: Any, today: dt.date) -> Iterator[Duty]:
    """Of `duties_of` those that name a day alone: the desk has lists of calls and grants, and asks for neither twice."""
    mine = organisations_of(person, "applicant")
    for invoice in settlement.invoices(unpaid=True).filter(organisation__in=mine):
        yield Duty("invoice_due", f"invoice/{invoice.pk}", invoice.due_on)
    for notice in operation.notices(unanswered=True).filter(grant__application__organisation__in=mine, answer_by__gte=today):
        yield Duty("answer_notice", f"grant/{notice.grant_id}", notice.answer_by)
    for report in outcomes.visible_reports(person).filter(received_on=None, grant__application__organisation__in=mine):
        yield Duty("report_due", f"grant/{report.grant_id}", report.due_on)


def _shown(duty: Duty, subject: str, today: dt.date) -> Due:
    says = _(CALLED[duty.what]) % {"subject": subject}
    return Due(says, href_of(duty.about), numbers.long_date(duty.at), str(duty.at) < str(today))
