"""Reads the log of readings."""

import datetime as dt
from typing import NamedTuple

from django.db import connection
from django.db.models import Q

from dure.records.parties.models import Person
from dure.records.parties.queries import people_matching

MOST_PEOPLE = 100  # whom one word of a search stands for
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
    """Readings by people whose name or log-in name holds the word, or of them; and of the subject of exactly that KIND/KEY.

    The people are read first, so that an index answers for each of them; of a word that very many have, the first by log-in name.
    """
    people = list(Person.objects.filter(people_matching(word)).order_by("username").values_list("pk", "uid")[:MOST_PEOPLE])
    return Q(reader__in=[pk for pk, _uid in people]) | Q(subjects__overlap=[word, *(f"person/{uid}" for _pk, uid in people)])
