"""Applications are checked against the published rules; those that pass are scored by reviewers."""

from collections.abc import Iterable, Mapping
from typing import Any

from dure.cycle.filing import Desk, file_decision
from dure.cycle.lookup import found
from dure.records.demand import actions, queries
from dure.records.journal.models import Entry
from dure.records.review import actions as review
from dure.records.review import queries as review_queries


def recommend_eligibility(*, user_call: str, obligations: Mapping[str, Iterable[str]], desk: Desk) -> Entry:
    """File which applications may be judged; `obligations`: what each organisation still owes."""
    call = found(queries.user_call(user_call), "user call", user_call)
    return file_decision("eligibility", user_call, queries.eligibility_facts(call, obligations=obligations), desk=desk)


def carry_out(entry: Entry) -> None:
    """Record who may be judged."""
    actions.record_eligibility(entry=entry, results=entry.recommendation_value()["results"])


def recommend_ranking(*, user_call: str, criteria: Iterable[Mapping[str, Any]], draw_seed: str, desk: Desk) -> Entry:
    """Lock the reviewers' sheets and file the ranking; what is not eligible stays at the gate."""
    call = found(queries.user_call(user_call), "user call", user_call)
    panel = review.lock_panel(panel=found(review_queries.panel(user_call), "panel", user_call), at=desk.at)
    eligible = set(queries.eligible_applications(call).values_list("pk", flat=True))
    items = [{"id": each.pk, "gate": "pass" if each.pk in eligible else "fail"} for each in queries.applications(user_call=call)]
    facts = review_queries.evaluation_facts(panel, criteria=criteria, items=items, draw_seed=draw_seed)
    return file_decision("evaluation", user_call, {"subject": "applications", **facts}, desk=desk)
