"""The portal as the tests serve it: a round waits at a known report while a test holds it, and counts the queries of a page."""

import django

django.setup()

from django.db import connection  # noqa: E402 - Django must be set up first

from dure.cycle.stem import solving  # noqa: E402
from dure.portal.front.door import Front  # noqa: E402
from dure.portal.front.limits import Limits  # noqa: E402
from dure.portal.front.parent import end_with_parent  # noqa: E402
from dure.portal.wsgi import application as portal  # noqa: E402
from portal.hold import STAGE, wait_for_release  # noqa: E402

COUNT = "HTTP_X_COUNT_QUERIES"


class HeldListener(solving.Listener):
    """Notes its report, waits for the end of a hold, and asks again whether it may go on."""

    waited = False

    def __call__(self, stage, figure):
        self.goes_on = super().__call__(stage, figure)
        if self.goes_on and stage == STAGE and not self.waited:
            self.waited = True
            with connection.cursor() as cursor:
                wait_for_release(cursor)
            self.goes_on = self.note(stage, figure, self.steps)
        return self.goes_on


solving.Listener = HeldListener


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
