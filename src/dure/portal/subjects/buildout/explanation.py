"""What does the build-out forecast say? Capacity by week as plan, P50 and P90, slip and its cause, time to be won."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from dure.portal.kit.charts.steps import Line, steps
from dure.portal.kit.shown import Chart, Column, Figure, Shown, Table
from dure.portal.kit.wording.numbers import as_date, date, known_date, number, week_date
from dure.portal.kit.wording.words import name
from dure.portal.subjects.buildout.slip import days_late, forecast_figure
from dure.portal.subjects.decisions.filed import Filed

KINDS = ("plan", "p50", "p90")


def show(filed: Filed) -> Shown:
    """When how many GPUs come into service."""
    made = filed.recommendation
    service, full = made["first_service"], made["full_service"]
    return Shown(
        headline=_(
            "As known on %(day)s, first service was promised for %(promised)s and is forecast for %(p50)s (P90 %(p90)s)."
        )
        % {
            "day": date(filed.facts["as_of"]),
            "promised": date(service.get("promised")),
            "p50": date(service.get("p50")),
            "p90": date(service.get("p90")),
        },
        figures=[
            Figure(_("First service promised"), date(service.get("promised"))),
            forecast_figure(_("First service forecast (P50)"), service),
            Figure(_("First service, cautious (P90)"), date(service.get("p90"))),
            Figure(_("Full service forecast (P50)"), date(full.get("p50")), f"P90 {date(full.get('p90'))}"),
        ],
        sections=[capacity_chart(filed), _clusters(filed), _time_won(filed), _binding(filed)],
        method=_("Batches go through rack, cable, power, test, acceptance and stabilisation within each site's limits; "
            "%(runs)s simulated runs give P50 and P90.")
        % {"runs": number(filed.rules.get("runs", 0))},
        proof=_("Every week's level lies within deliveries, power, cooling, floor space and crews of its site."),
    )  # fmt: skip


def gpus_by_week(filed: Filed) -> dict[str, list[int | None]]:
    """GPUs in service at the end of each week over all clusters; `actual` ends at the day of the facts."""
    clusters = {each["id"]: each for each in filed.facts["clusters"]}
    weeks = filed.facts["weeks"]
    levels: dict[str, list[int | None]] = {}
    for kind in KINDS:
        levels[kind] = [
            sum(each[kind][week] * clusters[each["cluster"]]["gpus_per_server"] for each in filed.recommendation["clusters"])
            for week in range(weeks)
        ]
    levels["actual"] = _actual(filed.facts, list(clusters.values()), weeks)
    return levels


def _actual(facts: Mapping[str, Any], clusters: Sequence[Mapping[str, Any]], weeks: int) -> list[int | None]:
    known_to = as_date(facts["as_of"])
    levels: list[int | None] = []
    for week in range(weeks):
        end = week_date(facts["start_on"], week + 1)
        if known_to is None or end > known_to:
            levels.append(None)
            continue
        levels.append(sum(_level(each.get("actual_service", ()), end) * each["gpus_per_server"] for each in clusters))
    return levels


def _level(steps_up: Sequence[Mapping[str, Any]], end: Any) -> int:
    past = [each for each in steps_up if as_date(each["from_on"]) < end]
    return max(past, key=lambda each: each["from_on"])["value"] if past else 0


def capacity_chart(filed: Filed, goal: tuple[str, int] | None = None) -> Chart:
    """GPUs in service by week: plan, forecasts, actual."""
    levels = gpus_by_week(filed)
    start = filed.facts["start_on"]
    rows = [
        {"week_of": week_date(start, week).isoformat(), **{kind: levels[kind][week] for kind in (*KINDS, "actual")}}
        for week in range(filed.facts["weeks"])
    ]
    lines = [
        Line(_("Plan"), levels["plan"], "tone-plan"),
        Line("P50", levels["p50"], "tone-p50"),
        Line("P90", levels["p90"], "tone-p90"),
        Line(_("Actual"), levels["actual"], "tone-actual"),
    ]
    table = Table(
        "capacity",
        _("GPUs in service by week"),
        [
            Column("week_of", _("Week of"), "date"),
            Column("plan", _("Plan"), "number"),
            Column("p50", "P50", "number"),
            Column("p90", "P90", "number"),
            Column("actual", _("Actual"), "number"),
        ],
        rows,
    )
    return Chart(
        _("GPUs in service by week"),
        steps(lines, start_on=known_date(start), label=_("GPUs in service by week: plan, P50, P90 and actual"), goal=goal),
        _("P50: reached in half of the simulated runs by that week; P90: in nine of ten."),
        table,
        unit=_("number of GPUs"),
    )


def _clusters(filed: Filed) -> Table:
    clusters = {each["id"]: each for each in filed.facts["clusters"]}
    rows = [
        {
            "cluster": name(each["cluster"], filed.names),
            "provider": name(clusters[each["cluster"]]["provider"], filed.names),
            "gpu_model": clusters[each["cluster"]]["gpu_model"],
            "gpus": clusters[each["cluster"]]["servers"] * clusters[each["cluster"]]["gpus_per_server"],
            "promised": each["first_service"].get("promised"),
            "p50": each["first_service"].get("p50"),
            "p90": each["first_service"].get("p90"),
            "full": each["full_service"].get("p50"),
            "slip": days_late(each["first_service"]),
            "cause": name(each["first_cause"], filed.names) if each["first_cause"] else "",
        }
        for each in filed.recommendation["clusters"]
    ]
    return Table(
        "clusters",
        _("Clusters"),
        [
            Column("cluster", _("Cluster")),
            Column("provider", _("Provider")),
            Column("gpu_model", _("GPU model")),
            Column("gpus", _("GPUs"), "gpus"),
            Column("promised", _("Promised"), "date"),
            Column("p50", _("First service P50"), "date"),
            Column("p90", _("First service P90"), "date"),
            Column("full", _("Full service P50"), "date"),
            Column("slip", _("Slip in days"), "number"),
            Column("cause", _("First cause")),
        ],
        rows,
    )


def _time_won(filed: Filed) -> Table:
    rows = [{"change": name(each["change"], filed.names), "days": each["days"]} for each in filed.recommendation["time_won"]]
    return Table(
        "time_won",
        _("What would win time"),
        [Column("change", _("Change")), Column("days", _("Days won"), "number")],
        rows,
    )


def _binding(filed: Filed) -> Table:
    """What held each site back, as runs of weeks."""
    rows: list[dict[str, Any]] = []
    for each in sorted(filed.recommendation["binding"], key=lambda each: (each["site"], each["week"])):
        last = rows[-1] if rows else None
        if (
            last
            and last["site_id"] == each["site"]
            and last["resource_id"] == each["resource"]
            and last["week"] + 1 == each["week"]
        ):
            last["week"], last["to"] = each["week"], week_date(filed.facts["start_on"], each["week"] + 1).isoformat()
            continue
        rows.append(
            {
                "site_id": each["site"],
                "resource_id": each["resource"],
                "week": each["week"],
                "site": name(each["site"], filed.names),
                "resource": name(each["resource"]),
                "from": week_date(filed.facts["start_on"], each["week"]).isoformat(),
                "to": week_date(filed.facts["start_on"], each["week"] + 1).isoformat(),
            }
        )
    return Table(
        "binding",
        _("What held the build back"),
        [
            Column("site", _("Site")),
            Column("resource", _("Held back by")),
            Column("from", _("From"), "date"),
            Column("to", _("To"), "date"),
        ],
        [row for row in rows if row["resource_id"] != "nothing"],
        folded=True,
    )
