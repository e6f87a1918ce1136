"""What does an allocation round say? Who got which servers when, how near the proven bound, and how near the shares."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from dure.portal.kit.charts.bars import Bar, Group, bars
from dure.portal.kit.shown import Chart, Column, Figure, Shown, Table
from dure.portal.kit.wording.numbers import gpus, last_day_before, number, percent, week_date
from dure.portal.kit.wording.words import name
from dure.portal.subjects.decisions.filed import Filed
from dure.portal.subjects.decisions.reasons import said_of
from dure.portal.subjects.rounds.why import as_points, points


def show(filed: Filed) -> Shown:
    """The round as a whole."""
    made = filed.recommendation
    return Shown(
        headline=headline(filed),
        figures=round_figures(filed),
        sections=[sectors_chart(filed), _methods(filed), _reasons(filed), grants_table(filed), applications_table(filed)],
        method=name(str(filed.rules.get("method", made["method"]))),
        proof=_("The plan is worth %(objective)s points; the certificate proves that no plan can exceed %(bound)s points.")
        % {"objective": points(made["objective"]), "bound": points(made["bound"])},
        warning=stopped(filed),
    )  # fmt: skip


def headline(filed: Filed) -> str:
    """The round in one sentence."""
    sums = totals(filed)
    said = _("%(granted)s of %(opened)s are allotted to %(chosen)s of %(applied)s applications; "
        "the plan is within %(gap)s of the best possible.")  # fmt: skip
    if sums["leased_gpus"]:
        said = _("In addition to %(leased)s GPUs leased before, %(granted)s of %(opened)s are allotted to %(chosen)s of "
            "%(applied)s applications; the plan is within %(gap)s of the best possible.")  # fmt: skip
    return said % {
        "granted": number(sums["granted_gpus"]),
        "leased": number(sums["leased_gpus"]),
        "opened": gpus(sums["opened_gpus"]),
        "chosen": number(sums["chosen"]),
        "applied": number(sums["applied"]),
        "gap": percent(Fraction(filed.recommendation["gap"]), 3),
    }


def stopped(filed: Filed) -> str:
    """Where a person stopped the search, as a sentence; empty where it ran to its end."""
    after = filed.recommendation.get("stopped_after")
    if not after:
        return ""
    stages = {"prices": _("of the prices"), "plan": _("of the search for a plan")}
    said = _("A person stopped the search at report %(n)s %(stage)s; this is the best plan by then. Replaying stops there, too.")
    return said % {"n": number(after["reports"]), "stage": stages.get(after["stage"], after["stage"])}


def totals(filed: Filed) -> dict[str, int]:
    """Opened and allotted GPUs, applications and those chosen."""
    size = {pool["id"]: pool["gpus_per_server"] for pool in filed.facts["pools"]}
    opened = sum(
        max((step["servers"] for step in pool["in_service"]), default=0) * pool["gpus_per_server"]
        for pool in filed.facts["pools"]
    )
    asked = sum(each["servers"] for each in filed.facts["applications"])
    leases = filed.facts.get("leases", ())
    used: dict[str, int] = defaultdict(int)
    for grant in filed.recommendation["grants"]:
        used[grant["application"]] += len(grant["servers"]) * size[grant["pool"]]
    return {
        "opened_gpus": opened,
        "granted_gpus": most_at_once(filed.recommendation["grants"], size),
        "leased_gpus": most_at_once(leases, size),
        "held_gpus": most_at_once([*leases, *filed.recommendation["grants"]], size),
        "applied": len(filed.facts["applications"]),
        "chosen": len(used),
        "asked_servers": asked,
        "granted_servers": sum(len(grant["servers"]) for grant in filed.recommendation["grants"]),
    }


def most_at_once(held: Iterable[Mapping[str, Any]], size: Mapping[str, int]) -> int:
    """GPUs of grants or leases in the fullest week; `size`: GPUs of a server, by pool."""
    change: dict[int, int] = defaultdict(int)
    for each in held:
        gpus_held = len(each["servers"]) * size[each["pool"]]
        change[each["from_week"]] += gpus_held
        change[each["to_week"]] -= gpus_held
    level = most = 0
    for week in sorted(change):
        level += change[week]
        most = max(most, level)
    return most


def round_figures(filed: Filed, *, received: int | None = None) -> list[Figure]:
    """The figures of a round, for this page and the public one; `received`: all applications, those judged unfit among them."""
    sums, made = totals(filed), filed.recommendation
    left = sums["opened_gpus"] - sums["held_gpus"]
    opened = _("at most at once, of %(opened)s opened; %(left)s left") % {
        "opened": gpus(sums["opened_gpus"]), "left": number(left),
    }  # fmt: skip
    if sums["leased_gpus"]:
        opened += _("; %(leased)s leased before") % {"leased": number(sums["leased_gpus"])}
    applied = _("of %(applied)s") % {"applied": number(received or sums["applied"])}
    asked = _("of %(asked)s asked") % {"asked": number(sums["asked_servers"])}
    return [
        Figure(_("GPUs allotted"), number(sums["granted_gpus"]), opened, "good" if not left else ""),
        Figure(_("Applications chosen"), number(sums["chosen"]), applied),
        Figure(_("Servers given, over all periods"), number(sums["granted_servers"]), asked),
        Figure(_("Gap to the proven bound"), percent(made["gap"], 3), tone="good" if Fraction(made["gap"]) == 0 else ""),
    ]


def shares_of(filed: Filed) -> list[dict[str, Any]]:
    """Published and actual share of the allotted GPU-weeks, by sector, as one plan has them."""
    return share_rows(filed.facts["sectors"], filed.recommendation["sector_use"], filed.names)


def share_rows(sectors: Iterable[Mapping[str, Any]], use: Mapping[str, int], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Published and actual share by sector; `use` in GPU-weeks."""
    total = sum(use.values()) or 1
    return [
        {
            "id": each["id"],
            "sector": name(each["id"], names),
            "published": each["share"],
            "floor": each["floor"],
            "ceiling": each["ceiling"],
            "actual": str(Fraction(use.get(each["id"], 0), total)),
            "difference": str(Fraction(use.get(each["id"], 0), total) - Fraction(each["share"])),
            "gpu_weeks": use.get(each["id"], 0),
        }
        for each in sectors
    ]


