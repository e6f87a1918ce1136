"""Who of an office has read whose personal data? One's own, and all of them for the auditor."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dure.portal.kit.chrome import DESKS
from dure.portal.kit.gate import LISTED, Route
from dure.portal.kit.lists.answering import respond
from dure.portal.kit.lists.bound import Bound
from dure.portal.kit.lists.columns import called, worded, words_of
from dure.portal.kit.lists.declared import Choice, Column, DateRange, List, Range, Text
from dure.portal.kit.personal.purposes import PURPOSES
from dure.portal.kit.wording.numbers import number
from dure.portal.kit.wording.words import name, person_name
from dure.portal.subjects.readings.words import FORMS, data_in_words, form_in_words, purpose_in_words
from dure.records.parties import queries as parties
from dure.records.readings import access, queries

NAMED = 3  # subjects that a row names
AT = Column(key="at", label=_("When"), kind="instant")
DESK = worded("desk", _("Desk"))
PURPOSE = Column(key="purpose", label=_("Purpose of viewing"), show=lambda row: purpose_in_words(row["purpose"]))
DATA = Column(key="data", label=_("Data shown"), sortable=False, show=lambda row: data_in_words(row["data"]))
FORM = Column(key="form", label=_("Format"), show=lambda row: form_in_words(row["form"]))
FILTERS = (
    Choice(key="desk", label=_("Desk"), choices=words_of(lambda: DESKS)),
    Choice(key="purpose", label=_("Purpose of viewing"), choices=PURPOSES.items),
    Choice(key="form", label=_("Format"), choices=FORMS.items),
    DateRange(key="on", label=_("When"), field="at"),
)
OWN = List(
    key="readings",
    title=_("Views of my data"),
    columns=(
        AT, DESK, PURPOSE, DATA, FORM,
        Column(
            key="with", label=_("Shown together with"), source="count", sortable=False, uses=("whole",),
            show=lambda row: _together(row["with"], whole=row["whole"]),
        ),
    ),
    order="-at",
    counts=False,
    extra={"whole": "whole"},
    filters=FILTERS,
    empty=_("No office has viewed your data yet. Each time one does, it is listed here: when, at which desk and why."),
    note=_("Entries are kept for at least two years. Auditors can see who viewed your data; ask them if anything is unclear."),
)  # fmt: skip
ALL = List(
    key="readings",
    title=_("Access log"),
    columns=(
        AT,
        called("reader", _("Viewed by"), "reader__name"),
        DESK,
        Column(key="subjects", label=_("Whose data"), sortable=False, uses=("count",), show=lambda row: row["named"]),
        DATA,
        PURPOSE,
        FORM,
        Column(key="count", label=_("People"), kind="number"),
        Column(key="reason", label=_("Reason"), sortable=False),
        Column(key="route", label=_("Route"), kind="code", standard=False),
        Column(key="asked", label=_("Address"), kind="code", sortable=False, standard=False),
        Column(key="request", label=_("Request"), kind="code", sortable=False, standard=False),
        Column(key="network", label=_("From where"), kind="code", sortable=False, standard=False),
    ),
    order="-at",
    counts=False,
    filters=(
        *FILTERS,
        Range(key="count", label=_("People")),
        Text(key="request", label=_("Request")),
    ),
    search=queries.matching,
    searched=_("Who viewed it, whose data it is, or a subject as person/ID"),
    empty=_("No office has viewed personal data yet. Every page, file and API answer that shows some is listed here."),
)  # fmt: skip


def _together(count: int, *, whole: bool) -> str:
    if whole:
        return gettext("a whole list of %(n)s, in which you may be") % {"n": number(count)}
    return gettext("%(n)s others") % {"n": number(count - 1)} if count > 1 else gettext("you alone")


def own(request: HttpRequest) -> HttpResponseBase:
    """Who has looked at what is known of the reader."""
    says = gettext("Whenever somebody at an office is shown your personal data, it is recorded here.")
    context = {"heading": gettext("Who viewed my data"), "says": says}
    return respond(request, [Bound(OWN, access.own_readings(request.user), "")], context)


def overseen(request: HttpRequest) -> HttpResponseBase:
    """All readings, the last first."""
    says = gettext(
        "Which office staff were shown whose personal data, when, where and for what purpose. Viewing this page is recorded, too."
    )
    context = {"heading": gettext("Access to personal data"), "says": says}
    return respond(request, [Bound(ALL, access.visible_readings(request.user), "auditor", enrich=_name_subjects)], context)


def _name_subjects(rows: list[dict[str, Any]]) -> None:
    """What the first subjects of each row are called; a statement for all rows."""
    wanted = {each for row in rows for each in _first(row.get("subjects")) if each.startswith("person/")}
    people = parties.people_by_uid(each.removeprefix("person/") for each in wanted)
    for row in rows:
        row["named"] = _named(row, people)


def _first(subjects: Iterable[str] | None) -> list[str]:
    return list(subjects or ())[:NAMED]


def _named(row: Mapping[str, Any], people: Mapping[str, Any]) -> str:
    if not row.get("subjects"):
        return gettext("a whole list")
    called_by = []
    for each in _first(row["subjects"]):
        kind, _slash, key = each.partition("/")
        found = people.get(key) if kind == "person" else None
        called_by.append(person_name(found) if found else f"{name(kind)} {key}")
    more = row["count"] - len(called_by)
    return ", ".join(called_by) + (gettext(" and %(n)s more") % {"n": number(more)} if more > 0 else "")


ROUTES = [Route("account/readings/", "people_readings", own, "", "signed in", LISTED)]
