"""Adds to the programme in `DATABASE_URL` what tests of pages need: decisions that wait for an answer, and an open panel."""

import datetime as dt
import json
from pathlib import Path

import django

django.setup()

from dure.cycle.commands.registry import row_of  # noqa: E402 - Django must be set up first
from dure.cycle.commands.rows import Context  # noqa: E402
from dure.cycle.commands.running import read_command, run  # noqa: E402
from dure.cycle.filing import file_decision  # noqa: E402
from dure.cycle.handoffs import HANDOFFS  # noqa: E402
from dure.cycle.programme import book  # noqa: E402
from dure.cycle.working.asking import ask  # noqa: E402
from dure.records.journal import queries as journal  # noqa: E402
from dure.records.parties import queries as parties  # noqa: E402

ROOT = Path(__file__).parent.parent.parent
LATE = dt.datetime(2026, 9, 1, 9, tzinfo=dt.timezone(dt.timedelta(hours=9)))
CRITERIA = [{"id": "effect", "weight": "60", "kind": "judged"}, {"id": "ecosystem", "weight": "40", "kind": "judged"}]


def main():
    _pending()
    _open_panel()
    ask("invariants", "records/all", by=parties.person("nipa-seong"))  # the first job, which a worker does


def _pending():
    """One recommendation of each kind waits; of stages that the demo does not file, too, so that each has its page."""
    seen = set()
    for place, handoff in enumerate(HANDOFFS):
        if handoff.decision in seen:
            continue
        seen.add(handoff.decision)
        filer = parties.person("naicc-jeon" if handoff.decision in {"provisioning", "metering"} else "nipa-seong")
        last = journal.approved(decision=handoff.decision).last()
        sample = json.loads((ROOT / "examples" / f"{handoff.decision}.facts.json").read_text())
        facts = last.facts_value() if last and handoff.decision in {"shares", "budget"} else sample
        facts = {key: value for key, value in facts.items() if key not in {"stage", "version"}}
        subject = "2026-10-01" if handoff.decision == "shares" else f"waiting-{handoff.decision}"
        context = Context(book(), filer, LATE + dt.timedelta(minutes=place))
        file_decision(handoff.stage, handoff.decision, subject, facts, context=context)


def _open_panel():
    """A panel that still scores two applications of a later call; each reviewer has handed in a sheet on the first."""
    act("open_user_call", id="later-call", title={"ko": "다음 공모", "en": "A later call"},
        opens_at="2026-08-01T00:00:00Z", closes_at="2026-10-01T00:00:00Z")  # fmt: skip
    applicant = parties.organisations(desk="applicant").first().pk
    for item in ("later-project", "later-second"):
        act("submit_application", call="later-call", id=item, organisation=applicant, sector="academia_research", title=item,
            purpose="model_development", models={"B200": "1"}, servers=2, minimum_servers=1, weeks=8, latest_week=4)  # fmt: skip
    seats = {code: parties.person(name).uid for code, name in (("e1", "review-kongjwi"), ("e2", "review-patjwi"))}
    seats |= {"e3": None}
    act("seat_panel", id="open-panel", kind="application", call="later-call", criteria=CRITERIA, draw_seed="later", seats=seats)
    for evaluator in ("e1", "e2"):
        points = {"effect": "30", "ecosystem": "20"}
        act("submit_score_sheet", panel="open-panel", evaluator=evaluator, item="later-project", points=points)


def act(command, **given):
    row = row_of(command)
    return run(row, read_command(row, given), Context(book(), parties.person("nipa-seong"), LATE))


if __name__ == "__main__":
    main()
