"""What does the auditor open? Every entry of the journal, with verification, replay and export."""

from django.utils.translation import gettext_noop

from dure.portal.kit.chrome import DESK_MENUS
from dure.portal.kit.gate import Route
from dure.portal.subjects.audit import pages

DESK = "auditor"
DESK_MENUS[DESK] = [
    ("auditor:list", gettext_noop("Journal")),
    ("auditor:verification", gettext_noop("Verify the journal")),
    ("auditor:export", gettext_noop("Export the journal")),
]

ROUTES = [
    Route("", "list", pages.journal, DESK, "desk"),
    Route("decisions/<int:seq>/", "decision", pages.decision, DESK, "desk"),
    Route("decisions/<int:seq>/<slug:table>.csv", "decision_table", pages.table, DESK, "desk"),
    Route("decisions/<int:seq>/<slug:drawing>.svg", "decision_drawing", pages.drawing, DESK, "desk"),
    Route("decisions/<int:seq>/replay/", "replay", pages.replay, DESK, "desk", ("POST",)),
    Route("verification/", "verification", pages.verification, DESK, "desk", ("GET", "HEAD", "POST")),
    Route("journal.jsonl", "export", pages.export, DESK, "desk"),
]
