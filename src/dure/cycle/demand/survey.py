"""Organisations say what they need; a weighted estimate with its error says how much that is in all."""

from typing import Any

from msgspec import structs

from dure.cycle.commands.rows import Context
from dure.cycle.demand.sectors import require_sectors
from dure.cycle.lookup import found
from dure.formats.canonical import plain
from dure.formats.commands.demand import OpenSurvey, RecordSurveyResponses
from dure.formats.errors import BadInput
from dure.formats.stages.demand import DemandFacts, DemandRecommendation, DemandRules
from dure.records.demand import actions, queries
from dure.records.demand.models import Survey
from dure.records.journal.filed import Filed
from dure.records.journal.models import Entry


def open_survey(request: OpenSurvey, context: Context) -> str:
    """Begin the survey; returns its id."""
    require_sectors((each.sector for each in request.frame), context, where="frame")
    if queries.survey(request.id) is not None:
        raise BadInput(f"survey {request.id!r} is there already.", where="id", todo="Choose another id.", code="id_taken")
    fields = structs.asdict(request) | {"frame": plain(request.frame), "past": plain(request.past)}
    return actions.open_survey(**fields).pk


def record_responses(request: RecordSurveyResponses, context: Context) -> int:
    """Take in the answers; returns how many."""
    del context
    responses = [structs.asdict(each) for each in request.responses]
    return len(actions.record_responses(survey=_survey(request.survey), responses=responses))


def facts(subject: str, context: Context) -> dict[str, Any]:
    """Frame and answers of the survey, and what the last one said."""
    del context
    return queries.demand_facts(_survey(subject))


def carry_out(entry: Entry) -> None:
    """Enter the estimate."""
    filed = Filed(entry, DemandFacts, DemandRules, DemandRecommendation)
    actions.record_estimate(survey=_survey(entry.subject), made=filed.recommendation, entry=entry)


def _survey(survey_id: str) -> Survey:
    return found(queries.survey(survey_id), "survey", survey_id)
