"""Tables of the rule book: read from YAML, proved complete, and held against what a decision asks of them."""

from typing import Any

from dure.formats.canonical import plain
from dure.rules.tables.proof import require_proof
from dure.rules.tables.reading import Frame, read_table


def read_proved(raw: Any, line: int, frame: Frame) -> dict[str, Any]:
    """A table in plain values, as it is filed with decisions; raises `BadInput` where its form or its rows are wrong."""
    written = read_table(raw, line, frame)
    require_proof(written, line, frame)
    return dict(plain(written.table))
