"""Are estimates, shares, eligibility and results what was approved?"""

from collections.abc import Iterator

from dure.evidence.comparing import amount, compared, with_amounts
from dure.evidence.findings import Finding
from dure.evidence.holding import Held, Row

_ESTIMATED = ("gpus", "low", "high", "response_rate")


def estimates(held: Held) -> Iterator[Finding]:
    """The estimate of a survey."""
    expected = []
    for entry, _approval in held.approved("demand"):
        made = held.document(entry, "recommendation")
        total = {**made["total"], "response_rate": made["response_rate"]}
        expected.append({
            "survey": entry["subject"], **{name: amount(total[name]) for name in _ESTIMATED}, "shares": made["shares"],
            "entry": entry["seq"],
        })  # fmt: skip
    found = [with_amounts(row, *_ESTIMATED) for row in held.table("estimates")]
    yield from compared("estimates", expected, found, key="survey entry")


def shares(held: Held) -> Iterator[Finding]:
    """Each sector's part from a day on."""
    expected = [
        {"from_on": entry["subject"], "sector": sector, "share": amount(share), "entry": entry["seq"]}
        for entry, _approval in held.approved("shares")
        for sector, share in held.document(entry, "recommendation")["shares"].items()
    ]
    yield from compared("shares", expected, [with_amounts(row, "share") for row in held.table("shares")], key="from_on sector")


def eligibility(held: Held) -> Iterator[Finding]:
    """Who may be judged."""
    expected = [
        {**{name: each[name] for name in ("application", "eligible", "large_project")}, "entry": entry["seq"]}
        for entry, _approval in held.approved("eligibility")
        for each in held.document(entry, "recommendation")["results"]
    ]
    yield from compared("eligibility", expected, held.table("eligibility"), key="application entry")


def results(held: Held) -> Iterator[Finding]:
    """Each sector's part of the results."""
    expected: list[Row] = []
    withheld = set()
    for entry, _approval in held.approved("outcomes"):
        made = held.document(entry, "recommendation")
        if made is None:
            withheld.add(entry["seq"])
            continue
        for sector, share in made["results"].items():
            mine = [each for each in made["sectors"] if each["sector"] == sector]
            expected.append({
                "period": entry["subject"], "sector": sector, "share": amount(share), "entry": entry["seq"],
                **{name: sum(each[name] for each in mine) for name in ("counted", "reports_missing")},
            })  # fmt: skip
    found = [with_amounts(row, "share") for row in held.table("results") if row["entry"] not in withheld]
    yield from compared("results", expected, found, key="sector entry")
