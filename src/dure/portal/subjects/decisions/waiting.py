"""What a reader gets while a worker explains the decision that they asked for: a page that loads itself again."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from dure.portal.subjects.decisions.explained import BeingExplained

AGAIN = 3  # seconds

Next = Callable[[HttpRequest], HttpResponseBase]


def being_explained(get_response: Next) -> Next:
    """Middleware that answers for every page which shows a decision."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        return get_response(request)

    def process_exception(request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, BeingExplained):
            return None
        answer = render(request, "decisions/being_explained.html", status=503)
        answer.headers["Retry-After"] = str(AGAIN)
        answer.headers["Refresh"] = str(AGAIN)
        return answer

    middleware.process_exception = process_exception  # type: ignore[attr-defined] # Django's name
    return middleware
