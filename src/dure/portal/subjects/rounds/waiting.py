"""Whom would the recommendation put on the waiting list of a round, and in which order?"""

from typing import Any

from django.utils.translation import gettext as _

from dure.portal.kit.shown import Column, Table
from dure.portal.kit.wording.words import name
from dure.portal.subjects.decisions.filed import Filed
from dure.portal.subjects.decisions.reasons import said_of

PLACE = "waiting_list_place"


def proposed_table(filed: Filed) -> Table:
    """The order in which the recommendation would put those who got nothing."""
    rows = proposed(filed)
    columns = [
        Column("place", _("Place"), "number"),
        Column("application", _("Application"), "link"),
        Column("organisation", _("Organisation")),
        Column("sector", _("Sector")),
        Column("servers", _("Servers asked"), "number"),
        Column("minimum", _("Fewest servers"), "number"),
        Column("weeks", _("Weeks"), "number"),
        Column("models", _("GPU model")),
        Column("reason", _("Why"), "sentence"),
    ]
    note = _("Proposed: it takes effect when the recommendation is approved.")
    return Table("waiting", _("Waiting list"), columns, rows, note=note if rows else "", public=False, narrowed_by="sector")


def proposed(filed: Filed) -> list[dict[str, Any]]:
    """The places that the recommendation gives to those who got nothing."""
    served = {each["application"] for each in filed.recommendation["grants"]}
    places = {each["item"]: (int(each["detail"][PLACE]), each["code"]) for each in filed.reasons if PLACE in each["detail"]}
    rows = [
        {
            "place": places[each["id"]][0],
            "application": each["id"],
            "organisation": name(each["organisation"], filed.names),
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
