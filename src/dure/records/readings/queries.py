"""Reads the log of readings."""

import datetime as dt
from typing import NamedTuple

from django.db import connection
from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast, Concat

from dure.records.parties.models import Person
from dure.records.parties.queries import people_matching

_IN_BULK = """
SELECT reader_id, sum(people)::bigint FROM (
  SELECT reader_id, count(DISTINCT subject) AS people FROM readings_reading CROSS JOIN unnest(subjects) subject
  WHERE at > %(since)s AND NOT whole GROUP BY reader_id
  UNION ALL
  SELECT reader_id, sum(count) FROM readings_reading WHERE at > %(since)s AND whole GROUP BY reader_id
) each GROUP BY reader_id HAVING sum(people) >= %(most)s ORDER BY reader_id
"""


class Bulk(NamedTuple):
    """Somebody who has read of many people in a short time, and of how many."""

    reader_id: int
    people: int


def in_bulk(*, since: dt.datetime, most: int) -> list[Bulk]:
    """Who has read of that many people or more since then; exports of whole lists count all their rows."""
    with connection.cursor() as cursor:
        cursor.execute(_IN_BULK, {"since": since, "most": most})
        return [Bulk(*row) for row in cursor.fetchall()]


def matching(word: str) -> Q:
    """Readings by people whose name or log-in name holds the word, or of them; and of the subject of exactly that KIND/KEY."""
    people = Person.objects.filter(people_matching(word))
    keys = people.annotate(key=Cast(Concat(Value("person/"), "uid"), CharField(max_length=180))).values("key")
    return Q(reader__in=people.values("pk")) | Q(subjects__overlap=keys) | Q(subjects__contains=[word])
