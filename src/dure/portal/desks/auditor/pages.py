"""What does the auditor open? Every entry of the journal, with verification, replay and export."""

from functools import partial

from django.utils.translation import gettext_noop

from dure.portal.kit.gate import LISTED, Route
from dure.portal.subjects.audit import checks, pages
from dure.portal.subjects.jobs.pages import job_routes
from dure.portal.subjects.organisations import pages as parties
from dure.portal.subjects.readings import pages as readings

DESK = "auditor"

ROUTES = [
    Route("", "list", pages.journal, DESK, "desk", LISTED, menu=gettext_noop("Journal")),
    Route("acts/", "acts", pages.acts, DESK, "desk", LISTED, menu=gettext_noop("Acts")),
    Route("people/", "people", partial(parties.people, desk=DESK), DESK, "desk", LISTED, menu=gettext_noop("People")),
    Route("readings/", "readings", readings.overseen, DESK, "desk", LISTED, menu=gettext_noop("Access to personal data")),
    Route("decisions/<int:seq>/", "decision", pages.decision, DESK, "desk"),
    Route("decisions/<int:seq>/<slug:table>.csv", "decision_table", pages.table, DESK, "desk"),
    Route("decisions/<int:seq>/<slug:drawing>.svg", "decision_drawing", pages.drawing, DESK, "desk"),
    Route("decisions/<int:seq>/replay/", "replay", checks.replay, DESK, "desk", ("POST",)),
    Route("verification/", "verification", checks.verification, DESK, "desk", ("GET", "HEAD", "POST"),
          menu=gettext_noop("Verify the journal")),
    Route("invariants/", "invariants", checks.invariants, DESK, "desk", ("GET", "HEAD", "POST"),
          menu=gettext_noop("Check the records")),
    *job_routes(DESK),
    Route("journal.jsonl", "export", pages.export, DESK, "desk", menu=gettext_noop("Export the journal")),
    Route("evidence.zip", "evidence", pages.evidence, DESK, "desk", menu=gettext_noop("Export the evidence")),
]  # fmt: skip
