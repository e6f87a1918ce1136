"""A document as a file: handed out to those who may read what it belongs to, and never opened within the portal."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from dure.portal.kit.downloads import as_sent
from dure.portal.kit.gate import Route
from dure.portal.kit.personal.noted import note
from dure.records.documents import access, queries


def document(request: HttpRequest, key: str) -> HttpResponse:
    """The file of a document; what is not this reader's does not exist."""
    found = access.visible_documents(request.user, now=timezone.now()).filter(pk=key).first()
    if found is None:
        raise Http404
    if found.organisation_id:
        note(found, "documents")
    return as_sent(queries.content_of(found), name=found.name, personal=bool(found.organisation_id))


ROUTES = [Route("documents/<path:key>/", "document", document)]
