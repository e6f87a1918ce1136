"""The whole address of a page, for whoever opens it elsewhere: in a mail, a calendar, or handed on by somebody."""

from django.conf import settings
from django.http import HttpRequest

from dure.cycle.installing.links import public_address


def link_to(path: str, request: HttpRequest | None = None) -> str:
    """At the public address; where none is set, at the one by which the sender of the request reads."""
    if request is not None and not settings.DURE_URL:
        return request.build_absolute_uri(path)
    return f"{public_address()}{path}"