def sectors_chart(filed: Filed) -> Chart:
    """Published against actual share of each sector, as one plan has them."""
    return shares_chart(shares_of(filed))


def shares_chart(rows: list[dict[str, Any]], *, as_of: str = "") -> Chart:
    """Published against actual share of each sector; rows as `shares_of` gives them; `as_of`: when that was so, in a sentence."""
    groups = [
        Group(
            row["sector"],
            [
                Bar(Fraction(row["published"]), percent(row["published"]), "tone-plan", _("published")),
                Bar(Fraction(row["actual"]), percent(row["actual"]), "tone-actual", _("allotted")),
            ],
        )
        for row in rows
    ]
    table = Table(
        "sectors",
        _("Shares by sector"),
        [
            Column("sector", _("Sector")),
            Column("published", _("Published"), "share"),
            Column("actual", _("Allotted"), "share"),
            Column("difference", _("Difference"), "points"),
            Column("floor", _("At least"), "share"),
            Column("ceiling", _("At most"), "share"),
            Column("gpu_weeks", _("GPU-weeks"), "number"),
        ],
        rows,
    )
    return Chart(
        _("Shares: published and allotted"),
        bars(groups, label=_("Share of each sector, published and allotted")),
        " ".join(filter(None, (_("Measured in GPU-weeks over the whole round."), as_of))),
        table,
        unit=_("% of GPU-weeks"),
    )


