"""Keeps what is dear to make, in this process, until an act or an entry is recorded: nothing stale is ever shown."""

import datetime as dt
import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers

from dure.records.journal.freshness import Mark, recorded_since

MOST = 32
Made = TypeVar("Made")


def _for_good(_made: Any) -> None:
    return None


def _is_over(until: dt.datetime | None) -> bool:
    return until is not None and timezone.now() >= until


class Kept(Generic[Made]):
    """What was made from the records, by key; one statement tells whether it still holds.

    Where the clock changes what the records say, `until` of what was made tells from when on it holds no longer.
    """

    def __init__(self) -> None:
        self._made: OrderedDict[Hashable, tuple[Mark, Made]] = OrderedDict()
        self._making = Lock()

    def get(self, key: Hashable, make: Callable[[], Made], *, until: Callable[[Made], dt.datetime | None] = _for_good) -> Made:
        """What is kept under that key, or made now; other callers wait meanwhile instead of making it, too."""
        known = connection.settings_dict
        place = (known["HOST"], known["PORT"], known["NAME"], key)
        seen = self._made.get(place)
        changed, now = recorded_since(seen[0] if seen else None)
        if seen is not None and not changed and not _is_over(until(seen[1])):
            return seen[1]
        with self._making:
            other = self._made.get(place)
            if other is not None and other is not seen:
                changed, now = recorded_since(other[0])
                if not changed and not _is_over(until(other[1])):
                    return other[1]
            made = make()
            self._made[place] = (now, made)
            self._made.move_to_end(place)
            while len(self._made) > MOST:
                self._made.popitem(last=False)
            return made


class Page:
    """A whole page for visitors who have not logged in: its bytes, also compressed, and the digest by which a browser asks again.

    It is the same for all readers, holds no secret of any, and sets no cookie. `until`: when it holds no longer.
    """

    def __init__(self, content: bytes, until: dt.datetime | None = None) -> None:
        self.content = content
        self.until = until
        self.compressed = gzip.compress(content, mtime=0)
        self.etag = f'W/"{hashlib.sha256(content).hexdigest()[:32]}"'

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The page, or that the reader's copy still holds; a copy is asked about at each visit, so that none is stale."""
        response = HttpResponse()
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            response.content, response.headers["Content-Encoding"] = self.compressed, "gzip"
        else:
            response.content = self.content
        response.headers["ETag"] = self.etag
        response.headers["Cache-Control"] = "public, no-cache"
        patch_vary_headers(response, ("Accept-Encoding", "Cookie"))
        found = get_conditional_response(request, etag=self.etag, response=response)
        return found or response


def has_no_session(request: HttpRequest) -> bool:
    """Has this reader nothing of their own here, but perhaps a choice of language?"""
    return settings.SESSION_COOKIE_NAME not in request.COOKIES
