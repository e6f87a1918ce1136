"""Which organisations and people are there, and where do they sit?"""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from dure.portal.kit.chrome import DESKS
from dure.portal.kit.lists.answering import respond
from dure.portal.kit.lists.bound import Bound
from dure.portal.kit.lists.columns import called, worded, words_of
from dure.portal.kit.lists.declared import Choice, Column, List, Range
from dure.portal.kit.wording.words import name
from dure.records.parties import access, queries

ORGANISATIONS = List(
    key="organisations",
    title=_("Organisations"),
    columns=(
        Column(key="id", label=_("No."), kind="code"),
        called("name", _("Name"), "name"),
        worded("kind", _("Kind of organisation")),
        worded("size", _("Size")),
        worded("region", _("Region"), standard=False),
        Column(key="youth_led", label=_("Led by young founders"), kind="flag", standard=False),
        Column(key="domestic", label=_("Domestic"), kind="flag", standard=False),
        Column(key="people", label=_("People"), kind="number", source="people_now"),
    ),
    order="id",
    unique=frozenset({"id"}),
    filters=(
        Choice(key="kind", label=_("Kind of organisation"), choices=words_of(queries.kinds)),
        Range(key="people", label=_("People"), field="people_now"),
    ),
    search=queries.matching,
    searched=_("Number or name; initial consonants will do"),
    empty=_("No organisation is registered yet. The agency registers an organisation before it applies or bids."),
)  # fmt: skip
PEOPLE = List(
    key="people",
    title=_("People"),
    columns=(
        called("name", _("Name"), "name"),
        Column(key="username", label=_("Log-in name"), kind="code"),
        Column(
            key="desks", label=_("Desks"), source="desks_now", sortable=False,
            show=lambda row: ", ".join(name(each) for each in row["desks"] or ()),
        ),
        Column(key="organisations", label=_("Acts for"), source="organisations_now", sortable=False),
        Column(key="is_active", label=_("Active"), kind="flag"),
    ),
    order="username",
    unique=frozenset({"username"}),
    filters=(
        Choice(key="desk", label=_("Desk"), choices=words_of(lambda: DESKS), where=queries.sits_at_now),
    ),
    search=queries.people_matching,
    searched=_("Name or log-in name"),
    empty=_("Nobody is registered yet."),
)  # fmt: skip


def organisations(request: HttpRequest, *, desk: str) -> HttpResponseBase:
    """The organisations that this person may see."""
    rows = queries.with_counts(access.visible_organisations(request.user))
    context = {"heading": _("Organisations"), "says": _("Organisations that bid, apply, operate or decide.")}
    return respond(request, [Bound(ORGANISATIONS, rows, desk)], context)


def people(request: HttpRequest, *, desk: str) -> HttpResponseBase:
    """Everyone with the desks at which they sit today."""
    context = {"heading": _("People"), "says": _("Who can be named, and at which desk they sit today.")}
    return respond(request, [Bound(PEOPLE, queries.people_with_desks(), desk)], context)
