"""Files by HTTP: handed in before the act that attaches them, and read as documents."""

import datetime as dt

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from dure.cycle.commands.registry import row_of
from dure.cycle.commands.tables.documents import ATTACHING
from dure.cycle.documents.handing_in import KEPT, LARGEST, hand_in, too_large
from dure.portal.api.carrying_out import require_may
from dure.portal.api.door import JSON, Caller, require_reading
from dure.portal.api.problems import Worded, not_found
from dure.portal.kit.downloads import as_sent
from dure.portal.kit.personal.noted import note
from dure.records.documents import access, queries


class HandedIn(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was handed in: commands name it by `sha256`, until `until`."""

    sha256: str
    name: str
    media: str
    size: int
    until: dt.datetime


def take(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Keep one file for a day, for an act of the same person."""
    _require_may_attach(caller)
    files = [file for name in request.FILES for file in request.FILES.getlist(name)]
    if len(files) != 1 or request.POST:
        raise Worded(_("send exactly one file."), where="file", todo=_("Name the part `file`."), code="bad_request")
    (sent,) = files
    if (sent.size or 0) > LARGEST:
        raise too_large(sent.name or "")
    made = hand_in(caller.person, sent.name or "", sent.read(), at=timezone.now())
    until = (made.handed_in_at + KEPT).astimezone(dt.UTC)
    kept = HandedIn(sha256=made.digest, name=made.name, media=made.media, size=made.size, until=until)
    return HttpResponse(msgspec.json.encode(kept), status=201, content_type=JSON)


def content(request: HttpRequest, caller: Caller, key: str) -> HttpResponse:
    """The file of a document that the caller may see."""
    require_reading(caller)
    found = access.visible_documents(caller.person, now=timezone.now()).filter(pk=key).first()
    if found is None:
        raise not_found(request.path)
    if found.organisation_id:
        note(found, "documents")
    return as_sent(queries.content_of(found), name=found.name, personal=bool(found.organisation_id))


def _require_may_attach(caller: Caller) -> None:
    """Raise unless one of the acts that attach a file is the caller's."""
    refused: Worded | None = None
    for name in ATTACHING:
        try:
            return require_may(row_of(name), caller)
        except Worded as error:
            refused = refused or error
    raise refused or not_found("uploads")
