"""What projects report: achievements, some without evidence, and reports, some late or missing."""

from typing import Any

from reconstruction.draws import Draws

KINDS = {
    "academia": {"paper": 50, "model": 25, "people_trained": 20, "patent": 5},
    "research": {"paper": 35, "model": 30, "people_trained": 15, "patent": 20},
    "industry": {"model": 35, "product": 25, "patent": 20, "revenue": 15, "people_trained": 5},
}
EVIDENCE = {
    "paper": "학술대회 채택 통지", "model": "공개 모델 저장소 기록", "patent": "출원 번호 통지서", "product": "시험 성적서",
    "revenue": "세금계산서 합계표", "people_trained": "수료자 명부",
}  # fmt: skip
DUE_ON = "2026-06-30"


def reports(applications: list[dict[str, Any]], call: str) -> list[dict[str, Any]]:
    """One interim report per application, should it be granted."""
    made = []
    for application in applications:
        draws = Draws("report", application["id"])
        state = draws.weighted({"in time": 72, "late": 14, "missing": 14})
        day = {"in time": f"2026-06-{draws.between(8, 30):02d}", "late": f"2026-07-{draws.between(1, 28):02d}", "missing": None}
        grant = f"{call}/{application['id']}"
        made.append({"application": application["id"], "grant": grant, "report_due_on": DUE_ON, "report_received_on": day[state]})
    return made


def achievements(
    applications: list[dict[str, Any]], received: list[dict[str, Any]], kind_of: dict[str, str]
) -> list[dict[str, Any]]:
    """Nothing from who sent no report; larger projects tend to report more."""
    sent = {report["application"]: report["grant"] for report in received if report["report_received_on"]}
    made = []
    for application in applications:
        draws = Draws("achievements", application["id"])
        if application["id"] not in sent:
            continue
        for number in range(1, draws.below(2 + min(2, application["servers"] // 4)) + 1):
            what = draws.weighted(KINDS[kind_of[application["organisation"]]])
            shown = draws.chance(82)
            made.append(
                {
                    "id": f"{application['id']}/{number}",
                    "grant": sent[application["id"]],
                    "kind": what,
                    "count": {"revenue": 0, "people_trained": draws.between(2, 15)}.get(what, 1),
                    "revenue_amount": draws.between(2, 60) * 10_000_000 if what == "revenue" else 0,
                    "evidence": f"{EVIDENCE[what]} {application['id']}/{number}" if shown else "",
                    "verified": shown and draws.chance(88),
                }
            )
    return made
