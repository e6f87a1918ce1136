"""Small applications behind the front, for what has nothing to do with pages."""

import os
import time

from dure.portal.front.door import Front
from dure.portal.front.limits import Lane, Limits
from dure.portal.front.parent import end_with_parent

PROBES = Lane("probe", paths=("/health/",))
BIG = 400 * 65_536  # bytes: more than a socket holds


def answer(environ, start_response):
    """`/pid`, `/big`, `/slow?FILE`: begins by making FILE and ends when it is gone; else how long the body was."""
    path = environ["PATH_INFO"]
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "text/plain")])
    if path == "/big":
        return (b"x" * 65_536 for _ in range(BIG // 65_536))
    if path == "/slow":
        held = environ["QUERY_STRING"]
        with open(held, "w"):  # noqa: PTH123 - an address in a query
            pass
        while os.path.exists(held):  # noqa: PTH110
            time.sleep(0.02)
    return [str(os.getpid() if path == "/pid" else len(body)).encode()]


patient = Front(answer, Limits(patience=600, idle=600), lanes=(PROBES,))
strict = Front(answer, Limits(patience=3, idle=1), lanes=(PROBES,))
end_with_parent()
