"""What do organisations owe by a day? Money, answers to notices and reports, in one statement of SQL.

It is asked with every first page of an applicant: written out, for composing it takes longer than answering it.
"""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from django.db import connection


class Owed(NamedTuple):
    """What an organisation owes by a day. `title`: of the application that it is about; an invoice has none."""

    what: str
    kind: str
    key: str
    day: dt.date
    title: str


def owed(organisations: Iterable[str], *, on: dt.date, most: int | None = None) -> list[Owed]:
    """The earliest first. What is late is among it, but for answers: after its day none is taken."""
    with connection.cursor() as cursor:
        cursor.execute(_OWED, {"organisations": sorted(organisations), "on": on, "most": most})
        return [Owed(*row) for row in cursor.fetchall()]


_OWED = """
SELECT 'invoice_due' AS what, 'invoice' AS kind, i.id AS key, i.due_on AS day, '' AS title
FROM settlement_invoice i
WHERE i.organisation_id = ANY (%(organisations)s) AND i.billed_amount >
  (SELECT COALESCE(sum(r.amount), 0) FROM settlement_paymentreceived r WHERE r.invoice_id = i.id)
UNION ALL
SELECT 'answer_notice', 'grant', g.id, n.answer_by, a.title
FROM demand_application a JOIN allocation_grant g ON g.application_id = a.id JOIN operation_notice n ON n.grant_id = g.id
WHERE a.organisation_id = ANY (%(organisations)s) AND n.answered_on IS NULL AND n.answer_by >= %(on)s
  AND NOT EXISTS (SELECT FROM operation_appeal p WHERE p.notice_id = n.id AND p.upheld)
UNION ALL
SELECT 'report_due', 'grant', g.id, r.due_on, a.title
FROM demand_application a JOIN allocation_grant g ON g.application_id = a.id JOIN outcomes_report r ON r.grant_id = g.id
WHERE a.organisation_id = ANY (%(organisations)s) AND r.received_on IS NULL
ORDER BY day, what, key
LIMIT %(most)s
"""
