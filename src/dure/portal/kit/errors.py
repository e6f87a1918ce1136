"""What a person reads when something is refused, missing or broken: the same page for all, and no detail."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _


def _page(request: HttpRequest, code: int, heading: str, says: str) -> HttpResponse:
    context = {"code": code, "heading": heading, "says": says, "language": (get_language() or "ko")[:2]}
    return render(request, "dure/error.html", context, status=code)


def forbidden(request: HttpRequest, exception: object = None, reason: str = "") -> HttpResponse:
    """The form was too old or came from elsewhere."""
    del exception, reason
    return _page(
        request,
        403,
        _("This was refused"),
        _("The form may have been open too long. Go back, load the page again and repeat it."),
    )


def missing(request: HttpRequest, exception: object = None) -> HttpResponse:
    """Not there, or not for this reader: both look the same."""
    del exception
    return _page(request, 404, _("There is no such page"), _("It does not exist, or it is not for you to see."))


def broken(request: HttpRequest) -> HttpResponse:
    """Our fault."""
    return _page(
        request, 500, _("Something is broken here"), _("Nothing was written. The fault is ours; please try again later.")
    )


def too_many(request: HttpRequest) -> HttpResponse:
    """Too many attempts from one place."""
    return _page(request, 429, _("Too many attempts"), _("Wait some minutes, and then try again."))