def _methods(filed: Filed) -> Table:
    made = filed.recommendation
    own = {**made, "served": len({grant["application"] for grant in made["grants"]})}
    rows = [
        {
            "method": name(key),
            "value_points": as_points(each["objective"]),
            **{field: each[field] for field in ("served", "idle_gpu_weeks")},
            **{f"share_{sector}": str(Fraction(used, sum(each["sector_use"].values()) or 1))
               for sector, used in each["sector_use"].items()},
        }
        for key, each in [(str(filed.rules.get("method", made["method"])), own), *sorted(made["other_methods"].items())]
    ]  # fmt: skip
    return Table(
        "methods",
        _("The same round by other methods"),
        [
            Column("method", _("Method")),
            Column("value_points", _("Value (points)"), "number"),
            Column("served", _("Applications served"), "number"),
            Column("idle_gpu_weeks", _("Idle GPU-weeks"), "number"),
            *(Column(f"share_{each['id']}", _("%(sector)s share") % {"sector": name(each["id"], filed.names)}, "share")
              for each in filed.facts["sectors"]),
        ],
        rows,
    )  # fmt: skip


def _reasons(filed: Filed) -> Table:
    counted = Counter(each["code"] for each in filed.reasons)
    rows = [{"reason": said_of(code), "count": count} for code, count in counted.most_common()]
    return Table(
        "reasons_counted",
        _("Why applications were not chosen in full"),
        [Column("reason", _("Reason")), Column("count", _("Applications"), "number")],
        rows,
    )


def grants_table(filed: Filed) -> Table:
    """Each grant: where, how many servers, from when to when."""
    start = filed.facts["start_on"]
    pools = {pool["id"]: pool for pool in filed.facts["pools"]}
    called = {pool: name(pool, filed.names) for pool in pools}
    rows = [
        {
            "application": each["application"],
            "pool": called[each["pool"]],
            "gpu_model": pools[each["pool"]]["gpu_model"],
            "servers": len(each["servers"]),
            "gpus": len(each["servers"]) * pools[each["pool"]]["gpus_per_server"],
            "from": week_date(start, each["from_week"]).isoformat(),
            "to": last_day_before(start, each["to_week"]).isoformat(),
        }
        for each in filed.recommendation["grants"]
    ]
    return Table(
        "grants",
        _("Grants"),
        [
            Column("application", _("Application"), "code"),
            Column("pool", _("Pool")),
            Column("gpu_model", _("GPU model")),
            Column("servers", _("Servers"), "number"),
            Column("gpus", _("GPUs"), "gpus"),
            Column("from", _("From"), "date"),
            Column("to", _("To"), "date"),
        ],
        rows,
        narrowed_by="pool",
    )


def application_rows(filed: Filed) -> list[dict[str, Any]]:
    """Every application with what it asked and got."""
    given: dict[str, int] = defaultdict(int)
    for grant in filed.recommendation["grants"]:
        given[grant["application"]] += len(grant["servers"])
    said = {code: said_of(code) for code in {each["code"] for each in filed.reasons}}
    why = {each["item"]: said[each["code"]] for each in filed.reasons}
    called = {each: name(each, filed.names) for each in {one["sector"] for one in filed.facts["applications"]}}
    return [
        {
            "application": each["id"],
            "organisation": name(each["organisation"], filed.names),
            "sector": called[each["sector"]],
            "score": each["score"],
            "models": ", ".join(sorted(each["models"])),
            "servers": each["servers"],
            "granted": given.get(each["id"], 0),
            "chosen": each["id"] in given,
            "reason": why.get(each["id"], ""),
        }
        for each in filed.facts["applications"]
    ]


def applications_table(filed: Filed) -> Table:
    """All applications, for the desks."""
    return Table(
        "applications",
        _("Applications"),
        [
            Column("application", _("Application"), "code"),
            Column("organisation", _("Organisation")),
            Column("sector", _("Sector")),
            Column("score", _("Score"), "number"),
            Column("models", _("GPU model")),
            Column("servers", _("Servers asked"), "number"),
            Column("granted", _("Servers given"), "number"),
            Column("chosen", _("Chosen"), "flag"),
            Column("reason", _("Why"), "sentence"),
        ],
        application_rows(filed),
        public=False,
        narrowed_by="chosen",
    )
