"""What does the eligibility check say? Who may take part, and for everyone else the rule and the smallest remedy."""

from collections import Counter
from typing import Any

from django.utils.translation import gettext as _

from dure.portal.kit.charts.bars import Bar, Group, bars
from dure.portal.kit.refusals.saying import in_words
from dure.portal.kit.shown import Chart, Column, Figure, Shown, Table
from dure.portal.kit.wording.book import title
from dure.portal.kit.wording.numbers import number
from dure.portal.kit.wording.words import name
from dure.portal.subjects.decisions.filed import Filed


def show(filed: Filed) -> Shown:
    """Eligible or not, and why."""
    made = filed.recommendation
    return Shown(
        headline=_("%(eligible)s of %(all)s applications are eligible.")
        % {"eligible": number(made["eligible"]), "all": number(made["eligible"] + made["refused"])},
        figures=[
            Figure(_("Applications"), number(made["eligible"] + made["refused"])),
            Figure(_("Eligible"), number(made["eligible"]), tone="good"),
            Figure(_("Refused"), number(made["refused"]), tone="warn" if made["refused"] else ""),
            Figure(_("Large projects"), number(sum(each["large_project"] for each in made["results"]))),
        ],
        sections=[_rules(filed), _results(filed)],
        method=_("Every published rule is applied to every application; none is skipped after the first failure."),
        proof=_("Checked again by an independent program."),
    )


def _rules(filed: Filed) -> Chart:
    failed = Counter(one["rule"] for each in filed.recommendation["results"] for one in each["outcomes"] if not one["passed"])
    passed = Counter(one["rule"] for each in filed.recommendation["results"] for one in each["outcomes"] if one["passed"])
    rows: list[dict[str, Any]] = [
        {"rule": rule_name(rule), "passed": passed[rule], "failed": failed[rule]}
        for rule in sorted(set(failed) | set(passed), key=lambda rule: (-failed[rule], rule))
    ]
    groups = [Group(row["rule"], [Bar(row["failed"], number(row["failed"]), "tone-late")]) for row in rows]
    table = Table(
        "rules",
        _("Outcome by rule"),
        [Column("rule", _("Rule")), Column("passed", _("Met"), "number"), Column("failed", _("Not met"), "number")],
        rows,
    )
    return Chart(
        _("Applications that did not meet a rule"),
        bars(groups, label=_("Number of applications that failed each rule")),
        _("One application can fail several rules."),
        table,
        unit=_("applications"),
    )


def rule_name(rule: str) -> str:
    """The title in the rule book of a rule that an outcome names with or without its topic."""
    return title(rule if "/" in rule else f"eligibility/{rule}")


def _results(filed: Filed) -> Table:
    wanted = {each["id"]: each for each in filed.facts["applications"]}
    rows = [
        {
            "application": each["application"],
            "organisation": name(wanted[each["application"]]["organisation"], filed.names),
            "gpu_model": wanted[each["application"]]["gpu_model"],
            "gpus": wanted[each["application"]]["gpus"],
            "months": wanted[each["application"]]["months"],
            "eligible": each["eligible"],
            "failed": ", ".join(rule_name(one["rule"]) for one in each["outcomes"] if not one["passed"]),
            "remedies": " ".join(map(in_words, each["remedies"])),
        }
        for each in filed.recommendation["results"]
    ]
    return Table(
        "results",
        _("Applications"),
        [
            Column("application", _("Application"), "code"),
            Column("organisation", _("Organisation")),
            Column("gpu_model", _("GPU model")),
            Column("gpus", _("GPUs"), "gpus"),
            Column("months", _("Months"), "number"),
            Column("eligible", _("Eligible"), "flag"),
            Column("failed", _("Rules not met")),
            Column("remedies", _("What would remedy it")),
        ],
        rows,
        public=False,
    )
