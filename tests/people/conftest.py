"""Journeys in a browser and the records that they are checked against share one thread."""

import pytest


@pytest.fixture(autouse=True, scope="session")
def records_beside_a_browser():
    """Playwright keeps an event loop in the thread of the test, where Django would refuse to ask the database."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture(autouse=True)
def rights_of_the_app(request):
    """Pages answer with the rights that the app's log-in has, as they do where dure is installed."""
    marked = request.node.get_closest_marker("django_db")
    if marked and "browser" not in request.keywords:
        request.getfixturevalue("transactional_db" if marked.kwargs.get("transaction") else "db")
        request.getfixturevalue("pages_as_the_app")
