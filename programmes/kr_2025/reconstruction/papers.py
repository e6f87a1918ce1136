"""Plans of the applicants whose people take part: one takes its draft away, and attaches a better one."""

import datetime as dt
from typing import Any

REVISED = "uc1-0274"  # of the call's third last day
LATER = dt.timedelta(hours=16)
INVENTED = "이 문서는 시연을 위해 지은 것입니다."
ADDED = "보완: 추론 데이터의 출처와 평가 일정을 더했습니다."


def plans(applications: list[dict[str, Any]], people: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """`plans` and `revised`: who attaches what when, as paragraphs."""
    by = {each["organisation"]: each["username"] for each in people if each["desk"] == "applicant"}
    made: dict[str, list[dict[str, Any]]] = {"plans": [], "revised": []}
    for each in applications:
        if each["organisation"] not in by:
            continue
        text = [f"연구계획서: {each['title']}", f"서버 {each['servers']}대, {each['weeks']}주", INVENTED]
        plan = {"application": each["id"], "name": f"{each['id']}.docx", "by": by[each["organisation"]], "at": each["arrived_at"]}
        if each["id"] == REVISED:
            later = (dt.datetime.fromisoformat(each["arrived_at"]) + LATER).isoformat()
            made["revised"].append({**plan, "later": later, "draft": text, "paragraphs": [*text[:2], ADDED, *text[2:]]})
        else:
            made["plans"].append({**plan, "paragraphs": text})
    return made
