"""Pages answered with the rights of the app's log-in, whatever else the test does as the owner of the tables."""

from contextlib import contextmanager

import pytest
from django.core.handlers.base import BaseHandler
from django.db import connection
from psycopg.pq import TransactionStatus

from logins import APP

CHECK = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED"
WITH_A_DATABASE = {"_django_db_helper", "filled"}  # what every fixture goes back to that opens one


@pytest.fixture
def pages_as_the_app(request):
    """Every request that Django answers in this process has the rights of the app's log-in, as where dure is installed.

    Also within a test that never commits: what it prepared is checked before, and the deferred checks of the request take place
    as the app. So do the requests of a browser, each on a connection of its own.
    """
    if request.node.get_closest_marker("django_db") is None and not WITH_A_DATABASE & set(request.fixturenames):
        yield  # a page that needs no database is given none
        return
    with answering_as_the_app():
        yield


@contextmanager
def answering_as_the_app():
    """As the fixture, for what a module asks once for all of its tests."""
    answers = BaseHandler.get_response

    def get_response(handler, request):
        with acting_as_the_app():
            response = answers(handler, request)
            if connection.in_atomic_block:
                _say(CHECK)
        if response.streaming:
            response.streaming_content = _as_the_app(iter(response.streaming_content))
        return response

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseHandler, "get_response", get_response)
        yield


def _as_the_app(parts):
    """What is sent piece by piece is read by the app, too."""
    nothing_more = object()
    while True:
        with acting_as_the_app():
            part = next(parts, nothing_more)
        if part is nothing_more:
            return
        yield part


@contextmanager
def acting_as_the_app():
    """The test's own session is the app's log-in for a while, also within a test that never commits."""
    connection.ensure_connection()
    if connection.in_atomic_block:
        _say(CHECK)
    _say(f"SET SESSION AUTHORIZATION {APP}")
    try:
        yield
    finally:
        if _obeys():
            _say("RESET SESSION AUTHORIZATION")


def _say(statement):
    """Past Django, whose statements are counted."""
    connection.connection.execute(statement)


def _obeys():
    """A transaction that failed takes nothing more, and takes back who it was; a connection that was closed is gone."""
    opened = connection.connection
    return opened is not None and not opened.closed and opened.info.transaction_status != TransactionStatus.INERROR
