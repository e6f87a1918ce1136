"""Journeys in a browser and the records that they are checked against share one thread."""

import pytest


@pytest.fixture(autouse=True, scope="session")
def records_beside_a_browser():
    """Playwright keeps an event loop in the thread of the test, where Django would refuse to ask the database."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture(autouse=True)
def rights_of_the_app(pages_as_the_app):
    """For every test here."""
