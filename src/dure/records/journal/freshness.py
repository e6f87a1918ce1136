"""Has anything been recorded since a page was made? One statement, exact in whatever order transactions end.

Numbers of acts do not tell: an act takes its number before its transaction ends, and one with a higher number may end earlier.
Each act therefore holds its transaction (`journal_act.transaction`). A page is made from a snapshot of PostgreSQL; an act is new
where that snapshot does not see its transaction. For entries that no act filed there is the head of the journal: one row, locked
while the journal grows.
"""

from typing import NamedTuple

from django.db import connection


class Mark(NamedTuple):
    """What the records held at one moment: the transactions seen, the last act that they did, and the last entry."""

    snapshot: str
    act: int
    entry: int


# After a restore, acts hold transactions of another server, which may be yet to come here: they count as seen.
_STATEMENT = """
SELECT pg_current_snapshot()::text, coalesce((SELECT max(id) FROM journal_act), 0),
  coalesce((SELECT seq FROM journal_head), 0), EXISTS (
    SELECT FROM journal_act a WHERE a.transaction >= pg_snapshot_xmin(%(snapshot)s::pg_snapshot)
      AND NOT pg_visible_in_snapshot(a.transaction, %(snapshot)s::pg_snapshot)
      AND (a.transaction < pg_snapshot_xmax(pg_current_snapshot()) OR a.transaction = pg_current_xact_id_if_assigned()))
"""
_NOTHING = "1:1:"


def recorded_since(mark: Mark | None) -> tuple[bool, Mark]:
    """Whether an act or an entry was recorded after that mark, and the mark of now; without a mark, everything is new.

    Take the mark before reading: what is recorded in between is then found new, never missed.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, {"snapshot": mark.snapshot if mark else _NOTHING})
        snapshot, act, entry, changed = cursor.fetchone()
    now = Mark(snapshot, act, entry)
    return mark is None or changed or (act, entry) != (mark.act, mark.entry), now
