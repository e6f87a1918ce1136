"""Who waits for a place in the round, and in which order?"""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from dure.portal.kit.shown import Column, Table
from dure.portal.kit.wording.words import name
from dure.portal.subjects.decisions.filed import Filed
from dure.portal.subjects.decisions.journal import organisation_names
from dure.portal.subjects.decisions.reasons import said_of
from dure.records.allocation import access, queries

PLACE = "waiting_list_place"


def waiting_table(round_: Any, filed: Filed | None, person: Any, link: Callable[[str], str]) -> Table:
    """The list in the records; while the round has none, the order in which the recommendation would put it."""
    reasons = {each["item"]: each for each in filed.reasons} if filed else {}
    mine = access.visible_waiting(person).values("pk")
    rows = [_row(each, reasons, link) for each in queries.waiting(round_).filter(pk__in=mine)]
    kept = bool(rows)
    if not rows and filed:
        rows = proposed(filed, link)
    note = _("A place that is missing has left the list: its application got servers, or was withdrawn.")
    if not kept:
        note = _("Proposed: it takes effect when the recommendation is approved.")
    columns = [
        Column("place", _("Place"), "number"),
        Column("application", _("Application"), "link"),
        Column("organisation", _("Organisation")),
        Column("sector", _("Sector")),
        Column("servers", _("Servers asked"), "number"),
        Column("minimum", _("Fewest servers"), "number"),
        Column("weeks", _("Weeks"), "number"),
        Column("models", _("GPU model")),
        Column("reason", _("Why")),
    ]
    return Table("waiting", _("Waiting list"), columns, rows, note=note if rows else "", public=False)


def _row(place: Any, reasons: Mapping[str, Any], link: Callable[[str], str]) -> dict[str, Any]:
    each = place.application
    return {
        "place": place.place,
        "application": each.pk,
        "href": link(each.pk),
        "organisation": str(each.organisation),
        "sector": name(each.sector),
        "servers": each.servers,
        "minimum": each.minimum_servers,
        "weeks": each.weeks,
        "models": ", ".join(sorted(each.gpu_models)),
        "reason": said_of(reasons[each.pk]["code"]) if each.pk in reasons else "",
    }


def proposed(filed: Filed, link: Callable[[str], str]) -> list[dict[str, Any]]:
    """The places that the recommendation gives to those who got nothing."""
    served = {each["application"] for each in filed.recommendation["grants"]}
    places = {each["item"]: (int(each["detail"][PLACE]), each["code"]) for each in filed.reasons if PLACE in each["detail"]}
    names = organisation_names()
    rows = [
        {
            "place": places[each["id"]][0],
            "application": each["id"],
            "href": link(each["id"]),
            "organisation": names.get(each["organisation"], each["organisation"]),
            "sector": name(each["sector"]),
            "servers": each["servers"],
            "minimum": each["minimum_servers"],
            "weeks": each["weeks"],
            "models": ", ".join(sorted(each["models"])),
            "reason": said_of(places[each["id"]][1]),
        }
        for each in filed.facts["applications"]
        if each["id"] in places and each["id"] not in served
    ]
    return sorted(rows, key=lambda row: row["place"])
