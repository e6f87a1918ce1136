"""What does metering say? GPU-hours held and used by lease, what every server-second was, and where sources differ."""

from fractions import Fraction

from django.utils.translation import gettext as _

from dure.portal.kit.charts.bars import Bar, whole
from dure.portal.kit.shown import Chart, Column, Figure, Shown, Table
from dure.portal.kit.wording.numbers import date, number, percent
from dure.portal.kit.wording.words import name
from dure.portal.subjects.decisions.filed import Filed

STATES = ("leased", "idle", "maintenance", "own_use")


def show(filed: Filed) -> Shown:
    """A period's use."""
    made = filed.recommendation
    held = sum(each["held_gpu_seconds"] for each in made["usage"])
    used = sum(each["used_gpu_seconds"] for each in made["usage"])
    hours = sum((Fraction(each["gpu_hours"]) for each in made["usage"]), Fraction(0))
    return Shown(
        headline=_("From %(from)s to %(to)s users held %(hours)s GPU-hours and used %(share)s of them.")
        % {
            "from": date(filed.facts["from"]),
            "to": date(filed.facts["to"]),
            "hours": number(str(hours), 0),
            "share": percent(Fraction(used, held or 1)),
        },
        figures=[
            Figure(_("GPU-hours held"), number(str(hours), 0)),
            Figure(_("Utilisation"), percent(Fraction(used, held or 1)), _("in jobs, of the time held")),
            Figure(_("Leases"), number(len(made["usage"]))),
            Figure(
                _("Differences between sources"), number(len(made["differences"])), tone="warn" if made["differences"] else "good"
            ),
        ],
        sections=[states_chart(filed), _usage(filed), _own_use(filed), _differences(filed)],
        method=_("Leases, scheduler records and telemetry are laid over each other second by second; duplicates count once."),
        proof=_("Every second of every server in service is in exactly one state; the seconds add up."),
    )


def states_chart(filed: Filed) -> Chart:
    """What the server-seconds were, over all servers."""
    states = filed.recommendation["states"]
    words = {
        "leased": _("Leased"),
        "idle": _("Idle"),
        "maintenance": _("Maintenance"),
        "own_use": _("Provider's own use"),
    }
    total = sum(each["in_service"] for each in states) or 1
    sums = {key: sum(each[key] for each in states) for key in STATES}
    rows = [
        {"state": words[key], "server_hours": str(Fraction(sums[key], 3600)), "share": str(Fraction(sums[key], total))}
        for key in STATES
    ]
    marks = dict(zip(STATES, ("tone-actual", "tone-free", "tone-p90", "tone-out"), strict=True))
    drawn = whole(
        [Bar(Fraction(sums[key], total), percent(Fraction(sums[key], total)), marks[key], words[key]) for key in STATES],
        label=_("Parts of the servers' time in service"),
    )
    columns = [
        Column("state", _("State")),
        Column("server_hours", _("Server-hours"), "whole"),
        Column("share", _("Share"), "share"),
    ]
    return Chart(_("What the servers' time was"), drawn, _("All seconds in service add up to the whole bar."),
                 Table("states", _("Time in service by state"), columns, rows), unit=_("% of server time"))  # fmt: skip


def _usage(filed: Filed) -> Table:
    rows = [
        {**each, "organisation": name(each["organisation"], filed.names), "sector": name(each["sector"], filed.names)}
        for each in filed.recommendation["usage"]
    ]
    return Table(
        "usage",
        _("Use by lease"),
        [
            Column("lease", _("Lease"), "code"),
            Column("organisation", _("Organisation")),
            Column("sector", _("Sector")),
            Column("model", _("GPU model")),
            Column("gpu_hours", _("GPU-hours"), "hours"),
            Column("utilisation", _("Utilisation"), "share"),
            Column("busy", _("Busy by telemetry"), "share"),
            Column("telemetry_coverage", _("Telemetry covers"), "share"),
        ],
        rows,
        public=False,
    )


def _own_use(filed: Filed) -> Table:
    rows = [{**each, "provider": name(each["provider"], filed.names)} for each in filed.recommendation["own_use"]]
    return Table(
        "own_use",
        _("Providers' own use"),
        [
            Column("provider", _("Provider")),
            Column("contracted", _("Contracted at most"), "share"),
            Column("used", _("Used"), "share"),
            Column("most_at_once", _("Most at one instant"), "share"),
            Column("within", _("Within the agreement"), "flag"),
        ],
        rows,
    )


def _differences(filed: Filed) -> Table:
    rows = [{**each, "between": name(each["between"])} for each in filed.recommendation["differences"]]
    return Table(
        "differences",
        _("Where sources differ"),
        [
            Column("server", _("Server"), "code"),
            Column("between", _("Between")),
            Column("share", _("Of the time"), "share"),
            Column("held", _("Invoice held"), "flag"),
        ],
        rows,
        public=False,
    )
