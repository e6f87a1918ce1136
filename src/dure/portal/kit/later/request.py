"""The request of a worker: an address of ours, opened as the person who asked for it, with their rights at this moment."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, QueryDict
from django.urls import ResolverMatch, resolve

Says = Callable[..., None]  # takes the stage, how much of it is done, and of how much


class Making(HttpRequest):
    """`rows`: how many were written; nothing where the file has no rows. `reason`: why they want it, where they were asked.

    `at_the_end`: what is to be written with the end of the job, for a file is made of a snapshot in which nothing is written.
    """

    rows: int | None = None

    def __init__(self, address: str, person: Any, says: Says, *, reason: str = "") -> None:
        super().__init__()
        path, _mark, query = address.partition("?")
        self.method, self.path, self.path_info, self.says = "GET", path, path, says
        self.GET, self.user, self.session = QueryDict(query), person, SessionBase()
        self.META["QUERY_STRING"], self.POST = query, QueryDict(urlencode({"reason": reason}) if reason else "")
        self.at_the_end: list[Callable[[], None]] = []
        self.named: ResolverMatch = resolve(path)
        self.resolver_match = self.named

    def counted(self, rows: Iterable[Any], total: int) -> Iterator[Any]:
        """The rows, saying with each how far it is."""
        self.rows = 0
        for self.rows, row in enumerate(rows, start=1):
            self.says("writing", min(self.rows, total), total)
            yield row
