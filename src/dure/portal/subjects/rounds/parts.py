"""What is shown of a round's plan beside the page of its decision: made when it is filed, and kept."""

from collections import defaultdict
from typing import Any

from dure.portal.kit.shown import Shown
from dure.portal.subjects.decisions.filed import Filed
from dure.portal.subjects.decisions.parts import Part
from dure.portal.subjects.rounds import overview, servers, waiting
from dure.portal.subjects.rounds.charts.methods import methods_chart
from dure.portal.subjects.rounds.charts.prices import prices_chart
from dure.portal.subjects.rounds.charts.shares import bounds_chart
from dure.portal.subjects.rounds.explanation import headline, stopped

ROUND, SERVERS, WAITING, APPLICATIONS = "round", "servers", "waiting", "applications"
BRIEF = ("method", "objective", "gap")
PICTURE = "picture"


def _round(filed: Filed) -> Part:
    """The round's page: its figures, methods, shares, prices and grants."""
    shown = Shown(
        headline=headline(filed),
        figures=overview.figures(filed),
        sections=[methods_chart(filed), bounds_chart(filed), prices_chart(filed), overview.grants_in_full(filed)],
        warning=stopped(filed),
    )
    return Part(shown, brief={key: filed.recommendation[key] for key in BRIEF})


def _servers(filed: Filed) -> Part:
    """Every server over the weeks: sums, the table, and the data of the picture."""
    shown = Shown("", sections=[servers.use_chart(filed), servers.holdings_table(filed)])
    return Part(shown, values={PICTURE: servers.picture(filed)})


def _waiting(filed: Filed) -> Part:
    """The places that the plan would give on the waiting list."""
    return Part(Shown("", sections=[waiting.proposed_table(filed)]))


def _applications(filed: Filed) -> Part:
    """Of each application what it asked, what it got and why, by its id; and the frame around all of them."""
    grants: dict[str, list[Any]] = defaultdict(list)
    for each in filed.recommendation["grants"]:
        grants[each["application"]].append(each)
    reasons = {each["item"]: each for each in reversed(filed.reasons)}
    values = {
        each["id"]: {"told": each, "reason": reasons.get(each["id"]), "grants": grants.get(each["id"], [])}
        for each in filed.facts["applications"]
    }
    facts = {key: filed.facts[key] for key in ("start_on", "weeks", "sectors")}
    facts["pools"] = [{**pool, "pods": []} for pool in filed.facts["pools"]]
    made = {"certificate": {"prices": filed.recommendation["certificate"]["prices"]}}
    return Part(Shown(""), frame={"facts": facts, "recommendation": made}, values=values)


PARTS = {ROUND: _round, SERVERS: _servers, WAITING: _waiting, APPLICATIONS: _applications}
