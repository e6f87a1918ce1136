"""Documents of the play: short texts as word-processor files, the same bytes each time."""

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from dure.cycle.playing import Player

WRITTEN = (2025, 1, 1, 0, 0, 0)  # what the archive says of each of its members
REVISED = "uc1-0274"  # of the call's third last day
LATER = dt.timedelta(hours=16)
INVENTED = "이 문서는 시연을 위해 지은 것입니다."
TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
LINKS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
BODY = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}</w:body></w:document>'
)


def document(lines: Sequence[str]) -> bytes:
    """A word-processor file with these paragraphs."""
    paragraphs = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in lines)
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as file:
        for name, text in (
            ("[Content_Types].xml", TYPES), ("_rels/.rels", LINKS), ("word/document.xml", BODY.format(paragraphs)),
        ):  # fmt: skip
            file.writestr(zipfile.ZipInfo(name, WRITTEN), text)
    return kept.getvalue()


def publish(play: Player, command: str, call: dict[str, Any], at: dt.datetime) -> None:
    """The announcement of a call is published with it."""
    title = call["title"]["ko"]
    lines = [f"{title} 공고문 (시연용)", f"접수 마감: {call['closes_at']}", INVENTED]
    given = {"call": call["id"], "title": f"{title} 공고문"}
    play.attach(command, given, name=f"{call['id']}.docx", content=document(lines), by="agency", at=at)


def attach_plans(play: Player, applications: Sequence[dict[str, Any]]) -> None:
    """Applicants whose people take part in the play attach their plans; one takes its draft away, and attaches a better one."""
    people = {each["organisation"]: each["username"] for each in play.input("programme")["people"] if each["desk"] == "applicant"}
    for each in applications:
        if each["organisation"] in people:
            lines = [
                f"연구계획서: {each['title']}",
                f"서버 {each['servers']}대, {each['weeks']}주",
                INVENTED,
            ]
            by, arrived = people[each["organisation"]], dt.datetime.fromisoformat(each["arrived_at"])
            attached = _attach_plan(play, each["id"], lines, by=by, at=arrived)
            if each["id"] == REVISED:
                play.act("remove_document", {"document": attached}, by=by, at=arrived + LATER)
                lines.insert(2, "보완: 추론 데이터의 출처와 평가 일정을 더했습니다.")
                _attach_plan(play, each["id"], lines, by=by, at=arrived + LATER)


def _attach_plan(play: Player, application: str, lines: Sequence[str], *, by: str, at: dt.datetime) -> str:
    """The id of the document."""
    given = {"application": application, "title": "연구계획서"}
    name = f"{application}.docx"
    return str(play.attach("attach_to_application", given, name=name, content=document(lines), by=by, at=at))
