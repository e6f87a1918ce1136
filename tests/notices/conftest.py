"""The inbox of each test."""

import pytest

from notices.inbox import served


@pytest.fixture
def inbox(settings):
    """A server that takes every mail."""
    with served(settings) as opened:
        yield opened
