"""What of a decision is published as data?"""

from typing import Any

from dure.portal.kit.shown import Table
from dure.portal.kit.wording.cells import file_cell
from dure.portal.subjects.decisions.explained import Explained
from dure.portal.subjects.decisions.filed import Filed


def open_record(filed: Filed, found: Explained) -> dict[str, Any]:
    """What is published of a decision: what was said, its public tables, the rules read, and the digests to compare."""
    shown = found.shown.only_public()
    return {
        "stage": filed.stage,
        "decision": filed.decision,
        "subject": filed.subject,
        "journal_seq": filed.seq,
        "journal_hash": filed.hash,
        "facts_digest": filed.facts_digest,
        "filed_at": filed.filed_at.isoformat(),
        "approved_at": filed.ruling.at.isoformat() if filed.ruling else None,
        "method": filed.method,
        "headline": shown.headline,
        "tables": {table.key: _records(table) for table in shown.tables()},
        "rules_read": found.frame["readings"],
    }


def _records(table: Table) -> list[dict[str, str]]:
    return [{column.key: file_cell(row, column) for column in table.columns} for row in table.rows]
