"""What a person reads when something is refused, missing or broken: the same page for all, and no detail.

It is drawn without the request, so that it asks no database, which may be what is broken.
"""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from dure.portal.kit.wording.language import language


def _page(code: int, heading: str, says: str, request_id: str = "") -> HttpResponse:
    context = {"code": code, "heading": heading, "says": says, "language": language(), "request_id": request_id}
    return HttpResponse(render_to_string("dure/error.html", context), status=code)


def _id(request: HttpRequest) -> str:
    return str(getattr(request, "id", ""))


def forbidden(request: HttpRequest, exception: object = None, reason: str = "") -> HttpResponse:
    """The form was too old or came from elsewhere."""
    del exception, reason
    says = _("The form may have been open too long. Go back, load the page again and repeat it.")
    return _page(403, _("This was refused"), says, _id(request))


def missing(request: HttpRequest, exception: object = None) -> HttpResponse:
    """Not there, or not for this reader: both look the same, to the last byte."""
    del request, exception
    return _page(404, _("There is no such page"), _("It does not exist, or it is not for you to see."))


def broken(request: HttpRequest) -> HttpResponse:
    """Our fault."""
    says = _("Nothing was written. The fault is ours; please try again later.")
    return _page(500, _("Something is broken here"), says, _id(request))


def too_many(request: HttpRequest) -> HttpResponse:
    """Too many attempts from one place."""
    return _page(429, _("Too many attempts"), _("Wait some minutes, and then try again."), _id(request))
