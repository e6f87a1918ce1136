"""Organisations say what they need; a weighted estimate with its error says how much that is in all."""

from collections.abc import Iterable, Mapping
from typing import Any

from dure.cycle.filing import Desk, file_decision
from dure.cycle.lookup import found
from dure.records.demand import queries
from dure.records.journal.models import Entry


def recommend(*, survey_id: str, past: Iterable[Mapping[str, Any]] = (), desk: Desk) -> Entry:
    """File the estimates of the survey; `past` is what the last one said and what then came."""
    survey = found(queries.survey(survey_id), "survey", survey_id)
    return file_decision("demand", survey_id, queries.demand_facts(survey, past=past), desk=desk)
