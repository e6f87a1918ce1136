"""The sixteen stages, as data: menu, documentation index, demo and house tests read this table.

The programme is a Y: supply (1 to 7) and demand (8 to 10) meet at allocation (11); one stem follows.
"""

from typing import NamedTuple

from django.utils.translation import gettext_noop as _


class Stage(NamedTuple):
    """One stage: hand-off `dure.cycle.ARM.KEY`, page `/stages/KEY/`, text `docs/reference/stages/KEY.md`."""

    number: int
    arm: str
    key: str
    title: str
    decisions: tuple[str, ...]
    record: str
    desks: tuple[str, ...]


STAGES = (
    Stage(1, "supply", "budget", _("Budget"), ("budget",), "funding", ("ministry",)),
    Stage(2, "supply", "call", _("Call for providers"), (), "procurement", ("agency",)),
    Stage(3, "supply", "evaluation", _("Expert evaluation"), ("evaluation",), "review", ("reviewer", "agency")),
    Stage(4, "supply", "portfolio", _("Selection of providers"), ("portfolio",), "procurement", ("agency", "ministry")),
    Stage(5, "supply", "agreement", _("Agreement"), (), "procurement", ("agency", "provider")),
    Stage(6, "supply", "order", _("Orders and assets"), (), "supply", ("provider", "agency")),
    Stage(7, "supply", "buildout", _("Build-out"), ("buildout",), "supply", ("provider", "operator")),
    Stage(8, "demand", "survey", _("Demand survey"), ("demand",), "demand", ("applicant", "agency")),
    Stage(9, "demand", "shares", _("Sector shares"), ("shares",), "allocation", ("ministry",)),
    Stage(
        10,
        "demand",
        "application",
        _("Applications"),
        ("eligibility", "evaluation"),
        "demand",
        ("applicant", "reviewer"),
    ),
    Stage(11, "stem", "allocation", _("Allocation"), ("allocation",), "allocation", ("agency", "operator")),
    Stage(12, "stem", "provisioning", _("Provisioning"), ("provisioning",), "operation", ("operator",)),
    Stage(13, "stem", "metering", _("Metering"), ("metering",), "operation", ("operator",)),
    Stage(14, "stem", "settlement", _("Burden and settlement"), ("burden", "settlement"), "settlement", ("agency", "applicant")),
    Stage(15, "stem", "outcomes", _("Outcomes"), ("outcomes",), "outcomes", ("applicant", "ministry")),
    Stage(16, "stem", "rebalancing", _("Rebalancing"), ("reclaim", "shares"), "allocation", ("agency", "ministry")),
)


def stage(key: str) -> Stage:
    """The stage of that key."""
    return next(each for each in STAGES if each.key == key)
