"""The portal as the tests serve it: it counts the queries of a page."""

import django

django.setup()

from django.db import connection  # noqa: E402 - Django must be set up first

from dure.portal.front.door import Front  # noqa: E402
from dure.portal.front.limits import Limits  # noqa: E402
from dure.portal.front.parent import end_with_parent  # noqa: E402
from dure.portal.wsgi import application as portal  # noqa: E402

COUNT = "HTTP_X_COUNT_QUERIES"


def application(environ, start_response):
    """The portal; on request, a header says how many queries a page has cost."""
    if COUNT not in environ:
        return portal(environ, start_response)
    asked = []

    def count(execute, *statement):
        asked.append(statement[0])
        return execute(*statement)

    def start(status, headers, *rest):
        return start_response(status, [*headers, ("X-Queries", str(len(asked)))], *rest)

    with connection.execute_wrapper(count):
        return portal(environ, start)


front = Front(application, Limits(threads=2))
end_with_parent()
