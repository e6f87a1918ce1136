"""What has this evaluator to judge? Only their own seats and sheets."""

from dure.portal.kit.gate import LISTED, Route
from dure.portal.subjects.acts import drafting
from dure.portal.subjects.evaluation import assignments, sheets

DESK = "reviewer"

ROUTES = [
    Route("", "list", assignments.assignments, DESK, "own", LISTED),
    Route("panels/<str:panel_id>/<path:item>/", "sheet", sheets.sheet, DESK, "own", ("GET", "HEAD", "POST"), drafting.hold),
]
