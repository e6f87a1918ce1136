"""Why an application got what it got, and what would have helped: in sentences, the same for applicants and offices.

A plan's reasons count weeks from its first, call pools by id and give values in milli-points. Applicants read days, names and
points instead. Figures are taken key by key, so one that has no sentence here is shown to nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dure.portal.kit.wording.numbers import date, number, week_date
from dure.portal.kit.wording.words import name, of_count

CHANGES = ("with_servers", "from_week", "with_model")


@dataclass(frozen=True)
class Why:
    """`helped`: the changes with which it would have been granted; `helps`: there is one; `figures`: what the plan weighed."""

    helped: list[str]
    helps: bool
    figures: list[str]


def why(detail: Mapping[str, Any], start_on: Any, names: Mapping[str, str]) -> Why:
    """What the figures behind a reason mean; `start_on`: the first day of the plan; `names` call pools by provider and model."""
    return Why(
        would_have_helped(detail, start_on, names),
        any(each in detail for each in CHANGES),
        [*_reduced(detail, names), *_asked(detail, start_on), *_closest(detail, start_on, names)],
    )


def as_points(milli_points: object) -> str:
    """Milli-points as points, in exact text as tables take it: `1031463` as `1031.463`."""
    return f"{Decimal(str(milli_points)).scaleb(-3):f}"


def points(milli_points: object) -> str:
    """Milli-points as points, as people read them: `1031463` as `1,031.463`."""
    return number(as_points(milli_points))


def would_have_helped(detail: Mapping[str, Any], start_on: Any, names: Mapping[str, str]) -> list[str]:
    """The smallest changes with which it would have fitted with all other grants, as sentences."""
    said = []
    if "with_servers" in detail:
        one = gettext_noop("With %(servers)s server it would have been in.")
        text = of_count(detail["with_servers"], one, gettext_noop("With %(servers)s servers it would have been in."))
        said.append(text % {"servers": number(detail["with_servers"])})
    if "from_week" in detail:
        day = date(week_date(start_on, int(detail["from_week"])))
        said.append(_("With a start from %(day)s it would have been in.") % {"day": day})
    if "with_model" in detail:
        said.append(_("With %(model)s it would have been in.") % {"model": name(detail["with_model"], names)})
    if "best_servers" in detail and not said:
        said.append(_("Neither fewer servers, nor a later start, nor another GPU model would have been enough by itself."))
    return said


def closest_option(detail: Mapping[str, Any], start_on: Any, names: Mapping[str, str]) -> str:
    """Where, how many servers and from when the option was that came closest."""
    one = gettext_noop("%(pool)s, %(servers)s server from %(from)s")
    return of_count(detail["best_servers"], one, gettext_noop("%(pool)s, %(servers)s servers from %(from)s")) % {
        "pool": name(detail["best_pool"], names),
        "servers": number(detail["best_servers"]),
        "from": date(week_date(start_on, int(detail["best_from_week"]))),
    }


def _closest(detail: Mapping[str, Any], start_on: Any, names: Mapping[str, str]) -> list[str]:
    if "best_servers" not in detail:
        return []
    said = [_("The option that came closest: %(option)s.") % {"option": closest_option(detail, start_on, names)}]
    worth = {key: points(detail[key]) for key in ("value", "price", "miss")}
    if detail["miss"] == "0":
        text = _("It was worth %(value)s points. Others made %(price)s points of the same servers, so its value was not too low.")
    else:
        text = _("It was worth %(value)s points, %(miss)s points less than the %(price)s points that others made of the same "
            "servers.")  # fmt: skip
    return [*said, text % worth]


def _asked(detail: Mapping[str, Any], start_on: Any) -> list[str]:
    """What was asked for, where the plan has no option at all to compare."""
    if "minimum_servers" not in detail:
        return []
    first, last = (date(week_date(start_on, int(detail[key]))) for key in ("earliest_week", "latest_week"))
    said = _("What was asked for: servers %(least)s to %(most)s, weeks %(weeks)s, a start between %(first)s and %(last)s.")
    given = {"least": number(detail["minimum_servers"]), "most": number(detail["servers"]), "weeks": number(detail["weeks"])}
    return [said % {**given, "first": first, "last": last}]


def _reduced(detail: Mapping[str, Any], names: Mapping[str, str]) -> list[str]:
    if "granted" not in detail:
        return []
    said = _("Of %(asked)s servers asked for it got %(granted)s, from the pool of %(pool)s.")
    given = {"asked": number(detail["asked"]), "granted": number(detail["granted"]), "pool": name(detail["pool"], names)}
    return [said % given]
