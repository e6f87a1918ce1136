"""Which address leads to which desk, and who may open it: the table that a test walks."""

from django.urls import include, path

from dure.portal.api import pages as api
from dure.portal.desks.agency import pages as agency
from dure.portal.desks.applicant import pages as applicant
from dure.portal.desks.auditor import pages as auditor
from dure.portal.desks.ministry import pages as ministry
from dure.portal.desks.operator import pages as operator
from dure.portal.desks.provider import pages as provider
from dure.portal.desks.public import pages as public
from dure.portal.desks.reviewer import pages as reviewer
from dure.portal.health import pages as health
from dure.portal.kit.chrome import fill_menus
from dure.portal.kit.gate import Route, patterns
from dure.portal.subjects.acts import pages as acts
from dure.portal.subjects.documents import pages as documents
from dure.portal.subjects.files import pages as files
from dure.portal.subjects.notifications import pages as notifications
from dure.portal.subjects.objects import pages as objects
from dure.portal.subjects.people import pages as people
from dure.portal.subjects.readings import pages as readings
from dure.portal.subjects.registrations import pages as registrations
from dure.portal.subjects.tables import pages as tables

ROUTES: dict[str, list[Route]] = {
    "public": public.ROUTES,
    "api": api.ROUTES,
    "health": health.ROUTES,
    "ministry": ministry.ROUTES,
    "agency": agency.ROUTES,
    "reviewer": reviewer.ROUTES,
    "provider": provider.ROUTES,
    "applicant": applicant.ROUTES,
    "operator": operator.ROUTES,
    "auditor": auditor.ROUTES,
    "acts": acts.ROUTES,
    "objects": objects.ROUTES,
    "people": [
        *people.ROUTES,
        *registrations.OPEN,
        *registrations.OWN,
        *notifications.ROUTES,
        *documents.ROUTES,
        *files.ROUTES,
        *readings.ROUTES,
        *tables.ROUTES,
    ],
}

OPEN_TO_ALL = ("public", "api", "health")
OF_EVERYBODY = ("people",)  # their addresses say where they stand, and their names are django-allauth's
fill_menus(ROUTES, OF_EVERYBODY)
urlpatterns = [
    path("" if desk in OPEN_TO_ALL else f"{desk}/", include((patterns(routes), desk)))
    for desk, routes in ROUTES.items()
    if desk not in OF_EVERYBODY
] + [each for desk in OF_EVERYBODY for each in patterns(ROUTES[desk])]
handler403 = "dure.portal.kit.errors.forbidden"
handler404 = "dure.portal.kit.errors.missing"
handler429 = "dure.portal.kit.errors.too_many"
handler500 = "dure.portal.kit.errors.broken"
