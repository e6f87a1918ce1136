"""What the front says where it gives a request no thread: a page, or a problem for a program, in the reader's language."""

import json
from types import SimpleNamespace
from typing import cast

from django.http import HttpRequest
from django.utils.html import escape
from django.utils.translation import get_language_from_request, gettext_noop, override
from django.utils.translation import gettext as _

from dure.portal.front.body import Unreadable

SENTENCES = {
    400: gettext_noop("The request cannot be read."),
    408: gettext_noop("The request took too long to arrive. Nothing was changed: go back and send it again."),
    413: gettext_noop("What was sent is too large. Nothing was changed: go back, and send a smaller file."),
    503: gettext_noop("Many people are here at this moment. Nothing was changed: try again in a few seconds."),
}
_PAGE = (
    '<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    "<title>{status} · {said}</title></head><body><h1>{status}</h1><p>{said}</p></body></html>\n"
)


CODES = {400: "bad_request", 408: "too_slow", 413: "too_large", 503: "busy"}  # of the API, as its other problems have them


def said(refusal: Unreadable, path: str, headers: dict[str, str]) -> tuple[str, str]:
    """The content type and the text for a request to that path with these headers."""
    language = _language(headers)
    status = refusal.status if refusal.status in SENTENCES else 400
    with override(language):
        sentence = _(SENTENCES[status])
    if path.startswith("/api/"):
        return "application/problem+json", _problem(status, sentence)
    return "text/html; charset=utf-8", _PAGE.format(language=language, status=status, said=escape(sentence))


def _problem(status: int, sentence: str) -> str:
    code = CODES[status]
    problem = {"type": f"/api/#{code}", "title": sentence, "status": status, "detail": sentence, "code": code, "what": sentence}
    return json.dumps({**problem, "where": "request", "todo": "", "values": {}}, ensure_ascii=False)


def _language(headers: dict[str, str]) -> str:
    """As the pages find it: by the cookie of the choice, else by what the browser prefers."""
    cookies = dict(each.strip().partition("=")[::2] for each in headers.get("cookie", "").split(";"))
    asked = SimpleNamespace(COOKIES=cookies, META={"HTTP_ACCEPT_LANGUAGE": headers.get("accept-language", "")}, path_info="/")
    return get_language_from_request(cast("HttpRequest", asked))
