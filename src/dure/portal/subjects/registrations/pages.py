"""Which addresses does everybody have who wants an organisation registered? They stand next to those of the log-in."""

from django.utils.translation import gettext_noop

from dure.portal.kit.gate import Route
from dure.portal.subjects.registrations import asking, mergers

OPEN = [
    Route("register/", "people_register", asking.ask, methods=("GET", "HEAD", "POST")),
    Route("register/<str:secret>/", "people_registration", asking.standing),
]
OWN = [
    Route("account/mergers/", "people_mergers", mergers.overview, "", "signed in", menu=gettext_noop("Merging duplicates"),
          menu_at=("agency", "ministry")),
]  # fmt: skip
