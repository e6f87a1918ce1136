"""With the app's log-in, which row-level security binds, a page is to the byte what it is with the owner's, who sees all rows."""

import re

import pytest

from logins import as_login
from walking import client, different, seen, walked

READERS = (
    "", "nobody", "lab-1", "maker-1", "alpha-1", "reviewer-1", "agency-1", "ministry-1", "operator-1", "auditor-1",
)  # fmt: skip
GROWS = "/auditor/readings/"  # the log of what is read, with every page that is opened here
MOST = 1  # pages of one kind, such as those of single applications
# The sectors by which applications can be narrowed down: the reader's own, and with the owner's log-in those of all.
SECTORS = re.compile(rb'name="applications-sector">.*?</select>', re.DOTALL)


def without_sectors(got):
    status, headers, content = got
    kept = SECTORS.sub(b"", content)
    return status, {name: value for name, value in headers.items() if name != "Content-Length" or kept == content}, kept


@pytest.fixture(scope="module")
def pages(bounded):  # noqa: ARG001 - whose pages they are
    """By reader, each page of theirs as the owner's log-in makes it, and as the app's does."""
    found = {}
    for reader in READERS:
        addresses = walked(client(reader), MOST)
        owner = seen(client(reader), addresses)
        with as_login("app"):
            found[reader] = owner, seen(client(reader), addresses)
    return found


@pytest.mark.parametrize("reader", READERS)
def test_a_page_needs_no_row_that_its_reader_may_not_see(reader, pages):
    owner, app = pages[reader]
    assert len(owner) > 20
    pairs = {
        each: (without_sectors(owner[each]), without_sectors(app[each])) for each in sorted(owner) if not each.startswith(GROWS)
    }
    assert [said for each, (before, after) in pairs.items() if (said := different(each, before, after))] == []
