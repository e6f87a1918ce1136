"""What has this evaluator to judge? Only their own seats and sheets."""

from dure.portal.kit.gate import Route
from dure.portal.subjects.evaluation import sheets

DESK = "reviewer"

ROUTES = [
    Route("", "list", sheets.assignments, DESK, "own"),
    Route("panels/<str:panel_id>/<str:item>/", "sheet", sheets.sheet, DESK, "own", ("GET", "HEAD", "POST")),
]
