"""Settings of tests whose worker knows odd jobs besides ours."""

from dure.portal.settings.test import *  # noqa: F403 - those and no others
from dure.portal.settings.test import DURE_WORK as OURS

HERE = "cycle.working.odd_jobs"
SOLVE = {"ended": "dure.cycle.stem.solving.ended_without", "again": "dure.cycle.stem.solving.again"}
DURE_WORK = {
    **OURS,
    "count": {"does": f"{HERE}.count", "queue": "short", "tries": 10_000},
    "fail": {"does": f"{HERE}.fail", "queue": "short", "tries": 2},
    "die": {"does": f"{HERE}.die", "queue": "short", "tries": 2},
    "export": {**OURS["export"], "does": f"{HERE}.held_export"},
    "import": {"does": f"{HERE}.held_import", "within": "end"},
    "solve": {"does": f"{HERE}.held_solve", **SOLVE},
}
