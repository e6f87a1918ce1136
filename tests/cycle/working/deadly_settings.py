"""Settings of tests whose worker dies once between filing a plan and committing it."""

from cycle.working.odd_settings import *  # noqa: F403 - those, but for one kind
from cycle.working.odd_settings import DURE_WORK as ODD

DURE_WORK = {**ODD, "solve": {**ODD["solve"], "does": "cycle.working.odd_jobs.die_before_the_commit"}}
