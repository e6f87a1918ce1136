"""The inbox of each test."""

import pytest

from notices.inbox import served


@pytest.fixture
def inbox(settings):
    """A server that takes every mail."""
    with served(settings) as opened:
        yield opened


@pytest.fixture(autouse=True)
def rights_of_the_app(pages_as_the_app):
    """For every test here."""
