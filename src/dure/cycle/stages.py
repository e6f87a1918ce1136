"""The sixteen stages, as data: menu, documentation index, demo and house tests read this table.

The programme is a Y: supply (1 to 7) and demand (8 to 10) meet at allocation (11); one stem follows.
"""

from typing import NamedTuple


class Stage(NamedTuple):
    """One stage: hand-off `dure.cycle.ARM.KEY`, page `/stages/KEY/`, text `docs/reference/stages/KEY.md`."""

    number: int
    arm: str
    key: str
    ko: str
    en: str
    decisions: tuple[str, ...]
    record: str
    desks: tuple[str, ...]


STAGES = (
    Stage(1, "supply", "budget", "예산", "Budget", ("budget",), "funding", ("ministry",)),
    Stage(2, "supply", "call", "사업자 공모", "Call for providers", (), "procurement", ("agency",)),
    Stage(3, "supply", "evaluation", "전문가 평가", "Expert evaluation", ("evaluation",), "review", ("reviewer", "agency")),
    Stage(
        4, "supply", "portfolio", "사업자 선정", "Selection of providers", ("portfolio",), "procurement", ("agency", "ministry")
    ),
    Stage(5, "supply", "agreement", "협약", "Agreement", (), "procurement", ("agency", "provider")),
    Stage(6, "supply", "order", "발주·자산", "Orders and assets", (), "supply", ("provider", "agency")),
    Stage(7, "supply", "buildout", "구축·안정화", "Build-out", ("buildout",), "supply", ("provider", "operator")),
    Stage(8, "demand", "survey", "수요조사", "Demand survey", ("demand",), "demand", ("applicant", "agency")),
    Stage(9, "demand", "shares", "지원 비중", "Sector shares", ("shares",), "allocation", ("ministry",)),
    Stage(
        10,
        "demand",
        "application",
        "이용 신청",
        "Applications",
        ("eligibility", "evaluation"),
        "demand",
        ("applicant", "reviewer"),
    ),
    Stage(11, "stem", "allocation", "배분", "Allocation", ("allocation",), "allocation", ("agency", "operator")),
    Stage(12, "stem", "provisioning", "자원 개통", "Provisioning", ("provisioning",), "operation", ("operator",)),
    Stage(13, "stem", "metering", "사용량 계측", "Metering", ("metering",), "operation", ("operator",)),
    Stage(14, "stem", "settlement", "부담금·정산", "Settlement", ("burden", "settlement"), "settlement", ("agency", "applicant")),
    Stage(15, "stem", "outcomes", "성과", "Outcomes", ("outcomes",), "outcomes", ("applicant", "ministry")),
    Stage(16, "stem", "rebalancing", "회수·재배분", "Rebalancing", ("reclaim", "shares"), "allocation", ("agency", "ministry")),
)


def stage(key: str) -> Stage:
    """The stage of that key."""
    return next(each for each in STAGES if each.key == key)
