"""A round that can be solved, made of as little as possible."""

import factories as make
from dure.records.demand import actions as demand
from dure.records.review import actions as review

TERMS = {"sectors": [{"id": "academia", "share": "1", "floor": "0", "ceiling": "1"}], "draw_seed": "a seed"}


def opened_round(applications=12, servers=20):
    """A round over one pool, with applications eligible and judged."""
    call = make.user_call()
    asked = [make.application(call, servers=2, minimum_servers=2, weeks=26, latest_week=0) for _ in range(applications)]
    outcome = {"eligible": True, "large_project": False, "outcomes": [], "remedies": []}
    demand.record_eligibility(entry=make.approved("eligibility"), results=[{**outcome, "application": each.pk} for each in asked])
    ranked = {"technical": None, "passed": True, "criteria": {}}
    ranking = [{"proposal": each.pk, "rank": n, "total": str(90 - n), **ranked} for n, each in enumerate(asked, start=1)]
    panel = make.panel(kind="application", subject=call.pk)
    review.record_ranking(panel=panel, ranking=ranking, entry=make.approved("evaluation", panel.pk))
    pool = make.servers(count=servers)[0].pool_id
    return make.round_(user_call=call, pools=[pool], **TERMS)
