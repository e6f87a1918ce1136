"""Which address leads to which desk, and who may open it: the table that a test walks."""

from django.urls import include, path

from dure.portal.agency import pages as agency
from dure.portal.api import pages as api
from dure.portal.applicant import pages as applicant
from dure.portal.auditor import pages as auditor
from dure.portal.ministry import pages as ministry
from dure.portal.operator import pages as operator
from dure.portal.provider import pages as provider
from dure.portal.public import pages as public
from dure.portal.reviewer import pages as reviewer
from dure.portal.shared.gate import Route, patterns

ROUTES: dict[str, list[Route]] = {
    "public": public.ROUTES,
    "api": api.ROUTES,
    "ministry": ministry.ROUTES,
    "agency": agency.ROUTES,
    "reviewer": reviewer.ROUTES,
    "provider": provider.ROUTES,
    "applicant": applicant.ROUTES,
    "operator": operator.ROUTES,
    "auditor": auditor.ROUTES,
}

OPEN_TO_ALL = ("public", "api")
urlpatterns = [
    path("" if desk in OPEN_TO_ALL else f"{desk}/", include((patterns(routes), desk))) for desk, routes in ROUTES.items()
]
handler403 = "dure.portal.shared.errors.forbidden"
handler404 = "dure.portal.shared.errors.missing"
handler500 = "dure.portal.shared.errors.broken"
