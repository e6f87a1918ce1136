"""Who may read a document? Whoever may read what it belongs to; those of a call everybody, those of an application its panel."""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet

from dure.records.documents import queries
from dure.records.documents.models import PUBLISHED, Document
from dure.records.parties.access import may_oversee, organisations_of, sits_at
from dure.records.parties.models import Desk
from dure.records.review.access import judged_applications
from dure.records.review.models import Recusal


def visible_documents(person: Any, *, now: dt.datetime | None = None) -> QuerySet[Document]:
    """All to those who oversee; to others what is published, their own, and what they are to judge once the call has closed."""
    found = queries.documents()
    if may_oversee(person):
        return found
    seen = Q(kind__in=PUBLISHED)
    if sits_at(person, Desk.APPLICANT):
        seen |= Q(organisation__in=organisations_of(person, Desk.APPLICANT))
    if sits_at(person, Desk.REVIEWER):
        seen |= Q(kind="application", subject__in=judged_applications(person, now=now).values("pk"))
    return found.filter(seen)


def hides(person: Any, application: str) -> bool:
    """Are documents of the application kept from an evaluator because they stepped back from it?"""
    if may_oversee(person) or not sits_at(person, Desk.REVIEWER):
        return False
    return Recusal.objects.filter(seat__person=person, item=application).exists()
