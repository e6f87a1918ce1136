"""What the GPU-hours produced, by sector and use, with what is missing; it feeds the next shares."""

from collections.abc import Iterable

from dure.cycle.filing import Desk, file_decision
from dure.records.journal.models import Entry
from dure.records.outcomes import queries


def recommend(*, period: str, sectors: Iterable[str], desk: Desk) -> Entry:
    """File the results as known on the day of filing."""
    facts = queries.outcomes_facts(as_of=desk.at.date(), sectors=sectors)
    return file_decision("outcomes", period, facts, desk=desk)
