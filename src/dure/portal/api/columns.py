"""What type has a field of a resource? That of its column, followed through the records; nothing is written twice."""

import datetime as dt
from functools import cache
from typing import Annotated, Any, NamedTuple, get_origin

import msgspec
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField, RangeField
from django.db import models
from msgspec import Meta

from dure.portal.api.resource import Field, Resource
from dure.portal.api.tables import BY_NOUN

_PLAIN: tuple[tuple[type, Any], ...] = (
    (models.BooleanField, bool),
    (models.DateTimeField, Annotated[dt.datetime, Meta(tz=True)]),
    (models.DateField, dt.date),
    (models.IntegerField, Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]),
    (models.DecimalField, str),
    (models.CharField, str),
    (models.TextField, str),
    (models.JSONField, Any),
)


class Column(NamedTuple):
    """The type of a column's values, and whether one can be missing."""

    type: Any
    null: bool

    @property
    def ordered(self) -> bool:
        """Can a range of values be asked for?"""
        return self.type is dt.date or get_origin(self.type) is Annotated


@cache
def column(noun: str, path: str) -> Column:
    """The column at the end of that path, from the records of the resource."""
    seen: Any = BY_NOUN[noun].visible(AnonymousUser())
    if path in seen.query.annotations:
        return Column(_type_of(seen.query.annotations[path].output_field), null=False)
    model = seen.model
    null = False
    found: Any = None
    for part in path.split("__"):
        if isinstance(found, RangeField):  # `startswith` and `endswith`: an end of the range
            return Column(_type_of(found.base_field), null)
        found = model._meta.get_field(part)  # noqa: SLF001 - Django's own way to ask
        null, model = null or bool(found.null), found.related_model
    while found.is_relation:
        found = found.target_field
    return Column(_type_of(found), null)


def _type_of(field: Any) -> Any:
    if isinstance(field, ArrayField):
        return list[_type_of(field.base_field)]  # type: ignore[misc] # made at run time
    return next(kind for django, kind in _PLAIN if isinstance(field, django))


@cache
def struct(noun: str) -> type[msgspec.Struct]:
    """The struct of one record of that resource, from which its schema is made."""
    resource = BY_NOUN[noun]
    name = "".join(part.capitalize() for part in noun.split("-"))
    made = msgspec.defstruct(f"{name}Record", [(f.name, _annotated(resource, f)) for f in resource.fields], kw_only=True)
    made.__doc__ = resource.what
    return made


@cache
def page_struct(noun: str) -> type[msgspec.Struct]:
    """The struct of one page of that resource."""
    item = struct(noun)
    made = msgspec.defstruct(
        f"{item.__name__.removesuffix('Record')}Page",
        [
            ("items", list[item]),  # type: ignore[valid-type] # made at run time
            ("next", Annotated[str | None, Meta(description="address of the next page; null on the last")]),
        ],
        kw_only=True,
    )
    made.__doc__ = f"One page. {BY_NOUN[noun].what}"
    return made


def _annotated(resource: Resource, field: Field) -> Any:
    found = column(resource.noun, field.path)
    kind = found.type | None if found.null and found.type is not Any else found.type
    return Annotated[kind, Meta(description=field.meaning)]
