"""The inbox of each test."""

import pytest

from notices.inbox import served


@pytest.fixture
def inbox(settings):
    """A server that takes every mail."""
    with served(settings) as opened:
        yield opened


@pytest.fixture(autouse=True)
def rights_of_the_app(request):
    """Pages answer with the rights that the app's log-in has, as they do where dure is installed."""
    marked = request.node.get_closest_marker("django_db")
    if marked and "browser" not in request.keywords:
        request.getfixturevalue("transactional_db" if marked.kwargs.get("transaction") else "db")
        request.getfixturevalue("pages_as_the_app")
