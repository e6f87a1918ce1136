"""One page of a resource, or one record: filtered, ordered and cut in SQL, after the last row seen (keyset paging)."""

import base64
import binascii
import datetime as dt
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from dure.formats.errors import BadInput
from dure.formats.reading import require_visible_text
from dure.portal.api.carrying_out import answer
from dure.portal.api.columns import Column, column
from dure.portal.api.door import Caller, require_reading
from dure.portal.api.problems import Worded, not_found
from dure.portal.api.resource import Resource
from dure.portal.api.tables import BY_NOUN
from dure.portal.kit.personal.columns import personal
from dure.portal.kit.personal.noted import note_each
from dure.records.journal.queries import version

MOST_ROWS = 200
USUAL_ROWS = 50


def page(request: HttpRequest, caller: Caller, noun: str) -> HttpResponse:
    """A page of the records that the caller may see."""
    resource = resource_of(noun, caller)
    asked = asked_of(request, resource)
    limit, after = _limit(asked.pop("limit", None)), asked.pop("cursor", None)
    found = resource.visible(caller.person).filter(*filters(resource, asked))
    if after is not None:
        found = found.filter(_beyond(resource.order, _last_seen(resource, after)))
    rows = _rows(resource, found.order_by(*resource.order), limit + 1)
    more = len(rows) > limit
    following = _next(request, resource, rows[limit - 1][1], asked, limit) if more else None
    value = {"items": [item for item, _keys in rows[:limit]], "next": following}
    return answer(request, value, headers={"Link": f'<{following}>; rel="next"'} if following else None)


def one(request: HttpRequest, caller: Caller, noun: str, key: str) -> HttpResponse:
    """One record; what is another's answers like what does not exist. Its `ETag` is what a command takes as `If-Match`."""
    resource = resource_of(noun, caller)
    asked_of(request, resource, nothing=True)
    id_field = next(field for field in resource.fields if field.name == "id")
    try:
        value = _read(key, column(noun, id_field.path), where=noun)
    except BadInput:
        raise not_found(noun) from None
    rows = _rows(resource, resource.visible(caller.person).filter(**{id_field.path: value}).order_by(*resource.order), 1)
    if not rows:
        raise not_found(noun)
    return answer(request, rows[0][0], tag=str(version(f"{resource.kind}/{key}")) if resource.kind else "")


def resource_of(noun: str, caller: Caller) -> Resource:
    """The resource of that noun, for a caller who may read."""
    if noun not in BY_NOUN:
        raise not_found(noun)
    require_reading(caller)
    return BY_NOUN[noun]


def _rows(resource: Resource, found: QuerySet[Any], limit: int) -> list[tuple[dict[str, Any], list[Any]]]:
    """Each record as its members, and the values of its place in the order."""
    names, paths = [field.name for field in resource.fields], [field.path for field in resource.fields]
    whose = personal(found, paths)
    plain = found.select_related(None).prefetch_related(None)
    rows = list(plain.values_list(*paths, *resource.order, *(each.path for each in whose))[:limit])
    keys = len(names) + len(resource.order)
    for place, (each, data) in enumerate(whose.items()):
        note_each(each.kind, (row[keys + place] for row in rows), data)
    return [(dict(zip(names, row, strict=False)), list(row[len(names) : keys])) for row in rows]


def asked_of(
    request: HttpRequest, resource: Resource, *, more: Sequence[str] = ("limit", "cursor"), nothing: bool = False
) -> dict[str, str]:
    """The parameters of the address, `more` among them; raises for one that is unknown here or comes twice."""
    known = [] if nothing else [*more, *parameters(resource)]
    for name in request.GET:
        if name not in known or len(request.GET.getlist(name)) > 1:
            twice = name in known
            raise Worded(
                _("the parameter comes twice.") if twice else _("there is no such parameter."),
                where=name[:80],
                todo=_("Parameters: %(names)s.") % {"names": ", ".join(known) or "-"},
                code="bad_parameter",
            )
    return {name: value for name, value in request.GET.items() if isinstance(value, str)}


def parameters(resource: Resource) -> dict[str, tuple[str, Column]]:
    """Each parameter of a list: the lookup that it makes, and the column of its value."""
    found: dict[str, tuple[str, Column]] = {}
    for field in resource.fields:
        if field.filters:
            kind = column(resource.noun, field.path)
            found[field.name] = (field.path, kind)
            if kind.ordered:
                found[f"{field.name}_from"] = (f"{field.path}__gte", kind)
                found[f"{field.name}_before"] = (f"{field.path}__lt", kind)
    return found


def filters(resource: Resource, asked: dict[str, str]) -> list[Q]:
    """The conditions that these parameters make."""
    known = parameters(resource)
    return [Q(**{known[name][0]: _read(text, known[name][1], where=name)}) for name, text in asked.items()]


def _read(text: Any, kind: Column, *, where: str) -> Any:
    """Text of an address as a value of that column."""
    try:
        require_visible_text(text, where=where)
        value = msgspec.convert(text, kind.type, strict=isinstance(text, str) and kind.type is str)
        return value.astimezone(dt.UTC) if isinstance(value, dt.datetime) else value
    except (msgspec.ValidationError, BadInput, OverflowError) as error:
        what = _("%(value)s is no value for it.") % {"value": ascii(text)[:60]}
        raise Worded(what, where=where, todo=_("Its type is in the OpenAPI document."), code="bad_parameter") from error


def _limit(text: str | None) -> int:
    if text is None:
        return USUAL_ROWS
    if not re.fullmatch("[0-9]{1,3}", text, re.ASCII) or not 1 <= int(text) <= MOST_ROWS:
        raise Worded(
            _("a page has 1 to %(most)s records.") % {"most": MOST_ROWS},
            where="limit",
            todo=_("Follow `next` for more."),
            code="bad_parameter",
        )
    return int(text)


def _beyond(order: Sequence[str], last: Sequence[Any]) -> Q:
    """Rows after that place: (a, b) > (x, y), column by column."""
    head, *rest = order
    later = Q(**{f"{head}__gt": last[0]})
    return later | (Q(**{head: last[0]}) & _beyond(rest, last[1:])) if rest else later


def _next(request: HttpRequest, resource: Resource, last: list[Any], asked: dict[str, str], limit: int) -> str:
    """The address of the next page: the same question, after the last row of this one."""
    raw = msgspec.json.encode([resource.noun, *last])
    cursor = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    return f"{request.path}?{urlencode({**asked, 'limit': limit, 'cursor': cursor})}"


def _last_seen(resource: Resource, cursor: str) -> list[Any]:
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars="-_", validate=True)
        noun, *values = msgspec.json.decode(raw, type=list[str | int])
        paths = resource.order if noun == resource.noun else ()  # of another list, no value has its column
        kinds = [column(resource.noun, path) for path in paths]
        return [_read(value, kind, where="cursor") for value, kind in zip(values, kinds, strict=True)]
    except (binascii.Error, ValueError, RecursionError, msgspec.DecodeError, BadInput) as error:
        raise Worded(
            _("the cursor is none of ours."), where="cursor", todo=_("Follow `next` as it was given."), code="bad_parameter"
        ) from error
